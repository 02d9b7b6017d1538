#include "desks/governance/acknowledgement.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/time.hpp"
#include "desks/blank.hpp"
#include "desks/in_force.hpp"
#include "desks/json_fields.hpp"
#include "ledger/visibility.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Actor;
using ledger::Outcome;
using ledger::Record;
using ledger::RecordId;
using ledger::Transaction;

constexpr std::string_view type = "policy_acknowledgement";

Outcome<Record> policy_in(auto& reader, const RecordId& id) {
  auto policy = reader.get(id);
  if (policy && policy->type != "action_policy")
    return ledger::refuse(ErrorKind::not_found, id.value + " is no action policy");
  return policy;
}

Outcome<std::vector<Record>> asked_for(auto& reader, const std::string& policy) {
  ledger::RecordQuery query;
  query.type = type;
  query.filters = {{"policy", ledger::FilterOp::equals, {policy}}};
  query.descending = false;
  query.limit = policy_owners_max;
  auto page = reader.list(query);
  if (!page) return std::unexpected(page.error());
  return std::move(page->records);
}

CriteriaSet set_of(const Record& policy) {
  return parse_criteria_set(text_at(policy.body, "set")).value_or(CriteriaSet::incident);
}

bool is_for(const Record& asked, const PolicyOwner& owner) {
  return text_at(asked.body, "person") == owner.person && text_at(asked.body, "organisation") == owner.organisation;
}

Outcome<Record> ask(Transaction& transaction, const std::string& policy, const PolicyOwner& owner) {
  json::object body{{"policy", policy},
                    {"person", owner.person},
                    {"organisation", owner.organisation},
                    {"asked_on", format_time(transaction.now(), 0).substr(0, std::string_view("2026-04-08").size())}};
  if (!owner.account.empty()) body["account"] = owner.account;
  return transaction.create(type, std::move(body));
}

PolicyOwner owner_in(const json::object& row) {
  return {std::string(trim_blank(text_at(row, "person"))), std::string(trim_blank(text_at(row, "organisation"))),
          text_at(row, "account")};
}

/// Open questions on editions of the set that came before this one.
Outcome<void> outdate_earlier(Transaction& transaction, const Record& policy) {
  ledger::RecordQuery query;
  query.type = type;
  query.states = {"asked", "objected"};
  query.limit = ledger::page_records_max;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  for (const Record& asked : page->records) {
    auto other = policy_in(transaction, {text_at(asked.body, "policy")});
    if (!other) return std::unexpected(other.error());
    const bool earlier =
        set_of(*other) == set_of(policy) && integer_at(other->body, "edition") < integer_at(policy.body, "edition");
    if (!earlier) continue;
    if (auto moved = transaction.move(asked.id, asked.version, "outdate"); !moved)
      return std::unexpected(moved.error());
  }
  return {};
}

Outcome<bool> is_in_force(ledger::Ledger& ledger, const Record& policy) {
  auto current = policy_in_force(ledger, ledger.now(), set_of(policy));
  if (!current) return std::unexpected(current.error());
  const std::optional<ActionPolicy>& found = *current;
  return found.has_value() && found->record_id == policy.id.value;
}

}  // namespace

std::string_view to_text(Acknowledged state) {
  switch (state) {
    case Acknowledged::no_owners:
      return "no_owners";
    case Acknowledged::waiting:
      return "waiting";
    case Acknowledged::objected:
      return "objected";
    case Acknowledged::yes:
      break;
  }
  return "acknowledged";
}

Outcome<PolicyStanding> standing_of(ledger::Ledger& ledger, const Actor& actor, const RecordId& id) {
  if (auto allowed = require(actor, "policy.read"); !allowed) return std::unexpected(allowed.error());
  PolicyStanding out;
  auto policy = policy_in(ledger, id);
  if (!policy) return std::unexpected(policy.error());
  out.policy = std::move(*policy);
  auto in_force = is_in_force(ledger, out.policy);
  if (!in_force) return std::unexpected(in_force.error());
  out.in_force = *in_force;
  auto asked = asked_for(ledger, id.value);
  if (!asked) return std::unexpected(asked.error());
  const ledger::TypeClock& clock = ledger.types().find(type)->clocks.front();
  int64_t waiting = 0;
  int64_t objected = 0;
  for (Record& one : *asked) {
    if (one.state == "outdated") continue;
    PolicyStanding::Asked entry{std::move(one), std::nullopt};
    if (entry.record.state == "asked") {
      const Timestamp due{entry.record.state_since.ns + clock.within_seconds * ns_per_second};
      entry.due_at = due;
      out.late += due < ledger.now() ? 1 : 0;
      ++waiting;
    }
    objected += entry.record.state == "objected" ? 1 : 0;
    out.owners.push_back(std::move(entry));
  }
  if (objected > 0)
    out.acknowledged = Acknowledged::objected;
  else if (waiting > 0)
    out.acknowledged = Acknowledged::waiting;
  else if (!out.owners.empty())
    out.acknowledged = Acknowledged::yes;
  return out;
}

json::object to_json(const PolicyStanding& standing) {
  json::array owners;
  for (const PolicyStanding::Asked& one : standing.owners) {
    const Record& record = one.record;
    const auto or_null = [&](std::string_view name) {
      const std::string text = text_at(record.body, name);
      return text.empty() ? json::value(nullptr) : json::value(text);
    };
    owners.push_back(
        {{"id", record.id.value},
         {"person", text_at(record.body, "person")},
         {"organisation", text_at(record.body, "organisation")},
         {"account", or_null("account")},
         {"state", record.state},
         {"asked_on", or_null("asked_on")},
         {"due_at", one.due_at ? json::value(format_time(*one.due_at)) : json::value(nullptr)},
         {"answered_at", record.state == "asked" ? json::value(nullptr) : json::value(format_time(record.state_since))},
         {"answered_by", record.state == "asked" ? json::value(nullptr) : json::value(record.updated_by)},
         {"remarks", or_null("conditions")}});
  }
  return {{"policy", standing.policy.id.value},
          {"set", to_text(set_of(standing.policy))},
          {"edition", integer_at(standing.policy.body, "edition")},
          {"state", standing.policy.state},
          {"in_force", standing.in_force},
          {"acknowledged", to_text(standing.acknowledged)},
          {"late", standing.late},
          {"owners", std::move(owners)}};
}

Outcome<Record> ask_owner(ledger::Ledger& ledger, const Actor& actor, const RecordId& policy,
                          const PolicyOwner& owner) {
  if (auto allowed = require(actor, "policy.propose"); !allowed) return std::unexpected(allowed.error());
  const PolicyOwner trimmed{std::string(trim_blank(owner.person)), std::string(trim_blank(owner.organisation)),
                            owner.account};
  Outcome<Record> out;
  auto done = ledger.write(
      with_keys(actor, {"policy.desk", "policy.read"}), "governance", [&](Transaction& transaction) -> Outcome<void> {
        auto edition = policy_in(transaction, policy);
        if (!edition) return std::unexpected(edition.error());
        if (edition->state != "approved")
          return refuse_because("governance.acknowledgement.not_approved", policy.value + " is not approved",
                                "owners are asked about what was approved", {{"id", policy.value}});
        auto asked = asked_for(transaction, policy.value);
        if (!asked) return std::unexpected(asked.error());
        const bool there = std::ranges::any_of(*asked, [&](const Record& one) { return is_for(one, trimmed); });
        if (there || asked->size() == static_cast<size_t>(policy_owners_max))
          return refuse_because("governance.acknowledgement.asked",
                                trimmed.person + " was asked for " + trimmed.organisation + " already",
                                "one person answers once for one organisation or system", {{"person", trimmed.person}});
        out = ask(transaction, policy.value, trimmed);
        if (!out) return std::unexpected(out.error());
        return {};
      });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<Record> answer_policy(ledger::Ledger& ledger, const Actor& actor, const Target& target, Answer answer,
                              const std::string& remarks) {
  Outcome<Record> out;
  auto done =
      ledger.write(with_keys(actor, {"policy.desk"}), "governance", [&](Transaction& transaction) -> Outcome<void> {
        auto asked = transaction.get(target.id);
        if (!asked) return std::unexpected(asked.error());
        if (asked->type != type)
          return ledger::refuse(ErrorKind::not_found, target.id.value + " is no acknowledgement");
        const std::string account = text_at(asked->body, "account");
        if (auto allowed = require(actor, account.empty() ? "governance.write" : "policy.read"); !allowed)
          return allowed;
        if (!account.empty() && account != actor.id)
          return ledger::refuse(ErrorKind::forbidden, target.id.value + " is for " + account + " to answer",
                                {{"governance.acknowledgement.not_asked", "", "only who was asked answers", "", {}}});
        json::object changes;
        if (const std::string_view said = trim_blank(remarks); !said.empty()) changes["conditions"] = said;
        out = transaction.move(target.id, version_of(target, *asked),
                               answer == Answer::acknowledge ? "acknowledge" : "object", std::move(changes));
        if (!out) return std::unexpected(out.error());
        return {};
      });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<void> ask_owners(Transaction& transaction, const ledger::Fact& fact) {
  auto policy = policy_in(transaction, {fact.subject});
  if (!policy && policy.error().kind == ErrorKind::not_found) return {};
  if (!policy) return std::unexpected(policy.error());
  auto asked = asked_for(transaction, fact.subject);
  if (!asked) return std::unexpected(asked.error());
  for (const json::value& row : array_at(policy->body, "owners")) {
    if (!row.is_object()) continue;
    const PolicyOwner owner = owner_in(row.as_object());
    if (std::ranges::any_of(*asked, [&](const Record& one) { return is_for(one, owner); })) continue;
    auto made = ask(transaction, fact.subject, owner);
    if (!made) return std::unexpected(made.error());
    asked->push_back(std::move(*made));
  }
  return outdate_earlier(transaction, *policy);
}

}  // namespace yagura::desks::governance
