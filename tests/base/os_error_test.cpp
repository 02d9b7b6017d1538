#include "base/os_error.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace yagura {
namespace {

TEST(OsError, has_the_systems_words_for_a_number) {
  EXPECT_EQ(os_error_text(ENOENT), "No such file or directory");
  EXPECT_EQ(os_error_text(ENOSPC), "No space left on device");
}

TEST(OsError, says_the_number_that_nobody_knows) {
  EXPECT_EQ(os_error_text(99'999), "Unknown error 99999");
}

}  // namespace
}  // namespace yagura
