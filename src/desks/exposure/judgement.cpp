#include <boost/json.hpp>

#include "desks/blank.hpp"
#include "desks/exposure/desk.hpp"
#include "desks/in_force.hpp"
#include "desks/json_fields.hpp"
#include "desks/vulnerability_input.hpp"

namespace yagura::desks::exposure {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

constexpr int64_t ns_per_minute = 60 * ns_per_second;

/// The criteria's decision, replaced by the person's where they name a class.
Outcome<Decision> settle(const VulnerabilityCriteria& criteria, const VulnerabilityJudgement& judgement) {
  Decision decision = decide(criteria, {judgement.damage, judgement.ease, judgement.importance});
  if (judgement.class_id.empty()) {
    if (decision.ruling == Ruling::off_criteria)
      return refuse_because(
          "exposure.judge.off_criteria", "no row of the criteria decides this combination",
          "judge damage, ease and importance by hand, or name a class and the reason",
          {{"damage", judgement.damage}, {"ease", judgement.ease}, {"importance", judgement.importance}});
    return decision;
  }
  if (!knows(criteria.classes, judgement.class_id))
    return refuse_because("exposure.judge.unknown_class", "the criteria have no class '" + judgement.class_id + "'",
                          "use a class of the criteria in force", {{"class", judgement.class_id}});
  const bool same = decision.ruling == Ruling::incident && decision.class_id == judgement.class_id &&
                    (judgement.priority == 0 || judgement.priority == decision.priority);
  if (same) return decision;
  if (trim_blank(judgement.reason).empty())
    return refuse_because("exposure.judge.no_reason", "a decision that departs from the criteria needs its reason",
                          "say why");
  const int64_t usual = decision.priority == 0 ? criteria.off_criteria_priority : decision.priority;
  return Decision{Ruling::off_criteria, judgement.class_id, judgement.priority == 0 ? usual : judgement.priority,
                  decision.row};
}

std::string_view decision_text(Ruling ruling) {
  if (ruling == Ruling::incident) return "act";
  return ruling == Ruling::not_incident ? "no_action" : "off_criteria";
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object judged_fields(const VulnerabilityJudgement& judgement, const Decision& decision,
                           const VulnerabilityCriteria& criteria, const Transaction& transaction) {
  return {{"damage", judgement.damage},
          {"ease", judgement.ease},
          {"importance", judgement.importance},
          {"decision", decision_text(decision.ruling)},
          {"class", text_or_null(decision.class_id)},
          {"priority", decision.priority == 0 ? json::value(nullptr) : json::value(decision.priority)},
          {"criteria", criteria.record_id},
          {"criteria_edition", criteria.edition},
          {"criteria_row", text_or_null(decision.row)},
          {"judged_by", transaction.actor().id},
          {"judged_at", format_time(transaction.now())},
          {"judgement_reason", text_or_null(std::string(trim_blank(judgement.reason)))}};
}

/// What the policy asks for of the class, what is done already kept; the policy's id beside it.
Outcome<void> add_actions(Transaction& transaction, const json::object& before, const std::string& class_id,
                          json::object& changes) {
  auto policy = policy_in_force(transaction, transaction.now(), CriteriaSet::vulnerability);
  if (!policy) return std::unexpected(policy.error());
  const std::optional<ActionPolicy>& in_force = *policy;
  const ClassPolicy* asked = in_force.has_value() ? find_class(*in_force, class_id) : nullptr;
  if (!in_force.has_value() || asked == nullptr) {
    changes["actions"] = nullptr;
    return {};
  }
  json::array actions;
  for (const PolicyTask& task : asked->tasks) {
    json::object action{{"code", task.code},
                        {"what_ja", task.what_ja},
                        {"what_en", task.what_en},
                        {"role", task.role},
                        {"authority_ja", task.authority_ja},
                        {"authority_en", task.authority_en},
                        {"due_at", format_time({transaction.now().ns + task.due_minutes * ns_per_minute})}};
    for (const json::value& old : array_at(before, "actions"))
      if (old.is_object() && text_at(old.get_object(), "code") == task.code)
        for (const std::string_view kept : {"due_at", "done_at"})
          if (const std::string value = text_at(old.get_object(), kept);
              !value.empty() && class_id == text_at(before, "class"))
            action[kept] = value;
    actions.push_back(std::move(action));
  }
  changes["actions"] = std::move(actions);
  changes["policy"] = in_force->record_id;
  return {};
}

Outcome<void> tell(Transaction& transaction, const Record& record, const VulnerabilityJudgement& judgement,
                   const Decision& decision) {
  json::object told{{"damage", judgement.damage},
                    {"ease", judgement.ease},
                    {"importance", judgement.importance},
                    {"row", decision.row},
                    {"class", decision.class_id}};
  const bool off = decision.ruling == Ruling::off_criteria;
  if (off) {
    told["decided"] = decision.class_id + " / " + std::to_string(decision.priority);
    told["reason"] = trim_blank(judgement.reason);
  }
  auto fact = transaction.append_fact(off ? "vulnerability.judged_off_criteria" : "vulnerability.judged",
                                      record.id.value, std::move(told));
  if (!fact) return std::unexpected(fact.error());
  return {};
}

Outcome<Record> judge_in(Transaction& transaction, const Target& target, const VulnerabilityJudgement& given) {
  auto record = transaction.get(target.id);
  if (!record) return record;
  if (record->type != "vulnerability")
    return ledger::refuse(ErrorKind::not_found, target.id.value + " is no vulnerability");
  auto found = vulnerability_criteria_in_force(transaction, transaction.now());
  if (!found) return std::unexpected(found.error());
  const std::optional<VulnerabilityCriteria>& in_force = *found;
  if (!in_force.has_value())
    return refuse_because("exposure.judge.no_criteria", "no vulnerability criteria are in force",
                          "have criteria approved first");
  const VulnerabilityCriteria& criteria = *in_force;
  auto input = vulnerability_input(transaction, record->body, criteria, {given.damage, given.ease, given.importance});
  if (!input) return std::unexpected(input.error());
  VulnerabilityJudgement judgement = given;
  judgement.damage = input->damage;
  judgement.ease = input->ease;
  judgement.importance = input->importance;
  auto decision = settle(criteria, judgement);
  if (!decision) return std::unexpected(decision.error());
  json::object changes = judged_fields(judgement, *decision, criteria, transaction);
  if (auto added = add_actions(transaction, record->body, decision->class_id, changes); !added)
    return std::unexpected(added.error());
  auto updated = transaction.update(record->id, version_of(target, *record), std::move(changes));
  if (!updated) return updated;
  if (auto told = tell(transaction, *updated, judgement, *decision); !told) return std::unexpected(told.error());
  return updated;
}

}  // namespace

Outcome<Record> ExposureDesk::judge(const ledger::Actor& actor, const Target& vulnerability,
                                    const VulnerabilityJudgement& judgement) {
  if (auto allowed = require(actor, "exposure.write"); !allowed) return std::unexpected(allowed.error());
  Outcome<Record> out;
  auto done = ledger_.write(actor, "exposure", [&](Transaction& transaction) -> Outcome<void> {
    out = judge_in(transaction, vulnerability, judgement);
    if (!out) return std::unexpected(out.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

}  // namespace yagura::desks::exposure
