// links: yagura_lake
//
// Whatever a person may type into the search field or the SQL field.
#include <algorithm>
#include <cstdint>
#include <string>

#include "base/check.hpp"
#include "base/text.hpp"
#include "lake/query/compiler.hpp"
#include "lake/sql_guard.hpp"

namespace {

using namespace yagura;

void check_place(const Diagnostic& diagnostic, std::string_view text) {
  check(!diagnostic.code.empty() && !diagnostic.what.empty(), "a diagnostic that says nothing");
  check(diagnostic.line >= 1 && diagnostic.column >= 1, "a diagnostic without a place");
  check(diagnostic.column <= static_cast<int>(code_points(text)) + 1, "a place past the text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const lake::KnownFields known{"CommandLine", "備考"};
  for (const lake::KnownFields* names : {static_cast<const lake::KnownFields*>(nullptr), &known}) {
    const auto query = lake::parse_query(text, {1'775'000'000 * ns_per_second}, names);
    if (!query) {
      check_place(query.error(), text);
      continue;
    }
    const lake::CompiledFilter filter = lake::compile(*query);
    check(!filter.sql.empty(), "a query that compiles to nothing");
    check(is_utf8(filter.sql), "SQL that is not UTF-8");
    for (const auto& [name, value] : filter.params) {
      check(filter.sql.find("{" + name + ":") != std::string::npos, "a parameter that nothing asks for");
      check(is_utf8(value), "a parameter that is not UTF-8");
    }
    check(
        std::count(filter.sql.begin(), filter.sql.end(), '(') == std::count(filter.sql.begin(), filter.sql.end(), ')'),
        "brackets that do not match");
  }
  if (const auto forbidden = lake::find_forbidden(text)) check_place(*forbidden, text);
  return 0;
}
