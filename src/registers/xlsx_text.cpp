#include "registers/xlsx_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace yagura::registers {
namespace {

constexpr size_t escape_length = 7;  // _x000D_
constexpr size_t columns_of_a_sheet = 16'384;
constexpr int64_t rows_of_a_sheet = 1'048'576;

std::optional<unsigned> escape_at(std::string_view text, size_t at) {
  const std::string_view piece = text.substr(at, escape_length);
  if (piece.size() < escape_length || !piece.starts_with("_x") || piece.back() != '_') return std::nullopt;
  unsigned code = 0;
  const char* begin = piece.data() + 2;
  const auto [end, error] = std::from_chars(begin, begin + 4, code, 16);
  if (error != std::errc() || end != begin + 4) return std::nullopt;
  return code;
}

void append_utf8(unsigned code, std::string& out) {
  const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

}  // namespace

std::string column_letters(size_t column) {
  std::string out;
  for (++column; column > 0; column = (column - 1) / 26) out += static_cast<char>('A' + (column - 1) % 26);
  std::ranges::reverse(out);
  return out;
}

std::optional<std::pair<size_t, int64_t>> parse_place(std::string_view text) {
  size_t column = 0;
  size_t at = 0;
  for (; at < text.size() && text[at] >= 'A' && text[at] <= 'Z' && column <= columns_of_a_sheet; ++at)
    column = column * 26 + static_cast<size_t>(text[at] - 'A' + 1);
  int64_t row = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), row);
  if (column == 0 || column > columns_of_a_sheet || error != std::errc() || end != text.data() + text.size() ||
      row < 1 || row > rows_of_a_sheet)
    return std::nullopt;
  return std::pair{column - 1, row};
}

void append_xlsx_text(std::string_view text, std::string& out) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c < 0x20 && c != '\t' && c != '\n') {
      out += fmt::format("_x{:04X}_", static_cast<unsigned>(c));
    } else if (c == '_' && escape_at(text, i)) {
      out += "_x005F_";
    } else if (c == 0xEF && (text.substr(i, 3) == "\xEF\xBF\xBE" || text.substr(i, 3) == "\xEF\xBF\xBF")) {
      out += text[i + 2] == '\xBE' ? "_xFFFE_" : "_xFFFF_";
      i += 2;
    } else {
      out += text[i];
    }
  }
}

std::string undo_xlsx_escapes(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    auto code = text[i] == '_' ? escape_at(text, i) : std::nullopt;
    if (!code) {
      out += text[i];
      continue;
    }
    i += escape_length - 1;
    if (*code >= 0xD800 && *code < 0xDC00) {
      const auto low = escape_at(text, i + 1);
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
        i += escape_length;
      } else {
        code = 0xFFFD;
      }
    } else if (*code >= 0xDC00 && *code < 0xE000) {
      code = 0xFFFD;
    }
    append_utf8(*code, out);
  }
  return out;
}

}  // namespace yagura::registers
