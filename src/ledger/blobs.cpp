#include "ledger/blobs.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "ledger/files.hpp"
#include "ledger/open_file.hpp"

namespace yagura::ledger {
namespace {

bool is_sha256(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::unexpected<Error> no_blob(std::string_view sha256) {
  return failure(ErrorKind::not_found, fmt::format("there is no blob '{}'", sha256.substr(0, 80)));
}

/// Removes the draft unless it became the blob.
struct Draft {
  std::filesystem::path path;
  ~Draft() { ::unlink(path.c_str()); }
};

}  // namespace

Blobs::Blobs(std::filesystem::path folder) : folder_(std::move(folder)) {}

std::filesystem::path Blobs::path_of(const std::string& sha256) const {
  return folder_ / sha256.substr(0, 2) / sha256.substr(2);
}

bool Blobs::has(const std::string& sha256) const {
  std::error_code error;
  return is_sha256(sha256) && std::filesystem::is_regular_file(path_of(sha256), error);
}

Result<BlobRef> Blobs::put(std::string_view bytes) const {
  return put([&]() -> Result<std::string> {
    const std::string_view piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    return std::string(piece);
  });
}

Result<BlobRef> Blobs::put(const Source& source) const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return file_failure("make", folder_, error.value());
  const Draft draft{folder_ / (".draft-" + to_hex(random_bytes(12)))};
  BlobRef blob;
  {
    const OpenFile out(::open(draft.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
    if (!out) return file_failure("write", draft.path, errno);
    Sha256 hash;
    for (;;) {
      const auto piece = source();
      if (!piece) return std::unexpected(piece.error());
      if (piece->empty()) break;
      blob.size_bytes += static_cast<int64_t>(piece->size());
      if (blob.size_bytes > blob_bytes_max)
        return failure(ErrorKind::limit, fmt::format("a blob holds at most {} bytes", blob_bytes_max));
      hash.update(*piece);
      if (auto status = write_all(out.number(), *piece, draft.path); !status) return std::unexpected(status.error());
    }
    if (::fsync(out.number()) != 0) return file_failure("write", draft.path, errno);
    blob.sha256 = hash.finish_hex();
  }
  const auto place = path_of(blob.sha256);
  std::filesystem::create_directory(place.parent_path(), error);
  if (error) return file_failure("make", place, error.value());
  // link() never replaces what is there: a blob is written once. What is there already must be right, though:
  // the same bytes come again when somebody restores a lost or damaged one.
  if (::link(draft.path.c_str(), place.c_str()) != 0) {
    if (errno != EEXIST) return file_failure("write", place, errno);
    const auto there = hash_file(place);
    if (!there) return std::unexpected(there.error());
    if (*there != blob.sha256)
      return failure(ErrorKind::corrupt, fmt::format("the stored blob {} was changed: run yagura verify", blob.sha256));
  }
  if (auto status = sync_folder(place.parent_path()); !status) return std::unexpected(status.error());
  if (auto status = sync_folder(folder_); !status) return std::unexpected(status.error());
  return blob;
}

Status Blobs::read(const std::string& sha256, const std::function<Status(std::string_view)>& sink) const {
  if (!is_sha256(sha256)) return no_blob(sha256);
  const auto place = path_of(sha256);
  const OpenFile in(::open(place.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!in) return errno == ENOENT ? no_blob(sha256) : file_failure("read", place, errno);
  Sha256 hash;
  std::string piece(piece_bytes, '\0');
  for (;;) {
    const auto got = read_some(in.number(), piece, place);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) break;
    const std::string_view bytes(piece.data(), *got);
    hash.update(bytes);
    if (auto status = sink(bytes); !status) return status;
  }
  if (hash.finish_hex() != sha256)
    return failure(ErrorKind::corrupt, fmt::format("the blob {} was changed: run yagura verify", sha256));
  return {};
}

Result<std::string> Blobs::read(const std::string& sha256, int64_t bytes_max) const {
  std::string out;
  const auto status = read(sha256, [&](std::string_view piece) -> Status {
    if (static_cast<int64_t>(out.size() + piece.size()) > bytes_max)
      return failure(ErrorKind::limit, fmt::format("the blob {} is longer than {} bytes", sha256, bytes_max));
    out += piece;
    return {};
  });
  if (!status) return std::unexpected(status.error());
  return out;
}

}  // namespace yagura::ledger
