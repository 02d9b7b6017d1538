#include "event/value.hpp"

#include <charconv>

namespace yagura::event {
namespace {

template <typename T, typename... Base>
std::optional<T> parse_all(std::string_view text, Base... base) {
  T out{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base...);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return out;
}

bool hexadecimal(std::string_view text) {
  return text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

}  // namespace

std::optional<double> as_number(const Value& value) {
  if (value.kind == Kind::null || value.kind == Kind::boolean) return std::nullopt;
  if (hexadecimal(value.text)) {
    const auto whole = parse_all<uint64_t>(value.text.substr(2), 16);
    return whole ? std::optional(static_cast<double>(*whole)) : std::nullopt;
  }
  // from_chars would take "inf" and "nan", which no log means as a number.
  if (value.text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  return parse_all<double>(value.text);
}

std::optional<int64_t> as_integer(const Value& value) {
  if (value.kind == Kind::null || value.kind == Kind::boolean) return std::nullopt;
  if (hexadecimal(value.text)) return parse_all<int64_t>(value.text.substr(2), 16);
  return parse_all<int64_t>(value.text, 10);
}

}  // namespace yagura::event
