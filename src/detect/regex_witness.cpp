#include "detect/regex_witness.hpp"

#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <string_view>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

using Bytes = std::bitset<128>;  // what a class may be; past ASCII it is left alone

Bytes range(unsigned char first, unsigned char last) {
  Bytes out;
  for (size_t c = first; c <= last; ++c) out.set(c);
  return out;
}

Bytes one_of(std::string_view list) {
  Bytes out;
  for (const char c : list) out.set(static_cast<unsigned char>(c) & 127U);
  return out;
}

/// What \d, \w, \s, \h, \v and their opposites stand for; empty for other letters.
Bytes shorthand(char letter) {
  const Bytes word = range('0', '9') | range('a', 'z') | range('A', 'Z') | one_of("_");
  switch (letter) {
    case 'd':
      return range('0', '9');
    case 'D':
      return ~range('0', '9');
    case 'w':
      return word;
    case 'W':
      return ~word;
    case 's':
      return one_of(" \t\n\r\f\v");
    case 'S':
      return ~one_of(" \t\n\r\f\v");
    case 'h':
      return one_of(" \t");
    case 'N':
      return ~one_of("\n\r");
    case 'R':
    case 'v':
      return one_of("\n");
    default:
      return {};
  }
}

void append_utf8(std::string& out, uint32_t code) {
  std::array<char, U8_MAX_LENGTH> bytes{};
  size_t size = 0;
  UBool failed = 0;
  U8_APPEND(bytes.data(), size, bytes.size(), code, failed);
  if (!failed) out.append(bytes.data(), size);
}

Bytes posix_class(std::string_view name) {
  if (name == "digit") return range('0', '9');
  if (name == "alpha") return range('a', 'z') | range('A', 'Z');
  if (name == "alnum") return range('0', '9') | range('a', 'z') | range('A', 'Z');
  if (name == "upper") return range('A', 'Z');
  if (name == "lower") return range('a', 'z');
  if (name == "xdigit") return range('0', '9') | range('a', 'f') | range('A', 'F');
  if (name == "space") return one_of(" \t\n\r\f\v");
  if (name == "punct") return range('!', '/') | range(':', '@') | range('[', '`') | range('{', '~');
  return range(' ', '~');
}

/// Reads the pattern and writes a text as it goes. What is free to choose (alternatives, repeats, members of classes)
/// is chosen by the number of the try, so that tries differ.
class Writer {
 public:
  Writer(std::string_view pattern, size_t try_number) : pattern_(pattern), try_(try_number) {}

  std::optional<std::string> write() {
    alternatives(0);
    if (failed_ || at_ < pattern_.size()) return std::nullopt;
    return std::move(out_);
  }

 private:
  struct Repeat {
    size_t least = 1;
    size_t most = 1;
  };

  bool more() const { return !failed_ && at_ < pattern_.size(); }
  char peek(size_t ahead = 0) const { return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0'; }
  bool take(std::string_view text) {
    if (!pattern_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }

  /// Alternatives up to a ')' or the end. Each is walked, so that the place in the pattern is right; one is kept.
  void alternatives(int depth) {
    if (depth > witness_depth_max) failed_ = true;
    const std::string before = out_;
    std::vector<std::string> written;
    while (!failed_) {
      sequence(depth);
      written.push_back(out_);
      if (!take("|")) break;
      out_ = before;
    }
    if (written.empty()) return;
    const size_t turn = written.size() > 1 ? choice(written.size()) : 0;
    out_ = std::move(written[turn]);
  }

  /// Among `count` choices; the first tries go through the choices of the outermost place.
  size_t choice(size_t count) { return (try_ / (1 + chosen_++ % 3)) % count; }

  void sequence(int depth) {
    while (more() && peek() != '|' && peek() != ')') {
      const size_t start = out_.size();
      const size_t from = at_;
      atom(depth);
      if (failed_) return;
      const size_t end_of_atom = at_;
      const Repeat repeat = quantifier();
      const size_t after = at_;
      const std::string once = out_.substr(start);
      size_t count = repeat.least;
      if (try_ % 4 >= 2 && count < repeat.most) ++count;
      if (try_ % 8 == 7 && count + 6 <= repeat.most) count += 6;
      if (count == 0) out_.resize(start);
      for (size_t i = 1; i < count && !failed_; ++i) {
        // A group is written anew each time (its class members differ); single atoms are copied.
        if (from < end_of_atom && pattern_[from] == '(' && count <= 8) {
          at_ = from;
          atom(depth);
        } else {
          out_ += once;
        }
        if (out_.size() > witness_bytes_max) failed_ = true;
      }
      at_ = after;
    }
  }

  Repeat quantifier() {
    Repeat out;
    if (take("*")) {
      out = {0, SIZE_MAX};
    } else if (take("+")) {
      out = {1, SIZE_MAX};
    } else if (take("?")) {
      out = {0, 1};
    } else if (peek() == '{' && !braces(out)) {
      return {};
    }
    if (!take("?")) take("+");  // lazy and possessive take the same texts, mostly
    return out;
  }

  bool braces(Repeat& out) {
    const size_t end = pattern_.find('}', at_);
    if (end == std::string_view::npos) return false;
    const std::string_view inside = pattern_.substr(at_ + 1, end - at_ - 1);
    const size_t comma = inside.find(',');
    const auto number = [](std::string_view text, size_t& into) {
      const auto result = std::from_chars(text.data(), text.data() + text.size(), into);
      return result.ec == std::errc() && result.ptr == text.data() + text.size();
    };
    const std::string_view least = inside.substr(0, comma);
    if (!number(least, out.least)) return false;  // "{,3}" is plain text to PCRE2 10.42
    out.most = out.least;
    if (comma != std::string_view::npos && !number(inside.substr(comma + 1), out.most)) out.most = SIZE_MAX;
    if (out.least > witness_bytes_max) failed_ = true;
    at_ = end + 1;
    return true;
  }

  void atom(int depth) {
    if (++steps_ > witness_steps_max) failed_ = true;
    const char c = peek();
    if (c == '(') return group(depth);
    if (c == '[') return write_class();
    if (c == '\\') return escape();
    ++at_;
    if (c == '^' || c == '$') return;
    if (c == '.') return put(range(' ', '~'));
    if (c == '{' || c == '}' || c == ']' || c != '\0') out_ += c;
  }

  void group(int depth) {
    ++at_;
    const size_t start = out_.size();
    bool discard = false;
    bool capture = true;
    if (peek() == '?') {
      capture = false;
      if (take("?:") || take("?>") || take("?|") || take("?=") || take("?<=")) {
      } else if (take("?!") || take("?<!") || take("?#")) {
        discard = true;
      } else if (take("?P<") || take("?<") || take("?'")) {
        capture = true;
        while (more() && peek() != '>' && peek() != '\'') ++at_;
        ++at_;
      } else {  // (?i) and (?i:...)
        ++at_;
        while (more() && peek() != ')' && peek() != ':') ++at_;
        if (!take(":")) {
          take(")");
          return;
        }
      }
    }
    const size_t number = captured_.size();
    if (capture) captured_.emplace_back();
    alternatives(depth + 1);
    if (!take(")")) failed_ = true;
    if (discard) out_.resize(start);
    if (capture) captured_[number] = out_.substr(std::min(start, out_.size()));
  }

  /// A member of the class: letters, digits and plain signs before anything else.
  void put(const Bytes& members) {
    static constexpr std::string_view liked = "aq7Zk3_-xB0m.e/ :=\\,;~!@#%&+";
    std::string fit;
    for (const char c : liked)
      if (members.test(static_cast<size_t>(c))) fit += c;
    if (!fit.empty()) {
      out_ += fit[(try_ / 2 + chosen_++) % std::min<size_t>(fit.size(), 4 + try_ / 16)];
      return;
    }
    for (const bool control : {false, true})
      for (int c = control ? 1 : ' '; c < 127; ++c)
        if (members.test(static_cast<size_t>(c))) {
          out_ += static_cast<char>(c);
          return;
        }
    failed_ = true;
  }

  void write_class() {
    ++at_;
    const bool negated = take("^");
    Bytes members;
    std::string wide;  // the first member past ASCII
    bool first = true;
    while (more() && (peek() != ']' || first)) {
      first = false;
      if (take("[:")) {
        const size_t end = pattern_.find(":]", at_);
        if (end == std::string_view::npos) return void(failed_ = true);
        members |= posix_class(pattern_.substr(at_, end - at_));
        at_ = end + 2;
        continue;
      }
      std::string low;
      Bytes short_form;
      member(low, short_form);
      members |= short_form;
      if (low.empty()) continue;
      if (low.size() > 1 || static_cast<unsigned char>(low[0]) > 127) {
        if (wide.empty()) wide = low;
        if (peek() == '-' && peek(1) != ']') {
          ++at_;
          member(low, short_form);
        }
        continue;
      }
      char high = low[0];
      if (peek() == '-' && peek(1) != ']' && at_ + 1 < pattern_.size()) {
        ++at_;
        std::string last;
        member(last, short_form);
        high = last.size() == 1 && static_cast<unsigned char>(last[0]) < 128 ? last[0] : '\x7E';
      }
      if (low[0] <= high) members |= range(low[0], high);
    }
    if (!take("]")) failed_ = true;
    if (negated) members = ~members;
    if (negated && members.none()) wide = "\xE3\x81\x82";  // past ASCII everything is left
    if (members.none() && !wide.empty())
      out_ += wide;
    else
      put(members);
  }

  /// One member of a class: a character into `text`, or a shorthand.
  void member(std::string& text, Bytes& short_form) {
    text.clear();
    if (peek() != '\\') {
      size_t size = 1;
      while (at_ + size < pattern_.size() && (static_cast<unsigned char>(pattern_[at_ + size]) & 0xC0) == 0x80) ++size;
      text = pattern_.substr(at_, size);
      at_ += size;
      return;
    }
    ++at_;
    const char c = peek();
    short_form = shorthand(c);
    if (short_form.any()) {
      ++at_;
    } else if (c == 'b') {
      ++at_;
      text = "\b";
    } else {
      text = escaped_character();
    }
  }

  /// What an escape stands for when it is a character; at_ is behind the backslash.
  std::string escaped_character() {
    const char c = peek();
    ++at_;
    switch (c) {
      case 't':
        return "\t";
      case 'n':
        return "\n";
      case 'r':
        return "\r";
      case 'f':
        return "\f";
      case 'e':
        return "\x1B";
      case 'a':
        return "\a";
      case '0':
        return std::string(1, '\0');
      case 'x': {
        uint32_t code = 0;
        const bool braced = take("{");
        const size_t end = braced ? std::min(pattern_.find('}', at_), pattern_.size()) : at_ + 2;
        const std::string_view digits = pattern_.substr(std::min(at_, pattern_.size()), end - at_);
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        at_ = end + (braced ? 1 : 0);
        std::string text;
        append_utf8(text, code);
        return text;
      }
      default:
        return std::string(1, c);
    }
  }

  void escape() {
    ++at_;
    const char c = peek();
    if (std::string_view("bBAzZGK").contains(c)) {
      ++at_;
      return;
    }
    if (c == 'Q') {
      const size_t end = std::min(pattern_.find("\\E", at_), pattern_.size());
      out_ += pattern_.substr(at_ + 1, end - at_ - 1);
      at_ = std::min(end + 2, pattern_.size());
      return;
    }
    if (c >= '1' && c <= '9') {
      const auto number = static_cast<size_t>(c - '1');
      ++at_;
      if (number < captured_.size())
        out_ += captured_[number];
      else
        failed_ = true;
      return;
    }
    if (const Bytes members = shorthand(c); members.any()) {
      ++at_;
      return put(members & ~(c == 'S' || c == 'W' || c == 'D' || c == 'N' ? range('\0', '\x1F') : Bytes()));
    }
    if (c == 'p' || c == 'P') {  // \p{L}, \pL
      at_ += peek(1) == '{' ? std::min(pattern_.find('}', at_), pattern_.size() - 1) - at_ + 1 : 2;
      return put(c == 'p' ? range('a', 'z') : range('0', '9'));
    }
    out_ += escaped_character();
  }

  std::string_view pattern_;
  size_t try_;
  size_t at_ = 0;
  size_t chosen_ = 0;
  size_t steps_ = 0;
  bool failed_ = false;
  std::string out_;
  std::vector<std::string> captured_;
};

}  // namespace

std::vector<std::string> witnesses_of(const Regex& regex, size_t wanted, RegexScratch& scratch) {
  std::vector<std::string> out;
  for (size_t i = 0; i < witness_tries_max && out.size() < wanted; ++i) {
    auto text = Writer(regex.source(), i).write();
    if (!text || text->size() > witness_bytes_max || std::ranges::find(out, *text) != out.end()) continue;
    if (is_utf8(*text) && regex.found_in(*text, scratch)) out.push_back(std::move(*text));
  }
  return out;
}

}  // namespace yagura::detect
