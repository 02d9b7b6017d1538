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

  /// Takes everything back: what was handed out is gone. Up to blocks_kept_max blocks stay for what comes.
  void clear() {
    std::erase_if(blocks_, [](const Bytes& block) { return block.size != block_bytes; });
    if (blocks_.size() > blocks_kept_max) blocks_.resize(blocks_kept_max);
    used_ = 0;
    left_ = 0;
  }

  /// Gives back the tail of the last allocation: `used` of its `allocated` bytes stay.
  void shrink_last(size_t allocated, size_t used) {
    at_ -= allocated - used;
    left_ += allocated - used;
  }

 private:
  struct Bytes {
    std::unique_ptr<char[]> at;
    size_t size;
  };

  void grow(size_t size) {
    const bool usual = size <= block_bytes;
    if (!usual || used_ == blocks_.size()) {
      const size_t block = usual ? block_bytes : size;
      blocks_.insert(blocks_.begin() + static_cast<ptrdiff_t>(used_),
                     {std::make_unique_for_overwrite<char[]>(block), block});
    }
    at_ = blocks_[used_].at.get();
    left_ = blocks_[used_].size;
    ++used_;
  }

  static constexpr size_t block_bytes = 256 * 1024;
  static constexpr size_t blocks_kept_max = 16;
  std::vector<Bytes> blocks_;
  size_t used_ = 0;  // of them; the others wait
  char* at_ = nullptr;
  size_t left_ = 0;
};

}  // namespace yagura::event
