#include "app/given_file.hpp"

#include <algorithm>

#include "app/fault.hpp"
#include "pipeline/byte_source.hpp"

namespace yagura::app {

Result<std::string> read_given(const std::string& file, size_t bytes_max) {
  constexpr size_t step_bytes = 256 << 10;
  const auto unreadable = [&](const Error& error) {
    const size_t reason = error.message.rfind(": ");  // "can't open /a/b: No such file or directory"
    const std::string why = reason == std::string::npos ? error.message : error.message.substr(reason + 2);
    return std::unexpected(fault(ErrorKind::io, "unreadable", {{"file", file}, {"why", why}}));
  };
  const auto source = pipeline::FileSource::open(file);
  if (!source) return unreadable(source.error());
  std::string out;
  for (;;) {
    const size_t before = out.size();
    out.resize(before + std::min(step_bytes, bytes_max + 1 - before));
    const auto got = (*source)->read(out.data() + before, out.size() - before);
    if (!got) return unreadable(got.error());
    out.resize(before + *got);
    if (*got == 0) return out;
    if (out.size() > bytes_max)
      return std::unexpected(
          fault(ErrorKind::limit, "too_large", {{"file", file}, {"bytes", std::to_string(bytes_max)}}));
  }
}

}  // namespace yagura::app
