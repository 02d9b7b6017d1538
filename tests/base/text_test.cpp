#include "base/text.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/yaml.hpp"

namespace yagura {
namespace {

TEST(Text, tells_utf8_from_what_is_not) {
  EXPECT_TRUE(is_utf8("櫓 yagura"));
  for (const char* bad : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE3\x81", "\x80"})
    EXPECT_FALSE(is_utf8(bad));
  EXPECT_EQ(to_valid_utf8("a\xE3\x81z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(code_points("櫓y"), 2U);
}

TEST(Text, search_folds_width_case_and_kana) {
  EXPECT_EQ(fold_for_search("ＡＢＣ"), "abc");
  EXPECT_EQ(fold_for_search("ｻｲﾊﾞｰ"), fold_for_search("さいばー"));
  EXPECT_EQ(fold_for_search("サイバー"), fold_for_search("さいばー"));
}

TEST(Digest, is_sha256) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Yaml, refuses_duplicate_keys_and_deep_nesting) {
  EXPECT_EQ(parse_yaml("a: 1\nb:\n  c: 1\n  c: 2\n", "f.yml").error().line, 4);
  EXPECT_EQ(parse_yaml(std::string(100'000, '['), "f.yml").error().code, "yaml.too_deep");
  EXPECT_EQ(parse_yaml("a: [", "f.yml").error().code, "yaml.syntax");
}

}  // namespace
}  // namespace yagura
