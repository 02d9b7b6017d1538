// links: yagura_detect yagura_formats simdjson::simdjson PkgConfig::ARCHIVE
// with: benches/detection/input.cpp benches/detection/json_inputs.cpp benches/detection/plain_scan.cpp
// with: benches/detection/streaming.cpp benches/detection/variants.cpp tests/detect/archives.cpp
// What matching alone costs, the events being decoded already (the fields that the rules want): with and without memos,
// beside a plain multi-pattern scan, with eight times the rules, by two threads. One JSON line a row.
//   match_bench [MEGABYTES] [RULES] [ROW]   how much of the recorded events is held (default 48); rules to reach
//                                           (30000); the one row to measure: mixed, adversarial, processes, plain,
//                                           threads, many, many-mixed, many-processes
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "detect/demanded.hpp"
#include "detect/lane_demand.hpp"
#include "detect/matcher.hpp"
#include "detection/cpu_time.hpp"
#include "detection/json_inputs.hpp"
#include "detection/plain_scan.hpp"
#include "detection/streaming.hpp"
#include "detection/variants.hpp"

namespace {

using namespace yagura;
using namespace yagura::bench;
namespace fs = std::filesystem;

using Rules = std::shared_ptr<const detect::RuleSet>;
using Batches = std::vector<event::Batch>;

constexpr int runs = 5;

std::vector<fs::path> find_rules() {
  std::vector<fs::path> out;
  for (const char* folder : {"rules", "rules-emerging-threats", "rules-threat-hunting"})
    if (fs::is_directory(shared_data() / "sigma" / folder)) out.push_back(shared_data() / "sigma" / folder);
  if (out.empty()) out.push_back(fs::path(YAGURA_SOURCE_DIR) / "catalog/rules");
  return out;
}

/// In MB; the pages that hold something now.
double resident_mb() {
  std::ifstream in("/proc/self/statm");
  size_t size = 0;
  size_t resident = 0;
  in >> size >> resident;
  return static_cast<double>(resident) * 4096 / 1e6;
}

/// The events of an input with the fields that are wanted, whether or not the format leaves out others itself.
Batches decoded(const Input& input, const event::Demand* demand) {
  const formats::Format* format = formats::find_format(input.format());
  Counters counters;
  formats::DecoderOptions options;
  options.counters = &counters;
  options.demand = demand;
  const auto decoder = format->open(options);
  Batches out;
  const auto take = [&](event::Batch batch) {
    event::Batch wanted = detect::test::demanded(batch, *demand);
    wanted.keep(std::make_shared<const event::Batch>(std::move(batch)));  // whose bytes it views
    out.push_back(std::move(wanted));
  };
  for (const formats::Block& block : input.blocks()) {
    event::Batch batch;
    decoder->feed(block, batch);
    take(std::move(batch));
  }
  event::Batch last;
  decoder->finish(last);
  take(std::move(last));
  return out;
}

size_t count(const Batches& batches) {
  size_t out = 0;
  for (const event::Batch& batch : batches) out += batch.size();
  return out;
}

size_t match_all(detect::Matcher& matcher, const Batches& batches) {
  std::vector<detect::Match> found;
  size_t matches = 0;
  for (const event::Batch& batch : batches) {
    found.clear();
    matcher.match(batch, found);
    matches += found.size();
  }
  return matches;
}

/// Seconds of one pass, the median of several; a pass before them fills the memos. Marked inputs change each pass.
double matching(Input& input, const event::Demand* demand, const Rules& rules, detect::MatcherOptions options = {}) {
  detect::Matcher matcher(rules, nullptr, options);
  std::vector<double> out;
  for (int run = 0; run <= runs; ++run) {
    input.renew();
    const Batches batches = decoded(input, demand);
    const double seconds = seconds_of([&] { match_all(matcher, batches); });
    if (run > 0) out.push_back(seconds);
  }
  return median(out);
}

void memo_row(const char* row, Input& input, const event::Demand* demand, const Rules& rules) {
  const auto events = static_cast<double>(count(decoded(input, demand)));
  detect::MatcherOptions off;
  off.memo = false;
  const double with = matching(input, demand, rules);
  const double without = matching(input, demand, rules, off);
  std::printf(
      "{\"bench\":\"match\",\"row\":\"%s\",\"events\":%.0f,\"ns_per_event\":%.0f,\"ns_per_event_without_memo\":%.0f,"
      "\"memo_takes\":%.3f}\n",
      row, events, with / events * 1e9, without / events * 1e9, with / without);
  std::fflush(stdout);
}

void plain_scan_row(Input& input, const event::Demand* demand, const Rules& rules) {
  if (!PlainScan::available()) {
    std::printf("{\"bench\":\"match\",\"row\":\"plain scan\",\"measured\":false}\n");
    return;
  }
  const PlainScan scan(*rules, {"windows", "process_creation", ""});
  std::vector<double> plain;
  std::vector<double> ours;
  size_t events = 0;
  size_t found = 0;
  detect::Matcher matcher(rules);
  for (int run = 0; run <= runs; ++run) {
    input.renew();
    const Batches batches = decoded(input, demand);
    events = count(batches);
    plain.push_back(seconds_of([&] {
      for (const event::Batch& batch : batches) found += scan.scan(batch);
    }));
    ours.push_back(seconds_of([&] { match_all(matcher, batches); }));
  }
  const auto each = static_cast<double>(events);
  std::printf(
      "{\"bench\":\"match\",\"row\":\"plain scan\",\"measured\":true,\"events\":%zu,\"patterns\":%zu,\"left_out\":%zu,"
      "\"plain_ns_per_event\":%.0f,\"ns_per_event\":%.0f,\"times_faster\":%.2f,\"goal\":4.5,\"checksum\":%zu}\n",
      events, scan.patterns, scan.left_out, median(plain) / each * 1e9, median(ours) / each * 1e9,
      median(plain) / median(ours), found % 1000);
  std::fflush(stdout);
}

void many_rules_row(const char* row, Input& input, const Rules& few, const Rules& many) {
  const detect::LaneDemand few_wanted(few);
  const detect::LaneDemand many_wanted(many);
  const double a = matching(input, &few_wanted, few);
  const double b = matching(input, &many_wanted, many);
  const auto events = static_cast<double>(count(decoded(input, &few_wanted)));
  std::printf(
      "{\"bench\":\"match\",\"row\":\"%s\",\"rules\":%zu,\"ns_per_event\":%.0f,\"ns_per_event_few\":%.0f,"
      "\"takes\":%.2f,\"goal\":1.3}\n",
      row, many->rules().size(), b / events * 1e9, a / events * 1e9, b / a);
  std::fflush(stdout);
}

void threads_row(const Input& input, const event::Demand* demand, const Rules& rules) {
  const Batches batches = decoded(input, demand);
  const auto run = [&](unsigned threads) {
    std::vector<std::unique_ptr<detect::Matcher>> matchers;
    for (unsigned i = 0; i < threads; ++i) {
      matchers.push_back(std::make_unique<detect::Matcher>(rules));
      match_all(*matchers.back(), batches);
    }
    std::vector<double> cpu(threads);
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < threads; ++i)
      workers.emplace_back([&, i] {
        cpu[i] = seconds_of([&] {
          for (int pass = 0; pass < runs; ++pass) match_all(*matchers[i], batches);
        });
      });
    for (std::thread& worker : workers) worker.join();
    return *std::ranges::max_element(cpu);
  };
  // Each thread does the whole work, so that equal times mean twice the rate.
  const double one = run(1);
  const double two = run(2);
  std::printf("{\"bench\":\"match\",\"row\":\"two threads\",\"times_one\":%.2f,\"goal\":1.9}\n", 2 * one / two);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const size_t resident = (argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 48) * 1'000'000;
  const size_t rules_wanted = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 30'000;
  const auto taxonomy = detect::Taxonomy::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  if (!taxonomy) {
    std::fprintf(stderr, "%s\n", to_text(taxonomy.error()).c_str());
    return 3;
  }
  // Before anything else has been freed whose memory they could take.
  const std::vector<fs::path> paths = find_rules();
  const double before = resident_mb();
  const Rules rules = detect::RuleSet::load(paths, *taxonomy).rules;
  const double engine = resident_mb() - before;
  Input mixed = mixed_events(resident);
  Input processes = unique_process_creations(mixed, resident / 2);
  Input hostile = adversarial(mixed, resident / 2);
  if (mixed.empty()) return 3;
  const detect::LaneDemand demand(rules);
  {
    const Batches batches = decoded(mixed, &demand);
    const double start = resident_mb();
    detect::Matcher matcher(rules);
    match_all(matcher, batches);
    std::printf(
        "{\"bench\":\"match\",\"row\":\"memory\",\"engine_mb\":%.0f,\"goal\":64,\"memo_mb\":%.0f,\"memo_goal\":32}\n",
        engine, resident_mb() - start);
  }
  const std::string_view only = argc > 3 ? argv[3] : "";
  if (only.empty() || only == "mixed") memo_row("mixed", mixed, &demand, rules);
  if (only.empty() || only == "adversarial") memo_row("adversarial", hostile, &demand, rules);
  if (!processes.empty() && (only.empty() || only == "processes"))
    memo_row("process creations, each command line unique", processes, &demand, rules);
  if (!processes.empty() && (only.empty() || only == "plain")) plain_scan_row(processes, &demand, rules);
  if (only.empty() || only == "threads") threads_row(mixed, &demand, rules);
  if (rules_wanted > rules->rules().size() && (only.empty() || only.starts_with("many"))) {
    const size_t copies = (rules_wanted + rules->rules().size() - 1) / rules->rules().size();
    const fs::path folder = fs::temp_directory_path() / ("yagura-rules-" + std::to_string(getpid()));
    fs::create_directories(folder);
    write_variants(paths, copies, folder);
    const Rules many = detect::RuleSet::load(std::vector{folder}, *taxonomy).rules;
    fs::remove_all(folder);
    if (only != "many-processes") many_rules_row("many rules, mixed", mixed, rules, many);
    if (!processes.empty() && only != "many-mixed")
      many_rules_row("many rules, process creations", processes, rules, many);
  }
  return 0;
}
