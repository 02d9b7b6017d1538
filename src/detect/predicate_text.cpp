#include "detect/predicate_text.hpp"

#include <fmt/format.h>

namespace yagura::detect {

std::string expected_text(const Predicate& predicate) {
  using Kind = Predicate::Kind;
  switch (predicate.kind) {
    case Kind::pattern:
    case Kind::cidr:
      return to_text(predicate.pattern);
    case Kind::regex:
      return predicate.regex->source();
    case Kind::null:
      return "null";
    case Kind::exists:
      return predicate.expected ? "true" : "false";
    case Kind::field_ref:
      return predicate.other_field;
    default:
      return predicate.number.whole
                 ? fmt::format("{}{}", predicate.number.negative ? "-" : "", predicate.number.magnitude)
                 : fmt::format("{}", predicate.number.real);
  }
}

}  // namespace yagura::detect
