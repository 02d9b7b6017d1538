#include "formats/block.hpp"

#include <cstring>

namespace yagura::formats {

Block copy_block(std::string_view bytes, uint64_t offset) {
  const std::shared_ptr<char[]> owned(new char[bytes.size() + block_padding_bytes]);
  if (!bytes.empty()) std::memcpy(owned.get(), bytes.data(), bytes.size());
  std::memset(owned.get() + bytes.size(), 0, block_padding_bytes);
  return {std::shared_ptr<const char>(owned, owned.get()), {owned.get(), bytes.size()}, offset};
}

}  // namespace yagura::formats
