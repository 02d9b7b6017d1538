#include "detect/required_literals.hpp"

#include <algorithm>
#include <cstdint>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

using Texts = std::vector<std::string>;

constexpr size_t literal_bytes_min = 2;
constexpr size_t set_letters_max = 4;       // of a set that is spelled out
constexpr size_t run_alternatives_max = 8;  // texts that sets in one run may come to

/// Seldom in paths and plain command lines, so that one of them alone is worth waiting for.
constexpr std::string_view rare_bytes = "^`{}<>|~!#+*?$";

/// Set when something is met whose meaning is not known here: nothing of the expression is to be trusted then.
struct Unknown {};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// How well a set of alternatives narrows: the shortest decides, and fewer are better.
size_t worth(const Texts& texts) {
  size_t shortest = SIZE_MAX;
  for (const std::string& text : texts) shortest = std::min(shortest, text.size());
  return shortest * 100 - std::min<size_t>(texts.size(), 99);
}

/// What a piece of an expression requires.
struct Piece {
  std::string letters = {};            // exactly one of these ASCII characters, in either case; empty: any text
  std::optional<Texts> required = {};  // one of these stands in whatever it matches
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Texts> read() {
    auto out = alternatives(0);
    if (at_ != text_.size()) throw Unknown();  // a ")" too many
    return out;
  }

 private:
  bool more() const { return at_ < text_.size(); }
  char here() const { return text_[at_]; }
  bool take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  /// Up to ")" or the end.
  std::optional<Texts> alternatives(int depth) {
    if (depth > required_depth_max) throw Unknown();
    std::optional<Texts> out = sequence(depth);
    while (take("|")) {
      auto other = sequence(depth);
      if (!out || !other || out->size() + other->size() > required_literals_max)
        out.reset();
      else
        out->insert(out->end(), other->begin(), other->end());
    }
    return out;
  }

  std::optional<Texts> sequence(int depth) {
    std::optional<Texts> best;
    Texts run{""};  // one of which stands where the sequence has come to
    const auto offer = [&](Texts texts) {
      if (!best || worth(texts) > worth(*best)) best = std::move(texts);
    };
    const auto end_run = [&] {
      const bool rare = run.front().size() == 1 && std::ranges::all_of(run, [](const std::string& text) {
                          return rare_bytes.contains(text.front());
                        });
      if (run.front().size() >= literal_bytes_min || rare) offer(run);
      run = {""};
    };
    while (more() && here() != '|' && here() != ')') {
      const Piece piece = one(depth);
      const Times times = repeated();
      const size_t ways = piece.letters.size();
      // A set multiplies the texts: only as long as they stay few.
      if (ways > 1 && run.size() * ways > run_alternatives_max) end_run();
      if (ways != 0 && times.least >= 1) run = followed_by(run, piece.letters);
      if (ways == 0 || times.least != 1 || times.more) end_run();
      if (piece.required && times.least >= 1) offer(*piece.required);
    }
    end_run();
    return best;
  }

  static Texts followed_by(const Texts& texts, std::string_view letters) {
    Texts out;
    for (const std::string& text : texts)
      for (const char letter : letters) out.push_back(text + letter);
    return out;
  }

  struct Times {
    uint32_t least = 1;
    bool more = false;  // may come more often than `least`
  };

  Times repeated() {
    Times out;
    if (!more()) return out;
    if (take("*") || take("?"))
      out = {0, true};
    else if (take("+"))
      out = {1, true};
    else if (here() == '{')
      out = counted();
    else
      return out;
    if (!take("+")) take("?");
    if (more() && (here() == '*' || here() == '+' || here() == '?' || here() == '{')) throw Unknown();
    return out;
  }

  Times counted() {
    ++at_;
    const auto number = [&] {
      if (!more() || !is_digit(here())) throw Unknown();  // "{" as itself, or a form of later versions
      uint32_t out = 0;
      for (; more() && is_digit(here()) && out < 100'000; ++at_) out = out * 10 + static_cast<uint32_t>(here() - '0');
      return out;
    };
    Times out{number(), false};
    if (take(",")) {
      out.more = true;
      if (more() && here() != '}') number();
    }
    if (!take("}")) throw Unknown();
    return out;
  }

  Piece one(int depth) {
    const char c = here();
    switch (c) {
      case '(':
        return group(depth);
      case '[':
        return set();
      case '\\':
        return escape();
      case '.':
      case '^':
      case '$':
        ++at_;
        return {};
      case '*':
      case '+':
      case '?':
      case '{':
        throw Unknown();
      default:
        ++at_;
        if (static_cast<unsigned char>(c) >= 0x80) return {};  // a byte of a longer character
        return {std::string(1, ascii_lower(c))};
    }
  }

  Piece group(int depth) {
    ++at_;
    bool aside = false;  // looks around: what it asks for may stand elsewhere, or must not stand at all
    if (take("*")) throw Unknown();
    if (take("?")) {
      if (take("=") || take("!") || take("<=") || take("<!")) {
        aside = true;
      } else if (take(":") || take(">") || take("|")) {
      } else if (take("P<") || take("<")) {
        name('>');
      } else if (take("'")) {
        name('\'');
      } else if (!flags()) {
        return {};  // "(?i)": for what follows
      }
    }
    auto required = alternatives(depth + 1);
    if (!take(")")) throw Unknown();
    if (aside) required.reset();
    return {{}, std::move(required)};
  }

  void name(char end) {
    while (more() && here() != end) ++at_;
    if (!more()) throw Unknown();
    ++at_;
  }

  /// Flags that don't change what text is asked for beyond its case; true when a group follows ("(?i:").
  bool flags() {
    while (more() && std::string_view("imsUJ-").contains(here())) ++at_;
    if (take(":")) return true;
    if (!take(")")) throw Unknown();
    return false;
  }

  /// [...]: its letters when they are few, in either or both cases.
  Piece set() {
    ++at_;
    std::string letters;
    bool known = !take("^");
    bool first = true;
    for (; more() && (here() != ']' || first); first = false) {
      if (text_.substr(at_).starts_with("[:") || text_.substr(at_).starts_with("[.") ||
          text_.substr(at_).starts_with("[="))
        throw Unknown();
      Piece member;
      if (here() == '\\') {
        member = escape();
      } else {
        if (static_cast<unsigned char>(here()) < 0x80) member.letters = ascii_lower(here());
        ++at_;
      }
      known = known && !member.letters.empty() && letters.size() < set_letters_max;
      if (!letters.contains(member.letters)) letters += member.letters;
      if (more() && here() == '-' && text_.substr(at_).size() > 1 && text_[at_ + 1] != ']') known = false;  // a range
    }
    if (!take("]")) throw Unknown();
    if (!known) return {};
    return {letters};
  }

  Piece escape() {
    ++at_;
    if (!more()) throw Unknown();
    const char c = here();
    ++at_;
    if (static_cast<unsigned char>(c) >= 0x80) return {};
    const bool letter = ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
    if (!letter && !is_digit(c)) return {std::string(1, c)};
    constexpr std::string_view sets = "dDwWsShHvVRX";
    constexpr std::string_view places = "bBAzZG";  // in a set \b is a character, none of interest
    if (sets.contains(c) || places.contains(c)) return {};
    if (c == 't') return {"\t"};
    if (c == 'n') return {"\n"};
    if (c == 'r') return {"\r"};
    if (c == 'x') return hex();
    throw Unknown();  // references, octal, properties, \Q and what later versions bring
  }

  Piece hex() {
    if (take("{")) {
      name('}');
      return {};
    }
    for (int i = 0; i < 2 && more() && std::string_view("0123456789abcdefABCDEF").contains(here()); ++i) ++at_;
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<std::string>> required_literals(std::string_view expression) {
  try {
    return Reader(expression).read();
  } catch (const Unknown&) {
    return std::nullopt;
  }
}

}  // namespace yagura::detect
