#include <array>
#include <boost/json.hpp>
#include <optional>

#include "api/act_row.hpp"
#include "api/desk_routes.hpp"
#include "api/problem.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::Target;
using desks::governance::Approval;
using desks::governance::GovernanceDesk;
using ledger::Actor;
using ledger::Outcome;
using ledger::Record;

/// The tables that governance approves, which differ only in names.
struct Table {
  std::string collection;  // "criteria"
  std::string type;        // the record type
  std::string noun;        // in operation names
  std::string right;       // "criteria": the first part of its permissions
  Outcome<Record> (GovernanceDesk::*propose)(const Actor&, json::object);
  std::optional<ledger::RecordId> Approval::* place;
  bool replayed;
};

const std::array<Table, 4> tables{{
    {"criteria", "incident_criteria", "Criteria", "criteria", &GovernanceDesk::propose_criteria, &Approval::criteria,
     true},
    {"vulnerability-criteria", "vulnerability_criteria", "VulnerabilityCriteria", "criteria",
     &GovernanceDesk::propose_vulnerability_criteria, &Approval::criteria, true},
    {"attack-namings", "attack_naming", "AttackNaming", "criteria", &GovernanceDesk::propose_naming, &Approval::naming,
     true},
    {"action-policies", "action_policy", "ActionPolicy", "policy", &GovernanceDesk::propose_policy, &Approval::policy,
     false},
}};

/// What may be approved together with the table: the member of a body or query, and its place.
const std::array<std::pair<std::string, std::optional<ledger::RecordId> Approval::*>, 3> companions{
    {{"criteria", &Approval::criteria}, {"policy", &Approval::policy}, {"naming", &Approval::naming}}};

Approval approval_in(const Table& table, const ledger::RecordId& id, const json::object& body) {
  Approval approval;
  for (const auto& [name, place] : companions)
    if (const std::string other = text_in(body, name); !other.empty()) approval.*place = ledger::RecordId{other};
  approval.*table.place = id;
  if (const std::string from = text_in(body, "in_force_from"); !from.empty()) approval.in_force_from = parse_time(from);
  return approval;
}

std::vector<Act> table_acts(GovernanceDesk& governance, const Table& table) {
  const schema::Property rows{
      "table", schema::described(schema::any_object(), "The fields of the record type: docs/record-types.md")};
  std::vector<schema::Property> approving;
  for (const auto& [name, place] : companions)
    if (place != table.place) approving.push_back(schema::optional(name, schema::text(1, 64)));
  approving.push_back(schema::optional("in_force_from", schema::time()));
  return {
      {"",
       "propose" + table.noun,
       "Propose a new edition",
       table.right + ".propose",
       {rows},
       [&governance, table](const Actor& actor, const Target&, const json::object& body) {
         return (governance.*table.propose)(actor, body.at("table").as_object());
       },
       Method::post,
       201},
      {"{id}",
       "revise" + table.noun,
       "Change a proposal before it is approved",
       table.right + ".propose",
       {rows},
       [&governance](const Actor& actor, const Target& proposal, const json::object& body) {
         return governance.revise(actor, proposal, body.at("table").as_object());
       },
       Method::patch},
      {"{id}/approve", "approve" + table.noun,
       "Approve a proposal, not by who wrote it; with other tables when they change together", table.right + ".approve",
       std::move(approving),
       [&governance, table](const Actor& actor, const Target& proposal, const json::object& body) -> Outcome<Record> {
         auto approved = governance.approve(actor, approval_in(table, proposal.id, body));
         if (!approved) return std::unexpected(approved.error());
         for (std::optional<Record>* one : {&approved->criteria, &approved->policy, &approved->naming})
           if (*one && (*one)->id == proposal.id) return std::move(**one);
         return ledger::refuse(ErrorKind::not_found, proposal.id.value + " was not approved");
       }},
      {"{id}/reject",
       "reject" + table.noun,
       "Reject a proposal",
       table.right + ".approve",
       {{"reason", schema::text(1, 20'000)}},
       [&governance](const Actor& actor, const Target& proposal, const json::object& body) {
         return governance.reject(actor, proposal, text_in(body, "reason"));
       }},
  };
}

Route check_row(GovernanceDesk& governance, const Table& table) {
  Route out;
  out.method = Method::get;
  out.pattern = "/api/v1/" + table.collection + "/{id}/check";
  out.operation = "check" + table.noun;
  out.tag = "governance";
  out.summary = "Everything that would stop the approval; empty when nothing does";
  out.permission = table.right + ".read";
  for (const auto& [name, place] : companions)
    if (place != table.place)
      out.query.push_back({name, schema::text(1, 64), "another table's proposal, when they change together"});
  out.answers = {{.schema = schema::object({{"faults", schema::list(schema::ref("Fault"))}}), .summary = "Faults"}};
  out.handler = [&governance, table](const Request& request) {
    json::object body;
    for (const auto& [name, place] : companions)
      if (const auto other = request.param(name); other && place != table.place) body[name] = *other;
    auto reasons = governance.check(actor_of(request.principal), approval_in(table, {request.path_value("id")}, body));
    if (!reasons) return problem(reasons.error());
    return json_response(200, json::object{{"faults", faults_json(to_faults(*reasons))}});
  };
  return out;
}

schema::Value replay_group_schema() {
  const auto text = schema::text();
  return schema::object({{"count", schema::integer(0)},
                         {"examples", schema::list(schema::object({{"id", text},
                                                                   {"title", text},
                                                                   {"before", text},
                                                                   {"after", text},
                                                                   {"before_row", text},
                                                                   {"after_row", text}}))}});
}

schema::Value replay_schema() {
  const auto count = schema::integer(0);
  const auto group = schema::ref("ReplayGroup");
  return schema::object(
      {{"proposal", schema::text(1)},
       {"proposal_version", schema::integer(1)},
       {"from", schema::time()},
       {"until", schema::time()},
       {"alerts", count},
       {"incidents", count},
       {"vulnerabilities", count},
       {"cut", schema::described(schema::boolean(), "There was more than is looked at: what is older is left out")},
       {"unchanged", count},
       {"changed", count},
       {"shifts",
        schema::list(schema::object({{"before", schema::text(1)}, {"after", schema::text(1)}, {"count", count}}))},
       {"rows", schema::list(schema::object({{"row", schema::text(1)}, {"before", count}, {"after", count}}))},
       {"differing", group},
       {"incidents_lost", schema::described(group, "Incidents that would not have been")},
       {"incidents_gained", schema::described(group, "Alerts that led to none and would call for response")},
       {"incidents_reclassed", group}});
}

Route replay_row(GovernanceDesk& governance, const Table& table) {
  Route out;
  out.method = Method::post;
  out.pattern = "/api/v1/" + table.collection + "/{id}/replay";
  out.operation = "replay" + table.noun;
  out.tag = "governance";
  out.summary = "What the proposal would have changed in what was decided over the last days";
  out.permission = table.right + ".read";
  out.body = BodySpec{
      .schema = schema::object({schema::optional("days", schema::integer(1, desks::governance::replay_days_max)),
                                schema::optional("beside", schema::described(schema::text(1, 64),
                                                                             "Criteria or naming table proposed "
                                                                             "together with it"))}),
      .required = false};
  out.answers = {{.schema = replay_schema(), .summary = "What would be otherwise"}};
  out.handler = [&governance](const Request& request) {
    const json::object none;
    const json::object& body = request.json.is_object() ? request.json.get_object() : none;
    auto replay = governance.replay(actor_of(request.principal), {.proposal = {request.path_value("id")},
                                                                  .beside = {text_in(body, "beside")},
                                                                  .days = integer_in(body, "days", 30)});
    if (!replay) return problem(replay.error());
    return json_response(200, desks::governance::to_json(*replay));
  };
  return out;
}

Route current_row(ledger::Ledger& ledger, GovernanceDesk& governance, const Table& table) {
  Route out;
  out.method = Method::get;
  out.pattern = "/api/v1/" + table.collection + "/current";
  out.operation = "getCurrent" + table.noun;
  out.tag = "governance";
  out.summary = "The edition in force now, or at a moment";
  out.permission = table.right + ".read";
  out.query = {{"at", schema::time(), "default: now"}};
  if (table.type == "action_policy")
    out.query.push_back({"set", schema::choice({"incident", "vulnerability"}), "default incident"});
  out.answers = {{.schema = schema::ref(record_component(table.type)), .summary = "The edition"}};
  out.handler = [&ledger, &governance, table](const Request& request) {
    const Timestamp at = parse_time(request.param("at").value_or("")).value_or(ledger.now());
    const auto set = desks::parse_criteria_set(request.param("set").value_or(""));
    auto id = governance.current(table.type, at, set.value_or(desks::CriteriaSet::incident));
    if (!id) return problem(id.error());
    if (id->empty()) return problem(404, "not_found", "none was in force at that moment");
    return show_record(ledger, request, table.type, *id);
  };
  return out;
}

}  // namespace

RouteSet governance_routes(ledger::Ledger& ledger, GovernanceDesk& governance) {
  RouteSet out;
  out.components["Fault"] = fault_schema();
  out.components["ReplayGroup"] = replay_group_schema();
  for (const Table& table : tables) {
    out.routes.push_back(current_row(ledger, governance, table));
    add_register(out.routes, ledger, table.collection, table.type, table.noun, "governance", {});
    for (Act& act : table_acts(governance, table))
      out.routes.push_back(act_row(ledger, table.collection, table.type, "governance", std::move(act)));
    out.routes.push_back(check_row(governance, table));
    if (table.replayed) out.routes.push_back(replay_row(governance, table));
  }
  add_register(out.routes, ledger, "long-measures", "long_measure", "LongMeasure", "governance", {});
  add_register(out.routes, ledger, "criteria-proposals", "criteria_proposal", "CriteriaProposal", "governance", {});
  return out;
}

}  // namespace yagura::api
