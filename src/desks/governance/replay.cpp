#include "desks/governance/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>

#include "desks/governance/desk.hpp"
#include "desks/governance/record_walk.hpp"
#include "desks/in_force.hpp"
#include "desks/json_fields.hpp"
#include "desks/vulnerability_input.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Ledger;
using ledger::Outcome;
using ledger::Record;

constexpr int64_t ns_per_day = 86'400 * ns_per_second;

std::string named(const Decision& decision) {
  switch (decision.ruling) {
    case Ruling::incident:
      return fmt::format("incident/{}/{}", decision.class_id, decision.priority);
    case Ruling::not_incident:
      return "not_incident";
    case Ruling::off_criteria:
      break;
  }
  return fmt::format("off_criteria/{}", decision.priority);
}

/// The tables by which the past is decided again.
struct Tables {
  std::optional<Criteria> criteria;
  std::optional<AttackNames> names;  // empty: attacks keep the names that they were given
  std::optional<VulnerabilityCriteria> vulnerability;
};

template <typename T>
Outcome<T> table_of(Ledger& ledger, const ledger::RecordId& id, std::string_view type,
                    Diagnosed<T> (*read)(const json::object&)) {
  auto record = ledger.get(id);
  if (!record) return std::unexpected(record.error());
  if (record->type != type) return ledger::refuse(ErrorKind::not_found, fmt::format("{} is no {}", id.value, type));
  Diagnosed<T> out = read(record->body);
  if (!out) return ledger::refuse(ErrorKind::invalid, out.error().what);
  return std::move(*out);
}

Outcome<Tables> tables_of(Ledger& ledger, const Record& proposal, const ledger::RecordId& beside) {
  Tables out;
  const auto take = [](auto& to, auto outcome) -> Outcome<void> {
    if (!outcome) return std::unexpected(outcome.error());
    to = std::move(*outcome);
    return {};
  };
  Outcome<void> done;
  if (proposal.type == "vulnerability_criteria") {
    done = take(out.vulnerability, table_of(ledger, proposal.id, proposal.type, read_vulnerability_criteria));
  } else if (proposal.type == "incident_criteria") {
    done = take(out.criteria, table_of(ledger, proposal.id, proposal.type, read_criteria));
    if (done && !beside.value.empty())
      done = take(out.names, table_of(ledger, beside, "attack_naming", AttackNames::read));
  } else if (proposal.type == "attack_naming") {
    done = take(out.names, table_of(ledger, proposal.id, proposal.type, AttackNames::read));
    if (done)
      done = beside.value.empty() ? take(out.criteria, criteria_in_force(ledger, ledger.now()))
                                  : take(out.criteria, table_of(ledger, beside, "incident_criteria", read_criteria));
    if (done && !out.criteria)
      return refuse_because("governance.replay.no_criteria", "no criteria are in force",
                            "name the criteria that are proposed beside the names");
  } else {
    return ledger::refuse(ErrorKind::not_found, proposal.id.value + " is no table that can be replayed");
  }
  if (!done) return std::unexpected(done.error());
  return out;
}

class Replayer {
 public:
  Replayer(Ledger& ledger, Tables tables, Replay& out) : ledger_(ledger), tables_(std::move(tables)), out_(out) {}

  Outcome<void> run() {
    const auto over = [&](std::string_view type, Outcome<void> (Replayer::*look)(const Record&)) -> Outcome<void> {
      ledger::RecordQuery query;
      query.type = type;
      query.filters = {{"created_at", ledger::FilterOp::at_least, {format_time(out_.from)}}};
      query.sort = "created_at";
      auto whole = each_record(ledger_, std::move(query), replay_records_max,
                               [&](const Record& record) { return (this->*look)(record); });
      if (!whole) return std::unexpected(whole.error());
      out_.cut = out_.cut || !*whole;
      return {};
    };
    if (tables_.vulnerability) return over("vulnerability", &Replayer::vulnerability);
    if (auto done = over("alert", &Replayer::alert); !done) return done;
    return over("incident", &Replayer::incident);
  }

 private:
  /// What the tables say of an alert: the worst of its evidence where attacks are named anew.
  Decision decide_alert(const json::object& body) const {
    const Criteria& criteria = *tables_.criteria;  // NOLINT(bugprone-unchecked-optional-access): run() has no others
    const std::string host = text_at(body, "host");
    const std::string importance(importance_of(criteria, host));
    if (!tables_.names)
      return decide(criteria, CriteriaInput{text_at(body, "attack_type"), text_at(body, "progress"), importance});
    const std::vector<std::string> tags = texts_at(body, "tags");
    const detect::Level level = parse_level(text_at(body, "level")).value_or(detect::Level::medium);
    const auto by = [&](const json::object& evidence) {
      const NamedAttack attack = tables_.names->name(tags, level, evidence_fields(evidence));
      return decide(criteria, CriteriaInput{attack.attack_type, attack.progress, importance});
    };
    std::optional<Decision> worst;
    for (const json::value& item : array_at(body, "evidence")) {
      if (!item.is_object()) continue;
      Decision one = by(item.get_object());
      if (!worst || is_worse(one, *worst)) worst = std::move(one);
    }
    return worst ? *worst : by({});
  }

  void count(const Decision* before, const Decision& after, ReplayExample example) {
    example.before = before == nullptr ? "undecided" : named(*before);
    example.after = named(after);
    example.before_row = before == nullptr ? "" : before->row;
    example.after_row = after.row;
    ++out_.shifts[{example.before, example.after}];
    if (!example.before_row.empty()) ++out_.rows[example.before_row].first;
    if (!after.row.empty()) ++out_.rows[after.row].second;
    if (example.before == example.after) {
      ++out_.unchanged;
      return;
    }
    ++out_.changed;
    out_.differing.add(std::move(example));
  }

  Outcome<void> alert(const Record& record) {
    ++out_.alerts;
    const Decision before = decision_in(record.body);
    const Decision after = decide_alert(record.body);
    const ReplayExample example{record.id.value, text_at(record.body, "title"), named(before), named(after), before.row,
                                after.row};
    count(&before, after, example);
    if (before.ruling == Ruling::not_incident && after.ruling != Ruling::not_incident &&
        text_at(record.body, "incident").empty())
      out_.incidents_gained.add(example);
    return {};
  }

  /// What the tables say of an incident: of the combination that was judged; where nobody judged and attacks are named
  /// anew, the worst of its alerts.
  Outcome<Decision> decide_incident(const json::object& body) const {
    const Criteria& criteria = *tables_.criteria;  // NOLINT(bugprone-unchecked-optional-access): as above
    std::optional<Decision> worst;
    if (tables_.names && text_at(body, "judged_by").empty())
      for (const std::string& id : texts_at(body, "alerts")) {
        auto found = ledger_.get({id});
        if (!found && found.error().kind == ErrorKind::not_found) continue;
        if (!found) return std::unexpected(found.error());
        Decision one = decide_alert(found->body);
        if (!worst || is_worse(one, *worst)) worst = std::move(one);
      }
    if (worst) return *worst;
    return decide(criteria,
                  CriteriaInput{text_at(body, "attack_type"), text_at(body, "progress"), text_at(body, "importance")});
  }

  Outcome<void> incident(const Record& record) {
    if (record.state == "rejected" || record.state == "merged") return {};
    ++out_.incidents;
    const std::string class_id = text_at(record.body, "class");
    const Decision before{class_id.empty() ? Ruling::off_criteria : Ruling::incident, class_id,
                          integer_at(record.body, "priority"), text_at(record.body, "criteria_row")};
    auto after = decide_incident(record.body);
    if (!after) return std::unexpected(after.error());
    ReplayExample example{record.id.value,
                          text_at(record.body, "title"),
                          class_id.empty() ? "undecided" : named(before),
                          named(*after),
                          before.row,
                          after->row};
    if (after->ruling == Ruling::not_incident)
      out_.incidents_lost.add(std::move(example));
    else if (!class_id.empty() && example.before != example.after)
      out_.incidents_reclassed.add(std::move(example));
    return {};
  }

  Outcome<void> vulnerability(const Record& record) {
    ++out_.vulnerabilities;
    const VulnerabilityCriteria& criteria =
        *tables_.vulnerability;  // NOLINT(bugprone-unchecked-optional-access): only where it is there
    auto input = vulnerability_input(ledger_, record.body, criteria);
    if (!input) return std::unexpected(input.error());
    const Decision after = decide(criteria, {input->damage, input->ease, input->importance});
    const Decision before = decision_in(record.body);
    count(text_at(record.body, "decision").empty() ? nullptr : &before, after,
          {record.id.value, text_at(record.body, "title"), "", "", "", ""});
    return {};
  }

  Ledger& ledger_;
  Tables tables_;
  Replay& out_;
};

json::object to_json(const ReplayGroup& group) {
  json::array examples;
  for (const ReplayExample& one : group.examples)
    examples.push_back({{"id", one.id},
                        {"title", one.title},
                        {"before", one.before},
                        {"after", one.after},
                        {"before_row", one.before_row},
                        {"after_row", one.after_row}});
  return {{"count", group.count}, {"examples", std::move(examples)}};
}

Outcome<void> tell(Ledger& ledger, const ledger::Actor& actor, const Replay& replay) {
  auto fact = ledger.append_fact(actor, "governance", "criteria.replayed", replay.proposal,
                                 {{"version", replay.proposal_version},
                                  {"from", format_time(replay.from)},
                                  {"until", format_time(replay.until)},
                                  {"alerts", replay.alerts},
                                  {"incidents", replay.incidents},
                                  {"vulnerabilities", replay.vulnerabilities},
                                  {"cut", replay.cut},
                                  {"changed", replay.changed},
                                  {"incidents_lost", replay.incidents_lost.count},
                                  {"incidents_gained", replay.incidents_gained.count},
                                  {"incidents_reclassed", replay.incidents_reclassed.count}});
  if (!fact) return std::unexpected(fact.error());
  return {};
}

}  // namespace

void ReplayGroup::add(ReplayExample example) {
  ++count;
  if (examples.size() < replay_examples_max) examples.push_back(std::move(example));
}

json::object to_json(const Replay& replay) {
  json::array shifts;
  for (const auto& [shift, count] : replay.shifts)
    shifts.push_back({{"before", shift.before}, {"after", shift.after}, {"count", count}});
  json::array rows;
  for (const auto& [row, counts] : replay.rows)
    rows.push_back({{"row", row}, {"before", counts.first}, {"after", counts.second}});
  return {{"proposal", replay.proposal},
          {"proposal_version", replay.proposal_version},
          {"from", format_time(replay.from)},
          {"until", format_time(replay.until)},
          {"alerts", replay.alerts},
          {"incidents", replay.incidents},
          {"vulnerabilities", replay.vulnerabilities},
          {"cut", replay.cut},
          {"unchanged", replay.unchanged},
          {"changed", replay.changed},
          {"shifts", std::move(shifts)},
          {"rows", std::move(rows)},
          {"differing", to_json(replay.differing)},
          {"incidents_lost", to_json(replay.incidents_lost)},
          {"incidents_gained", to_json(replay.incidents_gained)},
          {"incidents_reclassed", to_json(replay.incidents_reclassed)}};
}

Outcome<bool> was_replayed(Ledger& ledger, const Record& record) {
  ledger::FactQuery query;
  query.subject = record.id.value;
  query.kinds = {"criteria.replayed"};
  query.descending = true;
  query.limit = 1;
  auto facts = ledger.facts(query);
  if (!facts) return std::unexpected(facts.error());
  return !facts->empty() && integer_at(facts->front().body, "version") == record.version;
}

Outcome<Replay> GovernanceDesk::replay(const ledger::Actor& actor, const ReplayOrder& order) {
  if (auto allowed = require(actor, "criteria.read"); !allowed) return std::unexpected(allowed.error());
  if (order.days < 1 || order.days > replay_days_max)
    return refuse_because("governance.replay.days", fmt::format("days must be 1 to {}", replay_days_max),
                          "thirty days show what an ordinary month would have been",
                          {{"max", std::to_string(replay_days_max)}});
  auto proposal = ledger_.get(order.proposal);
  if (!proposal) return std::unexpected(proposal.error());
  auto tables = tables_of(ledger_, *proposal, order.beside);
  if (!tables) return std::unexpected(tables.error());
  Replay out;
  out.proposal = proposal->id.value;
  out.proposal_version = proposal->version;
  out.until = ledger_.now();
  out.from = {out.until.ns - order.days * ns_per_day};
  if (auto done = Replayer(ledger_, std::move(*tables), out).run(); !done) return std::unexpected(done.error());
  if (actor.may("criteria.propose") || actor.may("criteria.approve"))
    if (auto told = tell(ledger_, actor, out); !told) return std::unexpected(told.error());
  return out;
}

}  // namespace yagura::desks::governance
