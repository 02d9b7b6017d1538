#include "detect/correlation/documents.hpp"

#include <unordered_map>

#include "detect/attributes.hpp"
#include "detect/correlation/reader.hpp"
#include "detect/rule_set.hpp"

namespace yagura::detect::correlation {

bool Documents::takes(const YAML::Node& document) {
  return document.IsMap() && (document["correlation"].IsDefined() || document["filter"].IsDefined());
}

void Documents::take(const YAML::Node& document, const std::string& file, const Placeholders& placeholders) {
  const std::string id = text_of(document, "id");
  const std::string title = text_of(document, "title");
  if (text_of(document, "status") == "unsupported") {
    skipped_.push_back({{"sigma.skipped.unsupported", file, document.Mark().line + 1, 0,
                         "its status says that it can't be used as it is", ""},
                        id,
                        title});
    return;
  }
  std::vector<Diagnostic> warnings;
  const auto refuse = [&](Diagnostic diagnostic) { rejected_.push_back({std::move(diagnostic), id, title}); };
  if (document["correlation"].IsDefined()) {
    auto read = read_definition(document, file, warnings);
    if (!read)
      refuse(read.error());
    else if (definitions_.size() >= correlations_max)
      refuse({"sigma.too_many_rules", file, 0, 0, "more than 10,000 correlations", ""});
    else
      definitions_.push_back(std::move(*read));
  } else {
    auto read = read_filter(document, file, placeholders, warnings);
    if (!read)
      refuse(read.error());
    else
      filters_.push_back(std::move(*read));
  }
  for (Diagnostic& warning : warnings) warnings_.push_back({std::move(warning), id, title});
}

/// Correlations from elsewhere that the organisation took out of force, or in whose place one of its own stands.
void Documents::set_aside(const std::vector<SharedRule>& rules, const Decisions& decisions, LoadReport& report) {
  if (decisions.own.empty() || definitions_.empty()) return;
  std::unordered_map<std::string, std::string> own;
  for (const SharedRule& rule : rules)
    if (decisions.is_own(rule->head().file)) own.emplace(rule->head().id, rule->head().file);
  for (const Definition& definition : definitions_)
    if (decisions.is_own(definition.file)) own.emplace(definition.id, definition.file);
  std::erase_if(definitions_, [&](const Definition& definition) {
    if (decisions.is_own(definition.file)) return false;
    const auto other = own.find(definition.id);
    const bool out = decisions.out_of_force.contains(definition.id);
    if (other == own.end() && !out) return false;
    report.set_aside.push_back({definition.file, definition.line, 0, definition.id, definition.title,
                                other != own.end() ? "rules.replaced" : "rules.out_of_force",
                                other != own.end() ? "a rule of the organisation's own has its place: " + other->second
                                                   : "the organisation took it out of force",
                                ""});
    return true;
  });
}

Set Documents::finish(std::vector<SharedRule>& rules, const Taxonomy& taxonomy, const Decisions& decisions,
                      LoadReport& report) {
  set_aside(rules, decisions, report);
  std::unordered_map<std::string, std::string> files;
  if (!definitions_.empty())
    for (const SharedRule& rule : rules) files.emplace(rule->head().id, rule->head().file);
  std::erase_if(definitions_, [&](const Definition& definition) {
    const auto [it, fresh] = files.emplace(definition.id, definition.file);
    if (!fresh)
      rejected_.push_back({{"sigma.rule.duplicate_id", definition.file, definition.line, 0,
                            "the id is that of a rule in " + it->second, "give each rule an id of its own"},
                           definition.id,
                           definition.title});
    return !fresh;
  });
  std::vector<Diagnostic> warnings;
  apply_filters(filters_, rules, warnings);
  std::vector<Set::Rejected> unresolved;
  Set out = definitions_.empty() ? Set() : Set::build(std::move(definitions_), rules, taxonomy, unresolved);
  for (Set::Rejected& one : unresolved) rejected_.push_back({std::move(one.diagnostic), one.id, one.title});
  for (Diagnostic& warning : warnings) warnings_.push_back({std::move(warning), {}, {}});
  const auto add = [](const std::vector<Refused>& from, std::vector<Rejection>& to) {
    for (const Refused& one : from) to.push_back(rejection(one.diagnostic, one.id, one.title));
  };
  add(rejected_, report.rejected);
  add(skipped_, report.skipped);
  add(warnings_, report.warnings);
  report.correlations = out.size();
  report.filters = filters_.size();
  return out;
}

}  // namespace yagura::detect::correlation
