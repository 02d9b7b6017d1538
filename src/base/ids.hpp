#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/time.hpp"

namespace yagura {

/// Makes ids for records, sessions and requests. Tests hand in seeded_ids(), the program random_ids().
using IdSource = std::function<std::string()>;

/// UUID version 7 (RFC 9562): 48 bits of milliseconds, the rest random; sorts by time. Thread-safe.
IdSource random_ids(Clock clock = system_now);

/// The same shape from a counter: equal seeds give equal ids. Not thread-safe.
IdSource seeded_ids(uint64_t seed);

}  // namespace yagura
