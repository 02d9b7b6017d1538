// Memory for many small groups: no header for each, found by 32 bits.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace yagura::detect::correlation {

/// 0 is none.
using BlockRef = uint32_t;

class Blocks {
 public:
  static constexpr size_t unit_bytes = 8;
  static constexpr size_t page_bytes = 256 << 10;
  static constexpr size_t block_bytes_max = 64 << 10;

  /// `bytes` from 1 to block_bytes_max. Addresses stay where they are.
  BlockRef allocate(size_t bytes);
  /// `bytes` as they were allocated.
  void release(BlockRef block, size_t bytes);

  char* at(BlockRef block) { return pages_[block / page_units].get() + (block % page_units) * unit_bytes; }
  const char* at(BlockRef block) const { return pages_[block / page_units].get() + (block % page_units) * unit_bytes; }

  /// In use, without what lies free.
  size_t bytes() const { return used_bytes_; }

 private:
  static constexpr size_t page_units = page_bytes / unit_bytes;

  static size_t units_of(size_t bytes) { return (bytes + unit_bytes - 1) / unit_bytes; }

  std::vector<std::unique_ptr<char[]>> pages_;
  size_t next_unit_ = page_units;            // of the last page
  std::vector<std::vector<BlockRef>> free_;  // by units
  size_t used_bytes_ = 0;
};

inline BlockRef Blocks::allocate(size_t bytes) {
  const size_t units = units_of(bytes);
  used_bytes_ += units * unit_bytes;
  if (units < free_.size() && !free_[units].empty()) {
    const BlockRef out = free_[units].back();
    free_[units].pop_back();
    return out;
  }
  if (pages_.empty() || next_unit_ + units > page_units) {
    if (!pages_.empty() && next_unit_ < page_units) {
      const size_t rest = page_units - next_unit_;
      if (free_.size() <= rest) free_.resize(rest + 1);
      free_[rest].push_back(static_cast<BlockRef>((pages_.size() - 1) * page_units + next_unit_));
    }
    pages_.push_back(std::make_unique<char[]>(page_bytes));
    next_unit_ = pages_.size() == 1 ? 1 : 0;  // 0 is none
  }
  const auto out = static_cast<BlockRef>((pages_.size() - 1) * page_units + next_unit_);
  next_unit_ += units;
  return out;
}

inline void Blocks::release(BlockRef block, size_t bytes) {
  const size_t units = units_of(bytes);
  used_bytes_ -= units * unit_bytes;
  if (free_.size() <= units) free_.resize(units + 1);
  free_[units].push_back(block);
}

}  // namespace yagura::detect::correlation
