#include "detect/literal_index.hpp"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "base/check.hpp"

namespace yagura::detect {
namespace {

/// Longer beginnings and endings are found by a gram: walking the value further costs more.
constexpr size_t table_literal_bytes_max = 32;
constexpr size_t whole_literal_bytes_max = 4096;

/// Of longer literals that may stand anywhere the beginning is sought.
constexpr size_t literal_bytes_max = 4096;

/// Ways to write the dashes of one pattern: past it its longest text is looked for.
constexpr size_t spellings_max = 25;

/// How often a byte stands in paths, command lines and scripts, roughly: grams of rare bytes are better.
uint32_t commonness(char c) {
  if (c >= 'a' && c <= 'z') return std::string_view("etaoinsrcdlmp").find(c) != std::string_view::npos ? 6 : 4;
  if (c == ' ' || c == '\\' || c == '.' || c == '\0') return 6;
  if (c >= '0' && c <= '9') return 4;
  if (c == '-' || c == '/' || c == ':' || c == '_' || c == '"') return 4;
  return 1;
}

}  // namespace

bool LiteralIndex::add(uint32_t target, const Pattern& pattern, bool sure) {
  // A text with its dashes spelled out is longer, rarer, and needs no second look. Their shortest form comes first, so
  // that either all of them can be found or none.
  if (std::ranges::any_of(pattern.parts, [](const PatternPart& part) { return part.kind == PatternPart::Kind::dash; }))
    if (const auto spelled = pattern.spelled_out(spellings_max))
      return std::ranges::all_of(*spelled, [&](const Pattern& one) { return add(target, one, sure); });
  using Shape = Pattern::Shape;
  const Shape shape = pattern.shape();
  std::string_view text = pattern.longest_literal();
  Place place = Place::anywhere;
  bool certain = sure;
  switch (shape) {
    case Shape::anything:
      return false;
    case Shape::exact:
      place = text.size() <= whole_literal_bytes_max ? Place::whole : Place::anywhere;
      certain = certain && place == Place::whole;
      break;
    case Shape::prefix:
    case Shape::suffix:
      if (text.size() <= table_literal_bytes_max)
        place = shape == Shape::prefix ? Place::start : Place::end;
      else
        certain = false;
      break;
    case Shape::contains:
      break;
    case Shape::other:
      certain = false;
      break;
  }
  if (place == Place::anywhere && text.empty()) return false;
  if (place == Place::anywhere && text.size() > literal_bytes_max) {
    text = text.substr(0, literal_bytes_max);
    certain = false;
  }
  literals_.push_back(
      {static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(text.size()), target, place, certain});
  bytes_ += text;
  return true;
}

void LiteralIndex::add_piece(uint32_t target, std::string_view text) {
  check(!text.empty(), "an empty piece is to be searched for");
  text = text.substr(0, literal_bytes_max);
  literals_.push_back(
      {static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(text.size()), target, Place::anywhere, false});
  bytes_ += text;
}

void LiteralIndex::Table::build(const std::vector<std::pair<uint64_t, uint32_t>>& entries) {
  if (entries.empty()) return;
  slots.assign(std::bit_ceil(entries.size() * 2), Slot{});
  for (const auto& [hash, literal] : entries) {
    size_t at = hash & mask();
    while (slots[at].literal != none) at = (at + 1) & mask();
    slots[at] = {hash, literal};
  }
}

void LiteralIndex::build_tables() {
  std::vector<std::pair<uint64_t, uint32_t>> whole;
  std::vector<std::pair<uint64_t, uint32_t>> start;
  std::vector<std::pair<uint64_t, uint32_t>> end;
  const auto note = [](Table& table, size_t size) {
    if (table.sizes.size() <= size) table.sizes.resize(size + 1);
    table.sizes[size] = true;
  };
  for (uint32_t i = 0; i < literals_.size(); ++i) {
    const std::string_view text = text_of(literals_[i]);
    uint64_t hash = 0;
    if (literals_[i].place == Place::end) {
      for (size_t n = text.size(); n > 0; --n) hash = step(hash, text[n - 1]);
      end.emplace_back(hash, i);
      note(end_, text.size());
      end_.note_edge(text, true);
    } else if (literals_[i].place == Place::start) {
      for (const char c : text) hash = step(hash, c);
      start.emplace_back(hash, i);
      note(start_, text.size());
      start_.note_edge(text, false);
    } else if (literals_[i].place == Place::whole) {
      whole.emplace_back(quick_hash(text, 0), i);
      note(whole_, text.size());
    }
  }
  whole_.build(whole);
  start_.build(start);
  end_.build(end);
}

void LiteralIndex::Table::note_edge(std::string_view text, bool at_end) {
  any_edge = any_edge || text.size() < 2;
  if (any_edge) return;
  const size_t two = edge_of<2>(text.data() + (at_end ? text.size() - 2 : 0), 1023);
  if (text.size() < 4) edges2[two / 64] |= uint64_t{1} << two % 64;
  if (text.size() < 4) return;
  const size_t four = edge_of<4>(text.data() + (at_end ? text.size() - 4 : 0), 4095);
  edges4[four / 64] |= uint64_t{1} << four % 64;
}

template <size_t Size>
uint32_t LiteralIndex::rarest(std::string_view text, const std::unordered_map<uint32_t, uint32_t>& counts) {
  uint64_t best = UINT64_MAX;
  uint32_t chosen = 0;
  for (uint32_t at = 0; at + Size <= text.size(); ++at) {
    uint64_t score = 2 * std::bit_width(counts.at(gram_of<Size>(text.data() + at)));
    for (size_t k = 0; k < Size; ++k) score += commonness(text[at + k]);
    if (score >= best) continue;
    best = score;
    chosen = at;
  }
  return chosen;
}

bool LiteralIndex::Entry::fits(std::string_view value, size_t start, const char* bytes) const {
  if (start + size > value.size()) return false;
  const char* const there = value.data() + start;
  const __m128i mine = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data()));
  const __m128i its = _mm_loadu_si128(reinterpret_cast<const __m128i*>(there));
  const auto equal = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(mine, its)));
  const uint32_t wanted = size >= text_bytes ? 0xFFFFU : (1U << size) - 1;
  if ((equal & wanted) != wanted) return false;
  return size <= text_bytes || std::memcmp(there + text_bytes, bytes + offset + text_bytes, size - text_bytes) == 0;
}

template <size_t Size>
void LiteralIndex::build_grams() {
  std::vector<uint32_t> mine;
  std::unordered_map<uint32_t, uint32_t> counts;
  for (uint32_t n = 0; n < literals_.size(); ++n) {
    const std::string_view text = text_of(literals_[n]);
    if (literals_[n].place != Place::anywhere || (Size == 4 ? text.size() < 4 : text.size() != Size)) continue;
    mine.push_back(n);
    for (size_t i = 0; i + Size <= text.size(); ++i) ++counts[gram_of<Size>(text.data() + i)];
  }
  if (mine.empty()) return;
  Grams& grams = grams_[4 - Size];
  // One bit in 64 set at most, within 32 KiB, so that the table stays in the first-level cache; large sets may take
  // up to 512 KiB of the second level, which costs less than looking at one candidate in ten places.
  const auto wanted = static_cast<unsigned>(std::bit_width(mine.size()));
  const unsigned width = std::clamp(wanted + 6, 10U, std::clamp(wanted + 4, 18U, 22U));
  grams.shift = 32 - width;
  grams.bits.assign(size_t{1} << (width - 6), 0);
  std::vector<std::pair<uint32_t, Entry>> all;  // by hash
  for (const uint32_t n : mine) {
    const Literal& literal = literals_[n];
    const std::string_view text = text_of(literal);
    const uint32_t before = rarest<Size>(text, counts);
    Entry entry;
    std::memcpy(entry.text.data(), text.data(), std::min(text.size(), Entry::text_bytes));
    entry.offset = literal.offset;
    entry.target = literal.target;
    entry.size = static_cast<uint16_t>(text.size());
    entry.before = static_cast<uint16_t>(before);
    entry.certain = literal.certain;
    const uint32_t hash = scramble(gram_of<Size>(text.data() + before)) >> grams.shift;
    grams.bits[hash >> 6] |= uint64_t{1} << (hash & 63);
    all.emplace_back(hash, entry);
  }
  std::ranges::sort(all, {}, [](const auto& each) { return std::pair(each.first, each.second.target); });
  uint32_t known = 0;
  for (const uint64_t word : grams.bits) {
    grams.before.push_back(known);
    known += static_cast<uint32_t>(std::popcount(word));
  }
  for (size_t next = 0; next < all.size(); ++next) {
    if (next == 0 || all[next].first != all[next - 1].first)
      grams.heads.push_back(static_cast<uint32_t>(entries_.size()));
    entries_.push_back(all[next].second);
  }
  grams.heads.push_back(static_cast<uint32_t>(entries_.size()));
}

/// Looks for known grams, one place after the other or sixteen at once.
struct GramScan {
  template <size_t Size>
  static size_t plain(const LiteralIndex::Grams& grams, const char* at, size_t places, uint32_t* out) {
    // Held in locals: the compiler can't know that writing `out` leaves the index as it is.
    const uint64_t* const bits = grams.bits.data();
    const unsigned shift = grams.shift;
    size_t count = 0;
    // Without a branch a byte: most bytes are no candidate, but which are is not to be guessed.
    for (size_t i = 0; i < places; ++i) {
      const uint32_t hash = LiteralIndex::scramble(LiteralIndex::gram_at<Size>(at + i)) >> shift;
      out[count] = static_cast<uint32_t>(i);
      count += bits[hash >> 6] >> (hash & 63) & 1;
    }
    return count;
  }

  template <size_t Size>
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi"))) static size_t wide(const LiteralIndex::Grams& grams,
                                                                                     const char* at, size_t places,
                                                                                     uint32_t* out) {
    constexpr size_t block = 16;
    alignas(64) static constexpr std::array<uint8_t, 64> four_each = [] {
      std::array<uint8_t, 64> bytes{};
      for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i / 4 + i % 4);
      return bytes;
    }();
    const __m512i spread = _mm512_load_si512(four_each.data());
    const __m512i factor = _mm512_set1_epi32(static_cast<int>(LiteralIndex::scramble(1)));
    const __m512i wanted = _mm512_set1_epi32(Size == 4 ? -1 : (1 << 8 * Size % 32) - 1);
    const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(grams.shift));
    const __m512i one = _mm512_set1_epi32(1);
    __m512i place = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    size_t count = 0;
    for (size_t i = 0; i < places; i += block) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + i));
      const __m512i each = _mm512_permutexvar_epi8(spread, _mm512_castsi256_si512(bytes));
      const __m512i hash = _mm512_srl_epi32(_mm512_mullo_epi32(_mm512_and_si512(each, wanted), factor), shift);
      const __m512i words = _mm512_i32gather_epi32(_mm512_srli_epi32(hash, 5), grams.bits.data(), 4);
      const __m512i bit = _mm512_sllv_epi32(one, _mm512_and_si512(hash, _mm512_set1_epi32(31)));
      const uint32_t within = places - i >= block ? 0xFFFFU : (1U << (places - i)) - 1;
      const __mmask16 known = _mm512_mask_test_epi32_mask(static_cast<__mmask16>(within), words, bit);
      _mm512_mask_compressstoreu_epi32(out + count, known, place);
      count += static_cast<size_t>(std::popcount(static_cast<uint32_t>(known)));
      place = _mm512_add_epi32(place, _mm512_set1_epi32(block));
    }
    return count;
  }
};

bool LiteralIndex::vectors() {
  static const bool there = __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
                            __builtin_cpu_supports("avx512vbmi") != 0;
  return there;
}

template <size_t Size>
size_t LiteralIndex::find_known(bool vectors, const Grams& grams, const char* at, size_t places, uint32_t* out) {
  return vectors ? GramScan::wide<Size>(grams, at, places, out) : GramScan::plain<Size>(grams, at, places, out);
}
template size_t LiteralIndex::find_known<4>(bool, const Grams&, const char*, size_t, uint32_t*);
template size_t LiteralIndex::find_known<3>(bool, const Grams&, const char*, size_t, uint32_t*);
template size_t LiteralIndex::find_known<2>(bool, const Grams&, const char*, size_t, uint32_t*);

void LiteralIndex::build() {
  build_tables();
  build_grams<4>();
  build_grams<3>();
  build_grams<2>();
  for (uint32_t i = 0; i < literals_.size(); ++i)
    if (literals_[i].place == Place::anywhere && literals_[i].size == 1) single_.push_back(i);
  std::ranges::sort(single_, {}, [&](uint32_t i) { return bytes_[literals_[i].offset]; });
}

}  // namespace yagura::detect
