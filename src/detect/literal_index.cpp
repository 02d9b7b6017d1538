#include "detect/literal_index.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <unordered_map>

#include "base/check.hpp"

namespace yagura::detect {
namespace {

/// Longer beginnings and endings are found by a gram: walking the value further costs more.
constexpr size_t table_literal_bytes_max = 32;
constexpr size_t whole_literal_bytes_max = 4096;

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

bool LiteralIndex::add(uint32_t target, const Pattern& pattern) {
  // A text with its dashes spelled out is longer, rarer, and needs no second look. Their shortest form comes first, so
  // that either all of them can be found or none.
  if (std::ranges::any_of(pattern.parts, [](const PatternPart& part) { return part.kind == PatternPart::Kind::dash; }))
    if (const auto spelled = pattern.spelled_out(spellings_max))
      return std::ranges::all_of(*spelled, [&](const Pattern& one) { return add(target, one); });
  using Shape = Pattern::Shape;
  const Shape shape = pattern.shape();
  std::string_view text = pattern.longest_literal();
  Place place = Place::anywhere;
  bool certain = true;
  switch (shape) {
    case Shape::anything:
      return false;
    case Shape::exact:
      place = text.size() <= whole_literal_bytes_max ? Place::whole : Place::anywhere;
      certain = place == Place::whole;
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
  if (place == Place::anywhere && text.size() < 2) return false;
  literals_.push_back(
      {static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(text.size()), target, place, certain});
  bytes_ += text;
  return true;
}

void LiteralIndex::add_piece(uint32_t target, std::string_view text) {
  check(text.size() >= 2, "a piece to search for is too short");
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
      end_.note_edge(text.size() < 2 ? none_edge : edge_of(text.data() + text.size() - 2));
    } else if (literals_[i].place == Place::start) {
      for (const char c : text) hash = step(hash, c);
      start.emplace_back(hash, i);
      note(start_, text.size());
      start_.note_edge(text.size() < 2 ? none_edge : edge_of(text.data()));
    } else if (literals_[i].place == Place::whole) {
      whole.emplace_back(quick_hash(text, 0), i);
      note(whole_, text.size());
    }
  }
  whole_.build(whole);
  start_.build(start);
  end_.build(end);
}

void LiteralIndex::Table::note_edge(size_t edge) {
  if (edge == none_edge)
    edges.fill(~uint64_t{0});
  else
    edges[edge / 64] |= uint64_t{1} << edge % 64;
}

template <size_t Size>
uint32_t LiteralIndex::rarest(std::string_view text, const std::unordered_map<uint32_t, uint32_t>& counts,
                              uint32_t count) {
  uint64_t best = UINT64_MAX;
  uint32_t chosen = 0;
  for (uint32_t first = 0; first + Size + count - 1 <= text.size(); ++first) {
    uint64_t score = 0;
    for (uint32_t i = first; i < first + count; ++i) {
      score += 2 * std::bit_width(counts.at(gram_at<Size>(text.data() + i)));
      for (size_t k = 0; k < Size; ++k) score += commonness(text[i + k]);
    }
    if (score >= best) continue;
    best = score;
    chosen = first;
  }
  return chosen;
}

template <size_t Size>
LiteralIndex::Grams LiteralIndex::choose_grams() const {
  std::vector<uint32_t> mine;
  for (uint32_t n = 0; n < literals_.size(); ++n)
    if (literals_[n].place == Place::anywhere && (Size == 4 ? literals_[n].size >= 4 : literals_[n].size < 4))
      mine.push_back(n);
  std::unordered_map<uint32_t, uint32_t> counts;
  bool pairs = true;
  for (const uint32_t n : mine) {
    const std::string_view text = text_of(literals_[n]);
    pairs = pairs && text.size() > Size;
    for (size_t i = 0; i + Size <= text.size(); ++i) ++counts[gram_at<Size>(text.data() + i)];
  }
  std::vector<std::pair<uint32_t, Grams::Entry>> all;
  for (const uint32_t n : mine) {
    const std::string_view text = text_of(literals_[n]);
    const uint32_t first = rarest<Size>(text, counts, pairs ? 2 : 1);
    for (uint32_t i = first; i <= first + (pairs ? 1 : 0); ++i)
      all.emplace_back(gram_at<Size>(text.data() + i), Grams::Entry{n, i});
  }
  Grams out;
  out.stride = pairs ? 2 : 1;
  out.build(std::move(all));
  return out;
}

void LiteralIndex::Grams::build(std::vector<std::pair<uint32_t, Entry>> all) {
  if (all.empty()) return;
  std::ranges::sort(all, [](const auto& a, const auto& b) {
    return std::pair(a.first, a.second.literal) < std::pair(b.first, b.second.literal);
  });
  // One bit in 64 set at most, within 32 KiB, so that the table stays in the first-level cache; large sets may take
  // up to 512 KiB of the second level, which costs less than looking at one candidate in ten places.
  const auto wanted = static_cast<unsigned>(std::bit_width(all.size()));
  const unsigned width = std::clamp(wanted + 6, 10U, std::clamp(wanted + 4, 18U, 22U));
  shift = 32 - width;
  bits.assign(size_t{1} << (width - 6), 0);
  slots.assign(std::bit_ceil(all.size() * 2), Slot{});
  for (const auto& [gram, entry] : all) {
    const uint32_t hash = scramble(gram) >> shift;
    bits[hash >> 6] |= uint64_t{1} << (hash & 63);
    size_t at = scramble(gram) >> 7 & (slots.size() - 1);
    while (slots[at].count != 0 && slots[at].gram != gram) at = (at + 1) & (slots.size() - 1);
    if (slots[at].count++ == 0) {
      slots[at].gram = gram;
      slots[at].first = static_cast<uint32_t>(entries.size());
    }
    entries.push_back(entry);
  }
}

void LiteralIndex::build() {
  build_tables();
  grams4_ = choose_grams<4>();
  grams2_ = choose_grams<2>();
}

}  // namespace yagura::detect
