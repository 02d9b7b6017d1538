// Values as people publish them: defanged, and without saying what they are.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "detect/indicators/normal_form.hpp"

namespace yagura::detect {
namespace {

/// What stands for what; compared without regard to ASCII case.
constexpr std::pair<std::string_view, std::string_view> fangs[] = {
    {"[.]", "."}, {"(.)", "."}, {"{.}", "."},  {"[dot]", "."},   {"(dot)", "."}, {"{dot}", "."},
    {"[.", "."},  {".]", "."},  {"[:]", ":"},  {"[://]", "://"}, {"[:/]", ":/"}, {"[/]", "/"},
    {"[@]", "@"}, {"(@)", "@"}, {"[at]", "@"}, {"(at)", "@"},    {"{at}", "@"},  {"\\.", "."},
};

constexpr std::string_view schemes[][2] = {{"hxxps", "https"}, {"hxxp", "http"}, {"hxtps", "https"}, {"hxtp", "http"},
                                           {"htxps", "https"}, {"htxp", "http"}, {"h**ps", "https"}, {"h**p", "http"},
                                           {"fxp", "ftp"},     {"meow", "http"}};

/// Endings of programs and scripts that are no top-level domain.
constexpr std::array<std::string_view, 26> file_endings{
    "exe", "dll", "sys", "scr", "ps1",  "psm1", "bat", "cmd",  "vbs",  "vbe",  "jse",  "js",  "wsf",
    "hta", "lnk", "msi", "jar", "docm", "doc",  "xls", "xlsm", "docx", "xlsx", "pptm", "rar", "iso"};

bool same(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::ranges::equal(text, lower, [](char a, char b) { return ascii_lower(a) == b; });
}

bool is_network(std::string_view text) {
  return text.find('/') != std::string_view::npos && pack(IndicatorType::cidr, text).has_value();
}

std::optional<IndicatorType> hash_type(std::string_view text) {
  char bytes[64];
  return hash_of_size(pack_hex(text, bytes));
}

bool names_a_file(std::string_view text) {
  const size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return false;
  return std::ranges::find(file_endings, ascii_lower(text.substr(dot + 1))) != file_endings.end();
}

}  // namespace

std::string refang(std::string_view text) {
  text = trim(text);
  std::string out;
  out.reserve(text.size());
  if (text.find("://") != std::string_view::npos || text.find("[:") != std::string_view::npos)
    for (const auto& [from, to] : schemes)
      if (text.size() > from.size() && same(text.substr(0, from.size()), from) &&
          (text[from.size()] == ':' || text[from.size()] == '[')) {
        out = to;
        text.remove_prefix(from.size());
        break;
      }
  // An IPv6 host in brackets keeps them: "[.", ".]" and the others never hold a ':' beside a digit.
  for (size_t at = 0; at < text.size();) {
    const auto found = std::ranges::find_if(
        fangs, [&](const auto& fang) { return same(text.substr(at, fang.first.size()), fang.first); });
    if (text[at] == '[' || text[at] == '(' || text[at] == '{' || text[at] == '.' || text[at] == '\\') {
      if (found != std::end(fangs) && !(found->first == "\\." && text.find(":\\") != std::string_view::npos)) {
        out += found->second;
        at += found->first.size();
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

std::optional<IndicatorType> guess_type(std::string_view text) {
  text = trim(text);
  char bytes[16];
  if (text.empty()) return std::nullopt;
  if (pack_address(without_port(text), bytes) != 0) return IndicatorType::ip;
  if (text.find("://") != std::string_view::npos) return IndicatorType::url;
  if (is_network(text)) return IndicatorType::cidr;
  if (const auto hash = hash_type(text)) return hash;
  std::string normal;
  if (text.find('@') != std::string_view::npos && text.find('/') == std::string_view::npos)
    return normal_email(text, normal) ? std::optional(IndicatorType::email) : std::nullopt;
  if (text.find('\\') != std::string_view::npos || text.front() == '/') return IndicatorType::file_path;
  if (names_a_file(text) && text.find('/') == std::string_view::npos) return IndicatorType::file_name;
  if (pack(IndicatorType::domain, text)) return IndicatorType::domain;
  // "evil.example/a.php": a URL whose scheme nobody wrote.
  const size_t slash = text.find('/');
  if (slash != std::string_view::npos && pack(IndicatorType::domain, without_port(text.substr(0, slash))))
    return IndicatorType::url;
  return std::nullopt;
}

std::string_view why_no_type(std::string_view text) {
  text = trim(text);
  char bytes[16];
  const size_t slash = text.find('/');
  const bool network = slash != std::string_view::npos && pack_address(text.substr(0, slash), bytes) != 0;
  const auto packed = network ? pack(IndicatorType::cidr, text) : std::string();
  return packed ? "it looks like no kind of indicator" : packed.error();
}

}  // namespace yagura::detect
