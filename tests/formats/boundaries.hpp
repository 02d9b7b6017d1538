#pragma once

#include <string_view>

#include "base/check.hpp"
#include "base/text.hpp"
#include "event/event_json.hpp"
#include "formats/block.hpp"
#include "formats/decoder.hpp"

namespace yagura::formats {

inline event::Batch decode_in_blocks(std::string_view format, std::string_view bytes, size_t block_bytes) {
  Counters counters;
  event::Batch batch;
  const auto decoder = find_format(format)->open({&counters, {1'773'576'000'000'000'000}, 0, true});
  for (size_t at = 0; at < bytes.size(); at += block_bytes)
    decoder->feed(copy_block(bytes.substr(at, block_bytes), at), batch);
  decoder->finish(batch);
  return batch;
}

/// What must hold for any bytes: they give the same events wherever blocks end, every field is well-formed UTF-8, and
/// an event's raw text is what stands at its offset.
inline void check_decoding(std::string_view format, std::string_view bytes) {
  const event::Batch whole = decode_in_blocks(format, bytes, bytes.size() + 1);
  for (const event::Event& event : whole.events()) {
    check(event.offset + event.raw.size() <= bytes.size(), "an event ends behind its input");
    check(bytes.substr(event.offset, event.raw.size()) == event.raw, "an event's raw text is not what came");
    for (const event::Field& field : whole.fields(event)) check(is_utf8(field.value().text), "a field is no UTF-8");
  }
  for (const size_t block_bytes : {size_t{1}, size_t{13}}) {
    const event::Batch pieces = decode_in_blocks(format, bytes, block_bytes);
    check(pieces.size() == whole.size(), "block boundaries changed how many events there are");
    for (size_t i = 0; i < pieces.size(); ++i)
      check(event_to_json(pieces, pieces.events()[i]) == event_to_json(whole, whole.events()[i]),
            "block boundaries changed an event");
  }
}

}  // namespace yagura::formats
