// The closed answer for one queue in front of equal servers: Poisson arrivals, exponential handling times (M/M/c).
#pragma once

namespace yagura::desks::governance {

/// Probability that an arrival has to wait. `servers` at least 1; `load` in erlangs (arrivals a minute times minutes
/// each), at least 0; 1 where load >= servers: the queue has no bound then. Cost: O(servers).
double erlang_c(int servers, double load);

/// Mean wait in minutes before handling starts; infinite where the load is not below the servers. `minutes` is the mean
/// handling time.
double erlang_c_mean_wait(int servers, double load, double minutes);

}  // namespace yagura::desks::governance
