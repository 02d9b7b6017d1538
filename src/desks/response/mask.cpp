#include "desks/response/mask.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace yagura::desks::response {
namespace {

constexpr std::array<std::string_view, 9> shared_accounts{"system", "root",   "admin",     "administrator", "guest",
                                                          "user",   "nobody", "localhost", "local service"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}
bool is_word(char c) {
  return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '_';
}
bool is_name(char c) {
  return is_word(c) || c == '-' || c == '.';
}

/// Names end at a full stop that ends a sentence, not in it.
size_t without_last_stops(std::string_view text, size_t from, size_t end) {
  while (end > from && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  return end;
}

size_t ipv4_length(std::string_view text, size_t at) {
  if (at > 1 && text[at - 1] == '.' && is_digit(text[at - 2])) return 0;  // the tail of a longer number
  size_t end = at;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (end >= text.size() || text[end++] != '.')) return 0;
    const size_t start = end;
    int value = 0;
    while (end < text.size() && is_digit(text[end]) && end - start < 4) value = value * 10 + (text[end++] - '0');
    if (end == start || end - start > 3 || value > 255) return 0;
  }
  const bool longer = end < text.size() &&
                      (is_digit(text[end]) || (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1])));
  return longer ? 0 : end - at;
}

/// Seven colons, or a double one: fewer may be a time of day.
size_t ipv6_length(std::string_view text, size_t at) {
  size_t end = at;
  size_t colons = 0;
  bool twice = false;
  bool digits = false;
  while (end < text.size() && (is_hex(text[end]) || text[end] == ':')) {
    digits = digits || is_hex(text[end]);
    if (text[end] == ':') {
      ++colons;
      twice = twice || (end > at && text[end - 1] == ':');
    }
    ++end;
  }
  const bool whole = end == text.size() || !is_word(text[end]);
  return whole && digits && (colons == 7 || (twice && colons >= 2 && colons <= 7)) ? end - at : 0;
}

size_t mail_length(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && (is_name(text[end]) || text[end] == '+' || text[end] == '%')) ++end;
  if (end == at || end >= text.size() || text[end] != '@') return 0;
  const size_t domain = ++end;
  while (end < text.size() && is_name(text[end])) ++end;
  end = without_last_stops(text, domain, end);
  return text.substr(domain, end - domain).find('.') == std::string_view::npos ? 0 : end - at;
}

}  // namespace

Mask::Mask(std::vector<std::string> names, std::string replacement) : replacement_(std::move(replacement)) {
  const auto add = [&](std::string_view name, size_t length_min) {
    std::string lowered = ascii_lower(trim(name));
    if (code_points(lowered) >= length_min && std::ranges::find(shared_accounts, lowered) == shared_accounts.end())
      names_.push_back(std::move(lowered));
  };
  for (const std::string_view name : names) {
    add(name, 2);
    // The short forms too: the account without its domain, the machine without its own.
    if (const size_t slash = name.rfind('\\'); slash != std::string_view::npos) add(name.substr(slash + 1), 3);
    if (const size_t end = name.find_first_of("@."); end != std::string_view::npos && !is_digit(name.front()))
      add(name.substr(0, end), 3);
  }
  std::ranges::sort(names_, [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
}

size_t Mask::length_at(std::string_view text, size_t at) const {
  const bool starts = at == 0 || !is_word(text[at - 1]);
  if (!starts) return 0;
  for (const auto length : {mail_length, ipv4_length, ipv6_length})
    if (const size_t found = length(text, at); found > 0) return found;
  for (const std::string& name : names_) {
    if (text.size() - at < name.size() ||
        !std::ranges::equal(text.substr(at, name.size()), name, {}, [](char c) { return ascii_lower(c); }))
      continue;
    size_t end = at + name.size();
    if (end < text.size() && is_word(text[end]) && is_word(name.back())) continue;
    if (end < text.size() && text[end] == '-') continue;  // another name that starts alike
    if (end + 1 < text.size() && text[end] == '.' && is_word(text[end + 1]))
      while (end < text.size() && is_name(text[end])) ++end;
    return without_last_stops(text, at + name.size(), end) - at;
  }
  return 0;
}

std::string Mask::apply(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (const size_t length = length_at(text, at); length > 0) {
      out += replacement_;
      ++masked_;
      at += length;
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace yagura::desks::response
