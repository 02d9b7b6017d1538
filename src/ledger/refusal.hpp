// Why the ledger says no, piece by piece: a form marks the field, an operator reads the sentence, a
// program matches the code. Texts in ja and en: catalog/i18n/<lang>/ledger.yaml, "ledger.reason.<code>".
#pragma once

#include <expected>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace yagura::ledger {

/// One thing that is wrong or missing.
struct Reason {
  std::string code;     // stable: "field.missing", "move.not_from_state"; docs/record-types.md lists them
  std::string field;    // "impact", "hosts[2]", "lines[0].amount"; empty when it is about the whole record
  std::string message;  // one sentence in English
  std::string hint;     // what to do; may be empty
  std::map<std::string, std::string> args;  // the places of the translated text: {field}, {state}, ...
};

/// A whole "no": its kind, a sentence, and every reason at once, so that nobody has to ask twice.
struct Refusal {
  ErrorKind kind = ErrorKind::refused;
  std::string message;
  std::vector<Reason> reasons;

  Refusal() = default;
  Refusal(ErrorKind k, std::string m, std::vector<Reason> r = {})
      : kind(k), message(std::move(m)), reasons(std::move(r)) {}
  Refusal(Error error) : kind(error.kind), message(std::move(error.message)) {}  // NOLINT: every Error is a no

  /// The sentence followed by each reason's, for callers that show only text.
  Error error() const;
};

/// What a command of the ledger gives: `conflict` when somebody else was first, `invalid` when the body is
/// wrong, `refused` when the type's rules forbid it, `forbidden` when this actor may not, `not_found`, `io`,
/// `limit`, `corrupt`.
template <typename T>
using Outcome = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(ErrorKind kind, std::string message, std::vector<Reason> reasons = {}) {
  return std::unexpected(Refusal{kind, std::move(message), std::move(reasons)});
}

}  // namespace yagura::ledger
