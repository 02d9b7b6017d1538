// links: yagura_detect yagura_formats PkgConfig::ARCHIVE
// with: benches/detection/input.cpp benches/detection/json_inputs.cpp tests/detect/archives.cpp
// From the arrival of one Windows event as JSON to its findings, at a load of 80 %: decode with every field, match
// every rule, make findings; each event is a batch of its own, and nothing waits for a batch to fill. Without the lake.
// Arrivals are random (Poisson) and never wait for the program (open loop). Three JSON
// lines:
// The recordings are of one machine each, one behind the other; events of many machines are the same events
// interleaved.
//   one_core  interleaved; the queue worked out by Lindley's recursion over the measured CPU time of every event: what
//   one core of
//             its own gives, however many others want it meanwhile
//   one_core_bursts  the same in the order of the recordings, in which dear events (long script blocks) come in runs
//   hand_off  interleaved, live: one thread hands events over through the bounded queue, another takes them; by the
//   wall's clock, so
//             whoever else computes on the machine is in it
//   latency_bench [MEGABYTES]   of recorded events (default 48)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "detect/matcher.hpp"
#include "detect/rule_set.hpp"
#include "detection/cpu_time.hpp"
#include "detection/json_inputs.hpp"
#include "formats/block.hpp"
#include "formats/decoder.hpp"

namespace {

using namespace yagura;
using namespace yagura::bench;
namespace fs = std::filesystem;

constexpr double load = 0.8;

std::vector<fs::path> find_rules() {
  std::vector<fs::path> out;
  for (const char* folder : {"rules", "rules-emerging-threats", "rules-threat-hunting"})
    if (fs::is_directory(shared_data() / "sigma" / folder)) out.push_back(shared_data() / "sigma" / folder);
  if (out.empty()) out.push_back(fs::path(YAGURA_SOURCE_DIR) / "catalog/rules");
  return out;
}

/// One event at a time through what the live path does.
class Judge {
 public:
  explicit Judge(std::shared_ptr<const detect::RuleSet> rules) : matcher_(std::move(rules)) {
    formats::DecoderOptions options;
    options.counters = &counters_;
    decoder_ = formats::find_format("windows-json")->open(options);
  }

  size_t judge(std::string_view line) {
    event::Batch batch;
    decoder_->feed(formats::copy_block(line, offset_), batch);
    offset_ += line.size();
    matches_.clear();
    matcher_.match(batch, matches_);
    for (const detect::Match& match : matches_) size_ += matcher_.make_finding(match, batch, "uid").fields.size();
    return matches_.size();
  }

 private:
  Counters counters_;
  detect::Matcher matcher_;
  std::unique_ptr<formats::Decoder> decoder_;
  std::vector<detect::Match> matches_;
  uint64_t offset_ = 0;
  size_t size_ = 0;
};

double at_percentile(std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(share * static_cast<double>(sorted.size())))] * 1e6;
}

void print(const char* row, size_t events, size_t findings, double capacity, std::vector<double> latencies) {
  std::ranges::sort(latencies);
  std::printf(
      "{\"bench\":\"latency\",\"row\":\"%s\",\"load\":%.2f,\"events\":%zu,\"findings\":%zu,"
      "\"capacity_events_per_second\":%.0f,\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,"
      "\"max_us\":%.1f}\n",
      row, load, events, findings, capacity, at_percentile(latencies, 0.5), at_percentile(latencies, 0.9),
      at_percentile(latencies, 0.99), at_percentile(latencies, 0.999), latencies.back() * 1e6);
  std::fflush(stdout);
}

void one_core(const char* row, const std::vector<std::string_view>& lines, Judge& judge) {
  std::vector<double> service;
  service.reserve(lines.size());
  size_t findings = 0;
  double total = 0;
  for (const std::string_view line : lines) {
    service.push_back(seconds_of([&] { findings += judge.judge(line); }));
    total += service.back();
  }
  const double capacity = static_cast<double>(lines.size()) / total;
  std::mt19937_64 random(1);
  std::exponential_distribution<double> pause(load * capacity);
  double now = 0;
  double free = 0;
  std::vector<double> latencies;
  for (const double each : service) {
    now += pause(random);
    free = std::max(free, now) + each;
    latencies.push_back(free - now);
  }
  print(row, lines.size(), findings, capacity, std::move(latencies));
}

struct Arrival {
  std::string_view line;
  std::chrono::steady_clock::time_point time;
};

void hand_off(const std::vector<std::string_view>& lines, Judge& judge) {
  using clock = std::chrono::steady_clock;
  // What the pair of threads can do at most is what the taker can do.
  const auto begun = clock::now();
  size_t findings = 0;
  const size_t probe = lines.size() / 4;
  for (size_t i = 0; i < probe; ++i) judge.judge(lines[i]);
  const double capacity = static_cast<double>(probe) / std::chrono::duration<double>(clock::now() - begun).count();
  BoundedQueue<Arrival> queue(65'536);
  std::thread source([&] {
    std::mt19937_64 random(2);
    std::exponential_distribution<double> pause(load * capacity);
    auto due = clock::now();
    for (const std::string_view line : lines) {
      due += std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(pause(random)));
      // Sleeping is too coarse for microseconds; an event that is late already goes out at once, with its due time.
      while (clock::now() < due) std::this_thread::yield();
      queue.push({line, due});
    }
    queue.close();
  });
  std::vector<double> latencies;
  latencies.reserve(lines.size());
  while (const auto arrival = queue.pop()) {
    findings += judge.judge(arrival->line);
    latencies.push_back(std::chrono::duration<double>(clock::now() - arrival->time).count());
  }
  source.join();
  print("hand_off", lines.size(), findings, capacity, std::move(latencies));
}

}  // namespace

int main(int argc, char** argv) {
  const size_t bytes = (argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 48) * 1'000'000;
  const auto taxonomy = detect::Taxonomy::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  if (!taxonomy) return 3;
  const detect::LoadReport report = detect::RuleSet::load(find_rules(), *taxonomy);
  report.rules->warm(nullptr);
  const Input input = mixed_events(bytes);
  if (input.empty()) return 3;
  std::vector<std::string_view> lines;
  const std::string_view all = input.bytes();
  for (size_t at = 0; at < all.size();) {
    const size_t end = std::min(all.find('\n', at), all.size() - 1);
    if (end > at) lines.push_back(all.substr(at, end + 1 - at));
    at = end + 1;
  }
  Judge judge(report.rules);
  // The steady state: scratch memory, routes and compiled regexes are there.
  for (const std::string_view line : lines) judge.judge(line);
  constexpr size_t rounds = 4;
  const size_t once = lines.size();
  for (size_t i = once; i < rounds * once; ++i) lines.push_back(lines[i - once]);
  one_core("one_core_bursts", lines, judge);
  std::ranges::shuffle(lines, std::mt19937_64(3));
  one_core("one_core", lines, judge);
  hand_off(lines, judge);
  return 0;
}
