#include "detect/rule_set.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <unordered_map>

#include "base/yaml.hpp"
#include "base/yaml_tree.hpp"
#include "detect/correlation/documents.hpp"
#include "detect/rule_reader.hpp"

namespace yagura::detect {

namespace fs = std::filesystem;

namespace {

bool is_rule_file(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name.ends_with(".samples.yaml") || name.ends_with(".samples.yml")) return false;
  return name.ends_with(".yml") || name.ends_with(".yaml");
}

/// The same file under whatever name: device and inode.
using FileIdentity = std::pair<uint64_t, uint64_t>;

/// False when it can't be read, or is longer than any YAML may be.
bool read_whole(const fs::path& file, std::string& text, FileIdentity& identity) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct stat about{};
  bool good = ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size <= int64_t{yaml_bytes_max};
  identity = {about.st_dev, about.st_ino};
  if (good) text.resize(static_cast<size_t>(about.st_size));
  for (size_t at = 0; good && at < text.size();) {
    const ssize_t got = ::read(fd, text.data() + at, text.size() - at);
    if (got <= 0) {
      good = got == 0;  // it became shorter
      text.resize(at);
    } else {
      at += static_cast<size_t>(got);
    }
  }
  ::close(fd);
  return good;
}

}  // namespace

Rejection rejection(const Diagnostic& diagnostic, const std::string& rule_id, const std::string& title) {
  return {diagnostic.file, diagnostic.line, diagnostic.column, rule_id,
          title,           diagnostic.code, diagnostic.what,   diagnostic.hint};
}

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

std::string to_text(const Rejection& rejection) {
  return to_text(
      Diagnostic{rejection.code, rejection.file, rejection.line, rejection.column, rejection.reason, rejection.hint});
}

/// Gathers documents into a set.
class RuleSetLoader {
 public:
  explicit RuleSetLoader(const LoadOptions& options) : set_(new RuleSet) {
    for (const fs::path& path : options.placeholders)
      if (auto added = placeholders_.add(path); !added) report_.rejected.push_back(rejection(added.error()));
  }

  void read_path(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return read_file(path);
    std::vector<fs::path> files;
    fs::recursive_directory_iterator it(path, fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && it != end; it.increment(error))
      if (is_rule_file(it->path()) && it->is_regular_file(error)) files.push_back(it->path());
    if (error)
      report_.rejected.push_back(rejection(
          {"sigma.folder_unreadable", path.string(), 0, 0, "the folder can't be read: " + error.message(), ""}));
    std::ranges::sort(files);
    for (const fs::path& file : files) read_file(file);
  }

  void read_file(const fs::path& file) {
    std::string text;
    FileIdentity identity;
    if (!read_whole(file, text, identity)) return take(load_yaml(file), file.string());
    if (!seen_.insert(identity).second) return;
    take_text(std::move(text), file.string());
  }

  void take_text(std::string text, const std::string& file) {
    // Nearly every rule is a plain document; the rest needs all of YAML, and documents that know of each other.
    if (const auto tree = YamlTree::read_plain(text); tree && is_plain_rule(*tree))
      return take(read_rule(*tree, file, placeholders_));
    take(parse_yaml(text, file), file);
  }

  void take(Diagnosed<std::vector<YAML::Node>> documents, const std::string& file) {
    if (documents) documents = resolve_actions(std::move(*documents), file);
    if (!documents) {
      report_.rejected.push_back(rejection(documents.error()));
      return;
    }
    if (std::ranges::all_of(*documents, [](const YAML::Node& document) { return document.IsNull(); }))
      report_.rejected.push_back(rejection({"sigma.file_empty", file, 0, 0, "the file holds no rule", ""}));
    for (const YAML::Node& document : *documents) {
      if (document.IsNull()) continue;  // "---" at the end
      if (meta_.takes(document))
        meta_.take(document, file, placeholders_);
      else
        take(read_rule(document, file, placeholders_));
    }
  }

  LoadReport finish(const Taxonomy& taxonomy) {
    report_.loaded = set_->rules_.size();
    set_->correlations_ = meta_.finish(set_->rules_, taxonomy, report_);
    set_->compile(taxonomy, report_);
    report_.rules = std::move(set_);
    return std::move(report_);
  }

 private:
  void take(RuleReading reading) {
    if (reading.rule) {
      const auto [it, fresh] = ids_.emplace(reading.rule->id, reading.rule->file);
      if (!fresh)
        reading.rejected = Diagnostic{"sigma.rule.duplicate_id",
                                      reading.rule->file,
                                      reading.rule->line,
                                      0,
                                      "the id is that of a rule in " + it->second,
                                      "give each rule an id of its own"};
      else if (set_->rules_.size() >= rules_max)
        reading.rejected =
            Diagnostic{"sigma.too_many_rules", reading.rule->file, 0, 0, "more than 1,000,000 rules", ""};
    }
    for (const Diagnostic& warning : reading.warnings)
      report_.warnings.push_back(rejection(warning, reading.rule_id, reading.rule_title));
    if (reading.rejected)
      report_.rejected.push_back(rejection(*reading.rejected, reading.rule_id, reading.rule_title));
    else if (reading.skipped)
      report_.skipped.push_back(rejection(*reading.skipped, reading.rule_id, reading.rule_title));
    else if (reading.rule)
      set_->rules_.push_back(std::move(*reading.rule));
  }

  std::shared_ptr<RuleSet> set_;
  LoadReport report_;
  Placeholders placeholders_;
  correlation::Documents meta_;
  std::set<FileIdentity> seen_;
  std::unordered_map<std::string, std::string> ids_;
};

LoadReport RuleSet::load(std::span<const fs::path> paths, const Taxonomy& taxonomy, const LoadOptions& options) {
  RuleSetLoader loader(options);
  for (const fs::path& path : paths) loader.read_path(path);
  return loader.finish(taxonomy);
}

LoadReport RuleSet::load_text(const std::string& yaml, const std::string& file, const Taxonomy& taxonomy,
                              const LoadOptions& options) {
  RuleSetLoader loader(options);
  loader.take_text(yaml, file);
  return loader.finish(taxonomy);
}

void RuleSet::compile(const Taxonomy& taxonomy, LoadReport& report) {
  structured_formats_ = taxonomy.structured_formats();
  std::map<std::string, Taxonomy::Answer> answers;
  for (uint32_t i = 0; i < rules_.size(); ++i) {
    const std::string source = to_text(rules_[i].logsource);
    const auto [it, fresh] = answers.try_emplace(source);
    if (fresh) it->second = taxonomy.routes(rules_[i].logsource);
    if (!it->second.known)
      report.warnings.push_back({rules_[i].file, rules_[i].line, 0, rules_[i].id, rules_[i].title,
                                 "sigma.logsource.unmapped",
                                 fmt::format("nothing is known about the log source {}: the rule fires only on events "
                                             "that name it in logsource.product, .category or .service",
                                             source),
                                 "add it to catalog/sigma"});
    add_to_lanes(i, it->second);
  }
  for (Lane& lane : lanes_) lane.compile();
  for (const Lane& lane : lanes_) {
    auto& tests = lane_tests_.emplace_back();
    for (const EventTest& test : lane.route().tests) tests.push_back(lane_test(test));
  }
}

void RuleSet::add_to_lanes(uint32_t index, const Taxonomy::Answer& answer) {
  for (const Route& route : answer.routes) {
    auto lane = std::ranges::find_if(lanes_, [&](const Lane& known) { return known.same_route(route); });
    if (lane == lanes_.end()) lane = lanes_.emplace(lanes_.end(), route);
    lane->add(index, rules_[index], sources_);
  }
}

RuleSet::LaneTest RuleSet::lane_test(const EventTest& test) {
  const auto source = [&](const std::string& field) { return sources_.add({{field}, {}, {}, {}}); };
  LaneTest out{&test, {}, {}};
  for (const std::string& field : test.present) out.present.push_back(source(field));
  for (const auto& [field, values] : test.equal) out.equal.emplace_back(source(field), &values);
  return out;
}

}  // namespace yagura::detect
