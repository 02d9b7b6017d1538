#pragma once

#include <cstddef>
#include <string_view>

namespace yagura::bench {

/// The yardstick: simdjson on demand over every key and value of every line, each string unescaped, nothing kept.
/// `bytes` has block_padding_bytes behind it. Returns a sum, so that nothing is optimised away.
size_t bare_parse(std::string_view bytes);

}  // namespace yagura::bench
