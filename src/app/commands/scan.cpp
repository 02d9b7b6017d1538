#include "pipeline/scan.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdio>
#include <mutex>
#include <thread>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/progress.hpp"
#include "app/rules.hpp"
#include "app/say.hpp"
#include "event/event_json.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

/// A field of RFC 4180; what a spreadsheet would take for a formula is defused by an apostrophe.
std::string csv(std::string_view text) {
  std::string out;
  if (!text.empty() && std::string_view("=+-@\t\r").contains(text.front())) out += '\'';
  bool quote = !out.empty();
  for (const char c : text) {
    quote |= c == '"' || c == ',' || c == '\n' || c == '\r';
    out += c;
    if (c == '"') out += '"';
  }
  return quote ? '"' + out + '"' : out;
}

/// Prints matches as they come, in one of the three forms.
class Printer {
 public:
  Printer(std::string form, const detect::RuleSet& rules) : form_(std::move(form)), rules_(rules) {
    if (form_ == "csv") fmt::print("rule_id,rule_title,level,time,host,channel,event_id,record_id,file,line\n");
  }

  void print(std::span<const pipeline::ScanMatch> matches) {
    std::string out;
    for (const pipeline::ScanMatch& match : matches) {
      const detect::Rule& rule = rules_.rule(match.rule);
      if (form_ == "jsonl")
        add_json(out, match, rule);
      else if (form_ == "csv")
        add_csv(out, match, rule);
      else
        rows_.push_back({format_time(match.time, 3), std::string(to_text(rule.level)), match.host, rule.title,
                         match.channel, std::to_string(match.event_id),
                         match.line ? fmt::format("{}:{}", match.file, match.line) : match.file});
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
  }

  void finish(const Words& words) const {
    if (form_ != "table") return;
    std::vector<std::string> header;
    for (const char* column : {"time", "level", "host", "rule", "channel", "event_id", "place"})
      header.push_back(words(std::string("cli.scan.") + column));
    print_table(header, rows_);
  }

 private:
  static void add_json(std::string& out, const pipeline::ScanMatch& match, const detect::Rule& rule) {
    const auto text = [&](std::string_view key, std::string_view value) {
      out += fmt::format("\"{}\":", key);
      event::append_json_string(out, value);
      out += ',';
    };
    out += '{';
    text("rule_id", rule.id);
    text("rule_title", rule.title);
    text("level", to_text(rule.level));
    text("time", format_time(match.time));
    text("host", match.host);
    text("channel", match.channel);
    out += fmt::format("\"event_id\":{},\"record_id\":{},", match.event_id, match.record_id);
    text("file", match.file);
    out += fmt::format("\"line\":{}}}\n", match.line);
  }

  static void add_csv(std::string& out, const pipeline::ScanMatch& match, const detect::Rule& rule) {
    out += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", csv(rule.id), csv(rule.title), to_text(rule.level),
                       format_time(match.time), csv(match.host), csv(match.channel), match.event_id, match.record_id,
                       csv(match.file), match.line);
  }

  std::string form_;
  const detect::RuleSet& rules_;
  std::vector<std::vector<std::string>> rows_;
};

detect::Level parse_level(const std::string& text) {
  for (const auto level : {detect::Level::low, detect::Level::medium, detect::Level::high, detect::Level::critical})
    if (text == to_text(level)) return level;
  return detect::Level::informational;
}

void print_stats(const pipeline::ScanStats& stats, size_t rules) {
  fmt::print(stderr, "{}\n",
             json::serialize(json::object{
                 {"events", stats.events},
                 {"events_dirty", stats.events_dirty},
                 {"bytes", stats.bytes},
                 {"matches", stats.matches},
                 {"seconds", stats.seconds},
                 {"events_per_second", stats.seconds > 0 ? static_cast<double>(stats.events) / stats.seconds : 0.0},
                 {"rules", rules}}));
}

}  // namespace

Exit run_scan(const CommonOptions& common, const ScanOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const auto choice = choose_input(options.input_format, options.encoding);
  if (!choice) return say(choice.error());
  const auto report = load_rules(*catalog, options.rules);
  if (!report) return say(report.error());
  warn_of_rejected(*report);

  Counters counters;
  Progress progress((*words)("cli.progress.events"));
  std::mutex drawing;
  pipeline::ScanOptions scan;
  scan.format = choice->format;
  scan.counters = &counters;
  scan.input.encoding = choice->encoding;
  scan.threads = options.threads ? options.threads : std::thread::hardware_concurrency();
  scan.level_min = parse_level(options.level_min);
  scan.on_progress = [&](uint64_t done, uint64_t total, uint64_t events) {
    const std::unique_lock lock(drawing, std::try_to_lock);
    if (lock) progress.update(done, total, events);
  };
  Printer printer(options.format, *report->rules);
  const auto stats = pipeline::scan(to_paths(options.paths), report->rules, scan,
                                    [&](std::span<const pipeline::ScanMatch> matches) { printer.print(matches); });
  printer.finish(*words);
  if (options.stats) print_stats(stats, report->loaded);
  return say_failures(stats.failures);
}

}  // namespace yagura::app
