#include "app/rounds.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <latch>

namespace yagura::app {
namespace {

using namespace std::chrono_literals;

TEST(Rounds, do_their_work_at_once_and_again_after_each_pause) {
  std::latch thrice(3);
  size_t done = 0;
  {
    const Rounds rounds(1ms, [&] {
      if (++done <= 3) thrice.count_down();
    });
    thrice.wait();
  }
  EXPECT_GE(done, 3U);
}

TEST(Rounds, end_in_the_middle_of_a_pause) {
  std::latch once(1);
  const auto begun = std::chrono::steady_clock::now();
  {
    const Rounds rounds(1h, [&] { once.count_down(); });
    once.wait();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10min);
}

}  // namespace
}  // namespace yagura::app
