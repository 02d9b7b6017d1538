#include "app/retention.hpp"

#include <boost/json.hpp>
#include <vector>

namespace yagura::app {
namespace {

ledger::Outcome<void> tell(ledger::Transaction& transaction, const std::vector<lake::ExpiredDay>& expired) {
  boost::json::array days;
  uint64_t events = 0;
  for (const lake::ExpiredDay& day : expired) {
    days.push_back(boost::json::object{{"day", day.day}, {"events", day.events}});
    events += day.events;
  }
  auto fact = transaction.append_fact("lake.events_expired", "", {{"events", events}, {"days", std::move(days)}});
  if (!fact) return std::unexpected(fact.error());
  return {};
}

}  // namespace

Status expire_events(lake::EventStore& store, ledger::Ledger& ledger, Counters& counters, Timestamp now) {
  std::vector<lake::ExpiredDay> expired;
  const Status done = store.expire(now, expired);
  if (expired.empty()) return done;
  for (const lake::ExpiredDay& day : expired) counters.at("lake.events_expired") += day.events;
  auto told = ledger.write(ledger::system_actor("lake"), "lake",
                           [&](ledger::Transaction& transaction) { return tell(transaction, expired); });
  if (!told) return failure(told.error().kind, told.error().message);
  return done;
}

}  // namespace yagura::app
