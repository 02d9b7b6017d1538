#include "pipeline/listeners/framing.hpp"

#include <gtest/gtest.h>

namespace yagura::pipeline {
namespace {

/// What comes out of `bytes` when they come in pieces of `size`.
std::string cut(std::string_view bytes, size_t size) {
  SyslogFraming framing;
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += size) framing.feed(bytes.substr(at, size), out);
  framing.finish(out);
  return out;
}

TEST(SyslogFraming, tells_counted_messages_from_lines_however_they_are_cut) {
  for (const size_t size : {1UL, 2UL, 7UL, 1000UL})
    EXPECT_EQ(cut("12 <34>1 first!<34>second\n<34>third\r\n9 <13>fou\nr12 <13>fifth  x", size),
              "<34>1 first!\n<34>second\n<34>third\n<13>fou r\n<13>fifth  x\n")
        << size;
}

TEST(SyslogFraming, a_message_may_start_with_a_number_that_is_no_count) {
  EXPECT_EQ(cut("2026-11-23 hello\n12345678901234 x\n0 zero\n", 3), "2026-11-23 hello\n12345678901234 x\n0 zero\n");
}

TEST(SyslogFraming, keeps_a_last_message_without_its_end) {
  EXPECT_EQ(cut("<34>cut", 3), "<34>cut\n");
  EXPECT_EQ(cut("50 <34>cut", 3), "<34>cut\n");
  EXPECT_EQ(cut("12", 1), "12\n");
  EXPECT_EQ(cut("\n\r\n\n", 1), "");
}

TEST(SyslogFraming, cuts_endless_messages_into_pieces_and_counts_them) {
  SyslogFraming framing;
  std::string out;
  framing.feed(std::string(3 * syslog_message_bytes_max + 10, 'x') + "\n", out);
  EXPECT_EQ(framing.too_long(), 3U);
  EXPECT_EQ(framing.messages(), 4U);
  EXPECT_EQ(out.size(), 3 * syslog_message_bytes_max + 10 + 4);
  framing.feed("200000 " + std::string(200'000, 'y'), out);
  EXPECT_EQ(framing.too_long(), 6U);
  out.clear();
  framing.feed("<34>next\n", out);
  EXPECT_EQ(out, "<34>next\n");
}

TEST(SyslogFraming, drops_nothing_of_any_bytes) {
  uint64_t state = 7;
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (int i = 0; i < 200; ++i) bytes += "0123456789 \n<>ab"[(state = state * 6364136223846793005U + 1) >> 60];
    const std::string whole = cut(bytes, 200);
    EXPECT_EQ(cut(bytes, 1), whole);
    EXPECT_EQ(cut(bytes, 13), whole);
  }
}

}  // namespace
}  // namespace yagura::pipeline
