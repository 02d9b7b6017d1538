#pragma once

#include <string>

#include "lake/client.hpp"
#include "lake/query/query.hpp"

namespace yagura::lake {

/// A condition for WHERE with its bound parameters (p0, p1, ...). Whatever a person typed stands in the
/// parameters, never in the text.
struct CompiledFilter {
  std::string sql;  // "1" when everything matches
  Params params;
};

CompiledFilter compile(const Query& query);

/// Folds a column for comparing: what fold_for_search() does, in SQL. Indexes are declared over exactly this
/// text, so it may never change without a new index name.
std::string folded_sql(std::string_view expression);

/// A LIKE pattern for the folded form of `pattern`, whole-value.
std::string like_pattern(const Pattern& pattern);

}  // namespace yagura::lake
