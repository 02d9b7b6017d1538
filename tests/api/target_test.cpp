#include "api/target.hpp"

#include <gtest/gtest.h>

namespace yagura::api {
namespace {

TEST(Target, decodes_path_and_query_once) {
  const auto target = parse_target("/api/v1/records/%E8%84%85%E5%A8%81?q=host%3Aweb+01&empty=&flag&x=%2525");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/api/v1/records/脅威");
  ASSERT_EQ(target->query.size(), 4U);
  EXPECT_EQ(target->query[0], (std::pair<std::string, std::string>("q", "host:web 01")));
  EXPECT_EQ(target->query[1].second, "");
  EXPECT_EQ(target->query[2].first, "flag");
  EXPECT_EQ(target->query[3].second, "%25");
}

TEST(Target, refuses_what_could_mean_two_things) {
  for (const char* bad : {"",          "*",      "http://host/", "api",      "/a/../b", "/a/./b", "/a//b", "/..",
                          "/%2e%2e/x", "/a%2Fb", "/a%00b",       "/a%0ab",   "/a%",     "/a%4",   "/a%zz", "/a b",
                          "/a#b",      "/%ff",   "/a?x=%ff",     "/a?x=%00", "/\x01",   "/a?b=%1"})
    EXPECT_FALSE(parse_target(bad)) << bad;
}

TEST(Target, bounds_length_and_count) {
  EXPECT_FALSE(parse_target("/" + std::string(target_bytes_max, 'a')));
  std::string many = "/?";
  for (size_t i = 0; i < query_values_max; ++i) many += "a=1&";
  EXPECT_TRUE(parse_target(many));
  EXPECT_FALSE(parse_target(many + "a=1"));
}

TEST(Target, takes_any_character_but_nul_in_what_is_looked_for) {
  const auto target = parse_target("/e?q=" + percent_encode("a\x1b[31m\u202E\x7F"));
  ASSERT_TRUE(target);
  EXPECT_EQ(target->query[0].second, "a\x1b[31m\u202E\x7F");
}

TEST(Target, keeps_line_breaks_of_a_pasted_query) {
  const auto target = parse_target("/e?q=a%0Ab");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->query[0].second, "a\nb");
}

TEST(Target, encodes_so_that_it_decodes_again) {
  const std::string text = "a/b c?&=#%+日本";
  const auto target = parse_target("/x?v=" + percent_encode(text));
  ASSERT_TRUE(target);
  EXPECT_EQ(target->query[0].second, text);
}

TEST(Cookie, is_found_by_its_exact_name) {
  EXPECT_EQ(find_cookie("a=1; yagura_session=abc; b=2", "yagura_session"), "abc");
  EXPECT_FALSE(find_cookie("xyagura_session=abc", "yagura_session"));
  EXPECT_FALSE(find_cookie("", "yagura_session"));
}

TEST(Cookie, given_twice_is_none) {
  EXPECT_FALSE(find_cookie("s=1; s=2", "s"));
}

}  // namespace
}  // namespace yagura::api
