#include "lake/query/words.hpp"

#include <utility>

#include "base/text.hpp"

namespace yagura::lake {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string keyword(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

}  // namespace

void add_text(Pattern& pattern, std::string_view text) {
  if (pattern.parts.empty() || pattern.parts.back().piece != Pattern::Piece::text)
    pattern.parts.push_back({Pattern::Piece::text, {}});
  pattern.parts.back().text += text;
}

void QueryText::wrong(size_t at, std::string code, std::string what, std::string hint) const {
  const int column = static_cast<int>(code_points(text_.substr(0, at))) + 1;
  throw QueryFault{{std::move(code), "", 1, column, std::move(what), std::move(hint)}};
}

bool QueryText::space_here() const {
  return is_space(peek());
}

void QueryText::skip_space() {
  for (;;) {
    while (!done() && is_space(text_[at_])) ++at_;
    if (!text_.substr(at_).starts_with("\xE3\x80\x80")) return;  // the ideographic space
    at_ += 3;
  }
}

bool QueryText::ends_word(size_t at) const {
  return at >= text_.size() || is_space(text_[at]) || text_[at] == '(' || text_[at] == ')' || text_[at] == '"' ||
         text_.substr(at).starts_with("\xE3\x80\x80");
}

std::string_view QueryText::operator_here() const {
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with("&&")) return "AND";
  if (rest.starts_with("||")) return "OR";
  for (const std::string_view name : {"AND", "OR", "NOT"})
    if (rest.size() >= name.size() && keyword(rest.substr(0, name.size())) == name && ends_word(at_ + name.size()))
      return name;
  return {};
}

void QueryText::take_operator(std::string_view name) {
  at_ += text_[at_] == '&' || text_[at_] == '|' ? 2 : name.size();
  skip_space();
}

std::string_view QueryText::field_here() const {
  size_t end = at_;
  while (!ends_word(end) && text_[end] != ':' && text_[end] != '\\' && text_[end] != '*') ++end;
  return end < text_.size() && text_[end] == ':' ? text_.substr(at_, end - at_) : std::string_view();
}

QueryWord QueryText::word() {
  QueryWord out;
  out.start = at_;
  if (peek() == '"') return phrase();
  while (!ends_word(at_)) {
    const char c = text_[at_];
    if (c == '\\' && at_ + 1 < text_.size() && std::string_view("*?\\\"():[]{}<>- ").contains(text_[at_ + 1])) {
      add_text(out.pattern, text_.substr(at_ + 1, 1));
      at_ += 2;
      continue;
    }
    if (c == '*') {
      if (out.pattern.parts.empty() || out.pattern.parts.back().piece != Pattern::Piece::any_run)
        out.pattern.parts.push_back({Pattern::Piece::any_run, {}});
    } else if (c == '?') {
      out.pattern.parts.push_back({Pattern::Piece::any_one, {}});
    } else {
      add_text(out.pattern, text_.substr(at_, 1));
    }
    ++at_;
  }
  out.plain = text_.substr(out.start, at_ - out.start);
  return out;
}

QueryWord QueryText::phrase() {
  QueryWord out;
  out.start = at_++;
  out.quoted = true;
  add_text(out.pattern, "");
  for (;; ++at_) {
    if (done())
      wrong(out.start, "query.unclosed_quote", "this quote is never closed",
            "add a '\"'; a backslash before the last quote must be doubled");
    const char c = text_[at_];
    if (c == '"') break;
    if (c == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\')) ++at_;
    add_text(out.pattern, text_.substr(at_, 1));
  }
  ++at_;
  out.plain = out.pattern.parts.front().text;
  return out;
}

void QueryText::take_to() {
  if (keyword(text_.substr(at_, 2)) != "TO" || !ends_word(at_ + 2))
    wrong(at_, "query.bad_range", "TO is missing in this range", "write [1 TO 9]");
  at_ += 2;
}

QueryWord QueryText::range_end(size_t close) {
  if (peek() == '"') return phrase();
  QueryWord out;
  out.start = at_;
  while (at_ < close && !is_space(text_[at_])) ++at_;
  out.plain = text_.substr(out.start, at_ - out.start);
  if (out.plain.empty()) wrong(out.start, "query.bad_range", "an end of this range is missing", "write [1 TO 9]");
  add_text(out.pattern, out.plain);
  return out;
}

}  // namespace yagura::lake
