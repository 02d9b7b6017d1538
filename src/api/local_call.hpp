#pragma once

#include <string>
#include <string_view>

#include "api/gate.hpp"

namespace yagura::api {

/// One request to the gate without a network: the same routes, permissions and answers. `target` is a path with
/// its query, percent-encoded; an empty `body` sends none, `language` ("ja") is what refusals come in. An answer with a
/// feed comes back with the feed.
Response call_locally(const Gate& gate, const Principal& who, std::string_view method, std::string_view target,
                      std::string body = {}, std::string_view body_type = "application/json",
                      std::string_view language = {});

}  // namespace yagura::api
