#include "detect/predicate.hpp"

#include <algorithm>
#include <optional>

#include "base/time.hpp"
#include "detect/fold.hpp"

namespace yagura::detect {
namespace {

using Kind = Predicate::Kind;

int64_t digits(std::string_view text) {
  int64_t out = 0;
  for (const char c : text) out = out * 10 + (c - '0');
  return out;
}

int64_t iso_week(int64_t year, unsigned month, unsigned day) {
  const int64_t days = days_from_civil(year, month, day);
  // The week belongs to the year of its Thursday; 1970-01-01 was one.
  const int64_t weekday = ((days + 3) % 7 + 7) % 7;  // Monday is 0
  const int64_t thursday = days - weekday + 3;
  int64_t of = year;
  if (thursday < days_from_civil(year, 1, 1)) --of;
  if (thursday >= days_from_civil(year + 1, 1, 1)) ++of;
  return (thursday - days_from_civil(of, 1, 1)) / 7 + 1;
}

bool compare(const Predicate& predicate, const Number& value) {
  switch (predicate.kind) {
    case Kind::number:
      return value == predicate.number;
    case Kind::less:
      return value < predicate.number;
    case Kind::less_equal:
      return value <= predicate.number;
    case Kind::greater:
      return value > predicate.number;
    case Kind::greater_equal:
      return value >= predicate.number;
    default:
      return false;
  }
}

bool compare_value(const Predicate& predicate, const event::Value& value) {
  if (predicate.part != TimePart::none) {
    const auto part = time_part(predicate.part, value.text);
    if (!part) return false;
    const auto magnitude = static_cast<uint64_t>(*part);
    return compare(predicate, {true, false, magnitude, static_cast<double>(*part)});
  }
  if (value.kind == event::Kind::boolean) return false;
  const auto number = parse_number(value.text);
  return number && compare(predicate, *number);
}

bool is_ascii(std::string_view text) {
  unsigned char seen = 0;
  for (const char c : text) seen |= static_cast<unsigned char>(c);
  return seen < 0x80;
}

/// Two texts of which one look tells that no case makes them equal.
bool differ_in_size(std::string_view a, std::string_view b) {
  return a.size() != b.size() && is_ascii(a) && is_ascii(b);
}

bool refers(const Predicate& predicate, std::string_view value, std::string_view other) {
  if (predicate.open_start && predicate.open_end) return value.find(other) != std::string_view::npos;
  if (predicate.open_start) return value.ends_with(other);
  if (predicate.open_end) return value.starts_with(other);
  return value == other;
}

}  // namespace

void FoldedValue::set(event::Value value) {
  constexpr size_t kept_bytes_max = 64 * 1024;
  if (folded_.capacity() > kept_bytes_max) std::string().swap(folded_);
  value_ = value;
  made_ = false;
}

std::string_view FoldedValue::folded() {
  if (!made_) fold_case(value_.text, folded_);
  made_ = true;
  return folded_;
}

std::optional<int64_t> time_part(TimePart part, std::string_view text) {
  if (text.size() < 16 || !parse_time(text)) return std::nullopt;  // "2026-04-08T10:58" at least
  const int64_t year = digits(text.substr(0, 4));
  const int64_t month = digits(text.substr(5, 2));
  const int64_t day = digits(text.substr(8, 2));
  switch (part) {
    case TimePart::minute:
      return digits(text.substr(14, 2));
    case TimePart::hour:
      return digits(text.substr(11, 2));
    case TimePart::day:
      return day;
    case TimePart::week:
      return iso_week(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    case TimePart::month:
      return month;
    case TimePart::year:
      return year;
    case TimePart::none:
      break;
  }
  return std::nullopt;
}

bool holds_for(const Predicate& predicate, const event::Value& value, std::string_view folded, RegexScratch& scratch) {
  if (value.is_null()) return false;
  switch (predicate.kind) {
    case Kind::pattern:
      return predicate.pattern.matches(predicate.cased ? value.text : folded);
    case Kind::regex:
      return predicate.regex->found_in(value.text, scratch);
    case Kind::cidr: {
      const auto address = parse_address(value.text);
      return address && predicate.network.contains(*address);
    }
    case Kind::null:
    case Kind::exists:
    case Kind::field_ref:
      return false;
    default:
      return compare_value(predicate, value);
  }
}

bool holds(const Predicate& predicate, FoldedValues values, FoldedValues others, RegexScratch& scratch) {
  if (predicate.kind == Kind::exists) return values.empty() != predicate.expected;
  if (predicate.kind == Kind::null)
    return values.empty() || std::ranges::any_of(values, [](const FoldedValue* v) { return v->value().is_null(); });
  if (predicate.kind == Kind::field_ref) {
    for (FoldedValue* value : values)
      for (FoldedValue* other : others) {
        if (value->value().is_null() || other->value().is_null()) continue;
        const bool whole = !predicate.open_start && !predicate.open_end;
        if (whole && differ_in_size(value->value().text, other->value().text)) continue;
        if (predicate.cased ? refers(predicate, value->value().text, other->value().text)
                            : refers(predicate, value->folded(), other->folded()))
          return true;
      }
    return false;
  }
  // Regexes and numbers read the value as it is: folding it would cost for nothing.
  const bool folds = predicate.kind == Kind::pattern && !predicate.cased;
  return std::ranges::any_of(values, [&](FoldedValue* v) {
    return holds_for(predicate, v->value(), folds ? v->folded() : std::string_view(), scratch);
  });
}

}  // namespace yagura::detect
