#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::pipeline {

/// Bytes that come in order, once.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `size` bytes to `out`; fewer may come at any time, 0 is the end. Fails as the world does.
  virtual Result<size_t> read(char* out, size_t size) = 0;
};

/// A file read with read(2): never mapped, so a file that shrinks meanwhile just ends.
class FileSource : public ByteSource {
 public:
  /// Opens `path`; "-" is standard input. Fails with the system's reason.
  static Result<std::unique_ptr<FileSource>> open(const std::filesystem::path& path);
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Result<size_t> read(char* out, size_t size) override;

  /// Bytes read so far. Reading again after a seek counts again.
  uint64_t bytes_read() const { return bytes_read_; }
  bool seekable() const { return seekable_; }
  /// As lseek(2); negative when it can't.
  int64_t seek(int64_t offset, int whence);

 private:
  FileSource(int fd, bool owned, bool seekable, std::string name);

  int fd_;
  bool owned_;
  bool seekable_;
  uint64_t bytes_read_ = 0;
  std::string name_;
};

/// Fills `out` with `size` bytes unless the source ends before; how many came.
Result<size_t> read_full(ByteSource& source, char* out, size_t size);

/// A source whose first bytes were looked at already and come again.
class PeekedSource : public ByteSource {
 public:
  explicit PeekedSource(ByteSource& source) : source_(source) {}

  /// The first bytes (up to `size`), still to be read. Fails when not one can be read; a failure behind the first ones
  /// is told by read(), where they end.
  Result<std::string_view> peek(size_t size);
  Result<size_t> read(char* out, size_t size) override;

 private:
  ByteSource& source_;
  std::string head_;
  size_t given_ = 0;
  std::optional<Error> failure_;  // met behind head_
};

}  // namespace yagura::pipeline
