#include "desks/governance/skills.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/text.hpp"
#include "desks/governance/register_pages.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;

SkillAsked read_skill(const Record& record) {
  SkillAsked out{record.id.value,
                 text_at(record.body, "code"),
                 text_at(record.body, "name"),
                 text_at(record.body, "framework"),
                 text_at(record.body, "edition"),
                 {}};
  for (const json::value& line : array_at(record.body, "roles")) {
    if (!line.is_object()) continue;
    const int64_t level = integer_at(line.as_object(), "level");
    const std::string role(trim(text_at(line.as_object(), "role")));
    if (level > 0) out.level_of[role] = std::max(out.level_of[role], static_cast<int>(level));
  }
  return out;
}

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(text);
}

PersonSkills read_person(const Record& record, const Textbook& book) {
  PersonSkills out{record.id.value,
                   text_at(record.body, "name"),
                   account_name(text_at(record.body, "account")),
                   text_at(record.body, "team"),
                   {},
                   {}};
  std::string roles = text_at(record.body, "roles");
  for (const std::string_view comma : {"、", "，", ";", " ", "/"})
    for (size_t at = roles.find(comma); at != std::string::npos; at = roles.find(comma, at))
      roles.replace(at, comma.size(), ",");
  for (const std::string_view role : split(roles, ','))
    if (book.find(trim(role))) add_once(out.roles, std::string(trim(role)));
  for (const json::value& line : array_at(record.body, "skills")) {
    if (!line.is_object()) continue;
    const std::string skill = fold_for_search(trim(text_at(line.as_object(), "skill")));
    const auto level = static_cast<int>(integer_at(line.as_object(), "level"));
    const auto [entry, fresh] = out.levels.try_emplace(skill, level);
    if (!fresh) entry->second = std::max(entry->second, level);
  }
  return out;
}

std::optional<int> level_of(const PersonSkills& person, const SkillAsked& skill) {
  for (const std::string* name : {&skill.code, &skill.name})
    if (const auto found = person.levels.find(fold_for_search(*name)); found != person.levels.end())
      return found->second;
  return std::nullopt;
}

SkillGap gap_of(const SkillAsked& skill, int asked, const std::vector<const PersonSkills*>& people) {
  SkillGap out{&skill, asked, {}, {}, {}};
  for (const PersonSkills* person : people) {
    const auto level = level_of(*person, skill);
    if (!level) {
      out.unstated.push_back(person->record);
      continue;
    }
    out.best = std::max(out.best.value_or(0), *level);
    if (*level >= asked) out.able.push_back(person->record);
  }
  return out;
}

std::vector<const PersonSkills*> people_of(const SkillMatrix& matrix, std::string_view role) {
  std::vector<const PersonSkills*> out;
  for (const PersonSkills& person : matrix.people)
    if (std::ranges::find(person.roles, role) != person.roles.end()) out.push_back(&person);
  return out;
}

void fill_roles(SkillMatrix& matrix, const Textbook& book) {
  for (const Role& role : book.roles) {
    RoleSkills one{&role, people_of(matrix, role.id), {}};
    for (const SkillAsked& skill : matrix.skills)
      if (const auto asked = skill.level_of.find(role.id); asked != skill.level_of.end())
        one.skills.push_back(gap_of(skill, asked->second, one.people));
    if (!one.skills.empty()) matrix.roles.push_back(std::move(one));
  }
}

void fill_teams(SkillMatrix& matrix, const Textbook& book) {
  for (const Team& team : book.teams) {
    TeamSkills one{team, {}, {}};
    std::vector<const Role*> placed;
    std::set<const PersonSkills*> people;
    for (const Role& role : book.roles) {
      if (std::ranges::find(role.teams, team.title_ja, &RoleTeam::title_ja) == role.teams.end()) continue;
      placed.push_back(&role);
      for (const PersonSkills* person : people_of(matrix, role.id)) people.insert(person);
    }
    one.people.assign(people.begin(), people.end());
    std::ranges::sort(one.people, {}, [](const PersonSkills* person) { return person->record; });
    for (const SkillAsked& skill : matrix.skills) {
      int asked = 0;
      for (const Role* role : placed)
        if (const auto level = skill.level_of.find(role->id); level != skill.level_of.end())
          asked = std::max(asked, level->second);
      if (asked > 0) one.skills.push_back(gap_of(skill, asked, one.people));
    }
    matrix.teams.push_back(std::move(one));
  }
}

}  // namespace

Outcome<std::unique_ptr<SkillMatrix>> read_skills(ledger::Ledger& ledger, const Textbook& book,
                                                  const PulseBoard& board) {
  auto out = std::make_unique<SkillMatrix>();
  ledger::RecordQuery query;
  query.type = "skill";
  query.states = {"current"};
  query.descending = false;
  auto skills = all_records(ledger, query, skills_max);
  if (!skills) return std::unexpected(skills.error());
  for (const Record& record : *skills) out->skills.push_back(read_skill(record));
  query.type = "person";
  query.states = {"active"};
  auto people = all_records(ledger, query, people_max);
  if (!people) return std::unexpected(people.error());
  for (const Record& record : *people) out->people.push_back(read_person(record, book));
  for (const RolePulse& pulse : board.roles)
    for (const Assignment& one : pulse.assignments)
      for (PersonSkills& person : out->people)
        if (!person.account.empty() &&
            (one.owner == person.account || std::ranges::find(one.members, person.account) != one.members.end()))
          add_once(person.roles, pulse.role->id);
  fill_roles(*out, book);
  fill_teams(*out, book);
  return out;
}

}  // namespace yagura::desks::governance
