#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

namespace yagura::detect {

constexpr size_t filter_bits_per_key = 16;

/// Says of nearly every key that is not in a set that it is not (a wrong yes for about one of 500), by one cache line:
/// a blocked Bloom filter, eight bits in a block of 32 bytes. Keys may be added while others ask: a reader that has
/// the keys by another way (a snapshot) sees them here, anybody else may or may not.
class KeyFilter {
 public:
  /// Room for `keys_max` keys at filter_bits_per_key.
  explicit KeyFilter(uint64_t keys_max);

  void add(uint64_t hash);
  bool may_have(uint64_t hash) const {
    const Block& block = blocks_[place(hash)];
    for (size_t i = 0; i < block.size(); ++i)
      if ((block[i].load(std::memory_order_relaxed) >> bit(hash, i) & 1) == 0) return false;
    return true;
  }
  void prefetch(uint64_t hash) const { __builtin_prefetch(&blocks_[place(hash)]); }

  uint64_t keys_max() const { return keys_max_; }
  uint64_t bytes() const { return count_ * sizeof(Block); }

 private:
  using Block = std::array<std::atomic<uint32_t>, 8>;

  uint64_t place(uint64_t hash) const {
    return static_cast<uint64_t>(static_cast<unsigned __int128>(hash) * count_ >> 64);
  }
  static unsigned bit(uint64_t hash, size_t word) {
    constexpr uint32_t salts[8] = {0x47B6137B, 0x44974D91, 0x8824AD5B, 0xA2B7289D,
                                   0x705495C7, 0x2DF1424B, 0x9EFC4947, 0x5C6BFB31};
    return static_cast<uint32_t>(hash) * salts[word] >> 27;
  }

  uint64_t keys_max_;
  uint64_t count_;
  struct Free {
    void operator()(Block* blocks) const;
  };
  std::unique_ptr<Block[], Free> blocks_;
};

}  // namespace yagura::detect
