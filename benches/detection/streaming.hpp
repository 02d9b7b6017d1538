#pragma once

#include <functional>

#include "detection/input.hpp"
#include "event/demand.hpp"

namespace yagura::bench {

struct Streamed {
  size_t events = 0;
  size_t fields = 0;
  double seconds = 0;  // CPU of this thread
};

/// Decodes the input `rounds` times, block after block, and hands each batch on, then drops it: never are more events
/// held than one block's. `demand` null: all fields are decoded. `take` may be empty.
Streamed stream(const Input& input, size_t rounds, const event::Demand* demand,
                const std::function<void(const event::Batch&)>& take = {});

}  // namespace yagura::bench
