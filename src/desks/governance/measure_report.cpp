#include "desks/governance/measure_report.hpp"

#include <fmt/format.h>

#include <cmath>

#include "desks/local_time.hpp"

namespace yagura::desks::governance {
namespace {

std::string say(const MeasureReading& reading, std::string_view key,
                const std::map<std::string, std::string>& args = {}) {
  return reading.texts.get(reading.lang, key, args);
}

bool is_share(MeasureKind kind) {
  return kind == MeasureKind::share || kind == MeasureKind::unknowns || kind == MeasureKind::late;
}

std::vector<std::string> head_of(const MeasureDefinition& definition, bool grouped, const MeasureReading& reading) {
  std::vector<std::string> keys{"period"};
  if (grouped) keys.emplace_back("group");
  if (definition.kind == MeasureKind::time) {
    keys.insert(keys.end(), {"ended", "median", "p90", "mean", "open", "oldest_open", "unknown"});
    if (!definition.clock.empty()) keys.emplace_back("in_time");
  } else if (is_share(definition.kind)) {
    keys.insert(keys.end(), {"counted", "n", "share"});
  } else if (definition.kind == MeasureKind::number) {
    keys.insert(keys.end(), {"n", "mean", "median", "unknown"});
  } else {
    keys.emplace_back("n");
  }
  for (std::string& key : keys) key = say(reading, "measures.column." + key);
  return keys;
}

std::string in_time_text(const MeasureCell& cell, const MeasureReading& reading) {
  const int64_t all = cell.in_time + cell.missed;
  if (all == 0) return say(reading, "measures.no_value");
  return fmt::format("{:.1f} % ({}/{})", 100.0 * static_cast<double>(cell.in_time) / static_cast<double>(all),
                     cell.in_time, all);
}

std::vector<std::string> row_of(const MeasureDefinition& definition, const Period& period, const MeasureRow& row,
                                const MeasureCell& cell, bool grouped, const MeasureReading& reading) {
  std::vector<std::string> out{period.first_day == period.last_day ? period.first_day
                                                                   : period.first_day + " – " + period.last_day};
  if (grouped) out.push_back(group_text(row.group, reading));
  const auto spread = [&](double Spread::* part) {
    return value_text(definition, cell.spread ? std::optional(cell.spread.value().*part) : std::nullopt, reading);
  };
  if (definition.kind == MeasureKind::time) {
    // What ended before it began is no time; it is counted with what nobody knows.
    out.insert(out.end(), {std::to_string(cell.n), spread(&Spread::median), spread(&Spread::p90), spread(&Spread::mean),
                           std::to_string(cell.open), cell.open == 0 ? "" : duration_text(cell.oldest_open, reading),
                           std::to_string(cell.unknown + cell.unsound)});
    if (!definition.clock.empty()) out.push_back(in_time_text(cell, reading));
  } else if (is_share(definition.kind)) {
    out.insert(out.end(),
               {std::to_string(cell.counted), std::to_string(cell.n), value_text(definition, cell.value, reading)});
  } else if (definition.kind == MeasureKind::number) {
    out.insert(out.end(),
               {std::to_string(cell.n), spread(&Spread::mean), spread(&Spread::median), std::to_string(cell.unknown)});
  } else {
    out.push_back(std::to_string(cell.n));
  }
  return out;
}

}  // namespace

const std::string& title_of(const MeasureDefinition& definition, Lang lang) {
  return lang == Lang::ja ? definition.title_ja : definition.title_en;
}

std::string group_text(const std::string& group, const MeasureReading& reading) {
  if (group == ungrouped) return say(reading, "measures.ungrouped");
  if (group == other_group) return say(reading, "measures.other_groups");
  return name_of(reading.classes, group, to_text(reading.lang));
}

std::string duration_text(double seconds, const MeasureReading& reading) {
  const auto total = static_cast<int64_t>(std::llround(seconds));
  const auto part = [&](const char* key, int64_t a, int64_t b) {
    return say(reading, std::string("measures.duration.") + key, {{"a", std::to_string(a)}, {"b", std::to_string(b)}});
  };
  if (total < 60) return part("s", total, 0);
  if (total < 3600) return total % 60 == 0 ? part("m", total / 60, 0) : part("ms", total / 60, total % 60);
  if (total < 86'400)
    return total % 3600 < 60 ? part("h", total / 3600, 0) : part("hm", total / 3600, total % 3600 / 60);
  return total % 86'400 < 3600 ? part("d", total / 86'400, 0) : part("dh", total / 86'400, total % 86'400 / 3600);
}

std::string value_text(const MeasureDefinition& definition, const std::optional<double>& value,
                       const MeasureReading& reading) {
  if (!value) return say(reading, "measures.no_value");
  if (definition.kind == MeasureKind::time) return duration_text(*value, reading);
  if (is_share(definition.kind)) return fmt::format("{:.1f} %", 100 * *value);
  return definition.kind == MeasureKind::count ? fmt::format("{:.0f}", *value) : fmt::format("{:.2f}", *value);
}

Document report_of(const MeasureResult& result, const MeasureReading& reading) {
  Document out;
  out.lang = reading.lang;
  const std::string days = result.periods.front().first_day + " – " + result.periods.back().last_day;
  out.title = say(reading, "measures.report.title", {{"days", days}});
  out.banner = say(reading, "measures.report.banner");
  out.head.rows = {{say(reading, "measures.report.days"), days},
                   {say(reading, "measures.report.zone"), result.zone},
                   {say(reading, "measures.report.as_of"), local_time(result.as_of, result.zone, Grain::minute)}};
  if (!result.by.empty())
    out.head.rows.emplace_back(say(reading, "measures.report.by"), say(reading, "measures.by." + result.by));
  if (result.cut) out.blocks.emplace_back(Note{say(reading, "measures.report.cut")});
  const bool grouped = !result.by.empty();
  for (size_t at = 0; at < result.rows.size();) {
    const MeasureDefinition& definition = *result.rows[at].definition;
    out.blocks.emplace_back(Heading{title_of(definition, reading.lang)});
    Table table{head_of(definition, grouped, reading), {}};
    for (; at < result.rows.size() && result.rows[at].definition == &definition; ++at)
      for (size_t i = 0; i < result.periods.size(); ++i)
        table.rows.push_back(
            row_of(definition, result.periods[i], result.rows[at], result.rows[at].cells[i], grouped, reading));
    if (result.periods.size() > 1)
      out.blocks.emplace_back(Figure{chart_svg(result, definition.id, reading), title_of(definition, reading.lang)});
    out.blocks.emplace_back(std::move(table));
    out.blocks.emplace_back(
        Note{say(reading, "measures.report.definition",
                 {{"edition", std::to_string(definition.edition)},
                  {"text", reading.lang == Lang::ja ? definition.definition_ja : definition.definition_en}})});
  }
  out.footer = say(reading, "measures.report.footer");
  return out;
}

}  // namespace yagura::desks::governance
