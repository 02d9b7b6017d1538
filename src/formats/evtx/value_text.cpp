#include "formats/evtx/value_text.hpp"

#include <charconv>
#include <cstring>

#include "base/text.hpp"
#include "formats/evtx/layout.hpp"
#include "formats/evtx/utf16.hpp"

namespace yagura::formats::evtx {
namespace {

using event::Kind;
using event::Value;

constexpr uint64_t filetime_per_second = 10'000'000;
constexpr int64_t seconds_1601_to_1970 = 11'644'473'600;
constexpr size_t guid_bytes = 16;
constexpr size_t sid_header_bytes = 8;

constexpr char upper_digits[] = "0123456789ABCDEF";

/// Text of bounded length on its way into the arena.
class Line {
 public:
  void put(char c) { text_[size_++] = c; }
  void put(std::string_view text) {
    std::memcpy(text_ + size_, text.data(), text.size());
    size_ += text.size();
  }
  template <typename T>
  void number(T value, int base = 10) {
    size_ = static_cast<size_t>(std::to_chars(text_ + size_, text_ + sizeof text_, value, base).ptr - text_);
  }
  /// Decimal with leading zeros up to `width` digits.
  void padded(uint64_t value, size_t width) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const auto count = static_cast<size_t>(end - digits);
    for (size_t i = count; i < width; ++i) put('0');
    put({digits, count});
  }
  void hex_byte(uint8_t byte) {
    put(upper_digits[byte >> 4]);
    put(upper_digits[byte & 15]);
  }
  std::string_view view() const { return {text_, size_}; }

 private:
  char text_[fixed_value_text_max];
  size_t size_ = 0;
};

/// Bytes of a value of fixed size; 0 for types whose size varies.
size_t fixed_size(ValueType type) {
  switch (type) {
    case ValueType::int8:
    case ValueType::uint8:
      return 1;
    case ValueType::int16:
    case ValueType::uint16:
      return 2;
    case ValueType::int32:
    case ValueType::uint32:
    case ValueType::real32:
    case ValueType::boolean:
    case ValueType::hex32:
      return 4;
    case ValueType::int64:
    case ValueType::uint64:
    case ValueType::real64:
    case ValueType::filetime:
    case ValueType::hex64:
      return 8;
    case ValueType::guid:
    case ValueType::systemtime:
      return 16;
    default:
      return 0;
  }
}

void put_hex_number(Line& line, uint64_t value) {
  line.put("0x");
  line.number(value, 16);
}

void put_guid(Line& line, std::string_view bytes) {
  static constexpr uint8_t order[guid_bytes] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  line.put('{');
  for (size_t i = 0; i < guid_bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) line.put('-');
    line.hex_byte(static_cast<uint8_t>(bytes[order[i]]));
  }
  line.put('}');
}

void put_filetime(Line& line, uint64_t filetime) {
  // Civil date from days (proleptic Gregorian): years of 400, counted from 1 March.
  const uint64_t seconds = filetime / filetime_per_second;
  const uint64_t days = seconds / 86'400 + 584'694;  // days from 0000-03-01 to 1601-01-01
  const uint64_t era = days / 146'097;
  const uint64_t day_of_era = days % 146'097;
  const uint64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint64_t shifted_month = (5 * day_of_year + 2) / 153;
  const uint64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  line.padded(era * 400 + year_of_era + (month <= 2 ? 1 : 0), 4);
  line.put('-');
  line.padded(month, 2);
  line.put('-');
  line.padded(day_of_year - (153 * shifted_month + 2) / 5 + 1, 2);
  line.put('T');
  line.padded(seconds / 3600 % 24, 2);
  line.put(':');
  line.padded(seconds / 60 % 60, 2);
  line.put(':');
  line.padded(seconds % 60, 2);
  line.put('.');
  line.padded(filetime % filetime_per_second, 7);
  line.put('Z');
}

void put_systemtime(Line& line, std::string_view bytes) {
  const auto part = [&](size_t index) { return number_at<uint16_t>(bytes, index * 2); };
  line.padded(part(0), 4);
  line.put('-');
  line.padded(part(1), 2);
  line.put('-');
  line.padded(part(3), 2);  // part 2 is the day of the week
  line.put('T');
  line.padded(part(4), 2);
  line.put(':');
  line.padded(part(5), 2);
  line.put(':');
  line.padded(part(6), 2);
  line.put('.');
  line.padded(part(7), 3);
  line.put('Z');
}

bool put_sid(Line& line, std::string_view bytes) {
  if (bytes.size() < sid_header_bytes) return false;
  const auto parts = static_cast<uint8_t>(bytes[1]);
  if (bytes.size() < sid_header_bytes + parts * size_t{4}) return false;
  uint64_t authority = 0;
  for (size_t i = 2; i < sid_header_bytes; ++i) authority = authority << 8 | static_cast<uint8_t>(bytes[i]);
  line.put("S-");
  line.number(static_cast<uint32_t>(static_cast<uint8_t>(bytes[0])));
  line.put('-');
  line.number(authority);
  for (size_t i = 0; i < parts; ++i) {
    line.put('-');
    line.number(number_at<uint32_t>(bytes, sid_header_bytes + 4 * i));
  }
  return true;
}

std::string_view hex_text(std::string_view bytes, event::Arena& arena) {
  char* out = arena.allocate(bytes.size() * 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    out[2 * i] = upper_digits[byte >> 4];
    out[2 * i + 1] = upper_digits[byte & 15];
  }
  return {out, bytes.size() * 2};
}

/// The writing machine's code page is not in the file. ASCII and UTF-8 are taken as they are; other bytes are
/// read as Latin-1 and the event is marked.
std::string_view ansi_text(std::string_view bytes, event::Arena& arena, event::Dirt& dirt) {
  while (!bytes.empty() && bytes.back() == '\0') bytes.remove_suffix(1);
  if (is_utf8(bytes)) return arena.copy(bytes);
  dirt = dirt | event::Dirt::bad_encoding;
  char* out = arena.allocate(bytes.size() * 2);
  size_t size = 0;
  for (const char byte : bytes) size += put_utf8(static_cast<uint8_t>(byte), out + size);
  arena.shrink_last(bytes.size() * 2, size);
  return {out, size};
}

/// True when the type and size go together and the text was put; `kind` is set to what it is.
bool put_fixed(Line& line, ValueType type, std::string_view bytes, Kind& kind) {
  const size_t size = fixed_size(type);
  if (size != 0 && bytes.size() != size) return false;
  kind = Kind::integer;
  switch (type) {
    case ValueType::int8:
      line.number(static_cast<int32_t>(number_at<int8_t>(bytes, 0)));
      return true;
    case ValueType::uint8:
      line.number(static_cast<uint32_t>(number_at<uint8_t>(bytes, 0)));
      return true;
    case ValueType::int16:
      line.number(number_at<int16_t>(bytes, 0));
      return true;
    case ValueType::uint16:
      line.number(number_at<uint16_t>(bytes, 0));
      return true;
    case ValueType::int32:
      line.number(number_at<int32_t>(bytes, 0));
      return true;
    case ValueType::uint32:
      line.number(number_at<uint32_t>(bytes, 0));
      return true;
    case ValueType::int64:
      line.number(number_at<int64_t>(bytes, 0));
      return true;
    case ValueType::uint64:
      line.number(number_at<uint64_t>(bytes, 0));
      return true;
    default:
      break;
  }
  kind = Kind::string;
  switch (type) {
    case ValueType::guid:
      put_guid(line, bytes);
      return true;
    case ValueType::filetime:
      put_filetime(line, number_at<uint64_t>(bytes, 0));
      return true;
    case ValueType::systemtime:
      put_systemtime(line, bytes);
      return true;
    case ValueType::sid:
      return put_sid(line, bytes);
    case ValueType::hex32:
      put_hex_number(line, number_at<uint32_t>(bytes, 0));
      return true;
    case ValueType::hex64:
      put_hex_number(line, number_at<uint64_t>(bytes, 0));
      return true;
    case ValueType::size:
    case ValueType::handle:
      if (bytes.size() == 4) put_hex_number(line, number_at<uint32_t>(bytes, 0));
      if (bytes.size() == 8) put_hex_number(line, number_at<uint64_t>(bytes, 0));
      return bytes.size() == 4 || bytes.size() == 8;
    default:
      return false;
  }
}

template <typename Real>
Value real_text(std::string_view bytes, event::Arena& arena) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, number_at<Real>(bytes, 0)).ptr;
  return {Kind::real, arena.copy({text, static_cast<size_t>(end - text)})};
}

}  // namespace

Value value_text(ValueType type, std::string_view bytes, event::Arena& arena, event::Dirt& dirt) {
  if (type == ValueType::string) return {Kind::string, utf16_text(bytes, arena, dirt)};
  if (type == ValueType::null || bytes.empty()) return {};
  if (type == ValueType::ansi) return {Kind::string, ansi_text(bytes, arena, dirt)};
  if (type == ValueType::boolean && bytes.size() == 4)
    return {Kind::boolean, number_at<uint32_t>(bytes, 0) != 0 ? "true" : "false"};
  if (type == ValueType::real32 && bytes.size() == 4) return real_text<float>(bytes, arena);
  if (type == ValueType::real64 && bytes.size() == 8) return real_text<double>(bytes, arena);
  Line line;
  Kind kind = Kind::string;
  if (put_fixed(line, type, bytes, kind)) return {kind, arena.copy(line.view())};
  return {Kind::string, hex_text(bytes, arena)};
}

std::optional<std::string_view> next_item(ValueType type, std::string_view& bytes) {
  if (bytes.empty()) return std::nullopt;
  size_t size = fixed_size(type);
  size_t skip = 0;
  if (type == ValueType::string) {
    size = 0;
    while (size + 2 <= bytes.size() && number_at<uint16_t>(bytes, size) != 0) size += 2;
    skip = 2;
  } else if (type == ValueType::ansi) {
    const size_t end = bytes.find('\0');
    size = end == std::string_view::npos ? bytes.size() : end;
    skip = 1;
  } else if (type == ValueType::sid && bytes.size() >= sid_header_bytes) {
    size = sid_header_bytes + size_t{4} * static_cast<uint8_t>(bytes[1]);
  } else if (type == ValueType::size || type == ValueType::handle) {
    size = 8;
  }
  if (size == 0 && skip == 0) size = bytes.size();
  const std::string_view item = bytes.substr(0, size);
  bytes.remove_prefix(std::min(bytes.size(), size + skip));
  return item;
}

std::optional<Timestamp> filetime_instant(uint64_t filetime) {
  constexpr uint64_t last =
      (static_cast<uint64_t>(INT64_MAX / ns_per_second) + seconds_1601_to_1970) * filetime_per_second;
  if (filetime == 0 || filetime >= last) return std::nullopt;
  const auto seconds = static_cast<int64_t>(filetime / filetime_per_second) - seconds_1601_to_1970;
  if (seconds < INT64_MIN / ns_per_second) return std::nullopt;
  return Timestamp{seconds * ns_per_second + static_cast<int64_t>(filetime % filetime_per_second) * 100};
}

}  // namespace yagura::formats::evtx
