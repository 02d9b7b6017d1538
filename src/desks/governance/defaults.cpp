// The shipped criteria and policy, stored and approved when a ledger has none.
#include <boost/json.hpp>
#include <charconv>

#include "base/yaml.hpp"
#include "desks/governance/criteria_check.hpp"
#include "desks/governance/desk.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

/// Plain scalars that look like numbers or booleans become such, quoted ones (tag "!") stay text.
json::value to_json(const YAML::Node& node) {
  if (node.IsMap()) {
    json::object out;
    for (const auto& entry : node) out[entry.first.Scalar()] = to_json(entry.second);
    return out;
  }
  if (node.IsSequence()) {
    json::array out;
    for (const auto& item : node) out.push_back(to_json(item));
    return out;
  }
  if (!node.IsScalar()) return nullptr;
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return json::value(text);
  if (text == "true" || text == "false") return text == "true";
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return number;
  return json::value(text);
}

Outcome<json::object> read_table(const std::filesystem::path& file) {
  auto documents = load_yaml(file);
  if (!documents) return ledger::refuse(ErrorKind::invalid, to_text(documents.error()));
  if (documents->empty() || !documents->front().IsMap())
    return ledger::refuse(ErrorKind::invalid, file.string() + " holds no table");
  return to_json(documents->front()).as_object();
}

Outcome<bool> has_approved(Transaction& transaction, std::string_view type) {
  ledger::RecordQuery query;
  query.type = type;
  query.states = {"approved"};
  query.limit = 1;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  return !page->records.empty();
}

/// The shipped table as a proposal: the one left by a start that was interrupted, or a new one.
Outcome<ledger::RecordId> stored(Transaction& transaction, std::string_view type, const json::object& table) {
  ledger::RecordQuery query;
  query.type = type;
  query.states = {"draft"};
  query.filters = {{"created_by", ledger::FilterOp::equals, {transaction.actor().id}}};
  query.limit = 1;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  if (!page->records.empty()) return page->records.front().id;
  auto record = transaction.create(type, table);
  if (!record) return std::unexpected(record.error());
  return record->id;
}

}  // namespace

Outcome<void> GovernanceDesk::install_defaults(const std::filesystem::path& folder) {
  auto criteria = read_table(folder / "incident_criteria.yaml");
  if (!criteria) return std::unexpected(criteria.error());
  auto policy = read_table(folder / "action_policy.yaml");
  if (!policy) return std::unexpected(policy.error());
  Approval approval;
  // Two transactions: who stores is not who approves, in the journal too.
  auto done =
      ledger_.write(ledger::system_actor("catalogue"), "governance", [&](Transaction& transaction) -> Outcome<void> {
        approval = {};
        for (auto [type, table, id] : {std::tuple{"incident_criteria", &*criteria, &approval.criteria},
                                       std::tuple{"action_policy", &*policy, &approval.policy}}) {
          auto approved = has_approved(transaction, type);
          if (!approved) return std::unexpected(approved.error());
          if (*approved) continue;
          auto record = stored(transaction, type, *table);
          if (!record) return std::unexpected(record.error());
          *id = *record;
        }
        return {};
      });
  if (!done || (!approval.criteria && !approval.policy)) return done;
  return ledger_.write(ledger::system_actor("default"), "governance", [&](Transaction& transaction) -> Outcome<void> {
    auto approved = approve_in(transaction, approval);
    if (!approved) return std::unexpected(approved.error());
    json::object told;
    if (approval.criteria) told["criteria"] = approval.criteria->value;
    if (approval.policy) told["policy"] = approval.policy->value;
    auto fact =
        transaction.append_fact("criteria.default_approved",
                                approval.criteria ? approval.criteria->value : approval.policy->value, std::move(told));
    if (!fact) return std::unexpected(fact.error());
    return {};
  });
}

}  // namespace yagura::desks::governance
