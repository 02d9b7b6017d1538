#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <filesystem>
#include <set>

#include "api/attack_tags.hpp"
#include "api/event_routes.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "api/rule_json.hpp"
#include "base/text.hpp"
#include "detect/rule_digest.hpp"
#include "detect/rule_set.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using detect::RuleSet;
using schema::ref;
using RuleSource = std::function<std::shared_ptr<const RuleSet>()>;

constexpr int64_t rules_page_default = 100;
constexpr int64_t rules_page_max = 1000;

json::array names(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& name : list) out.push_back(json::value(name));
  return out;
}

/// "ORU-2026-0001" of ".../ORU-2026-0001.yml": the record of a rule that the organisation put in force; else empty.
std::string own_rule_of(const std::string& file) {
  std::string stem = std::filesystem::path(file).stem().string();
  return stem.starts_with("ORU-") ? stem : std::string();
}

json::object with_own(json::object rule) {
  if (auto own = own_rule_of(json::value_to<std::string>(rule.at("file"))); !own.empty()) rule["own"] = own;
  return rule;
}

json::object rule_json(const detect::Rule& rule) {
  return {{"id", rule.id},
          {"title", rule.title},
          {"level", detect::to_text(rule.level)},
          {"status", rule.status},
          {"description", rule.description},
          {"author", rule.author},
          {"date", rule.date},
          {"modified", rule.modified},
          {"digest", detect::rule_digest(rule)},
          {"tags", names(rule.tags)},
          {"references", names(rule.references)},
          {"falsepositives", names(rule.falsepositives)},
          {"conditions", names(rule.conditions)},
          {"logsource",
           {{"product", rule.logsource.product},
            {"category", rule.logsource.category},
            {"service", rule.logsource.service}}},
          {"file", rule.file},
          {"line", rule.line}};
}

/// A correlation as a rule: it has no log source of its own.
json::object rule_json(const detect::correlation::Definition& rule) {
  return {{"id", rule.id},
          {"title", rule.title},
          {"level", detect::to_text(rule.level)},
          {"status", rule.status},
          {"description", rule.description},
          {"author", rule.author},
          {"date", rule.date},
          {"modified", rule.modified},
          {"digest", detect::rule_digest(rule)},
          {"tags", names(rule.tags)},
          {"references", names(rule.references)},
          {"falsepositives", names(rule.falsepositives)},
          {"conditions", json::array{rule.condition}},
          {"logsource", {{"product", ""}, {"category", ""}, {"service", ""}}},
          {"correlation",
           {{"type", detect::correlation::to_text(rule.type)},
            {"rules", names(rule.rules)},
            {"group_by", names(rule.group_by)},
            {"timespan_seconds", rule.timespan_ns / ns_per_second},
            {"fields", names(rule.fields)},
            {"generate", rule.generate}}},
          {"file", rule.file},
          {"line", rule.line}};
}

/// What a list is asked for; empty: anything.
struct Wanted {
  std::string text;  // folded
  std::string_view level;
  std::string_view status;
  std::string tag;
  std::string technique;
  std::string_view kind;
  detect::LogSource source;

  explicit Wanted(const Request& request)
      : text(fold_for_search(request.param("text").value_or(""))),
        level(request.param("level").value_or("")),
        status(request.param("status").value_or("")),
        tag(ascii_lower(request.param("tag").value_or(""))),
        technique(request.param("technique").value_or("")),
        kind(request.param("kind").value_or("")),
        source{std::string(request.param("product").value_or("")), std::string(request.param("category").value_or("")),
               std::string(request.param("service").value_or(""))} {
    if (technique.starts_with('t')) technique[0] = 'T';
  }

  template <typename RuleOrCorrelation>
  bool takes(const RuleOrCorrelation& rule) const {
    if (!level.empty() && detect::to_text(rule.level) != level) return false;
    if (!status.empty() && rule.status != status) return false;
    if (!tag.empty() && std::ranges::none_of(rule.tags, [&](const auto& one) { return ascii_lower(one) == tag; }))
      return false;
    const auto below = [&](const std::string& one) {
      const auto named = technique_of(one);
      return named && is_below(*named, technique);
    };
    if (!technique.empty() && std::ranges::none_of(rule.tags, below)) return false;
    return text.empty() ||
           fold_for_search(rule.id + " " + rule.title + " " + rule.description).find(text) != std::string::npos;
  }

  bool takes(const detect::LogSource& has) const {
    return (source.product.empty() || source.product == has.product) &&
           (source.category.empty() || source.category == has.category) &&
           (source.service.empty() || source.service == has.service);
  }
};

Response list_rules(const RuleSet& rules, const Request& request) {
  const Wanted wanted(request);
  int64_t limit = rules_page_default;
  int64_t offset = 0;
  if (const auto given = request.param("limit")) std::from_chars(given->data(), given->data() + given->size(), limit);
  if (const auto given = request.param("offset")) std::from_chars(given->data(), given->data() + given->size(), offset);
  json::array out;
  int64_t total = 0;
  const auto add = [&](const auto& rule) {
    if (!wanted.takes(rule)) return;
    if (total >= offset && static_cast<int64_t>(out.size()) < limit) out.push_back(with_own(rule_json(rule)));
    ++total;
  };
  if (wanted.kind != "correlation")
    for (const detect::Rule& rule : rules.rules())
      if (wanted.takes(rule.logsource)) add(rule);
  if (wanted.kind != "rule" && wanted.takes(detect::LogSource{}))
    for (uint32_t i = 0; i < rules.correlations().size(); ++i) add(rules.correlations().definition(i));
  return json_response(200, json::object{{"rules", std::move(out)}, {"total", total}});
}

Response show_rule(const RuleSet& rules, const std::string& id) {
  for (const detect::Rule& rule : rules.rules())
    if (rule.id == id) return json_response(200, with_own(rule_json(rule)));
  const detect::correlation::Set& correlations = rules.correlations();
  for (uint32_t i = 0; i < correlations.size(); ++i)
    if (correlations.definition(i).id == id) return json_response(200, with_own(rule_json(correlations.definition(i))));
  return problem(404, "not_found", "there is no such rule");
}

/// The file of the rule of one's own that is written anew; empty: none.
std::string file_of_own(const RuleSet& rules, std::string_view record) {
  if (!record.empty())
    for (const detect::SharedFile& file : rules.files())
      if (own_rule_of(file->path) == record) return file->path;
  return {};
}

/// What a text is among the rules in force: a correlation may ask for them, and an id of another of one's own is taken.
Response check_rule(const RuleSet& rules, const detect::Taxonomy& taxonomy, const Request& request) {
  const std::string instead = file_of_own(rules, request.param("own").value_or(""));
  const detect::LoadReport among = RuleSet::load_text_among(rules, instead, request.body, "request", taxonomy);
  const detect::LoadReport alone = RuleSet::load_text(request.body, "request", taxonomy);
  json::array loaded;
  std::set<std::string> ids;
  const auto add = [&](const auto& rule) {
    ids.insert(rule.id);
    json::object shown = rule_json(rule);
    shown["file"] = "request";
    loaded.push_back(std::move(shown));
  };
  for (const detect::Rule& rule : alone.rules->rules()) add(rule);
  const detect::correlation::Set& correlations = among.rules->correlations();
  for (uint32_t i = 0; i < correlations.size(); ++i)
    if (correlations.definition(i).file == among.rules->files().back()->path) add(correlations.definition(i));
  std::vector<detect::Rejection> replaced = among.set_aside;
  std::erase_if(replaced, [&](const auto& one) { return one.code != "rules.replaced" || !ids.contains(one.rule_id); });
  return json_response(200, json::object{{"rules", std::move(loaded)},
                                         {"rejected", faults_json(among.rejected)},
                                         {"skipped", faults_json(among.skipped)},
                                         {"warnings", faults_json(among.warnings)},
                                         {"replaces", faults_json(replaced)}});
}

Components rule_components() {
  using namespace schema;
  const Value words = list(text());
  Components out;
  out["Rule"] = object({{"id", text(1)},
                        {"title", text()},
                        {"level", choice({"informational", "low", "medium", "high", "critical"})},
                        {"status", text()},
                        {"description", text()},
                        {"author", text()},
                        {"date", text()},
                        {"modified", text()},
                        {"digest", described(text(1), "Of what it asks: the same as long as it fires on the same")},
                        {"tags", words},
                        {"references", words},
                        {"falsepositives", words},
                        {"conditions", words},
                        {"logsource", object({{"product", text()}, {"category", text()}, {"service", text()}})},
                        optional("correlation", object({{"type", text(1)},
                                                        {"rules", words},
                                                        {"group_by", words},
                                                        {"timespan_seconds", integer(1)},
                                                        {"fields", words},
                                                        {"generate", boolean()}})),
                        {"file", text()},
                        {"line", integer(0)},
                        optional("own", described(text(1), "The record of a rule of one's own"))});
  out["RuleFault"] =
      object({{"file", text()},
              {"line", integer(0)},
              {"column", integer(0)},
              {"rule_id", text()},
              {"rule_title", text()},
              {"code", text(1)},
              {"reason", described(text(1), "In the language that Accept-Language names")},
              {"hint", text()},
              optional("detail", described(text(1), "The reason in English, where it is told in another"))});
  return out;
}

}  // namespace

json::array faults_json(const std::vector<detect::Rejection>& list, size_t most) {
  json::array out;
  for (const detect::Rejection& each : list) {
    if (out.size() >= most) break;
    out.push_back(json::object{{"file", to_valid_utf8(each.file)},
                               {"line", each.line},
                               {"column", each.column},
                               {"rule_id", to_valid_utf8(each.rule_id)},
                               {"rule_title", to_valid_utf8(each.rule_title)},
                               {"code", each.code},
                               {"reason", to_valid_utf8(each.reason)},
                               {"hint", to_valid_utf8(each.hint)}});
  }
  return out;
}

RouteSet rule_routes(RuleSource rules, std::shared_ptr<const detect::Taxonomy> taxonomy) {
  const auto faults = schema::list(ref("RuleFault"));
  RouteSet out{{}, rule_components()};
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/rules",
       .operation = "listRules",
       .tag = "rules",
       .summary = "The rules in force",
       .permission = "alert.read",
       .query = {{"text", schema::text(1, 200), "in id, title or description"},
                 {"level", schema::choice({"informational", "low", "medium", "high", "critical"}), "of this level"},
                 {"status", schema::text(1, 40), "of this status: stable, test, experimental ..."},
                 {"tag", schema::text(1, 100), "with this tag, in any case"},
                 {"technique", schema::pattern("^[Tt][0-9]{4}([.][0-9]{3})?$"), "of this ATT&CK technique or below it"},
                 {"product", schema::text(1, 100), "of this log source"},
                 {"category", schema::text(1, 100), "of this log source"},
                 {"service", schema::text(1, 100), "of this log source"},
                 {"kind", schema::choice({"rule", "correlation"}), "default both"},
                 {"limit", schema::integer(1, rules_page_max), "default 100"},
                 {"offset", schema::integer(0), "skip so many"}},
       .answers = {{.schema = schema::object({{"rules", schema::list(ref("Rule"))}, {"total", schema::integer(0)}}),
                    .summary = "A page"}},
       .handler = [rules](const Request& request) { return list_rules(*rules(), request); }},
      {.method = Method::get,
       .pattern = "/api/v1/rules/{id}",
       .operation = "getRule",
       .tag = "rules",
       .summary = "One rule",
       .permission = "alert.read",
       .answers = {{.schema = ref("Rule"), .summary = "The rule"}},
       .handler = [rules](const Request& request) { return show_rule(*rules(), request.path_value("id")); }},
      {.method = Method::post,
       .pattern = "/api/v1/rules/check",
       .operation = "checkRules",
       .tag = "rules",
       .summary = "Say what is wrong with Sigma rules, among those in force; nothing is stored",
       .permission = "alert.read",
       .query = {{"own", schema::text(1, 40), "the rule of one's own that the text is to take the place of"}},
       .body = BodySpec{.types = {"application/yaml", "text/plain"}, .bytes_max = 1 << 20},
       .answers = {{.schema =
                        schema::object({{"rules", schema::list(ref("Rule"))},
                                        {"rejected", faults},
                                        {"skipped", faults},
                                        {"warnings", faults},
                                        {"replaces", schema::described(faults, "Rules in force from elsewhere")}}),
                    .summary = "What was understood and what not"}},
       .handler = [rules, taxonomy](const Request& request) { return check_rule(*rules(), *taxonomy, request); }},
  };
  return out;
}

}  // namespace yagura::api
