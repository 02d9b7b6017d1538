#include "desks/governance/register_pages.hpp"

#include <boost/json.hpp>
#include <iterator>

namespace yagura::desks::governance {

ledger::Outcome<std::vector<ledger::Record>> all_records(ledger::Ledger& ledger, ledger::RecordQuery query,
                                                         int64_t records_max) {
  std::vector<ledger::Record> out;
  query.limit = ledger::page_records_max;
  query.cursor.clear();
  for (;;) {
    auto page = ledger.list(query);
    if (!page) return std::unexpected(page.error());
    std::ranges::move(page->records, std::back_inserter(out));
    if (static_cast<int64_t>(out.size()) > records_max)
      return std::unexpected(ledger::Refusal(
          Error{ErrorKind::limit, "more than " + std::to_string(records_max) + " records of " + query.type}));
    if (page->next_cursor.empty()) return out;
    query.cursor = std::move(page->next_cursor);
  }
}

}  // namespace yagura::desks::governance
