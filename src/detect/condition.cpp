#include "detect/condition.hpp"

#include <optional>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

struct Token {
  std::string_view text;
  size_t offset;
};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> out;
  for (size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    size_t end = at + 1;
    const auto alone = [](char c) { return c == '(' || c == ')' || c == '|'; };
    if (!alone(text[at]))
      while (end < text.size() && !is_space(text[end]) && !alone(text[end])) ++end;
    out.push_back({text.substr(at, end - at), at});
    at = end;
  }
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), tokens_(tokens_of(text)) {}

  std::expected<Condition, ConditionFault> run() {
    if (tokens_.empty()) return wrong("sigma.condition.empty", "the condition is empty");
    auto out = any_level(0);
    if (!out) return out;
    if (at_ < tokens_.size()) {
      if (tokens_[at_].text == "|")
        return wrong("sigma.condition.aggregation",
                     "aggregations behind '|' are no part of Sigma since 2.0; correlation rules took their place");
      return wrong("sigma.condition.syntax", "'" + std::string(tokens_[at_].text) + "' is not expected here");
    }
    return out;
  }

 private:
  using Parsed = std::expected<Condition, ConditionFault>;

  std::unexpected<ConditionFault> wrong(std::string code, std::string reason) const {
    const size_t offset = at_ < tokens_.size() ? tokens_[at_].offset : text_.size();
    return std::unexpected(ConditionFault{std::move(code), std::move(reason), offset});
  }

  bool is(std::string_view word) const { return at_ < tokens_.size() && ascii_lower(tokens_[at_].text) == word; }

  Parsed level(int depth, Condition::Op op, std::string_view word, Parsed (Parser::*operand)(int)) {
    auto first = (this->*operand)(depth);
    if (!first || !is(word)) return first;
    Condition out{op, {}, {}};
    out.children.push_back(std::move(*first));
    while (is(word)) {
      ++at_;
      auto next = (this->*operand)(depth);
      if (!next) return next;
      out.children.push_back(std::move(*next));
    }
    return out;
  }

  Parsed any_level(int depth) { return level(depth, Condition::Op::any, "or", &Parser::all_level); }
  Parsed all_level(int depth) { return level(depth, Condition::Op::all, "and", &Parser::operand); }

  Parsed operand(int depth) {
    if (depth > condition_depth_max) return wrong("sigma.condition.too_deep", "nested deeper than 64 levels");
    if (at_ >= tokens_.size()) return wrong("sigma.condition.syntax", "the condition ends where a name is expected");
    if (is("not")) {
      ++at_;
      auto inner = operand(depth + 1);
      if (!inner) return inner;
      Condition out{Condition::Op::negate, {}, {}};
      out.children.push_back(std::move(*inner));
      return out;
    }
    if (is("(")) {
      ++at_;
      auto inner = any_level(depth + 1);
      if (!inner) return inner;
      if (!is(")")) return wrong("sigma.condition.parenthesis", "a parenthesis is not closed");
      ++at_;
      return inner;
    }
    if (is(")") || is("and") || is("or") || is("|") || is("of"))
      return wrong("sigma.condition.syntax",
                   "a name is expected where '" + std::string(tokens_[at_].text) + "' stands");
    if (at_ + 1 < tokens_.size() && ascii_lower(tokens_[at_ + 1].text) == "of") return quantified();
    return name();
  }

  Parsed quantified() {
    Condition out;
    if (is("1") || is("any")) {
      out.op = Condition::Op::one_of;
    } else if (is("all")) {
      out.op = Condition::Op::all_of;
    } else {
      return wrong("sigma.condition.quantifier",
                   "'" + std::string(tokens_[at_].text) + " of' is not in the specification: only '1 of' and 'all of'");
    }
    at_ += 2;
    if (at_ >= tokens_.size() || is("(") || is(")") || is("|") || is("and") || is("or") || is("not"))
      return wrong("sigma.condition.syntax", "'of' asks for 'them' or a pattern of names");
    out.name = tokens_[at_++].text;
    return out;
  }

  Parsed name() {
    const std::string_view word = tokens_[at_].text;
    if (word.find('*') != std::string_view::npos)
      return wrong("sigma.condition.pattern_alone",
                   "'" + std::string(word) + "' is a pattern: write '1 of' or 'all of' before it");
    ++at_;
    return Condition{Condition::Op::name, std::string(word), {}};
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

bool glob(std::string_view pattern, std::string_view name) {
  size_t p = 0;
  size_t n = 0;
  std::optional<size_t> star;
  size_t resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star) {
      p = *star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

std::expected<Condition, ConditionFault> parse_condition(std::string_view text) {
  if (text.size() > condition_bytes_max)
    return std::unexpected(ConditionFault{"sigma.condition.too_long", "longer than 16 KiB", 0});
  return Parser(text).run();
}

bool means(std::string_view pattern, std::string_view name) {
  if (pattern == "them") return !name.starts_with('_');
  if (name.starts_with('_') && !pattern.starts_with('_')) return false;
  return glob(pattern, name);
}

}  // namespace yagura::detect
