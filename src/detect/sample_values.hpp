#pragma once

#include <optional>
#include <string>
#include <vector>

#include "detect/plain_event.hpp"

namespace yagura::detect {

/// What the predicates of one field ask of its value.
struct FieldAsks {
  std::vector<const Predicate*> must;
  std::vector<const Predicate*> must_not;
};

/// Makes values for fields and spoils them again.
class SampleValues {
 public:
  explicit SampleValues(PlainJudge& judge) : judge_(judge) {}

  /// Values (none: the field is missing) for which everything in `asks` is as asked; references to other fields are
  /// left out of account. Several values only where one alone can't do it. `salt` makes the neutral parts of one field
  /// differ from another's. Nothing when no try succeeded.
  std::optional<std::vector<PlainField>> make(const FieldAsks& asks, size_t salt, bool missing_first);

  struct Spoiled {
    std::string what;  // "the last character of 'whoami' changed"
    std::vector<PlainField> values;
  };
  /// The smallest changes to a value that fits the predicate after which it does not, or still does where it must
  /// (another case, one more character where more may stand).
  std::vector<Spoiled> spoil(const Predicate& predicate, const PlainField& value) const;

 private:
  bool fits(const FieldAsks& asks, const std::vector<PlainField>& values);
  std::vector<PlainField> candidates(const FieldAsks& asks, size_t salt);
  void add_texts(const FieldAsks& asks, size_t salt, std::vector<PlainField>& out);

  PlainJudge& judge_;
  RegexScratch scratch_;
};

}  // namespace yagura::detect
