#include "pipeline/checkpoints.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace yagura::pipeline {
namespace {

TEST(Checkpoints, are_found_again_for_a_name_in_shift_jis) {
  const auto folder = std::filesystem::temp_directory_path() / ("yagura-checkpoints-" + std::to_string(::getpid()));
  const Checkpoints checkpoints(folder);
  const std::string source = "/logs/\x83\x8D\x83\x4F\x95\x5C.ndjson";
  Checkpoint checkpoint{.source = source, .head_sha256 = "aa", .head_bytes = 3, .token = "t", .next_offset = 9};
  ASSERT_TRUE(checkpoints.save(checkpoint).has_value());
  auto found = checkpoints.find(source);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->source, source);
  EXPECT_EQ((*found)->next_offset, 9U);
  (*found)->next_offset = 10;
  ASSERT_TRUE(checkpoints.save(**found).has_value());
  found = checkpoints.find(source);
  ASSERT_TRUE(found.has_value() && found->has_value());
  EXPECT_EQ((*found)->next_offset, 10U) << "saved over the same file";
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

}  // namespace
}  // namespace yagura::pipeline
