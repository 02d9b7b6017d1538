#include "api/role_json.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

#include "ledger/visibility.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::governance::Assignment;
using desks::governance::Deed;
using desks::governance::Performer;
using desks::governance::Role;
using desks::governance::RolePulse;
using desks::governance::RoleTeam;

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object pulse_json(const RolePulse& pulse) {
  json::object out{{"score", pulse.score},
                   {"standing", to_text(pulse.standing)},
                   {"cadence_days", pulse.rhythm.every_days},
                   {"cadence_of", pulse.own_cadence ? "assignment" : "catalogue"},
                   {"on_demand", pulse.cadence->on_demand},
                   {"periods", json::value_from(pulse.rhythm.periods)},
                   {"facts", pulse.deeds.total},
                   {"last_performed", nullptr},
                   {"duties_open", pulse.duties.open},
                   {"duties_overdue", pulse.duties.overdue},
                   {"duties_more", pulse.duties.more}};
  if (!pulse.deeds.latest.empty()) out["last_performed"] = format_time(pulse.deeds.latest.back().at, 0);
  return out;
}

json::object assignment_json(const Assignment& one) {
  return {{"record", one.record},
          {"sourcing", one.sourcing},
          {"target", text_or_null(one.target)},
          {"owner", text_or_null(one.owner)},
          {"members", json::value_from(one.members)},
          {"department", text_or_null(one.department)},
          {"provider", text_or_null(one.provider)},
          {"from", one.from},
          {"until", text_or_null(one.until)}};
}

json::array evidence_json(const RolePulse& pulse) {
  json::array out;
  for (auto deed = pulse.deeds.latest.rbegin(); deed != pulse.deeds.latest.rend(); ++deed)
    out.push_back(json::object{
        {"fact", deed->fact_seq},
        {"fact_href", "/api/v1/facts/" + std::to_string(deed->fact_seq)},
        {"at", format_time(deed->at, 3)},
        {"actor", deed->actor},
        {"kind", deed->kind},
        {"record", deed->record},
        {"record_href", "/api/v1/records/" + deed->kind.substr(0, deed->kind.find('.')) + "/" + deed->record}});
  return out;
}

json::array performers_json(const RolePulse& pulse) {
  std::vector<Performer> performers = pulse.deeds.performers;
  std::ranges::sort(performers, std::ranges::greater(),
                    [](const Performer& who) { return std::tie(who.last, who.actor); });
  json::array out;
  for (const Performer& who : performers) {
    const std::string name = desks::governance::account_name(who.actor);
    const bool assigned = std::ranges::any_of(pulse.assignments, [&](const Assignment& one) {
      return one.owner == name || std::ranges::find(one.members, name) != one.members.end();
    });
    out.push_back(json::object{
        {"actor", who.actor}, {"deeds", who.deeds}, {"last", format_time(who.last, 0)}, {"assigned", assigned}});
  }
  return out;
}

json::array duties_json(const RolePulse& pulse) {
  json::array out;
  for (const ledger::Due& due : pulse.duties.soonest)
    out.push_back(json::object{{"record", due.record.value},
                               {"record_href", "/api/v1/records/" + due.type + "/" + due.record.value},
                               {"kind", due.kind == ledger::DueKind::clock ? "clock" : "review"},
                               {"clock", due.clock},
                               {"due_at", format_time(due.due_at, 0)},
                               {"overdue", due.overdue}});
  return out;
}

std::vector<schema::Property> role_properties() {
  using namespace schema;
  const auto area = text(1, 8);
  const auto pulse =
      object({{"score", integer(0, 100)},
              {"standing", choice({"alive", "slowing", "in_name_only", "without_owner", "missing", "not_performed"})},
              {"cadence_days", integer(1)},
              {"cadence_of", choice({"assignment", "catalogue"})},
              {"on_demand", boolean()},
              {"periods", described(list(integer(0)), "deeds in each period, the present one first")},
              {"facts", described(integer(0), "deeds of people, ever")},
              {"last_performed", nullable(time())},
              {"duties_open", integer(0)},
              {"duties_overdue", integer(0)},
              {"duties_more", described(boolean(), "there are more duties than were counted")}});
  return {{"id", text(1, 8)},
          {"title_ja", text(1)},
          {"title_en", text(1)},
          {"function", text(1, 1)},
          {"aliases_ja", described(list(text(1)), "as other tables and figures print the title")},
          {"area", described(area, "the one in force")},
          {"area_table2", area},
          {"area_figure7", described(nullable(area), "null where the figure omits the role")},
          {"phases", list(text(1))},
          {"teams", list(object({{"ja", text(1)}, {"en", text(1)}, {"area", area}}))},
          {"home", list(text(1))},
          {"owner", nullable(text(1))},
          {"sourcing", nullable(text(1))},
          {"hidden", described(boolean(), "the pulse is not for this account: a register of the role is not")},
          {"pulse", nullable(pulse)}};
}

}  // namespace

json::object role_head_json(const Role& role, const std::vector<std::string>& home) {
  json::array teams;
  for (const RoleTeam& team : role.teams)
    teams.push_back(json::object{{"ja", team.title_ja}, {"en", team.title_en}, {"area", team.area}});
  return {{"id", role.id},
          {"title_ja", role.title_ja},
          {"title_en", role.title_en},
          {"function", role.function},
          {"aliases_ja", json::value_from(role.aliases_ja)},
          {"area", role.area},
          {"area_table2", role.area_table2},
          {"area_figure7", role.area_figure7 ? json::value(*role.area_figure7) : json::value(nullptr)},
          {"phases", json::value_from(role.phases)},
          {"teams", std::move(teams)},
          {"home", json::value_from(home)},
          {"owner", nullptr},
          {"sourcing", nullptr}};
}

bool may_see_pulse(const RolePulse& pulse, const ledger::RecordTypes& types, const ledger::Actor& actor) {
  return std::ranges::all_of(pulse.cadence->home, [&](const std::string& id) {
    const ledger::RecordType* type = types.find(id);
    return type != nullptr && ledger::may_read(*type, actor);
  });
}

json::object role_json(const RolePulse& pulse, bool hidden) {
  json::object out = role_head_json(*pulse.role, pulse.cadence->home);
  out["owner"] = text_or_null(pulse.owner);
  if (!pulse.assignments.empty()) out["sourcing"] = pulse.assignments.front().sourcing;
  out["hidden"] = hidden;
  out["pulse"] = hidden ? json::value(nullptr) : json::value(pulse_json(pulse));
  return out;
}

json::object role_page_json(const RolePulse& pulse, bool hidden) {
  json::object out = role_json(pulse, hidden);
  const Role& role = *pulse.role;
  out["area_reason"] = json::object{{"ja", role.area_reason_ja}, {"en", role.area_reason_en}};
  json::array links;
  for (const auto& link : role.links)
    links.push_back(json::object{{"to", link.to}, {"kind", link.kind}, {"explicit", link.explicit_in_text}});
  out["links"] = std::move(links);
  json::array assignments;
  for (const Assignment& one : pulse.assignments) assignments.push_back(assignment_json(one));
  out["assignments"] = std::move(assignments);
  out["evidence"] = hidden ? json::array() : evidence_json(pulse);
  out["performers"] = hidden ? json::array() : performers_json(pulse);
  out["duties"] = hidden ? json::array() : duties_json(pulse);
  return out;
}

schema::Value role_schema() {
  return schema::object(role_properties());
}

schema::Value role_page_schema() {
  using namespace schema;
  auto out = role_properties();
  const auto maybe = nullable(text(1));
  out.push_back({"area_reason", object({{"ja", text()}, {"en", text()}})});
  out.push_back({"links", list(object({{"to", text(1)}, {"kind", text(1)}, {"explicit", boolean()}}))});
  out.push_back({"assignments", list(object({{"record", text(1)},
                                             {"sourcing", text(1)},
                                             {"target", maybe},
                                             {"owner", maybe},
                                             {"members", list(text(1))},
                                             {"department", maybe},
                                             {"provider", maybe},
                                             {"from", text(1)},
                                             {"until", maybe}}))});
  out.push_back({"evidence", list(object({{"fact", integer(1)},
                                          {"fact_href", text(1)},
                                          {"at", time()},
                                          {"actor", text(1)},
                                          {"kind", text(1)},
                                          {"record", text(1)},
                                          {"record_href", text(1)}}))});
  out.push_back({"performers",
                 list(object({{"actor", text(1)}, {"deeds", integer(1)}, {"last", time()}, {"assigned", boolean()}}))});
  out.push_back({"duties", list(object({{"record", text(1)},
                                        {"record_href", text(1)},
                                        {"kind", choice({"clock", "review"})},
                                        {"clock", text()},
                                        {"due_at", time()},
                                        {"overdue", boolean()}}))});
  return object(out);
}

}  // namespace yagura::api
