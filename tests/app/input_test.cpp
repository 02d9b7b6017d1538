#include "app/input.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace yagura::app {
namespace {

TEST(InputPath, goes_through_json_whatever_bytes_it_has) {
  for (const std::string bytes : {"/logs/a b.json", "/logs/\xE8\xA1\xA8.json", "/logs/\x95\x5C\x8D\x91 100%.json",
                                  "file://x", "/a%41", "rel/\xFF"}) {
    const std::string text = path_to_text(bytes);
    EXPECT_TRUE(is_utf8(text)) << text;
    EXPECT_EQ(path_of_text(text).native(), bytes);
  }
  EXPECT_EQ(path_to_text("/logs/a b.json"), "/logs/a b.json");
  EXPECT_EQ(path_to_text("/logs/\x95\x5C"), "file:///logs/%95%5C");
}

}  // namespace
}  // namespace yagura::app
