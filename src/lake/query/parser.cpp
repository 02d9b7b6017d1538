#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "event/ocsf.hpp"
#include "event/value.hpp"
#include "lake/columns.hpp"
#include "lake/query/fields.hpp"
#include "lake/query/network.hpp"
#include "lake/query/query.hpp"

namespace yagura::lake {
namespace {

/// Thrown inside this file only.
struct Fault {
  Diagnostic diagnostic;
};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string keyword(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

void add_text(Pattern& pattern, std::string_view text) {
  if (pattern.parts.empty() || pattern.parts.back().piece != Pattern::Piece::text)
    pattern.parts.push_back({Pattern::Piece::text, {}});
  pattern.parts.back().text += text;
}

class Parser {
 public:
  Parser(std::string_view text, Timestamp now, const KnownFields* known) : text_(text), now_(now), known_(known) {}

  Query parse() {
    skip_space();
    if (done()) return {};
    Query query{any_of(0)};
    skip_space();
    if (!done()) wrong(at_, "query.unexpected", "')' closes nothing", "remove it, or open a '(' before");
    return query;
  }

 private:
  struct Word {
    Pattern pattern;
    std::string plain;  // as written, without escapes undone
    size_t start = 0;
    bool quoted = false;
  };

  [[noreturn]] void wrong(size_t at, std::string code, std::string what, std::string hint) const {
    const int column = static_cast<int>(code_points(text_.substr(0, at))) + 1;
    throw Fault{{std::move(code), "", 1, column, std::move(what), std::move(hint)}};
  }

  bool done() const { return at_ >= text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }
  void skip_space() {
    for (;;) {
      while (!done() && is_space(text_[at_])) ++at_;
      if (!text_.substr(at_).starts_with("\xE3\x80\x80")) return;  // the ideographic space
      at_ += 3;
    }
  }

  bool ends_word(size_t at) const {
    return at >= text_.size() || is_space(text_[at]) || text_[at] == '(' || text_[at] == ')' || text_[at] == '"' ||
           text_.substr(at).starts_with("\xE3\x80\x80");
  }

  /// The operator at the cursor, without taking it: "AND", "OR", "NOT" or nothing.
  std::string_view operator_here() const {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("&&")) return "AND";
    if (rest.starts_with("||")) return "OR";
    for (const std::string_view name : {"AND", "OR", "NOT"})
      if (rest.size() >= name.size() && keyword(rest.substr(0, name.size())) == name && ends_word(at_ + name.size()))
        return name;
    return {};
  }

  void take_operator(std::string_view name) {
    at_ += text_[at_] == '&' || text_[at_] == '|' ? 2 : name.size();
    skip_space();
  }

  Node any_of(size_t depth) {
    if (depth > query_depth_max) wrong(at_, "query.too_deep", "nested deeper than 64 levels", "flatten the query");
    Node out{.kind = Node::Kind::any};
    out.children.push_back(all_of(depth));
    for (skip_space(); operator_here() == "OR"; skip_space()) {
      take_operator("OR");
      out.children.push_back(all_of(depth));
    }
    return out.children.size() == 1 ? std::move(out.children.front()) : out;
  }

  Node all_of(size_t depth) {
    Node out{.kind = Node::Kind::all};
    for (;;) {
      out.children.push_back(one(depth));
      skip_space();
      const std::string_view next = operator_here();
      if (next == "AND")
        take_operator("AND");
      else if (done() || peek() == ')' || next == "OR")
        break;
    }
    return out.children.size() == 1 ? std::move(out.children.front()) : out;
  }

  Node one(size_t depth) {
    skip_space();
    if (done() || peek() == ')')
      wrong(at_, "query.missing_term", "something to search for is missing here",
            "write a term, or remove the operator");
    const std::string_view next = operator_here();
    if (next == "AND" || next == "OR")
      wrong(at_, "query.missing_term", std::string(next) + " has nothing before it",
            "write a term before it, or put the word in quotes to search for it");
    const bool minus = (peek() == '-' || peek() == '!') && at_ + 1 < text_.size() && !ends_word_before_group(at_ + 1);
    if (next == "NOT" || minus) {
      if (depth >= query_depth_max) wrong(at_, "query.too_deep", "nested deeper than 64 levels", "flatten the query");
      if (next == "NOT")
        take_operator("NOT");
      else
        ++at_;
      Node out{.kind = Node::Kind::negation};
      out.children.push_back(one(depth + 1));
      return out;
    }
    if (peek() == '(') return group(depth);
    if (++terms_ > query_terms_max)
      wrong(at_, "query.too_many_terms", "more than 1000 terms", "search for fewer at once");
    return term(depth);
  }

  bool ends_word_before_group(size_t at) const { return ends_word(at) && text_[at] != '(' && text_[at] != '"'; }

  Node group(size_t depth) {
    const size_t opened = at_++;
    Node out = any_of(depth + 1);
    skip_space();
    if (peek() != ')') wrong(opened, "query.unclosed_paren", "this '(' is never closed", "add a ')'");
    ++at_;
    return out;
  }

  /// The name before a ':' at the cursor; empty when what stands here is no field.
  std::string_view field_here() const {
    size_t end = at_;
    while (!ends_word(end) && text_[end] != ':' && text_[end] != '\\' && text_[end] != '*') ++end;
    return end < text_.size() && text_[end] == ':' ? text_.substr(at_, end - at_) : std::string_view();
  }

  Node term(size_t depth) {
    const size_t start = at_;
    const std::string_view name = peek() == '"' ? std::string_view() : field_here();
    if (name.empty()) {
      Word word = read_word();
      Node out{.kind = Node::Kind::text};
      out.pattern = std::move(word.pattern);
      return out;
    }
    const FieldRef field = resolve(name, start);
    at_ += name.size() + 1;
    return values(field, std::string(name), depth);
  }

  FieldRef resolve(std::string_view name, size_t at) const {
    auto found = resolve_field(name, known_);
    if (found) return *found;
    std::string hint = "to search for this text itself, put it in quotes";
    if (!found.error().empty()) {
      hint = "did you mean " + found.error()[0];
      for (size_t i = 1; i < found.error().size(); ++i) hint += " or " + found.error()[i];
      hint += "? To search for this text itself, put it in quotes";
    }
    wrong(at, "query.unknown_field", "no event has a field '" + std::string(name) + "'", hint);
  }

  Node values(const FieldRef& field, const std::string& name, size_t depth) {
    if (done() || is_space(peek()) || peek() == ')')
      wrong(at_, "query.missing_value", "the value of '" + name + "' is missing",
            "write " + name + ":value, without a space");
    if (peek() == '(') return value_group(field, name, depth);
    if (peek() == '[' || peek() == '{') return range(field);
    if (peek() == '<' || peek() == '>') return comparison(field);
    return value(field, read_word());
  }

  /// field:(a OR b NOT c): the same grammar, each word a value of the field.
  Node value_group(const FieldRef& field, const std::string& name, size_t depth) {
    if (depth >= query_depth_max) wrong(at_, "query.too_deep", "nested deeper than 64 levels", "flatten the query");
    const size_t opened = at_++;
    Node out{.kind = Node::Kind::any};
    Node all{.kind = Node::Kind::all};
    for (bool first = true;; first = false) {
      skip_space();
      if (done()) wrong(opened, "query.unclosed_paren", "this '(' is never closed", "add a ')'");
      if (peek() == ')' && !first) break;
      std::string_view next = operator_here();
      if (!first && (next == "OR" || next == "AND")) {
        take_operator(next);
        if (next == "OR") out.children.push_back(std::exchange(all, Node{.kind = Node::Kind::all}));
        next = operator_here();
      }
      const bool negated = next == "NOT";
      if (negated) take_operator("NOT");
      if (done() || peek() == ')' || (!negated && !next.empty()))
        wrong(at_, "query.missing_value", "a value of '" + name + "' is missing here",
              "write one, or remove the operator");
      if (++terms_ > query_terms_max)
        wrong(at_, "query.too_many_terms", "more than 1000 terms", "search for fewer at once");
      Node inner = values(field, name, depth + 1);
      if (negated) {
        Node wrapped{.kind = Node::Kind::negation};
        wrapped.children.push_back(std::move(inner));
        inner = std::move(wrapped);
      }
      all.children.push_back(std::move(inner));
    }
    ++at_;
    out.children.push_back(std::move(all));
    return out;
  }

  Word read_word() {
    Word out;
    out.start = at_;
    if (peek() == '"') return read_phrase();
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

  Word read_phrase() {
    Word out;
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

  bool any_column(const FieldRef& field, auto&& holds) const {
    for (const std::string& name : field.columns)
      if (holds(*find_column(name))) return true;
    return false;
  }

  Node value(const FieldRef& field, Word word) {
    Node out{.kind = Node::Kind::matches, .field = field, .pattern = word.pattern};
    const bool is_time = any_column(field, [](const Column& c) { return c.kind == ColumnKind::time; });
    const bool is_address = any_column(field, [](const Column& c) { return !c.number_sql.empty(); });
    if (!word.quoted && word.pattern.parts.size() == 1 && word.pattern.parts[0].piece == Pattern::Piece::any_run) {
      out.kind = Node::Kind::exists;
      return out;
    }
    if (is_time) return moment(field, word);
    if (field.columns == std::vector<std::string>{"class_uid"}) return class_named(std::move(out), word);
    if (!word.quoted && word.plain.find('/') != std::string::npos && (is_address || field.columns.empty())) {
      if (parse_network(word.plain)) {
        out.kind = Node::Kind::network;
        out.network = word.plain;
      } else if (is_address) {
        wrong(word.start, "query.bad_network", "'" + word.plain + "' is no network",
              "write it like 10.0.0.0/8 or 2001:db8::/32");
      }
    }
    return out;
  }

  /// class:"Process Activity" and class:process_activity mean class_uid:1007.
  Node class_named(Node out, const Word& word) const {
    const auto literal = word.pattern.literal();
    if (!literal || event::as_integer({event::Kind::string, *literal})) return out;
    std::string wanted = ascii_lower(*literal);
    for (char& c : wanted)
      if (c == '_') c = ' ';
    for (int32_t uid : event::ocsf::all_classes())
      if (ascii_lower(event::ocsf::class_name(uid)) == wanted) {
        out.pattern = {};
        add_text(out.pattern, std::to_string(uid));
        return out;
      }
    wrong(word.start, "query.unknown_class", "no OCSF class is called '" + *literal + "'",
          "write a class_uid, or a name like \"Process Activity\"");
  }

  static constexpr int64_t day_ns = 86'400 * ns_per_second;

  Node bound(const FieldRef& field, Compare comparison, Timestamp time) const {
    Node out{.kind = Node::Kind::compare, .field = field};
    out.comparison = comparison;
    out.time = time;
    return out;
  }

  Node moment(const FieldRef& field, const Word& word) const {
    const Timestamp time = read_time(word);
    Node out{.kind = Node::Kind::all};
    const bool whole_day = word.plain.size() == 10 && word.plain.find('-') == 4;
    out.children.push_back(bound(field, Compare::greater_equal, time));
    out.children.push_back(
        bound(field, whole_day ? Compare::less : Compare::less_equal, {whole_day ? time.ns + day_ns : time.ns}));
    return out;
  }

  Timestamp read_time(const Word& word) const {
    std::string text = word.pattern.literal().value_or(word.plain);
    if (text.starts_with("now")) {
      if (const auto time = relative_time(text)) return *time;
    } else {
      if (text.size() == 10) text += "T00:00:00Z";
      if (const auto time = parse_time(text)) return *time;
    }
    wrong(word.start, "query.bad_time", "'" + word.plain + "' is no time",
          "write 2026-04-08, 2026-04-08T10:58:04Z or now-15m (s, m, h, d, w)");
  }

  std::optional<Timestamp> relative_time(std::string_view text) const {
    text.remove_prefix(3);
    if (text.empty()) return now_;
    const auto span = text[0] == '-' || text[0] == '+' ? parse_span(text.substr(1)) : std::nullopt;
    if (!span) return std::nullopt;
    int64_t shift = 0;
    int64_t ns = 0;
    if (__builtin_mul_overflow(*span, ns_per_second, &shift) ||
        __builtin_add_overflow(now_.ns, text[0] == '-' ? -shift : shift, &ns))
      return std::nullopt;
    return Timestamp{ns};
  }

  Node bound_of(const FieldRef& field, Compare comparison, const Word& word) const {
    if (any_column(field, [](const Column& c) { return c.kind == ColumnKind::time; }))
      return bound(field, comparison, read_time(word));
    const auto number = event::as_number({event::Kind::string, word.pattern.literal().value_or("")});
    if (!number)
      wrong(word.start, "query.not_a_number", "'" + word.plain + "' is no number", "ranges compare numbers and times");
    Node out{.kind = Node::Kind::compare, .field = field};
    out.comparison = comparison;
    out.number = *number;
    return out;
  }

  Node comparison(const FieldRef& field) {
    const char first = text_[at_++];
    const bool equal = peek() == '=';
    if (equal) ++at_;
    if (ends_word(at_) && peek() != '"')
      wrong(at_, "query.missing_value", "a number or time is missing after '" + std::string(1, first) + "'",
            "write it without a space: field:>10");
    const Compare comparison = first == '<' ? (equal ? Compare::less_equal : Compare::less)
                                            : (equal ? Compare::greater_equal : Compare::greater);
    return bound_of(field, comparison, read_word());
  }

  /// [a TO b], {a TO b} and their mixtures; * leaves an end open.
  Node range(const FieldRef& field) {
    const size_t opened = at_;
    const size_t close = text_.find_first_of("]}", at_);
    if (close == std::string_view::npos)
      wrong(opened, "query.unclosed_range", "this range is never closed", "write [1 TO 9] or {1 TO 9}");
    const bool open_low = text_[at_++] == '{';
    Word ends[2];
    for (int i = 0; i < 2; ++i) {
      skip_space();
      if (i == 1) {
        if (keyword(text_.substr(at_, 2)) != "TO" || !ends_word(at_ + 2))
          wrong(at_, "query.bad_range", "TO is missing in this range", "write [1 TO 9]");
        at_ += 2;
        skip_space();
      }
      ends[i] = range_end(close);
    }
    skip_space();
    if (at_ != close) wrong(at_, "query.bad_range", "a range has two ends", "write [1 TO 9]");
    const bool open_high = text_[at_++] == '}';
    Node out{.kind = Node::Kind::all};
    if (ends[0].plain != "*")
      out.children.push_back(bound_of(field, open_low ? Compare::greater : Compare::greater_equal, ends[0]));
    if (ends[1].plain != "*")
      out.children.push_back(bound_of(field, open_high ? Compare::less : Compare::less_equal, ends[1]));
    if (out.children.empty()) return Node{.kind = Node::Kind::exists, .field = field};
    return out;
  }

  Word range_end(size_t close) {
    if (peek() == '"') return read_phrase();
    Word out;
    out.start = at_;
    while (at_ < close && !is_space(text_[at_])) ++at_;
    out.plain = text_.substr(out.start, at_ - out.start);
    if (out.plain.empty()) wrong(out.start, "query.bad_range", "an end of this range is missing", "write [1 TO 9]");
    add_text(out.pattern, out.plain);
    return out;
  }

  std::string_view text_;
  Timestamp now_;
  const KnownFields* known_;
  size_t at_ = 0;
  size_t terms_ = 0;
};

}  // namespace

std::optional<std::string> Pattern::literal() const {
  if (parts.empty()) return std::string();
  if (parts.size() == 1 && parts[0].piece == Piece::text) return parts[0].text;
  return std::nullopt;
}

Diagnosed<Query> parse_query(std::string_view text, Timestamp now, const KnownFields* known) {
  const auto whole = [](std::string code, std::string what, std::string hint) {
    return std::unexpected(Diagnostic{std::move(code), "", 1, 1, std::move(what), std::move(hint)});
  };
  if (text.size() > query_bytes_max)
    return whole("query.too_long", "longer than 64 KiB", "search for fewer terms at once");
  if (!is_utf8(text)) return whole("query.encoding", "not UTF-8", "send the query as UTF-8");
  try {
    return Parser(text, now, known).parse();
  } catch (const Fault& fault) {
    return std::unexpected(fault.diagnostic);
  }
}

}  // namespace yagura::lake
