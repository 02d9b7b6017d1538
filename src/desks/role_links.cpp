#include "desks/role_links.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/check.hpp"
#include "base/yaml.hpp"
#include "ledger/yaml_reader.hpp"

namespace yagura::desks {
namespace {

constexpr size_t roles_max = 1000;
constexpr size_t links_of_role_max = 200;
constexpr size_t kinds_max = 500;

using Diagnostics = std::vector<Diagnostic>;

/// The one map that a file holds.
std::expected<YAML::Node, Diagnostics> open(const std::filesystem::path& file) {
  auto documents = load_yaml(file);
  if (!documents) return std::unexpected(Diagnostics{documents.error()});
  if (documents->size() != 1 || !documents->front().IsMap())
    return std::unexpected(Diagnostics{
        {"role_link.file", file.string(), 1, 1, "the file must be one map", "compare with the shipped one"}});
  return documents->front();
}

void read_kinds(ledger::YamlReader& reader, const YAML::Node& root,
                std::map<std::string, LinkKind, std::less<>>& kinds) {
  for (const YAML::Node& node : reader.items(root, "kinds", true, kinds_max)) {
    if (!reader.map_of(node, "a kind of link", {"id", "flow", "title"})) continue;
    LinkKind kind{reader.name(node, "id", true), Flow::both, reader.title(node, "title", true)};
    const std::string flow = reader.text(node, "flow", true);
    if (flow != "in" && flow != "out" && flow != "both")
      reader.wrong(node, "flow", "the flow is none", "in, out or both");
    kind.flow = flow == "in" ? Flow::in : flow == "out" ? Flow::out : Flow::both;
    const std::string id = kind.id;
    kinds.emplace(id, std::move(kind));
  }
}

}  // namespace

bool covers(std::string_view named, std::string_view role) {
  if (named == role) return true;
  if (role.starts_with("ext:")) return false;
  return named == "*" || (named.size() == 1 && role.starts_with(named) && role.substr(1).starts_with('-'));
}

std::expected<RoleLinks, Diagnostics> RoleLinks::load(const std::filesystem::path& edition,
                                                      const std::filesystem::path& kinds) {
  const auto kinds_root = open(kinds);
  if (!kinds_root) return std::unexpected(kinds_root.error());
  const auto root = open(edition);
  if (!root) return std::unexpected(root.error());
  RoleLinks out;
  ledger::YamlReader kinds_reader(kinds.string());
  read_kinds(kinds_reader, *kinds_root, out.kinds_);
  ledger::YamlReader reader(edition.string());
  for (const YAML::Node& role : reader.items(*root, "roles", true, roles_max)) {
    const std::string id = reader.text(role, "id", true);
    for (const YAML::Node& node : reader.items(role, "links", false, links_of_role_max)) {
      RoleLink link{id, reader.text(node, "to", true), reader.text(node, "kind", true),
                    reader.text(node, "basis", true) == "explicit"};
      if (!out.kinds_.contains(link.kind))
        reader.wrong(node, "kind_unknown", "the kind '" + link.kind + "' is not explained",
                     "add it to link-kinds.yaml");
      out.links_.push_back(std::move(link));
    }
  }
  Diagnostics faults = std::move(kinds_reader.diagnostics());
  std::ranges::move(reader.diagnostics(), std::back_inserter(faults));
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return out;
}

const LinkKind& RoleLinks::kind(std::string_view id) const {
  const auto found = kinds_.find(id);
  check(found != kinds_.end(), "a link's kind was checked when it was read");
  return found->second;
}

bool RoleLinks::is_role(std::string_view id) const {
  return std::ranges::any_of(links_, [&](const RoleLink& link) { return link.role == id; });
}

std::vector<const RoleLink*> RoleLinks::between(std::string_view from, std::string_view to) const {
  std::vector<const RoleLink*> out;
  for (const RoleLink& link : links_) {
    const Flow flow = kind(link.kind).flow;
    const bool sends = flow != Flow::in && link.role == from && covers(link.to, to);
    const bool takes = flow != Flow::out && link.role == to && covers(link.to, from);
    if (sends || takes) out.push_back(&link);
  }
  return out;
}

std::vector<std::string> RoleLinks::receivers_of(std::string_view from) const {
  std::vector<std::string> out;
  for (const RoleLink& link : links_) {
    const Flow flow = kind(link.kind).flow;
    if (flow != Flow::in && link.role == from) out.push_back(link.to);
    if (flow != Flow::out && link.role != from && covers(link.to, from)) out.push_back(link.role);
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

}  // namespace yagura::desks
