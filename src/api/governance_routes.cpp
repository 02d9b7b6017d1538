#include <boost/json.hpp>

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

/// The two things that governance approves, which differ only in names.
struct Table {
  std::string collection;  // "criteria"
  std::string type;        // the record type
  std::string noun;        // in operation names
  std::string right;       // "criteria": the first part of its permissions
  std::string other;       // the body's member that names the other table
  bool is_criteria;
};

const Table criteria_table{"criteria", "incident_criteria", "Criteria", "criteria", "policy", true};
const Table policy_table{"action-policies", "action_policy", "ActionPolicy", "policy", "criteria", false};

Approval approval_in(const Table& table, const ledger::RecordId& id, const json::object& body) {
  Approval approval;
  (table.is_criteria ? approval.criteria : approval.policy) = id;
  if (const std::string other = text_in(body, table.other); !other.empty())
    (table.is_criteria ? approval.policy : approval.criteria) = ledger::RecordId{other};
  if (const std::string from = text_in(body, "in_force_from"); !from.empty()) approval.in_force_from = parse_time(from);
  return approval;
}

std::vector<Act> table_acts(GovernanceDesk& governance, const Table& table) {
  const schema::Property rows{
      "table", schema::described(schema::any_object(), "The fields of the record type: docs/record-types.md")};
  const schema::Property other = schema::optional(table.other, schema::text(1, 64));
  return {
      {"",
       "propose" + table.noun,
       "Propose a new edition",
       table.right + ".propose",
       {rows},
       [&governance, table](const Actor& actor, const Target&, const json::object& body) {
         json::object fields = body.at("table").as_object();
         return table.is_criteria ? governance.propose_criteria(actor, std::move(fields))
                                  : governance.propose_policy(actor, std::move(fields));
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
      {"{id}/approve",
       "approve" + table.noun,
       "Approve a proposal, not by who wrote it; with the other table when both change together",
       table.right + ".approve",
       {other, schema::optional("in_force_from", schema::time())},
       [&governance, table](const Actor& actor, const Target& proposal, const json::object& body) -> Outcome<Record> {
         auto approved = governance.approve(actor, approval_in(table, proposal.id, body));
         if (!approved) return std::unexpected(approved.error());
         return table.is_criteria ? *approved->criteria : *approved->policy;
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
  out.query = {{table.other, schema::text(1, 64), "the other table's proposal, when both change together"}};
  out.answers = {{.schema = schema::object({{"faults", schema::list(schema::ref("Fault"))}}), .summary = "Faults"}};
  out.handler = [&governance, table](const Request& request) {
    json::object body;
    if (const auto other = request.param(table.other)) body[table.other] = *other;
    auto reasons = governance.check(actor_of(request.principal), approval_in(table, {request.path_value("id")}, body));
    if (!reasons) return problem(reasons.error());
    return json_response(200, json::object{{"faults", faults_json(to_faults(*reasons))}});
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
  out.answers = {{.schema = schema::ref(record_component(table.type)), .summary = "The edition"}};
  out.handler = [&ledger, &governance, table](const Request& request) {
    const Timestamp at = parse_time(request.param("at").value_or("")).value_or(ledger.now());
    std::string id;
    if (table.is_criteria) {
      auto current = governance.current_criteria(at);
      if (!current) return problem(current.error());
      if (*current) id = (*current)->record_id;
    } else {
      auto current = governance.current_policy(at);
      if (!current) return problem(current.error());
      if (*current) id = (*current)->record_id;
    }
    if (id.empty()) return problem(404, "not_found", "none was in force at that moment");
    return show_record(ledger, request, table.type, id);
  };
  return out;
}

}  // namespace

RouteSet governance_routes(ledger::Ledger& ledger, GovernanceDesk& governance) {
  RouteSet out;
  out.components["Fault"] = fault_schema();
  for (const Table& table : {criteria_table, policy_table}) {
    out.routes.push_back(current_row(ledger, governance, table));
    add_register(out.routes, ledger, table.collection, table.type, table.noun, "governance", {});
    for (Act& act : table_acts(governance, table))
      out.routes.push_back(act_row(ledger, table.collection, table.type, "governance", std::move(act)));
    out.routes.push_back(check_row(governance, table));
  }
  add_register(out.routes, ledger, "long-measures", "long_measure", "LongMeasure", "governance", {});
  add_register(out.routes, ledger, "criteria-proposals", "criteria_proposal", "CriteriaProposal", "governance", {});
  return out;
}

}  // namespace yagura::api
