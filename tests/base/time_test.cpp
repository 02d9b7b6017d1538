#include "base/time.hpp"

#include <gtest/gtest.h>

namespace yagura {
namespace {

TEST(Time, reads_the_forms_that_logs_hold) {
  const int64_t noon = days_from_civil(2026, 4, 8) * 86400 * ns_per_second + 12 * 3600 * ns_per_second;
  EXPECT_EQ(parse_time("2026-04-08T12:00:00Z")->ns, noon);
  EXPECT_EQ(parse_time("2026-04-08 12:00:00")->ns, noon);
  EXPECT_EQ(parse_time("2026/04/08 12:00:00")->ns, noon);
  EXPECT_EQ(parse_time("2026-04-08T21:00:00+09:00")->ns, noon);
  EXPECT_EQ(parse_time("2026-04-08T21:00:00 +0900")->ns, noon);
  EXPECT_EQ(parse_time("2026-04-08T12:00:00.850672Z")->ns, noon + 850'672'000);
  EXPECT_EQ(parse_time("2026-04-08T12:00:00.1234567891Z")->ns, noon + 123'456'789);
}

TEST(Time, refuses_what_is_no_time) {
  for (const char* text :
       {"", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-04-08T24:00:00Z", "2026-04-08T12:00:00.Z",
        "2026-04-08T12:00:00Zx", "1200-01-01T00:00:00Z", "2026-04-08T12:00:00+99:00"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(Time, reads_spans_and_refuses_what_is_none) {
  EXPECT_EQ(parse_span("90m"), 5400);
  EXPECT_EQ(parse_span("2w"), 1'209'600);
  EXPECT_EQ(parse_span("1000y"), span_seconds_max);
  for (const char* text : {"", "5", "d", "-5d", "+5d", "5x", "5 d", "5D", "5dd", "1001y", "99999999999999999999s"})
    EXPECT_FALSE(parse_span(text)) << text;
}

TEST(Time, writes_what_it_reads_before_and_after_1970) {
  for (const char* text : {"2026-04-08T12:00:00.850672Z", "1969-12-31T23:59:59.999999Z", "2024-02-29T00:00:00.000000Z"})
    EXPECT_EQ(format_time(*parse_time(text)), text);
}

}  // namespace
}  // namespace yagura
