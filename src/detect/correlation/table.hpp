// The groups of one correlation. A group of a few occurrences is one block of packed bytes; one that grows or fires
// becomes a LiveGroup.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "detect/correlation/blocks.hpp"
#include "detect/correlation/live_group.hpp"

namespace yagura::detect::correlation {

constexpr size_t small_group_max = 8;     // occurrences of a packed group
constexpr size_t key_bytes_max = 32'768;  // see group_key()

/// What all tables of an engine have together.
struct Totals {
  uint64_t groups = 0;
  uint64_t bytes = 0;  // of groups, their occurrences and the tables
  uint64_t late = 0;
  uint64_t too_late = 0;
  uint64_t repeated = 0;
  uint64_t groups_dropped = 0;  // for want of room
  uint64_t events_dropped = 0;
};

class Table {
 public:
  Table(std::shared_ptr<const Definition> definition, uint32_t lateness_seconds, bool tells_holding, Totals& totals);
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  const Definition& definition() const { return *definition_; }
  const Terms& terms() const { return terms_; }
  void set_tells_holding(bool tells) { terms_.tells_holding = tells; }

  /// Takes an occurrence into the group of `key` (at most key_bytes_max; `hash` is of it) and adds every window that
  /// holds now to `holds`.
  void add(std::string_view key, uint64_t hash, const Occurrence& occurrence, std::vector<Hold>& holds);

  /// Looks at `count` places of the table and takes out groups of which all is due to be forgotten.
  void sweep(uint32_t now, size_t count);

  /// Takes out the group that waited longest among the next few; false when there is none.
  bool drop_one();

  size_t groups() const { return groups_; }
  size_t bytes() const { return accounted_; }

  /// A group as it is kept: of a packed one, `live` is null and the occurrences are given.
  struct View {
    std::string_view key;
    const LiveGroup* live = nullptr;
    std::span<const Occurrence> few;
  };
  void each(const std::function<void(const View&)>& what) const;

  /// A group that is not there yet, out of a snapshot.
  void restore(std::string_view key, uint64_t hash, std::span<const Occurrence> few);
  LiveGroup& restore_live(std::string_view key, uint64_t hash);
  void restored();

 private:
  struct Slot {
    BlockRef block = 0;
    uint32_t hash = 0;
  };
  struct Head {
    uint16_t key_size = 0;
    uint8_t count = 0;  // packed occurrences
    bool live = false;  // a LiveGroup* stands behind the key
  };

  size_t stride() const { return terms_.definition->type == Type::event_count ? 28 : 36; }
  size_t payload_bytes(const Head& head) const { return head.live ? sizeof(LiveGroup*) : head.count * stride(); }
  size_t block_bytes(const Head& head) const { return sizeof(Head) + head.key_size + payload_bytes(head); }
  Head head_of(BlockRef block) const;
  std::string_view key_of(BlockRef block) const;
  LiveGroup* live_of(BlockRef block) const;
  size_t read_few(BlockRef block, Occurrence* out) const;
  void write_few(char* to, std::span<const Occurrence> few) const;

  size_t find(std::string_view key, uint32_t hash) const;
  size_t insert(size_t at, std::string_view key, uint32_t hash, const Head& head);
  void erase(size_t at);
  void grow();
  uint32_t last_arrival(BlockRef block) const;
  size_t occurrences(BlockRef block) const;

  void add_few(size_t at, std::string_view key, uint32_t hash, const Occurrence& occurrence, std::vector<Hold>& holds);
  void add_live(size_t at, const Occurrence& occurrence, std::vector<Hold>& holds);
  bool any_holds(std::span<const Occurrence> few, int64_t from);
  void store_few(size_t at, std::string_view key, uint32_t hash, std::span<const Occurrence> few);
  size_t make_live(size_t at, std::string_view key, uint32_t hash, std::span<const Occurrence> few);
  void account();

  std::shared_ptr<const Definition> definition_;
  Terms terms_;
  Totals& totals_;
  Blocks blocks_;
  std::vector<Slot> slots_;
  Window scratch_;
  size_t groups_ = 0;
  size_t live_bytes_ = 0;
  size_t accounted_ = 0;
  size_t cursor_ = 0;
  int64_t swept_from_ = INT64_MAX;  // times of what left with whole groups
  int64_t swept_until_ = INT64_MIN;
};

}  // namespace yagura::detect::correlation
