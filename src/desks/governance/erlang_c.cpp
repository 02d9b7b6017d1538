#include "desks/governance/erlang_c.hpp"

#include <limits>

namespace yagura::desks::governance {

double erlang_c(int servers, double load) {
  if (load >= servers) return 1;
  double blocked = 1;  // Erlang B by its recursion, which no factorial can overflow
  for (int i = 1; i <= servers; ++i) blocked = load * blocked / (i + load * blocked);
  return blocked / (1 - load / servers * (1 - blocked));
}

double erlang_c_mean_wait(int servers, double load, double minutes) {
  if (load >= servers) return std::numeric_limits<double>::infinity();
  return erlang_c(servers, load) * minutes / (servers - load);
}

}  // namespace yagura::desks::governance
