#include "api/rule_insight_routes.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <fstream>
#include <sstream>

#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "api/rule_coverage_json.hpp"
#include "api/rule_json.hpp"
#include "base/text.hpp"
#include "detect/rule_file.hpp"
#include "pipeline/rule_trial.hpp"

namespace yagura::api {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using pipeline::RuleBook;
using schema::ref;

constexpr size_t source_bytes_max = 1 << 20;
constexpr size_t rule_text_length_max = 500'000;  // characters, in JSON

json::array names(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& name : list) out.push_back(json::value(to_valid_utf8(name)));
  return out;
}

std::optional<std::string> text_of_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > source_bytes_max || error) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return in ? std::optional(out.str()) : std::nullopt;
}

/// The document that starts on a line at or before `line` (from 1): from behind its "---" to before the next.
std::string document_at(const std::string& text, int line) {
  size_t start = 0;
  size_t end = text.size();
  int number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t stop = std::min(text.find('\n', at), text.size());
    const std::string_view one(text.data() + at, stop - at);
    ++number;
    const bool mark = one.starts_with("---") && (one.size() == 3 || one[3] == ' ' || one[3] == '\r' || one[3] == '\t');
    if (mark && number <= line)
      start = std::min(stop + 1, text.size());
    else if (mark) {
      end = at;
      break;
    }
    at = stop + 1;
  }
  return text.substr(start, end - start);
}

struct Place {
  std::string id;
  std::string file;
  int line;
};

std::optional<Place> place_of(const detect::RuleSet& set, const std::string& id) {
  for (const detect::SharedRule& rule : set.shared_rules())
    if (rule->head().id == id) return Place{id, rule->head().file, rule->head().line};
  for (uint32_t i = 0; i < set.correlations().size(); ++i) {
    const auto& one = set.correlations().definition(i);
    if (one.id == id) return Place{id, one.file, one.line};
  }
  return std::nullopt;
}

/// The same of a rule that the organisation took out of force.
std::optional<Place> place_aside(const std::vector<detect::Rejection>& rules, const std::string& id) {
  for (const detect::Rejection& one : rules)
    if (one.rule_id == id) return Place{id, one.file, one.line};
  return std::nullopt;
}

Response show_source(const pipeline::RuleStore& store, const std::string& id) {
  const auto now = store.in_force();
  const auto& set = now->report.rules;
  auto place = place_of(*set, id);
  if (!place) place = place_aside(now->report.set_aside, id);
  if (!place) return problem(404, "not_found", "there is no such rule");
  const auto text = text_of_file(place->file);
  if (!text) return problem(404, "source_gone", "the rule's file can't be read any more, or is larger than 1 MiB");
  const auto& files = set->files();
  const auto file = std::ranges::find_if(files, [&](const auto& one) { return one->path == place->file; });
  const fs::path samples = pipeline::samples_beside(place->file);
  json::object out{{"id", id},
                   {"file", to_valid_utf8(place->file)},
                   {"line", place->line},
                   {"yaml", to_valid_utf8(document_at(*text, place->line))},
                   {"changed", file != files.end() && (*file)->digest != detect::quick_digest(*text)}};
  if (const auto given = text_of_file(samples)) out["samples"] = to_valid_utf8(*given);
  return json_response(200, out);
}

Response show_standing(RuleBook& book, const std::string& id) {
  const auto page = book.page();
  if (!page) return problem(page.error());
  const auto& rules = (*page)->rules->report.rules->shared_rules();
  for (uint32_t i = 0; i < rules.size(); ++i)
    if (rules[i]->head().id == id) return json_response(200, standing_json(**page, i));
  return problem(404, "not_found", "there is no such rule; a correlation has no log source and no samples of its own");
}

json::object event_json(const detect::PlainEvent& event) {
  json::object fields;
  for (const detect::PlainField& field : event.fields) {
    json::value value(to_valid_utf8(field.text));
    if (field.kind == event::Kind::null) value = nullptr;
    const std::string name = to_valid_utf8(field.name);
    if (json::value* there = fields.if_contains(name)) {
      if (!there->is_array()) *there = json::array{*there};
      there->get_array().push_back(std::move(value));
    } else {
      fields[name] = std::move(value);
    }
  }
  return {{"format", event.format},
          {"channel", to_valid_utf8(event.channel)},
          {"provider", to_valid_utf8(event.provider)},
          {"event_id", event.event_id},
          {"fields", std::move(fields)}};
}

std::string_view kind_name(detect::RuleSample::Kind kind) {
  return kind == detect::RuleSample::Kind::positive    ? "positive"
         : kind == detect::RuleSample::Kind::near_miss ? "near_miss"
                                                       : "elsewhere";
}

json::object trial_json(const pipeline::RuleTrial& trial, const detect::Rule& rule) {
  json::array cases;
  for (const pipeline::TriedCase& one : trial.cases)
    cases.push_back(json::object{{"name", to_valid_utf8(one.name)},
                                 {"should_match", one.should_match},
                                 {"events", one.events},
                                 {"matched", one.matched},
                                 {"passed", one.passed},
                                 {"unreadable", to_valid_utf8(one.unreadable)}});
  json::array generated;
  for (const pipeline::TriedSample& one : trial.generated)
    generated.push_back(json::object{{"kind", kind_name(one.sample.kind)},
                                     {"name", to_valid_utf8(one.sample.name)},
                                     {"should_match", one.sample.expected},
                                     {"matches", one.fires},
                                     {"passed", one.passed()},
                                     {"event", event_json(one.sample.event)}});
  return {{"id", rule.id},
          {"title", to_valid_utf8(rule.title)},
          {"passed", trial.passed()},
          {"cases", std::move(cases)},
          {"generated", std::move(generated)},
          {"ways", trial.ways},
          {"ways_without_sample", trial.ways_without_sample},
          {"reasons", names(trial.reasons)}};
}

Response test_rule(const detect::Taxonomy& taxonomy, Counters& counters, const Request& request) {
  const json::object& body = request.json.get_object();
  detect::LoadReport report = detect::RuleSet::load_text(text_in(body, "rule"), "request", taxonomy);
  // What a correlation asks of rules elsewhere is no matter of its samples.
  std::erase_if(report.rejected, [](const auto& one) { return one.code == "sigma.correlation.rule_unknown"; });
  const bool generated = !body.contains("generated") || flag_in(body, "generated");
  const pipeline::Trial trial =
      pipeline::try_rules(report.rules, taxonomy, text_in(body, "samples"), generated, counters);
  json::array rules;
  for (const pipeline::RuleTrial& one : trial.rules) rules.push_back(trial_json(one, report.rules->rule(one.rule)));
  return json_response(200, json::object{{"passed", report.rejected.empty() && trial.passed()},
                                         {"rules", std::move(rules)},
                                         {"rejected", faults_json(report.rejected)},
                                         {"warnings", faults_json(report.warnings)},
                                         {"lost", names(trial.lost)}});
}

Components components() {
  using namespace schema;
  const Value count = integer(0);
  Components out = coverage_components();
  out["RuleTrial"] =
      object({{"id", text(1)},
              {"title", text()},
              {"passed", boolean()},
              {"cases", list(object({{"name", text()},
                                     {"should_match", boolean()},
                                     {"events", count},
                                     {"matched", count},
                                     {"passed", boolean()},
                                     {"unreadable", text()}}))},
              {"generated", list(object({{"kind", choice({"positive", "near_miss", "elsewhere"})},
                                         {"name", described(text(), "What was changed in a near miss")},
                                         {"should_match", described(boolean(), "By a plain reading of the rule")},
                                         {"matches", described(boolean(), "By the engine that live events go through")},
                                         {"passed", boolean()},
                                         {"event", object({{"format", text()},
                                                           {"channel", text()},
                                                           {"provider", text()},
                                                           {"event_id", integer()},
                                                           {"fields", any_object()}})}}))},
              {"ways", described(count, "In which the condition can hold, up to a limit")},
              {"ways_without_sample", count},
              {"reasons", described(list(text()), "Why no sample could be made for those")}});
  return out;
}

}  // namespace

RouteSet rule_insight_routes(RuleBook& book, const pipeline::RuleStore& store,
                             std::shared_ptr<const detect::Taxonomy> taxonomy, Counters& counters) {
  using namespace schema;
  const auto faults = list(ref("RuleFault"));
  RouteSet out{{}, components()};
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/rules/{id}/source",
       .operation = "getRuleSource",
       .tag = "rules",
       .summary = "A rule as its file has it, and its samples",
       .permission = "alert.read",
       .answers = {{.schema = object({{"id", text(1)},
                                      {"file", text()},
                                      {"line", integer(0)},
                                      {"yaml", described(text(), "The rule's own document of the file")},
                                      {"changed", described(boolean(), "The file is not what is in force any more")},
                                      optional("samples", described(text(), "The sample file beside it"))}),
                    .summary = "The text"}},
       .handler = [&store](const Request& request) { return show_source(store, request.path_value("id")); }},
      {.method = Method::get,
       .pattern = "/api/v1/rules/{id}/standing",
       .operation = "getRuleStanding",
       .tag = "rules",
       .summary = "Whether a rule stands its samples, and whether it can fire on what arrives",
       .permission = "alert.read",
       .answers = {{.schema = ref("RuleStanding"), .summary = "Its standing"}},
       .handler = [&book](const Request& request) { return show_standing(book, request.path_value("id")); }},
      {.method = Method::get,
       .pattern = "/api/v1/rules/coverage",
       .operation = "getAttackCoverage",
       .tag = "rules",
       .summary = "ATT&CK techniques that rules name: tested, untested, or without a log source that arrives",
       .permission = "alert.read",
       .query = {{"days", integer(1, pipeline::seen_days_max), "of events before the newest; default 30"}},
       .answers = {{.schema = ref("AttackCoverage"), .summary = "Coverage"}},
       .handler =
           [&book](const Request& request) {
             int64_t days = pipeline::seen_days;
             if (const auto given = request.param("days"))
               std::from_chars(given->data(), given->data() + given->size(), days);
             const auto page = book.page(days);
             return page ? json_response(200, attack_coverage_json(**page)) : problem(page.error());
           }},
      {.method = Method::post,
       .pattern = "/api/v1/rules/test",
       .operation = "testRules",
       .tag = "rules",
       .summary = "Try rules on samples of people and on those that they give of themselves; nothing is stored",
       .permission = "alert.read",
       .body = BodySpec{.schema = object({{"rule", described(text(1, rule_text_length_max), "Sigma, as YAML")},
                                          optional("samples", described(text(0, rule_text_length_max),
                                                                        "YAML with must_match and must_not_match")),
                                          optional("generated", described(boolean(), "Default true"))}),
                        .bytes_max = 2 << 20},
       .answers = {{.schema = object({{"passed", boolean()},
                                      {"rules", list(ref("RuleTrial"))},
                                      {"rejected", faults},
                                      {"warnings", faults},
                                      {"lost", list(text())}}),
                    .summary = "What came of each sample"}},
       .handler = [taxonomy, &counters](const Request& request) { return test_rule(*taxonomy, counters, request); }},
  };
  return out;
}

}  // namespace yagura::api
