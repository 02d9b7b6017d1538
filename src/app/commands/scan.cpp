#include "pipeline/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/fault.hpp"
#include "app/indicator_files.hpp"
#include "app/input.hpp"
#include "app/rules.hpp"
#include "app/say.hpp"
#include "app/scan_output.hpp"
#include "app/scan_page.hpp"
#include "app/scan_progress.hpp"
#include "app/scan_summary_text.hpp"
#include "app/terminal.hpp"
#include "base/time.hpp"
#include "pipeline/indicator_judge.hpp"
#include "pipeline/scan_correlation.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file && file != stdout) std::fclose(file);
  }
};
using Stream = std::unique_ptr<std::FILE, CloseFile>;

detect::Level parse_level(const std::string& text) {
  for (const auto level : {detect::Level::low, detect::Level::medium, detect::Level::high, detect::Level::critical})
    if (text == to_text(level)) return level;
  return detect::Level::informational;
}

/// What --format says, else the ending of --output, else lines of JSON.
std::string form_of(const ScanOptions& options) {
  if (!options.format.empty()) return options.format;
  const std::string ending = std::filesystem::path(options.output).extension().string();
  if (ending == ".csv") return "csv";
  if (ending == ".html" || ending == ".htm") return "html";
  if (ending == ".txt") return "table";
  return "jsonl";
}

Result<Stream> open_output(const std::string& path) {
  if (path.empty() || path == "-") return Stream(stdout);
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return std::unexpected(fault(ErrorKind::io, "unwritable", {{"file", path}}));
  return Stream(file);
}

Result<std::unique_ptr<ScanOutput>> make_output(const std::string& form, std::FILE* stream, const Words& words,
                                                const ScanOptions& options, const std::filesystem::path& catalog) {
  ScanOutputChoice choice{options.details, stream != stdout, options.paths, {}};
  for (const std::string& rules : options.rules) choice.rules += (choice.rules.empty() ? "" : ", ") + rules;
  if (choice.rules.empty()) choice.rules = "Yagura";
  if (form == "csv") return csv_output(stream, choice);
  if (form == "table") return table_output(stream, words, choice);
  if (form == "html") return page_output(stream, words, choice, catalog);
  return jsonl_output(stream, choice);
}

/// Sets the times of --since and --until; false when one is neither a time nor a span.
bool set_times(const ScanOptions& options, pipeline::ScanOptions& scan) {
  const Timestamp now = system_now();
  const auto read = [&](const std::string& text, std::optional<Timestamp>& into) {
    if (text.empty()) return true;
    into = moment(text, now);
    return into.has_value();
  };
  return read(options.since, scan.since) && read(options.until, scan.until);
}

void print_stats(const pipeline::ScanStats& stats, size_t rules, uint64_t regex_limit) {
  fmt::print(stderr, "{}\n",
             json::serialize(json::object{
                 {"events", stats.events},
                 {"events_dirty", stats.events_dirty},
                 {"bytes", stats.bytes},
                 {"matches", stats.matches},
                 {"seconds", stats.seconds},
                 {"events_per_second", stats.seconds > 0 ? static_cast<double>(stats.events) / stats.seconds : 0.0},
                 {"rules", rules},
                 {"detect.regex_limit", regex_limit}}));
}

/// The summary goes to standard error, so that it never mixes with matches that somebody pipes on.
bool wants_summary(const ScanOptions& options, const std::string& form) {
  if (options.quiet) return false;
  return form == "table" || terminal_columns(stderr) > 0;
}

/// Null when no indicators are asked for.
Result<std::unique_ptr<pipeline::IndicatorJudge>> indicator_judge(const std::filesystem::path& catalog,
                                                                  const ScanOptions& options, detect::Level level_min) {
  if (options.indicators.empty()) return nullptr;
  auto classes = load_field_classes(catalog);
  if (!classes) return failure(ErrorKind::invalid, to_text(classes.error()));
  auto store = load_indicators(to_paths(options.indicators));
  if (!store) return std::unexpected(store.error());
  return std::make_unique<pipeline::IndicatorJudge>(
      *classes, (*store)->snapshot(), detect::IndicatorMatchOptions{.any_time = options.indicators_any_time},
      level_min);
}

Exit written(std::FILE* stream, const std::string& path) {
  if (std::fflush(stream) != 0 || std::ferror(stream) != 0)
    return say(fault(ErrorKind::io, "unwritable", {{"file", path.empty() ? "-" : path}}));
  return Exit::done;
}

}  // namespace

Exit run_scan(const CommonOptions& common, const ScanOptions& options) {
  std::signal(SIGPIPE, SIG_DFL);  // who reads as far as `| head` has had enough: end as every filter does
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const auto choice = choose_input(options.input_format, options.encoding);
  if (!choice) return say(choice.error());
  pipeline::ScanOptions scan;
  if (!set_times(options, scan)) return say(fault(ErrorKind::invalid, "span"));
  const auto report = load_rules(*catalog, options.rules, {}, true);
  if (!report) return say(report.error());
  if (report->loaded == 0)
    return say(
        Error{ErrorKind::io, (*words)("cli.scan.no_rules", {{"rejected", std::to_string(report->rejected.size())}})});
  warn_of_rejected(*report);

  const std::string form = form_of(options);
  auto stream = open_output(options.output);
  if (!stream) return say(stream.error());
  auto output = make_output(form, stream->get(), *words, options, *catalog);
  if (!output) return say(output.error());

  Counters counters;
  ScanBar bar(*words);
  pipeline::SourceCensus census(false);
  const bool summing = wants_summary(options, form) || form == "html";
  scan.format = choice->format;
  scan.counters = &counters;
  scan.input.encoding = choice->encoding;
  scan.threads = options.threads ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  scan.level_min = parse_level(options.level_min);
  scan.details = (*output)->wants_details();
  if (summing) scan.judges.push_back(&census);
  pipeline::CorrelationJudge correlations(report->rules, scan.level_min, scan.details, counters);
  if (!report->rules->correlations().empty()) scan.judges.push_back(&correlations);
  auto indicators = indicator_judge(*catalog, options, scan.level_min);
  if (!indicators) return say(indicators.error());
  if (*indicators) scan.judges.push_back(indicators->get());
  if (!options.quiet) scan.on_progress = [&](const pipeline::ScanProgress& at) { bar.update(at); };
  const bool mixed = terminal_columns(stdout) > 0 && stream->get() == stdout;  // bar and matches on one terminal
  ScanSummary summary;
  const auto stats =
      pipeline::scan(to_paths(options.paths), report->rules, scan, [&](std::span<const pipeline::ScanMatch> matches) {
        if (mixed) bar.clear();
        (*output)->print(matches);
        if (summing) summary.add(matches);
      });
  bar.clear();
  (*output)->finish(stats, summary);
  const Exit wrote = written(stream->get(), options.output);
  const Exit read = say_failures(stats.failures);
  if (wants_summary(options, form)) {
    const std::string text =
        summary_text(summary, stats, census.sources(), *words, terminal_columns(stderr), coloured(stderr));
    fmt::print(stderr, "{}{}", form == "table" && mixed ? "\n" : "", text);
    if (!options.output.empty())
      fmt::print(stderr, "{}\n", printable((*words)("cli.scan.written", {{"file", options.output}})));
  }
  if (options.stats) print_stats(stats, report->loaded, counters.at("detect.regex_limit"));
  return wrote != Exit::done ? wrote : read;
}

}  // namespace yagura::app
