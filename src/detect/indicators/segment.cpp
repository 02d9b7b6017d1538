#include "detect/indicators/segment.hpp"

#include <algorithm>
#include <new>

#include "base/check.hpp"

namespace yagura::detect {
namespace {

constexpr size_t remembered_max = 65'536;  // texts and listings that are told apart while a segment is made
constexpr size_t slots_min = 16;

}  // namespace

void NetworkShape::add(std::string_view packed) {
  const auto bits = static_cast<unsigned char>(packed.front());
  if (packed.size() != 5) {
    v6_lengths.set(bits);
    return;
  }
  v4_lengths.set(bits);
  const size_t first =
      static_cast<size_t>(static_cast<unsigned char>(packed[1])) << 8 | static_cast<unsigned char>(packed[2]);
  const size_t count = bits >= 16 ? 1 : size_t{1} << (16 - bits);
  for (size_t i = 0; i < count; ++i) v4_sixteens.set(first + i);
}

void NetworkShape::add(const NetworkShape& other) {
  v4_lengths |= other.v4_lengths;
  v6_lengths |= other.v6_lengths;
  v4_sixteens |= other.v4_sixteens;
}

void GrowingBytes::reserve(size_t size) {
  void* grown = std::realloc(data_.get(), std::max<size_t>(size, 1));
  if (!grown) throw std::bad_alloc();
  static_cast<void>(data_.release());
  data_.reset(static_cast<char*>(grown));
  room_ = size;
}

void GrowingBytes::append(const void* bytes, size_t size) {
  if (size > room_ - size_) reserve(std::max(size_ + size, room_ + room_ / 2));
  if (size > 0) std::memcpy(data_.get() + size_, bytes, size);
  size_ += size;
}

void GrowingBytes::resize(size_t size) {
  if (size > room_) reserve(size);
  size_ = size;
}

void GrowingBytes::shrink() {
  if (room_ > size_) reserve(size_);
}

void Segment::index(size_t slots) {
  slots_.assign(std::max(slots, slots_min), 0);
  each(0, [&](const Record& record, size_t at) {
    size_t slot = place(indicator_hash(record.type, record.value));
    while (slots_[slot] != 0) slot = slot + 1 == slots_.size() ? 0 : slot + 1;
    slots_[slot] = static_cast<uint32_t>(at + 1);
    return true;
  });
}

uint64_t Segment::bytes() const {
  uint64_t out = records_.size() + listings_.size() * sizeof(PackedListing) + slots_.size() * sizeof(uint32_t) +
                 (networks_ ? sizeof(NetworkShape) : 0);
  for (const std::string& text : texts_) out += sizeof(std::string) + text.size();
  return out;
}

bool SegmentBuilder::has(uint64_t hash, IndicatorType type, std::string_view value, uint32_t source) const {
  bool found = false;
  segment_->find(hash, type, value,
                 [&](const Segment::Record& record) { found = found || record.listing->source == source; });
  return found;
}

bool SegmentBuilder::full() const {
  return segment_->count_ >= segment_records_max || segment_->records_.size() >= segment_bytes_max;
}

uint32_t SegmentBuilder::text_of(std::string_view context, std::string_view tags) {
  if (context.empty() && tags.empty()) return 0;
  std::string text(context);
  text += '\n';
  text += tags;
  if (texts_.size() >= remembered_max) texts_.clear();
  const auto [it, fresh] = texts_.emplace(text, static_cast<uint32_t>(segment_->texts_.size()));
  if (fresh) segment_->texts_.push_back(std::move(text));
  return it->second;
}

uint32_t SegmentBuilder::listing_of(const PackedListing& listing) {
  std::vector<PackedListing>& all = segment_->listings_;
  if (!all.empty() && all.back() == listing) return static_cast<uint32_t>(all.size() - 1);
  if (listings_.size() >= remembered_max) listings_.clear();
  const auto [it, fresh] =
      listings_.emplace(std::string(reinterpret_cast<const char*>(&listing), sizeof listing), all.size());
  if (fresh) all.push_back(listing);
  return it->second;
}

SegmentBuilder::Added SegmentBuilder::add(IndicatorType type, std::string_view value, PackedListing listing,
                                          std::string_view context, std::string_view tags) {
  check(!value.empty() && value.size() <= 2 * indicator_bytes_max, "a packed value is neither empty nor endless");
  Segment& segment = *segment_;
  if (segment.slots_.size() * 4 <= (size_t{segment.count_} + 1) * 5) segment.index(segment.slots_.size() * 2);
  listing.text = text_of(context, tags);
  const uint64_t hash = indicator_hash(type, value);
  size_t at = segment.place(hash);
  for (; segment.slots_[at] != 0; at = at + 1 == segment.slots_.size() ? 0 : at + 1) {
    const size_t place = segment.slots_[at] - 1;
    const Segment::Record record = segment.record_at(place);
    if (record.type != type || record.value != value || record.listing->source != listing.source) continue;
    const uint32_t number = listing_of(listing);
    std::memcpy(segment.records_.data() + place, &number, sizeof number);
    return Added::again;
  }
  if (full()) return Added::full;
  const uint32_t number = listing_of(listing);
  const auto size = static_cast<uint16_t>(value.size());
  char head[Segment::header_bytes];
  std::memcpy(head, &number, 4);
  head[4] = static_cast<char>(type);
  std::memcpy(head + 5, &size, 2);
  segment.slots_[at] = static_cast<uint32_t>(segment.records_.size() + 1);
  segment.records_.append(head, sizeof head);
  segment.records_.append(value.data(), value.size());
  ++segment.count_;
  segment.types_ |= static_cast<uint16_t>(1U << static_cast<unsigned>(type));
  if (type == IndicatorType::cidr) {
    if (!segment.networks_) segment.networks_ = std::make_unique<NetworkShape>();
    segment.networks_->add(value);
  }
  return Added::fresh;
}

std::shared_ptr<const Segment> SegmentBuilder::seal() {
  Segment& segment = *segment_;
  segment.records_.shrink();
  segment.listings_.shrink_to_fit();
  segment.texts_.shrink_to_fit();
  segment.index(size_t{segment.count_} + segment.count_ / 3);
  std::shared_ptr<const Segment> out(std::move(segment_));
  *this = SegmentBuilder();
  return out;
}

}  // namespace yagura::detect
