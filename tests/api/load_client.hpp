#pragma once

#include <cstdint>
#include <string>

namespace yagura::api {

struct Load {
  uint64_t answered = 0;
  uint64_t failed = 0;  // connections that broke, answers that were not 200
  double seconds = 0;
};

/// Sends `request` over and over on `connections` kept connections for `seconds`, `pipelined` at a time each.
Load run_load(uint16_t port, const std::string& request, int connections, int pipelined, double seconds);

}  // namespace yagura::api
