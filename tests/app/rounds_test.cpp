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

TEST(Rounds, may_wait_before_the_first) {
  bool done = false;
  {
    const Rounds rounds(1h, [&] { done = true; }, Rounds::First::after_pause);
  }
  EXPECT_FALSE(done);
  std::latch once(1);
  const Rounds rounds(
      1ms,
      [&, first = true]() mutable {
        if (first) once.count_down();
        first = false;
      },
      Rounds::First::after_pause);
  once.wait();
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
