#include "detection/input.hpp"

#include <algorithm>
#include <cstdlib>

namespace yagura::bench {

std::filesystem::path shared_data() {
  const char* given = std::getenv("YAGURA_SHARED_DATA");
  return given ? std::filesystem::path(given) : std::filesystem::path(YAGURA_SOURCE_DIR) / "../shared/data";
}

Input::Input(std::string name, std::string_view format, std::string bytes)
    : name_(std::move(name)), format_(format), bytes_(std::make_shared<std::string>(std::move(bytes))) {
  bytes_->reserve(bytes_->size() + formats::block_padding_bytes);
}

std::vector<formats::Block> Input::blocks() const {
  std::vector<formats::Block> out;
  const std::shared_ptr<const char> owner(bytes_, bytes_->data());
  for (size_t at = 0; at < bytes_->size(); at += block_bytes)
    out.push_back({owner, bytes().substr(at, block_bytes), at});
  return out;
}

void Input::renew() {
  constexpr char digits[] = "0123456789abcdef";
  for (const uint32_t at : marks_) {
    uint32_t number = ++marked_ * 2654435761U;  // odd: a permutation, so none repeats within 4 G marks
    for (size_t i = 0; i < 8; ++i, number >>= 4) (*bytes_)[at + i] = digits[number & 15];
  }
}

}  // namespace yagura::bench
