#include "desks/governance/path.hpp"

#include <algorithm>
#include <tuple>

#include "desks/governance/assignments.hpp"

namespace yagura::desks::governance {
namespace {

constexpr size_t suggestions_max = 5;

const RoleExperience* find(const std::vector<RoleExperience>& experience, std::string_view role) {
  const auto found = std::ranges::find(experience, role, &RoleExperience::role);
  return found == experience.end() ? nullptr : &*found;
}

/// The role's experience goes into the evidence; whether it is enough.
bool weigh(StageView& view, const std::vector<RoleExperience>& experience, std::string_view role) {
  const RoleExperience* one = find(experience, role);
  if (!one) return false;
  view.evidence.push_back(*one);
  return one->enough();
}

bool weigh_function(StageView& view, const Textbook& book, const std::vector<RoleExperience>& experience,
                    std::string_view function) {
  bool enough = false;
  for (const Role& role : book.roles)
    if (role.function == function && weigh(view, experience, role.id)) enough = true;
  if (!enough)
    for (const Role& role : book.roles)
      if (role.function == function) view.next_roles.push_back(role.id);
  return enough;
}

void settle(StageView& view, bool reached) {
  view.state = reached ? StageState::reached : view.evidence.empty() ? StageState::open : StageState::begun;
}

void view_affinity(StageView& view, const Textbook& book, const PathPerson& person,
                   const std::vector<RoleExperience>& experience) {
  std::vector<std::string> roles = person.affinity_roles;
  for (const FirstRole& first : book.first_roles)
    if (first.background == person.origin) roles.push_back(first.role);
  bool reached = false;
  if (roles.empty()) {
    for (const RoleExperience& one : experience) reached |= weigh(view, experience, one.role);
    for (const FirstRole& first : book.first_roles) view.next_roles.push_back(first.role);
  } else {
    for (const std::string& role : roles) reached |= weigh(view, experience, role);
    view.next_roles = roles;
  }
  settle(view, reached);
}

void view_assess(StageView& view, const Textbook& book, const std::vector<RoleExperience>& experience) {
  bool all = !view.stage->functions.empty();
  for (const std::string& function : view.stage->functions) all &= weigh_function(view, book, experience, function);
  settle(view, all);
}

/// What somebody likes, they do more often: of the areas that need skill, the roles with most days.
void view_specialist(StageView& view, const Textbook& book, const PathPerson& person,
                     const std::vector<RoleExperience>& experience) {
  const bool reached = !person.chosen_role.empty() && weigh(view, experience, person.chosen_role);
  if (!person.chosen_role.empty()) view.next_roles.push_back(person.chosen_role);
  for (const RoleExperience& one : experience) {
    const Role* role = book.find(one.role);
    if (!role || (role->area != "III" && role->area != "IV") || one.role == person.chosen_role) continue;
    if (view.next_roles.size() < suggestions_max) view.next_roles.push_back(one.role);
  }
  settle(view, reached);
}

}  // namespace

std::string_view to_text(StageState state) {
  switch (state) {
    case StageState::open:
      return "open";
    case StageState::begun:
      return "begun";
    case StageState::reached:
      break;
  }
  return "reached";
}

PathView view_path(const Textbook& book, const PathPerson& person, const std::vector<RoleExperience>& experience) {
  PathView out;
  for (const PathStage& stage : book.path) {
    StageView view;
    view.stage = &stage;
    if (stage.id == "it") {
      view.state = person.it_background ? StageState::reached : StageState::open;
    } else if (stage.id == "affinity") {
      view_affinity(view, book, person, experience);
    } else if (stage.id == "specialist") {
      view_specialist(view, book, person, experience);
    } else if (stage.id == "mentor") {
      view.state = person.mentees > 0 ? StageState::reached : StageState::open;
    } else {
      view_assess(view, book, experience);
    }
    view.recognised = std::ranges::find(person.reached, stage.id) != person.reached.end();
    if (view.state == StageState::reached) view.next_roles.clear();
    if (stage.id == "respond") out.t_type = view.state == StageState::reached;
    if (stage.id == "specialist") out.i_type = view.state == StageState::reached;
    out.stages.push_back(std::move(view));
  }
  for (const StageView& view : out.stages) {
    if (view.state != StageState::reached) {
      out.next = view.stage;
      break;
    }
    out.shown = view.stage;
  }
  return out;
}

std::map<std::string, std::vector<RoleExperience>, std::less<>> experience_of(const DeedsByRole& deeds) {
  std::map<std::string, std::vector<RoleExperience>, std::less<>> out;
  for (const auto& [role, done] : deeds)
    for (const Performer& who : done.performers)
      out[account_name(who.actor)].push_back({role, who.deeds, who.days, who.first, who.last});
  for (auto& [account, roles] : out)
    std::ranges::sort(roles, [](const RoleExperience& a, const RoleExperience& b) {
      return std::tuple(-a.days, -a.deeds, a.role) < std::tuple(-b.days, -b.deeds, b.role);
    });
  return out;
}

}  // namespace yagura::desks::governance
