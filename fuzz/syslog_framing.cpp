// links: yagura_pipeline
// However a stream is cut, the same messages come out, each on a line of its own and none longer than the limit.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pipeline/listeners/framing.hpp"

namespace {

std::string run(std::string_view bytes, size_t piece) {
  yagura::pipeline::SyslogFraming framing;
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += piece) framing.feed(bytes.substr(at, piece), out);
  framing.finish(out);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = run(bytes, size + 1);
  if (run(bytes, 1) != whole || run(bytes, 11) != whole) std::abort();
  for (size_t at = 0; at < whole.size();) {
    const size_t end = whole.find('\n', at);
    if (end == std::string::npos || end == at || end - at > yagura::pipeline::syslog_message_bytes_max) std::abort();
    at = end + 1;
  }
  return 0;
}
