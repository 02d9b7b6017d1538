// Windows events as XML: the same fields as EVTX, whatever wrote them, and nothing lost of what is broken.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "decoded.hpp"
#include "formats/windows_event.hpp"
#include "formats/xml_event_stream.hpp"
#include "formats/xml_reader.hpp"
#include "shared_data.hpp"

namespace yagura::formats {
namespace {

namespace fs = std::filesystem;
using event::Dirt;
using Fields = std::vector<std::pair<std::string, std::string>>;

const std::string in_namespace = " xmlns='" + std::string(windows_event_namespace) + "'";

std::string system(std::string_view id) {
  return "<System><Provider Name='P'/><EventID>" + std::string(id) +
         "</EventID><TimeCreated "
         "SystemTime='2026-03-01T09:00:00Z'/><Channel>C</Channel><Computer>c</Computer></System>";
}

std::string event_of(std::string_view id, std::string_view inner) {
  return "<Event" + in_namespace + ">" + system(id) + std::string(inner) + "</Event>";
}

/// The fields after those of system().
Fields own_fields(const Decoded& decoded, size_t event = 0) {
  constexpr size_t system_fields = 5;
  Fields out;
  for (const event::Field& field : decoded.batch.fields(decoded[event]))
    out.emplace_back(event::FieldNames::instance().name(field.id), field.value().text);
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(std::min(out.size(), system_fields)));
  return out;
}

Decoded decode_inner(std::string_view inner) {
  return decode("windows-xml", event_of("1", inner));
}

/// XML can't hold control characters.
std::string in_xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool control = static_cast<uint8_t>(c) < ' ' && !std::string_view("\t\r\n").contains(c);
    out += control ? "\xEF\xBF\xBD" : std::string(1, c);
  }
  return out;
}

/// Name and text of every field, in order: XML does not say what kind a value is.
Fields all_fields(const event::Batch& batch, const event::Event& event) {
  Fields out;
  for (const event::Field& field : batch.fields(event))
    out.emplace_back(event::FieldNames::instance().name(field.id), in_xml(field.value().text));
  return out;
}

TEST(WindowsXml, every_evtx_of_the_samples_written_as_xml_reads_back_with_equal_fields) {
  if (!fs::exists(shared_data())) GTEST_SKIP() << shared_data() << " is absent";
  size_t records = 0;
  for (const auto& entry : fs::recursive_directory_iterator(shared_data())) {
    if (entry.path().extension() != ".evtx") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const Decoded evtx = decode("evtx", std::string{std::istreambuf_iterator<char>(in), {}});
    std::string xml = "<Events>";
    std::vector<const event::Event*> written;
    for (const event::Event& event : evtx.batch.events()) {
      if (has(event.dirt, Dirt::unparsed) || !event.raw.starts_with("<Event")) continue;
      xml += event.raw;
      xml += written.size() % 2 == 0 ? "\r\n" : "";
      written.push_back(&event);
    }
    xml += "</Events>";
    const Decoded read = decode("windows-xml", xml, 65'521);
    ASSERT_EQ(read.size(), written.size()) << entry.path();
    for (size_t i = 0; i < read.size(); ++i) {
      const event::Event& one = *written[i];
      EXPECT_EQ(all_fields(evtx.batch, one), all_fields(read.batch, read[i])) << entry.path() << "\n" << one.raw;
      EXPECT_EQ(one.time, read[i].time);
      EXPECT_EQ(in_xml(one.host), read[i].host);
      EXPECT_EQ(in_xml(one.channel), read[i].channel);
      EXPECT_EQ(in_xml(one.provider), read[i].provider);
      EXPECT_EQ(one.event_id, read[i].event_id);
      EXPECT_EQ(one.raw, read[i].raw);
      EXPECT_EQ(read[i].dirt, Dirt::none) << one.raw;
      if (HasFailure()) return;
    }
    records += read.size();
  }
  EXPECT_GT(records, 2'500u);
  RecordProperty("records", static_cast<int>(records));
}

TEST(WindowsXml, event_data_is_named_by_its_name_attribute) {
  const Decoded decoded = decode_inner(
      "<EventData Name='ignored'><Data Name='With Space'>v</Data><Data Name=\"Empty\"/><Data Name='E2'></Data>"
      "<Data>v</Data><Data>constant</Data><Binary>FF</Binary><ComplexData><Part>p</Part></ComplexData></EventData>");
  EXPECT_EQ(own_fields(decoded), (Fields{{"With Space", "v"},
                                         {"Empty", ""},
                                         {"E2", ""},
                                         {"Data", "v"},
                                         {"Data", "constant"},
                                         {"Binary", "FF"},
                                         {"ComplexData.Part", "p"}}));
  EXPECT_EQ(decoded[0].dirt, Dirt::none);
}

TEST(WindowsXml, digits_are_an_integer_and_the_rest_a_string) {
  const Decoded decoded = decode_inner("<EventData><Data Name='a'>443</Data><Data Name='b'>0443</Data></EventData>");
  EXPECT_EQ(decoded.get(0, "a").kind, event::Kind::integer);
  EXPECT_EQ(decoded.get(0, "b").kind, event::Kind::string);
  EXPECT_EQ(decoded.get(0, "EventID").kind, event::Kind::integer);
}

TEST(WindowsXml, text_is_put_together_from_entities_sections_and_what_stands_between) {
  const Decoded decoded = decode_inner(
      "<EventData><Data Name='x&quot;&#65;'>1&lt;&#x3042;&amp;lt;<![CDATA[<c>]]]]><![CDATA[>&amp;]]><!-- no "
      "</Event> --><?pi </Event> ?>&apos;&#xD800;&#0;&#x110000;</Data></EventData>");
  EXPECT_EQ(own_fields(decoded), (Fields{{"x\"A", "1<あ&lt;<c>]]>&amp;'\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}}));
  EXPECT_EQ(decoded[0].dirt, Dirt::none);
}

TEST(WindowsXml, no_entity_is_ever_resolved_but_xmls_own) {
  const Decoded decoded =
      decode("windows-xml", "<!DOCTYPE Events [<!ENTITY a \"<Event>\"><!ENTITY b SYSTEM 'file:///etc/hostname'>]>\n" +
                                event_of("1", "<EventData><Data Name='x'>&a;&b;&;& &#;&#xZ;</Data></EventData>"));
  ASSERT_EQ(decoded.size(), 2u);
  EXPECT_TRUE(decoded.marked(0, Dirt::unparsed));
  EXPECT_TRUE(decoded[0].raw.starts_with("<!DOCTYPE") && decoded[0].raw.ends_with("]>")) << decoded[0].raw;
  EXPECT_EQ(decoded.get(1, "x").text, "&a;&b;&;& &#;&#xZ;");
  EXPECT_EQ(decoded.counters->at("formats.windows-xml.declarations_refused"), 1u);
  EXPECT_EQ(decoded.counters->at("formats.windows-xml.unknown_entities"), 6u);
}

TEST(WindowsXml, a_declaration_inside_an_event_makes_it_unparsed) {
  const Decoded decoded =
      decode("windows-xml",
             event_of("1", "<!DOCTYPE x [<!ENTITY a 'b'>]><EventData><Data>v</Data></EventData>") + event_of("2", ""));
  ASSERT_EQ(decoded.size(), 2u);
  EXPECT_TRUE(decoded.marked(0, Dirt::unparsed));
  EXPECT_EQ(decoded[0].event_id, 1);
  EXPECT_EQ(decoded[1].dirt, Dirt::none);
  EXPECT_EQ(decoded.counters->at("formats.windows-xml.declarations_refused"), 1u);
}

TEST(WindowsXml, an_event_without_its_end_stops_where_the_next_one_starts) {
  const std::string whole = event_of("7", "<EventData><Data Name='x'>value</Data></EventData>");
  const std::string next = event_of("8", "");
  for (size_t length = whole.find('>') + 1; length < whole.size(); ++length) {
    const Decoded decoded = decode("windows-xml", whole.substr(0, length) + "\n" + next);
    ASSERT_EQ(decoded.size(), 2u) << length;
    EXPECT_TRUE(decoded.marked(0, Dirt::truncated | Dirt::unparsed)) << length;
    EXPECT_EQ(decoded[0].raw.substr(0, length), whole.substr(0, length));
    EXPECT_EQ(decoded[0].event_id, length >= whole.find("</Computer>") + 11 ? 7 : 0) << length;
    EXPECT_EQ(decoded[1].event_id, 8) << length;
    EXPECT_EQ(decoded[1].dirt, Dirt::none) << length;
  }
}

TEST(WindowsXml, user_data_may_hold_an_element_called_event) {
  const Decoded decoded = decode("windows-xml", event_of("1",
                                                         "<UserData><Holder><Event><Event a='1'/><Name>n</Name></Event>"
                                                         "<Other>o</Other></Holder></UserData>") +
                                                    event_of("2", ""));
  ASSERT_EQ(decoded.size(), 2u);
  EXPECT_EQ(own_fields(decoded), (Fields{{"Event.Name", "n"}, {"Other", "o"}}));
  EXPECT_EQ(decoded[1].event_id, 2);
  const Decoded cut =
      decode("windows-xml", event_of("1", "<UserData><Holder><Event>").substr(0, 300) + event_of("2", ""));
  ASSERT_GE(cut.size(), 2u);
  EXPECT_TRUE(cut.marked(0, Dirt::truncated));
  EXPECT_EQ(cut[cut.size() - 1].event_id, 2);
}

TEST(WindowsXml, an_event_past_the_limit_comes_in_marked_pieces_and_the_next_one_whole) {
  const std::string large(xml_event_bytes_max + 100'000, 'x');
  const std::string bytes =
      event_of("1", "<EventData><Data Name='x'>" + large + "</Data></EventData>") + event_of("2", "");
  for (const size_t block_bytes : {size_t{1} << 24, size_t{65'537}}) {
    const Decoded decoded = decode("windows-xml", bytes, block_bytes);
    ASSERT_EQ(decoded.size(), 3u);
    EXPECT_TRUE(decoded.marked(0, Dirt::too_long) && decoded.marked(1, Dirt::too_long));
    EXPECT_EQ(decoded[0].event_id, 1);
    EXPECT_EQ(decoded[0].raw.size(), xml_event_bytes_max);
    EXPECT_EQ(decoded[0].raw.size() + decoded[1].raw.size() + decoded[2].raw.size(), bytes.size());
    EXPECT_EQ(decoded[2].dirt, Dirt::none);
    EXPECT_EQ(decoded[2].offset, decoded[1].offset + decoded[1].raw.size());
  }
}

TEST(WindowsXml, what_is_nested_too_deep_is_left_in_raw_and_told) {
  std::string deep;
  for (size_t i = 0; i < xml_depth_max + 10; ++i) deep += "<a>";
  deep += "bottom";
  for (size_t i = 0; i < xml_depth_max + 10; ++i) deep += "</a>";
  const Decoded decoded = decode_inner("<EventData>" + deep + "</EventData><UserData><u><Last>l</Last></u></UserData>");
  ASSERT_EQ(decoded.size(), 1u);
  EXPECT_EQ(decoded[0].dirt, Dirt::too_deep);
  EXPECT_EQ(own_fields(decoded).back(), (std::pair<std::string, std::string>{"Last", "l"}));
  EXPECT_TRUE(decoded[0].raw.contains("bottom"));
}

TEST(WindowsXml, fields_and_attributes_have_their_limits) {
  std::string many;
  for (size_t i = 0; i < event::fields_per_event_max + 10; ++i) many += "<Data>v</Data>";
  const Decoded fields = decode_inner("<EventData>" + many + "</EventData>");
  EXPECT_EQ(fields[0].dirt, Dirt::too_many_fields);
  EXPECT_EQ(fields[0].field_count, event::fields_per_event_max);
  std::string attributes;
  for (size_t i = 0; i <= xml_attributes_max; ++i) attributes += " a" + std::to_string(i) + "='v'";
  const Decoded refused = decode_inner("<EventData><Data" + attributes + ">v</Data></EventData>");
  EXPECT_EQ(refused[0].dirt, Dirt::unparsed);
  EXPECT_EQ(refused[0].event_id, 1);
  std::string nested;
  const std::string wide(300, 'n');
  for (size_t i = 0; i < 40; ++i) nested += "<" + wide + ">";
  for (size_t i = 0; i < 40; ++i) nested += "</" + wide + ">";
  EXPECT_EQ(decode_inner("<EventData>" + nested + "</EventData>")[0].dirt, Dirt::too_many_names);
}

TEST(WindowsXml, bytes_that_are_no_utf8_are_replaced_in_the_fields_and_kept_in_raw) {
  const Decoded decoded = decode_inner("<EventData><Data Name='x'>a\xFFz</Data></EventData>");
  EXPECT_EQ(decoded[0].dirt, Dirt::bad_encoding);
  EXPECT_EQ(decoded.get(0, "x").text, "a\xEF\xBF\xBDz");
  EXPECT_TRUE(decoded[0].raw.contains("a\xFFz"));
}

TEST(WindowsXml, line_numbers_and_offsets_count_from_the_start_of_the_file) {
  const std::string first = event_of("1", "<EventData>\n<Data>v</Data>\n</EventData>");
  const std::string bytes = "\xEF\xBB\xBF<?xml version='1.0'?>\n<Events>\n" + first + "\nnothing\n" + event_of("2", "");
  const Decoded decoded = decode("windows-xml", bytes);
  ASSERT_EQ(decoded.size(), 3u);
  EXPECT_EQ(decoded[0].line, 3u);
  EXPECT_EQ(decoded[1].line, 6u);
  EXPECT_EQ(decoded[1].raw, "nothing");
  EXPECT_EQ(decoded[2].line, 7u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(bytes.substr(decoded[i].offset, decoded[i].raw.size()), decoded[i].raw);
}

TEST(WindowsXml, is_recognised_in_the_middle_of_an_event_and_not_where_xml_is_a_value) {
  const auto name_of = [](const std::string& head) { return sniff_format(head, "x")->name; };
  const std::string one = event_of("1", "");
  EXPECT_EQ(name_of(one), "windows-xml");
  EXPECT_EQ(name_of("</Data></EventData></Event>\n" + one), "windows-xml");
  EXPECT_EQ(name_of("<Event><System><EventID>1</EventID></System></Event>"), "windows-xml");
  EXPECT_EQ(name_of("<Events><Event><title>a concert</title></Event></Events>"), "lines");
  EXPECT_EQ(name_of("{\"xml\":\"" + one + "\"}\n"), "json");
  EXPECT_EQ(name_of("<13>Mar  1 09:00:00 host prog: " + one + "\n"), "syslog");
}

}  // namespace
}  // namespace yagura::formats
