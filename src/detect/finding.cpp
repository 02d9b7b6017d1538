#include "detect/finding.hpp"

namespace yagura::detect {

std::string_view to_text(Level level) {
  switch (level) {
    case Level::informational:
      return "informational";
    case Level::low:
      return "low";
    case Level::medium:
      return "medium";
    case Level::high:
      return "high";
    case Level::critical:
      return "critical";
  }
  return "medium";
}

}  // namespace yagura::detect
