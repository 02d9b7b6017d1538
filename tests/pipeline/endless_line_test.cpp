// One line without an end in sight (a gigabyte where that is quick), made as it is read: memory stays bounded and the
// events say what happened.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "pipeline/decode.hpp"
#include "pipeline/input_stream.hpp"

namespace yagura::pipeline {
namespace {

/// `head`, then 'x' up to `line_bytes`, then a line end and `tail`.
class EndlessLine : public ByteSource {
 public:
  EndlessLine(std::string head, uint64_t bytes, std::string tail)
      : line_bytes(bytes), head_(std::move(head)), tail_("\n" + std::move(tail)) {}

  const uint64_t line_bytes;

  Result<size_t> read(char* out, size_t size) override {
    if (at_ < head_.size()) return copy(head_, at_, out, size);
    if (at_ < line_bytes) {
      const auto count = static_cast<size_t>(std::min<uint64_t>(size, line_bytes - at_));
      std::memset(out, 'x', count);
      at_ += count;
      return count;
    }
    return copy(tail_, at_ - line_bytes, out, size);
  }

 private:
  size_t copy(const std::string& text, uint64_t from, char* out, size_t size) {
    if (from >= text.size()) return 0;
    const size_t count = text.copy(out, size, from);
    at_ += count;
    return count;
  }

  std::string head_;
  std::string tail_;
  uint64_t at_ = 0;
};

#if __has_feature(address_sanitizer)
constexpr uint64_t memory_max = 512ULL << 20;  // 256 MB of it the sanitizer's quarantine of freed memory
#elif __has_feature(thread_sanitizer)
constexpr uint64_t memory_max = 1024ULL << 20;  // its shadow is four times what is touched
#else
constexpr uint64_t memory_max = 192ULL << 20;
#endif

uint64_t peak_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

struct Endless {
  const char* format;
  const char* head;
  uint64_t bytes;
};

class EndlessLineOf : public testing::TestWithParam<Endless> {};

TEST_P(EndlessLineOf, is_read_in_bounded_memory) {
  const auto [format, head, line_bytes] = GetParam();
  EndlessLine source(head, line_bytes, "{\"ts\":1604994496,\"after\":1}\n");
  SourceStream stream("endless", "endless", {1}, source, Encoding::automatic);
  Counters counters;
  DecodeOptions options;
  options.counters = &counters;
  options.format = formats::find_format(format);
  const uint64_t before = peak_bytes();
  uint64_t bytes = 0;
  uint64_t pieces = 0;
  std::string last;
  const auto status = decode_stream(stream, options, [&](event::Batch&& batch) -> Status {
    for (const event::Event& event : batch.events()) {
      bytes += event.raw.size();
      if (has(event.dirt, event::Dirt::too_long)) ++pieces;
      last = event.raw;
    }
    return {};
  });
  EXPECT_TRUE(status);
  EXPECT_GE(bytes, line_bytes);
  EXPECT_GE(pieces, line_bytes / formats::record_bytes_max);
  EXPECT_EQ(last, "{\"ts\":1604994496,\"after\":1}");
  EXPECT_LT(peak_bytes() - before, memory_max);
}

constexpr uint64_t quarter = 256ULL << 20;
INSTANTIATE_TEST_SUITE_P(Formats, EndlessLineOf,
                         testing::Values(Endless{"lines", "", quarter}, Endless{"json", "{\"a\":\"", 1ULL << 30},
                                         Endless{"windows-json", "{\"a\":\"", quarter},
                                         Endless{"windows-xml", "<nothing>", quarter},
                                         Endless{"syslog", "<13>", quarter}, Endless{"csv", "a,b\n1,\"", quarter},
                                         Endless{"auditd", "type=SYSCALL ", quarter}),
                         [](const auto& param) {
                           std::string name = param.param.format;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace yagura::pipeline
