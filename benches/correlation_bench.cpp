// links: yagura_detect
// What one core does with events that reach a correlation: their fields read, their groups found, their windows moved
// and measured. One JSON line a row; times are CPU of the thread, medians of 3.
//   correlation_bench [EVENTS]   how many each measurement goes through (default 2,000,000)
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "detect/correlation/engine.hpp"
#include "detect/rule_set.hpp"
#include "detection/cpu_time.hpp"
#include "event/batch.hpp"

namespace {

using namespace yagura;
using namespace yagura::bench;
namespace corr = yagura::detect::correlation;

constexpr int runs = 3;
constexpr size_t batch_events = 10'000;
constexpr int64_t start_ns = 1'700'000'000 * ns_per_second;

struct Row {
  const char* name;
  const char* section;  // of the correlation
  size_t groups;        // users
  size_t values;        // different ones of the value
  double events_a_second;
  double goal;  // events a second a core; 0: none set
};

constexpr Row rows[] = {
    {"event_count, 10 groups", "type: event_count, timespan: 5m, condition: {gte: 1000000}", 10, 1, 1000, 2e6},
    {"event_count, 100,000 groups", "type: event_count, timespan: 1h, condition: {gte: 1000000}", 100'000, 1, 1000,
     2e6},
    {"event_count that fires each timespan", "type: event_count, timespan: 1m, condition: {gte: 10}", 1000, 1, 1000,
     2e6},
    {"value_count, window of 1 minute", "type: value_count, timespan: 1m, condition: {field: v, gte: 1000000}", 10,
     100'000, 1000, 1e6},
    {"value_count, window of 1 day", "type: value_count, timespan: 1d, condition: {field: v, gte: 1000000}", 10,
     1'000'000, 1000, 1e6},
    {"value_count, window of 1 day, 100,000 groups",
     "type: value_count, timespan: 1d, condition: {field: v, gte: 1000000}", 100'000, 1000, 1000, 1e6},
    {"value_sum", "type: value_sum, timespan: 1h, condition: {field: n, gt: 1000000000000}", 1000, 1000, 1000, 2e6},
    {"value_percentile, 95 of 1 hour",
     "type: value_percentile, timespan: 1h, condition: {field: n, percentile: 95, gt: 1e9}", 100, 1000, 1000, 0},
    {"temporal, 3 rules", "type: temporal, timespan: 1m, condition: {gt: 3}", 1000, 1, 1000, 2e6},
    {"temporal_ordered, 3 rules", "type: temporal_ordered, timespan: 1m, condition: a and b and c and not d", 1000, 1,
     1000, 2e6},
};

detect::LoadReport load(const detect::Taxonomy& taxonomy, const Row& row) {
  std::string yaml;
  std::string names;
  for (const char* name : {"a", "b", "c", "d"}) {
    yaml += std::string("title: t\nid: ") + name + "\nname: " + name +
            "\nlogsource: {product: test}\ndetection: {s: {kind: " + name + "}, condition: s}\n---\n";
    names += std::string(names.empty() ? "" : ", ") + name;
  }
  yaml += "title: t\nid: corr\ncorrelation: {rules: [" + names + "], group-by: [User], " + row.section + "}\n";
  return detect::RuleSet::load_text(yaml, "bench.yml", taxonomy);
}

struct Input {
  event::Batch batch;
  std::vector<detect::Match> matches;
  std::vector<std::string> uids;
};

uint64_t scatter(uint64_t n) {
  n *= 0x9E3779B97F4A7C15ULL;
  return n ^ n >> 29;
}

Input make_input(const Row& row, size_t first) {
  Input out;
  const auto user = event::known_field("User");
  const auto value = event::known_field("v");
  const auto number = event::known_field("n");
  for (size_t i = 0; i < batch_events; ++i) {
    const uint64_t n = scatter(first + i);
    event::Event& event = out.batch.begin("json");
    event.time = Timestamp{start_ns + static_cast<int64_t>(static_cast<double>(first + i) * 1e9 / row.events_a_second)};
    out.batch.add_copy(user, event::Kind::string, "user-" + std::to_string(n % row.groups));
    out.batch.add_copy(value, event::Kind::string, "value-" + std::to_string(n / 7 % row.values));
    out.batch.add_copy(number, event::Kind::integer, std::to_string(n % 100'000));
    out.matches.push_back({static_cast<uint32_t>(n >> 20 & 3) % 3, static_cast<uint32_t>(i)});
    out.uids.push_back(corr::to_text(corr::Uid{n, first + i}));
  }
  return out;
}

void measure(const detect::Taxonomy& taxonomy, const Row& row, size_t events) {
  const auto report = load(taxonomy, row);
  if (report.correlations != 1) {
    std::fprintf(stderr, "correlation_bench: %s: %s\n", row.name, to_text(report.rejected.at(0)).c_str());
    std::exit(1);
  }
  std::vector<double> rates;
  size_t found = 0;
  corr::Totals totals;
  for (int run = 0; run < runs; ++run) {
    corr::Engine engine({.bytes_max = 2ULL << 30});
    engine.use(report.rules);
    corr::OfferReader reader(report.rules, engine.key());
    corr::Offers offers;
    std::vector<detect::Finding> findings;
    double seconds = 0;
    found = 0;
    for (size_t at = 0; at < events; at += batch_events) {
      const Input input = make_input(row, at);
      const double before = cpu_seconds();
      offers.clear();
      reader.read(input.batch, input.matches, input.uids, offers);
      engine.take(offers, corr::to_arrival(input.batch.events().back().time.ns), findings);
      seconds += cpu_seconds() - before;
      found += findings.size();
      findings.clear();
    }
    rates.push_back(static_cast<double>(events) / seconds);
    totals = engine.totals();
  }
  const double rate = median(rates);
  std::printf(
      "{\"bench\":\"correlation\",\"row\":\"%s\",\"events_per_s\":%.0f,\"goal\":%.0f,\"met\":%s,\"findings\":%zu,"
      "\"state_mib\":%.1f}\n",
      row.name, rate, row.goal,
      row.goal == 0      ? "null"
      : rate >= row.goal ? "true"
                         : "false",
      found, static_cast<double>(totals.bytes) / (1 << 20));
}

/// Groups that hold one event each: what they cost beyond their keys.
void measure_groups(const detect::Taxonomy& taxonomy, const char* name, const char* section, size_t groups) {
  const Row row{name, section, groups, 1000, 1'000'000, 0};
  const auto report = load(taxonomy, row);
  corr::Engine engine({.bytes_max = 2ULL << 30});
  engine.use(report.rules);
  corr::OfferReader reader(report.rules, engine.key());
  corr::Offers offers;
  std::vector<detect::Finding> findings;
  size_t key_bytes = 0;
  for (size_t at = 0; at < groups; at += batch_events) {
    event::Batch batch;
    std::vector<detect::Match> matches;
    std::vector<std::string> uids;
    for (size_t i = 0; i < batch_events; ++i) {
      event::Event& event = batch.begin("json");
      event.time = Timestamp{start_ns + static_cast<int64_t>(at + i) * 1000};
      const std::string user = "user-" + std::to_string(1'000'000 + at + i);
      key_bytes += user.size();
      batch.add_copy(event::known_field("User"), event::Kind::string, user);
      batch.add_copy(event::known_field("v"), event::Kind::string, "value");
      matches.push_back({0, static_cast<uint32_t>(i)});
      uids.push_back(corr::to_text(corr::Uid{at, i}));
    }
    offers.clear();
    reader.read(batch, matches, uids, offers);
    engine.take(offers, corr::to_arrival(start_ns), findings);
  }
  const double each = static_cast<double>(engine.totals().bytes - key_bytes) / static_cast<double>(groups);
  std::printf(
      "{\"bench\":\"correlation\",\"row\":\"%s\",\"groups\":%llu,\"bytes_beyond_key\":%.1f,\"goal\":64,\"met\":%s}\n",
      name, static_cast<unsigned long long>(engine.totals().groups), each, each <= 64 ? "true" : "false");
}

}  // namespace

int main(int argc, char** argv) {
  const size_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2'000'000;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const auto taxonomy = detect::Taxonomy::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  if (!taxonomy) return 1;
  for (const Row& row : rows) measure(*taxonomy, row, events);
  constexpr const char* counts = "type: event_count, timespan: 1h, condition: {gte: 10}";
  constexpr const char* values = "type: value_count, timespan: 1h, condition: {field: v, gte: 10}";
  for (const size_t groups : {600'000UL, 1'000'000UL, 1'800'000UL}) {
    measure_groups(*taxonomy, "memory of a live group, event_count", counts, groups);
    measure_groups(*taxonomy, "memory of a live group, value_count", values, groups);
  }
  return 0;
}
