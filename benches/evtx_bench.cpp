// links: yagura_formats
// with: benches/detection/evtx_inputs.cpp benches/detection/input.cpp tests/formats/evtx_writer.cpp
// What one core does with EVTX: file bytes into events, without and with the rendered XML. "generated" are process
// creations with command lines that never repeat; "recorded" the well-filled chunks of the samples beside the project,
// when they are there. One JSON line each.
#include <sys/resource.h>

#include <cstdio>

#include "detection/cpu_time.hpp"
#include "detection/evtx_inputs.hpp"
#include "detection/input.hpp"

namespace {

using namespace yagura;
using namespace yagura::formats;

constexpr double seconds_min = 2.0;

void measure(const char* name, const bench::Input& input, bool keep_raw) {
  if (input.empty()) return;
  const auto blocks = input.blocks();
  Counters counters;
  size_t events = 0;
  size_t fields = 0;
  size_t rounds = 0;
  const double start = bench::cpu_seconds();
  double seconds = 0;
  for (; seconds < seconds_min; ++rounds) {
    const auto decoder = find_format("evtx")->open({&counters, {}, 0, keep_raw});
    for (const Block& block : blocks) {
      event::Batch batch;
      decoder->feed(block, batch);
      events += batch.size();
      for (const event::Event& event : batch.events()) fields += event.field_count;
    }
    seconds = bench::cpu_seconds() - start;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"bench\":\"evtx\",\"input\":\"%s\",\"keep_raw\":%s,\"bytes\":%zu,\"mb_per_second\":%.1f,"
      "\"events_per_second\":%.0f,\"fields_per_event\":%.1f,\"seconds\":%.2f,\"peak_rss_mb\":%.0f}\n",
      name, keep_raw ? "true" : "false", input.bytes().size(),
      static_cast<double>(input.bytes().size() * rounds) / 1e6 / seconds, static_cast<double>(events) / seconds,
      static_cast<double>(fields) / static_cast<double>(events), seconds, static_cast<double>(usage.ru_maxrss) / 1024);
}

}  // namespace

int main() {
  for (const bool keep_raw : {false, true}) {
    measure("generated", bench::generated_evtx(), keep_raw);
    measure("recorded", bench::recorded_evtx(), keep_raw);
  }
}
