// Evidence and attachments: files named by the SHA-256 of their bytes, written once and never changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::ledger {

constexpr int64_t blob_bytes_max = int64_t{4} << 30;

struct BlobRef {
  std::string sha256;  // its name: 64 lower-case hexadecimal characters
  int64_t size_bytes = 0;
};

/// The folder <data>/blobs: ab/cdef..., each file 0400. Thread-safe.
class Blobs {
 public:
  explicit Blobs(std::filesystem::path folder);

  /// Hands out the next piece of the bytes, an empty one at the end.
  using Source = std::function<Result<std::string>()>;

  /// Durable when it returns (file and folder synced). The same bytes twice is one file. Fails with `limit`
  /// beyond blob_bytes_max and `io` when the disk is full; then nothing is left behind.
  Result<BlobRef> put(std::string_view bytes) const;
  Result<BlobRef> put(const Source& source) const;

  /// The whole content, its hash checked: `corrupt` when the file was changed, `not_found`, `limit` when it
  /// is longer than `bytes_max`.
  Result<std::string> read(const std::string& sha256, int64_t bytes_max = blob_bytes_max) const;

  /// Piece by piece; the hash is known only at the end, so a sink must be able to take back what it did.
  Status read(const std::string& sha256, const std::function<Status(std::string_view)>& sink) const;

  bool has(const std::string& sha256) const;
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path path_of(const std::string& sha256) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace yagura::ledger
