#include "desks/triage/attack_names.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "base/yaml.hpp"

namespace yagura::desks::triage {
namespace {

constexpr std::array all_levels{detect::Level::informational, detect::Level::low, detect::Level::medium,
                                detect::Level::high, detect::Level::critical};

std::unexpected<Diagnostic> wrong(const std::string& file, const YAML::Node& node, std::string what, std::string hint) {
  const YAML::Mark mark = node.IsDefined() ? node.Mark() : YAML::Mark::null_mark();
  return std::unexpected(
      Diagnostic{"attack_names.file", file, mark.line + 1, mark.column + 1, std::move(what), std::move(hint)});
}

std::string normal_tag(std::string_view tag) {
  std::string out = ascii_lower(tag);
  std::ranges::replace(out, '-', '_');
  return out;
}

/// A tag matches itself and what is below it.
bool tag_matches(std::string_view wanted, std::string_view tag) {
  return tag.starts_with(wanted) && (tag.size() == wanted.size() || tag[wanted.size()] == '.');
}

std::vector<std::string> scalars(const YAML::Node& node) {
  std::vector<std::string> out;
  if (node.IsDefined() && node.IsSequence())
    for (const auto& item : node)
      if (item.IsScalar()) out.push_back(item.Scalar());
  return out;
}

std::optional<size_t> index_of(const std::vector<std::string>& order, const YAML::Node& node) {
  if (!node.IsDefined() || !node.IsScalar()) return std::nullopt;
  const auto found = std::ranges::find(order, node.Scalar());
  if (found == order.end()) return std::nullopt;
  return static_cast<size_t>(found - order.begin());
}

}  // namespace

Diagnosed<AttackNames> AttackNames::load(const std::filesystem::path& path) {
  const std::string file = path.string();
  auto documents = load_yaml(path);
  if (!documents) return std::unexpected(documents.error());
  const YAML::Node root = documents->empty() ? YAML::Node() : documents->front();
  if (!root.IsMap()) return wrong(file, root, "the file is no map", "see the shipped file");
  try {
    return read(root, file);
  } catch (const YAML::Exception& e) {
    return std::unexpected(
        Diagnostic{"attack_names.file", file, e.mark.line + 1, e.mark.column + 1, e.msg, "see the shipped file"});
  }
}

Diagnosed<AttackNames> AttackNames::read(const YAML::Node& root, const std::string& file) {
  AttackNames out;
  out.order_ = scalars(root["order"]);
  if (out.order_.empty()) return wrong(file, root, "'order' lists no stage", "list the stages from least to most");
  for (const auto& entry : root["attack_types"]) {
    std::vector<std::string> tags = scalars(entry["tags"]);
    if (!entry["type"] || !entry["type"].IsScalar() || tags.empty())
      return wrong(file, entry, "an entry lacks 'type' or 'tags'", "write {type: malware, tags: [attack.execution]}");
    std::ranges::transform(tags, tags.begin(), normal_tag);
    out.types_.emplace_back(entry["type"].Scalar(), std::move(tags));
  }
  for (const auto& entry : root["stages"]) {
    const auto stage = index_of(out.order_, entry.second);
    if (!stage) return wrong(file, entry.first, "the stage is not in 'order'", "use one of the stages of 'order'");
    out.stages_.emplace(normal_tag(entry.first.Scalar()), *stage);
  }
  for (const detect::Level level : all_levels) {
    const YAML::Node bounds = root["levels"][std::string(to_text(level))];
    const auto least = bounds.IsDefined() && bounds.IsMap() ? index_of(out.order_, bounds["least"]) : std::nullopt;
    const auto most = bounds.IsDefined() && bounds.IsMap() ? index_of(out.order_, bounds["most"]) : std::nullopt;
    if (!least || !most || *least > *most)
      return wrong(file, root["levels"], "level " + std::string(to_text(level)) + " has no bounds least <= most",
                   "give every level {least: stage, most: stage}");
    out.levels_[level] = {*least, *most};
  }
  if (out.types_.empty()) return wrong(file, root, "'attack_types' is empty", "see the shipped file");
  return out;
}

NamedAttack AttackNames::name(const std::vector<std::string>& tags, detect::Level level) const {
  std::vector<std::string> normal(tags.size());
  std::ranges::transform(tags, normal.begin(), normal_tag);
  NamedAttack out{std::string(unclassified), ""};
  for (const auto& [type, wanted] : types_) {
    const bool holds = std::ranges::any_of(wanted, [&](const std::string& want) {
      return std::ranges::any_of(normal, [&](const std::string& tag) { return tag_matches(want, tag); });
    });
    if (holds) {
      out.attack_type = type;
      break;
    }
  }
  const Bounds bounds = levels_.at(level);
  size_t stage = bounds.least;
  for (const std::string& tag : normal)
    if (const auto found = stages_.find(tag); found != stages_.end()) stage = std::max(stage, found->second);
  out.progress = order_[std::min(stage, bounds.most)];
  return out;
}

}  // namespace yagura::desks::triage
