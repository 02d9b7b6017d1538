#include "desks/governance/cycles.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>

#include "desks/governance/assignments.hpp"
#include "desks/governance/deeds.hpp"
#include "desks/governance/register_pages.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

/// In no account role: only these commands pass the moves of an improvement.
constexpr std::string_view improvement_key = "improvement.desk";

/// Whether it ever came back from building: a move that nothing undoes.
bool was_built(ledger::Ledger& ledger, const ledger::RecordId& id) {
  const auto history = ledger.history(id);
  return history &&
         std::ranges::any_of(*history, [](const ledger::RecordVersion& one) { return one.move == "return"; });
}

Outcome<void> held_to_cycle(const Record& record, std::string_view move, const json::object& changes, bool built) {
  const std::string cycle = text_at(record.body, "cycle");
  if (const json::value* changed = changes.if_contains("cycle");
      changed != nullptr && (!changed->is_string() || std::string_view(changed->get_string()) != cycle))
    return refuse_because("improvement.cycle_fixed", "a move does not change the cycle",
                          "change it by itself, while the item is only raised");
  const bool only_long = move == "decide" || move == "build";
  if (cycle == "short" && only_long)
    return refuse_because("improvement.short_needs_no_decision",
                          "a short improvement stays within today's resources: nothing is decided or built for it",
                          "start it, or make it a long one while it is only raised");
  if (cycle == "long" && move == "start")
    return refuse_because("improvement.long_needs_decision",
                          "a long improvement is decided in A and built in G before operation takes it up",
                          "decide it, build it and return it to operation");
  if (cycle == "long" && move == "finish" && !built)
    return refuse_because("improvement.not_built", "nothing was built for this long improvement",
                          "it became long while it was under way: decline it and raise it anew");
  return {};
}

}  // namespace

Outcome<Record> move_improvement(ledger::Ledger& ledger, const ledger::Actor& actor, const Target& improvement,
                                 std::string_view move, json::object changes) {
  const bool built = was_built(ledger, improvement.id);
  Record out;
  const ledger::Actor holder = with_keys(actor, {improvement_key});
  auto done = ledger.write(holder, "governance", [&](Transaction& transaction) -> Outcome<void> {
    if (auto allowed = require(actor, move == "decide" ? "governance.approve" : "governance.write"); !allowed)
      return allowed;
    auto record = transaction.get(improvement.id);
    if (!record) return std::unexpected(record.error());
    if (record->type != "improvement")
      return ledger::refuse(ErrorKind::not_found, "there is no improvement " + improvement.id.value);
    if (auto held = held_to_cycle(*record, move, changes, built); !held) return held;
    auto moved = transaction.move(record->id, version_of(improvement, *record), move, std::move(changes));
    if (!moved) return std::unexpected(moved.error());
    out = std::move(*moved);
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<Ageing> age_improvements(ledger::Ledger& ledger) {
  ledger::RecordQuery query;
  query.type = "improvement";
  query.states = {"raised", "decided", "building", "doing"};
  query.descending = false;
  auto records = all_records(ledger, query, open_improvements_max);
  if (!records) return std::unexpected(records.error());
  Ageing out;
  for (const char* cycle : {"short", "long"}) out.buckets[cycle].assign(std::size(age_limits) + 1, 0);
  const Timestamp now = ledger.now();
  const std::string today = format_time(now, 0).substr(0, 10);
  for (const Record& record : *records) {
    AgedImprovement one{record.id.value,
                        text_at(record.body, "title"),
                        text_at(record.body, "role"),
                        text_at(record.body, "cycle"),
                        record.state,
                        account_name(text_at(record.body, "owner")),
                        text_at(record.body, "due"),
                        day_of(now) - day_of(record.created_at),
                        day_of(now) - day_of(record.state_since),
                        false};
    one.overdue = !one.due.empty() && one.due < today;
    const auto bucket = std::ranges::find_if(age_limits, [&](int64_t limit) { return one.age_days <= limit; });
    ++out.buckets[one.cycle][static_cast<size_t>(bucket - std::begin(age_limits))];
    out.open.push_back(std::move(one));
  }
  std::ranges::sort(out.open, {}, [](const AgedImprovement& one) { return std::pair(-one.age_days, one.record); });
  return out;
}

}  // namespace yagura::desks::governance
