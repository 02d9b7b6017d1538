#include "detect/match_places.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "detect/fold.hpp"

namespace yagura::detect {
namespace {

using Parts = std::span<const PatternPart>;
using Kind = PatternPart::Kind;

/// A text folded, which knows where each of its bytes came from.
struct Folded {
  std::string text;
  std::vector<size_t> origin;  // one more than bytes

  explicit Folded(std::string_view value) {
    origin.reserve(value.size() + 1);
    for (size_t at = 0; at < value.size();) {
      const size_t bytes = decode_at(value, at).bytes;
      text += fold_case(value.substr(at, bytes));
      origin.resize(text.size(), at);
      at += bytes;
    }
    origin.push_back(value.size());
  }
};

bool is_dash(std::string_view character) {
  return std::ranges::find(dash_forms, character) != std::end(dash_forms);
}

/// How many bytes from `at` the parts take, none of them `many`; nothing when they don't fit there.
std::optional<size_t> taken(Parts parts, std::string_view value, size_t at) {
  const size_t start = at;
  for (const PatternPart& part : parts) {
    if (part.kind == Kind::literal) {
      if (!value.substr(at).starts_with(part.text)) return std::nullopt;
      at += part.text.size();
      continue;
    }
    if (at >= value.size()) return std::nullopt;
    const size_t bytes = decode_at(value, at).bytes;
    if (part.kind == Kind::dash && !is_dash(value.substr(at, bytes))) return std::nullopt;
    at += bytes;
  }
  return at - start;
}

/// The first place from `at` where the parts fit; with `to_end` one that ends where the value does.
std::optional<MatchPlace> first_place(Parts parts, std::string_view value, size_t at, bool to_end) {
  const bool literal = parts.front().kind == Kind::literal;
  while (at <= value.size()) {
    if (literal) at = value.find(parts.front().text, at);
    if (at == std::string_view::npos) return std::nullopt;
    if (const auto bytes = taken(parts, value, at); bytes && (!to_end || at + *bytes == value.size()))
      return MatchPlace{at, *bytes};
    at += at < value.size() ? decode_at(value, at).bytes : 1;
  }
  return std::nullopt;
}

void add(std::vector<MatchPlace>& out, const std::optional<MatchPlace>& place) {
  if (place && place->size > 0 && out.size() < match_places_max) out.push_back(*place);
}

std::vector<MatchPlace> places_of(const Pattern& pattern, std::string_view value) {
  std::vector<MatchPlace> out;
  const Parts parts(pattern.parts);
  const auto inner = parts.size() > 2 ? parts.subspan(1, parts.size() - 2) : Parts();
  const auto is_many = [](const PatternPart& part) { return part.kind == Kind::many; };
  if (!inner.empty() && is_many(parts.front()) && is_many(parts.back()) && std::ranges::none_of(inner, is_many)) {
    for (size_t at = 0; out.size() < match_places_max;) {
      const auto place = first_place(inner, value, at, false);
      if (!place) break;
      add(out, place);
      at = place->offset + place->size;
    }
    return out;
  }
  size_t at = 0;
  bool open = false;  // a `*` stands before
  for (size_t next = 0; next < parts.size();) {
    if (parts[next].kind == Kind::many) {
      open = true;
      ++next;
      continue;
    }
    size_t end = next;
    while (end < parts.size() && parts[end].kind != Kind::many) ++end;
    const Parts piece = parts.subspan(next, end - next);
    std::optional<MatchPlace> place;
    if (open)
      place = first_place(piece, value, at, end == parts.size());
    else if (const auto bytes = taken(piece, value, at))
      place = MatchPlace{at, *bytes};
    if (!place) return {};
    add(out, place);
    at = place->offset + place->size;
    next = end;
  }
  return out;
}

/// Places in the folded text as places in the text itself.
std::vector<MatchPlace> unfolded(const std::vector<MatchPlace>& places, const Folded& folded) {
  std::vector<MatchPlace> out;
  for (const MatchPlace& place : places) {
    const size_t start = folded.origin[place.offset];
    out.push_back({start, folded.origin[place.offset + place.size] - start});
  }
  return out;
}

std::vector<MatchPlace> referred_places(const Predicate& predicate, std::string_view value,
                                        std::span<const std::string_view> others) {
  for (const std::string_view other : others) {
    Pattern pattern = Pattern::plain(predicate.cased ? std::string(other) : fold_case(other));
    if (predicate.open_start) pattern.open_start();
    if (predicate.open_end) pattern.open_end();
    if (!pattern.matches(value)) continue;
    return places_of(pattern, value);
  }
  return {};
}

}  // namespace

std::vector<MatchPlace> match_places(const Predicate& predicate, std::string_view value,
                                     std::span<const std::string_view> others, RegexScratch& scratch) {
  std::vector<MatchPlace> out;
  switch (predicate.kind) {
    case Predicate::Kind::null:
    case Predicate::Kind::exists:
      return out;
    case Predicate::Kind::regex:
      if (const auto found = predicate.regex->find_in(value, scratch); found && found->size > 0)
        out.push_back({found->offset, found->size});
      return out;
    case Predicate::Kind::pattern:
    case Predicate::Kind::field_ref: {
      const bool refers = predicate.kind == Predicate::Kind::field_ref;
      if (predicate.cased)
        return refers ? referred_places(predicate, value, others) : places_of(predicate.pattern, value);
      const Folded folded(value);
      return unfolded(
          refers ? referred_places(predicate, folded.text, others) : places_of(predicate.pattern, folded.text), folded);
    }
    default:
      if (!value.empty()) out.push_back({0, value.size()});
      return out;
  }
}

}  // namespace yagura::detect
