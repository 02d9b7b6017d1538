// The engine and the oracle side by side.
#pragma once

#include <string>
#include <vector>

#include "detect/matcher.hpp"
#include "oracle.hpp"

namespace yagura::detect::test {

/// An oracle that holds the rules that the engine holds (read anew from their files).
oracle::Oracle oracle_for(const RuleSet& rules);

struct Agreement {
  size_t events = 0;
  size_t matches = 0;
  std::vector<std::string> differences;  // at most a hundred, as sentences
};

/// Runs both over the batch.
void compare(Matcher& matcher, oracle::Oracle& oracle, const event::Batch& batch, Agreement& into);

}  // namespace yagura::detect::test
