#include "detection/streaming.hpp"

#include "detection/cpu_time.hpp"

namespace yagura::bench {

Streamed stream(const Input& input, size_t rounds, const event::Demand* demand,
                const std::function<void(const event::Batch&)>& take) {
  const formats::Format* format = formats::find_format(input.format());
  const auto blocks = input.blocks();
  Counters counters;
  formats::DecoderOptions options;
  options.counters = &counters;
  options.keep_raw = false;
  options.demand = demand;
  Streamed out;
  const auto done = [&](const event::Batch& batch) {
    out.events += batch.size();
    for (const event::Event& event : batch.events()) out.fields += event.field_count;
    if (take) take(batch);
  };
  out.seconds = seconds_of([&] {
    for (size_t round = 0; round < rounds; ++round) {
      const auto decoder = format->open(options);
      event::Batch batch;
      for (const formats::Block& block : blocks) {
        batch.clear();
        decoder->feed(block, batch);
        done(batch);
      }
      batch.clear();
      decoder->finish(batch);
      done(batch);
    }
  });
  return out;
}

}  // namespace yagura::bench
