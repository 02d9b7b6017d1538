#pragma once

#include <string_view>

#include "formats/decoder.hpp"

namespace yagura::formats {

/// A block that owns a copy of `bytes` with its padding (zeros). For datagrams, request bodies and tests; files
/// are read into padded buffers without this copy.
Block copy_block(std::string_view bytes, uint64_t offset = 0);

}  // namespace yagura::formats
