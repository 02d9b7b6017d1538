// The text of a query, read word by word, and what a word is worth as a value of a field. Only the parser uses this.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostic.hpp"
#include "base/time.hpp"
#include "lake/query/query.hpp"

namespace yagura::lake {

/// Thrown by the readers below, caught in parse_query().
struct QueryFault {
  Diagnostic diagnostic;
};

struct QueryWord {
  Pattern pattern;
  std::string plain;  // as written, without escapes undone
  size_t start = 0;
  bool quoted = false;
};

void add_text(Pattern& pattern, std::string_view text);

/// A cursor over the text.
class QueryText {
 public:
  explicit QueryText(std::string_view text) : text_(text) {}

  bool done() const { return at_ >= text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }
  size_t at() const { return at_; }
  char take() { return text_[at_++]; }
  void skip(size_t bytes) { at_ += bytes; }
  void skip_space();
  bool space_here() const;

  bool ends_word(size_t at) const;
  /// A lone '-' or '!' before a group negates it; before a blank it is a word.
  bool ends_word_before_group(size_t at) const { return ends_word(at) && text_[at] != '(' && text_[at] != '"'; }
  bool more_behind() const { return at_ + 1 < text_.size(); }

  /// The operator at the cursor, without taking it: "AND", "OR", "NOT" or nothing.
  std::string_view operator_here() const;
  void take_operator(std::string_view name);
  /// The name before a ':' at the cursor; empty when what stands here is no field.
  std::string_view field_here() const;

  /// The next word or phrase, its wildcards parted and its escapes undone.
  QueryWord word();
  QueryWord phrase();
  /// Where the range that starts here closes; npos when it never does.
  size_t range_close() const { return text_.find_first_of("]}", at_); }
  /// Takes the "TO" between a range's ends.
  void take_to();
  QueryWord range_end(size_t close);

  [[noreturn]] void wrong(size_t at, std::string code, std::string what, std::string hint) const;

 private:
  std::string_view text_;
  size_t at_ = 0;
};

/// field:word as a condition: a pattern, a network, a time or day, a class by its name. Throws QueryFault.
Node value_node(const QueryText& text, Timestamp now, const FieldRef& field, const QueryWord& word);

/// field:>word and the ends of ranges: numbers, and times where the field is one. Throws QueryFault.
Node bound_node(const QueryText& text, Timestamp now, const FieldRef& field, Compare comparison, const QueryWord& word);

}  // namespace yagura::lake
