#include "ledger/record_listing.hpp"

#include "ledger/query_compiler.hpp"
#include "ledger/record_store.hpp"

namespace yagura::ledger {
namespace {

constexpr int sort_column = 12;  // behind the twelve of record_columns

Value sort_value(const Rows& rows) {
  if (rows.is_null(sort_column)) return std::monostate();
  if (rows.is_text(sort_column)) return rows.text(sort_column);
  const double real = rows.real(sort_column);
  const int64_t integer = rows.integer(sort_column);
  if (static_cast<double>(integer) == real) return integer;
  return real;
}

Refusal wrong_query(const QueryCompiler& compiler) {
  return Refusal(ErrorKind::invalid, "the query can't be run", compiler.reasons());
}

/// Words and conditions together, or conditions and an order: whichever leaves less is walked. Without this a condition
/// that holds for nothing would be asked of every record, in the wanted order.
Status choose_order(Database& db, QueryCompiler& compiler) {
  constexpr int64_t few_to_look_up = 2000;
  constexpr int64_t few_to_sort = 10'000;
  const bool words = compiler.has_words_and_conditions();
  if (!words && !compiler.has_order_and_conditions()) return {};
  auto rows = db.query(compiler.more_than_sql(words ? few_to_look_up : few_to_sort), compiler.values());
  if (!rows) return std::unexpected(rows.error());
  const auto some = (*rows)->next();
  if (!some) return std::unexpected(some.error());
  if (*some && (*rows)->integer(0) == 0) compiler.conditions_first();
  return {};
}

}  // namespace

Outcome<RecordPage> list_records(Database& db, const RecordTypes& types, const RecordQuery& query) {
  QueryCompiler compiler(types, query);
  if (!compiler.reasons().empty()) return std::unexpected(wrong_query(compiler));
  if (auto status = choose_order(db, compiler); !status) return std::unexpected(Refusal(status.error()));
  auto rows = db.query(compiler.select_sql(), compiler.values());
  if (!rows) return std::unexpected(Refusal(rows.error()));
  RecordPage page;
  std::string cursor;
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(Refusal(some.error()));
    if (!*some) return page;
    if (static_cast<int64_t>(page.records.size()) == query.limit) {
      page.next_cursor = std::move(cursor);
      return page;
    }
    auto stored = read_record(**rows);
    if (!stored) return std::unexpected(Refusal(stored.error()));
    if (static_cast<int64_t>(page.records.size()) + 1 == query.limit)
      cursor = QueryCompiler::cursor(sort_value(**rows), stored->num);
    page.records.push_back(std::move(stored->record));
  }
}

Outcome<int64_t> count_records(Database& db, const RecordTypes& types, const RecordQuery& query) {
  RecordQuery whole = query;
  whole.cursor.clear();
  whole.sort.clear();  // how many there are does not depend on it
  QueryCompiler compiler(types, whole);
  if (!compiler.reasons().empty()) return std::unexpected(wrong_query(compiler));
  if (auto status = choose_order(db, compiler); !status) return std::unexpected(Refusal(status.error()));
  auto rows = db.query(compiler.count_sql(), compiler.values());
  if (!rows) return std::unexpected(Refusal(rows.error()));
  const auto some = (*rows)->next();
  if (!some) return std::unexpected(Refusal(some.error()));
  return (*rows)->integer(0);
}

}  // namespace yagura::ledger
