#include <gtest/gtest.h>

#include "base/text.hpp"
#include "lake/query/compiler.hpp"
#include "lake/query/fields.hpp"
#include "lake/query/network.hpp"
#include "lake/query/query.hpp"

namespace yagura::lake {
namespace {

const Timestamp now = *parse_time("2026-04-08T12:00:00Z");

Node root_of(std::string_view text) {
  const auto query = parse_query(text, now);
  EXPECT_TRUE(query.has_value()) << text << "\n" << (query ? "" : to_text(query.error()));
  return query ? query->root : Node{};
}

TEST(QueryParser, binds_and_tighter_than_or_and_takes_a_space_for_and) {
  const Node root = root_of("a b OR NOT c AND (d or e) && -f");
  ASSERT_EQ(root.kind, Node::Kind::any);
  ASSERT_EQ(root.children.size(), 2u);
  EXPECT_EQ(root.children[0].kind, Node::Kind::all);
  EXPECT_EQ(root.children[0].children.size(), 2u);
  ASSERT_EQ(root.children[1].children.size(), 3u);
  EXPECT_EQ(root.children[1].children[0].kind, Node::Kind::negation);
  EXPECT_EQ(root.children[1].children[1].kind, Node::Kind::any);
  EXPECT_EQ(root.children[1].children[2].kind, Node::Kind::negation);
}

TEST(QueryParser, understands_wildcards_and_escapes_to_the_letter) {
  using Piece = Pattern::Piece;
  const std::pair<const char*, Pattern> cases[] = {
      {R"(f:a*b?)", {{{Piece::text, "a"}, {Piece::any_run, {}}, {Piece::text, "b"}, {Piece::any_one, {}}}}},
      {R"(f:a**b)", {{{Piece::text, "a"}, {Piece::any_run, {}}, {Piece::text, "b"}}}},
      {R"(f:a\*b)", {{{Piece::text, "a*b"}}}},
      {R"(f:C:\Windows\cmd.exe)", {{{Piece::text, R"(C:\Windows\cmd.exe)"}}}},
      {R"(f:C:\Temp\\*)", {{{Piece::text, R"(C:\Temp\)"}, {Piece::any_run, {}}}}},
      {R"(f:C:\Temp\)", {{{Piece::text, R"(C:\Temp\)"}}}},
      {R"(f:"a*b \"c\" C:\x\\")", {{{Piece::text, R"(a*b "c" C:\x\)"}}}},
      {R"(f:a\ b)", {{{Piece::text, "a b"}}}},
      {R"(f:"")", {{{Piece::text, ""}}}},
      {"f:経理＊", {{{Piece::text, "経理＊"}}}},
  };
  for (const auto& [text, pattern] : cases) EXPECT_EQ(root_of(text).pattern, pattern) << text;
}

TEST(QueryParser, knows_columns_short_names_and_source_fields) {
  EXPECT_EQ(root_of("process.cmd_line:x").field.columns, std::vector<std::string>{"process.cmd_line"});
  EXPECT_EQ(root_of("process_cmd_line:x").field.columns, std::vector<std::string>{"process.cmd_line"});
  EXPECT_EQ(root_of("user:x").field.columns.size(), 2u);
  EXPECT_EQ(root_of("CommandLine:x").field.source_field, "CommandLine");
  EXPECT_EQ(root_of("備考:x").field.source_field, "備考");
  EXPECT_EQ(root_of("src_ip:10.0.0.0/8").kind, Node::Kind::network);
  EXPECT_EQ(root_of("src_ip:\"10.0.0.0/8\"").kind, Node::Kind::matches);
  EXPECT_EQ(root_of("url:/a/b").kind, Node::Kind::matches);
  EXPECT_EQ(root_of("host:*").kind, Node::Kind::exists);
  EXPECT_EQ(root_of("time:>now-15m").time, Timestamp{now.ns - 900 * ns_per_second});
  EXPECT_EQ(root_of("class:\"process activity\"").pattern.literal(), "1007");
  EXPECT_EQ(root_of("").kind, Node::Kind::nothing);
  EXPECT_EQ(root_of(" \t　").kind, Node::Kind::nothing);
  for (const ShortName& name : short_names())
    for (const std::string& column : name.columns)
      EXPECT_EQ(root_of(column + ":1").field.columns[0], column) << name.name;
}

TEST(QueryParser, points_at_the_character_that_is_wrong) {
  const KnownFields known{"CommandLine", "TargetUserName", "備考"};
  const struct {
    std::string text;
    const char* code;
    int column;
  } cases[] = {
      {"host:web \"unclosed", "query.unclosed_quote", 10},
      {"日本語 \"閉じない", "query.unclosed_quote", 5},
      {R"(image:"C:\Temp\")", "query.unclosed_quote", 7},
      {"(a OR b", "query.unclosed_paren", 1},
      {"host:(a OR b", "query.unclosed_paren", 6},
      {"a OR b)", "query.unexpected", 7},
      {"a OR", "query.missing_term", 5},
      {"OR a", "query.missing_term", 1},
      {"a AND AND b", "query.missing_term", 7},
      {"()", "query.missing_term", 2},
      {"NOT", "query.missing_term", 4},
      {"host: web01", "query.missing_value", 6},
      {"host:", "query.missing_value", 6},
      {"host:(a OR)", "query.missing_value", 11},
      {"event_id:>", "query.missing_value", 11},
      {"event_id:[1 TO 5", "query.unclosed_range", 10},
      {"event_id:[1 5]", "query.bad_range", 13},
      {"event_id:[1 TO 5 6]", "query.bad_range", 18},
      {"event_id:[5 TO 1]", "query.empty_range", 10},
      {"event_id:{5 TO 5]", "query.empty_range", 10},
      {"time:[2026-04-08T10:00:00Z TO 2026-04-07]", "query.empty_range", 6},
      {"time:[now TO now-1h]", "query.empty_range", 6},
      {"event_id:>ten", "query.not_a_number", 11},
      {"event_id:[1 TO ten]", "query.not_a_number", 16},
      {"経理 time:>yesterday", "query.bad_time", 10},
      {"src_ip:10.0.0.0/33", "query.bad_network", 8},
      {"src_ip:ten/8", "query.bad_network", 8},
      {"x CommandLin:y", "query.unknown_field", 3},
      {"C:\\Windows", "query.unknown_field", 1},
      {"class:nonsense", "query.unknown_class", 7},
      {std::string(query_depth_max + 2, '(') + "a", "query.too_deep", static_cast<int>(query_depth_max) + 2},
      {std::string(query_bytes_max + 1, 'a'), "query.too_long", 1},
      {"a\xFF", "query.encoding", 1},
  };
  for (const auto& c : cases) {
    const auto query = parse_query(c.text, now, &known);
    ASSERT_FALSE(query.has_value()) << c.text.substr(0, 80);
    EXPECT_EQ(query.error().code, c.code) << c.text.substr(0, 80);
    EXPECT_EQ(query.error().column, c.column) << c.text.substr(0, 80);
    EXPECT_FALSE(query.error().hint.empty()) << c.text.substr(0, 80);
  }
  std::string many;
  for (size_t i = 0; i <= query_terms_max; ++i) many += "a ";
  EXPECT_EQ(parse_query(many, now).error().code, "query.too_many_terms");
  EXPECT_NE(parse_query("TargetUserNam:x", now, &known).error().hint.find("TargetUserName"), std::string::npos);
  EXPECT_EQ(parse_query("commandline:x", now, &known)->root.field.source_field, "CommandLine");
}

TEST(QueryCompiler, puts_what_was_typed_into_parameters_only) {
  for (const char* text : {"x' OR 1=1 --", "user:\"'); DROP TABLE events; --\"", "備考:`a`", "a%b_c", R"(\')"}) {
    const auto query = parse_query(text, now);
    ASSERT_TRUE(query.has_value()) << text;
    const CompiledFilter filter = compile(*query);
    for (const char* typed : {"DROP", "1=1", "a%b", "備考"})
      EXPECT_EQ(filter.sql.find(typed), std::string::npos) << filter.sql;
  }
  EXPECT_EQ(like_pattern(*[] {
              static Pattern p;
              p.parts = {
                  {Pattern::Piece::text, R"(A%b_c\)"}, {Pattern::Piece::any_run, {}}, {Pattern::Piece::any_one, {}}};
              return &p;
            }()),
            R"(a\%b\_c\\%_)");
}

TEST(Network, knows_both_families_and_refuses_the_rest) {
  const auto range_of = [](std::string_view text) {
    auto range = parse_network(text);
    EXPECT_TRUE(range) << text;
    return range.value_or(decltype(range)::value_type{});
  };
  EXPECT_EQ(to_text(range_of("10.1.2.3/8").first), "::ffff:10.0.0.0");
  EXPECT_EQ(to_text(range_of("10.1.2.3/8").last), "::ffff:10.255.255.255");
  EXPECT_EQ(to_text(range_of("2001:db8::1/32").last), "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
  EXPECT_EQ(range_of("1.2.3.4/32").first, range_of("1.2.3.4/32").last);
  for (const char* text :
       {"", "/", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129", "::/-1", "a/8", "10.0.0.0/8x", "10.0.0.0/"})
    EXPECT_FALSE(parse_network(text).has_value()) << text;
}

}  // namespace
}  // namespace yagura::lake
