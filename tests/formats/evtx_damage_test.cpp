// Files that are broken, cut, overwritten or made to harm: what can be read is read and marked, the rest is kept.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>

#include "base/text.hpp"
#include "decoded.hpp"
#include "evtx_writer.hpp"
#include "formats/evtx/compiler.hpp"
#include "formats/evtx/layout.hpp"
#include "formats/evtx/record_reader.hpp"
#include "xml_tree.hpp"

namespace yagura::formats {
namespace {

using namespace evtx_writer;
using event::Dirt;

const Element inner{"EventData", {}, {Element{"Data", {{"Name", {Text{"X"}}}}, {Substitution{0}}}}};

/// A chunk with events of the ids from `first` to `last`; X is the id.
Chunk chunk_of(uint64_t first, uint64_t last) {
  Chunk chunk;
  for (uint64_t id = first; id <= last; ++id)
    add_event(chunk, {.record_id = id}, 0x2222, inner, {string_value(std::to_string(id))});
  return chunk;
}

void put32(std::string& bytes, size_t at, uint32_t value) {
  std::memcpy(bytes.data() + at, &value, 4);
}

/// Where the records of a chunk start.
std::vector<size_t> records(const std::string& chunk) {
  std::vector<size_t> out;
  for (size_t at = chunk.find(evtx::record_magic, evtx::chunk_header_bytes); at != std::string::npos;
       at = chunk.find(evtx::record_magic, at + 1))
    out.push_back(at);
  return out;
}

/// "id:dirt" of each event.
std::vector<std::string> summary(const Decoded& decoded) {
  std::vector<std::string> out;
  for (const event::Event& event : decoded.batch.events())
    out.push_back(std::to_string(event.record_id) + ":" + to_text(event.dirt));
  return out;
}

using Lines = std::vector<std::string>;

uint64_t counted(const Decoded& decoded, const char* name) {
  return decoded.counters->at(name).load();
}

TEST(Evtx, reads_a_chunk_whose_data_checksum_is_wrong_and_marks_its_events) {
  std::string chunk = chunk_of(1, 2).close();
  const size_t x = chunk.rfind(utf16("2"));
  chunk[x] = '7';
  const Decoded decoded = decode("evtx", file({chunk, chunk_of(3, 3).close()}));
  EXPECT_EQ(summary(decoded), (Lines{"1:bad_checksum", "2:bad_checksum", "3:"}));
  EXPECT_EQ(counted(decoded, "formats.evtx.bad_checksum"), 2u);
}

TEST(Evtx, reads_a_chunk_whose_header_checksum_is_wrong_and_marks_its_events) {
  std::string chunk = chunk_of(1, 1).close();
  chunk[130] = 'x';
  EXPECT_EQ(summary(decode("evtx", file({chunk}))), (Lines{"1:bad_checksum"}));
}

TEST(Evtx, counts_files_marked_dirty_and_headers_with_a_wrong_checksum) {
  std::string bytes = file({chunk_of(1, 1).close()}, true);
  bytes[0x30] = 'x';
  const Decoded decoded = decode("evtx", bytes);
  EXPECT_EQ(summary(decoded), (Lines{"1:"}));
  EXPECT_EQ(counted(decoded, "formats.evtx.files_marked_dirty"), 1u);
  EXPECT_EQ(counted(decoded, "formats.evtx.file_headers_with_bad_checksum"), 1u);
}

TEST(Evtx, carves_records_from_a_dirty_chunk) {
  std::string chunk = chunk_of(1, 4).close();
  put32(chunk, records(chunk)[1] + 4, 9);  // the second record's size
  repair_checksums(chunk);
  const Decoded decoded = decode("evtx", file({chunk}));
  EXPECT_EQ(summary(decoded), (Lines{"1:", "0:unparsed,no_time", "3:carved", "4:carved"}));
  EXPECT_EQ(decoded.get(3, "X").text, "4");
  EXPECT_EQ(decoded[1].raw.substr(0, 8), "2a2a0000");
  EXPECT_EQ(decoded[1].raw.size(), 2 * (records(chunk)[2] - records(chunk)[1]));
}

TEST(Evtx, carves_records_that_the_header_does_not_count_yet) {
  std::string chunk = chunk_of(1, 3).close();
  put32(chunk, evtx::free_space_at, static_cast<uint32_t>(records(chunk)[1]));
  repair_checksums(chunk);
  EXPECT_EQ(summary(decode("evtx", file({chunk}))), (Lines{"1:", "2:carved", "3:carved"}));
}

TEST(Evtx, counts_leftovers_whose_template_is_gone) {
  std::string chunk = chunk_of(1, 3).close();
  const std::string old = chunk.substr(records(chunk)[1], records(chunk)[2] - records(chunk)[1]);
  Chunk fresh;
  fresh.begin_record(9, 1);
  fresh.fragment_header();
  fresh.element({"Event", {}, {Element{"System", {}, {Element{"Computer", {}, {Text{"c"}}}}}}});
  fresh.end_of_fragment();
  fresh.end_record();
  std::string bytes = fresh.close();
  bytes.replace(40'000, old.size(), old);
  const Decoded decoded = decode("evtx", file({chunk_of(1, 1).close(), bytes}));
  EXPECT_EQ(decoded.size(), 2u);
  EXPECT_EQ(counted(decoded, "formats.evtx.unreadable_records_in_unused_space"), 1u);
}

TEST(Evtx, carves_records_of_a_chunk_without_its_header) {
  std::string chunk = chunk_of(1, 2).close();
  chunk.replace(0, 8, "wrecked!");
  const Decoded decoded = decode("evtx", file({chunk, chunk_of(3, 3).close()}));
  EXPECT_EQ(summary(decoded), (Lines{"0:unparsed,no_time", "1:carved", "2:carved", "3:"}));
  EXPECT_EQ(decoded[0].raw.substr(0, 16), to_hex("wrecked!"));
}

TEST(Evtx, finds_the_next_chunk_when_bytes_are_missing) {
  const std::string lost = chunk_of(1, 20).close();
  const std::string tail = lost.substr(records(lost)[18]);  // the front of the chunk is gone, with its templates
  const Decoded decoded = decode("evtx", file({tail, chunk_of(30, 31).close()}));
  EXPECT_EQ(summary(decoded), (Lines{"19:unparsed,carved", "20:unparsed,carved", "30:", "31:"}));
  EXPECT_EQ(decoded[2].offset, evtx::file_header_bytes + tail.size() + evtx::chunk_header_bytes);
  const std::string half = lost.substr(evtx::chunk_header_bytes);  // only the header is gone
  EXPECT_EQ(decode("evtx", file({half, chunk_of(30, 30).close()})).size(), 21u);
  EXPECT_EQ(summary(decode("evtx", file({half, chunk_of(30, 30).close()})))[0], "1:carved");
}

TEST(Evtx, takes_a_lost_template_from_an_earlier_chunk) {
  const std::string lost = chunk_of(1, 20).close();
  const std::string tail = lost.substr(records(lost)[18]);
  const Decoded decoded = decode("evtx", file({chunk_of(30, 31).close(), tail, chunk_of(32, 32).close()}));
  EXPECT_EQ(summary(decoded), (Lines{"30:", "31:", "19:carved", "20:carved", "32:"}));
  EXPECT_EQ(decoded.get(2, "X").text, "19");
  EXPECT_EQ(decoded[2].host, "host.example");
  EXPECT_TRUE(read_xml(decoded[2].raw)) << decoded[2].raw;
}

TEST(Evtx, passes_over_unused_chunks_and_padding) {
  const std::string nothing(evtx::chunk_bytes, '\0');
  const Decoded decoded = decode("evtx", file({nothing, chunk_of(1, 1).close(), std::string(100, '\0')}));
  EXPECT_EQ(summary(decoded), (Lines{"1:"}));
}

TEST(Evtx, reads_bare_chunks_and_files_after_each_other) {
  EXPECT_EQ(summary(decode("evtx", chunk_of(1, 1).close() + chunk_of(2, 2).close())), (Lines{"1:", "2:"}));
  EXPECT_EQ(summary(decode("evtx", file({chunk_of(1, 1).close()}) + file({chunk_of(2, 2).close()}))),
            (Lines{"1:", "2:"}));
}

TEST(Evtx, keeps_what_a_cut_file_still_has) {
  const std::string chunk = chunk_of(1, 3).close();
  const std::string whole = file({chunk});
  const size_t third = evtx::file_header_bytes + records(chunk)[2];
  EXPECT_EQ(summary(decode("evtx", whole.substr(0, third))), (Lines{"1:", "2:"}));
  EXPECT_EQ(summary(decode("evtx", whole.substr(0, third + 50))), (Lines{"1:", "2:", "0:unparsed,truncated,no_time"}));
  EXPECT_EQ(summary(decode("evtx", whole.substr(0, evtx::file_header_bytes + 200))),
            (Lines{"0:unparsed,truncated,no_time"}));
  EXPECT_EQ(summary(decode("evtx", whole.substr(0, 1000))), (Lines{"0:unparsed,truncated,no_time"}));
  EXPECT_EQ(summary(decode("evtx", "ElfF")), (Lines{"0:unparsed,truncated,no_time"}));
  EXPECT_EQ(decode("evtx", "").size(), 0u);
}

TEST(Evtx, an_event_that_can_not_be_read_keeps_its_bytes_and_its_header) {
  Chunk chunk;
  chunk.begin_record(5, 132'223'104'000'000'000);
  chunk.bytes() += "\x7F\x01\x02";
  chunk.end_record();
  const Decoded decoded = decode("evtx", file({chunk.close()}));
  EXPECT_EQ(summary(decoded), (Lines{"5:unparsed"}));
  EXPECT_EQ(decoded[0].time.ns, 1'577'836'800'000'000'000);
  EXPECT_EQ(decoded[0].raw, to_hex(chunk.bytes().substr(evtx::chunk_header_bytes)));
}

TEST(Evtx, an_event_whose_inner_template_is_broken_keeps_what_system_says) {
  std::string chunk = chunk_of(1, 2).close();
  const size_t name = chunk.find(utf16("EventData"));
  chunk.replace(name, 2, std::string(2, '\0'));
  repair_checksums(chunk);
  const Decoded decoded = decode("evtx", file({chunk}));
  EXPECT_EQ(summary(decoded), (Lines{"1:unparsed", "2:unparsed"}));
  EXPECT_EQ(decoded[0].host, "host.example");
  EXPECT_EQ(decoded[0].raw.substr(0, 8), "2a2a0000");
}

TEST(Evtx, too_deep_elements_are_left_in_raw) {
  const auto nested = [](size_t depth) {
    Element element{"E", {}, {}};
    for (size_t i = 1; i < depth; ++i) element = {"E", {}, {std::move(element)}};
    Chunk chunk;
    chunk.begin_record(1, 132'223'104'000'000'000);
    chunk.fragment_header();
    chunk.element(element);
    chunk.end_of_fragment();
    chunk.end_record();
    return decode("evtx", file({chunk.close()}));
  };
  EXPECT_EQ(summary(nested(evtx::element_depth_max)), (Lines{"1:"}));
  EXPECT_EQ(summary(nested(evtx::element_depth_max + 1)), (Lines{"1:unparsed,too_deep"}));
}

/// A record whose template holds itself: the value of the instance is binary XML that instances the same template.
std::string self_containing() {
  Chunk chunk;
  chunk.begin_record(1, 132'223'104'000'000'000);
  chunk.fragment_header();
  const size_t instance_at = chunk.bytes().size();
  chunk.instance(0x3333, {"E", {}, {Substitution{0, 0x21}, Substitution{0, 0x21}, Substitution{0, 0x21}}},
                 {{0x21, std::string(3000, '\0')}});
  // The value's bytes are an instance again, of the same definition, whose value is the rest.
  const size_t value = chunk.bytes().size() - 3000;
  const std::string head = chunk.bytes().substr(instance_at, 6);
  for (size_t at = value; at + 40 < value + 3000; at += 22) {
    const auto left = static_cast<uint16_t>(value + 3000 - at - 22);
    std::string& bytes = chunk.bytes();
    bytes.replace(at, 6, head);
    put32(bytes, at + 6, static_cast<uint32_t>(instance_at + 10));
    put32(bytes, at + 10, 1);
    std::memcpy(bytes.data() + at + 14, &left, 2);
    bytes[at + 16] = 0x21;
    bytes.replace(at + 18, 4, std::string("\x0f\x01\x01\0", 4));
  }
  chunk.end_of_fragment();
  chunk.end_record();
  return file({chunk.close()});
}

TEST(Evtx, embedded_xml_is_followed_only_so_deep) {
  const Decoded decoded = decode("evtx", self_containing());
  ASSERT_EQ(decoded.size(), 1u);
  EXPECT_TRUE(decoded.marked(0, Dirt::unparsed));
  EXPECT_TRUE(decoded.marked(0, Dirt::too_deep) || decoded.marked(0, Dirt::too_long)) << to_text(decoded[0].dirt);
}

TEST(Evtx, a_value_named_many_times_can_not_fill_the_memory) {
  Element many{"EventData", {}, {}};
  for (size_t i = 0; i < 1500; ++i) many.children.push_back(Element{"D", {}, {Text{"<"}, Substitution{0}}});
  Chunk chunk;
  add_event(chunk, {}, 0x2222, many, {string_value(std::string(12'000, 'x'))});
  const Decoded decoded = decode("evtx", file({chunk.close()}));
  ASSERT_EQ(decoded.size(), 1u);
  EXPECT_TRUE(decoded.marked(0, Dirt::too_long)) << to_text(decoded[0].dirt);
  size_t bytes = decoded[0].raw.size();
  for (const event::Field& field : decoded.batch.fields(decoded[0])) bytes += field.size;
  EXPECT_LE(bytes, static_cast<size_t>(evtx::chunk_output_bytes_max) * 2);
}

// 2,000 times the same value, which holds 2,000 instances of a template that makes nothing.
TEST(Evtx, a_value_of_many_instances_named_many_times_costs_bounded_time) {
  const Element nothing{"N", {}, {}};
  Element many{"Event", {}, {}};
  for (uint16_t i = 0; i < 2000; ++i) many.children.push_back(Substitution{0, 0x21});
  Chunk chunk;
  chunk.begin_record(1, 132'223'104'000'000'000);
  chunk.fragment_header();
  chunk.instance(0x3333, nothing, {});
  const uint32_t definition = static_cast<uint32_t>(chunk.bytes().find(std::string("\x33\x33\0\0", 4)) + 8);
  std::string instance("\x0C\x01\x33\x33\0\0\0\0\0\0\0\0\0\0", 14);
  put32(instance, 6, definition);
  std::string value;
  for (int i = 0; i < 2000; ++i) value += instance;
  chunk.end_of_fragment();
  chunk.end_record();
  for (uint64_t id = 2; id < 4; ++id) {
    chunk.begin_record(id, 132'223'104'000'000'000);
    chunk.fragment_header();
    chunk.instance(0x4444 + static_cast<uint32_t>(id), many, {{0x21, id == 2 ? value : "\x0F\x01\x01"}});
    chunk.end_of_fragment();
    chunk.end_record();
  }
  const auto start = std::chrono::steady_clock::now();
  const Decoded decoded = decode("evtx", file({chunk.close()}));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  ASSERT_EQ(decoded.size(), 3u);
  EXPECT_TRUE(decoded.marked(1, Dirt::unparsed));
  EXPECT_TRUE(decoded.marked(1, Dirt::too_long));
}

TEST(Evtx, an_element_of_too_many_attributes_is_left_in_raw) {
  const auto with = [](size_t attributes) {
    Element element{"E", {}, {}};
    for (size_t i = 0; i < attributes; ++i) element.attributes.push_back({"a" + std::to_string(i), {Text{"v"}}});
    Chunk chunk;
    chunk.begin_record(1, 132'223'104'000'000'000);
    chunk.fragment_header();
    chunk.element(element);
    chunk.end_of_fragment();
    chunk.end_record();
    return decode("evtx", file({chunk.close()}));
  };
  EXPECT_EQ(summary(with(evtx::attributes_max)), (Lines{"1:"}));
  EXPECT_EQ(summary(with(evtx::attributes_max + 1)), (Lines{"1:unparsed"}));
}

TEST(Evtx, a_name_of_too_many_letters_is_left_in_raw) {
  const auto with = [](size_t letters) {
    Chunk chunk;
    chunk.begin_record(1, 132'223'104'000'000'000);
    chunk.fragment_header();
    chunk.element({std::string(letters, 'n'), {}, {}});
    chunk.end_of_fragment();
    chunk.end_record();
    return decode("evtx", file({chunk.close()}));
  };
  EXPECT_EQ(summary(with(evtx::name_units_max)), (Lines{"1:"}));
  EXPECT_EQ(summary(with(evtx::name_units_max + 1)), (Lines{"1:unparsed"}));
}

TEST(Evtx, an_event_with_too_many_fields_is_marked) {
  std::string items;
  for (size_t i = 0; i < event::fields_per_event_max + 10; ++i) items += std::string("a\0\0\0", 4);
  Chunk chunk;
  add_event(chunk, {}, 0x2222, inner, {{0x81, items}});
  const Decoded decoded = decode("evtx", file({chunk.close()}));
  ASSERT_EQ(decoded.size(), 1u);
  EXPECT_EQ(decoded[0].dirt, Dirt::too_many_fields);
  EXPECT_EQ(decoded[0].field_count, event::fields_per_event_max);
}

// Whatever bytes change, the reader ends, gives events whose XML is well-formed, and does so in bounded time.
TEST(Evtx, survives_random_damage) {
  std::mt19937 random(20261123);  // NOLINT(cert-msc51-cpp): the same damage in every run
  const std::string sound = chunk_of(1, 12).close();
  const auto start = std::chrono::steady_clock::now();
  for (int round = 0; round < 1500; ++round) {
    std::string chunk = sound;
    const size_t used = evtx::number_at<uint32_t>(chunk, evtx::free_space_at);
    const size_t changes = 1 + random() % 8;
    for (size_t i = 0; i < changes; ++i) chunk[random() % used] = static_cast<char>(random());
    const Decoded decoded = decode("evtx", chunk);
    EXPECT_GE(decoded.size(), 1u);
    for (size_t i = 0; i < decoded.size(); ++i) {
      if (decoded.marked(i, Dirt::unparsed)) continue;
      const auto xml = read_xml(decoded[i].raw);
      EXPECT_TRUE(xml) << xml.error() << " in round " << round << ": " << decoded[i].raw;
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

}  // namespace
}  // namespace yagura::formats
