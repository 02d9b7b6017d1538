#include "api/json_schema.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace yagura::api {
namespace {

namespace json = boost::json;

/// "pointer code" of each fault, joined by commas.
std::string faults(std::string_view schema, std::string_view instance) {
  const json::value parsed = json::parse(schema);
  std::string out;
  for (const Fault& fault : find_faults(json::parse(instance), parsed, parsed)) {
    if (!out.empty()) out += ", ";
    out += fault.pointer + " " + fault.code.substr(7);
  }
  return out;
}

TEST(JsonSchema, tells_types_apart) {
  EXPECT_EQ(faults(R"({"type":"integer"})", "3"), "");
  EXPECT_EQ(faults(R"({"type":"integer"})", "3.0"), "");
  EXPECT_EQ(faults(R"({"type":"integer"})", "3.5"), " type");
  EXPECT_EQ(faults(R"({"type":"integer"})", "18446744073709551615"), "");
  EXPECT_EQ(faults(R"({"type":"number"})", "\"3\""), " type");
  EXPECT_EQ(faults(R"({"type":["string","null"]})", "null"), "");
  EXPECT_EQ(faults(R"({"type":["string","null"]})", "1"), " type");
}

TEST(JsonSchema, points_at_the_bad_place) {
  constexpr auto schema = R"({"type":"object","required":["a"],"additionalProperties":false,
    "properties":{"a":{"type":"array","items":{"type":"object","properties":{"x/y":{"type":"string"}}}}}})";
  EXPECT_EQ(faults(schema, R"({"a":[{},{"x/y":1}]})"), "/a/1/x~1y type");
  EXPECT_EQ(faults(schema, R"({"b":1})"), "/a required, /b unexpected");
  EXPECT_EQ(faults(schema, "[]"), " type");
}

TEST(JsonSchema, counts_characters_not_bytes) {
  EXPECT_EQ(faults(R"({"minLength":3,"maxLength":3})", "\"侵害痕\""), "");
  EXPECT_EQ(faults(R"({"minLength":4})", "\"侵害痕\""), " minLength");
  EXPECT_EQ(faults(R"({"maxLength":2})", "\"侵害痕\""), " maxLength");
}

TEST(JsonSchema, bounds_numbers_at_their_edges) {
  constexpr auto schema = R"({"minimum":1,"maximum":5,"exclusiveMaximum":5})";
  EXPECT_EQ(faults(schema, "1"), "");
  EXPECT_EQ(faults(schema, "0.999"), " minimum");
  EXPECT_EQ(faults(schema, "5"), " exclusiveMaximum");
  EXPECT_EQ(faults(schema, "6"), " maximum,  exclusiveMaximum");
  EXPECT_EQ(faults(R"({"exclusiveMinimum":1})", "1"), " exclusiveMinimum");
}

TEST(JsonSchema, knows_choices_patterns_and_formats) {
  EXPECT_EQ(faults(R"({"enum":["a",1,null]})", "null"), "");
  EXPECT_EQ(faults(R"({"enum":["a",1]})", "\"b\""), " enum");
  EXPECT_EQ(faults(R"({"const":"a"})", "\"b\""), " const");
  EXPECT_EQ(faults(R"({"pattern":"^[a-z]+$"})", "\"abc\""), "");
  EXPECT_EQ(faults(R"({"pattern":"^[a-z]+$"})", "\"aBc\""), " pattern");
  EXPECT_EQ(faults(R"({"format":"date-time"})", "\"2026-11-23T02:00:00Z\""), "");
  EXPECT_EQ(faults(R"({"format":"date-time"})", "\"yesterday\""), " format");
  EXPECT_EQ(faults(R"({"format":"date"})", "\"2026-02-30\""), " format");
  EXPECT_EQ(faults(R"({"format":"uuid"})", "\"0190f3c1-5a3b-7abc-8def-0123456789ab\""), "");
  EXPECT_EQ(faults(R"({"format":"uuid"})", "\"0190f3c1-5a3b-7abc-8def-0123456789ag\""), " format");
}

TEST(JsonSchema, combines) {
  EXPECT_EQ(faults(R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "1"), " anyOf");
  EXPECT_EQ(faults(R"({"oneOf":[{"type":"number"},{"type":"integer"}]})", "1"), " oneOf");
  EXPECT_EQ(faults(R"({"oneOf":[{"type":"number"},{"type":"integer"}]})", "1.5"), "");
  EXPECT_EQ(faults(R"({"not":{"type":"null"}})", "null"), " not");
  EXPECT_EQ(faults(R"({"allOf":[{"minimum":1},{"maximum":2}]})", "3"), " maximum");
}

TEST(JsonSchema, checks_lists_and_counts) {
  EXPECT_EQ(faults(R"({"uniqueItems":true})", "[1,2,1]"), "/2 uniqueItems");
  EXPECT_EQ(faults(R"({"minItems":1})", "[]"), " minItems");
  EXPECT_EQ(faults(R"({"maxItems":1})", "[1,2]"), " maxItems");
  EXPECT_EQ(faults(R"({"prefixItems":[{"type":"string"}],"items":{"type":"integer"}})", "[1,\"x\"]"),
            "/0 type, /1 type");
  EXPECT_EQ(faults(R"({"minProperties":1})", "{}"), " minProperties");
  EXPECT_EQ(faults(R"({"maxProperties":1})", R"({"a":1,"b":2})"), " maxProperties");
  EXPECT_EQ(faults(R"({"additionalProperties":{"type":"integer"}})", R"({"a":"x"})"), "/a type");
}

TEST(JsonSchema, follows_references_and_stops_at_its_depth) {
  constexpr auto schema =
      R"({"$ref":"#/d/node","d":{"node":{"type":"object","properties":{"next":{"$ref":"#/d/node"}}}}})";
  EXPECT_EQ(faults(schema, R"({"next":{"next":{"next":5}}})"), "/next/next/next type");
  std::string deep = "1";
  for (int i = 0; i < 100; ++i) deep = R"({"next":)" + deep + "}";
  const json::value parsed = json::parse(schema);
  json::parse_options options;
  options.max_depth = 200;
  const auto found = find_faults(json::parse(deep, {}, options), parsed, parsed);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.back().code, "schema.depth");
}

TEST(JsonSchema, names_at_most_so_many_faults) {
  std::string many = "[";
  for (int i = 0; i < 1000; ++i) many += "\"x\",";
  many.back() = ']';
  const json::value schema = json::parse(R"({"items":{"type":"integer"}})");
  EXPECT_EQ(find_faults(json::parse(many), schema, schema).size(), schema_faults_max);
}

TEST(JsonSchema, finds_keywords_that_it_would_ignore) {
  const auto unknown = [](std::string_view text) {
    const json::value schema = json::parse(text);
    return find_unknown_keyword(schema, schema).value_or("");
  };
  EXPECT_EQ(unknown(R"({"type":"string"})"), "");
  EXPECT_EQ(unknown(R"({"properties":{"if":{"type":"string"}}})"), "");
  EXPECT_EQ(unknown(R"({"properties":{"a":{"if":{}}}})"), "if");
  EXPECT_EQ(unknown(R"({"items":{"anyOf":[{"patternProperties":{}}]}})"), "patternProperties");
  EXPECT_EQ(unknown(R"({"$ref":"#/nowhere"})"), "$ref \"#/nowhere\"");
}

}  // namespace
}  // namespace yagura::api
