#include "detect/correlation/definition.hpp"

namespace yagura::detect::correlation {

std::string_view to_text(Type type) {
  switch (type) {
    case Type::event_count:
      return "event_count";
    case Type::value_count:
      return "value_count";
    case Type::temporal:
      return "temporal";
    case Type::temporal_ordered:
      return "temporal_ordered";
    case Type::value_sum:
      return "value_sum";
    case Type::value_avg:
      return "value_avg";
    case Type::value_percentile:
      return "value_percentile";
  }
  return "event_count";
}

bool Comparison::holds(Exact measured) const {
  switch (op) {
    case Op::gt:
      return measured > value;
    case Op::gte:
      return measured >= value;
    case Op::lt:
      return measured < value;
    case Op::lte:
      return measured <= value;
    case Op::eq:
      return measured == value;
    case Op::neq:
      return measured != value;
  }
  return false;
}

}  // namespace yagura::detect::correlation
