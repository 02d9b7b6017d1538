#include "event/event_json.hpp"

#include <gtest/gtest.h>

namespace yagura::event {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(EventJson, escapes_every_control_character_and_nothing_else) {
  EXPECT_EQ(json_string("\x1b[2J\x7f"), R"("\u001b[2J\u007f")");
  EXPECT_EQ(json_string("a\u0080\u009bb"), R"("a\u0080\u009bb")");
  EXPECT_EQ(json_string("\u00a0\u00bf櫓é~"), "\"\u00a0\u00bf櫓é~\"");
  EXPECT_EQ(json_string("\n\r\t\"\\"), R"("\n\r\t\"\\")");
}

TEST(EventJson, repairs_a_sequence_that_is_cut_off) {
  EXPECT_EQ(json_string("a\xc2"), "\"a\uFFFD\"");
}

}  // namespace
}  // namespace yagura::event
