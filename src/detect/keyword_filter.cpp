#include "detect/keyword_filter.hpp"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

constexpr std::string_view kelvin = "\xE2\x84\xAA";  // folds to 'k'
constexpr std::string_view long_s = "\xC5\xBF";      // folds to 's'
constexpr uint32_t hash_factor = 0x9E3779B1U;

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

/// How much of the JSON of logs a lower-case byte is with its capital, roughly.
double share(char c) {
  if (c == ' ') return 0.06;
  if (c >= 'a' && c <= 'z') {
    if (std::string_view("etaoinsr").find(c) != std::string_view::npos) return 0.05;
    return std::string_view("jkqvwxz").find(c) != std::string_view::npos ? 0.005 : 0.02;
  }
  if (c >= '0' && c <= '9') return c == '0' ? 0.04 : 0.02;
  return c == ':' || c == '.' || c == '-' || c == ',' ? 0.02 : 0.003;
}

/// Words that stand in most events of Windows as names or in values, whatever their letters' shares.
constexpr std::string_view usual_words =
    "windows microsoft keywords kernel system32 operational version security auditing process creation event channel "
    "provider message computer user account domain session logon object handle access image command line parent "
    "integrity level hashes program files explorer svchost powershell false true null information severity category "
    "opcode task thread source name type time utc local guid subject service registry target details reserved host "
    "attribute record number module port current directory company product description application network execution "
    ".exe .dll .com .local .log sysmon audit success admin";
/// What a window that stands in one of them adds to what fits by chance, at least.
constexpr double usual_share = 0.004;

bool usual(std::string_view window) {
  return usual_words.contains(window);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

/// Deals pieces out to buckets.
class KeywordBuckets {
 public:
  KeywordBuckets(size_t buckets) : buckets_(buckets) {}

  /// The bucket in which one of the piece's windows adds least to what fits by chance; sets window_at.
  size_t best(KeywordFilter::Piece& piece) const {
    double least = std::numeric_limits<double>::max();
    size_t out = 0;
    for (uint32_t at = 0; at + KeywordFilter::window <= piece.text.size(); ++at) {
      const double always = usual({piece.text.data() + at, KeywordFilter::window}) ? usual_share : 0;
      for (size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        const double more = always + added_by(buckets_[bucket], piece.text.data() + at);
        if (more >= least) continue;
        least = more;
        out = bucket;
        piece.window_at = at;
      }
    }
    return out;
  }

  /// Counts the piece's window in (`by` 1) or out (-1).
  void count(size_t bucket, const KeywordFilter::Piece& piece, int by) {
    for (size_t place = 0; place < KeywordFilter::window; ++place) {
      const char c = piece.text[piece.window_at + place];
      int& there = buckets_[bucket].counts[place][static_cast<unsigned char>(c)];
      if (there == (by > 0 ? 0 : 1)) buckets_[bucket].shares[place] += by * share(c);
      there += by;
    }
  }

 private:
  struct Bucket {
    std::array<std::array<int, 128>, KeywordFilter::window> counts{};
    std::array<double, KeywordFilter::window> shares{};
  };

  static double added_by(const Bucket& bucket, const char* text) {
    double before = 1;
    double after = 1;
    for (size_t place = 0; place < KeywordFilter::window; ++place) {
      const bool there = bucket.counts[place][static_cast<unsigned char>(text[place])] != 0;
      before *= bucket.shares[place];
      after *= bucket.shares[place] + (there ? 0 : share(text[place]));
    }
    return after - before;
  }

  std::vector<Bucket> buckets_;
};

bool KeywordFilter::add(const Pattern& pattern) {
  std::string_view best;
  for (const PatternPart& part : pattern.parts)
    if (const std::string_view run = plain_run(part.text); run.size() > best.size()) best = run;
  if (best.size() < piece_bytes_min) return false;
  const std::string text(best);
  if (std::ranges::find(pieces_, text, &Piece::text) == pieces_.end()) pieces_.push_back({text, 0});
  return true;
}

uint32_t KeywordFilter::window_of(const char* at) {
  uint32_t out = 0;
  for (size_t i = 0; i < window; ++i) out = out << 8 | static_cast<unsigned char>(ascii_lower(at[i]));
  return out;
}

void KeywordFilter::note(size_t bucket, size_t place, char c) {
  const auto put = [&](unsigned byte) {
    known_[bucket / bank_buckets][place][byte & 127] |= static_cast<uint8_t>(1U << bucket % bank_buckets);
    const auto half_bit = static_cast<uint8_t>(1U << bucket / banks_);
    low_[place][byte & 15] |= half_bit;
    high_[place][byte >> 4] |= half_bit;
  };
  put(static_cast<unsigned char>(c));
  if (c >= 'a' && c <= 'z') put(static_cast<unsigned char>(c) - 0x20);
}

void KeywordFilter::build() {
  banks_ = pieces_.size() > bank_pieces_max ? banks_max : 1;
  const size_t hiding_bucket = banks_ * bank_buckets - 1;
  KeywordBuckets buckets(hiding_bucket);
  std::vector<size_t> bucket_of(pieces_.size());
  for (int pass = 0; pass < 3; ++pass)
    for (size_t i = 0; i < pieces_.size(); ++i) {
      if (pass > 0) buckets.count(bucket_of[i], pieces_[i], -1);
      bucket_of[i] = buckets.best(pieces_[i]);
      buckets.count(bucket_of[i], pieces_[i], 1);
    }
  for (size_t i = 0; i < pieces_.size(); ++i) {
    for (size_t place = 0; place < window; ++place)
      note(bucket_of[i], place, pieces_[i].text[pieces_[i].window_at + place]);
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
  index_windows();
}

void KeywordFilter::index_windows() {
  const auto bytes = [&](uint32_t i) { return window_of(pieces_[i].text.data() + pieces_[i].window_at); };
  by_window_.resize(pieces_.size());
  std::iota(by_window_.begin(), by_window_.end(), 0U);
  std::ranges::sort(by_window_, {}, bytes);
  slots_.assign(std::bit_ceil(4 * pieces_.size() + 1), Slot{});
  for (uint32_t i = 0; i < by_window_.size(); ++i) {
    const uint32_t wanted = bytes(by_window_[i]);
    size_t at = wanted * hash_factor >> 12 & (slots_.size() - 1);
    while (slots_[at].count != 0 && slots_[at].bytes != wanted) at = (at + 1) & (slots_.size() - 1);
    if (slots_[at].count++ == 0) {
      slots_[at].bytes = wanted;
      slots_[at].first = i;
    }
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
  if (code == '\\') return true;  // in JSON within JSON it may begin an escape of its own
  return code < 128 && letters_[static_cast<unsigned char>(ascii_lower(static_cast<char>(code)))];
}

bool KeywordFilter::confirm(std::string_view json, size_t at) const {
  const auto first = static_cast<unsigned char>(json[at]);
  if ((first == '\\' || first >= 0x80) && hides(json, at)) return true;
  const uint32_t wanted = window_of(json.data() + at);
  size_t slot = wanted * hash_factor >> 12 & (slots_.size() - 1);
  while (slots_[slot].count != 0 && slots_[slot].bytes != wanted) slot = (slot + 1) & (slots_.size() - 1);
  for (uint32_t i = slots_[slot].first; i < slots_[slot].first + slots_[slot].count; ++i) {
    const Piece& piece = pieces_[by_window_[i]];
    if (piece.window_at > at || at - piece.window_at + piece.text.size() > json.size()) continue;
    const std::string_view there = json.substr(at - piece.window_at, piece.text.size());
    if (std::ranges::equal(there, piece.text, [](char a, char b) { return ascii_lower(a) == b; })) return true;
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
    if (mask != 0 && confirm(json, at)) return true;
  }
  return json.ends_with(long_s);
}

/// Blocks of 64 or 32 places at once; the last block overlaps the one before it.
struct KeywordScan {
  template <size_t Banks>
  __attribute__((target("avx512bw,avx512vbmi"))) static bool wide(const KeywordFilter& filter, std::string_view json) {
    constexpr size_t block = 64;
    __m512i low[Banks][KeywordFilter::window];
    __m512i high[Banks][KeywordFilter::window];
    for (size_t bank = 0; bank < Banks; ++bank)
      for (size_t i = 0; i < KeywordFilter::window; ++i) {
        low[bank][i] = _mm512_load_si512(filter.known_[bank][i].data());
        high[bank][i] = _mm512_load_si512(filter.known_[bank][i].data() + block);
      }
    const size_t starts = json.size() - KeywordFilter::window + 1;  // places where a window may start
    for (size_t at = 0; at < starts; at += block) {
      const size_t left = starts - at;
      const uint64_t wanted = left >= block ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
      __m512i bytes[KeywordFilter::window];
      for (size_t i = 0; i < KeywordFilter::window; ++i)
        bytes[i] = _mm512_maskz_loadu_epi8(wanted, json.data() + at + i);
      uint64_t places = 0;
      for (size_t bank = 0; bank < Banks; ++bank) {
        __m512i found = _mm512_permutex2var_epi8(low[bank][0], bytes[0], high[bank][0]);
        for (size_t i = 1; i < KeywordFilter::window; ++i)
          found = _mm512_and_si512(found, _mm512_permutex2var_epi8(low[bank][i], bytes[i], high[bank][i]));
        places |= _mm512_mask_test_epi8_mask(wanted, found, found);
      }
      if (places != 0) [[unlikely]]
        for (uint64_t rest = places; rest != 0; rest &= rest - 1)
          if (filter.confirm(json, at + static_cast<size_t>(std::countr_zero(rest)))) return true;
    }
    return json.ends_with(long_s);
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
          if (masks[place] != 0 && filter.confirm(json, at + place)) return true;
      }
      if (at == last) return json.ends_with(long_s);
    }
  }
};

bool KeywordFilter::may_hold(std::string_view json) const {
  static const bool has_wide = __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vbmi") != 0;
  static const bool has_narrow = __builtin_cpu_supports("avx2") != 0;
  if (has_wide && json.size() >= window)
    return banks_ == 1 ? KeywordScan::wide<1>(*this, json) : KeywordScan::wide<2>(*this, json);
  if (has_narrow && json.size() >= 64) return KeywordScan::narrow(*this, json);
  return may_hold_plain(json);
}

}  // namespace yagura::detect
