#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "desks/governance/measure_report.hpp"

namespace yagura::desks::governance {
namespace {

constexpr double width = 720;
constexpr double height = 260;
constexpr double left = 78;
constexpr double right = 16;
constexpr double top = 42;
constexpr double bottom = 34;
constexpr int grid_lines = 4;
constexpr size_t period_labels_max = 8;
// Told apart by shape of line too, so that no reader has to see colours.
constexpr std::array<std::pair<std::string_view, std::string_view>, chart_series_max> strokes{{{"#1f4e79", ""},
                                                                                               {"#b85c00", "6 3"},
                                                                                               {"#2e7d32", "2 3"},
                                                                                               {"#7b1fa2", "8 3 2 3"},
                                                                                               {"#ad1457", "1 4"},
                                                                                               {"#455a64", "12 4"}}};

struct Series {
  std::string name;
  std::vector<std::optional<double>> values;
};

std::vector<Series> series_of(const MeasureResult& result, std::string_view measure, const MeasureReading& reading,
                              size_t& left_out) {
  std::vector<Series> out;
  for (const MeasureRow& row : result.rows) {
    if (row.definition->id != measure) continue;
    const bool spread = row.definition->kind == MeasureKind::time && result.by.empty();
    if (!result.by.empty() && out.size() == chart_series_max) {
      ++left_out;
      continue;
    }
    Series main{spread ? reading.texts.get(reading.lang, "measures.median") : group_text(row.group, reading), {}};
    Series slow{reading.texts.get(reading.lang, "measures.p90"), {}};
    for (const MeasureCell& cell : row.cells) {
      main.values.push_back(cell.value);
      slow.values.push_back(cell.spread ? std::optional(cell.spread.value().p90) : std::nullopt);
    }
    if (result.by.empty() && !spread) main.name.clear();
    out.push_back(std::move(main));
    if (spread) out.push_back(std::move(slow));
  }
  return out;
}

/// The smallest round number that is not below `value`.
double round_up(double value, MeasureKind kind) {
  if (kind == MeasureKind::share || kind == MeasureKind::unknowns || kind == MeasureKind::late) return 1;
  if (kind == MeasureKind::time)
    for (const double step :
         {60.0, 300.0, 900.0, 3600.0, 4 * 3600.0, 12 * 3600.0, 86'400.0, 4 * 86'400.0, 20 * 86'400.0})
      if (value <= step) return step;
  if (value <= 0) return 1;
  const double unit = std::pow(10, std::floor(std::log10(value)));
  for (const double factor : {1.0, 2.0, 4.0, 10.0})
    if (value <= factor * unit) return std::max(factor * unit, kind == MeasureKind::count ? 4.0 : 0.0);
  return 10 * unit;
}

class Plot {
 public:
  Plot(size_t periods, double most) : periods_(periods), most_(most) {}

  double x(size_t i) const {
    return left + (width - left - right) * (static_cast<double>(i) + 0.5) / static_cast<double>(periods_);
  }
  double y(double value) const { return height - bottom - (height - top - bottom) * std::min(value / most_, 1.0); }

  /// Lines between neighbours that have a value, and a dot for each.
  std::string draw(const Series& series, size_t style) const {
    const auto& [colour, dash] = strokes[style % strokes.size()];
    std::string out;
    for (size_t i = 0; i < series.values.size(); ++i) {
      const std::optional<double>& here = series.values[i];
      if (!here) continue;
      const std::optional<double> before = i > 0 ? series.values[i - 1] : std::nullopt;
      if (before)
        out += fmt::format(
            "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" stroke-width=\"2\"{}/>\n",
            x(i - 1), y(*before), x(i), y(*here), colour,
            dash.empty() ? std::string() : fmt::format(" stroke-dasharray=\"{}\"", dash));
      out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", x(i), y(*here), colour);
    }
    return out;
  }

 private:
  size_t periods_;
  double most_;
};

std::string text_at(double x, double y, std::string_view anchor, const std::string& text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, escape_html(text));
}

std::string legend(const std::vector<Series>& series) {
  std::string out;
  double at = left;
  for (size_t i = 0; i < series.size(); ++i) {
    if (series[i].name.empty()) continue;
    const auto& [colour, dash] = strokes[i % strokes.size()];
    out +=
        fmt::format("<line x1=\"{:.0f}\" y1=\"28\" x2=\"{:.0f}\" y2=\"28\" stroke=\"{}\" stroke-width=\"2\"{}/>\n", at,
                    at + 22, colour, dash.empty() ? std::string() : fmt::format(" stroke-dasharray=\"{}\"", dash));
    out += text_at(at + 26, 32, "start", series[i].name);
    at += 40 + 12 * static_cast<double>(code_points(series[i].name));
  }
  return out;
}

/// What the lines show, for who does not see them: each period with the values of its series.
std::string told(const MeasureResult& result, const MeasureDefinition& definition, const std::vector<Series>& series,
                 const MeasureReading& reading) {
  std::string out;
  for (size_t i = 0; i < result.periods.size(); ++i) {
    const Period& period = result.periods[i];
    out += i == 0 ? "" : "; ";
    out += period.first_day == period.last_day ? period.first_day : period.first_day + " – " + period.last_day;
    for (size_t one = 0; one < series.size(); ++one) {
      out += one == 0 ? ": " : ", ";
      if (!series[one].name.empty()) out += series[one].name + " ";
      out += value_text(definition, series[one].values[i], reading);
    }
  }
  return out;
}

}  // namespace

std::string chart_svg(const MeasureResult& result, std::string_view measure, const MeasureReading& reading) {
  size_t left_out = 0;
  const std::vector<Series> series = series_of(result, measure, reading, left_out);
  const auto row = std::ranges::find(result.rows, measure,
                                     [](const MeasureRow& one) { return std::string_view(one.definition->id); });
  if (row == result.rows.end()) return {};
  const MeasureDefinition& definition = *row->definition;
  double most = 0;
  for (const Series& one : series)
    for (const auto& value : one.values) most = std::max(most, value.value_or(0));
  most = round_up(most, definition.kind);
  const Plot plot(result.periods.size(), most);
  std::string title = title_of(definition, reading.lang);
  if (left_out > 0)
    title += " " + reading.texts.get(reading.lang, "measures.left_out", {{"count", std::to_string(left_out)}});
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" font-family=\"sans-serif\" "
      "font-size=\"11\" fill=\"#1b2430\">\n<title>{}</title>\n<desc>{}</desc>\n<rect width=\"{:.0f}\" "
      "height=\"{:.0f}\" "
      "fill=\"#fff\"/>\n",
      width, height, escape_html(title), escape_html(told(result, definition, series, reading)), width, height);
  out += text_at(left, 14, "start", title);
  for (int line = 0; line <= grid_lines; ++line) {
    const double value = most * line / grid_lines;
    out += fmt::format("<line x1=\"{:.0f}\" y1=\"{:.1f}\" x2=\"{:.0f}\" y2=\"{:.1f}\" stroke=\"#c9d1d9\"/>\n", left,
                       plot.y(value), width - right, plot.y(value));
    out += text_at(left - 6, plot.y(value) + 4, "end", value_text(definition, value, reading));
  }
  const size_t step = (result.periods.size() + period_labels_max - 1) / period_labels_max;
  for (size_t i = 0; i < result.periods.size(); i += step)
    out += text_at(plot.x(i), height - 14, "middle", result.periods[i].first_day);
  out += legend(series);
  for (size_t i = 0; i < series.size(); ++i) out += plot.draw(series[i], i);
  return out + "</svg>\n";
}

}  // namespace yagura::desks::governance
