#include <compare>
#include <utility>

#include "base/text.hpp"
#include "lake/query/fields.hpp"
#include "lake/query/query.hpp"
#include "lake/query/words.hpp"

namespace yagura::lake {
namespace {

class Parser {
 public:
  Parser(std::string_view text, Timestamp now, const KnownFields* known) : in_(text), now_(now), known_(known) {}

  Query parse() {
    in_.skip_space();
    if (in_.done()) return {};
    Query query{any_of(0)};
    in_.skip_space();
    if (!in_.done()) in_.wrong(in_.at(), "query.unexpected", "')' closes nothing", "remove it, or open a '(' before");
    return query;
  }

 private:
  Node any_of(size_t depth) {
    if (depth > query_depth_max)
      in_.wrong(in_.at(), "query.too_deep", "nested deeper than 64 levels", "flatten the query");
    Node out{.kind = Node::Kind::any};
    out.children.push_back(all_of(depth));
    for (in_.skip_space(); in_.operator_here() == "OR"; in_.skip_space()) {
      in_.take_operator("OR");
      out.children.push_back(all_of(depth));
    }
    return out.children.size() == 1 ? std::move(out.children.front()) : out;
  }

  Node all_of(size_t depth) {
    Node out{.kind = Node::Kind::all};
    for (;;) {
      out.children.push_back(one(depth));
      in_.skip_space();
      const std::string_view next = in_.operator_here();
      if (next == "AND")
        in_.take_operator("AND");
      else if (in_.done() || in_.peek() == ')' || next == "OR")
        break;
    }
    return out.children.size() == 1 ? std::move(out.children.front()) : out;
  }

  Node one(size_t depth) {
    in_.skip_space();
    if (in_.done() || in_.peek() == ')')
      in_.wrong(in_.at(), "query.missing_term", "something to search for is missing here",
                "write a term, or remove the operator");
    const std::string_view next = in_.operator_here();
    if (next == "AND" || next == "OR")
      in_.wrong(in_.at(), "query.missing_term", std::string(next) + " has nothing before it",
                "write a term before it, or put the word in quotes to search for it");
    const bool minus =
        (in_.peek() == '-' || in_.peek() == '!') && in_.more_behind() && !in_.ends_word_before_group(in_.at() + 1);
    if (next == "NOT" || minus) {
      if (depth >= query_depth_max)
        in_.wrong(in_.at(), "query.too_deep", "nested deeper than 64 levels", "flatten the query");
      if (next == "NOT")
        in_.take_operator("NOT");
      else
        in_.skip(1);
      Node out{.kind = Node::Kind::negation};
      out.children.push_back(one(depth + 1));
      return out;
    }
    if (in_.peek() == '(') return group(depth);
    if (++terms_ > query_terms_max)
      in_.wrong(in_.at(), "query.too_many_terms", "more than 1000 terms", "search for fewer at once");
    return term(depth);
  }

  Node group(size_t depth) {
    const size_t opened = in_.at();
    in_.skip(1);
    Node out = any_of(depth + 1);
    in_.skip_space();
    if (in_.peek() != ')') in_.wrong(opened, "query.unclosed_paren", "this '(' is never closed", "add a ')'");
    in_.skip(1);
    return out;
  }

  Node term(size_t depth) {
    const size_t start = in_.at();
    const std::string_view name = in_.peek() == '"' ? std::string_view() : in_.field_here();
    if (name.empty()) {
      QueryWord word = in_.word();
      Node out{.kind = Node::Kind::text};
      out.pattern = std::move(word.pattern);
      return out;
    }
    const FieldRef field = resolve(name, start);
    in_.skip(name.size() + 1);
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
    in_.wrong(at, "query.unknown_field", "no event has a field '" + std::string(name) + "'", hint);
  }

  Node values(const FieldRef& field, const std::string& name, size_t depth) {
    if (in_.done() || in_.space_here() || in_.peek() == ')')
      in_.wrong(in_.at(), "query.missing_value", "the value of '" + name + "' is missing",
                "write " + name + ":value, without a space");
    if (in_.peek() == '(') return value_group(field, name, depth);
    if (in_.peek() == '[' || in_.peek() == '{') return range(field);
    if (in_.peek() == '<' || in_.peek() == '>') return comparison(field);
    return value_node(in_, now_, field, in_.word());
  }

  /// field:(a OR b NOT c): the same grammar, each word a value of the field.
  Node value_group(const FieldRef& field, const std::string& name, size_t depth) {
    if (depth >= query_depth_max)
      in_.wrong(in_.at(), "query.too_deep", "nested deeper than 64 levels", "flatten the query");
    const size_t opened = in_.at();
    in_.skip(1);
    Node out{.kind = Node::Kind::any};
    Node all{.kind = Node::Kind::all};
    for (bool first = true;; first = false) {
      in_.skip_space();
      if (in_.done()) in_.wrong(opened, "query.unclosed_paren", "this '(' is never closed", "add a ')'");
      if (in_.peek() == ')' && !first) break;
      std::string_view next = in_.operator_here();
      if (!first && (next == "OR" || next == "AND")) {
        in_.take_operator(next);
        if (next == "OR") out.children.push_back(std::exchange(all, Node{.kind = Node::Kind::all}));
        next = in_.operator_here();
      }
      const bool negated = next == "NOT";
      if (negated) in_.take_operator("NOT");
      if (in_.done() || in_.peek() == ')' || (!negated && !next.empty()))
        in_.wrong(in_.at(), "query.missing_value", "a value of '" + name + "' is missing here",
                  "write one, or remove the operator");
      if (++terms_ > query_terms_max)
        in_.wrong(in_.at(), "query.too_many_terms", "more than 1000 terms", "search for fewer at once");
      Node inner = values(field, name, depth + 1);
      if (negated) {
        Node wrapped{.kind = Node::Kind::negation};
        wrapped.children.push_back(std::move(inner));
        inner = std::move(wrapped);
      }
      all.children.push_back(std::move(inner));
    }
    in_.skip(1);
    out.children.push_back(std::move(all));
    return out;
  }

  Node comparison(const FieldRef& field) {
    const char first = in_.take();
    const bool equal = in_.peek() == '=';
    if (equal) in_.skip(1);
    if (in_.ends_word(in_.at()) && in_.peek() != '"')
      in_.wrong(in_.at(), "query.missing_value", "a number or time is missing after '" + std::string(1, first) + "'",
                "write it without a space: field:>10");
    const Compare comparison = first == '<' ? (equal ? Compare::less_equal : Compare::less)
                                            : (equal ? Compare::greater_equal : Compare::greater);
    return bound_node(in_, now_, field, comparison, in_.word());
  }

  /// [a TO b], {a TO b} and their mixtures; * leaves an end open.
  Node range(const FieldRef& field) {
    const size_t opened = in_.at();
    const size_t close = in_.range_close();
    if (close == std::string_view::npos)
      in_.wrong(opened, "query.unclosed_range", "this range is never closed", "write [1 TO 9] or {1 TO 9}");
    const bool open_low = in_.take() == '{';
    QueryWord ends[2];
    for (int i = 0; i < 2; ++i) {
      in_.skip_space();
      if (i == 1) {
        in_.take_to();
        in_.skip_space();
      }
      ends[i] = in_.range_end(close);
    }
    in_.skip_space();
    if (in_.at() != close) in_.wrong(in_.at(), "query.bad_range", "a range has two ends", "write [1 TO 9]");
    const bool open_high = in_.take() == '}';
    Node out{.kind = Node::Kind::all};
    if (ends[0].plain != "*")
      out.children.push_back(
          bound_node(in_, now_, field, open_low ? Compare::greater : Compare::greater_equal, ends[0]));
    if (ends[1].plain != "*")
      out.children.push_back(bound_node(in_, now_, field, open_high ? Compare::less : Compare::less_equal, ends[1]));
    if (out.children.empty()) return Node{.kind = Node::Kind::exists, .field = field};
    if (out.children.size() == 2) check_order(opened, out.children[0], out.children[1], ends);
    return out;
  }

  /// A range that no value lies in is a slip, not a search.
  void check_order(size_t at, const Node& low, const Node& high, const QueryWord (&ends)[2]) const {
    const auto order =
        low.time && high.time ? std::partial_ordering(*low.time <=> *high.time) : low.number <=> high.number;
    const std::string what = "nothing lies between '" + ends[0].plain + "' and '" + ends[1].plain + "'";
    if (order > 0)
      in_.wrong(at, "query.empty_range", what,
                "the smaller end comes first: [" + ends[1].plain + " TO " + ends[0].plain + "]");
    const bool both_in = low.comparison == Compare::greater_equal && high.comparison == Compare::less_equal;
    if (order == 0 && !both_in)
      in_.wrong(at, "query.empty_range", what,
                "square brackets take the ends in: [" + ends[0].plain + " TO " + ends[1].plain + "]");
  }

  QueryText in_;
  Timestamp now_;
  const KnownFields* known_;
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
  } catch (const QueryFault& fault) {
    return std::unexpected(fault.diagnostic);
  }
}

}  // namespace yagura::lake
