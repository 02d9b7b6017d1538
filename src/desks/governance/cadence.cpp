#include "desks/governance/cadence.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/time.hpp"
#include "desks/governance/catalogue_reader.hpp"

namespace yagura::desks::governance {
namespace {

constexpr std::array<std::string_view, 4> acts{"attached", "created", "moved", "updated"};
constexpr int64_t day_seconds = 86'400;

int64_t days_of(const CatalogueReader& in, const YAML::Node& node) {
  const std::string text = in.text(node, "every");
  const auto seconds = parse_span(text);
  if (!seconds || *seconds < day_seconds || *seconds % day_seconds != 0 || *seconds > cadence_days_max * day_seconds)
    in.wrong(in.child(node, "every"), "cadence.every", "'" + text + "' is no span of 1 to 400 whole days");
  return *seconds / day_seconds;
}

DeedRule read_deed(const CatalogueReader& in, const YAML::Node& node, const std::string& text,
                   const ledger::RecordTypes& types) {
  DeedRule out;
  const size_t colon = text.find(':');
  out.kind = text.substr(0, colon);
  if (colon != std::string::npos) out.word = text.substr(colon + 1);
  const auto parts = split(out.kind, '.');
  const ledger::RecordType* type = parts.size() == 2 ? types.find(parts[0]) : nullptr;
  if (!type || std::ranges::find(acts, parts[1]) == acts.end())
    in.wrong(node, "cadence.deed", "'" + text + "' is no change of a record: incident.moved, incident.moved:close");
  if (!out.word.empty() && (parts[1] == "moved" ? !type->move(out.word) : !type->field(out.word)))
    in.wrong(node, "cadence.deed", "'" + text + "': a " + type->id + " has no '" + out.word + "'");
  return out;
}

RoleCadence read_role(const CatalogueReader& in, const YAML::Node& node, const ledger::RecordTypes& types) {
  RoleCadence out;
  out.role = in.text(node, "id");
  out.every_days = days_of(in, node);
  out.on_demand = node["on_demand"] && in.text(node, "on_demand") == "true";
  for (const auto& [id, type] : types.all())
    if (std::ranges::find(type.roles, out.role) != type.roles.end()) out.home.push_back(id);
  if (node["deeds"]) {
    for (const std::string& text : in.texts(node, "deeds")) out.deeds.push_back(read_deed(in, node, text, types));
  } else {
    for (const std::string& type : out.home)
      for (const std::string_view act : acts) out.deeds.push_back({type + "." + std::string(act), ""});
  }
  if (out.deeds.empty()) in.wrong(node, "cadence.deed", "no record type serves " + out.role + ": nothing could count");
  return out;
}

}  // namespace

const RoleCadence* Cadences::find(std::string_view role) const {
  const auto found = std::ranges::find(roles, role, &RoleCadence::role);
  return found == roles.end() ? nullptr : &*found;
}

Diagnosed<Cadences> Cadences::load(const std::filesystem::path& file, const Textbook& book,
                                   const ledger::RecordTypes& types) {
  const CatalogueReader in(file);
  try {
    const YAML::Node root = in.open();
    Cadences out;
    out.edition = in.text(root, "edition");
    out.periods = in.number(root, "periods");
    constexpr int periods_max = 12;
    if (out.periods < 1 || out.periods > periods_max)
      in.wrong(root, "cadence.periods", "1 to 12 periods are looked at");
    out.overdue_cost = in.number(root, "overdue_cost");
    out.overdue_cost_max = in.number(root, "overdue_cost_max");
    std::vector<RoleCadence> given;
    for (const YAML::Node& node : in.child(root, "roles")) {
      given.push_back(read_role(in, node, types));
      const std::string& role = given.back().role;
      if (!book.find(role)) in.wrong(node, "cadence.role", "the textbook has no role " + role);
      if (std::ranges::count(given, role, &RoleCadence::role) > 1)
        in.wrong(node, "cadence.twice", "the role " + role + " is given twice");
    }
    for (const Role& role : book.roles) {
      const auto found = std::ranges::find(given, role.id, &RoleCadence::role);
      if (found == given.end())
        in.wrong(in.child(root, "roles"), "cadence.role", "the role " + role.id + " is missing");
      out.roles.push_back(std::move(*found));
    }
    return out;
  } catch (const CatalogueFault& fault) {
    return std::unexpected(fault.diagnostic);
  }
}

}  // namespace yagura::desks::governance
