#pragma once

#include <string_view>

namespace yagura::formats {

/// Reads a line from left to right. Every take leaves the cursor where it was when it gives false.
struct TextCursor {
  std::string_view rest;

  bool done() const { return rest.empty(); }

  bool skip(std::string_view prefix) {
    if (!rest.starts_with(prefix)) return false;
    rest.remove_prefix(prefix.size());
    return true;
  }

  void skip_spaces() {
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  }

  /// Up to `end`, which is taken away too.
  bool until(std::string_view end, std::string_view& out) {
    const size_t at = rest.find(end);
    if (at == std::string_view::npos) return false;
    out = rest.substr(0, at);
    rest.remove_prefix(at + end.size());
    return true;
  }

  /// Up to the last `end`, which is taken away too.
  bool until_last(std::string_view end, std::string_view& out) {
    const size_t at = rest.rfind(end);
    if (at == std::string_view::npos) return false;
    out = rest.substr(0, at);
    rest.remove_prefix(at + end.size());
    return true;
  }

  /// The next word up to a space or the end; the space goes too. Empty at the end.
  std::string_view word() {
    const size_t at = rest.find(' ');
    const std::string_view out = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return out;
  }
};

/// Whether it is one or more decimal digits and nothing else.
constexpr bool all_digits(std::string_view text) {
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return !text.empty();
}

}  // namespace yagura::formats
