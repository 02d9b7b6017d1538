#include "desks/in_force.hpp"

#include <boost/json.hpp>

namespace yagura::desks {
namespace {

template <typename Reader>
ledger::Outcome<std::optional<ledger::Record>> latest(Reader& reader, std::string_view type, Timestamp at,
                                                      const std::optional<ledger::Filter>& more) {
  ledger::RecordQuery query;
  query.type = type;
  query.states = {"approved"};
  query.filters = {{"in_force_from", ledger::FilterOp::at_most, {format_time(at)}}};
  if (more) query.filters.push_back(*more);
  query.sort = "in_force_from";
  query.limit = 1;
  auto page = reader.list(query);
  if (!page) return std::unexpected(page.error());
  if (page->records.empty()) return std::nullopt;
  return std::move(page->records.front());
}

void name(AttackNames& names, std::string id) {
  names.set_record_id(std::move(id));
}
template <typename T>
void name(T& table, std::string id) {
  table.record_id = std::move(id);
}

template <typename T, typename Reader>
ledger::Outcome<std::optional<T>> in_force(Reader& reader, std::string_view type, Timestamp at,
                                           Diagnosed<T> (*read)(const boost::json::object&),
                                           const std::optional<ledger::Filter>& more = std::nullopt) {
  const auto found = latest(reader, type, at, more);
  if (!found) return std::unexpected(found.error());
  const std::optional<ledger::Record>& record = *found;
  if (!record) return std::nullopt;
  Diagnosed<T> out = read(record->body);
  if (!out)
    return ledger::refuse(ErrorKind::corrupt,
                          "the approved " + record->id.value + " can't be read: " + out.error().what);
  name(*out, record->id.value);
  return std::optional<T>(std::move(*out));
}

}  // namespace

ledger::Outcome<std::optional<Criteria>> criteria_in_force(ledger::Transaction& transaction, Timestamp at) {
  return in_force<Criteria>(transaction, "incident_criteria", at, read_criteria);
}

ledger::Outcome<std::optional<Criteria>> criteria_in_force(ledger::Ledger& ledger, Timestamp at) {
  return in_force<Criteria>(ledger, "incident_criteria", at, read_criteria);
}

ledger::Outcome<std::optional<VulnerabilityCriteria>> vulnerability_criteria_in_force(ledger::Transaction& transaction,
                                                                                      Timestamp at) {
  return in_force<VulnerabilityCriteria>(transaction, "vulnerability_criteria", at, read_vulnerability_criteria);
}

ledger::Outcome<std::optional<VulnerabilityCriteria>> vulnerability_criteria_in_force(ledger::Ledger& ledger,
                                                                                      Timestamp at) {
  return in_force<VulnerabilityCriteria>(ledger, "vulnerability_criteria", at, read_vulnerability_criteria);
}

ledger::Outcome<std::optional<AttackNames>> attack_names_in_force(ledger::Transaction& transaction, Timestamp at) {
  return in_force<AttackNames>(transaction, "attack_naming", at, AttackNames::read);
}

ledger::Outcome<std::optional<AttackNames>> attack_names_in_force(ledger::Ledger& ledger, Timestamp at) {
  return in_force<AttackNames>(ledger, "attack_naming", at, AttackNames::read);
}

ledger::Outcome<std::optional<ActionPolicy>> policy_in_force(ledger::Transaction& transaction, Timestamp at,
                                                             CriteriaSet set) {
  return in_force<ActionPolicy>(transaction, "action_policy", at, read_action_policy, policies_of(set));
}

ledger::Outcome<std::optional<ActionPolicy>> policy_in_force(ledger::Ledger& ledger, Timestamp at, CriteriaSet set) {
  return in_force<ActionPolicy>(ledger, "action_policy", at, read_action_policy, policies_of(set));
}

}  // namespace yagura::desks
