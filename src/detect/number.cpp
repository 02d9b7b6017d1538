#include "detect/number.hpp"

#include <charconv>
#include <cmath>

namespace yagura::detect {
namespace {

std::optional<uint64_t> parse_whole(std::string_view digits, int base) {
  uint64_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out, base);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

}  // namespace

std::partial_ordering Number::operator<=>(const Number& other) const {
  if (!whole || !other.whole) return real <=> other.real;
  if (negative != other.negative) return negative ? std::partial_ordering::less : std::partial_ordering::greater;
  return negative ? other.magnitude <=> magnitude : magnitude <=> other.magnitude;
}

std::optional<Number> parse_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const bool negative = text.front() == '-';
  std::string_view digits = negative || text.front() == '+' ? text.substr(1) : text;
  if (digits.empty() || digits.find_first_not_of("0123456789abcdefABCDEF.xX+-") != std::string_view::npos)
    return std::nullopt;
  std::optional<uint64_t> whole;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    whole = digits.size() > 2 ? parse_whole(digits.substr(2), 16) : std::nullopt;
    if (!whole) return std::nullopt;
  } else {
    if (digits.front() != '.' && (digits.front() < '0' || digits.front() > '9')) return std::nullopt;
    whole = parse_whole(digits, 10);
  }
  if (whole) {
    const double real = static_cast<double>(*whole);
    return Number{true, negative && *whole != 0, *whole, negative ? -real : real};
  }
  if (digits.find_first_of("xXabcdfABCDF") != std::string_view::npos) return std::nullopt;
  double real = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), real);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(real)) return std::nullopt;
  return Number{false, false, 0, negative ? -real : real};
}

}  // namespace yagura::detect
