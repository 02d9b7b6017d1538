#pragma once

#include <string_view>

#include "base/text.hpp"

namespace yagura::desks {

/// As trim(), the Japanese keyboard's wide space (U+3000) and the no-break space included: a field that holds
/// nothing else is empty to whoever reads it.
inline std::string_view trim_blank(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    text = trim(text);
    for (const std::string_view blank : {std::string_view("\u3000"), std::string_view("\u00A0")}) {
      if (text.starts_with(blank)) {
        text.remove_prefix(blank.size());
        again = true;
      }
      if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        again = true;
      }
    }
  }
  return text;
}

}  // namespace yagura::desks
