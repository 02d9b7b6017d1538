#include "desks/governance/measure_source.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "desks/governance/record_walk.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Ledger;
using ledger::Outcome;
using ledger::Record;

constexpr int64_t people_read_max = 20'000;

std::string plain(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_int64()) return std::to_string(value.as_int64());
  return {};
}

bool is_filled_field(const json::value* value) {
  if (value == nullptr || value->is_null()) return false;
  return !(value->is_string() && value->as_string().empty());
}

}  // namespace

void StateTimes::take(const ledger::Fact& fact) {
  const std::string to = text_at(fact.body, "to");
  auto name = std::ranges::find(states_, to);
  if (name == states_.end()) name = states_.insert(name, to);
  const auto index = static_cast<uint32_t>(name - states_.begin());
  auto& entered = by_record_[fact.subject];
  if (std::ranges::find(entered, index, &Entered::state) == entered.end()) entered.push_back({index, fact.time});
}

Outcome<StateTimes> StateTimes::read(Ledger& ledger, std::string_view type, Timestamp from, Timestamp until,
                                     int64_t facts_max) {
  StateTimes out(ledger);
  out.kind_ = std::string(type) + ".moved";
  out.initial_ = ledger.types().find(type)->initial_state().id;
  out.from_ = from;
  out.until_ = until;
  ledger::FactQuery query;
  query.kinds = {out.kind_};
  query.from = from;
  query.until = until;
  query.limit = ledger::page_facts_max;
  for (int64_t read = 0;;) {
    auto facts = ledger.facts(query);
    if (!facts) return std::unexpected(facts.error());
    for (const ledger::Fact& fact : *facts) out.take(fact);
    if (facts->size() < static_cast<size_t>(ledger::page_facts_max)) return out;
    read += static_cast<int64_t>(facts->size());
    if (read >= facts_max) {
      out.cut_ = true;
      return out;
    }
    query.after_seq = facts->back().seq;
  }
}

std::optional<Timestamp> StateTimes::known(const std::string& record, const std::vector<std::string>& states) const {
  std::optional<Timestamp> out;
  if (const auto found = by_record_.find(record); found != by_record_.end())
    for (const Entered& one : found->second)
      if (std::ranges::find(states, states_[one.state]) != states.end())
        out = std::min(out.value_or(one.first), one.first);
  return out;
}

Outcome<std::optional<Timestamp>> StateTimes::first(const Record& record,
                                                    const std::vector<std::string>& states) const {
  const bool older = record.created_at < from_;
  auto out = known(record.id.value, states);
  if (!older && (out || record.updated_at < until_)) return out;
  ledger::FactQuery query;
  query.subject = record.id.value;
  query.kinds = {kind_};
  if (!older) query.from = until_;
  query.limit = ledger::page_facts_max;  // a record that moves oftener is none of a person's
  const auto facts = ledger_->facts(query);
  if (!facts) return std::unexpected(facts.error());
  for (const ledger::Fact& fact : *facts)
    if (std::ranges::find(states, text_at(fact.body, "to")) != states.end()) return fact.time;
  return out;
}

std::optional<Timestamp> StateTimes::last(const Record& record, const std::vector<std::string>& states,
                                          std::string_view initial) {
  if (std::ranges::find(states, record.state) == states.end()) return std::nullopt;
  const bool never_moved = record.state == initial && record.state_since <= record.created_at;
  return never_moved ? std::nullopt : std::optional(record.state_since);
}

Outcome<When> MomentReader::of_alerts(const Record& incident, const Moment& moment) const {
  When out;
  for (const std::string& id : texts_at(incident.body, "alerts")) {
    auto alert = ledger_.get({id});
    if (!alert && alert.error().kind == ErrorKind::not_found) continue;
    if (!alert) return std::unexpected(alert.error());
    if (alert->state == "dismissed") continue;
    const auto at = moment.of == Moment::Of::alerts_created ? std::optional(alert->created_at)
                                                            : parse_time(text_at(alert->body, moment.field));
    if (at) out.at = std::min(out.at.value_or(*at), *at);
  }
  return out;
}

Outcome<When> MomentReader::at(const Record& record, const Moment& moment) const {
  switch (moment.of) {
    case Moment::Of::created:
      return When{record.created_at, false};
    case Moment::Of::field: {
      const std::string text = text_at(record.body, moment.field);
      return When{parse_time(text), text == ledger::unknown_value};
    }
    case Moment::Of::state: {
      const auto first = times_.first(record, moment.states);
      if (!first) return std::unexpected(first.error());
      return When{*first, false};
    }
    case Moment::Of::last_state:
      return When{StateTimes::last(record, moment.states, times_.initial()), false};
    case Moment::Of::alerts_field:
    case Moment::Of::alerts_created:
      break;
  }
  return of_alerts(record, moment);
}

bool holds(const Record& record, const Condition& condition) {
  const json::value* value = condition.field == "state" ? nullptr : record.body.if_contains(condition.field);
  const std::string text = condition.field == "state" ? record.state : value == nullptr ? std::string() : plain(*value);
  const bool named = std::ranges::find(condition.values, text) != condition.values.end();
  switch (condition.op) {
    case Condition::Op::is:
      return named;
    case Condition::Op::is_not:
      return !named;
    case Condition::Op::filled:
      return is_filled_field(value);
    case Condition::Op::empty:
      return !is_filled_field(value);
    case Condition::Op::at_least:
      break;
  }
  return value != nullptr && value->is_int64() && value->as_int64() >= condition.least;
}

bool hold(const Record& record, const std::vector<Condition>& conditions) {
  return std::ranges::all_of(conditions, [&](const Condition& one) { return holds(record, one); });
}

Outcome<std::map<std::string, std::string, std::less<>>> teams_of_accounts(Ledger& ledger) {
  std::map<std::string, std::string, std::less<>> out;
  ledger::RecordQuery people;
  people.type = "person";
  auto done = each_record(ledger, std::move(people), people_read_max, [&](const Record& person) -> Outcome<void> {
    const std::string account = text_at(person.body, "account");
    if (!account.empty()) out.emplace(account, text_at(person.body, "team"));
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

}  // namespace yagura::desks::governance
