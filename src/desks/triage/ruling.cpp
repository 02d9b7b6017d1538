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
                    const std::vector<std::string>& tags, detect::Level level, std::string_view host,
                    FindingFields fields) {
  const NamedAttack attack = names.name(tags, level, fields);
  AlertRuling out{{attack.attack_type, attack.progress, "unknown"}, {Ruling::off_criteria, "", priority_lowest, ""}};
  if (!criteria) return out;
  out.input.importance = importance_of(*criteria, host);
  out.decision = decide(*criteria, out.input);
  return out;
}

}  // namespace yagura::desks::triage
