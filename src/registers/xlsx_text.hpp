// Texts and places of a spreadsheet's XML.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace yagura::registers {

/// 0 -> "A", 26 -> "AA".
std::string column_letters(size_t column);

/// "AB12" as column (from 0) and row (from 1); nothing when it is no place of a sheet.
std::optional<std::pair<size_t, int64_t>> parse_place(std::string_view text);

/// `text` for XML, with what XML can't carry as _xHHHH_ (ECMA-376 part 1, 22.9.2.19).
void append_xlsx_text(std::string_view text, std::string& out);

/// _xHHHH_ undone; surrogate pairs become one character, halves alone U+FFFD.
std::string undo_xlsx_escapes(std::string_view text);

}  // namespace yagura::registers
