// links: yagura_api
// Whatever arrives on the API's port before a route is known: the parser in two different cuts, the target, cookies.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/http_parser.hpp"
#include "api/target.hpp"

namespace {

using yagura::api::HttpParser;

struct Outcome {
  HttpParser::State state;
  std::string method, target, body;
};

Outcome parse(std::string_view bytes, size_t piece) {
  HttpParser parser;
  Outcome out{HttpParser::State::header, {}, {}, {}};
  std::string buffer;
  size_t at = 0;
  while (parser.state() == HttpParser::State::header || parser.state() == HttpParser::State::body) {
    const size_t used = buffer.empty() ? 0 : parser.feed(buffer);
    buffer.erase(0, used);
    out.body += parser.take_body();
    if (used > 0) continue;
    if (at >= bytes.size() || buffer.size() > 64 * 1024) break;
    buffer += bytes.substr(at, piece);
    at += piece;
  }
  out.state = parser.state();
  if (out.state == HttpParser::State::done) {
    out.method = parser.method();
    out.target = parser.target();
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = parse(bytes, size + 1);
  const Outcome cut = parse(bytes, 5);
  const bool done = whole.state == HttpParser::State::done;
  if (done != (cut.state == HttpParser::State::done)) std::abort();
  if (done && (whole.method != cut.method || whole.target != cut.target || whole.body != cut.body)) std::abort();
  for (const std::string_view text : {bytes, std::string_view(whole.target)}) {
    const auto target = yagura::api::parse_target(text);
    if (!target) continue;
    if (target->path.empty() || target->path.front() != '/' || target->path.find("/../") != std::string::npos)
      std::abort();
    for (const auto& [name, value] : target->query) {
      const auto again = yagura::api::parse_target("/?" + yagura::api::percent_encode(name) + "=" +
                                                   yagura::api::percent_encode(value));
      if (again && (again->query.empty() || again->query.front().second != value)) std::abort();
    }
  }
  (void)yagura::api::find_cookie(bytes, "yagura_session");
  return 0;
}
