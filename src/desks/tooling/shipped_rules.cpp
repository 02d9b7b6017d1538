// Rules that others wrote, taken out of force and put back.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <optional>

#include "base/text.hpp"
#include "desks/tooling/own_rules.hpp"

namespace yagura::desks::tooling {
namespace {

using ledger::Actor;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

constexpr std::string_view withdrawal = "rule_withdrawal";
constexpr std::string_view out_of_force = "out_of_force";

/// The title of a rule that is in force, and where it stands.
struct InForce {
  std::string title;
  std::string file;
};

std::optional<InForce> find_in(const detect::RuleSet& rules, const std::string& id) {
  for (const auto& rule : rules.shared_rules())
    if (rule->head().id == id) return InForce{rule->head().title, rule->head().file};
  for (uint32_t i = 0; i < rules.correlations().size(); ++i)
    if (const auto& one = rules.correlations().definition(i); one.id == id) return InForce{one.title, one.file};
  return std::nullopt;
}

}  // namespace

Outcome<Record> RuleDesk::withdraw_shipped(const Actor& actor, const std::string& rule_id, const std::string& why) {
  return run(actor, [&](Transaction& transaction) -> Outcome<Record> {
    const auto rule = find_in(*bench_.reload().rules, rule_id);
    if (!rule) return ledger::refuse(ErrorKind::not_found, "no rule with this id is in force");
    if (files_.holds(rule->file))
      return refuse_because("tooling.rule.own", "it is a rule of our own", "take its record out of force");
    ledger::RecordQuery query;
    query.type = withdrawal;
    query.filters = {{"rule_id", ledger::FilterOp::equals, {rule_id}}};
    query.limit = 1;
    const auto known = transaction.list(query);
    if (!known) return std::unexpected(known.error());
    if (!known->records.empty())
      return transaction.move(known->records[0].id, known->records[0].version, "withdraw", {{"why", why}});
    query.filters.clear();
    query.states = {std::string(out_of_force)};
    query.limit = own_rules_max;
    const auto all = transaction.list(query);
    if (!all) return std::unexpected(all.error());
    if (all->records.size() >= static_cast<size_t>(own_rules_max))
      return ledger::refuse(ErrorKind::limit, fmt::format("{} rules are out of force already", own_rules_max));
    return transaction.create(std::string(withdrawal),
                              {{"title", to_valid_utf8(rule->title)}, {"rule_id", rule_id}, {"why", why}});
  });
}

Outcome<Record> RuleDesk::restore_shipped(const Actor& actor, const Target& target, const std::string& why) {
  return run(actor, [&](Transaction& transaction) -> Outcome<Record> {
    const auto now = transaction.get(target.id);
    if (!now) return now;
    if (now->type != withdrawal) return ledger::refuse(ErrorKind::not_found, target.id.value + " is no such decision");
    return transaction.move(target.id, version_of(target, *now), "restore", {{"why", why}});
  });
}

}  // namespace yagura::desks::tooling
