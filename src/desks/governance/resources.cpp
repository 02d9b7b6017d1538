#include "desks/governance/resources.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/governance/register_pages.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using Kind = ResourceWarning::Kind;
using ledger::Outcome;
using ledger::Record;

constexpr int64_t plans_max = 1000;

double number_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

/// The row of "B-1", "b-1" or "B"; null when it is neither.
ResourceRow* row_of(Resources& resources, std::string_view text) {
  std::string id(trim(text));
  if (!id.empty() && id[0] >= 'a' && id[0] <= 'i') id[0] = static_cast<char>(id[0] - 'a' + 'A');
  for (std::vector<ResourceRow>* rows : {&resources.functions, &resources.roles})
    if (const auto found = std::ranges::find(*rows, id, &ResourceRow::id); found != rows->end()) return &*found;
  return nullptr;
}

void allot(const Record& plan, Resources& out) {
  for (const json::value& value : array_at(plan.body, "allocation")) {
    const json::object* line = value.if_object();
    if (line == nullptr) continue;
    ResourceRow* row = row_of(out, text_at(*line, "function"));
    if (row == nullptr) {
      out.warnings.push_back({Kind::unknown_line, text_at(*line, "function"), {plan.id.value}});
      continue;
    }
    row->planned.people += number_at(*line, "people");
    row->planned.people_actual += number_at(*line, "people_actual");
    row->planned.budget += integer_at(*line, "budget");
    row->planned.spent += integer_at(*line, "budget_actual");
    if (std::string systems = text_at(*line, "systems"); !systems.empty())
      row->planned.systems.push_back(std::move(systems));
    if (integer_at(*line, "budget_actual") > integer_at(*line, "budget"))
      out.warnings.push_back({Kind::over_budget, row->id, {plan.id.value}});
  }
}

ResourceRow row_of(const RolePulse& pulse, std::map<std::string, std::vector<std::string>>& roles_of) {
  ResourceRow out{pulse.role->id, pulse.role->title_ja, pulse.role->title_en, pulse.owner, {}, {}};
  const auto add = [&](const std::string& person) {
    if (person.empty() || std::ranges::find(out.people, person) != out.people.end()) return;
    out.people.push_back(person);
    roles_of[person].push_back(pulse.role->id);
  };
  for (const Assignment& one : pulse.assignments) {
    add(one.owner);
    for (const std::string& member : one.members) add(member);
  }
  return out;
}

void warn_of_no_owner(const PulseBoard& board, Resources& out) {
  for (const RolePulse& pulse : board.roles) {
    const bool decided_against =
        !pulse.assignments.empty() &&
        std::ranges::all_of(pulse.assignments, [](const Assignment& one) { return one.sourcing == "none"; });
    if (!pulse.owner.empty() || decided_against) continue;
    ResourceWarning warning{Kind::without_owner, pulse.role->id, {}};
    for (const Assignment& one : pulse.assignments) warning.records.push_back(one.record);
    out.warnings.push_back(std::move(warning));
  }
}

void warn_of_nobody(const PulseBoard& board, Resources& out) {
  for (const RolePulse& pulse : board.roles) {
    const bool inside = std::ranges::any_of(
        pulse.assignments, [](const Assignment& one) { return one.sourcing == "own" || one.sourcing == "shared"; });
    const ResourceRow* row = row_of(out, pulse.role->id);
    const ResourceRow* function = row_of(out, pulse.role->function);
    if (!inside || !row->people.empty() || row->planned.people > 0 || (function && function->planned.people > 0))
      continue;
    ResourceWarning warning{Kind::nobody, pulse.role->id, {}};
    for (const Assignment& one : pulse.assignments) warning.records.push_back(one.record);
    out.warnings.push_back(std::move(warning));
  }
}

}  // namespace

std::string_view to_text(ResourceWarning::Kind kind) {
  switch (kind) {
    case Kind::no_plan:
      return "no_plan";
    case Kind::unknown_line:
      return "unknown_line";
    case Kind::without_owner:
      return "without_owner";
    case Kind::nobody:
      return "nobody";
    case Kind::over_budget:
      return "over_budget";
    case Kind::too_many_roles:
      break;
  }
  return "too_many_roles";
}

Outcome<Resources> read_resources(ledger::Ledger& ledger, const Textbook& book, const PulseBoard& board) {
  Resources out;
  for (const TextbookFunction& function : book.functions)
    out.functions.push_back({function.id, function.title_ja, function.title_en, {}, {}, {}});
  for (const RolePulse& pulse : board.roles) out.roles.push_back(row_of(pulse, out.roles_of));

  const std::string today = format_time(board.at, 0).substr(0, 10);
  ledger::RecordQuery query;
  query.type = "resource_plan";
  query.states = {"approved", "evaluated"};
  query.filters = {{"from", ledger::FilterOp::at_most, {today}}, {"to", ledger::FilterOp::at_least, {today}}};
  query.descending = false;
  auto plans = all_records(ledger, query, plans_max);
  if (!plans) return std::unexpected(plans.error());
  for (const Record& plan : *plans) {
    out.plans.push_back(plan.id.value);
    allot(plan, out);
  }
  if (plans->empty()) out.warnings.push_back({Kind::no_plan, {}, {}});
  warn_of_no_owner(board, out);
  warn_of_nobody(board, out);
  for (const auto& [person, roles] : out.roles_of)
    if (roles.size() > roles_each_max) out.warnings.push_back({Kind::too_many_roles, person, {}});
  return out;
}

}  // namespace yagura::desks::governance
