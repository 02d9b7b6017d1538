#include <set>

#include "desks/governance/catalogue_reader.hpp"
#include "desks/governance/staffing_simulation.hpp"

namespace yagura::desks::governance {
namespace {

/// "HH:MM" as minutes after midnight.
int minutes_of(const CatalogueReader& in, const YAML::Node& map, const char* key) {
  const std::string text = in.text(map, key);
  const auto digit = [&](size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    in.wrong(in.child(map, key), "staffing.time", "'" + text + "' is no time of day; write it as \"09:00\"");
  const int minutes = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
  if (minutes > 24 * 60) in.wrong(in.child(map, key), "staffing.time", "'" + text + "' is past the day's end");
  return minutes;
}

WorkKind read_kind(const CatalogueReader& in, const YAML::Node& node) {
  WorkKind kind;
  kind.id = in.text(node, "id");
  kind.title_ja = in.text(node, "title_ja");
  kind.title_en = in.text(node, "title_en");
  kind.team = in.text(node, "team");
  kind.per_day = in.real(node, "per_day");
  kind.minutes = in.real(node, "minutes");
  if (kind.minutes <= 0) in.wrong(node, "staffing.minutes", "work takes more than 0 minutes");
  if (node["variation"]) kind.variation = in.real(node, "variation");
  if (node["within_minutes"]) kind.within_minutes = in.real(node, "within_minutes");
  if (node["priority"]) kind.priority = in.number(node, "priority");
  if (node["leads_to"]) {
    for (const YAML::Node& next : in.child(node, "leads_to")) {
      const double share = in.real(next, "share");
      if (share > 1) in.wrong(next, "staffing.share", "a share is at most 1");
      kind.leads_to.emplace_back(in.text(next, "work"), share);
    }
  }
  return kind;
}

/// Work that leads back to itself would never end.
void refuse_circles(const CatalogueReader& in, const YAML::Node& at, const std::vector<WorkKind>& work) {
  std::set<std::string> settled;  // kinds all of whose followers are settled
  for (size_t round = 0; round < work.size(); ++round)
    for (const WorkKind& kind : work)
      if (std::ranges::all_of(kind.leads_to, [&](const auto& next) { return settled.contains(next.first); }))
        settled.insert(kind.id);
  for (const WorkKind& kind : work)
    if (!settled.contains(kind.id))
      in.wrong(at, "staffing.circle", "'" + kind.id + "' leads to a kind that is not there, or in a circle");
}

}  // namespace

Diagnosed<StaffingDemand> StaffingDemand::load(const std::filesystem::path& file) {
  const CatalogueReader in(file);
  try {
    const YAML::Node root = in.open();
    StaffingDemand demand;
    const YAML::Node shift = in.child(root, "day_shift");
    demand.day_from = minutes_of(in, shift, "from");
    demand.day_to = minutes_of(in, shift, "to");
    if (demand.day_to <= demand.day_from) in.wrong(shift, "staffing.time", "the day shift ends before it begins");
    std::set<std::string> seen;
    for (const YAML::Node& node : in.child(root, "work")) {
      demand.work.push_back(read_kind(in, node));
      if (!seen.insert(demand.work.back().id).second) in.wrong(node, "staffing.twice", "this id is given twice");
    }
    refuse_circles(in, in.child(root, "work"), demand.work);
    return demand;
  } catch (const CatalogueFault& fault) {
    return std::unexpected(fault.diagnostic);
  }
}

}  // namespace yagura::desks::governance
