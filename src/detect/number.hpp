#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace yagura::detect {

/// A number as rules and events write it: whole numbers of -2^64 < n < 2^64 are kept exactly, all else as a double.
struct Number {
  bool whole = true;
  bool negative = false;   // whole: the sign (never for 0)
  uint64_t magnitude = 0;  // whole
  double real = 0;         // the value, whichever it is

  std::partial_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const { return (*this <=> other) == 0; }
};

/// Decimal whole number or real (YAML 1.2 core schema, without .inf and .nan) or "0x" hexadecimal; whole
/// input. Nothing when the text is no number.
std::optional<Number> parse_number(std::string_view text);

}  // namespace yagura::detect
