#include "api/own_rule_routes.hpp"

#include <boost/json.hpp>

#include "api/act_row.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::Target;
using desks::tooling::RuleDesk;
using desks::tooling::RuleText;
using ledger::Actor;

constexpr size_t rule_text_length_max = 200'000;  // characters, as the record type says
constexpr size_t why_length_max = 20'000;

schema::Property why() {
  return {"why", schema::described(schema::text(1, why_length_max), "Kept with the version and in the journal")};
}

std::vector<schema::Property> text_members() {
  return {{"yaml", schema::described(schema::text(1, rule_text_length_max), "Sigma: rules, correlations or filters")},
          schema::optional("samples",
                           schema::described(schema::text(0, rule_text_length_max),
                                             "YAML with must_match and must_not_match, which the rule has to stand")),
          why()};
}

RuleText text_of(const json::object& body) {
  return {text_in(body, "yaml"), text_in(body, "samples")};
}

std::vector<Act> acts(RuleDesk& desk) {
  return {
      {"", "putRuleInForce",
       "Put a rule of one's own in force: checked among all the others, or refused with its faults and their places",
       "tooling.write", text_members(),
       [&desk](const Actor& actor, const Target&, const json::object& body) {
         return desk.put(actor, text_of(body), text_in(body, "why"));
       },
       Method::post, 201},
      {"{id}/replace", "replaceRuleInForce", "Put another text in the place of a rule of one's own", "tooling.write",
       text_members(),
       [&desk](const Actor& actor, const Target& rule, const json::object& body) {
         return desk.replace(actor, rule, text_of(body), text_in(body, "why"));
       }},
      {"{id}/withdraw",
       "takeRuleOutOfForce",
       "Take a rule of one's own out of force; its text stays",
       "tooling.write",
       {why()},
       [&desk](const Actor& actor, const Target& rule, const json::object& body) {
         return desk.withdraw(actor, rule, text_in(body, "why"));
       }},
      {"{id}/restore",
       "putRuleBackInForce",
       "Put a rule of one's own that was taken out in force again",
       "tooling.write",
       {why()},
       [&desk](const Actor& actor, const Target& rule, const json::object& body) {
         return desk.restore(actor, rule, text_in(body, "why"));
       }},
  };
}

/// What the organisation decides of rules that others wrote.
std::vector<Act> withdrawals(RuleDesk& desk) {
  return {
      {"",
       "takeShippedRuleOutOfForce",
       "Take a rule that came with the product or the configuration out of force",
       "tooling.write",
       {{"rule_id", schema::described(schema::text(1, 200), "A rule in force that is none of one's own")}, why()},
       [&desk](const Actor& actor, const Target&, const json::object& body) {
         return desk.withdraw_shipped(actor, text_in(body, "rule_id"), text_in(body, "why"));
       }},
      {"{id}/restore",
       "putShippedRuleBackInForce",
       "Put a rule that was taken out of force in force again",
       "tooling.write",
       {why()},
       [&desk](const Actor& actor, const Target& withdrawal, const json::object& body) {
         return desk.restore_shipped(actor, withdrawal, text_in(body, "why"));
       }},
  };
}

}  // namespace

RouteSet own_rule_routes(ledger::Ledger& ledger, RuleDesk& desk) {
  RouteSet out;
  add_register(out.routes, ledger, "own-rules", "own_rule", "OwnRule", "rules", {});
  for (Act& act : acts(desk)) out.routes.push_back(act_row(ledger, "own-rules", "own_rule", "rules", std::move(act)));
  constexpr const char* shipped = "rule-withdrawals";
  add_register(out.routes, ledger, shipped, "rule_withdrawal", "RuleWithdrawal", "rules", {"rule_id"});
  for (Act& act : withdrawals(desk))
    out.routes.push_back(act_row(ledger, shipped, "rule_withdrawal", "rules", std::move(act)));
  return out;
}

}  // namespace yagura::api
