#include "desks/governance/sourcing.hpp"

#include <algorithm>

namespace yagura::desks::governance {
namespace {

DoneBy parse_done_by(std::string_view text) {
  if (text == "own") return DoneBy::own;
  if (text == "shared") return DoneBy::shared;
  if (text == "specialist") return DoneBy::specialist;
  return text == "none" ? DoneBy::none : DoneBy::undecided;
}

bool done_inside(DoneBy done_by) {
  return done_by == DoneBy::own || done_by == DoneBy::shared;
}

SourcedRole read_role(const RolePulse& pulse) {
  SourcedRole out;
  out.role = pulse.role;
  out.standing = pulse.standing;
  for (const Assignment& one : pulse.assignments) {
    out.records.push_back(one.record);
    if (out.done_by == DoneBy::undecided) {
      out.done_by = parse_done_by(one.sourcing);
      out.aimed = parse_done_by(one.target);
    }
  }
  out.own_led = own_led(pulse.role->area, out.done_by);
  return out;
}

AreaCover cover_of(const Area& area, const std::vector<SourcedRole>& roles) {
  AreaCover out;
  out.area = &area;
  int led = 0;
  int performed = 0;
  for (const SourcedRole& one : roles) {
    if (one.role->area != area.id) continue;
    ++out.roles;
    ++out.by[one.done_by];
    if (one.done_by == DoneBy::none || one.done_by == DoneBy::undecided) continue;
    ++performed;
    if (one.own_led) ++led;
  }
  out.own = 2 * led > performed;
  return out;
}

/// The pattern whose own areas differ least from those covered; of two the one that asks less of the organisation.
const SourcingPattern* nearest(const Textbook& book, const std::vector<AreaCover>& areas, bool& exact) {
  const SourcingPattern* best = nullptr;
  size_t least = areas.size() + 1;
  for (const SourcingPattern& pattern : book.patterns) {
    const auto differs = [&](const AreaCover& cover) {
      return cover.own != (std::ranges::find(pattern.own, cover.area->id) != pattern.own.end());
    };
    const auto differing = static_cast<size_t>(std::ranges::count_if(areas, differs));
    if (differing >= least) continue;
    least = differing;
    best = &pattern;
  }
  exact = least == 0;
  return best;
}

/// Where a pattern places a role of that area.
DoneBy placed_by(const SourcingPattern& pattern, std::string_view area) {
  const bool own = std::ranges::find(pattern.own, area) != pattern.own.end();
  if (area == "I") return DoneBy::own;
  if (area == "II") return own ? DoneBy::shared : DoneBy::specialist;
  if (own) return DoneBy::own;
  return area == "III" ? DoneBy::shared : DoneBy::specialist;
}

std::vector<SourcingMove> moves_to(const SourcingPattern& pattern, const std::vector<SourcedRole>& roles) {
  std::vector<SourcingMove> out;
  for (const SourcedRole& one : roles) {
    if (one.role->area == "all" || one.done_by == DoneBy::none) continue;
    const DoneBy to = placed_by(pattern, one.role->area);
    if (one.done_by == DoneBy::undecided || one.own_led != own_led(one.role->area, to))
      out.push_back({one.role, one.done_by, to});
  }
  return out;
}

void warn(const RolePulse& pulse, const SourcedRole& role, std::vector<SourcingWarning>& out) {
  using Kind = SourcingWarning::Kind;
  const auto say = [&](Kind kind) { out.push_back({kind, role.role, role.records}); };
  if (role.role->area == "I" && role.done_by == DoneBy::specialist) say(Kind::area_one_outsourced);
  if (done_inside(role.done_by)) {
    if (pulse.owner.empty()) say(Kind::insourced_without_owner);
    if (pulse.rhythm.performed == 0) say(Kind::insourced_without_deeds);
  }
  if ((role.done_by == DoneBy::specialist || role.done_by == DoneBy::shared) &&
      std::ranges::all_of(pulse.assignments,
                          [](const Assignment& one) { return one.provider.empty() && one.department.empty(); }))
    say(Kind::nobody_named);
  if (std::ranges::any_of(pulse.assignments,
                          [&](const Assignment& one) { return parse_done_by(one.sourcing) != role.done_by; }))
    say(Kind::contradicting);
}

}  // namespace

std::string_view to_text(DoneBy done_by) {
  switch (done_by) {
    case DoneBy::own:
      return "own";
    case DoneBy::shared:
      return "shared";
    case DoneBy::specialist:
      return "specialist";
    case DoneBy::none:
      return "none";
    case DoneBy::undecided:
      break;
  }
  return "undecided";
}

std::string_view to_text(SourcingWarning::Kind kind) {
  switch (kind) {
    case SourcingWarning::Kind::area_one_outsourced:
      return "area_one_outsourced";
    case SourcingWarning::Kind::insourced_without_deeds:
      return "insourced_without_deeds";
    case SourcingWarning::Kind::insourced_without_owner:
      return "insourced_without_owner";
    case SourcingWarning::Kind::nobody_named:
      return "nobody_named";
    case SourcingWarning::Kind::contradicting:
      break;
  }
  return "contradicting";
}

bool own_led(std::string_view area, DoneBy done_by) {
  return done_by == DoneBy::own || (done_by == DoneBy::shared && (area == "I" || area == "II"));
}

SourcingView view_sourcing(const Textbook& book, const PulseBoard& board, std::optional<int> target) {
  SourcingView out;
  for (const RolePulse& pulse : board.roles) {
    out.roles.push_back(read_role(pulse));
    if (out.roles.back().done_by == DoneBy::undecided) ++out.undecided;
    warn(pulse, out.roles.back(), out.warnings);
  }
  for (const Area& area : book.areas) out.areas.push_back(cover_of(area, out.roles));
  if (out.undecided < static_cast<int>(out.roles.size())) out.pattern = nearest(book, out.areas, out.exact);
  if (target) {
    const auto found = std::ranges::find(book.patterns, *target, &SourcingPattern::id);
    if (found != book.patterns.end()) out.target = &*found;
  }
  if (out.target) {
    out.moves = moves_to(*out.target, out.roles);
  } else {
    for (const SourcedRole& one : out.roles)
      if (one.aimed != DoneBy::undecided && one.aimed != one.done_by)
        out.moves.push_back({one.role, one.done_by, one.aimed});
  }
  return out;
}

}  // namespace yagura::desks::governance
