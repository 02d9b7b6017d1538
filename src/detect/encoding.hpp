// The encodings that modifiers name, over bytes.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace yagura::detect {

/// UTF-8 as UTF-16, without a byte order mark; nothing when `text` is ill-formed.
std::optional<std::string> to_utf16(std::string_view text, bool big_endian);

/// The parts of base64 that stay the same wherever `bytes` stands in a longer text: for each of the three
/// offsets, without the characters that neighbours have a share in.
std::array<std::string, 3> base64_offsets(std::string_view bytes);

}  // namespace yagura::detect
