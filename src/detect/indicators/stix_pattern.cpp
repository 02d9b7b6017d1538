#include "detect/indicators/stix_pattern.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "detect/indicators/normal_form.hpp"

namespace yagura::detect {
namespace {

struct Comparison {
  std::string path;  // "file:hashes.SHA-256", quotes taken off
  std::string op;    // upper case: "=", "IN", "LIKE", "NOT ="
  std::vector<std::string> values;
};
using Alternative = std::vector<Comparison>;  // all of them
using Alternatives = std::vector<Alternative>;

struct Token {
  enum class Kind { end, word, text, sign } kind = Kind::end;
  std::string text;
};

/// Recursive descent over the grammar's part that equality needs. A fault sticks; its text is the reason.
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : text_(text) { next(); }

  std::expected<Alternatives, std::string> read() {
    Alternatives out = observations(0);
    if (fault_.empty() && token_.kind != Token::Kind::end) fail("the pattern can't be read at '" + token_.text + "'");
    if (!fault_.empty()) return std::unexpected(fault_);
    return out;
  }

 private:
  void fail(std::string why) {
    if (fault_.empty()) fault_ = std::move(why);
    token_ = {};
    at_ = text_.size();
  }

  void next() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
    token_ = {};
    if (at_ >= text_.size()) return;
    const char c = text_[at_];
    if (c == '\'') {
      token_.kind = Token::Kind::text;
      for (++at_; at_ < text_.size() && text_[at_] != '\''; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        token_.text += text_[at_];
      }
      if (at_ >= text_.size()) return fail("a quote is not closed");
      ++at_;
      return;
    }
    if (std::string_view("[](),").contains(c)) {
      token_ = {Token::Kind::sign, std::string(1, c)};
      ++at_;
      return;
    }
    if (std::string_view("=!<>").contains(c)) {
      token_.kind = Token::Kind::sign;
      while (at_ < text_.size() && std::string_view("=!<>").contains(text_[at_])) token_.text += text_[at_++];
      return;
    }
    token_.kind = Token::Kind::word;
    // A path's quotes and list steps belong to it: file:hashes.'SHA-256', email-message:to_refs[*].value
    while (at_ < text_.size() && !std::string_view(" \t\r\n(),=!<>]").contains(text_[at_])) {
      if (text_[at_] == '\'') {
        const size_t end = text_.find('\'', at_ + 1);
        if (end == std::string_view::npos) return fail("a quote is not closed");
        token_.text += text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
      } else if (text_[at_] == '[') {
        const size_t end = text_.find(']', at_);
        if (end == std::string_view::npos) return fail("a bracket is not closed");
        at_ = end + 1;
      } else {
        token_.text += text_[at_++];
      }
    }
    if (token_.text.empty()) fail("the pattern can't be read");
  }

  bool is_word(std::string_view upper) const {
    return token_.kind == Token::Kind::word && token_.text.size() == upper.size() &&
           std::ranges::equal(token_.text, upper, [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
  }
  bool is_sign(std::string_view sign) const { return token_.kind == Token::Kind::sign && token_.text == sign; }
  bool take_sign(std::string_view sign) {
    if (!is_sign(sign)) return false;
    next();
    return true;
  }

  Alternatives observations(int depth) {
    Alternatives out = observation(depth);
    while (fault_.empty()) {
      if (is_word("AND") || is_word("FOLLOWEDBY")) {
        fail("observations joined by " + token_.text + " need more than one event");
      } else if (is_word("WITHIN") || is_word("REPEATS") || is_word("START")) {
        fail("the qualifier " + token_.text + " can't be honoured");
      } else if (is_word("OR")) {
        next();
        append(out, observation(depth));
      } else {
        break;
      }
    }
    return out;
  }

  Alternatives observation(int depth) {
    if (depth > stix_depth_max) {
      fail("the pattern nests too deep");
      return {};
    }
    Alternatives out;
    if (take_sign("(")) {
      out = observations(depth + 1);
      if (!take_sign(")")) fail("a ')' is missing");
    } else if (take_sign("[")) {
      out = any_of(depth + 1);
      if (!take_sign("]")) fail("a ']' is missing");
    } else {
      fail("an observation starts with '['");
    }
    return out;
  }

  Alternatives any_of(int depth) {
    Alternatives out = all_of(depth);
    while (fault_.empty() && is_word("OR")) {
      next();
      append(out, all_of(depth));
    }
    return out;
  }

  Alternatives all_of(int depth) {
    Alternatives out = one(depth);
    while (fault_.empty() && is_word("AND")) {
      next();
      const Alternatives more = one(depth);
      Alternatives both;
      for (const Alternative& a : out)
        for (const Alternative& b : more) {
          if (both.size() >= stix_alternatives_max) {
            fail("the pattern has too many alternatives");
            return {};
          }
          both.push_back(a);
          both.back().insert(both.back().end(), b.begin(), b.end());
        }
      out = std::move(both);
    }
    return out;
  }

  Alternatives one(int depth) {
    if (depth > stix_depth_max) {
      fail("the pattern nests too deep");
      return {};
    }
    if (take_sign("(")) {
      Alternatives out = any_of(depth + 1);
      if (!take_sign(")")) fail("a ')' is missing");
      return out;
    }
    return comparison();
  }

  Alternatives comparison() {
    Comparison out;
    if (token_.kind != Token::Kind::word) {
      fail("an object path is expected");
      return {};
    }
    if (is_word("EXISTS")) {
      next();
      out.op = "EXISTS";
      out.path = token_.text;
      next();
      return {{out}};
    }
    out.path = token_.text;
    next();
    if (is_word("NOT")) {
      out.op = "NOT ";
      next();
    }
    for (const char c : token_.text) out.op += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (token_.kind == Token::Kind::end) {
      fail("a comparison ends before its value");
      return {};
    }
    next();
    if (take_sign("(")) {
      do {
        out.values.push_back(token_.text);
        next();
      } while (fault_.empty() && out.values.size() < stix_alternatives_max && take_sign(","));
      if (!take_sign(")")) fail("a ')' is missing");
    } else {
      if (token_.kind != Token::Kind::text && token_.kind != Token::Kind::word) fail("a value is expected");
      out.values.push_back(token_.text);
      next();
    }
    return {{out}};
  }

  void append(Alternatives& to, Alternatives from) {
    if (to.size() + from.size() > stix_alternatives_max) return fail("the pattern has too many alternatives");
    std::ranges::move(from, std::back_inserter(to));
  }

  std::string_view text_;
  size_t at_ = 0;
  Token token_;
  std::string fault_;
};

std::optional<IndicatorType> hash_named(std::string_view name) {
  std::string key;
  for (const char c : ascii_lower(name))
    if (c != '-' && c != '_') key += c;
  const auto type = parse_indicator_type(key);
  const bool hash = type && *type >= IndicatorType::md5 && *type <= IndicatorType::imphash;
  return hash ? type : std::nullopt;
}

/// The type that a path's values have; nothing when none of ours. A reference may hold several.
std::optional<IndicatorType> type_of(std::string_view path, std::string_view value) {
  const size_t colon = path.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view object = path.substr(0, colon);
  const std::string_view property = path.substr(colon + 1);
  if (const size_t hashes = path.rfind("hashes."); hashes != std::string_view::npos)
    return hash_named(path.substr(hashes + 7));
  if (property.ends_with("imphash")) return IndicatorType::imphash;
  const bool network = value.find('/') != std::string_view::npos;
  if ((object == "ipv4-addr" || object == "ipv6-addr") && property == "value")
    return network ? IndicatorType::cidr : IndicatorType::ip;
  if (object == "domain-name" && property == "value") return IndicatorType::domain;
  if (object == "url" && property == "value") return IndicatorType::url;
  if (object == "email-addr" && property == "value") return IndicatorType::email;
  if (object == "file" && property == "name") return IndicatorType::file_name;
  if (object == "email-message" && property.ends_with("refs.value")) return IndicatorType::email;
  if (object == "email-message" && property.ends_with("_ref.value")) return IndicatorType::email;
  if (object == "network-traffic" && (property == "dst_ref.value" || property == "src_ref.value")) {
    const auto type = guess_type(value);
    if (type == IndicatorType::ip || type == IndicatorType::cidr || type == IndicatorType::domain) return type;
  }
  return std::nullopt;
}

std::string refuse_comparison(const Comparison& one) {
  if (one.op != "=" && one.op != "==" && one.op != "IN" && one.op != "ISSUBSET")
    return "the comparison " + one.op + " can't be honoured, only equality";
  if (one.op == "ISSUBSET" && !one.path.starts_with("ipv4-addr:") && !one.path.starts_with("ipv6-addr:"))
    return "ISSUBSET is for addresses";
  return {};
}

void take_comparison(const Comparison& one, StixTerms& out) {
  if (std::string why = refuse_comparison(one); !why.empty()) {
    out.refused.push_back(std::move(why));
    return;
  }
  for (const std::string& value : one.values) {
    if (const auto type = type_of(one.path, value))
      out.values.emplace_back(*type, value);
    else
      out.refused.push_back("nothing here can match " + one.path);
  }
}

bool is_hash(const Comparison& one) {
  return one.path.find("hashes.") != std::string::npos || one.path.ends_with("imphash");
}

/// Beside a hash of the same file these add nothing that tells it better.
bool describes_file(const Comparison& one) {
  return one.path == "file:name" || one.path == "file:size" || one.path == "file:mime_type" || is_hash(one);
}

/// "network-traffic:dst_ref.type = 'ipv4-addr'" beside its value.
bool is_implied(const Comparison& one, const Alternative& all) {
  if (!one.path.ends_with("_ref.type") || one.op != "=") return false;
  const std::string value = one.path.substr(0, one.path.size() - 4) + "value";
  return std::ranges::any_of(all, [&](const Comparison& other) { return other.path == value; });
}

void take_alternative(Alternative all, StixTerms& out) {
  const Alternative whole = all;
  std::erase_if(all, [&](const Comparison& one) { return is_implied(one, whole); });
  if (all.size() > 1 && std::ranges::all_of(all, describes_file) && std::ranges::any_of(all, is_hash))
    std::erase_if(all, [](const Comparison& one) { return !is_hash(one); });
  else if (all.size() > 1) {
    out.refused.push_back("an AND of " + all[0].path + " and " + all[1].path + " can't be honoured");
    return;
  }
  for (const Comparison& one : all) take_comparison(one, out);
}

}  // namespace

std::expected<StixTerms, std::string> read_stix_pattern(std::string_view pattern) {
  if (pattern.size() > stix_pattern_bytes_max) return std::unexpected("the pattern is too long");
  auto alternatives = PatternReader(pattern).read();
  if (!alternatives) return std::unexpected(alternatives.error());
  StixTerms out;
  for (Alternative& all : *alternatives) take_alternative(std::move(all), out);
  return out;
}

}  // namespace yagura::detect
