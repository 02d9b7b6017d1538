#include <boost/json.hpp>

#include "api/act_row.hpp"
#include "api/desk_routes.hpp"
#include "api/problem.hpp"
#include "desks/governance/acknowledgement.hpp"
#include "desks/governance/playbook_exchange.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
namespace governance = desks::governance;
using desks::Target;
using ledger::Actor;

schema::Value standing_schema() {
  const auto text = schema::nullable(schema::text());
  return schema::object(
      {{"policy", schema::text(1)},
       {"set", schema::choice({"incident", "vulnerability"})},
       {"edition", schema::integer(1)},
       {"state", schema::text(1)},
       {"in_force", schema::boolean()},
       {"acknowledged",
        schema::described(
            schema::choice({"no_owners", "waiting", "objected", "acknowledged"}),
            "Whether those who have to act by it know it and agree; it is in force from its approval on")},
       {"late", schema::described(schema::integer(0), "Asked, and their time to answer is over")},
       {"owners", schema::list(schema::object({{"id", schema::text(1)},
                                               {"person", schema::text()},
                                               {"organisation", schema::text()},
                                               {"account", text},
                                               {"state", schema::text(1)},
                                               {"asked_on", text},
                                               {"due_at", text},
                                               {"answered_at", text},
                                               {"answered_by", text},
                                               {"remarks", text}}))}});
}

Route standing_row(ledger::Ledger& ledger) {
  Route out;
  out.pattern = "/api/v1/action-policies/{id}/standing";
  out.operation = "getActionPolicyStanding";
  out.tag = "governance";
  out.summary = "Whether an edition is in force, and which of its owners have acknowledged it";
  out.permission = "policy.read";
  out.answers = {{.schema = standing_schema(), .summary = "Standing"}};
  out.handler = [&ledger](const Request& request) {
    auto standing = governance::standing_of(ledger, actor_of(request.principal), {request.path_value("id")});
    return standing ? json_response(200, governance::to_json(*standing)) : problem(standing.error());
  };
  return out;
}

Act ask_act(ledger::Ledger& ledger) {
  return {"{id}/owners",
          "askPolicyOwner",
          "Ask one more of those who have to act by an approved policy to acknowledge it",
          "policy.propose",
          {{"person", schema::text(1, 200)},
           {"organisation", schema::described(schema::text(1, 300), "Or the system that they answer for")},
           schema::optional("account", schema::described(schema::text(1, 200), "Who then answers alone"))},
          [&ledger](const Actor& actor, const Target& policy, const json::object& body) {
            return governance::ask_owner(
                ledger, actor, policy.id,
                {text_in(body, "person"), text_in(body, "organisation"), text_in(body, "account")});
          },
          Method::post,
          201};
}

std::vector<Act> answer_acts(ledger::Ledger& ledger) {
  return {
      {"{id}/acknowledge",
       "acknowledgePolicy",
       "I know this policy and agree; by the account that was asked, or for somebody without one",
       "policy.read",
       {schema::optional("remarks", schema::text(0, 20'000))},
       [&ledger](const Actor& actor, const Target& asked, const json::object& body) {
         return governance::answer_policy(ledger, actor, asked, governance::Answer::acknowledge,
                                          text_in(body, "remarks"));
       }},
      {"{id}/object",
       "objectToPolicy",
       "I do not agree, and why",
       "policy.read",
       {{"remarks", schema::text(1, 20'000)}},
       [&ledger](const Actor& actor, const Target& asked, const json::object& body) {
         return governance::answer_policy(ledger, actor, asked, governance::Answer::object, text_in(body, "remarks"));
       }},
  };
}

Act import_act(ledger::Ledger& ledger) {
  return {"import",
          "importPlaybook",
          "A CACAO 2.0 document becomes a draft, or the next edition of what it is a later version of; or every fault "
          "of it",
          "governance.write",
          {{"document", schema::any_object()},
           schema::optional("set", schema::choice({"incident", "vulnerability"})),
           schema::optional("class", schema::text(1, 100))},
          [&ledger](const Actor& actor, const Target&, const json::object& body) {
            return governance::import_playbook(
                ledger, actor, {body.at("document").as_object(), text_in(body, "set"), text_in(body, "class")});
          },
          Method::post,
          201};
}

Route export_row(ledger::Ledger& ledger) {
  Route out;
  out.pattern = "/api/v1/playbooks/{id}/cacao";
  out.operation = "exportPlaybook";
  out.tag = "playbooks";
  out.summary = "The playbook as a CACAO 2.0 document";
  out.permission = "governance.read";
  out.answers = {{.schema = schema::any_object(), .summary = "The document"}};
  out.handler = [&ledger](const Request& request) {
    auto document = governance::export_playbook(ledger, actor_of(request.principal), {request.path_value("id")});
    return document ? json_response(200, *document) : problem(document.error());
  };
  return out;
}

}  // namespace

RouteSet policy_routes(ledger::Ledger& ledger) {
  RouteSet out;
  out.routes.push_back(standing_row(ledger));
  out.routes.push_back(act_row(ledger, "action-policies", "policy_acknowledgement", "governance", ask_act(ledger)));
  add_register(out.routes, ledger, "policy-acknowledgements", "policy_acknowledgement", "PolicyAcknowledgement",
               "governance", {"policy", "account"});
  for (Act& act : answer_acts(ledger))
    out.routes.push_back(
        act_row(ledger, "policy-acknowledgements", "policy_acknowledgement", "governance", std::move(act)));
  add_register(out.routes, ledger, "playbooks", "playbook", "Playbook", "playbooks", {"set", "class"});
  out.routes.push_back(act_row(ledger, "playbooks", "playbook", "playbooks", import_act(ledger)));
  out.routes.push_back(export_row(ledger));
  return out;
}

}  // namespace yagura::api
