#include "detect/keyword_filter.hpp"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

constexpr std::string_view kelvin = "\xE2\x84\xAA";  // folds to 'k'
constexpr std::string_view long_s = "\xC5\xBF";      // folds to 's'

/// JSON may write these only as they are, or as \u escapes, which hides() knows.
bool plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '/';
}

/// The longest run of plain characters.
std::string_view plain_run(std::string_view text) {
  std::string_view best;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && plain(text[end])) ++end;
    if (end - at > best.size()) best = text.substr(at, end - at);
    at = end + 1;
  }
  return best;
}

/// How common a byte is in the JSON of logs, roughly.
int commonness(char c) {
  if (c == ' ' || c == '0' || std::string_view("etaoinsr").find(c) != std::string_view::npos) return 8;
  if (c >= 'a' && c <= 'z') return std::string_view("jkqvwxz").find(c) != std::string_view::npos ? 2 : 6;
  if (c >= '0' && c <= '9') return 6;
  return c == ':' || c == '.' || c == '-' || c == ',' ? 4 : 1;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

bool KeywordFilter::add(const Pattern& pattern) {
  std::string_view best;
  for (const PatternPart& part : pattern.parts)
    if (const std::string_view run = plain_run(part.text); run.size() > best.size()) best = run;
  if (best.size() < piece_bytes_min) return false;
  const std::string text(best);
  if (std::ranges::find(pieces_, text, &Piece::text) != pieces_.end()) return true;
  Piece piece{text, 0};
  int rarest = INT32_MAX;
  for (uint32_t at = 0; at + window <= text.size(); ++at) {
    const int common = std::accumulate(text.begin() + at, text.begin() + at + window, 0,
                                       [](int sum, char c) { return sum + commonness(c); });
    if (common >= rarest) continue;
    rarest = common;
    piece.window_at = at;
  }
  pieces_.push_back(std::move(piece));
  return true;
}

void KeywordFilter::note(size_t bucket, size_t place, char c) {
  const auto put = [&](unsigned byte) {
    low_[place][byte & 15] |= static_cast<uint8_t>(1U << bucket);
    high_[place][byte >> 4] |= static_cast<uint8_t>(1U << bucket);
  };
  put(static_cast<unsigned char>(c));
  if (c >= 'a' && c <= 'z') put(static_cast<unsigned char>(c) - 0x20);
}

void KeywordFilter::build() {
  std::ranges::sort(pieces_, {}, [](const Piece& piece) { return piece.text.substr(piece.window_at, window); });
  for (uint32_t i = 0; i < pieces_.size(); ++i) {
    const size_t bucket = i * hiding_bucket / pieces_.size();
    in_bucket_[bucket].push_back(i);
    for (size_t place = 0; place < window; ++place) note(bucket, place, pieces_[i].text[pieces_[i].window_at + place]);
    for (const char c : pieces_[i].text) letters_[static_cast<unsigned char>(c)] = true;
  }
  for (size_t place = 0; place < window; ++place) {
    for (const std::string_view hiding : {std::string_view("\\u0"), std::string_view("\\u2"), kelvin})
      note(hiding_bucket, place, hiding[place]);
    if (place < long_s.size())
      note(hiding_bucket, place, long_s[place]);
    else
      for (int c = 0; c < 256; ++c) note(hiding_bucket, place, static_cast<char>(c));
  }
}

bool KeywordFilter::hides(std::string_view json, size_t at) const {
  const std::string_view rest = json.substr(at);
  if (rest.starts_with(kelvin) || rest.starts_with(long_s)) return true;
  if (rest.size() < 6 || !rest.starts_with("\\u")) return false;
  unsigned code = 0;
  for (const char c : rest.substr(2, 4)) {
    const int digit = hex_digit(c);
    if (digit < 0) return false;
    code = code * 16 + static_cast<unsigned>(digit);
  }
  if (code == 0x212A || code == 0x017F) return true;
  return code < 128 && letters_[static_cast<unsigned char>(ascii_lower(static_cast<char>(code)))];
}

bool KeywordFilter::confirm(std::string_view json, size_t at, uint32_t mask) const {
  for (; mask != 0; mask &= mask - 1) {
    const auto bucket = static_cast<size_t>(std::countr_zero(mask));
    if (bucket == hiding_bucket && hides(json, at)) return true;
    for (const uint32_t index : in_bucket_[bucket]) {
      const Piece& piece = pieces_[index];
      if (piece.window_at > at || at - piece.window_at + piece.text.size() > json.size()) continue;
      const std::string_view there = json.substr(at - piece.window_at, piece.text.size());
      if (std::ranges::equal(there, piece.text, [](char a, char b) { return ascii_lower(a) == b; })) return true;
    }
  }
  return false;
}

bool KeywordFilter::may_hold_plain(std::string_view json) const {
  for (size_t at = 0; at + window <= json.size(); ++at) {
    uint32_t mask = 0xFF;
    for (size_t place = 0; place < window; ++place) {
      const auto byte = static_cast<unsigned char>(json[at + place]);
      mask &= low_[place][byte & 15] & high_[place][byte >> 4];
    }
    if (mask != 0 && confirm(json, at, mask)) return true;
  }
  return json.ends_with(long_s);
}

/// Blocks of 64 or 32 places at once; the last block overlaps the one before it.
struct KeywordScan {
  __attribute__((target("avx512bw"))) static bool wide(const KeywordFilter& filter, std::string_view json) {
    constexpr size_t block = 64;
    __m512i low[KeywordFilter::window];
    __m512i high[KeywordFilter::window];
    for (size_t i = 0; i < KeywordFilter::window; ++i) {
      low[i] = _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(filter.low_[i].data())));
      high[i] = _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(filter.high_[i].data())));
    }
    const __m512i half = _mm512_set1_epi8(15);
    const size_t last = json.size() - block - KeywordFilter::window + 1;
    for (size_t at = 0;; at = std::min(at + block, last)) {
      __m512i found = _mm512_set1_epi8(-1);
      for (size_t i = 0; i < KeywordFilter::window; ++i) {
        const __m512i bytes = _mm512_loadu_si512(json.data() + at + i);
        const __m512i upper = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), half);
        const __m512i known = _mm512_and_si512(_mm512_shuffle_epi8(low[i], _mm512_and_si512(bytes, half)),
                                               _mm512_shuffle_epi8(high[i], upper));
        found = _mm512_and_si512(found, known);
      }
      if (const uint64_t places = _mm512_test_epi8_mask(found, found); places != 0) [[unlikely]] {
        alignas(64) uint8_t masks[block];
        _mm512_store_si512(masks, found);
        for (uint64_t left = places; left != 0; left &= left - 1) {
          const auto place = static_cast<size_t>(std::countr_zero(left));
          if (filter.confirm(json, at + place, masks[place])) return true;
        }
      }
      if (at == last) return json.ends_with(long_s);
    }
  }

  __attribute__((target("avx2"))) static bool narrow(const KeywordFilter& filter, std::string_view json) {
    constexpr size_t block = 32;
    __m256i low[KeywordFilter::window];
    __m256i high[KeywordFilter::window];
    for (size_t i = 0; i < KeywordFilter::window; ++i) {
      low[i] = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(filter.low_[i].data())));
      high[i] = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(filter.high_[i].data())));
    }
    const __m256i half = _mm256_set1_epi8(15);
    const size_t last = json.size() - block - KeywordFilter::window + 1;
    for (size_t at = 0;; at = std::min(at + block, last)) {
      __m256i found = _mm256_set1_epi8(-1);
      for (size_t i = 0; i < KeywordFilter::window; ++i) {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(json.data() + at + i));
        const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);
        const __m256i known = _mm256_and_si256(_mm256_shuffle_epi8(low[i], _mm256_and_si256(bytes, half)),
                                               _mm256_shuffle_epi8(high[i], upper));
        found = _mm256_and_si256(found, known);
      }
      if (_mm256_testz_si256(found, found) == 0) [[unlikely]] {
        alignas(32) uint8_t masks[block];
        _mm256_store_si256(reinterpret_cast<__m256i*>(masks), found);
        for (size_t place = 0; place < block; ++place)
          if (masks[place] != 0 && filter.confirm(json, at + place, masks[place])) return true;
      }
      if (at == last) return json.ends_with(long_s);
    }
  }
};

bool KeywordFilter::may_hold(std::string_view json) const {
  static const bool has_wide = __builtin_cpu_supports("avx512bw") != 0;
  static const bool has_narrow = __builtin_cpu_supports("avx2") != 0;
  if (has_wide && json.size() >= 128) return KeywordScan::wide(*this, json);
  if (has_narrow && json.size() >= 64) return KeywordScan::narrow(*this, json);
  return may_hold_plain(json);
}

}  // namespace yagura::detect
