#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/decoder.hpp"

namespace yagura::bench {

constexpr size_t block_bytes = 1 << 20;

/// The public rules and recorded attacks beside the project; YAGURA_SHARED_DATA names another folder.
std::filesystem::path shared_data();

/// Bytes that stay in memory and are gone through as often as a measurement needs. Blocks are views of them.
class Input {
 public:
  Input() = default;
  Input(std::string name, std::string_view format, std::string bytes);

  const std::string& name() const { return name_; }
  std::string_view format() const { return format_; }
  std::string_view bytes() const { return *bytes_; }
  bool empty() const { return !bytes_ || bytes_->empty(); }

  /// Pieces of block_bytes, in order. Valid for the life of the input.
  std::vector<formats::Block> blocks() const;

  /// Marks 8 bytes that differ from all other marks' and, after each renew(), from all that were there before.
  void mark(size_t at) { marks_.push_back(static_cast<uint32_t>(at)); }
  void renew();

 private:
  std::string name_;
  std::string_view format_;
  std::shared_ptr<std::string> bytes_;
  std::vector<uint32_t> marks_;
  uint32_t marked_ = 0;
};

}  // namespace yagura::bench
