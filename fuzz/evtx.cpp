// links: yagura_formats
// with: tests/formats/evtx_writer.cpp tests/formats/xml_tree.cpp
// EVTX from anywhere. An input that starts as a file or a chunk is taken as it is; any other becomes the records of
// a chunk with right checksums, and then of one that lost its front. Beyond not crashing: block boundaries never
// matter, and every event that counts as read has well-formed XML.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "formats/block.hpp"
#include "formats/decoder.hpp"
#include "formats/demanded.hpp"
#include "formats/evtx/layout.hpp"
#include "formats/evtx_writer.hpp"
#include "formats/xml_tree.hpp"

namespace {

using namespace yagura;
using namespace yagura::formats;

constexpr size_t lost_bytes = 1500;  // an outer template's length

event::Batch decode(std::string_view bytes, size_t block_bytes) {
  Counters counters;
  event::Batch batch;
  const auto decoder = find_format("evtx")->open({&counters, {}, 0, true});
  for (size_t at = 0; at < bytes.size(); at += block_bytes)
    decoder->feed(copy_block(bytes.substr(at, block_bytes), at), batch);
  decoder->finish(batch);
  return batch;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string input(reinterpret_cast<const char*>(data), size);
  if (!input.starts_with("Elf")) {
    evtx_writer::Chunk chunk;
    chunk.bytes() += input.substr(0, evtx::chunk_bytes - evtx::chunk_header_bytes);
    input = chunk.close();
    input += input.substr(0, evtx::chunk_header_bytes) + std::string(lost_bytes, '\0') +
             input.substr(evtx::chunk_header_bytes + lost_bytes);
  }
  const event::Batch whole = decode(input, input.size() + 1);
  for (const event::Event& event : whole.events()) {
    constexpr auto not_read = event::Dirt::unparsed | event::Dirt::too_long;
    if (has(event.dirt, not_read)) continue;
    check(read_xml(event.raw).has_value(), "an event's XML is not well-formed");
  }
  const event::Batch pieces = decode(input, 4093);
  check(pieces.size() == whole.size(), "block boundaries changed how many events there are");
  for (size_t i = 0; i < pieces.size(); ++i) {
    check(pieces.events()[i].dirt == whole.events()[i].dirt, "block boundaries changed an event's marks");
    check(pieces.events()[i].raw == whole.events()[i].raw, "block boundaries changed an event");
  }
  check_demand("evtx", input, size, size % 2 == 0);
  return 0;
}
