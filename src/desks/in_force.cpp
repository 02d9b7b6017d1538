#include "desks/in_force.hpp"

#include <boost/json.hpp>

namespace yagura::desks {
namespace {

template <typename Reader>
ledger::Outcome<std::optional<ledger::Record>> latest(Reader& reader, std::string_view type, Timestamp at) {
  ledger::RecordQuery query;
  query.type = type;
  query.states = {"approved"};
  query.filters = {{"in_force_from", ledger::FilterOp::at_most, {format_time(at)}}};
  query.sort = "in_force_from";
  query.limit = 1;
  auto page = reader.list(query);
  if (!page) return std::unexpected(page.error());
  if (page->records.empty()) return std::nullopt;
  return std::move(page->records.front());
}

template <typename T, typename Reader>
ledger::Outcome<std::optional<T>> in_force(Reader& reader, std::string_view type, Timestamp at,
                                           Diagnosed<T> (*read)(const boost::json::object&)) {
  const auto found = latest(reader, type, at);
  if (!found) return std::unexpected(found.error());
  const std::optional<ledger::Record>& record = *found;
  if (!record) return std::nullopt;
  Diagnosed<T> out = read(record->body);
  if (!out)
    return ledger::refuse(ErrorKind::corrupt,
                          "the approved " + record->id.value + " can't be read: " + out.error().what);
  out->record_id = record->id.value;
  return std::optional<T>(std::move(*out));
}

}  // namespace

ledger::Outcome<std::optional<Criteria>> criteria_in_force(ledger::Transaction& transaction, Timestamp at) {
  return in_force<Criteria>(transaction, "incident_criteria", at, read_criteria);
}

ledger::Outcome<std::optional<Criteria>> criteria_in_force(ledger::Ledger& ledger, Timestamp at) {
  return in_force<Criteria>(ledger, "incident_criteria", at, read_criteria);
}

ledger::Outcome<std::optional<ActionPolicy>> policy_in_force(ledger::Transaction& transaction, Timestamp at) {
  return in_force<ActionPolicy>(transaction, "action_policy", at, read_action_policy);
}

ledger::Outcome<std::optional<ActionPolicy>> policy_in_force(ledger::Ledger& ledger, Timestamp at) {
  return in_force<ActionPolicy>(ledger, "action_policy", at, read_action_policy);
}

}  // namespace yagura::desks
