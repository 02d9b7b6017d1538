#include <boost/json.hpp>
#include <iterator>

#include "api/act_row.hpp"
#include "api/organisation_routes.hpp"
#include "api/problem.hpp"
#include "desks/governance/cycles.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::Target;
using desks::governance::AgedImprovement;
using ledger::Actor;

constexpr size_t prose_max = 20'000;

std::vector<Act> improvement_acts(ledger::Ledger& ledger) {
  const auto prose = schema::text(0, prose_max);
  const schema::Property owner = schema::optional("owner", schema::text(1, 64));
  const schema::Property due = schema::optional("due", schema::pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"));
  const schema::Property result = schema::optional("result", prose);
  const auto act = [&ledger](std::string move, std::string operation, std::string summary, std::string permission,
                             std::vector<schema::Property> members) {
    return Act{"{id}/" + move,
               std::move(operation),
               std::move(summary),
               std::move(permission),
               std::move(members),
               [&ledger, move](const Actor& actor, const Target& improvement, const json::object& body) {
                 json::object changes = body;
                 changes.erase("version");
                 return desks::governance::move_improvement(ledger, actor, improvement, move, std::move(changes));
               }};
  };
  return {
      act("start", "startImprovement", "Take up a short one: within today's people, budget and systems",
          "governance.write", {owner, due}),
      act("decide", "decideImprovement", "Decide on a long one (function A)", "governance.approve",
          {schema::optional("decision", prose), owner, due}),
      act("build", "buildImprovement", "Begin to build what was decided (function G)", "governance.write", {}),
      act("return", "returnImprovement", "Give what was built to operation", "governance.write",
          {schema::optional("built_by", schema::list(schema::text(1, 64), 200))}),
      act("finish", "finishImprovement", "Say that it is done, and what came of it", "governance.write", {result}),
      act("decline", "declineImprovement", "Say that it will not be done, and why", "governance.write", {result}),
  };
}

Response show_ageing(ledger::Ledger& ledger) {
  auto ageing = desks::governance::age_improvements(ledger);
  if (!ageing) return problem(ageing.error());
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
  };
  json::array open;
  for (const AgedImprovement& one : ageing->open)
    open.push_back(json::object{{"record", one.record},
                                {"title", one.title},
                                {"role", one.role},
                                {"cycle", one.cycle},
                                {"state", one.state},
                                {"owner", text_or_null(one.owner)},
                                {"due", text_or_null(one.due)},
                                {"age_days", one.age_days},
                                {"state_days", one.state_days},
                                {"overdue", one.overdue}});
  json::array cycles;
  for (const auto& [cycle, counts] : ageing->buckets)
    cycles.push_back(json::object{{"cycle", cycle}, {"open", json::value_from(counts)}});
  json::array limits;
  for (const int64_t limit : desks::governance::age_limits) limits.push_back(limit);
  return json_response(
      200, json::object{{"limits_days", std::move(limits)}, {"cycles", std::move(cycles)}, {"open", std::move(open)}});
}

Route ageing_route(ledger::Ledger& ledger) {
  using namespace schema;
  Route out;
  out.method = Method::get;
  out.pattern = "/api/v1/improvements/ageing";
  out.operation = "ageImprovements";
  out.tag = "organisation";
  out.summary = "Open improvements by cycle, and how long they have been open";
  out.permission = "governance.read";
  const auto open = object({{"record", text(1)},
                            {"title", text(1)},
                            {"role", text()},
                            {"cycle", choice({"short", "long"})},
                            {"state", text(1)},
                            {"owner", nullable(text(1))},
                            {"due", nullable(text(1))},
                            {"age_days", integer()},
                            {"state_days", integer()},
                            {"overdue", boolean()}});
  out.answers = {
      {.schema = object(
           {{"limits_days", list(integer(1))},
            {"cycles", described(list(object({{"cycle", choice({"short", "long"})}, {"open", list(integer(0))}})),
                                 "how many are open up to each limit, and longer")},
            {"open", list(open)}}),
       .summary = "Oldest first"}};
  out.handler = [&ledger](const Request&) { return show_ageing(ledger); };
  return out;
}

}  // namespace

RouteSet improvement_routes(ledger::Ledger& ledger) {
  RouteSet out;
  out.routes.push_back(ageing_route(ledger));
  add_register(out.routes, ledger, "improvements", "improvement", "Improvement", "organisation", {"role", "cycle"});
  for (Act& act : improvement_acts(ledger))
    out.routes.push_back(act_row(ledger, "improvements", "improvement", "organisation", std::move(act)));
  return out;
}

}  // namespace yagura::api
