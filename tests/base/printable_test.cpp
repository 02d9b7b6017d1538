#include "base/printable.hpp"

#include <gtest/gtest.h>

namespace yagura {
namespace {

TEST(Printable, shows_what_would_act_on_a_terminal_or_turn_the_text) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\\x9b31m");
  EXPECT_EQ(printable("invoice\u202Efdp.exe"), "invoice\\u202efdp.exe");
  EXPECT_EQ(printable("\u2066x\u2069 \u200F\u061C"), "\\u2066x\\u2069 \\u200f\\u061c");
  EXPECT_EQ(printable("a\u2028b\uFEFF\u200B"), "a\\u2028b\\ufeff\\u200b");
  EXPECT_EQ(printable("\U000E0041"), "\\u{e0041}");
  EXPECT_EQ(printable(std::string_view("\0\x7F", 2)), "\\x00\\x7f");
}

TEST(Printable, leaves_what_people_write) {
  EXPECT_EQ(printable("C:\\Temp ログ 👨‍👩‍👧 é"), "C:\\Temp ログ 👨‍👩‍👧 é");
  EXPECT_EQ(printable("a\tb\r\nc"), "a\\tb\\r\\nc");
  EXPECT_EQ(printable("a\tb\r\nc", "\n\t"), "a\tb\\r\nc");
  EXPECT_EQ(printable("a\x80z\xE3\x81"), "a\uFFFDz\uFFFD");
}

}  // namespace
}  // namespace yagura
