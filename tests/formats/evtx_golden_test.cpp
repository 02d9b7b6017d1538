// The inputs under tests/golden/formats/evtx are written here, so that no byte of them is anybody else's.
// YAGURA_UPDATE_GOLDEN=1 writes them anew; the golden runner holds what they decode to.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "evtx_writer.hpp"
#include "formats/evtx/layout.hpp"

namespace yagura::formats {
namespace {

using namespace evtx_writer;

Element data(const char* name, uint16_t index, uint8_t type) {
  return {"Data", {{"Name", {Text{name}}}}, {Substitution{index, type}}};
}

/// A file cut right after its last record: small, and the reader sees that the chunk is not whole.
std::string cut(const std::string& chunk_bytes, size_t used) {
  return file({chunk_bytes.substr(0, used)});
}

std::string two_logons() {
  const Element inner{"EventData",
                      {},
                      {data("TargetUserName", 0, 0x01), data("LogonType", 1, 0x08), data("TargetLogonId", 2, 0x15),
                       data("IpAddress", 3, 0x01)}};
  Chunk chunk;
  for (uint64_t id = 1; id <= 2; ++id)
    add_event(chunk, {.event_id = 4624, .record_id = id}, 0x2222, inner,
              {string_value(id == 1 ? "alice" : "山田"), number_value(0x08, 3, 4), number_value(0x15, 0x3E7, 8),
               string_value("")});
  return cut(chunk.close(), chunk.free_space());
}

void hold(const std::string& name, const std::string& bytes) {
  const std::string path = YAGURA_SOURCE_DIR "/tests/golden/formats/evtx/" + name;
  if (std::getenv("YAGURA_UPDATE_GOLDEN")) std::ofstream(path, std::ios::binary) << bytes;
  std::ifstream in(path, std::ios::binary);
  const std::string held{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(held == bytes) << path << " is not what its writer writes: run with YAGURA_UPDATE_GOLDEN=1";
}

TEST(EvtxGolden, inputs_are_what_the_writer_writes) {
  hold("two-logons.evtx", two_logons());
}

}  // namespace
}  // namespace yagura::formats
