#pragma once

#include <algorithm>
#include <ctime>
#include <vector>

namespace yagura::bench {

/// CPU of this thread: what one core takes, however many others want it meanwhile.
inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

template <typename F>
double seconds_of(F&& work) {
  const double start = cpu_seconds();
  work();
  return cpu_seconds() - start;
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace yagura::bench
