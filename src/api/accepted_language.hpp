// Which of our languages a browser asks for.
#pragma once

#include <optional>

#include "api/message.hpp"
#include "base/texts.hpp"

namespace yagura::api {

/// The first of ja and en that Accept-Language (RFC 9110 section 12.5.4) names, its weights aside: browsers write them
/// in falling order. Nothing when it names neither.
std::optional<Lang> accepted_language(const Request& request);

}  // namespace yagura::api
