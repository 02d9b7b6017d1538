#include "base/diagnostic.hpp"

#include <fmt/format.h>

namespace yagura {

std::string to_text(const Diagnostic& diagnostic) {
  std::string out;
  if (!diagnostic.file.empty()) out += diagnostic.file + ":";
  if (diagnostic.line > 0) out += fmt::format("{}:", diagnostic.line);
  if (diagnostic.column > 0) out += fmt::format("{}:", diagnostic.column);
  if (!out.empty()) out += ' ';
  out += fmt::format("{} [{}]", diagnostic.what, diagnostic.code);
  if (!diagnostic.hint.empty()) out += "\n  hint: " + diagnostic.hint;
  return out;
}

}  // namespace yagura
