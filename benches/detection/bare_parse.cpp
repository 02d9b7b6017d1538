#include "detection/bare_parse.hpp"

#include <simdjson.h>

#include <algorithm>

namespace yagura::bench {
namespace {

size_t walk(simdjson::ondemand::value value) {
  size_t sum = 0;
  switch (value.type()) {
    case simdjson::ondemand::json_type::object:
      for (auto field : value.get_object()) {
        sum += std::string_view(field.unescaped_key()).size();
        sum += walk(field.value());
      }
      break;
    case simdjson::ondemand::json_type::array:
      for (auto item : value.get_array()) sum += walk(item.value());
      break;
    case simdjson::ondemand::json_type::string:
      sum += std::string_view(value.get_string()).size();
      break;
    default:
      sum += value.raw_json_token().size();
  }
  return sum;
}

}  // namespace

size_t bare_parse(std::string_view bytes) {
  simdjson::ondemand::parser parser;
  size_t sum = 0;
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view line = bytes.substr(at, end - at);
    at = end + 1;
    if (line.empty()) continue;
    auto document = parser.iterate(simdjson::padded_string_view(line, line.size() + simdjson::SIMDJSON_PADDING));
    try {
      for (auto field : document.get_object()) {
        sum += std::string_view(field.unescaped_key()).size();
        sum += walk(field.value());
      }
    } catch (const simdjson::simdjson_error&) {
      ++sum;
    }
  }
  return sum;
}

}  // namespace yagura::bench
