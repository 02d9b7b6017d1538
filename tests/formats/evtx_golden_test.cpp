// The inputs under tests/golden/formats/evtx and fuzz/corpus/evtx are written here, so that no byte of them is anybody
// else's. YAGURA_UPDATE_GOLDEN=1 writes them anew; the golden runner holds what they decode to.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
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
std::string cut(Chunk& chunk) {
  return file({chunk.close().substr(0, chunk.free_space())});
}

Chunk logons() {
  const Element inner{"EventData",
                      {},
                      {data("TargetUserName", 0, 0x01), data("LogonType", 1, 0x08), data("TargetLogonId", 2, 0x15),
                       data("IpAddress", 3, 0x01)}};
  Chunk chunk;
  for (uint64_t id = 1; id <= 2; ++id)
    add_event(chunk, {.event_id = 4624, .record_id = id}, 0x2222, inner,
              {string_value(id == 1 ? "alice" : "山田"), number_value(0x08, 3, 4), number_value(0x15, 0x3E7, 8),
               string_value("")});
  return chunk;
}

Chunk every_type() {
  const std::string sid("\x01\x01\0\0\0\0\0\x05\x12\0\0\0", 12);
  const std::vector<Value> values = {
      {},
      string_value("テキスト"),
      {0x02, "ansi"},
      number_value(0x03, 0x80, 1),
      number_value(0x04, 0x80, 1),
      number_value(0x05, 0x8000, 2),
      number_value(0x06, 0x8000, 2),
      number_value(0x07, 0x80000000, 4),
      number_value(0x08, 0x80000000, 4),
      number_value(0x09, 1ULL << 63, 8),
      number_value(0x0A, 1ULL << 63, 8),
      number_value(0x0B, 0x3FC00000, 4),
      number_value(0x0C, 0x3FF8000000000000, 8),
      number_value(0x0D, 1, 4),
      {0x0E, "\xDE\xAD"},
      {0x0F, std::string(15, '\x11') + "\x22"},
      number_value(0x10, 0x7FFE0000, 8),
      number_value(0x11, 132'223'104'000'000'000, 8),
      {0x12, std::string("\xE4\x07\x02\0\x06\0\x1D\0\x17\0\x3B\0\x3A\0\xE7\x03", 16)},
      {0x13, sid},
      number_value(0x14, 0xC000006D, 4),
      number_value(0x15, 0x3E7, 8),
      number_value(0x20, 0x44, 8),
      {0x81, utf16("one") + std::string(2, '\0') + utf16("two")},
      {0x88, number_value(0, 1, 4).bytes + number_value(0, 2, 4).bytes},
      {0x93, sid + sid},
  };
  Element inner{"EventData", {}, {}};
  for (uint16_t i = 0; i < values.size(); ++i)
    inner.children.push_back(data(("Value" + std::to_string(i)).c_str(), i, values[i].type));
  Chunk chunk;
  add_event(chunk, {.event_id = 7}, 0x2222, inner, values);
  return chunk;
}

Chunk every_token() {
  Element dependent{"Dependent", {}, {Substitution{1}}};
  dependent.depends_on = 1;
  const Element inner{
      "UserData",
      {},
      {Element{
          "Outer",
          {{"xmlns", {Text{"http://example/"}}}, {"Note", {Text{"a\"b"}, Character{'\n'}, Entity{"lt"}}}},
          {Element{"Text", {}, {Text{"1"}, Character{0x3042}, Entity{"amp"}, Cdata{"<c>"}}},
           Element{"Mixed", {}, {Instruction{"target", "data"}, Text{"v="}, Substitution{0, 0x01, false}}},
           Element{"Deep", {}, {Element{"Deeper", {}, {Substitution{0}}}}}, dependent, Element{"Empty", {}, {}}}}}};
  Chunk chunk;
  add_event(chunk, {.event_id = 104, .channel = "System"}, 0x2222, inner, {string_value("<値>"), {}});
  chunk.begin_record(2, 132'223'104'000'000'000);
  chunk.fragment_header();
  chunk.element({"Event", {}, {Element{"System", {}, {Element{"EventID", {}, {Text{"9"}}}}}}});
  chunk.end_of_fragment();
  chunk.end_record();
  return chunk;
}

/// The second record's size is wrong and the third stands in unused space.
std::string damaged() {
  Chunk chunk = logons();
  std::string bytes = chunk.bytes();
  const size_t second = bytes.rfind(evtx::record_magic);
  const std::string record = bytes.substr(second);
  bytes = chunk.close();
  bytes[second + 4] = 1;
  bytes.replace(second + record.size(), record.size(), record);
  return file({bytes.substr(0, second + 2 * record.size())}, true);
}

void hold(const std::string& path, const std::string& bytes) {
  const std::string full = YAGURA_SOURCE_DIR "/" + path;
  if (std::getenv("YAGURA_UPDATE_GOLDEN")) std::ofstream(full, std::ios::binary) << bytes;
  std::ifstream in(full, std::ios::binary);
  const std::string held{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(held == bytes) << full << " is not what its writer writes: run with YAGURA_UPDATE_GOLDEN=1";
}

TEST(EvtxGolden, inputs_are_what_the_writer_writes) {
  Chunk chunks[] = {logons(), every_type(), every_token()};
  const char* const names[] = {"two-logons", "every-value-type", "every-token"};
  for (size_t i = 0; i < std::size(chunks); ++i) {
    hold("tests/golden/formats/evtx/" + std::string(names[i]) + ".evtx", cut(chunks[i]));
    hold("fuzz/corpus/evtx/" + std::string(names[i]) + ".evtx", cut(chunks[i]));
    hold("fuzz/corpus/evtx/" + std::string(names[i]) + ".records", chunks[i].bytes().substr(evtx::chunk_header_bytes));
  }
  hold("tests/golden/formats/evtx/damaged.evtx", damaged());
  hold("fuzz/corpus/evtx/damaged.evtx", damaged());
}

}  // namespace
}  // namespace yagura::formats
