// links: yagura_pipeline
// Any bytes as a file: whatever containers they pretend to be, reading ends, within its limits, and every failure
// has a text.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "base/check.hpp"
#include "pipeline/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace yagura::pipeline;
  static const int memory = ::memfd_create("yagura-fuzz", 0);
  yagura::check(::ftruncate(memory, 0) == 0, "no memory file");
  yagura::check(::pwrite(memory, data, size, 0) == static_cast<ssize_t>(size), "no memory file");
  InputOptions options;
  options.limits.expanded_bytes_max = 4 << 20;
  options.limits.members_max = 64;
  InputOutcome outcome;
  const InputFile file{"/proc/self/fd/" + std::to_string(memory), "fuzz", size, {}};
  uint64_t bytes = 0;
  const auto status = read_input(
      file, options,
      [&](InputStream& stream) -> yagura::Status {
        yagura::formats::Block block;
        while (stream.next(block)) bytes += block.bytes.size();
        return {};
      },
      outcome);
  yagura::check(status.has_value(), "reading fails only as its taker does");
  yagura::check(outcome.bytes_expanded <= options.limits.expanded_bytes_max + size, "a limit did not hold");
  for (const InputFailure& failure : outcome.failures)
    yagura::check(!failure.error.message.empty(), "a failure without a text");
  return 0;
}
