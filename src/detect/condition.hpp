// The grammar of `condition:` (specification 2.1, "Condition").
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::detect {

constexpr size_t condition_bytes_max = 16 * 1024;
constexpr int condition_depth_max = 64;

/// or < and < not < `x of pattern` < ( ); operators are read in either case, names as written.
struct Condition {
  enum class Op { name, one_of, all_of, negate, all, any };
  Op op = Op::name;
  std::string name;  // name: a selection; one_of, all_of: a pattern with `*`, or "them"
  std::vector<Condition> children;
};

struct ConditionFault {
  std::string code;  // "sigma.condition.*"
  std::string reason;
  size_t offset;  // in the text, bytes
};

std::expected<Condition, ConditionFault> parse_condition(std::string_view text);

/// Whether `x of pattern` means the selection `name`. Names that start with `_` are meant only by patterns
/// that start so themselves, never by `them`.
bool means(std::string_view pattern, std::string_view name);

}  // namespace yagura::detect
