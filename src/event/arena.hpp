#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace yagura::event {

/// Bytes that live as long as their batch: bump allocation in blocks, stable addresses, freed all at once.
class Arena {
 public:
  /// Room for `size` bytes, uninitialised, aligned to 1.
  char* allocate(size_t size) {
    if (size > left_) grow(size);
    char* out = at_;
    at_ += size;
    left_ -= size;
    return out;
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* out = allocate(text.size());
    std::memcpy(out, text.data(), text.size());
    return {out, text.size()};
  }

  /// Gives back the tail of the last allocation: `used` of its `allocated` bytes stay.
  void shrink_last(size_t allocated, size_t used) {
    at_ -= allocated - used;
    left_ += allocated - used;
  }

 private:
  void grow(size_t size) {
    const size_t block = size > block_bytes ? size : block_bytes;
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
    at_ = blocks_.back().get();
    left_ = block;
  }

  static constexpr size_t block_bytes = 256 * 1024;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  size_t left_ = 0;
};

}  // namespace yagura::event
