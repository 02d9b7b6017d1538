#pragma once

#include <cstdint>
#include <string>

#include "app/options.hpp"

namespace yagura::app {

struct HuntOptions {
  DataOptions data;
  std::string rule;  // a file
  std::string since;
  std::string until;
  int64_t events = 1'000'000;
  int64_t limit = 1'000;  // matches printed
};

/// A rule over the past: started by the API, waited for, its matches printed.
Exit run_hunt(const CommonOptions& common, const HuntOptions& options);

}  // namespace yagura::app
