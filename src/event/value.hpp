#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace yagura::event {

/// What the source said a value is. Every kind keeps its text, so rules compare text and only numeric
/// comparisons parse: an integer's text is its decimal digits, a double's the source's own spelling.
enum class Kind : uint8_t { null, boolean, integer, real, string };

/// A view of one value; the bytes belong to the batch. `text` is empty for null, "true"/"false" for
/// booleans, UTF-8 for strings.
struct Value {
  Kind kind = Kind::null;
  std::string_view text;

  bool is_null() const { return kind == Kind::null; }
};

/// The value as a number when its text is one (decimal integer or real; "0x" hexadecimal integers too),
/// whatever its kind, else nothing.
std::optional<double> as_number(const Value& value);

/// The value as a whole number when its text is one that fits (decimal or "0x" hexadecimal), else nothing.
std::optional<int64_t> as_integer(const Value& value);

}  // namespace yagura::event
