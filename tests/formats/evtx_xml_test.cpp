// Every token of binary XML, and which field an element is.
#include <gtest/gtest.h>

#include "decoded.hpp"
#include "evtx_writer.hpp"
#include "xml_tree.hpp"

namespace yagura::formats {
namespace {

using namespace evtx_writer;
using event::Dirt;

using Fields = std::vector<std::pair<std::string, std::string>>;

/// The fields after those of <System>.
Fields own_fields(const Decoded& decoded, size_t event = 0) {
  Fields out;
  bool after_system = false;
  for (const event::Field& field : decoded.batch.fields(decoded[event])) {
    if (after_system) out.emplace_back(event::FieldNames::instance().name(field.id), field.value().text);
    after_system |= field.id == event::known_field("Security_UserID");
  }
  return out;
}

Decoded with_inner(const Element& inner, const std::vector<Value>& values) {
  Chunk chunk;
  add_event(chunk, {}, 0x2222, inner, values);
  return decode("evtx", file({chunk.close()}));
}

Element leaf(const char* name, Content content) {
  return {name, {}, {std::move(content)}};
}

TEST(EvtxXml, event_data_is_named_by_its_name_attribute) {
  const Element inner{"EventData",
                      {{"Name", {Text{"ignored"}}}},
                      {Element{"Data", {{"Name", {Text{"With Space"}}}}, {Substitution{0}}},
                       Element{"Data", {{"Name", {Text{"Empty"}}}}, {}}, Element{"Data", {}, {Substitution{0}}},
                       Element{"Data", {}, {Text{"constant"}}}, leaf("Binary", Substitution{1, 0x0E}),
                       Element{"ComplexData", {}, {leaf("Part", Text{"p"})}}}};
  const Decoded decoded = with_inner(inner, {string_value("v"), {0x0E, "\xFF"}});
  EXPECT_EQ(own_fields(decoded), (Fields{{"With Space", "v"},
                                         {"Empty", ""},
                                         {"Data", "v"},
                                         {"Data", "constant"},
                                         {"Binary", "FF"},
                                         {"ComplexData.Part", "p"}}));
  EXPECT_EQ(decoded[0].dirt, Dirt::none);
}

TEST(EvtxXml, a_name_can_itself_be_a_substitution) {
  const Element inner{
      "EventData",
      {},
      {Element{"Data", {{"Name", {Text{"Key"}, Substitution{0}}}}, {Text{"<"}, Substitution{1}, Text{">"}}}}};
  const Decoded decoded = with_inner(inner, {string_value("7"), string_value("v")});
  EXPECT_EQ(own_fields(decoded), (Fields{{"Key7", "<v>"}}));
  EXPECT_NE(decoded[0].raw.find("<Data Name=\"Key7\">&lt;v&gt;</Data>"), std::string_view::npos) << decoded[0].raw;
}

TEST(EvtxXml, user_data_gives_its_leaves) {
  const Element inner{
      "UserData",
      {},
      {Element{"LogFileCleared",
               {{"xmlns", {Text{"http://example/"}}}},
               {leaf("SubjectUserName", Substitution{0}),
                Element{"Outer", {}, {leaf("Inner", Text{"deep"}), leaf("Other", Substitution{1, 0x01, false})}},
                Element{"Nothing", {}, {}}}}}};
  const Decoded decoded = with_inner(inner, {string_value("alice"), {}});
  EXPECT_EQ(own_fields(decoded),
            (Fields{{"SubjectUserName", "alice"}, {"Outer.Inner", "deep"}, {"Outer.Other", ""}, {"Nothing", ""}}));
}

TEST(EvtxXml, a_forwarded_events_sentence_is_its_message) {
  const Element inner{"RenderingInfo",
                      {{"Culture", {Text{"ja-JP"}}}},
                      {leaf("Message", Text{"ログオンしました"}), leaf("Level", Text{"情報"}),
                       Element{"Keywords", {}, {leaf("Keyword", Text{"成功"}), leaf("Keyword", Text{"監査"})}}}};
  const Decoded decoded = with_inner(inner, {});
  EXPECT_EQ(own_fields(decoded), (Fields{{"Message", "ログオンしました"},
                                         {"RenderingInfo.Level", "情報"},
                                         {"RenderingInfo.Keywords.Keyword", "成功"},
                                         {"RenderingInfo.Keywords.Keyword", "監査"}}));
}

TEST(EvtxXml, every_token_of_text_counts) {
  const Element inner{"EventData",
                      {},
                      {Element{"Data",
                               {{"Name", {Text{"X"}}}, {"Note", {Text{"a\"b"}, Character{'\n'}, Entity{"lt"}}}},
                               {Text{"1"}, Character{0x3042}, Entity{"amp"}, Entity{"unknown"}, Cdata{"<c>]]>"},
                                Instruction{"target", "data"}, Substitution{0, 0x01, false}, Character{0xD800}}}}};
  const Decoded decoded = with_inner(inner, {string_value("v")});
  EXPECT_EQ(decoded.get(0, "X").text, "1あ&&unknown;<c>]]>v\xEF\xBF\xBD");
  const auto xml = read_xml(decoded[0].raw);
  ASSERT_TRUE(xml) << xml.error() << decoded[0].raw;
  const XmlElement& data = xml->children[1].children[0];
  EXPECT_EQ(data.text, decoded.get(0, "X").text);
  EXPECT_EQ(data.attributes[1].second, "a\"b\n<");
}

TEST(EvtxXml, text_that_xml_can_not_hold_is_replaced_in_raw_and_kept_in_the_field) {
  const Element inner{"EventData", {}, {Element{"Data", {{"Name", {Text{"X"}}}}, {Substitution{0}}}}};
  const std::string text = "\x01\x1F \xEF\xBF\xBF <&\"'>";
  const Decoded decoded = with_inner(inner, {string_value(text)});
  EXPECT_EQ(decoded.get(0, "X").text, text);
  const auto xml = read_xml(decoded[0].raw);
  ASSERT_TRUE(xml) << xml.error();
  EXPECT_EQ(xml->children[1].children[0].text, "\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD <&\"'>");
}

TEST(EvtxXml, names_that_xml_can_not_hold_and_attributes_given_twice_leave_raw_well_formed) {
  const Element inner{"Event Data",
                      {{"a", {Text{"1"}}}, {"a", {Text{"2"}}}, {"<&", {Substitution{0}}}},
                      {leaf("1<x>", Text{"t"}), leaf("名", Text{"u"}), leaf("a:b:c", Text{"v"})}};
  const Decoded decoded = with_inner(inner, {string_value("v")});
  const auto xml = read_xml(decoded[0].raw);
  ASSERT_TRUE(xml) << xml.error() << decoded[0].raw;
  EXPECT_EQ(decoded.get(0, "Event Data.1<x>").text, "t");
}

TEST(EvtxXml, a_null_attribute_is_left_out_and_a_null_system_value_is_no_field) {
  const Decoded decoded = with_inner({"EventData", {}, {}}, {});
  EXPECT_EQ(decoded[0].raw.find("Qualifiers"), std::string_view::npos);
  EXPECT_EQ(decoded.batch.find(decoded[0], event::known_field("Qualifiers")), nullptr);
  EXPECT_EQ(decoded.batch.find(decoded[0], event::known_field("Correlation_ActivityID")), nullptr);
  EXPECT_NE(decoded[0].raw.find("<Correlation/>"), std::string_view::npos);
}

TEST(EvtxXml, an_element_goes_with_the_value_that_it_depends_on) {
  const auto dependent = [](const char* name, uint16_t index) {
    Element out = leaf(name, Substitution{index});
    out.depends_on = index;
    return out;
  };
  const Element inner{"EventData", {}, {dependent("There", 0), dependent("Gone", 1), leaf("Last", Text{"l"})}};
  const Decoded decoded = with_inner(inner, {string_value("v"), {}});
  EXPECT_EQ(own_fields(decoded), (Fields{{"There", "v"}, {"Last", "l"}}));
  EXPECT_NE(decoded[0].raw.find("<EventData><There>v</There><Last>l</Last></EventData>"), std::string_view::npos)
      << decoded[0].raw;
}

// [MS-EVEN6] section 3.1.4.7.2
TEST(EvtxXml, an_element_goes_with_the_optional_value_that_it_holds) {
  const Element inner{
      "EventData",
      {},
      {leaf("Gone", Substitution{0}), leaf("Empty", Substitution{1}), leaf("Stays", Substitution{0, 0x01, false}),
       Element{"AttributesToo", {{"a", {Substitution{2}}}}, {Substitution{0}}}, leaf("L", Text{"l"})}};
  const Decoded decoded = with_inner(inner, {{}, string_value(""), string_value("v")});
  EXPECT_EQ(own_fields(decoded), (Fields{{"Empty", ""}, {"Stays", ""}, {"L", "l"}}));
  EXPECT_NE(decoded[0].raw.find("<EventData><Empty></Empty><Stays></Stays><L>l</L></EventData>"),
            std::string_view::npos)
      << decoded[0].raw;
}

TEST(EvtxXml, a_record_needs_no_template) {
  Chunk chunk;
  chunk.begin_record(9, 132'223'104'000'000'000);
  chunk.fragment_header();
  chunk.element({"Event",
                 {},
                 {Element{"System",
                          {},
                          {Element{"Provider", {{"Name", {Text{"P"}}}}, {}}, leaf("EventID", Text{"7"}),
                           leaf("Computer", Text{"c"})}},
                  Element{"EventData", {}, {Element{"Data", {{"Name", {Text{"X"}}}}, {Text{"v"}}}}}}});
  chunk.end_of_fragment();
  chunk.end_record();
  const Decoded decoded = decode("evtx", file({chunk.close()}));
  ASSERT_EQ(decoded.size(), 1u);
  EXPECT_EQ(decoded[0].dirt, Dirt::none);
  EXPECT_EQ(decoded[0].provider, "P");
  EXPECT_EQ(decoded[0].event_id, 7);
  EXPECT_EQ(decoded[0].host, "c");
  EXPECT_EQ(decoded[0].record_id, 9u);
  EXPECT_EQ(decoded[0].time.ns, 1'577'836'800'000'000'000) << "the time at which the record was written stands in";
  EXPECT_EQ(decoded.get(0, "X").text, "v");
  EXPECT_EQ(decoded[0].raw,
            "<Event><System><Provider Name=\"P\"/><EventID>7</EventID><Computer>c</Computer></System>"
            "<EventData><Data Name=\"X\">v</Data></EventData></Event>");
}

TEST(EvtxXml, later_records_use_the_template_of_the_first) {
  Chunk chunk;
  const Element inner{"EventData", {}, {Element{"Data", {{"Name", {Text{"X"}}}}, {Substitution{0}}}}};
  for (uint64_t id = 1; id <= 20; ++id)
    add_event(chunk, {.record_id = id}, 0x2222, inner, {string_value(std::to_string(id))});
  const Decoded decoded = decode("evtx", file({chunk.close(), chunk.close()}));
  ASSERT_EQ(decoded.size(), 40u);
  for (size_t i = 0; i < 40; ++i) EXPECT_EQ(decoded.get(i, "X").text, std::to_string(i % 20 + 1));
}

TEST(EvtxXml, raw_is_not_made_when_nobody_wants_it) {
  Chunk chunk;
  add_event(chunk, {}, 0x2222, {"EventData", {}, {}}, {});
  Counters counters;
  event::Batch batch;
  const auto decoder = find_format("evtx")->open({&counters, test_received, 0, false});
  decoder->feed(copy_block(file({chunk.close()})), batch);
  decoder->finish(batch);
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_EQ(batch.events()[0].raw, "");
}

}  // namespace
}  // namespace yagura::formats
