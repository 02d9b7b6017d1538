// Value modifiers: their names and which may stand together (specification 2.1, modifiers appendix).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/predicate.hpp"

namespace yagura::detect {

enum class Modifier {
  all,
  neq,
  contains,
  startswith,
  endswith,
  cased,
  windash,
  base64,
  base64offset,
  utf16le,  // wide is another name for it
  utf16be,
  utf16,
  expand,
  re,
  ignore_case,
  multi_line,
  dot_all,
  cidr,
  exists,
  field_ref,
  less,
  less_equal,
  greater,
  greater_equal,
  minute,
  hour,
  day,
  week,
  month,
  year,
};

/// The key of a detection item taken apart: "CommandLine|contains|all".
struct ItemKey {
  std::string field;                // empty: a keyword
  std::vector<Modifier> modifiers;  // in the order in which they apply
  std::string written;

  bool has(Modifier modifier) const;
  bool has_time_part() const;
  bool has_comparison() const;
  /// None of the modifiers says what the value is, beyond `all` and `neq`.
  bool bare() const;
};

/// Refuses unknown and repeated modifiers and chains that mean nothing; file and line are left to the caller.
Diagnosed<ItemKey> read_item_key(std::string_view key);

}  // namespace yagura::detect
