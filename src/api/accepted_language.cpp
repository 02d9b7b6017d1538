#include "api/accepted_language.hpp"

#include <string_view>

namespace yagura::api {

std::optional<Lang> accepted_language(const Request& request) {
  const std::string_view accepted = request.headers.get("Accept-Language").value_or("");
  const size_t ja = accepted.find("ja");
  const size_t en = accepted.find("en");
  if (ja == en) return std::nullopt;  // neither is there
  return ja < en ? Lang::ja : Lang::en;
}

}  // namespace yagura::api
