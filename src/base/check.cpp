#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace yagura {

void check_failed(std::string_view what, const std::source_location& where) {
  std::fprintf(stderr, "yagura: bug: %.*s (%s:%u in %s)\n", static_cast<int>(what.size()), what.data(),
               where.file_name(), where.line(), where.function_name());
  std::abort();
}

}  // namespace yagura
