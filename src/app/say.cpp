#include "app/say.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdio>

namespace yagura::app {
namespace {

template <typename Each>
void for_each_code_point(std::string_view text, Each each) {
  const auto length = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < length;) {
    const int32_t start = i;
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const uint8_t*>(text.data()), i, length, c);
    each(c, text.substr(start, i - start));
  }
}

size_t width_of(UChar32 c) {
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

/// `message` with control characters made visible; a diagnostic's hint keeps the second line that to_text() gave it.
std::string printable_message(std::string_view message) {
  constexpr std::string_view hint = "\n  hint: ";
  const size_t at = message.rfind(hint);
  if (at == std::string_view::npos) return printable(message);
  return printable(message.substr(0, at)) + std::string(hint) + printable(message.substr(at + hint.size()));
}

}  // namespace

Exit say(const Error& error) {
  fmt::print(stderr, "yagura: {}\n", printable_message(error.message));
  switch (error.kind) {
    case ErrorKind::invalid:
      return Exit::usage;
    case ErrorKind::not_found:
    case ErrorKind::refused:
    case ErrorKind::forbidden:
    case ErrorKind::conflict:
      return Exit::no;
    default:
      return Exit::could_not;
  }
}

Exit say(const Diagnostic& diagnostic) {
  fmt::print(stderr, "yagura: {}\n", printable_message(to_text(diagnostic)));
  return Exit::usage;
}

size_t columns(std::string_view text) {
  size_t count = 0;
  for_each_code_point(text, [&](UChar32 c, std::string_view) { count += width_of(c); });
  return count;
}

std::string clip(std::string_view text, size_t width, bool from_end) {
  const size_t total = columns(text);
  if (total <= width) return std::string(text);
  if (width == 0) return {};
  std::string out;
  size_t seen = 0;
  size_t used = 1;  // the ellipsis
  for_each_code_point(text, [&](UChar32 c, std::string_view bytes) {
    const size_t own = width_of(c);
    seen += own;
    if (from_end ? total - (seen - own) > width - 1 : used + own > width) {
      if (!from_end) used = width;
      return;
    }
    used += own;
    out += bytes;
  });
  return from_end ? "…" + out : out + "…";
}

void print_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> cells{header};
  for (const auto& row : rows) {
    auto& line = cells.emplace_back();
    for (const std::string& cell : row) line.push_back(printable(cell));
  }
  std::vector<size_t> widths(header.size());
  for (const auto& line : cells)
    for (size_t i = 0; i < line.size() && i < widths.size(); ++i) widths[i] = std::max(widths[i], columns(line[i]));
  for (const auto& line : cells) {
    std::string out;
    for (size_t i = 0; i < line.size() && i < widths.size(); ++i) {
      out += line[i];
      if (i + 1 < line.size()) out += std::string(widths[i] - columns(line[i]) + 2, ' ');
    }
    fmt::print("{}\n", out);
  }
}

}  // namespace yagura::app
