#include <gtest/gtest.h>

#include "app/local_routes.hpp"
#include "lake/event_store.hpp"

namespace yagura::app {
namespace {

TEST(LakeHealth, is_degraded_before_the_disk_is_full) {
  lake::LakeHealth lake{.reachable = true, .free_bytes = lake_free_bytes_min};
  EXPECT_EQ(lake_health(lake).status, "ok");
  lake.events = 12;
  lake.oldest_day = "20260408";
  lake.retention_days = 365;
  EXPECT_EQ(lake_health(lake).detail, "12 events, the oldest of 20260408; kept for 365 days");
  lake.free_bytes = lake_free_bytes_min - 1;
  EXPECT_EQ(lake_health(lake).status, "degraded");
  EXPECT_NE(lake_health(lake).detail.find("1023 MiB"), std::string::npos);
  lake.free_bytes = 0;
  EXPECT_EQ(lake_health(lake).status, "degraded");
}

TEST(LakeHealth, names_what_is_worse_first) {
  EXPECT_EQ(lake_health({.reachable = false, .message = "no answer"}).status, "down");
  const auto broken = lake_health({.reachable = true, .detached_parts = 2, .free_bytes = 0});
  EXPECT_EQ(broken.status, "degraded");
  EXPECT_NE(broken.detail.find("2 broken parts"), std::string::npos);
}

}  // namespace
}  // namespace yagura::app
