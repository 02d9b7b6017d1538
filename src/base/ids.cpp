#include "base/ids.hpp"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "base/digest.hpp"

namespace yagura {
namespace {

std::string uuid_v7(uint64_t milliseconds, uint64_t high_random, uint64_t low_random) {
  const uint64_t low = (low_random & 0x3FFF'FFFF'FFFF'FFFFULL) | 0x8000'0000'0000'0000ULL;
  return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", static_cast<uint32_t>(milliseconds >> 16),
                     milliseconds & 0xFFFF, high_random & 0xFFF, low >> 48, low & 0xFFFF'FFFF'FFFFULL);
}

}  // namespace

IdSource random_ids(Clock clock) {
  return [clock = std::move(clock)] {
    const std::string bytes = random_bytes(16);
    uint64_t high = 0;
    uint64_t low = 0;
    std::memcpy(&high, bytes.data(), 8);
    std::memcpy(&low, bytes.data() + 8, 8);
    return uuid_v7(static_cast<uint64_t>(clock().ns / 1'000'000), high, low);
  };
}

IdSource seeded_ids(uint64_t seed) {
  return [seed, next = uint64_t{0}]() mutable { return uuid_v7(++next, seed, seed); };
}

}  // namespace yagura
