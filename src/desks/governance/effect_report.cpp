#include "desks/governance/effect_report.hpp"

#include <boost/json.hpp>
#include <set>

#include "desks/actor.hpp"
#include "desks/blank.hpp"
#include "desks/governance/measure_report.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;

std::string unit_text(const MeasureDefinition& definition, const Texts& texts, Lang lang) {
  return texts.get(lang, "measures.unit." + std::string(to_text(definition.kind)));
}

json::object line_of(const MeasureRow& row, const Texts& texts, Lang lang) {
  const MeasureDefinition& definition = *row.definition;
  const MeasureCell& cell = row.cells.front();
  json::object out{{"measure", title_of(definition, lang)},
                   {"definition", definition.id + " " + std::to_string(definition.edition)},
                   {"unit", unit_text(definition, texts, lang)},
                   {"samples", cell.n}};
  if (cell.value) out["value"] = *cell.value;
  std::string note;
  const auto add = [&](const char* key, int64_t count) {
    if (count == 0) return;
    if (!note.empty()) note += lang == Lang::ja ? "、" : ", ";
    note += texts.get(lang, std::string("measures.note.") + key, {{"count", std::to_string(count)}});
  };
  if (!cell.value) note = texts.get(lang, "measures.no_value");
  add("open", cell.open);
  add("unknown", cell.unknown);
  add("unsound", cell.unsound);
  if (!note.empty()) out["note"] = note;
  return out;
}

}  // namespace

ledger::Outcome<ledger::Record> draft_effect_report(ledger::Ledger& ledger, const ledger::Actor& actor,
                                                    const MeasureCatalog& catalog, MeasureOrder order,
                                                    const std::string& title, const Texts& texts, Lang lang) {
  if (auto allowed = require(actor, "governance.write"); !allowed) return std::unexpected(allowed.error());
  order.length = PeriodLength::whole;
  order.by.clear();
  auto result = measure(ledger, catalog, order);
  if (!result) return std::unexpected(result.error());
  json::array lines;
  std::set<std::string> desks;
  for (const MeasureRow& row : result->rows) {
    lines.push_back(line_of(row, texts, lang));
    desks.insert(ledger.types().find(row.definition->of)->desk);
  }
  json::array from;
  for (const std::string& desk : desks) from.emplace_back(desk);
  return ledger.create(actor, "governance", "effect_report",
                       {{"title", trim_blank(title)},
                        {"from", order.first_day},
                        {"to", order.last_day},
                        {"measures", std::move(lines)},
                        {"collected_from", std::move(from)}});
}

}  // namespace yagura::desks::governance
