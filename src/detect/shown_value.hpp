#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/match_places.hpp"

namespace yagura::detect {

constexpr size_t shown_value_bytes_max = 4096;  // around its first mark
constexpr size_t shown_lead_bytes_max = 512;    // of it before that mark

/// Characters (code points) of a shown text, the end excluded.
struct Mark {
  size_t start;
  size_t end;

  bool operator==(const Mark&) const = default;
};

/// A value of an event as a person is shown it.
struct ShownValue {
  std::string field;  // the event's own name of it; of one made of several fields the rule's; empty: the raw message
  std::string text;   // valid UTF-8
  size_t left_out_before = 0;  // characters
  size_t left_out_after = 0;
  bool null = false;
  std::vector<Mark> marks;
};

/// What is cut keeps its first place in view. Ill-formed bytes count as a character each and show as U+FFFD.
ShownValue show_value(std::string field, std::string_view text, std::span<const MatchPlace> places);

}  // namespace yagura::detect
