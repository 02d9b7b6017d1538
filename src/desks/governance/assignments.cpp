#include "desks/governance/assignments.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

#include "base/text.hpp"
#include "desks/governance/register_pages.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

Assignment read(const ledger::Record& record) {
  Assignment out;
  out.record = record.id.value;
  out.role = std::string(trim(text_at(record.body, "role")));
  out.sourcing = text_at(record.body, "sourcing");
  out.target = text_at(record.body, "target");
  out.owner = account_name(text_at(record.body, "owner"));
  for (const std::string& member : texts_at(record.body, "members")) out.members.push_back(account_name(member));
  out.department = text_at(record.body, "department");
  out.provider = text_at(record.body, "provider");
  out.cadence_seconds = integer_at(record.body, "cadence");
  out.from = text_at(record.body, "from");
  out.until = text_at(record.body, "until");
  return out;
}

}  // namespace

std::string account_name(std::string_view user) {
  constexpr std::string_view prefix = "user:";
  return std::string(user.starts_with(prefix) ? user.substr(prefix.size()) : user);
}

ledger::Outcome<std::map<std::string, std::vector<Assignment>, std::less<>>> current_assignments(ledger::Ledger& ledger,
                                                                                                 Timestamp now) {
  ledger::RecordQuery query;
  query.type = "role_assignment";
  query.states = {"current"};
  auto records = all_records(ledger, query, assignments_max);
  if (!records) return std::unexpected(records.error());
  const std::string today = format_time(now, 0).substr(0, 10);
  std::map<std::string, std::vector<Assignment>, std::less<>> out;
  for (const ledger::Record& record : *records) {
    Assignment one = read(record);
    if (one.from > today || (!one.until.empty() && one.until < today)) continue;
    out[one.role].push_back(std::move(one));
  }
  for (auto& [role, assignments] : out)
    std::ranges::sort(assignments, std::ranges::greater(),
                      [](const Assignment& one) { return std::tie(one.from, one.record); });
  return out;
}

std::string owner_of(const std::vector<Assignment>& assignments) {
  for (const Assignment& one : assignments)
    if (!one.owner.empty()) return one.owner;
  return {};
}

}  // namespace yagura::desks::governance
