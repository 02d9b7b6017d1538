#include "detect/indicators/key_filter.hpp"

#include <cstdlib>
#include <cstring>

#include "base/digest.hpp"
#include "detect/indicators/key_hash.hpp"
#include "detect/indicators/wide_memory.hpp"

namespace yagura::detect {

uint64_t key_seed() {
  static const uint64_t seed = [] {
    uint64_t out = 0;
    std::memcpy(&out, random_bytes(sizeof out).data(), sizeof out);
    return out;
  }();
  return seed;
}

KeyFilter::KeyFilter(uint64_t keys_max)
    : keys_max_(keys_max), count_(keys_max * filter_bits_per_key / (8 * sizeof(Block)) + 1) {
  static_assert(sizeof(Block) == 32);
  const size_t size = count_ * sizeof(Block);
  void* memory = wide_memory(size);
  std::memset(memory, 0, size);
  blocks_.reset(static_cast<Block*>(memory));
}

void KeyFilter::Free::operator()(Block* blocks) const {
  std::free(blocks);
}

void KeyFilter::add(uint64_t hash) {
  Block& block = blocks_[place(hash)];
  for (size_t i = 0; i < block.size(); ++i) block[i].fetch_or(uint32_t{1} << bit(hash, i), std::memory_order_relaxed);
}

}  // namespace yagura::detect
