// A bounded memory from hashes to records: what is new takes the place of what is old. It never claims that a record
// is the one sought: whoever looks compares the whole key, so a collision costs time and nothing else.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/check.hpp"

namespace yagura::detect {

/// Records lie in a ring of bytes, the newest over the oldest; a table of four-way sets finds them.
class MemoTable {
 public:
  /// `ring_bytes` is a power of two. `hash_mask` is laid over every hash: tests make all of them collide.
  MemoTable(size_t ring_bytes, size_t entries, uint64_t hash_mask)
      : ring_bytes_(ring_bytes),
        hash_mask_(hash_mask),
        sets_(std::bit_ceil(std::max<size_t>(entries, ways)) / ways),
        ring_(std::make_unique_for_overwrite<char[]>(ring_bytes)) {
    check(std::has_single_bit(ring_bytes) && ring_bytes >= 1024, "a memo's ring is a power of two");
  }

  /// The record kept under `hash` that `is_it(record)` accepts; null when there is none. Valid until add().
  template <typename IsIt>
  const char* find(uint64_t hash, IsIt&& is_it) const {
    hash &= hash_mask_;
    const Set& set = sets_[hash & (sets_.size() - 1)];
    const auto tag = static_cast<uint32_t>(hash >> 32);
    for (size_t way = 0; way < ways; ++way) {
      if (set.tags[way] != tag || !alive(set.places[way])) continue;
      const char* record = ring_.get() + offset_of(set.places[way]);
      if (is_it(record)) return record;
    }
    return nullptr;
  }

  /// Room for a record, aligned to 8; null when it is larger than record_bytes_max(). To be filled before the next
  /// find().
  char* add(uint64_t hash, size_t bytes) {
    bytes = (bytes + 7) & ~size_t{7};
    if (bytes > record_bytes_max()) return nullptr;
    if (offset_of(head_) + bytes > ring_bytes_) head_ += ring_bytes_ - offset_of(head_);
    const uint64_t place = head_;
    head_ += bytes;
    hash &= hash_mask_;
    Set& set = sets_[hash & (sets_.size() - 1)];
    size_t oldest = 0;
    for (size_t way = 1; way < ways; ++way)
      if (set.places[way] < set.places[oldest]) oldest = way;
    set.places[oldest] = place;
    set.tags[oldest] = static_cast<uint32_t>(hash >> 32);
    return ring_.get() + offset_of(place);
  }

  void clear() {
    // Every place so far falls out of the ring.
    head_ += 2 * ring_bytes_ - offset_of(head_);
  }

  size_t record_bytes_max() const { return ring_bytes_ / 16; }
  size_t bytes() const { return ring_bytes_ + sets_.size() * sizeof(Set); }

 private:
  static constexpr size_t ways = 4;
  struct Set {
    uint64_t places[ways] = {};
    uint32_t tags[ways] = {};
  };

  // Places count all bytes ever written, from ring_bytes_ on: 0 is no place.
  size_t offset_of(uint64_t place) const { return static_cast<size_t>(place & (ring_bytes_ - 1)); }
  bool alive(uint64_t place) const { return place != 0 && place + ring_bytes_ >= head_; }

  size_t ring_bytes_;
  uint64_t hash_mask_;
  std::vector<Set> sets_;
  std::unique_ptr<char[]> ring_;
  uint64_t head_ = ring_bytes_;
};

}  // namespace yagura::detect
