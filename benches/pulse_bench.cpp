// links: yagura_desks
// How long the pulses of the 54 roles take over a long journal and full registers: what GET /api/v1/roles waits for.
// One JSON line a figure: worst of five by the wall and by the thread's own time.
// usage: pulse_bench [RECORDS [FACTS]]   (100000 and 1000000 by default; one fact in ten is a person's)
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/check.hpp"
#include "desks/governance/organisation.hpp"
#include "desks/governance/roster_records.hpp"
#include "ledger/ledger.hpp"

namespace {

using namespace yagura;
using desks::governance::Organisation;

const std::filesystem::path catalog = YAGURA_SOURCE_DIR "/catalog";
constexpr int times = 5;

double thread_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1000 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Worst of `runs`.
void measure(std::string_view name, int runs, const auto& work) {
  double wall = 0;
  double own = 0;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const double before = thread_ms();
    work();
    own = std::max(own, thread_ms() - before);
    wall = std::max(wall, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  fmt::print("{{\"bench\":\"pulse.{}\",\"wall_ms\":{:.3f},\"own_ms\":{:.3f}}}\n", name, wall, own);
  std::fflush(stdout);
}

ledger::Actor actor(const char* id) {
  return {id, {}, true};  // may everything; what counts as a person is told by the id
}

/// Records of four registers: three that only fill, and one whose every record is due (an enquiry's clock).
void fill(ledger::Ledger& ledger, int64_t records, int64_t facts) {
  constexpr int64_t batch = 5000;
  for (int64_t done = 0; done < records; done += batch) {
    const auto made = ledger.write(actor("user:sato"), "bench", [&](ledger::Transaction& all) -> ledger::Outcome<void> {
      for (int64_t i = 0; i < std::min(batch, records - done); ++i) {
        auto one = i % 4 == 0
                       ? all.create("enquiry", {{"title", "照会"},
                                                {"channel", "mail"},
                                                {"received_at", "2026-04-08T00:00:00Z"},
                                                {"asker", "営業部"},
                                                {"body", "?"}})
                       : all.create("network_segment", {{"name", "n"}, {"range", "192.0.2.0/24"}, {"zone", "office"}});
        if (!one) return std::unexpected(one.error());
      }
      return {};
    });
    check(made.has_value(), "records can't be written");
  }
  for (int64_t done = records; done < facts; done += batch) {
    const bool person = done / batch % 10 == 0;
    const auto made = ledger.write(actor(person ? "user:ito" : "system:triage"), "bench",
                                   [&](ledger::Transaction& all) -> ledger::Outcome<void> {
                                     for (int64_t i = 0; i < std::min(batch, facts - done); ++i) {
                                       auto one = all.append_fact("alert.commented", "ALR-2026-0001", {{"n", i}});
                                       if (!one) return std::unexpected(one.error());
                                     }
                                     return {};
                                   });
    check(made.has_value(), "facts can't be written");
  }
}

void measure_board(std::string_view name, int runs, Organisation& organisation) {
  measure(name, runs, [&] { check(organisation.pulse().board().has_value(), "no board"); });
}

void measure_house(ledger::Ledger& ledger) {
  auto organisation = Organisation::open(ledger, catalog);
  check(organisation.has_value(), "no organisation");
  measure_board("first_look", 1, **organisation);
  measure_board("next_look", times, **organisation);
  measure("one_role", times, [&] { check((*organisation)->pulse().board("B-5").has_value(), "no role"); });
  fill(ledger, 1000, 2000);
  measure_board("look_after_2000_facts", 1, **organisation);
  const Timestamp now = ledger.now();
  const desks::governance::Span month{now, {now.ns + int64_t{28} * 86'400 * ns_per_second}};
  measure("roster", times, [&] { check(desks::governance::read_roster(ledger, "", month).has_value(), "no roster"); });
  measure("measured_demand", 1, [&] {
    check(desks::governance::measure_demand(ledger, (*organisation)->demand(), (*organisation)->work_sources(), 90)
              .has_value(),
          "no demand");
  });
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t records = argc > 1 ? std::atoll(argv[1]) : 100'000;
  const int64_t facts = argc > 2 ? std::atoll(argv[2]) : 1'000'000;
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("yagura-pulse-bench-{}", ::getpid());
  auto types = ledger::RecordTypes::load(catalog / "records");
  check(types.has_value(), "the record types can't be read");
  auto ledger = ledger::Ledger::open(folder, std::move(*types));
  check(ledger.has_value(), "no ledger");
  measure("fill", 1, [&] { fill(**ledger, records, facts); });
  measure_house(**ledger);
  auto again = Organisation::open(**ledger, catalog);
  check(again.has_value(), "no organisation");
  measure_board("look_after_restart", 1, **again);
  again->reset();
  ledger->reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return 0;
}
