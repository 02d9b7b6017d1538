#include "detect/pattern.hpp"

#include <span>

#include "detect/fold.hpp"

namespace yagura::detect {
namespace {

using Kind = PatternPart::Kind;

/// How many bytes of `value` from `at` the parts take, none of them `many`; nothing when they don't fit.
std::optional<size_t> take(std::span<const PatternPart> parts, std::string_view value, size_t at) {
  const size_t start = at;
  for (const PatternPart& part : parts) {
    if (part.kind == Kind::literal) {
      if (!value.substr(at).starts_with(part.text)) return std::nullopt;
      at += part.text.size();
      continue;
    }
    if (at >= value.size()) return std::nullopt;
    const CodePoint c = decode_at(value, at);
    if (part.kind == Kind::dash && c.value != '-' && c.value != '/' && (c.value < 0x2013 || c.value > 0x2015))
      return std::nullopt;
    at += c.bytes;
  }
  return at - start;
}

/// The end of the leftmost place at or after `at` where the parts fit; nothing when there is none.
std::optional<size_t> find(std::span<const PatternPart> parts, std::string_view value, size_t at) {
  if (parts.front().kind == Kind::literal) {
    for (at = value.find(parts.front().text, at); at != std::string_view::npos;
         at = value.find(parts.front().text, at + 1))
      if (const auto taken = take(parts, value, at)) return at + *taken;
    return std::nullopt;
  }
  while (at < value.size()) {
    if (const auto taken = take(parts, value, at)) return at + *taken;
    at += decode_at(value, at).bytes;
  }
  return std::nullopt;
}

/// Whether the parts fit so that they end where the value ends, starting at or after `at`.
bool ends_with(std::span<const PatternPart> parts, std::string_view value, size_t at) {
  if (parts.size() == 1 && parts.front().kind == Kind::literal) return value.substr(at).ends_with(parts.front().text);
  for (; at < value.size(); at += decode_at(value, at).bytes)
    if (const auto taken = take(parts, value, at); taken && at + *taken == value.size()) return true;
  return false;
}

}  // namespace

Pattern Pattern::parse(std::string_view text) {
  Pattern out;
  std::string run;
  const auto flush = [&] {
    if (!run.empty()) out.append({Kind::literal, std::move(run)});
    run.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\\' && (next == '*' || next == '?' || next == '\\')) {
      run += next;
      ++i;
    } else if (c == '*' || c == '?') {
      flush();
      out.append({c == '*' ? Kind::many : Kind::one});
    } else {
      run += c;
    }
  }
  flush();
  return out;
}

Pattern Pattern::plain(std::string_view text) {
  Pattern out;
  if (!text.empty()) out.append({Kind::literal, std::string(text)});
  return out;
}

bool Pattern::has_wildcard() const {
  for (const PatternPart& part : parts)
    if (part.kind == Kind::one || part.kind == Kind::many) return true;
  return false;
}

std::optional<std::string> Pattern::literal() const {
  if (parts.empty()) return std::string();
  if (parts.size() == 1 && parts.front().kind == Kind::literal) return parts.front().text;
  return std::nullopt;
}

void Pattern::open_start() {
  if (parts.empty() || parts.front().kind != Kind::many) parts.insert(parts.begin(), {Kind::many});
}

void Pattern::open_end() {
  if (parts.empty() || parts.back().kind != Kind::many) parts.push_back({Kind::many});
}

void Pattern::append(PatternPart part) {
  if (!parts.empty() && parts.back().kind == part.kind) {
    if (part.kind == Kind::many) return;
    if (part.kind == Kind::literal) {
      parts.back().text += part.text;
      return;
    }
  }
  parts.push_back(std::move(part));
}

void Pattern::append(const Pattern& other) {
  for (const PatternPart& part : other.parts) append(part);
}

void Pattern::widen_dashes() {
  Pattern out;
  for (const PatternPart& part : parts) {
    if (part.kind != Kind::literal) {
      out.append(part);
      continue;
    }
    for (size_t at = 0; at < part.text.size();) {
      const CodePoint c = decode_at(part.text, at);
      if (c.value == '-' || c.value == '/' || (c.value >= 0x2013 && c.value <= 0x2015))
        out.append({Kind::dash});
      else
        out.append({Kind::literal, part.text.substr(at, c.bytes)});
      at += c.bytes;
    }
  }
  *this = std::move(out);
}

std::optional<std::vector<Pattern>> Pattern::spelled_out(size_t max) const {
  std::vector<Pattern> out(1);
  for (const PatternPart& part : parts) {
    if (part.kind != Kind::dash) {
      for (Pattern& pattern : out) pattern.append(part);
      continue;
    }
    if (out.size() * std::size(dash_forms) > max) return std::nullopt;
    std::vector<Pattern> more;
    for (const Pattern& pattern : out)
      for (const std::string_view dash : dash_forms)
        more.emplace_back(pattern).append({Kind::literal, std::string(dash)});
    out = std::move(more);
  }
  return out;
}

Pattern Pattern::folded() const {
  Pattern out = *this;
  for (PatternPart& part : out.parts) part.text = fold_case(part.text);
  return out;
}

bool Pattern::matches(std::string_view value) const {
  size_t at = 0;
  size_t next = 0;
  bool anchored = true;
  const std::span all(parts);
  while (next < parts.size()) {
    if (parts[next].kind == Kind::many) {
      anchored = false;
      ++next;
      continue;
    }
    size_t end = next;
    while (end < parts.size() && parts[end].kind != Kind::many) ++end;
    const auto segment = all.subspan(next, end - next);
    if (anchored) {
      const auto taken = take(segment, value, at);
      if (!taken || (end == parts.size() && at + *taken != value.size())) return false;
      at += *taken;
    } else if (end == parts.size()) {
      return ends_with(segment, value, at);
    } else {
      const auto found = find(segment, value, at);
      if (!found) return false;
      at = *found;
    }
    next = end;
  }
  return !anchored || at == value.size();
}

Pattern::Shape Pattern::shape() const {
  const auto is = [&](size_t i, Kind kind) { return parts[i].kind == kind; };
  switch (parts.size()) {
    case 0:
      return Shape::exact;
    case 1:
      return is(0, Kind::literal) ? Shape::exact : is(0, Kind::many) ? Shape::anything : Shape::other;
    case 2:
      if (is(0, Kind::literal) && is(1, Kind::many)) return Shape::prefix;
      if (is(0, Kind::many) && is(1, Kind::literal)) return Shape::suffix;
      return Shape::other;
    case 3:
      return is(0, Kind::many) && is(1, Kind::literal) && is(2, Kind::many) ? Shape::contains : Shape::other;
    default:
      return Shape::other;
  }
}

std::string_view Pattern::longest_literal() const {
  std::string_view best;
  for (const PatternPart& part : parts)
    if (part.kind == Kind::literal && part.text.size() > best.size()) best = part.text;
  return best;
}

std::string to_text(const Pattern& pattern) {
  std::string out;
  for (const PatternPart& part : pattern.parts) {
    if (part.kind == Kind::one) out += '?';
    if (part.kind == Kind::many) out += '*';
    if (part.kind == Kind::dash) out += '-';
    for (const char c : part.text) {
      if (c == '*' || c == '?') out += '\\';
      out += c;
    }
  }
  return out;
}

}  // namespace yagura::detect
