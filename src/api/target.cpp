#include "api/target.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yagura::api {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::optional<std::string> decode(std::string_view text, bool in_query) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
      // A query is a text that somebody looks for: logs hold ESC, a pasted one spans lines. No log holds NUL.
      const bool plain = in_query ? c != '\0' : !is_control(c) && c != '/';
      if (!plain) return std::nullopt;
    } else if (is_control(c) || c == ' ') {
      return std::nullopt;
    } else if (c == '+' && in_query) {
      c = ' ';
    }
    out += c;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

bool has_bad_segment(std::string_view path) {
  const auto segments = split(path.substr(1), '/');
  for (size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (segments[i] == "." || segments[i] == ".." || (segments[i].empty() && !last)) return true;
  }
  return false;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  if (target.empty() || target.size() > target_bytes_max || target.front() != '/') return std::nullopt;
  if (target.find('#') != std::string_view::npos) return std::nullopt;
  const size_t mark = target.find('?');
  auto path = decode(target.substr(0, mark), false);
  if (!path || has_bad_segment(*path)) return std::nullopt;
  Target out{std::move(*path), {}};
  if (mark == std::string_view::npos) return out;
  const std::string_view query = target.substr(mark + 1);
  if (query.empty()) return out;
  for (const std::string_view pair : split(query, '&')) {
    if (pair.empty()) continue;
    if (out.query.size() == query_values_max) return std::nullopt;
    const size_t equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::string() : decode(pair.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    out.query.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain)
      out += c;
    else
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return out;
}

std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name) {
  std::optional<std::string_view> found;
  for (const std::string_view piece : split(header, ';')) {
    const std::string_view cookie = trim(piece);
    const size_t equals = cookie.find('=');
    if (equals == std::string_view::npos || cookie.substr(0, equals) != name) continue;
    if (found) return std::nullopt;
    found = cookie.substr(equals + 1);
  }
  return found;
}

}  // namespace yagura::api
