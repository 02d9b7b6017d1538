#include "detect/rule_set_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/yaml.hpp"
#include "detect/rule_reader.hpp"

namespace yagura::detect {
namespace {

bool same_route(const Route& a, const Route& b) {
  return a.tests == b.tests && *a.fields == *b.fields;
}

FieldSource source_of(const Route& route, const std::string& field) {
  const auto found = route.fields->find(field);
  return found == route.fields->end() ? FieldSource{{field}, {}, {}, {}} : found->second;
}

}  // namespace

RuleSetBuilder::RuleSetBuilder(const Taxonomy& taxonomy, const Placeholders& placeholders, const RuleSet* before,
                               bool patching, Decisions decisions)
    : taxonomy_(taxonomy), placeholders_(placeholders), before_(before), patching_(patching), set_(new RuleSet) {
  set_->decisions_ = std::move(decisions);
  set_->structured_formats_ = taxonomy.structured_formats();
  set_->sources_ = before ? before->sources_ : std::make_shared<const SourceTable>();
  set_->routes_ = before ? before->routes_ : std::make_shared<const RuleSet::RouteBook>();
}

void RuleSetBuilder::build(std::vector<SharedFile> files, LoadReport& report) {
  set_->files_ = std::move(files);
  ids_.reserve(set_->files_.size());
  for (const SharedFile& file : set_->files_)
    if (set_->decisions_.is_own(file->path))
      for (const RuleDocument& document : file->documents)
        if (document.rule) own_ids_.emplace(document.rule->head().id, &file->path);
  for (const SharedFile& file : set_->files_) take(*file, false, report);
  // Rules of broken files come last: one that moved to another file is that file's.
  for (const SharedFile& file : set_->files_) take(*file, true, report);
  apply_documents_about_rules(report);
  find_routes(report);
  make_members();
  finish_members();
  report.loaded = set_->rules_.size();
  report.rules = std::move(set_);
}

void RuleSetBuilder::take(const RuleFile& file, bool held, LoadReport& report) {
  for (const RuleDocument& document : file.documents) {
    if (document.held != held) continue;
    if (document.rule && set_aside(file, document, report)) continue;
    for (const Diagnostic& warning : document.warnings)
      report.warnings.push_back(rejection(warning, document.rule_id, document.rule_title));
    if (document.rejected)
      report.rejected.push_back(rejection(*document.rejected, document.rule_id, document.rule_title));
    else if (document.skipped)
      report.skipped.push_back(rejection(*document.skipped, document.rule_id, document.rule_title));
    if (document.rule) add(file, document, report);
  }
  if (!file.text || held) return;
  set_->filters_digest_ = quick_digest(std::to_string(set_->filters_digest_) + file.path + *file.text);
  auto documents = parse_yaml(*file.text, file.path);
  if (documents) documents = resolve_actions(std::move(*documents), file.path);
  if (!documents) return;  // they were read when the file was
  for (const YAML::Node& document : *documents)
    if (correlation::Documents::takes(document)) about_rules_.take(document, file.path, placeholders_);
}

bool RuleSetBuilder::set_aside(const RuleFile& file, const RuleDocument& document, LoadReport& report) const {
  const Decisions& decisions = set_->decisions_;
  if (decisions.own.empty() || decisions.is_own(file.path)) return false;
  const RuleHead& head = document.rule->head();
  const auto own = own_ids_.find(head.id);
  if (own != own_ids_.end())
    report.set_aside.push_back({file.path, head.line, 0, head.id, head.title, "rules.replaced",
                                "a rule of the organisation's own has its place: " + *own->second, ""});
  else if (decisions.out_of_force.contains(head.id))
    report.set_aside.push_back({file.path, head.line, 0, head.id, head.title, "rules.out_of_force",
                                "the organisation took it out of force", ""});
  else
    return false;
  return true;
}

void RuleSetBuilder::apply_documents_about_rules(LoadReport& report) {
  std::vector<SharedRule>& rules = set_->rules_;
  const std::vector<SharedRule> as_read = rules;
  set_->correlations_ = about_rules_.finish(rules, taxonomy_, set_->decisions_, report);
  for (size_t i = 0; i < rules.size(); ++i) {
    if (rules[i] == as_read[i]) continue;
    // The same rule under the same filters stays the same to the lanes.
    if (before_ && before_->filters_digest_ == set_->filters_digest_)
      if (const auto known = before_->filtered_.find(as_read[i].get()); known != before_->filtered_.end())
        rules[i] = known->second;
    set_->filtered_.emplace(as_read[i].get(), rules[i]);
  }
  index_.reserve(rules.size());
  for (size_t i = 0; i < rules.size(); ++i) index_.emplace(rules[i].get(), static_cast<uint32_t>(i));
}

void RuleSetBuilder::add(const RuleFile& file, const RuleDocument& document, LoadReport& report) {
  const RuleHead& head = document.rule->head();
  const auto refuse = [&](std::string code, std::string what, std::string hint) {
    report.rejected.push_back(
        {file.path, head.line, 0, head.id, head.title, std::move(code), std::move(what), std::move(hint)});
  };
  const auto [it, fresh] = ids_.emplace(head.id, &file.path);
  if (!fresh) {
    if (!document.held)
      refuse("sigma.rule.duplicate_id", "the id is that of a rule in " + *it->second,
             "give each rule an id of its own");
    return;
  }
  if (set_->rules_.size() >= rules_max) return refuse("sigma.too_many_rules", "more than 1,000,000 rules", "");
  if (document.held)
    report.held.push_back({file.path, head.line, 0, head.id, head.title, "rules.held",
                           "the file is broken or unreadable now; the rule stays in force as it was before",
                           "mend the file, or remove it to end the rule"});
  set_->rules_.push_back(document.rule);
}

const RuleSet::RouteBook::Page& RuleSetBuilder::page_of(const LogSource& source) {
  const std::string key = to_text(source);
  const auto known = set_->routes_->by_source.find(key);
  if (known != set_->routes_->by_source.end()) return known->second;
  if (!routes_) {
    routes_ = std::make_shared<RuleSet::RouteBook>(*set_->routes_);
    set_->routes_ = routes_;
  }
  const Taxonomy::Answer answer = taxonomy_.routes(source);
  RuleSet::RouteBook::Page page{{}, answer.known};
  for (const Route& route : answer.routes) {
    const auto found =
        std::ranges::find_if(routes_->routes, [&](const Route& each) { return same_route(each, route); });
    page.routes.push_back(static_cast<uint32_t>(found - routes_->routes.begin()));
    if (found == routes_->routes.end()) routes_->routes.push_back(route);
  }
  return routes_->by_source.emplace(key, std::move(page)).first->second;
}

void RuleSetBuilder::find_routes(LoadReport& report) {
  // Rules of one folder mostly have one log source.
  const LogSource* source = nullptr;
  const RuleSet::RouteBook::Page* found = nullptr;
  for (const SharedRule& rule : set_->rules_) {
    const RuleHead& head = rule->head();
    if (!source || *source != head.logsource) {
      source = &head.logsource;
      found = &page_of(*source);
    }
    const RuleSet::RouteBook::Page& page = *found;
    if (!page.known)
      report.warnings.push_back({head.file, head.line, 0, head.id, head.title, "sigma.logsource.unmapped",
                                 fmt::format("nothing is known about the log source {}: the rule fires only on events "
                                             "that name it in logsource.product, .category or .service",
                                             to_text(head.logsource)),
                                 "add it to catalog/sigma"});
    for (const uint32_t route : page.routes) {
      if (groups_.size() <= route) groups_.resize(route + 1);
      groups_[route].rules.push_back(rule);
    }
  }
}

void RuleSetBuilder::make_members() {
  members_before_.resize(groups_.size());
  if (before_)
    for (uint32_t i = 0; i < before_->members_.size(); ++i)
      if (before_->members_[i].route < groups_.size()) members_before_[before_->members_[i].route].push_back(i);
  for (uint32_t route = 0; route < groups_.size(); ++route)
    if (!groups_[route].rules.empty() && !keep_members(route))
      add_member(route, std::move(groups_[route].rules), false);
}

bool RuleSetBuilder::keep_members(uint32_t route) {
  const std::vector<SharedRule>& wanted = groups_[route].rules;
  std::unordered_set<const StoredRule*> missing;
  for (const SharedRule& rule : wanted) missing.insert(rule.get());
  // The lane itself, then its patch when that is as it has to be.
  const SetLane* main = nullptr;
  size_t masked = 0;
  for (const uint32_t i : members_before_[route]) {
    const RuleSet::Member& member = before_->members_[i];
    if (member.patch) continue;
    main = member.lane.get();
    for (const SharedRule& rule : main->rules()) masked += missing.erase(rule.get()) == 0;
    if (masked > patch_rules_max || missing.size() > patch_rules_max) return false;
    const bool changed = masked != 0 || !missing.empty();
    if (changed && (!patching_ || !main->compiled())) return false;
    set_->members_.push_back({member.lane, route, false, {}, {}});
  }
  if (!main) return false;
  if (missing.empty()) return true;
  for (const uint32_t i : members_before_[route]) {
    const RuleSet::Member& member = before_->members_[i];
    if (!member.patch || member.lane->rules().size() != missing.size()) continue;
    if (std::ranges::all_of(member.lane->rules(),
                            [&](const SharedRule& rule) { return missing.contains(rule.get()); })) {
      set_->members_.push_back({member.lane, route, true, {}, {}});
      return true;
    }
  }
  std::vector<SharedRule> fresh;
  for (const SharedRule& rule : wanted)
    if (missing.contains(rule.get())) fresh.push_back(rule);
  add_member(route, std::move(fresh), true);
  return true;
}

void RuleSetBuilder::add_member(uint32_t route, std::vector<SharedRule> rules, bool patch) {
  std::unordered_set<std::string_view> seen;
  for (const SharedRule& rule : rules)
    for (const std::string& field : rule->head().reads)
      if (!field.empty() && seen.insert(field).second) source(source_of(set_->routes_->routes[route], field));
  planned_.push_back({static_cast<uint32_t>(set_->members_.size()), std::move(rules)});
  set_->members_.push_back({nullptr, route, patch, {}, {}});
}

SourceId RuleSetBuilder::source(const FieldSource& source) {
  if (const auto known = set_->sources_->find(source)) return *known;
  if (!sources_) {
    sources_ = std::make_shared<SourceTable>(*set_->sources_);
    set_->sources_ = sources_;
  }
  return sources_->add(source);
}

void RuleSetBuilder::finish_members() {
  const auto plain = [&](const std::string& field) { return source({{field}, {}, {}, {}}); };
  for (Planned& plan : planned_) {
    RuleSet::Member& member = set_->members_[plan.member];
    for (const EventTest& test : set_->routes_->routes[member.route].tests) {
      for (const std::string& field : test.present) plain(field);
      for (const auto& [field, values] : test.equal) plain(field);
    }
  }
  // No source is added from here on.
  for (Planned& plan : planned_) {
    RuleSet::Member& member = set_->members_[plan.member];
    member.lane =
        std::make_shared<const SetLane>(set_->routes_->routes[member.route], std::move(plan.rules), set_->sources_);
  }
  for (RuleSet::Member& member : set_->members_) {
    member.rules.reserve(member.lane->rules().size());
    for (const SharedRule& rule : member.lane->rules()) {
      const auto found = index_.find(rule.get());
      member.rules.push_back(found == index_.end() ? RuleSet::no_rule : found->second);
    }
    for (const EventTest& test : member.lane->route().tests) {
      RuleSet::LaneTest& made = member.tests.emplace_back(&test);
      for (const std::string& field : test.present) made.present.push_back(plain(field));
      for (const auto& [field, values] : test.equal) made.equal.emplace_back(plain(field), &values);
    }
  }
}

}  // namespace yagura::detect
