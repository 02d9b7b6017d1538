#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/route.hpp"

namespace yagura::api {

struct Match {
  const Route* route = nullptr;                                  // null: no such method here, or no such path
  std::vector<Method> allowed;                                   // what the path knows; empty: no such path
  std::vector<std::pair<std::string, std::string>> path_values;  // of the pattern's names
};

/// Finds the route of a request. A literal segment wins over a {name}. Immutable after it was made.
class Router {
 public:
  /// Two rows with the same method and shape, a pattern that is none, or a row without permission, handler or
  /// answers are our bugs.
  explicit Router(Routes routes);

  /// HEAD finds the GET row.
  Match find(Method method, std::string_view path) const;
  const Routes& routes() const { return routes_; }

 private:
  struct Row {
    std::vector<std::string> segments;
    size_t route = 0;
  };
  Routes routes_;
  std::vector<Row> rows_;  // literal before {name}, so that the first hit is the best
};

}  // namespace yagura::api
