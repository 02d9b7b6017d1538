#include <fmt/format.h>

#include <array>

#include "desks/governance/measure_report.hpp"

namespace yagura::desks::governance {
namespace {

constexpr std::array<std::string_view, 25> columns{
    "measure", "title", "edition",     "kind",    "unit",    "group",   "first_day", "last_day", "zone",
    "as_of",   "n",     "value",       "mean",    "median",  "p90",     "least",     "most",     "median_with_open",
    "counted", "open",  "oldest_open", "unknown", "unsound", "in_time", "missed"};

std::string cell(std::string_view text) {
  std::string guarded;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) guarded = "'";
  guarded += text;
  if (guarded.find_first_of(",\"\r\n") == std::string::npos) return guarded;
  std::string out = "\"";
  for (const char c : guarded) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{:.6g}", *value) : std::string();
}

std::string_view unit_of(MeasureKind kind) {
  if (kind == MeasureKind::time) return "s";
  return kind == MeasureKind::count || kind == MeasureKind::number ? "1" : "share";
}

}  // namespace

std::string to_csv(const MeasureResult& result, const MeasureReading& reading) {
  std::string out = "\xEF\xBB\xBF";
  out += fmt::format("{}\r\n", fmt::join(columns, ","));
  for (const MeasureRow& row : result.rows)
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const MeasureCell& one = row.cells[i];
      const Period& period = result.periods[i];
      const MeasureDefinition& definition = *row.definition;
      const bool time = definition.kind == MeasureKind::time;
      const auto spread = [&](double Spread::* part) {
        return number(one.spread ? std::optional(one.spread.value().*part) : std::nullopt);
      };
      const std::array<std::string, 25> cells{definition.id,
                                              cell(title_of(definition, reading.lang)),
                                              std::to_string(definition.edition),
                                              std::string(to_text(definition.kind)),
                                              std::string(unit_of(definition.kind)),
                                              cell(result.by.empty() ? "" : group_text(row.group, reading)),
                                              period.first_day,
                                              period.last_day,
                                              result.zone,
                                              format_time(result.as_of, 0),
                                              std::to_string(one.n),
                                              number(one.value),
                                              spread(&Spread::mean),
                                              spread(&Spread::median),
                                              spread(&Spread::p90),
                                              spread(&Spread::least),
                                              spread(&Spread::most),
                                              number(one.median_with_open),
                                              std::to_string(one.counted),
                                              time ? std::to_string(one.open) : "",
                                              time ? fmt::format("{:.0f}", one.oldest_open) : "",
                                              std::to_string(one.unknown),
                                              std::to_string(one.unsound),
                                              definition.clock.empty() ? "" : std::to_string(one.in_time),
                                              definition.clock.empty() ? "" : std::to_string(one.missed)};
      out += fmt::format("{}\r\n", fmt::join(cells, ","));
    }
  return out;
}

}  // namespace yagura::desks::governance
