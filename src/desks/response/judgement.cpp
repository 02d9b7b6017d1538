// Class and priority of an incident: what the criteria in force say, or what a person decides against them.
#include <algorithm>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/blank.hpp"
#include "desks/in_force.hpp"
#include "desks/json_fields.hpp"
#include "desks/response/desk.hpp"
#include "desks/response/incident.hpp"

namespace yagura::desks::response {
namespace {

namespace json = boost::json;
using ledger::Transaction;

/// The criteria's decision, replaced by the person's where they name a class. A refusal says what is missing.
Outcome<Decision> settle(const Criteria& criteria, const Judgement& judgement) {
  Decision decision = decide(criteria, {judgement.attack_type, judgement.progress, judgement.importance});
  if (judgement.class_id.empty()) {
    if (decision.ruling == Ruling::off_criteria)
      return refuse_because("response.judge.off_criteria", "no row of the criteria decides this combination",
                            "name a class and the reason; it will be brought to the owner of the criteria");
    if (decision.ruling == Ruling::not_incident)
      return refuse_because("response.judge.not_incident", "the criteria say that this is not an incident",
                            "reject the incident, or name a class and the reason");
    return decision;
  }
  if (std::ranges::none_of(criteria.classes, [&](const NamedValue& c) { return c.id == judgement.class_id; }))
    return refuse_because("response.judge.unknown_class", "the criteria have no class '" + judgement.class_id + "'",
                          "use a class of the criteria in force", {{"class", judgement.class_id}});
  const bool same = decision.ruling == Ruling::incident && decision.class_id == judgement.class_id &&
                    (judgement.priority == 0 || judgement.priority == decision.priority);
  if (same) return decision;
  if (trim_blank(judgement.reason).empty())
    return refuse_because("response.judge.no_reason", "a decision that departs from the criteria needs its reason",
                          "say why");
  const int64_t usual = decision.priority == 0 ? criteria.off_criteria_priority : decision.priority;
  return Decision{Ruling::off_criteria, judgement.class_id, judgement.priority == 0 ? usual : judgement.priority,
                  decision.row};
}

json::object judged_fields(const Judgement& judgement, const Decision& decision, const Criteria& criteria,
                           const Transaction& transaction) {
  json::object out{{"attack_type", judgement.attack_type},
                   {"progress", judgement.progress},
                   {"importance", judgement.importance},
                   {"class", decision.class_id},
                   {"priority", decision.priority},
                   {"criteria", criteria.record_id},
                   {"criteria_edition", criteria.edition},
                   {"off_criteria", decision.ruling == Ruling::off_criteria},
                   {"judged_by", transaction.actor().id},
                   {"judged_at", format_time(transaction.now())},
                   {"judgement_reason", trim_blank(judgement.reason)},
                   {"feedback_current", nullptr}};
  if (decision.row.empty())
    out["criteria_row"] = nullptr;
  else
    out["criteria_row"] = decision.row;
  return out;
}

/// What the judgement leaves out stays as the incident has it.
Judgement completed(Judgement judgement, const json::object& incident) {
  const auto keep = [&](std::string& value, std::string_view field) {
    if (value.empty()) value = text_at(incident, field);
  };
  keep(judgement.attack_type, "attack_type");
  keep(judgement.progress, "progress");
  keep(judgement.importance, "importance");
  return judgement;
}

}  // namespace

Outcome<Record> ResponseDesk::judge(const Actor& actor, const Target& incident, const Judgement& given) {
  return on_incident(ledger_, actor, "incident.judge", incident,
                     [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
                       const Judgement judgement = completed(given, record.body);
                       auto criteria = criteria_in_force(transaction, transaction.now());
                       if (!criteria) return std::unexpected(criteria.error());
                       if (!*criteria)
                         return refuse_because("response.judge.no_criteria", "no criteria are in force",
                                               "have criteria approved first");
                       auto decision = settle(**criteria, judgement);
                       if (!decision) return std::unexpected(decision.error());
                       auto updated = transaction.update(record.id, version_of(incident, record),
                                                         judged_fields(judgement, *decision, **criteria, transaction));
                       if (!updated) return updated;
                       auto policy = make_tasks(transaction, record.id, decision->class_id);
                       if (!policy) return std::unexpected(policy.error());
                       if (*policy) updated = transaction.update(record.id, updated->version, {{"policy", **policy}});
                       if (!updated || decision->ruling != Ruling::off_criteria) return updated;
                       auto fact = transaction.append_fact(
                           "incident.judged_off_criteria", record.id.value,
                           {{"attack_type", judgement.attack_type},
                            {"progress", judgement.progress},
                            {"importance", judgement.importance},
                            {"row", decision->row},
                            {"decided", decision->class_id + " / " + std::to_string(decision->priority)},
                            {"reason", trim_blank(judgement.reason)}});
                       if (!fact) return std::unexpected(fact.error());
                       return updated;
                     });
}

}  // namespace yagura::desks::response
