#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "event/arena.hpp"
#include "event/batch.hpp"

namespace yagura::formats::evtx {

constexpr size_t utf8_bytes_per_unit_max = 3;

/// The UTF-16LE in `in` as UTF-8 to `out`, which has room for 3 bytes a unit; an odd last byte is left out. Lone
/// surrogates become U+FFFD and set Dirt::bad_encoding in `dirt`. Gives the bytes written.
size_t utf16_to_utf8(std::string_view in, char* out, event::Dirt& dirt);

/// The same into the arena. Trailing NULs, which some providers count as part of the string, are dropped.
std::string_view utf16_text(std::string_view bytes, event::Arena& arena, event::Dirt& dirt);

/// One code point as UTF-8 (1 to 4 bytes); a surrogate or what lies past U+10FFFF as U+FFFD.
size_t put_utf8(uint32_t code_point, char* out);

}  // namespace yagura::formats::evtx
