#pragma once

#include <unistd.h>

#include <filesystem>
#include <span>
#include <string_view>

#include "base/result.hpp"

namespace yagura::ledger {

constexpr size_t piece_bytes = 1 << 20;  // what is read or written at a time

/// Owns a file descriptor.
class OpenFile {
 public:
  explicit OpenFile(int number) : number_(number) {}
  ~OpenFile() {
    if (number_ >= 0) ::close(number_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  explicit operator bool() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

/// "can't <doing> <file>: <reason>": `not_found` when there is no such file, `io` otherwise.
std::unexpected<Error> file_failure(std::string_view doing, const std::filesystem::path& file, int error);

Status write_all(int file, std::string_view bytes, const std::filesystem::path& name);

/// What could be read into `room`; 0 at the end.
Result<size_t> read_some(int file, std::span<char> room, const std::filesystem::path& name);

}  // namespace yagura::ledger
