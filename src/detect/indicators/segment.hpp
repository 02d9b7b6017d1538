// A run of indicators in memory, packed: made once, then read only. A record is
//   listing (4 bytes)  type (1)  size of the value (2)  value
// one after the other; beside them an open-addressed table of their places, and what is said of them, each once.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "detect/indicators/indicator.hpp"
#include "detect/indicators/key_hash.hpp"

namespace yagura::detect {

constexpr uint32_t segment_records_max = 4'000'000;  // a merge holds so many twice
constexpr size_t segment_bytes_max = 1 << 30;        // of records

/// A Listing, packed. This is what is on disk.
struct PackedListing {
  int64_t from = INT64_MIN;
  int64_t until = INT64_MAX;
  uint32_t source = 0;  // number in the store's table
  uint32_t text = 0;    // context and tags, by a line end between them: number in the segment's texts
  uint8_t confidence = confidence_unknown;
  Tlp tlp = Tlp::none;
  uint8_t removed = 0;  // 1: the source takes the value back
  uint8_t unused[5] = {};

  bool operator==(const PackedListing&) const = default;
};
static_assert(sizeof(PackedListing) == 32);

/// Which networks there are, so that an address is asked for few of them.
struct NetworkShape {
  std::bitset<33> v4_lengths;
  std::bitset<129> v6_lengths;
  std::bitset<65536> v4_sixteens;  // first halves of addresses that some network holds

  void add(std::string_view packed);
  void add(const NetworkShape& other);
};

/// What hashes find: the type goes into the seed.
inline uint64_t indicator_hash(IndicatorType type, std::string_view value) {
  return key_hash(value, key_seed() + static_cast<uint64_t>(type));
}

/// Bytes that grow in place where the system can.
class GrowingBytes {
 public:
  void append(const void* bytes, size_t size);
  char* data() { return data_.get(); }
  const char* data() const { return data_.get(); }
  size_t size() const { return size_; }
  /// Room for exactly `size` bytes, all of them counted.
  void resize(size_t size);
  void shrink();

 private:
  void reserve(size_t size);
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<char, Free> data_;
  size_t size_ = 0;
  size_t room_ = 0;
};

class Segment {
 public:
  struct Record {
    IndicatorType type;
    std::string_view value;  // packed
    const PackedListing* listing;
  };

  /// Calls `take(Record)` for each record of the value; several sources may list it.
  template <typename Take>
  void find(uint64_t hash, IndicatorType type, std::string_view value, Take&& take) const {
    if (slots_.empty()) return;
    for (size_t at = place(hash);; at = at + 1 == slots_.size() ? 0 : at + 1) {
      if (slots_[at] == 0) return;
      const Record record = record_at(slots_[at] - 1);
      if (record.type == type && record.value == value) take(record);
    }
  }

  /// Before find(): fetches its place in the table, then what stands there.
  void prefetch(uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[place(hash)]);
  }
  void prefetch_record(uint64_t hash) const {
    if (slots_.empty()) return;
    if (const uint32_t slot = slots_[place(hash)]; slot != 0) __builtin_prefetch(records_.data() + slot - 1);
  }

  /// Calls `take(Record, place)` for each record from `place` on, in their order, until it gives false.
  template <typename Take>
  void each(size_t from, Take&& take) const {
    for (size_t at = from; at < records_.size();) {
      const Record record = record_at(at);
      const size_t here = at;
      at += header_bytes + record.value.size();
      if (!take(record, here)) return;
    }
  }

  const std::string& text(uint32_t index) const { return texts_[index]; }
  uint32_t size() const { return count_; }
  const NetworkShape* networks() const { return networks_.get(); }  // null: none
  uint16_t types() const { return types_; }                         // a bit each
  /// What it takes in memory.
  uint64_t bytes() const;

  /// Writes a new file, synced, and gives its SHA-256.
  Result<std::string> save(const std::string& file) const;
  /// `corrupt` when the file is not what was written with that digest.
  static Result<std::shared_ptr<const Segment>> load(const std::string& file, const std::string& sha256);

 private:
  friend class SegmentBuilder;
  static constexpr size_t header_bytes = 7;

  size_t place(uint64_t hash) const {
    return static_cast<size_t>(static_cast<unsigned __int128>(hash) * slots_.size() >> 64);
  }
  Record record_at(size_t at) const {
    const char* head = records_.data() + at;
    uint32_t listing = 0;
    uint16_t size = 0;
    std::memcpy(&listing, head, 4);
    std::memcpy(&size, head + 5, 2);
    return {static_cast<IndicatorType>(head[4]), {head + header_bytes, size}, &listings_[listing]};
  }
  /// Makes the table anew with that many slots, and what else follows from the records.
  void index(size_t slots);
  bool well_formed() const;

  GrowingBytes records_;
  std::vector<PackedListing> listings_;
  std::vector<std::string> texts_{""};
  std::vector<uint32_t> slots_;  // place + 1; 0 is free
  std::unique_ptr<NetworkShape> networks_;
  uint32_t count_ = 0;
  uint16_t types_ = 0;
};

/// Collects indicators for a segment; of a value that one source gives twice the later holds.
class SegmentBuilder {
 public:
  enum class Added { fresh, again, full };

  /// `value` is packed. The listing's `text` is set from the two texts.
  Added add(IndicatorType type, std::string_view value, PackedListing listing, std::string_view context,
            std::string_view tags);

  bool has(uint64_t hash, IndicatorType type, std::string_view value, uint32_t source) const;
  bool empty() const { return segment_->count_ == 0; }
  bool full() const;
  std::shared_ptr<const Segment> seal();

 private:
  uint32_t text_of(std::string_view context, std::string_view tags);
  uint32_t listing_of(const PackedListing& listing);

  std::unique_ptr<Segment> segment_ = std::make_unique<Segment>();
  std::unordered_map<std::string, uint32_t> texts_;
  std::unordered_map<std::string, uint32_t> listings_;
};

}  // namespace yagura::detect
