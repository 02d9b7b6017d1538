// Case folding: what "case-insensitive" means for plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace yagura::detect {

/// One code point of `text` from `at`, and how many bytes it takes. A byte that belongs to no well-formed
/// sequence is a character of its own, 0x110000 + its value, so every byte string has one reading.
struct CodePoint {
  uint32_t value;
  uint32_t bytes;
};
CodePoint decode_at(std::string_view text, size_t at);

/// Full simple case folding (Unicode CaseFolding.txt, status C and S) of every code point: each maps to
/// exactly one, so `?` counts the same before and after. Ill-formed bytes stay. Sigma 2.1 says only
/// "case-insensitive"; folding ASCII alone would make 'É' differ from 'é'.
std::string fold_case(std::string_view text);

/// The same into `out` (cleared first); ASCII takes a table and no decoding.
void fold_case(std::string_view text, std::string& out);

}  // namespace yagura::detect
