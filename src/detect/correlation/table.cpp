#include "detect/correlation/table.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace yagura::detect::correlation {
namespace {

constexpr size_t slots_min = 16;
constexpr size_t looked_at_for_dropping = 32;

/// Groups found by a table's last slots keep it at most 7/8 full.
bool is_full(size_t groups, size_t slots) {
  return (groups + 1) * 8 > slots * 7;
}

}  // namespace

Table::Table(std::shared_ptr<const Definition> definition, uint32_t lateness_seconds, bool tells_holding,
             Totals& totals)
    : definition_(std::move(definition)), totals_(totals), scratch_(*definition_) {
  terms_.definition = definition_.get();
  terms_.keep_seconds = static_cast<uint32_t>(definition_->timespan_ns / 1'000'000'000) + lateness_seconds;
  terms_.tells_holding = tells_holding;
}

Table::~Table() {
  for (const Slot& slot : slots_)
    if (slot.block != 0) delete live_of(slot.block);
  totals_.groups -= groups_;
  totals_.bytes -= accounted_;
}

Table::Head Table::head_of(BlockRef block) const {
  Head out;
  std::memcpy(&out, blocks_.at(block), sizeof out);
  return out;
}

std::string_view Table::key_of(BlockRef block) const {
  return {blocks_.at(block) + sizeof(Head), head_of(block).key_size};
}

LiveGroup* Table::live_of(BlockRef block) const {
  const Head head = head_of(block);
  if (!head.live) return nullptr;
  std::uintptr_t bits = 0;
  std::memcpy(&bits, blocks_.at(block) + sizeof head + head.key_size, sizeof bits);
  return std::bit_cast<LiveGroup*>(bits);
}

size_t Table::read_few(BlockRef block, Occurrence* out) const {
  const Head head = head_of(block);
  const char* from = blocks_.at(block) + sizeof head + head.key_size;
  const bool valued = stride() > 28;
  for (size_t i = 0; i < head.count; ++i, from += stride()) {
    std::memcpy(&out[i].time, from, 8);
    std::memcpy(&out[i].uid, from + 8, 16);
    std::memcpy(&out[i].arrival, from + 24, 4);
    out[i].value = 0;
    if (valued) std::memcpy(&out[i].value, from + 28, 8);
  }
  return head.count;
}

void Table::write_few(char* to, std::span<const Occurrence> few) const {
  const bool valued = stride() > 28;
  for (const Occurrence& one : few) {
    std::memcpy(to, &one.time, 8);
    std::memcpy(to + 8, &one.uid, 16);
    std::memcpy(to + 24, &one.arrival, 4);
    if (valued) std::memcpy(to + 28, &one.value, 8);
    to += stride();
  }
}

/// The slot of the group, or the empty one where it would stand.
size_t Table::find(std::string_view key, uint32_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].block != 0 && (slots_[at].hash != hash || key_of(slots_[at].block) != key)) at = (at + 1) & mask;
  return at;
}

void Table::grow() {
  std::vector<Slot> before(std::max(slots_min, slots_.size() * 2));
  before.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : before) {
    if (slot.block == 0) continue;
    size_t at = slot.hash & mask;
    while (slots_[at].block != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
  cursor_ = 0;
}

/// Makes a block at the empty slot `at`, or another when the table had to grow; the payload is not written.
size_t Table::insert(size_t at, std::string_view key, uint32_t hash, const Head& head) {
  if (is_full(groups_, slots_.size())) {
    grow();
    at = find(key, hash);
  }
  const BlockRef block = blocks_.allocate(block_bytes(head));
  std::memcpy(blocks_.at(block), &head, sizeof head);
  std::memcpy(blocks_.at(block) + sizeof head, key.data(), key.size());
  slots_[at] = {block, hash};
  ++groups_;
  ++totals_.groups;
  return at;
}

void Table::erase(size_t at) {
  const BlockRef block = slots_[at].block;
  if (LiveGroup* live = live_of(block)) {
    live_bytes_ -= live->bytes();
    delete live;
  }
  blocks_.release(block, block_bytes(head_of(block)));
  --groups_;
  --totals_.groups;
  const size_t mask = slots_.size() - 1;
  for (size_t next = (at + 1) & mask; slots_[next].block != 0; next = (next + 1) & mask) {
    const size_t home = slots_[next].hash & mask;
    if (((next - home) & mask) < ((next - at) & mask)) continue;
    slots_[at] = slots_[next];
    at = next;
  }
  slots_[at] = {};
}

void Table::add(std::string_view key, uint64_t hash, const Occurrence& occurrence, std::vector<Hold>& holds) {
  if (slots_.empty()) grow();
  const auto short_hash = static_cast<uint32_t>(hash >> 32);
  const size_t at = find(key, short_hash);
  if (slots_[at].block != 0 && head_of(slots_[at].block).live)
    add_live(at, occurrence, holds);
  else
    add_few(at, key, short_hash, occurrence, holds);
  account();
}

void Table::add_live(size_t at, const Occurrence& occurrence, std::vector<Hold>& holds) {
  LiveGroup& live = *live_of(slots_[at].block);
  const size_t before = live.bytes();
  const Added added = live.add(terms_, occurrence, holds);
  live_bytes_ += live.bytes() - before;
  totals_.late += added.late && !added.repeated;
  totals_.too_late += added.too_late && !added.repeated;
  totals_.repeated += added.repeated;
  totals_.events_dropped += added.dropped;
}

void Table::add_few(size_t at, std::string_view key, uint32_t hash, const Occurrence& occurrence,
                    std::vector<Hold>& holds) {
  std::array<Occurrence, small_group_max + 1> few;
  size_t count = slots_[at].block == 0 ? 0 : read_few(slots_[at].block, few.data());
  size_t due = 0;
  while (due < count && uint64_t{few[due].arrival} + terms_.keep_seconds < occurrence.arrival) ++due;
  if (due > 0) {
    swept_from_ = std::min(swept_from_, few[0].time);
    swept_until_ = std::max(swept_until_, few[due - 1].time);
    std::copy(few.begin() + static_cast<std::ptrdiff_t>(due), few.begin() + static_cast<std::ptrdiff_t>(count),
              few.begin());
    count -= due;
  }
  size_t place = count;
  while (place > 0 && few[place - 1].time > occurrence.time) --place;
  for (size_t same = place; same > 0 && few[same - 1].time == occurrence.time; --same)
    if (few[same - 1].uid == occurrence.uid) {
      if (!is_temporal(definition_->type) || (occurrence.value & ~few[same - 1].value) == 0) {
        ++totals_.repeated;
        return;
      }
      // The same event by another rule: left to the group that knows every case.
      at = make_live(at, key, hash, {few.data(), count});
      return add_live(at, occurrence, holds);
    }
  std::copy_backward(few.begin() + static_cast<std::ptrdiff_t>(place), few.begin() + static_cast<std::ptrdiff_t>(count),
                     few.begin() + static_cast<std::ptrdiff_t>(count) + 1);
  few[place] = occurrence;
  if (count == small_group_max || any_holds({few.data(), count + 1}, occurrence.time)) {
    std::copy(few.begin() + static_cast<std::ptrdiff_t>(place) + 1,
              few.begin() + static_cast<std::ptrdiff_t>(count) + 1, few.begin() + static_cast<std::ptrdiff_t>(place));
    at = make_live(at, key, hash, {few.data(), count});
    return add_live(at, occurrence, holds);
  }
  totals_.late += place < count;
  totals_.too_late += occurrence.time >= swept_from_ && occurrence.time - definition_->timespan_ns < swept_until_;
  store_few(at, key, hash, {few.data(), count + 1});
}

/// Whether a window that ends at `from` or later, and reaches back to it, holds.
bool Table::any_holds(std::span<const Occurrence> few, int64_t from) {
  const int64_t span = definition_->timespan_ns;
  for (size_t last = 0; last < few.size(); ++last) {
    const int64_t end = few[last].time;
    if (end < from || (last + 1 < few.size() && few[last + 1].time == end)) continue;
    if (end >= from + span) break;
    size_t first = last;
    while (first > 0 && few[first - 1].time > end - span) --first;
    if (!scratch_.counts_only()) {
      scratch_.clear();
      for (size_t i = first; i <= last; ++i) scratch_.add(few[i]);
    }
    if (scratch_.measure(last - first + 1, end - span, few[last]).holds) return true;
  }
  return false;
}

void Table::store_few(size_t at, std::string_view key, uint32_t hash, std::span<const Occurrence> few) {
  const Head head{static_cast<uint16_t>(key.size()), static_cast<uint8_t>(few.size()), false};
  if (slots_[at].block == 0) {
    at = insert(at, key, hash, head);
  } else if (const Head before = head_of(slots_[at].block); before.count != head.count) {
    const BlockRef block = blocks_.allocate(block_bytes(head));
    std::memcpy(blocks_.at(block), &head, sizeof head);
    std::memcpy(blocks_.at(block) + sizeof head, key.data(), key.size());
    blocks_.release(slots_[at].block, block_bytes(before));
    slots_[at].block = block;
  }
  write_few(blocks_.at(slots_[at].block) + sizeof head + key.size(), few);
}

size_t Table::make_live(size_t at, std::string_view key, uint32_t hash, std::span<const Occurrence> few) {
  auto live = std::make_unique<LiveGroup>(*definition_);
  uint32_t last = 0;
  for (const Occurrence& one : few) {
    live->restore(one);
    last = std::max(last, one.arrival);
  }
  live->restore(last, INT64_MIN);
  if (slots_[at].block != 0) {
    blocks_.release(slots_[at].block, block_bytes(head_of(slots_[at].block)));
    slots_[at] = {};
    --groups_;
    --totals_.groups;
  }
  const Head head{static_cast<uint16_t>(key.size()), 0, true};
  at = insert(at, key, hash, head);
  live_bytes_ += live->bytes();
  const auto owned = std::bit_cast<std::uintptr_t>(live.release());
  std::memcpy(blocks_.at(slots_[at].block) + sizeof head + key.size(), &owned, sizeof owned);
  return at;
}

void Table::account() {
  const size_t now = blocks_.bytes() + slots_.size() * sizeof(Slot) + live_bytes_;
  totals_.bytes += now - accounted_;
  accounted_ = now;
}

uint32_t Table::last_arrival(BlockRef block) const {
  if (const LiveGroup* live = live_of(block)) return live->last_arrival();
  std::array<Occurrence, small_group_max + 1> few;
  const size_t count = read_few(block, few.data());
  uint32_t out = 0;
  for (size_t i = 0; i < count; ++i) out = std::max(out, few[i].arrival);
  return out;
}

size_t Table::occurrences(BlockRef block) const {
  const LiveGroup* live = live_of(block);
  return live ? live->ring().size() : head_of(block).count;
}

void Table::sweep(uint32_t now, size_t count) {
  for (; count > 0 && groups_ > 0; --count) {
    cursor_ = (cursor_ + 1) & (slots_.size() - 1);
    const BlockRef block = slots_[cursor_].block;
    if (block == 0 || uint64_t{last_arrival(block)} + terms_.keep_seconds >= now) continue;
    if (const LiveGroup* live = live_of(block)) {
      if (!live->ring().empty()) {
        swept_from_ = std::min(swept_from_, live->ring().front().time);
        swept_until_ = std::max(swept_until_, live->ring().back().time);
      }
    } else {
      std::array<Occurrence, small_group_max + 1> few;
      const size_t there = read_few(block, few.data());
      swept_from_ = std::min(swept_from_, few[0].time);
      swept_until_ = std::max(swept_until_, few[there - 1].time);
    }
    erase(cursor_);
    --cursor_;  // another may have moved up
  }
  account();
}

bool Table::drop_one() {
  if (groups_ == 0) return false;
  size_t oldest = SIZE_MAX;
  uint32_t arrival = 0;
  for (size_t seen = 0; seen < looked_at_for_dropping || oldest == SIZE_MAX; ++seen) {
    cursor_ = (cursor_ + 1) & (slots_.size() - 1);
    const BlockRef block = slots_[cursor_].block;
    if (block == 0) continue;
    const uint32_t last = last_arrival(block);
    if (oldest == SIZE_MAX || last < arrival) {
      oldest = cursor_;
      arrival = last;
    }
  }
  totals_.events_dropped += occurrences(slots_[oldest].block);
  ++totals_.groups_dropped;
  erase(oldest);
  account();
  return true;
}

void Table::each(const std::function<void(const View&)>& what) const {
  std::array<Occurrence, small_group_max + 1> few;
  for (const Slot& slot : slots_) {
    if (slot.block == 0) continue;
    View view{key_of(slot.block), live_of(slot.block), {}};
    if (!view.live) view.few = {few.data(), read_few(slot.block, few.data())};
    what(view);
  }
}

void Table::restore(std::string_view key, uint64_t hash, std::span<const Occurrence> few) {
  if (slots_.empty()) grow();
  const auto short_hash = static_cast<uint32_t>(hash >> 32);
  store_few(find(key, short_hash), key, short_hash, few);
}

LiveGroup& Table::restore_live(std::string_view key, uint64_t hash) {
  if (slots_.empty()) grow();
  const auto short_hash = static_cast<uint32_t>(hash >> 32);
  return *live_of(slots_[make_live(find(key, short_hash), key, short_hash, {})].block);
}

void Table::restored() {
  live_bytes_ = 0;
  for (const Slot& slot : slots_)
    if (slot.block != 0)
      if (const LiveGroup* live = live_of(slot.block)) live_bytes_ += live->bytes();
  account();
}

}  // namespace yagura::detect::correlation
