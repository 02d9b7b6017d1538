#include "api/explanation_routes.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <expected>

#include "api/explanation_json.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "base/text.hpp"
#include "desks/json_fields.hpp"
#include "detect/rule_digest.hpp"
#include "lake/stored_event.hpp"
#include "ledger/visibility.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::array_at;
using desks::text_at;
using schema::ref;

constexpr std::string_view indicator_prefix = "indicator:";
constexpr size_t correlated_rules_max = 64;   // whose matches are told, chains counted through
constexpr size_t correlated_events_max = 50;  // that are looked at, the newest

struct Sources {
  ledger::Ledger& ledger;
  lake::EventStore& store;
  RulesInForceSource rules;
  std::shared_ptr<const detect::Taxonomy> taxonomy;
};

/// What is asked for: an alert's finding as its evidence has it.
struct Asked {
  std::string alert;
  std::string rule;
  std::string title;
  json::array evidence;
  int64_t omitted = 0;
  json::object finding;
};

std::expected<Asked, Response> find_finding(ledger::Ledger& ledger, const Request& request) {
  const std::string& id = request.path_value("id");
  const ledger::RecordType* type = ledger.types().of_record(id);
  if (!type || type->id != "alert") return std::unexpected(problem(404, "not_found", "there is no such alert"));
  const ledger::Actor actor = actor_of(request.principal);
  for (const std::string_view permission : {std::string_view(type->permissions.read), std::string_view("event.read")})
    if (!request.principal.may(permission))
      return std::unexpected(problem(403, "permission", "needs the permission " + std::string(permission)));
  const auto alert = ledger.get({id});
  if (!alert) return std::unexpected(problem(alert.error()));
  const json::object body = ledger::visible_body(*type, alert->body, actor);
  Asked out{id, text_at(body, "rule"), text_at(body, "title"), array_at(body, "evidence"), 0, {}};
  out.omitted = desks::integer_at(body, "evidence_omitted");
  const std::string_view wanted = request.param("finding").value_or("");
  for (const json::value& entry : out.evidence)
    if (entry.is_object() && (wanted.empty() || text_at(entry.get_object(), "finding") == wanted)) {
      out.finding = entry.get_object();
      return out;
    }
  return std::unexpected(problem(404, "no_such_finding", "the alert's evidence holds no such finding",
                                 {{"query:finding", "alert.finding", "is not among the evidence that was kept"}}));
}

const detect::Rule* rule_named(const detect::RuleSet& rules, const std::string& reference) {
  for (const detect::SharedRule& rule : rules.shared_rules())
    if (rule->head().id == reference || rule->head().name == reference) return &rule->rule();
  return nullptr;
}

const detect::correlation::Definition* correlation_named(const detect::RuleSet& rules, const std::string& reference) {
  const detect::correlation::Set& all = rules.correlations();
  for (uint32_t i = 0; i < all.size(); ++i)
    if (all.definition(i).id == reference || all.definition(i).name == reference) return &all.definition(i);
  return nullptr;
}

/// The rule as it is in force, and whether it asks what it asked when it fired.
template <typename RuleOrCorrelation>
void add_rule(const RuleOrCorrelation& rule, const pipeline::RulesInForce& in_force, const std::string& digest_then,
              json::object& out) {
  const std::string digest = detect::rule_digest(rule);
  out["rule"] = json::object{{"id", rule.id},
                             {"title", to_valid_utf8(rule.title)},
                             {"level", detect::to_text(rule.level)},
                             {"modified", to_valid_utf8(rule.modified.empty() ? rule.date : rule.modified)},
                             {"file", to_valid_utf8(rule.file)},
                             {"line", rule.line},
                             {"digest", digest},
                             {"set_version", in_force.version},
                             {"set_since", format_time(in_force.since)}};
  out["rule_changed"] = digest_then.empty() ? "unknown" : digest_then == digest ? "no" : "yes";
}

/// Not more than one event: the finding's own.
std::expected<std::optional<json::object>, Response> event_of(const Sources& from, const json::object& finding) {
  const std::string uid = text_at(finding, "event");
  std::optional<lake::TimeRange> range;
  if (const auto time = parse_time(text_at(finding, "time"))) {
    constexpr int64_t margin_ns = ns_per_second;  // the alert keeps less of a time than the lake
    range = lake::TimeRange{{time->ns - margin_ns}, {time->ns + margin_ns}};
  }
  auto found = from.store.get_all({&uid, 1}, range);
  if (!found) return std::unexpected(problem(found.error()));
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

json::object explain_rule(const Sources& from, const detect::Rule& rule, const std::optional<json::object>& stored) {
  if (!stored) return {{"verdict", "event_gone"}};
  event::Batch batch;
  lake::add_stored_event(batch, *stored);
  const detect::Explanation explanation = detect::explain(rule, *from.taxonomy, batch, batch.events().front());
  json::object out = explanation_json(explanation);
  out["verdict"] = explanation.given_up   ? "too_much"
                   : explanation.holds    ? "holds"
                   : !explanation.let_in  ? "other_log_source"
                   : explanation.filtered ? "filtered"
                                          : "does_not_hold";
  return out;
}

/// Where in the event the indicator was found; its evidence names field and value first.
json::object explain_indicator(const json::object& finding, const std::optional<json::object>& stored) {
  if (!stored) return {{"verdict", "event_gone"}};
  const json::array& noted = array_at(finding, "fields");
  if (noted.empty() || !noted.front().is_object()) return {{"verdict", "does_not_hold"}};
  const std::string field = text_at(noted.front().get_object(), "name");
  const std::string found = text_at(noted.front().get_object(), "value");
  json::array values;
  const auto look = [&](const json::value& value) {
    if (!value.is_string() || found.empty()) return;
    const std::string_view text = value.get_string();
    const size_t at = text.find(found);
    if (at == std::string_view::npos || values.size() == detect::shown_values_max) return;
    const detect::MatchPlace place{at, found.size()};
    values.push_back(shown_value_json(detect::show_value(field, text, {&place, 1})));
  };
  const json::object& fields = desks::object_at(*stored, "fields");
  if (const json::value* value = fields.if_contains(field)) {
    look(*value);
    if (value->is_array()) std::ranges::for_each(value->get_array(), look);
  }
  const bool holds = !values.empty();
  return {{"verdict", holds ? "holds" : "does_not_hold"}, {"indicator", json::object{{"values", std::move(values)}}}};
}

/// The rules under a correlation, those under inner ones too.
void rules_under(const detect::RuleSet& set, const detect::correlation::Definition& definition, size_t depth,
                 std::vector<const detect::Rule*>& out, json::array& told) {
  for (const std::string& reference : definition.rules) {
    if (told.size() == correlated_rules_max) return;
    if (const detect::Rule* rule = rule_named(set, reference)) {
      if (std::ranges::find(out, rule) != out.end()) continue;
      out.push_back(rule);
      told.push_back(json::object{{"reference", reference}, {"id", rule->id}, {"title", to_valid_utf8(rule->title)}});
    } else if (const auto* inner = correlation_named(set, reference);
               inner && depth < detect::correlation::chain_depth_max) {
      told.push_back(json::object{{"reference", reference}, {"id", inner->id}, {"title", to_valid_utf8(inner->title)}});
      rules_under(set, *inner, depth + 1, out, told);
    }
  }
}

std::expected<json::object, Response> explain_correlation(const Sources& from, const detect::RuleSet& set,
                                                          const detect::correlation::Definition& definition,
                                                          const json::object& finding) {
  std::vector<std::string> uids = desks::texts_at(finding, "events");
  if (uids.empty()) uids.push_back(text_at(finding, "event"));
  const size_t left_out = uids.size() - std::min(uids.size(), correlated_events_max);
  uids.erase(uids.begin(), uids.begin() + static_cast<std::ptrdiff_t>(left_out));
  auto stored = from.store.get_all(uids);
  if (!stored) return std::unexpected(problem(stored.error()));
  std::vector<const detect::Rule*> rules;
  json::array told;
  rules_under(set, definition, 0, rules, told);
  json::array events;
  for (const json::object& row : *stored) {
    event::Batch batch;
    lake::add_stored_event(batch, row);
    json::array fired;
    for (const detect::Rule* rule : rules)
      if (detect::holds_plainly(*rule, *from.taxonomy, batch, batch.events().front()))
        fired.push_back(json::value(rule->id));
    events.push_back(json::object{{"event_uid", text_at(row, "event_uid")},
                                  {"time", text_at(row, "time")},
                                  {"host", text_at(row, "host")},
                                  {"rules", std::move(fired)}});
  }
  const size_t gone = uids.size() - std::min(uids.size(), events.size());
  json::array group;
  for (const json::value& field : array_at(finding, "fields"))
    if (field.is_object() &&
        std::ranges::find(definition.group_by, text_at(field.get_object(), "name")) != definition.group_by.end())
      group.push_back(field);
  return json::object{{"verdict", "recorded"},
                      {"correlation", json::object{{"type", detect::correlation::to_text(definition.type)},
                                                   {"condition", to_valid_utf8(definition.condition)},
                                                   {"timespan_seconds", definition.timespan_ns / ns_per_second},
                                                   {"fields", desks::to_array(definition.fields)},
                                                   {"group_by", desks::to_array(definition.group_by)},
                                                   {"group", std::move(group)},
                                                   {"rules", std::move(told)},
                                                   {"events", std::move(events)},
                                                   {"events_gone", gone},
                                                   {"events_left_out", left_out}}}};
}

json::object head_of(const Asked& asked) {
  json::array findings;
  for (const json::value& entry : asked.evidence)
    if (entry.is_object())
      findings.push_back(json::object{{"finding", text_at(entry.get_object(), "finding")},
                                      {"event_uid", text_at(entry.get_object(), "event")},
                                      {"time", text_at(entry.get_object(), "time")}});
  return {{"alert", asked.alert},
          {"finding", text_at(asked.finding, "finding")},
          {"event_uid", text_at(asked.finding, "event")},
          {"rule_id", asked.rule},
          {"rule_changed", "unknown"},
          {"noted", array_at(asked.finding, "fields")},
          {"findings", std::move(findings)},
          {"findings_omitted", asked.omitted}};
}

Response show_explanation(const Sources& from, const Request& request) {
  const auto asked = find_finding(from.ledger, request);
  if (!asked) return asked.error();
  json::object out = head_of(*asked);
  const auto in_force = from.rules();
  const detect::RuleSet& set = *in_force->report.rules;
  const auto* correlation = correlation_named(set, asked->rule);
  const bool correlated = correlation != nullptr || asked->finding.contains("events");
  const bool indicator = asked->rule.starts_with(indicator_prefix);
  out["kind"] = indicator ? "indicator" : correlated ? "correlation" : "rule";
  const std::string digest_then = text_at(asked->finding, "rule_digest");
  if (!digest_then.empty()) out["rule_digest_then"] = digest_then;
  json::object said{{"verdict", "rule_gone"}};
  if (correlated) {
    if (correlation) {
      auto told = explain_correlation(from, set, *correlation, asked->finding);
      if (!told) return told.error();
      said = std::move(*told);
      add_rule(*correlation, *in_force, digest_then, out);
    }
  } else {
    const auto stored = event_of(from, asked->finding);
    if (!stored) return stored.error();
    if (indicator) {
      said = explain_indicator(asked->finding, *stored);
    } else if (const detect::Rule* rule = rule_named(set, asked->rule)) {
      said = explain_rule(from, *rule, *stored);
      add_rule(*rule, *in_force, digest_then, out);
    }
  }
  for (auto& [key, value] : said) out[key] = std::move(value);
  return json_response(200, out);
}

Components components() {
  using namespace schema;
  const Value count = integer(0);
  const Value words = list(text());
  const Value noted = list(object({{"name", text()}, {"value", text()}}));
  Components out = explanation_components();
  out["ExplainedCorrelation"] =
      object({{"type", text(1)},
              {"condition", text()},
              {"timespan_seconds", integer(0)},
              {"fields", words},
              {"group_by", words},
              {"group", noted},
              {"rules", list(object({{"reference", text(1)}, {"id", text(1)}, {"title", text()}}))},
              {"events",
               described(list(object({{"event_uid", text(1)}, {"time", time()}, {"host", text()}, {"rules", words}})),
                         "By time; `rules`: those that hold for the event now")},
              {"events_gone", described(count, "That the lake holds no longer")},
              {"events_left_out", count}});
  out["AlertExplanation"] = object(
      {{"alert", text(1)},
       {"finding", text(1)},
       {"event_uid", text()},
       {"kind", choice({"rule", "correlation", "indicator"})},
       {"verdict",
        described(choice({"holds", "does_not_hold", "filtered", "other_log_source", "too_much", "rule_gone",
                          "event_gone", "recorded"}),
                  "What the rule in force says of the stored event now; of a correlation it is told what was "
                  "recorded")},
       {"rule_id", text(1)},
       {"rule_changed", described(choice({"no", "yes", "unknown"}), "Whether it asks other things than when it fired")},
       optional("rule_digest_then", text(1)),
       optional("rule", object({{"id", text(1)},
                                {"title", text()},
                                {"level", text(1)},
                                {"modified", text()},
                                {"file", text()},
                                {"line", integer(0)},
                                {"digest", text(1)},
                                {"set_version", integer(1)},
                                {"set_since", time()}})),
       {"noted", described(noted, "What was noted of the event when the finding was made")},
       {"findings", described(list(object({{"finding", text(1)}, {"event_uid", text()}, {"time", time()}})),
                              "Every finding that can be asked for")},
       {"findings_omitted", count},
       optional("let_in", boolean()),
       optional("conditions", list(ref("ExplainedCondition"))),
       optional("selections", list(ref("ExplainedSelection"))),
       optional("indicator", object({{"values", list(ref("ShownValue"))}})),
       optional("correlation", ref("ExplainedCorrelation"))});
  return out;
}

}  // namespace

RouteSet explanation_routes(ledger::Ledger& ledger, lake::EventStore& store, RulesInForceSource rules,
                            std::shared_ptr<const detect::Taxonomy> taxonomy) {
  const Sources from{ledger, store, std::move(rules), std::move(taxonomy)};
  RouteSet out{{}, components()};
  out.routes = {{.method = Method::get,
                 .pattern = "/api/v1/alerts/{id}/explanation",
                 .operation = "explainAlert",
                 .tag = "alerts",
                 .summary = "Why a finding of the alert fired: which conditions hold, by which values of the event",
                 .permission = "alert.read",
                 .query = {{"finding", schema::text(1, 128), "of the alert's evidence; default the first"}},
                 .answers = {{.schema = ref("AlertExplanation"), .summary = "The explanation"}},
                 .handler = [from](const Request& request) { return show_explanation(from, request); }}};
  return out;
}

}  // namespace yagura::api
