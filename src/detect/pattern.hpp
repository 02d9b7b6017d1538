// A Sigma string: literal text with wildcards (specification 2.1, "String Wildcard", "Escape Character").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::detect {

/// The five characters that `windash` holds to be one: hyphen-minus, slash, en dash, em dash, horizontal bar.
inline constexpr std::string_view dash_forms[] = {"-", "/", "\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x80\x95"};

struct PatternPart {
  enum class Kind {
    literal,  // `text`, never empty
    one,      // `?`: exactly one character (code point)
    many,     // `*`: any number of characters, line ends included
    dash,     // any one of dash_forms
  };
  Kind kind;
  std::string text = {};

  bool operator==(const PatternPart&) const = default;
};

/// Matches whole values. Two of a kind never stand side by side where one says the same.
class Pattern {
 public:
  /// Reads a rule's text to the letter: `\*`, `\?` and `\\` are plain `*`, `?` and `\`; any other `\`, also
  /// the last character, is itself.
  static Pattern parse(std::string_view text);
  /// Text without any special meaning.
  static Pattern plain(std::string_view text);

  std::vector<PatternPart> parts;

  bool has_wildcard() const;
  /// The text when there is nothing but literal parts (or nothing at all), else nothing.
  std::optional<std::string> literal() const;

  void open_start();  // puts `*` in front
  void open_end();    // puts `*` behind
  void append(PatternPart part);
  void append(const Pattern& other);

  /// Each dash form in literal parts becomes a `dash` part.
  void widen_dashes();

  /// Every pattern without `dash` parts that this one stands for; nothing when there would be more than `max`.
  std::optional<std::vector<Pattern>> spelled_out(size_t max) const;

  /// The same with folded literals.
  Pattern folded() const;

  /// True when the whole of `value` fits. Compares bytes: fold both sides first to ignore case.
  /// Cost: linear in the value for patterns without `*`, else at most value x pattern.
  bool matches(std::string_view value) const;

  /// The shapes that indexes know.
  enum class Shape { anything, exact, prefix, suffix, contains, other };
  Shape shape() const;
  /// The longest literal part; empty when there is none.
  std::string_view longest_literal() const;

  bool operator==(const Pattern&) const = default;
};

/// As a person wrote it, with wildcards escaped where they are plain; for explanations.
std::string to_text(const Pattern& pattern);

}  // namespace yagura::detect
