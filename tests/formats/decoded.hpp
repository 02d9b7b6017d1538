#pragma once

#include <string_view>

#include "formats/block.hpp"
#include "formats/decoder.hpp"

namespace yagura::formats {

/// Everything that a format makes of `bytes`.
struct Decoded {
  event::Batch batch;
  std::unique_ptr<Counters> counters = std::make_unique<Counters>();

  size_t size() const { return batch.size(); }
  const event::Event& operator[](size_t i) const { return batch.events()[i]; }
  event::Value get(size_t i, std::string_view field) const { return batch.get((*this)[i], event::known_field(field)); }
  bool marked(size_t i, event::Dirt dirt) const { return has((*this)[i].dirt, dirt); }
};

constexpr Timestamp test_received = {1'773'576'000'000'000'000};  // 2026-03-15T12:00:00Z

inline Decoded decode(std::string_view format, std::string_view bytes, size_t block_bytes = 1 << 20,
                      int zone_offset_seconds = 0, Timestamp received = test_received) {
  Decoded out;
  const auto decoder = find_format(format)->open({out.counters.get(), received, zone_offset_seconds, true});
  for (size_t at = 0; at < bytes.size(); at += block_bytes)
    decoder->feed(copy_block(bytes.substr(at, block_bytes), at), out.batch);
  decoder->finish(out.batch);
  return out;
}

}  // namespace yagura::formats
