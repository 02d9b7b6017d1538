#include "app/scan_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/say.hpp"
#include "app/scan_summary_text.hpp"
#include "base/text.hpp"

namespace yagura::app {
namespace {

constexpr size_t timeline_bars = 60;
constexpr size_t hosts_charted = 15;
constexpr size_t techniques_charted = 12;  // of a tactic

using Levels = std::array<uint64_t, level_count>;

std::string level_name(size_t level) {
  return std::string(to_text(static_cast<detect::Level>(level)));
}

/// "critical 2, high 10"
std::string levels_text(const Levels& levels) {
  std::string out;
  for (size_t i = level_count; i-- > 0;)
    if (levels[i] > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", level_name(i), grouped(levels[i]));
  return out;
}

uint64_t sum(const Levels& levels) {
  uint64_t out = 0;
  for (const uint64_t one : levels) out += one;
  return out;
}

/// A round number at or above `most` for the top of an axis.
uint64_t axis_top(uint64_t most) {
  const double power = std::pow(10, std::floor(std::log10(std::max<double>(1, static_cast<double>(most)))));
  for (const double step : {1.0, 2.0, 5.0, 10.0})
    if (step * power >= static_cast<double>(most)) return static_cast<uint64_t>(step * power);
  return most;
}

}  // namespace

std::string html_text(std::string_view text) {
  return escape_html(printable(text));
}

std::string timeline_chart(const ScanSummary& summary, const Words& words) {
  const auto buckets = summary.timeline(timeline_bars);
  if (buckets.empty()) return {};
  constexpr double width = 1000;
  constexpr double height = 180;
  constexpr double left = 56;
  constexpr double bottom = 22;
  constexpr double top = 8;
  uint64_t most = 1;
  for (const auto& bucket : buckets) most = std::max(most, sum(bucket.by_level));
  const uint64_t axis = axis_top(most);
  const double plot = height - top - bottom;
  const double step = (width - left) / static_cast<double>(buckets.size());
  std::string out =
      fmt::format("<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\"><g class=\"axis\">", width,
                  height, escape_html(words("cli.scan.page.timeline")));
  for (int i = 0; i <= 2; ++i) {
    const double y = top + plot * (2 - i) / 2;
    out += fmt::format("<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>", left, width, y);
    if (i != 1 || axis % 2 == 0)
      out += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", left - 6, y + 4,
                         grouped(axis * static_cast<uint64_t>(i) / 2));
  }
  out += "</g>";
  for (size_t n = 0; n < buckets.size(); ++n) {
    const auto& bucket = buckets[n];
    if (sum(bucket.by_level) == 0) continue;
    out += fmt::format("<g><title>{} ({})</title>", format_time(bucket.from, 0), levels_text(bucket.by_level));
    double y = top + plot;
    for (size_t level = level_count; level-- > 0;) {
      if (bucket.by_level[level] == 0) continue;
      // What is there is seen, however little beside the rest.
      const double tall = std::max(1.0, plot * static_cast<double>(bucket.by_level[level]) / static_cast<double>(axis));
      y -= tall;
      out += fmt::format("<rect class=\"l{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", level,
                         left + step * static_cast<double>(n), std::max(0.0, y), std::max(1.0, step - 1.5), tall);
    }
    out += "</g>";
  }
  out += "<g class=\"axis\">";
  const size_t labels = std::min<size_t>(5, buckets.size());
  for (size_t i = 0; i < labels; ++i) {
    const size_t n = labels == 1 ? 0 : i * (buckets.size() - 1) / (labels - 1);
    const char* anchor = labels > 1 && i + 1 == labels ? "end" : i == 0 ? "start" : "middle";
    const double x = left + step * (static_cast<double>(n) + (labels > 1 && i + 1 == labels ? 1.0
                                                              : i == 0                      ? 0.0
                                                                                            : 0.5));
    out += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"{}\">{}</text>", x, height - 6, anchor,
                       format_time(buckets[n].from, 0).substr(0, 16));
  }
  return out + "</g></svg>";
}

std::string hosts_chart(const ScanSummary& summary, const Words& words) {
  const auto hosts = summary.hosts();
  const size_t shown = std::min(hosts.size(), hosts_charted);
  if (shown == 0) return {};
  uint64_t most = 1;
  for (size_t i = 0; i < shown; ++i) most = std::max(most, hosts[i].tally.matches);
  constexpr double width = 1000;
  constexpr double left = 260;
  constexpr double right = 90;
  constexpr double row = 22;
  std::string out = fmt::format("<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", width,
                                row * static_cast<double>(shown) + 4, escape_html(words("cli.scan.page.hosts")));
  for (size_t i = 0; i < shown; ++i) {
    const auto& host = hosts[i];
    const std::string name = host.name.empty() ? words("cli.scan.summary.nameless") : host.name;
    const double y = row * static_cast<double>(i);
    out += fmt::format(
        "<g><title>{}: {}</title><text class=\"name\" x=\"{}\" y=\"{:.0f}\" text-anchor=\"end\">{}</text>",
        html_text(name), levels_text(host.tally.by_level), left - 8, y + 16, escape_html(clip(printable(name), 32)));
    double x = left;
    for (size_t level = level_count; level-- > 0;) {
      if (host.tally.by_level[level] == 0) continue;
      const double wide = std::max(
          1.0, (width - left - right) * static_cast<double>(host.tally.by_level[level]) / static_cast<double>(most));
      out += fmt::format("<rect class=\"l{}\" x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"15\"/>", level, x,
                         y + 4, wide);
      x += wide;
    }
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.0f}\">{}</text></g>", x + 6, y + 16, grouped(host.tally.matches));
  }
  return out + "</svg>";
}

std::string attack_matrix(const ScanSummary& summary, const Words& words) {
  const auto tactics = summary.tactics();
  if (tactics.empty()) return {};
  std::string out = "<div class=\"matrix\">";
  for (const auto& tactic : tactics) {
    const std::string name =
        tactic.id.empty() ? words("cli.scan.summary.no_tactic") : words("cli.scan.summary.tactic." + tactic.id);
    out += fmt::format("<section><h3>{}<span>{}</span></h3>", escape_html(name), grouped(tactic.tally.matches));
    for (size_t i = 0; i < tactic.techniques.size() && i < techniques_charted; ++i) {
      const auto& cell = tactic.techniques[i];
      // Shades by the order of magnitude: 1, 2-9, 10-99, ...
      const int shade =
          cell.tally.matches < 2 ? 0 : std::min(4, static_cast<int>(std::to_string(cell.tally.matches).size()));
      out +=
          fmt::format("<button type=\"button\" class=\"cell s{}\" data-find=\"{}\" title=\"{}\">{}<b>{}</b></button>",
                      shade, escape_html(cell.id), escape_html(levels_text(cell.tally.by_level)), escape_html(cell.id),
                      grouped(cell.tally.matches));
    }
    if (tactic.techniques.size() > techniques_charted)
      out += fmt::format("<p>{}</p>",
                         escape_html(words("cli.scan.summary.more",
                                           {{"count", grouped(tactic.techniques.size() - techniques_charted)}})));
    out += "</section>";
  }
  return out + "</div>";
}

}  // namespace yagura::app
