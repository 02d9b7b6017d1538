#include <boost/json.hpp>

#include "api/event_routes.hpp"
#include "api/problem.hpp"
#include "api/rule_json.hpp"
#include "pipeline/rule_store.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using schema::ref;

constexpr size_t faults_shown_max = 200;

json::object status_json(const pipeline::RulesInForce& now, Timestamp looked) {
  const detect::LoadReport& report = now.report;
  return {{"version", now.version},
          {"since", format_time(now.since)},
          {"looked", format_time(looked)},
          {"loaded", report.loaded},
          {"rejected", report.rejected.size()},
          {"held", report.held.size()},
          {"skipped", report.skipped.size()},
          {"warnings", report.warnings.size()},
          {"rejections", faults_json(report.rejected, faults_shown_max)},
          {"holds", faults_json(report.held, faults_shown_max)},
          {"set_aside", faults_json(report.set_aside, faults_shown_max)}};
}

Components components() {
  using namespace schema;
  Components out;
  out["RuleSetStatus"] =
      object({{"version", integer(1)},
              {"since", time()},
              {"looked", time()},
              {"loaded", integer(0)},
              {"rejected", integer(0)},
              {"held", integer(0)},
              {"skipped", integer(0)},
              {"warnings", integer(0)},
              {"rejections", list(ref("RuleFault"))},
              {"holds", list(ref("RuleFault"))},
              {"set_aside", described(list(ref("RuleFault")), "What the organisation took out of force or replaced")}});
  return out;
}

}  // namespace

RouteSet rule_store_routes(pipeline::RuleStore& store,
                           std::function<Status(const Principal&, const pipeline::RuleChange&)> record) {
  RouteSet out{{}, components()};
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/rules/status",
       .operation = "getRuleSetStatus",
       .tag = "rules",
       .summary = "Which set of rules is in force since when, what was rejected, and what stays in force although its "
                  "file is broken",
       .permission = "alert.read",
       .answers = {{.schema = ref("RuleSetStatus"), .summary = "The set in force"}},
       .handler =
           [&store](const Request&) { return json_response(200, status_json(*store.in_force(), store.looked())); }},
      {.method = Method::post,
       .pattern = "/api/v1/rules/reload",
       .operation = "reloadRules",
       .tag = "rules",
       .summary = "Read what changed of the rules' files and put it in force now",
       .permission = "tooling.write",
       .answers = {{.schema = schema::object({{"changed", schema::boolean()},
                                              {"rules_changed", schema::integer(0)},
                                              {"rules_removed", schema::integer(0)},
                                              {"status", ref("RuleSetStatus")}}),
                    .summary = "What is in force now"}},
       .handler =
           [&store, record](const Request& request) {
             const pipeline::RuleChange change = store.reload();
             if (auto recorded = record(request.principal, change); !recorded) return problem(recorded.error());
             return json_response(200, json::object{{"changed", change.changed},
                                                    {"rules_changed", change.rules_changed},
                                                    {"rules_removed", change.rules_removed},
                                                    {"status", status_json(*change.now, store.looked())}});
           }},
  };
  return out;
}

}  // namespace yagura::api
