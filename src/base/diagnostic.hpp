// Diagnostic: a person wrote something wrong (rule, query, configuration, form). Says what, where and what
// to do about it; every code is golden-tested.
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace yagura {

struct Diagnostic {
  std::string code;  // stable, dotted: "sigma.modifier.unknown", "query.unclosed_quote"
  std::string file;  // empty when there is none (a query, a form)
  int line = 0;      // from 1; 0 when unknown
  int column = 0;    // from 1, in characters (code points), not bytes; 0 when unknown
  std::string what;
  std::string hint;  // what to do; may be empty
};

/// "file:line:column: what [code]" and, when there is one, "  hint: ..." on a second line.
std::string to_text(const Diagnostic& diagnostic);

template <typename T>
using Diagnosed = std::expected<T, Diagnostic>;

}  // namespace yagura
