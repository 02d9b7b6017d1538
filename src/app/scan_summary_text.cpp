#include "app/scan_summary_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/say.hpp"
#include "app/scan_output.hpp"
#include "app/terminal.hpp"

namespace yagura::app {
namespace {

constexpr size_t hosts_shown = 10;
constexpr size_t techniques_shown = 4;  // of a tactic
constexpr size_t rules_shown = 5;       // of a level
constexpr size_t channels_shown = 12;

class Text {
 public:
  Text(const Words& words, size_t width, bool colour) : words_(words), width_(width), colour_(colour) {}

  std::string say(std::string_view key, const std::map<std::string, std::string>& args = {}) const {
    return words_("cli.scan.summary." + std::string(key), args);
  }

  void title(std::string_view key) { out_ += '\n' + (colour_ ? "\033[1m" + say(key) + "\033[0m" : say(key)) + '\n'; }
  void line(const std::string& text) { out_ += text + '\n'; }

  TableColumn column(std::string_view key, size_t least, int rank, bool right = false) const {
    return {say(key), least, least, rank, right, false};
  }
  TableColumn number(std::string_view key, int rank) const { return column(key, 5, rank, true); }

  void table(std::vector<TableColumn> columns, const std::vector<std::vector<std::string>>& rows) {
    out_ += table_text(std::move(columns), rows, width_);
  }

  /// "and 12 more" when there are.
  void more(size_t shown, size_t all) {
    if (all > shown) line("  " + say("more", {{"count", grouped(all - shown)}}));
  }

  std::string out_;

 private:
  const Words& words_;
  size_t width_;
  bool colour_;
};

std::string moment(Timestamp time) {
  return format_time(time, 0);
}

void add_levels(Text& text, const ScanSummary& summary) {
  text.title("levels");
  std::vector<std::vector<std::string>> rows;
  for (size_t i = level_count; i-- > 0;) {
    const auto level = static_cast<detect::Level>(i);
    rows.push_back({std::string(to_text(level)), grouped(summary.all().by_level[i]),
                    grouped(summary.subjects(level).size()), grouped(summary.hosts_with(level))});
  }
  text.table({text.column("level", 13, 0), text.number("matches", 0), text.number("rules", 0), text.number("hosts", 0)},
             rows);
}

void add_hosts(Text& text, const ScanSummary& summary) {
  text.title("by_host");
  const auto hosts = summary.hosts();
  std::vector<std::vector<std::string>> rows;
  for (const auto& host : hosts) {
    if (rows.size() == hosts_shown) break;
    auto& row = rows.emplace_back();
    row = {host.name.empty() ? text.say("nameless") : host.name, grouped(host.tally.matches)};
    for (size_t i = level_count; i-- > 1;) row.push_back(grouped(host.tally.by_level[i]));
    row.insert(row.end(), {grouped(host.subjects), moment(host.tally.first), moment(host.tally.last)});
  }
  text.table({text.column("host", 12, 0), text.number("matches", 0), text.number("critical", 1), text.number("high", 1),
              text.number("medium", 2), text.number("low", 3), text.number("rules", 2), text.column("first", 20, 5),
              text.column("last", 20, 4)},
             rows);
  text.more(rows.size(), hosts.size());
  if (summary.matches_of_other_hosts() > 0)
    text.line("  " + text.say("other_hosts", {{"count", grouped(summary.matches_of_other_hosts())}}));
}

void add_techniques(Text& text, const ScanSummary& summary) {
  const auto tactics = summary.tactics();
  if (tactics.empty()) return;
  text.title("by_technique");
  std::vector<std::vector<std::string>> rows;
  for (const auto& tactic : tactics) {
    std::string techniques;
    for (size_t i = 0; i < tactic.techniques.size() && i < techniques_shown; ++i)
      techniques += fmt::format("{}{} ({})", i > 0 ? ", " : "", tactic.techniques[i].id,
                                grouped(tactic.techniques[i].tally.matches));
    if (tactic.techniques.size() > techniques_shown)
      techniques += " " + text.say("more", {{"count", grouped(tactic.techniques.size() - techniques_shown)}});
    rows.push_back({tactic.id.empty() ? text.say("no_tactic") : text.say("tactic." + tactic.id),
                    grouped(tactic.tally.matches), techniques});
  }
  text.table({text.column("tactic", 16, 0), text.number("matches", 0), text.column("techniques", 24, 1)}, rows);
}

void add_rules(Text& text, const ScanSummary& summary) {
  text.title("by_rule");
  std::vector<std::vector<std::string>> rows;
  size_t left_out = 0;
  for (size_t i = level_count; i-- > 0;) {
    const auto subjects = summary.subjects(static_cast<detect::Level>(i));
    for (size_t n = 0; n < subjects.size() && n < rules_shown; ++n) {
      const auto& subject = *subjects[n];
      rows.push_back({std::string(to_text(subject.what->level)), subject.what->title, grouped(subject.tally.matches),
                      grouped(subject.hosts.size()), moment(subject.tally.first), moment(subject.tally.last)});
    }
    left_out += subjects.size() - std::min(subjects.size(), rules_shown);
  }
  text.table({text.column("level", 4, 0), text.column("rule", 24, 0), text.number("matches", 0),
              text.number("hosts", 1), text.column("first", 20, 3), text.column("last", 20, 2)},
             rows);
  text.more(0, left_out);
}

void add_channels(Text& text, const std::vector<pipeline::SeenSource>& sources) {
  std::map<std::string, uint64_t> counts;
  for (const auto& source : sources) counts[source.channel.empty() ? source.format : source.channel] += source.events;
  if (counts.empty()) return;
  text.title("by_channel");
  std::vector<std::pair<uint64_t, std::string>> order;
  for (const auto& [channel, count] : counts) order.emplace_back(count, channel);
  std::ranges::sort(
      order, [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  std::vector<std::vector<std::string>> rows;
  for (const auto& [count, channel] : order) {
    if (rows.size() == channels_shown) break;
    rows.push_back({channel, grouped(count)});
  }
  text.table({text.column("channel", 24, 0), text.number("events", 0)}, rows);
  text.more(rows.size(), order.size());
}

}  // namespace

std::string grouped(uint64_t number) {
  std::string out = std::to_string(number);
  for (size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string summary_text(const ScanSummary& summary, const pipeline::ScanStats& stats,
                         const std::vector<pipeline::SeenSource>& sources, const Words& words, size_t width,
                         bool colour) {
  Text text(words, width, colour);
  const double seconds = std::max(stats.seconds, 1e-6);
  text.line(
      text.say("scanned", {{"files", grouped(stats.files)},
                           {"events", grouped(stats.events)},
                           {"megabytes", fmt::format("{:.1f}", static_cast<double>(stats.bytes) / 1e6)},
                           {"seconds", fmt::format("{:.1f}", stats.seconds)},
                           {"rate", grouped(static_cast<uint64_t>(static_cast<double>(stats.events) / seconds))}}));
  if (stats.events_dirty > 0) text.line(text.say("dirty", {{"events", grouped(stats.events_dirty)}}));
  if (!stats.failures.empty()) text.line(text.say("failures", {{"count", grouped(stats.failures.size())}}));
  if (summary.all().matches == 0) {
    text.line(text.say("nothing"));
  } else {
    text.line(text.say("matched", {{"matches", grouped(summary.all().matches)},
                                   {"rules", grouped(summary.subject_count())},
                                   {"hosts", grouped(summary.host_count())},
                                   {"first", moment(summary.all().first)},
                                   {"last", moment(summary.all().last)}}));
    add_levels(text, summary);
    add_hosts(text, summary);
    add_techniques(text, summary);
    add_rules(text, summary);
  }
  add_channels(text, sources);
  return std::move(text.out_);
}

}  // namespace yagura::app
