#include "detect/rule_set.hpp"

#include <algorithm>

#include "detect/rule_loader.hpp"
#include "detect/rule_set_builder.hpp"

namespace yagura::detect {

namespace fs = std::filesystem;

std::string to_text(const LogSource& source) {
  std::string out;
  const auto put = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    if (!out.empty()) out += ' ';
    out += name;
    out += value;
  };
  put("product=", source.product);
  put("category=", source.category);
  put("service=", source.service);
  return out;
}

Rejection rejection(const Diagnostic& diagnostic, const std::string& rule_id, const std::string& title) {
  return {diagnostic.file, diagnostic.line, diagnostic.column, rule_id,
          title,           diagnostic.code, diagnostic.what,   diagnostic.hint};
}

std::string to_text(const Rejection& rejection) {
  return to_text(
      Diagnostic{rejection.code, rejection.file, rejection.line, rejection.column, rejection.reason, rejection.hint});
}

LoadReport RuleSet::load(std::span<const fs::path> paths, const Taxonomy& taxonomy, const LoadOptions& options) {
  const std::shared_ptr<const Taxonomy> borrowed(&taxonomy, [](const Taxonomy*) {});
  return RuleLoader({paths.begin(), paths.end()}, borrowed, options).load();
}

LoadReport RuleSet::load_text(const std::string& yaml, const std::string& file, const Taxonomy& taxonomy,
                              const LoadOptions& options) {
  LoadReport report;
  Placeholders placeholders;
  for (const fs::path& path : options.placeholders)
    if (auto added = placeholders.add(path); !added) report.rejected.push_back(rejection(added.error()));
  RuleSetBuilder(taxonomy, placeholders, nullptr, false).build({read_rule_text(yaml, file, placeholders)}, report);
  return report;
}

LoadReport RuleSet::load_text_among(const RuleSet& others, const std::string& instead, const std::string& yaml,
                                    const std::string& file, const Taxonomy& taxonomy) {
  const Placeholders none;
  Decisions decisions = others.decisions_;
  if (decisions.own.empty()) decisions.own = "own";
  const std::string name = decisions.own + '/' + file;
  std::vector<SharedFile> files;
  for (const SharedFile& other : others.files_)
    if (other->path != instead) files.push_back(other);
  files.push_back(read_rule_text(yaml, name, none));
  LoadReport report;
  RuleSetBuilder(taxonomy, none, &others, true, std::move(decisions)).build(std::move(files), report);
  for (auto* faults : {&report.rejected, &report.skipped, &report.warnings, &report.held}) {
    std::erase_if(*faults, [&](const Rejection& one) { return one.file != name; });
    for (Rejection& one : *faults) one.file = file;
  }
  return report;
}

void RuleSet::warm(const RuleSet* before) const {
  std::vector<bool> wanted(routes_->routes.size(), before == nullptr);
  if (before)
    for (const Member& member : before->members_)
      if (member.lane->compiled() && member.route < wanted.size()) wanted[member.route] = true;
  for (const Member& member : members_)
    if (wanted[member.route]) member.lane->lane();
}

size_t RuleSet::patches() const {
  return static_cast<size_t>(std::ranges::count_if(members_, &Member::patch));
}

}  // namespace yagura::detect
