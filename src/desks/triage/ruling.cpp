#include "desks/triage/ruling.hpp"

#include <boost/json.hpp>

#include "desks/json_fields.hpp"

namespace yagura::desks::triage {

namespace json = boost::json;

json::object AlertRuling::fields(const std::optional<Criteria>& criteria) const {
  json::object out{{"attack_type", input.attack_type},
                   {"progress", input.progress},
                   {"importance", input.importance},
                   {"decision", to_text(decision.ruling)}};
  if (!decision.class_id.empty()) out["class"] = decision.class_id;
  if (decision.priority != 0) out["priority"] = decision.priority;
  if (criteria) {
    out["criteria"] = criteria->record_id;
    out["criteria_edition"] = criteria->edition;
  }
  if (!decision.row.empty()) out["criteria_row"] = decision.row;
  return out;
}

AlertRuling rule_on(const AttackNames& names, const std::optional<Criteria>& criteria,
                    const std::vector<std::string>& tags, detect::Level level, std::string_view host) {
  const NamedAttack attack = names.name(tags, level);
  AlertRuling out{{attack.attack_type, attack.progress, "unknown"}, {Ruling::off_criteria, "", priority_lowest, ""}};
  if (!criteria) return out;
  out.input.importance = importance_of(*criteria, host);
  out.decision = decide(*criteria, out.input);
  return out;
}

bool is_worse(const Decision& now, const Decision& before) {
  if (now.ruling == Ruling::not_incident) return false;
  if (before.ruling == Ruling::not_incident) return true;
  if (now.priority != before.priority) return now.priority < before.priority;
  return now.ruling == Ruling::incident && before.ruling == Ruling::off_criteria;
}

Decision decision_in(const json::object& body) {
  Decision out;
  const std::string ruling = text_at(body, "decision");
  out.ruling = ruling == to_text(Ruling::incident)       ? Ruling::incident
               : ruling == to_text(Ruling::not_incident) ? Ruling::not_incident
                                                         : Ruling::off_criteria;
  out.class_id = text_at(body, "class");
  out.priority = integer_at(body, "priority");
  out.row = text_at(body, "criteria_row");
  return out;
}

}  // namespace yagura::desks::triage
