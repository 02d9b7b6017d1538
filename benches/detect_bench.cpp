// links: yagura_detect yagura_formats simdjson::simdjson PkgConfig::ARCHIVE
// with: benches/detection/bare_parse.cpp benches/detection/evtx_inputs.cpp benches/detection/input.cpp
// with: benches/detection/json_inputs.cpp benches/detection/streaming.cpp tests/detect/archives.cpp
// with: tests/formats/evtx_writer.cpp
// What one core does with events and every rule: bytes in, matches out, block after block, beside simdjson's bare walk
// over the same bytes in the same run. One JSON line a row. Takes the public rules and recorded attacks where
// ../shared/data (or YAGURA_SHARED_DATA) has them, else our own rules over the sample, repeated.
//   detect_bench [MEGABYTES] [RESIDENT]   how much each measurement goes through (default 1000), looping over what is
//                                         resident (default 128); times are CPU of the thread, medians of 3
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "detect/lane_demand.hpp"
#include "detect/matcher.hpp"
#include "detect/rule_set.hpp"
#include "detection/bare_parse.hpp"
#include "detection/cpu_time.hpp"
#include "detection/evtx_inputs.hpp"
#include "detection/json_inputs.hpp"
#include "detection/streaming.hpp"

namespace {

using namespace yagura;
using namespace yagura::bench;
namespace fs = std::filesystem;

constexpr int runs = 3;

/// Where a row stands beside the goal that the project set it.
struct Goal {
  const char* row;
  const char* of;  // "bare parse" or "MB/s"
  double at_least;
};

std::vector<fs::path> find_rules() {
  std::vector<fs::path> out;
  for (const char* folder : {"rules", "rules-emerging-threats", "rules-threat-hunting"})
    if (fs::is_directory(shared_data() / "sigma" / folder)) out.push_back(shared_data() / "sigma" / folder);
  if (out.empty()) out.push_back(fs::path(YAGURA_SOURCE_DIR) / "catalog/rules");
  return out;
}

/// The times of one pass over the input, each measured `runs` times in turn.
struct Measured {
  std::vector<double> bare;
  std::vector<double> decode_all;
  std::vector<double> decode_wanted;
  std::vector<double> whole;
  size_t events = 0;
  size_t fields_all = 0;
  size_t fields_wanted = 0;
  size_t matches = 0;
  size_t sum = 0;
};

Measured measure(Input& input, size_t rounds, const std::shared_ptr<const detect::RuleSet>& rules,
                 const event::Demand* demand) {
  Measured out;
  for (int run = 0; run < runs; ++run) {
    if (input.format() == "windows-json")
      out.bare.push_back(seconds_of([&] {
        for (size_t round = 0; round < rounds; ++round) out.sum += bare_parse(input.bytes());
      }));
    const Streamed all = stream(input, rounds, nullptr);
    const Streamed wanted = stream(input, rounds, demand);
    detect::Matcher matcher(rules);
    std::vector<detect::Match> found;
    out.matches = 0;
    double whole = 0;
    // Marked inputs change between rounds, so that a memory of values from an earlier round is of no use.
    for (size_t round = 0; round < rounds; ++round) {
      input.renew();
      whole += stream(input, 1, demand, [&](const event::Batch& batch) {
                 found.clear();
                 matcher.match(batch, found);
                 out.matches += found.size();
               }).seconds;
    }
    out.decode_all.push_back(all.seconds);
    out.decode_wanted.push_back(wanted.seconds);
    out.whole.push_back(whole);
    out.events = all.events;
    out.fields_all = all.fields;
    out.fields_wanted = wanted.fields;
  }
  return out;
}

void report(Input& input, size_t bytes_target, const std::shared_ptr<const detect::RuleSet>& rules,
            const event::Demand* demand, const Goal& goal) {
  if (input.empty()) return;
  const size_t rounds = std::max<size_t>(1, bytes_target / input.bytes().size());
  const Measured times = measure(input, rounds, rules, demand);
  const double bytes = static_cast<double>(input.bytes().size() * rounds);
  const auto events = static_cast<double>(times.events);
  const auto rate = [&](const std::vector<double>& each) { return each.empty() ? 0 : events / median(each); };
  const double share = times.bare.empty() ? 0 : median(times.bare) / median(times.whole);
  const double mb_per_second = bytes / 1e6 / median(times.whole);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"bench\":\"detect\",\"row\":\"%s\",\"input\":\"%s\",\"resident_mb\":%.1f,\"rounds\":%zu,\"events\":%zu,"
      "\"bytes_per_event\":%.0f,\"fields_per_event\":%.1f,\"wanted_fields_per_event\":%.1f,\"matches\":%zu,"
      "\"bare_events_per_second\":%.0f,\"decode_all_events_per_second\":%.0f,"
      "\"decode_wanted_events_per_second\":%.0f,\"events_per_second\":%.0f,\"mb_per_second\":%.1f,"
      "\"share_of_bare\":%.3f,\"goal_of\":\"%s\",\"goal\":%.2f,\"reached\":%.2f,\"peak_rss_mb\":%.0f,"
      "\"checksum\":%zu}\n",
      goal.row, input.name().c_str(), static_cast<double>(input.bytes().size()) / 1e6, rounds, times.events,
      bytes / events, static_cast<double>(times.fields_all) / events, static_cast<double>(times.fields_wanted) / events,
      times.matches, rate(times.bare), rate(times.decode_all), rate(times.decode_wanted), rate(times.whole),
      mb_per_second, share, goal.of, goal.at_least, times.bare.empty() ? mb_per_second : share,
      static_cast<double>(usage.ru_maxrss) / 1024, times.sum % 1000);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const size_t bytes_target = (argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000) * 1'000'000;
  const size_t resident = std::min(bytes_target, (argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 128) * 1'000'000);
  const auto taxonomy = detect::Taxonomy::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  if (!taxonomy) {
    std::fprintf(stderr, "%s\n", to_text(taxonomy.error()).c_str());
    return 3;
  }
  const std::vector<fs::path> paths = find_rules();
  detect::LoadReport loaded;
  std::vector<double> loading;
  for (int run = 0; run < runs; ++run)
    loading.push_back(seconds_of([&] { loaded = detect::RuleSet::load(paths, *taxonomy); }));
  std::printf("{\"bench\":\"detect\",\"row\":\"load\",\"rules\":%zu,\"rejected\":%zu,\"seconds\":%.3f}\n",
              loaded.loaded, loaded.rejected.size(), median(loading));

  const detect::LaneDemand lanes(loaded.rules);
  const event::Demand* demand = &lanes;
  Input mixed = mixed_events(resident);
  if (mixed.empty()) {
    std::fprintf(stderr, "detect_bench: no events to read\n");
    return 3;
  }
  {
    Input input = without_message(mixed);
    report(input, bytes_target, loaded.rules, demand, {"no_message", "bare parse", 0.40});
  }
  {
    Input input = unique_process_creations(mixed, resident / 2);
    report(input, bytes_target / 2, loaded.rules, demand, {"process_creation", "", 0});
  }
  {
    Input input = adversarial(mixed, resident / 2);
    report(input, bytes_target / 2, loaded.rules, demand, {"adversarial", "bare parse", 0.25});
  }
  report(mixed, bytes_target, loaded.rules, demand, {"mixed", "bare parse", 0.80});
  for (Input input : {generated_evtx(), recorded_evtx()})
    report(input, bytes_target, loaded.rules, demand, {"evtx", "MB/s", 150});
  return 0;
}
