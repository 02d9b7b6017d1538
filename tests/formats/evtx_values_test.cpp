// Every value type of binary XML, alone and in arrays, through a whole file.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "decoded.hpp"
#include "evtx_writer.hpp"
#include "formats/evtx/value_text.hpp"
#include "xml_tree.hpp"

namespace yagura::formats {
namespace {

using namespace evtx_writer;
using event::Dirt;
using event::Kind;

Element data(uint16_t index, uint8_t type) {
  return {"Data", {{"Name", {Text{"X"}}}}, {Substitution{index, type, false}}};
}

/// One event whose <Data Name="X"> is `value`.
Decoded with_value(const Value& value) {
  Chunk chunk;
  add_event(chunk, {}, 0x2222, {"EventData", {}, {data(0, value.type)}}, {value});
  return decode("evtx", file({chunk.close()}));
}

std::string bytes_of(double value) {
  std::string out(sizeof value, '\0');
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}

std::string bytes_of(float value) {
  std::string out(sizeof value, '\0');
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}

struct Case {
  const char* what;
  Value value;
  Kind kind;
  const char* text;
};

const Case cases[] = {
    {"null", {0x00, ""}, Kind::string, ""},
    {"string", string_value("日本語 a\tb"), Kind::string, "日本語 a\tb"},
    {"string beyond the first plane", string_value("\xF0\x9F\x97\xBC"), Kind::string, "\xF0\x9F\x97\xBC"},
    {"string with NULs at its end", {0x01, utf16("ab") + std::string(4, '\0')}, Kind::string, "ab"},
    {"empty string", string_value(""), Kind::string, ""},
    {"ansi", {0x02, std::string("abc\0", 4)}, Kind::string, "abc"},
    {"int8", number_value(0x03, static_cast<uint64_t>(-5), 1), Kind::integer, "-5"},
    {"uint8", number_value(0x04, 251, 1), Kind::integer, "251"},
    {"int16", number_value(0x05, static_cast<uint64_t>(-300), 2), Kind::integer, "-300"},
    {"uint16", number_value(0x06, 65535, 2), Kind::integer, "65535"},
    {"int32", number_value(0x07, static_cast<uint64_t>(-70000), 4), Kind::integer, "-70000"},
    {"uint32", number_value(0x08, 4294967295, 4), Kind::integer, "4294967295"},
    {"int64", number_value(0x09, 1ULL << 63, 8), Kind::integer, "-9223372036854775808"},
    {"uint64", number_value(0x0A, UINT64_MAX, 8), Kind::integer, "18446744073709551615"},
    {"real32", {0x0B, bytes_of(1.5F)}, Kind::real, "1.5"},
    {"real64", {0x0C, bytes_of(-0.1)}, Kind::real, "-0.1"},
    {"true", number_value(0x0D, 2, 4), Kind::boolean, "true"},
    {"false", number_value(0x0D, 0, 4), Kind::boolean, "false"},
    {"binary", {0x0E, "\x01\xAB\xFF"}, Kind::string, "01ABFF"},
    {"guid",
     {0x0F, "\x78\x56\x34\x12\xBC\x9A\xF0\xDE\x11\x22\x33\x44\x55\x66\x77\x88"},
     Kind::string,
     "{12345678-9ABC-DEF0-1122-334455667788}"},
    {"size of 32 bits", number_value(0x10, 0xFF00, 4), Kind::string, "0xff00"},
    {"size of 64 bits", number_value(0x10, 0x1FF000000ULL, 8), Kind::string, "0x1ff000000"},
    {"filetime", number_value(0x11, 132223104000000001, 8), Kind::string, "2020-01-01T00:00:00.0000001Z"},
    {"filetime on a leap day", number_value(0x11, 132274943999999999, 8), Kind::string, "2020-02-29T23:59:59.9999999Z"},
    {"filetime 0", number_value(0x11, 0, 8), Kind::string, "1601-01-01T00:00:00.0000000Z"},
    {"the last filetime", number_value(0x11, UINT64_MAX, 8), Kind::string, "60056-05-28T05:36:10.9551615Z"},
    {"systemtime",
     {0x12, std::string("\xE4\x07\x02\x00\x06\x00\x1D\x00\x17\x00\x3B\x00\x3A\x00\xE7\x03", 16)},
     Kind::string,
     "2020-02-29T23:59:58.999Z"},
    {"sid", {0x13, std::string("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0", 16)}, Kind::string, "S-1-5-32-544"},
    {"sid of a large authority",
     {0x13, std::string("\x01\x00\xFF\xFF\xFF\xFF\xFF\xFF", 8)},
     Kind::string,
     "S-1-281474976710655"},
    {"hex32", number_value(0x14, 0xC000006D, 4), Kind::string, "0xc000006d"},
    {"hex64", number_value(0x15, 0x3E7, 8), Kind::string, "0x3e7"},
    {"hex64 of zero", number_value(0x15, 0, 8), Kind::string, "0x0"},
    {"handle", number_value(0x20, 0x1234, 8), Kind::string, "0x1234"},
    {"a type nobody defined", {0x3F, "\x01\x02"}, Kind::string, "0102"},
    {"a size that is not its type's", number_value(0x08, 0x0102, 3), Kind::string, "020100"},
    {"a sid cut short", {0x13, std::string("\x01\x05\0\0\0\0\0\x05\x20\0", 10)}, Kind::string, "01050000000000052000"},
    {"a number without bytes", {0x08, ""}, Kind::string, ""},
};

TEST(EvtxValues, are_spelled_as_windows_spells_them) {
  for (const Case& c : cases) {
    const Decoded decoded = with_value(c.value);
    ASSERT_EQ(decoded.size(), 1u) << c.what;
    EXPECT_EQ(decoded[0].dirt, Dirt::none) << c.what << ": " << to_text(decoded[0].dirt);
    ASSERT_NE(decoded.batch.find(decoded[0], event::known_field("X")), nullptr) << c.what;
    EXPECT_EQ(decoded.get(0, "X").text, c.text) << c.what;
    EXPECT_EQ(decoded.get(0, "X").kind, c.kind) << c.what;
    const auto xml = read_xml(decoded[0].raw);
    ASSERT_TRUE(xml) << xml.error();
    EXPECT_EQ(xml->children[1].children[0].text, c.text) << c.what;
  }
}

TEST(EvtxValues, lone_surrogates_are_replaced_and_marked) {
  const Decoded decoded = with_value({0x01, std::string("a\0\x00\xD8z\0", 6)});
  EXPECT_EQ(decoded.get(0, "X").text, "a\xEF\xBF\xBDz");
  EXPECT_EQ(decoded[0].dirt, Dirt::bad_encoding);
}

TEST(EvtxValues, ansi_bytes_of_an_unknown_code_page_are_marked) {
  const Decoded decoded = with_value({0x02, "caf\xE9"});
  EXPECT_EQ(decoded.get(0, "X").text, "café");
  EXPECT_EQ(decoded[0].dirt, Dirt::bad_encoding);
}

TEST(EvtxValues, long_text_crosses_every_vector_step_unharmed) {
  for (size_t length = 0; length < 70; ++length) {
    for (size_t wide = 0; wide <= length; wide += 7) {
      std::string text;
      for (size_t i = 0; i < length; ++i) text += i == wide ? "é" : std::string(1, static_cast<char>('a' + i % 26));
      EXPECT_EQ(with_value(string_value(text)).get(0, "X").text, text);
    }
  }
}

/// The texts of all fields named `name`.
std::vector<std::string> all(const Decoded& decoded, std::string_view name) {
  std::vector<std::string> out;
  for (const event::Field& field : decoded.batch.fields(decoded[0]))
    if (field.id == event::known_field(name)) out.emplace_back(field.value().text);
  return out;
}

TEST(EvtxArrays, are_repeated_fields_and_repeated_elements) {
  const auto nul = [](std::string_view text) { return utf16(text) + std::string(2, '\0'); };
  const std::string sid("\x01\x01\0\0\0\0\0\x05\x12\0\0\0", 12);
  struct ArrayCase {
    Value value;
    std::vector<std::string> items;
  };
  const ArrayCase array_cases[] = {
      {{0x81, nul("one") + nul("") + nul("三")}, {"one", "", "三"}},
      {{0x81, nul("one") + utf16("cut")}, {"one", "cut"}},
      {{0x82, std::string("a\0bc\0", 5)}, {"a", "bc"}},
      {{0x83, "\x01\xFF"}, {"1", "-1"}},
      {{0x84, "\x01\xFF"}, {"1", "255"}},
      {{0x85, std::string("\x01\0\xFF\xFF", 4)}, {"1", "-1"}},
      {{0x86, std::string("\x01\0\xFF\xFF", 4)}, {"1", "65535"}},
      {{0x87, number_value(0, 7, 4).bytes + number_value(0, 8, 4).bytes}, {"7", "8"}},
      {{0x88, number_value(0, 7, 4).bytes + "\x01"}, {"7", "01"}},
      {{0x89, number_value(0, UINT64_MAX, 8).bytes}, {"-1"}},
      {{0x8A, number_value(0, UINT64_MAX, 8).bytes}, {"18446744073709551615"}},
      {{0x8B, bytes_of(1.5F) + bytes_of(2.5F)}, {"1.5", "2.5"}},
      {{0x8C, bytes_of(1.5)}, {"1.5"}},
      {{0x8D, number_value(0, 1, 4).bytes + number_value(0, 0, 4).bytes}, {"true", "false"}},
      {{0x8F, std::string(32, '\0')},
       {"{00000000-0000-0000-0000-000000000000}", "{00000000-0000-0000-0000-000000000000}"}},
      {{0x90, number_value(0, 16, 8).bytes}, {"0x10"}},
      {{0x91, number_value(0, 0, 8).bytes}, {"1601-01-01T00:00:00.0000000Z"}},
      {{0x92, std::string(16, '\0')}, {"0000-00-00T00:00:00.000Z"}},
      {{0x93, sid + sid}, {"S-1-5-18", "S-1-5-18"}},
      {{0x94, number_value(0, 16, 4).bytes + number_value(0, 17, 4).bytes}, {"0x10", "0x11"}},
      {{0x95, number_value(0, 16, 8).bytes}, {"0x10"}},
      {{0x8E, "\x01\x02"}, {"0102"}},
  };
  for (const ArrayCase& c : array_cases) {
    const Decoded decoded = with_value(c.value);
    ASSERT_EQ(decoded.size(), 1u);
    EXPECT_EQ(all(decoded, "X"), c.items) << static_cast<int>(c.value.type);
    const auto xml = read_xml(decoded[0].raw);
    ASSERT_TRUE(xml) << xml.error();
    std::vector<std::string> elements;
    for (const XmlElement& element : xml->children[1].children) elements.push_back(element.text);
    EXPECT_EQ(elements, c.items) << static_cast<int>(c.value.type);
  }
}

TEST(EvtxValues, a_filetime_is_an_instant_only_within_its_range) {
  EXPECT_EQ(evtx::filetime_instant(116'444'736'000'000'000), Timestamp{0});
  EXPECT_EQ(evtx::filetime_instant(116'444'736'000'000'001), Timestamp{100});
  EXPECT_EQ(evtx::filetime_instant(0), std::nullopt);
  EXPECT_EQ(evtx::filetime_instant(1), std::nullopt);  // 1601 lies before what a Timestamp covers
  EXPECT_EQ(evtx::filetime_instant(UINT64_MAX), std::nullopt);
}

}  // namespace
}  // namespace yagura::formats
