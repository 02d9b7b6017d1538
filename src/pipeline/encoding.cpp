#include "pipeline/encoding.hpp"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>

#include <algorithm>

#include "base/check.hpp"
#include "base/text.hpp"

namespace yagura::pipeline {
namespace {

constexpr size_t pivot_units = 32 * 1024;
constexpr std::string_view utf32le_mark{"\xFF\xFE\0\0", 4};
constexpr std::string_view utf32be_mark{"\0\0\xFE\xFF", 4};

constexpr std::pair<std::string_view, Encoding> spellings[] = {
    {"auto", Encoding::automatic},
    {"utf-8", Encoding::utf8},
    {"utf8", Encoding::utf8},
    {"utf-16le", Encoding::utf16le},
    {"utf-16", Encoding::utf16le},
    {"utf16", Encoding::utf16le},
    {"utf16le", Encoding::utf16le},
    {"utf-16be", Encoding::utf16be},
    {"utf16be", Encoding::utf16be},
    {"utf-32le", Encoding::utf32le},
    {"utf-32", Encoding::utf32le},
    {"utf32", Encoding::utf32le},
    {"utf32le", Encoding::utf32le},
    {"utf-32be", Encoding::utf32be},
    {"utf32be", Encoding::utf32be},
    {"shift_jis", Encoding::shift_jis},
    {"sjis", Encoding::shift_jis},
    {"shift-jis", Encoding::shift_jis},
    {"cp932", Encoding::shift_jis},
    {"ms932", Encoding::shift_jis},
    {"windows-31j", Encoding::shift_jis},
    {"euc-jp", Encoding::euc_jp},
    {"eucjp", Encoding::euc_jp},
    {"euc_jp", Encoding::euc_jp},
    {"iso-2022-jp", Encoding::iso_2022_jp},
    {"iso2022jp", Encoding::iso_2022_jp},
    {"jis", Encoding::iso_2022_jp},
    {"binary", Encoding::binary},
};

unsigned byte_at(std::string_view text, size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

bool between(unsigned byte, unsigned low, unsigned high) {
  return byte >= low && byte <= high;
}

/// How well a sample fits a double-byte encoding: kana weigh most, since any Japanese text holds them.
struct Fit {
  int64_t kana = 0;
  int64_t others = 0;
  int64_t halves = 0;  // half-width kana: what EUC-JP looks like when read as Shift_JIS
  int64_t broken = 0;
  int64_t adjacent = 0;  // characters right behind another: accented letters of Latin-1 stand alone

  int64_t score() const { return 4 * kana + others - halves - 20 * broken; }
  bool plausible() const { return kana + others + halves > 0 && broken * 8 <= kana + others + halves; }
  bool runs() const { return kana > 0 || adjacent * 2 >= others + halves; }
};

Fit fit_shift_jis(std::string_view text) {
  Fit fit;
  size_t expected = SIZE_MAX;  // where a character that follows another starts
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned lead = byte_at(text, i);
    if (lead < 0x80) continue;
    if (i == expected) ++fit.adjacent;
    expected = i + (between(lead, 0xA1, 0xDF) ? 1 : 2);
    if (between(lead, 0xA1, 0xDF)) {
      ++fit.halves;
    } else if (lead == 0x80 || lead == 0xA0 || lead > 0xFC) {
      ++fit.broken;
    } else if (i + 1 < text.size()) {
      const unsigned trail = byte_at(text, ++i);
      if (!between(trail, 0x40, 0xFC) || trail == 0x7F) {
        ++fit.broken;
        --i;
      } else if ((lead == 0x82 && between(trail, 0x9F, 0xF1)) || (lead == 0x83 && between(trail, 0x40, 0x96))) {
        ++fit.kana;
      } else {
        ++fit.others;
      }
    }
  }
  return fit;
}

Fit fit_euc_jp(std::string_view text) {
  Fit fit;
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned lead = byte_at(text, i);
    if (lead < 0x80) continue;
    const size_t trails = lead == 0x8F ? 2 : 1;
    if (lead != 0x8E && lead != 0x8F && !between(lead, 0xA1, 0xFE)) {
      ++fit.broken;
      continue;
    }
    if (i + trails >= text.size()) break;
    const unsigned trail = byte_at(text, i + 1);
    if (!between(trail, 0xA1, 0xFE) || (trails == 2 && !between(byte_at(text, i + 2), 0xA1, 0xFE))) {
      ++fit.broken;
      continue;
    }
    i += trails;
    if (lead == 0x8E)
      ++fit.halves;
    else if (lead == 0xA4 || lead == 0xA5)
      ++fit.kana;
    else
      ++fit.others;
  }
  return fit;
}

/// Text in ISO-2022-JP is all ASCII bytes: ESC $ B (or $ @), pairs of graphic characters, ESC ( B (or ( J). Colours of
/// terminals begin with ESC [ and mean nothing here.
bool switches_to_jis(std::string_view text) {
  for (size_t at = text.find("\x1B$"); at != std::string_view::npos; at = text.find("\x1B$", at + 1)) {
    if (at + 2 >= text.size()) return false;
    if (text[at + 2] != 'B' && text[at + 2] != '@') continue;
    const size_t from = at + 3;
    size_t end = from;
    while (end < text.size() && between(byte_at(text, end), 0x21, 0x7E)) ++end;
    const bool back = text.substr(end).starts_with("\x1B(");
    if (end > from && (end - from) % 2 == 0 && (back || end == text.size())) return true;
  }
  return false;
}

/// Without the character that the sample's end may have cut.
std::string_view whole_utf8(std::string_view text) {
  for (size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const unsigned byte = byte_at(text, text.size() - back);
    if (byte < 0x80) break;
    if (byte >= 0xC0) return text.substr(0, text.size() - back);
  }
  return text;
}

/// UTF-16 without a mark: an ASCII text in it is every second byte zero, and a Japanese one still has line ends and
/// digits like that, and nothing but kana, kanji and signs beside.
std::optional<Encoding> detect_utf16(std::string_view text) {
  const size_t units = text.size() / 2;
  if (units < 2) return std::nullopt;
  size_t zero_high[2] = {0, 0};
  size_t plausible[2] = {0, 0};
  for (size_t i = 0; i < units; ++i)
    for (const size_t high_at : {size_t{0}, size_t{1}}) {
      const unsigned high = byte_at(text, 2 * i + high_at);
      const unsigned low = byte_at(text, 2 * i + 1 - high_at);
      const bool ascii = high == 0 && (between(low, 0x20, 0x7E) || low == '\n' || low == '\r' || low == '\t');
      if (ascii) ++zero_high[high_at];
      if (ascii || between(high, 0x30, 0x9F) || high == 0xFF || (high == 0 && low >= 0xA0)) ++plausible[high_at];
    }
  for (const size_t high_at : {size_t{0}, size_t{1}})
    if (zero_high[high_at] * 50 >= units && zero_high[high_at] >= 2 && plausible[high_at] * 100 >= units * 95 &&
        zero_high[high_at] > 4 * zero_high[1 - high_at])
      return high_at == 1 ? Encoding::utf16le : Encoding::utf16be;
  return std::nullopt;
}

const char* icu_name(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf16le:
      return "UTF-16LE";
    case Encoding::utf16be:
      return "UTF-16BE";
    case Encoding::utf32le:
      return "UTF-32LE";
    case Encoding::utf32be:
      return "UTF-32BE";
    case Encoding::shift_jis:
      return "ibm-943_P15A-2003";  // CP932: 0x5C stays a backslash, NEC's and IBM's signs are there
    case Encoding::euc_jp:
      return "EUC-JP";
    case Encoding::iso_2022_jp:
      return "JIS7";  // with half-width kana, which ISO-2022-JP proper leaves out
    default:
      return "UTF-8";
  }
}

void count_and_substitute(const void* context, UConverterToUnicodeArgs* args, const char*, int32_t,
                          UConverterCallbackReason reason, UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;
  ++*static_cast<uint64_t*>(const_cast<void*>(context));
  *error = U_ZERO_ERROR;
  constexpr char16_t replacement = 0xFFFD;
  ucnv_cbToUWriteUChars(args, &replacement, 1, 0, error);
}

}  // namespace

std::optional<Encoding> parse_encoding(std::string_view text) {
  const std::string lower = ascii_lower(text);
  for (const auto& [spelling, encoding] : spellings)
    if (spelling == lower) return encoding;
  return std::nullopt;
}

std::string_view to_text(Encoding encoding) {
  for (const auto& [spelling, value] : spellings)
    if (value == encoding) return spelling;
  return "auto";
}

Encoding detect_encoding(std::string_view sample, bool at_start) {
  if (at_start) {
    if (sample.starts_with("\xEF\xBB\xBF")) return Encoding::utf8;
    // Before UTF-16, whose mark is the same with a NUL as the first character behind it: no text begins so.
    if (sample.starts_with(utf32le_mark)) return Encoding::utf32le;
    if (sample.starts_with(utf32be_mark)) return Encoding::utf32be;
    if (sample.starts_with("\xFF\xFE")) return Encoding::utf16le;
    if (sample.starts_with("\xFE\xFF")) return Encoding::utf16be;
  }
  const bool zeros = sample.contains('\0');
  if (at_start && zeros)
    if (const auto utf16 = detect_utf16(sample)) return *utf16;
  if (std::ranges::all_of(sample, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return switches_to_jis(sample) ? Encoding::iso_2022_jp : Encoding::automatic;
  if (is_utf8(whole_utf8(sample))) return Encoding::utf8;
  if (at_start && !zeros)
    if (const auto utf16 = detect_utf16(sample)) return *utf16;
  const Fit shift_jis = fit_shift_jis(sample);
  const Fit euc_jp = fit_euc_jp(sample);
  if (euc_jp.plausible() && euc_jp.score() > 0 && (!shift_jis.plausible() || euc_jp.score() >= shift_jis.score()))
    return Encoding::euc_jp;
  if (shift_jis.plausible() && shift_jis.runs()) return Encoding::shift_jis;
  return Encoding::utf8;
}

Transcoder::Transcoder(Encoding from)
    : returns_at_line_ends_(from == Encoding::iso_2022_jp),
      pivot_(new char16_t[pivot_units]),
      pivot_read_(pivot_.get()),
      pivot_write_(pivot_.get()) {
  UErrorCode error = U_ZERO_ERROR;
  from_ = ucnv_open(icu_name(from), &error);
  to_ = ucnv_open("UTF-8", &error);
  check(U_SUCCESS(error), "ICU has no converter for an encoding that we name");
  ucnv_setToUCallBack(from_, count_and_substitute, &replaced_, nullptr, nullptr, &error);
  check(U_SUCCESS(error), "ICU takes no callback");
}

Transcoder::~Transcoder() {
  ucnv_close(from_);
  ucnv_close(to_);
}

std::string Transcoder::ascii_before_line_ends(std::string_view in) {
  std::string out;
  out.reserve(in.size() + in.size() / 16);
  for (const char c : in) {
    if (c == '\n') out += "\x1B(B";
    out += c;
  }
  return out;
}

void Transcoder::convert(std::string_view in, bool last, std::string& out) {
  constexpr size_t step_bytes = 64 * 1024;
  std::string returned;
  if (returns_at_line_ends_) in = returned = ascii_before_line_ends(in);
  const char* source = in.empty() ? "" : in.data();  // ICU refuses null
  const char* const source_end = source + in.size();
  while (true) {
    const size_t used = out.size();
    out.resize(used + step_bytes);
    char* target = out.data() + used;
    UErrorCode error = U_ZERO_ERROR;
    ucnv_convertEx(to_, from_, &target, out.data() + out.size(), &source, source_end, pivot_.get(), &pivot_read_,
                   &pivot_write_, pivot_.get() + pivot_units, false, last, &error);
    out.resize(static_cast<size_t>(target - out.data()));
    if (error == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_SUCCESS(error) || source == source_end) return;
  }
}

}  // namespace yagura::pipeline
