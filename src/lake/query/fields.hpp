// What a name in a query means.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "lake/query/query.hpp"

namespace yagura::lake {

/// The columns or the source's field that `name` stands for: a column's name ("process.cmd_line") or SQL name
/// ("process_cmd_line"), a short name ("user"), a source's field. On failure the names that look most like it,
/// best first, at most three.
std::expected<FieldRef, std::vector<std::string>> resolve_field(std::string_view name, const KnownFields* known);

/// Every short name with its columns, for help texts and completion.
struct ShortName {
  std::string_view name;
  std::vector<std::string> columns;
};
const std::vector<ShortName>& short_names();

}  // namespace yagura::lake
