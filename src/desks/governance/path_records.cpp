// The path's people, plans and reviews as the registers hold them.
#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "desks/governance/assignments.hpp"
#include "desks/governance/path.hpp"
#include "desks/governance/register_pages.hpp"
#include "desks/governance/zone.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

using ledger::Outcome;
using ledger::Record;

constexpr int64_t people_read_max = 20'000;
constexpr int64_t plans_read_max = 100'000;

Outcome<std::vector<Record>> all_of(ledger::Ledger& ledger, const char* type, std::vector<std::string> states,
                                    int64_t records_max) {
  ledger::RecordQuery query;
  query.type = type;
  query.states = std::move(states);
  query.descending = false;
  return all_records(ledger, query, records_max);
}

struct Plans {
  std::map<std::string, PathPerson> by_person;  // record of the person
  std::map<std::string, std::string> mentor_of;
  std::map<std::string, int> mentees_of;  // account -> people guided
};

Plans read_plans(const std::vector<Record>& plans) {
  Plans out;
  std::map<std::string, std::vector<std::string>> guided;  // mentor -> people
  for (const Record& plan : plans) {
    const std::string person = text_at(plan.body, "person");
    const std::string stage = text_at(plan.body, "stage");
    const std::string role = text_at(plan.body, "role");
    PathPerson& path = out.by_person[person];
    if (plan.state == "reached") path.reached.push_back(stage);
    if (plan.state == "agreed" || plan.state == "reached") {
      if (stage == "specialist" && !role.empty()) path.chosen_role = role;
      if (stage == "affinity" && !role.empty()) path.affinity_roles.push_back(role);
      const std::string mentor = account_name(text_at(plan.body, "mentor"));
      if (mentor.empty()) continue;
      if (plan.state == "agreed") out.mentor_of[person] = mentor;
      auto& list = guided[mentor];
      if (std::ranges::find(list, person) == list.end()) list.push_back(person);
    }
  }
  for (const auto& [mentor, people] : guided) out.mentees_of[mentor] = static_cast<int>(people.size());
  return out;
}

/// By person: what was held last, and what is planned soonest.
std::map<std::string, RetentionState> read_reviews(const std::vector<Record>& reviews) {
  std::map<std::string, RetentionState> out;
  for (const Record& review : reviews) {
    RetentionState& state = out[text_at(review.body, "person")];
    if (review.state == "held") {
      state.last_held = std::max(state.last_held, text_at(review.body, "held_on"));
    } else if (const std::string due = text_at(review.body, "due"); state.next_due.empty() || due < state.next_due) {
      state.next_due = due;
    }
  }
  return out;
}

void judge_review(RetentionState& state, const std::string& joined_on, int64_t today) {
  if (!state.next_due.empty()) {
    state.overdue = state.next_due < format_day(today);
    return;
  }
  const auto since = parse_day(state.last_held.empty() ? joined_on : state.last_held);
  state.overdue = !since || today - *since > retention_review_days_max;
}

PersonPath person_of(const Record& record, const Textbook& book, const Plans& plans,
                     const std::map<std::string, std::vector<RoleExperience>, std::less<>>& experience) {
  PersonPath out;
  out.record = record.id.value;
  out.name = text_at(record.body, "name");
  out.account = account_name(text_at(record.body, "account"));
  out.team = text_at(record.body, "team");
  out.claimed = text_at(record.body, "path");
  PathPerson person;
  if (const auto found = plans.by_person.find(out.record); found != plans.by_person.end()) person = found->second;
  if (const auto found = plans.mentor_of.find(out.record); found != plans.mentor_of.end()) out.mentor = found->second;
  person.origin = text_at(record.body, "origin");
  person.it_background = !person.origin.empty() || !text_at(record.body, "background").empty();
  if (!out.account.empty()) {
    if (const auto found = plans.mentees_of.find(out.account); found != plans.mentees_of.end())
      person.mentees = found->second;
    if (const auto found = experience.find(out.account); found != experience.end()) out.experience = found->second;
  }
  out.path = view_path(book, person, out.experience);
  return out;
}

}  // namespace

Outcome<std::vector<PersonPath>> read_paths(ledger::Ledger& ledger, const Textbook& book, DeedLog& deeds,
                                            std::string_view person) {
  auto people = all_of(ledger, "person", {"active"}, people_read_max);
  if (!people) return std::unexpected(people.error());
  auto plans = all_of(ledger, "growth_plan", {"agreed", "reached"}, plans_read_max);
  if (!plans) return std::unexpected(plans.error());
  auto reviews = all_of(ledger, "retention_review", {"due", "held"}, plans_read_max);
  if (!reviews) return std::unexpected(reviews.error());
  std::map<std::string, std::vector<RoleExperience>, std::less<>> experience;
  auto looked = deeds.look([&](const DeedsByRole& by_role) { experience = experience_of(by_role); });
  if (!looked) return std::unexpected(looked.error());
  const Plans known = read_plans(*plans);
  auto retention = read_reviews(*reviews);
  std::vector<PersonPath> out;
  for (const Record& record : *people) {
    if (!person.empty() && record.id.value != person) continue;
    out.push_back(person_of(record, book, known, experience));
    out.back().retention = retention[record.id.value];
    judge_review(out.back().retention, text_at(record.body, "joined_on"), day_of(ledger.now()));
  }
  return out;
}

}  // namespace yagura::desks::governance
