// Measures as people read them: a table for spreadsheets, a chart, a report.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/texts.hpp"
#include "desks/decision_table.hpp"
#include "desks/document.hpp"
#include "desks/governance/measure.hpp"

namespace yagura::desks::governance {

constexpr size_t chart_series_max = 6;  // more groups are left out of a chart, and it says so

/// What measures are read with.
struct MeasureReading {
  const Texts& texts;
  Lang lang = Lang::ja;
  std::vector<NamedValue> classes = {};  // names of groups, where they are classes
};

/// UTF-8 with a byte order mark, CRLF; a cell that a spreadsheet would take for a formula is guarded. One line a
/// measure, group and period; times in seconds, shares from 0 to 1, empty where there is no value.
std::string to_csv(const MeasureResult& result, const MeasureReading& reading);

/// One measure over the periods, as a whole SVG document without script or outside reference; what has no value is a
/// gap, not a zero. Empty when the result does not hold the measure.
std::string chart_svg(const MeasureResult& result, std::string_view measure, const MeasureReading& reading);

/// Every measure of the result with its table, chart and definition.
Document report_of(const MeasureResult& result, const MeasureReading& reading);

/// "2 h 05 min", "3 日 4 時間": two units at most.
std::string duration_text(double seconds, const MeasureReading& reading);

/// The name of a row's group in words.
std::string group_text(const std::string& group, const MeasureReading& reading);

/// The title of a measure in the reader's language.
const std::string& title_of(const MeasureDefinition& definition, Lang lang);

/// A value of the measure's kind in words; "no value" where there is none.
std::string value_text(const MeasureDefinition& definition, const std::optional<double>& value,
                       const MeasureReading& reading);

}  // namespace yagura::desks::governance
