#include "desks/governance/record_walk.hpp"

#include <string>
#include <unordered_set>

namespace yagura::desks::governance {

constexpr int64_t page_records = 500;

ledger::Outcome<bool> each_record(ledger::Ledger& ledger, ledger::RecordQuery query, int64_t max,
                                  const std::function<ledger::Outcome<void>(const ledger::Record&)>& look) {
  query.limit = page_records;
  query.cursor.clear();
  std::unordered_set<std::string> seen;  // who changes while the pages are read may stand in a later one again
  for (int64_t read = 0;;) {
    auto page = ledger.list(query);
    if (!page) return std::unexpected(page.error());
    for (const ledger::Record& record : page->records) {
      if (!seen.insert(record.id.value).second) continue;
      if (read++ == max) return false;
      if (auto looked = look(record); !looked) return std::unexpected(looked.error());
    }
    if (page->next_cursor.empty()) return true;
    query.cursor = page->next_cursor;
  }
}

ledger::RecordQuery changed_since(std::string_view type, Timestamp from) {
  ledger::RecordQuery out;
  out.type = type;
  out.filters = {{"updated_at", ledger::FilterOp::at_least, {format_time(from)}}};
  out.sort = "updated_at";
  out.descending = false;
  return out;
}

}  // namespace yagura::desks::governance
