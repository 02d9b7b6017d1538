#include "ledger/search_text.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "base/text.hpp"

namespace yagura::ledger {
namespace {

bool is_space(std::string_view character) {
  return character == " " || character == "\t" || character == "\n" || character == "\r" || character == "\v" ||
         character == "\f" || character == "\xE3\x80\x80";
}

std::vector<std::string_view> characters(std::string_view utf8) {
  std::vector<std::string_view> out;
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    out.push_back(utf8.substr(i, length));
    i += std::min(length, utf8.size() - i);
  }
  return out;
}

/// The tokenizer takes ASCII letters, digits, '_' and everything beyond ASCII for parts of a token; the rest
/// is written as '_' and two hexadecimal digits.
void add_encoded(std::string_view character, std::string& out) {
  const char c = character[0];
  const bool plain = character.size() > 1 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  if (plain) {
    out += character;
  } else {
    out += '_';
    out += to_hex(character);
  }
}

/// Calls `take` with each run of characters between white space.
template <typename Take>
void each_word(std::string_view folded, const Take& take) {
  std::vector<std::string_view> word;
  for (const std::string_view character : characters(folded)) {
    if (!is_space(character)) {
      word.push_back(character);
      continue;
    }
    if (!word.empty()) take(word);
    word.clear();
  }
  if (!word.empty()) take(word);
}

void add_text(std::string_view text, size_t& room, std::string& out) {
  if (room == 0) return;
  text = text.substr(0, room);
  room -= text.size();
  const std::string folded = fold_for_search(text);
  each_word(folded, [&](const std::vector<std::string_view>& word) {
    for (size_t i = 0; i < word.size(); ++i) {
      add_encoded(word[i], out);
      // The last character stands alone: it ends the chain of pairs, so no phrase runs on into the next word.
      if (i + 1 < word.size()) add_encoded(word[i + 1], out);
      out += ' ';
    }
  });
}

void add_value(const boost::json::value& value, size_t& room, std::string& out) {
  if (const auto* text = value.if_string())
    add_text(std::string_view(*text), room, out);
  else if (const auto* array = value.if_array())
    for (const auto& item : *array) add_value(item, room, out);
  else if (const auto* object = value.if_object())
    for (const auto& entry : *object) add_value(entry.value(), room, out);
}

void add_table(const Field& field, const boost::json::value& value, size_t& room, std::string& out) {
  const auto* lines = value.if_array();
  if (!lines) return;
  for (const auto& line : *lines)
    if (const auto* cells = line.if_object())
      for (const Field& column : field.columns)
        if (const auto* cell = cells->if_contains(column.name); cell && column.searched) add_value(*cell, room, out);
}

}  // namespace

std::string search_tokens(const RecordType& type, std::string_view record_id, const boost::json::object& body) {
  std::string out;
  size_t room = indexed_text_bytes_max;
  add_text(record_id, room, out);
  for (const Field& field : type.fields) {
    const auto* value = body.if_contains(field.name);
    if (!value || !field.searched) continue;
    if (field.kind == FieldKind::table)
      add_table(field, *value, room, out);
    else
      add_value(*value, room, out);
  }
  return out;
}

std::string search_expression(std::string_view text) {
  std::string out;
  each_word(fold_for_search(text), [&](const std::vector<std::string_view>& word) {
    out += out.empty() ? "\"" : " AND \"";
    if (word.size() == 1) {
      add_encoded(word[0], out);
      out += "\"*";
      return;
    }
    for (size_t i = 0; i + 1 < word.size(); ++i) {
      if (i > 0) out += ' ';
      add_encoded(word[i], out);
      add_encoded(word[i + 1], out);
    }
    out += '"';
  });
  return out;
}

}  // namespace yagura::ledger
