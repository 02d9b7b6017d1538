#include "ledger/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/digest.hpp"
#include "base/os_error.hpp"
#include "base/text.hpp"
#include "ledger/open_file.hpp"

namespace yagura::ledger {

std::unexpected<Error> file_failure(std::string_view doing, const std::filesystem::path& file, int error) {
  std::string hint;
  if (error == ENOSPC || error == EDQUOT) hint = "; free some space";
  if (error == EACCES || error == EPERM) hint = "; the program's user needs the right to";
  return failure(kind_of_errno(error),
                 fmt::format("can't {} {}: {}{}", doing, file.string(), os_error_text(error), hint));
}

Status write_all(int file, std::string_view bytes, const std::filesystem::path& name) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return file_failure("write", name, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<size_t> read_some(int file, std::span<char> room, const std::filesystem::path& name) {
  for (;;) {
    const ssize_t got = ::read(file, room.data(), room.size());
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return file_failure("read", name, errno);
  }
}

Result<std::string> read_file(const std::filesystem::path& file, size_t bytes_max) {
  const OpenFile in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return file_failure("read", file, errno);
  std::string out;
  std::string piece(piece_bytes, '\0');
  for (;;) {
    const auto got = read_some(in.number(), piece, file);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) return out;
    out.append(piece, 0, *got);
    if (out.size() > bytes_max)
      return failure(ErrorKind::limit, fmt::format("{} is longer than {} bytes", file.string(), bytes_max));
  }
}

Status write_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode) {
  const std::filesystem::path draft = file.string() + ".new-" + to_hex(random_bytes(6));
  Status status;
  {
    const OpenFile out(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!out) return file_failure("write", draft, errno);
    status = write_all(out.number(), bytes, draft);
    if (status && ::fsync(out.number()) != 0) status = file_failure("write", draft, errno);
  }
  if (status && ::rename(draft.c_str(), file.c_str()) != 0) status = file_failure("write", file, errno);
  if (status) return sync_folder(file.parent_path());
  ::unlink(draft.c_str());
  return status;
}

Result<std::string> copy_file(const std::filesystem::path& from, const std::filesystem::path& to, unsigned mode) {
  const OpenFile in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return file_failure("read", from, errno);
  const OpenFile out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!out) return file_failure("write", to, errno);
  Sha256 hash;
  std::string piece(piece_bytes, '\0');
  for (;;) {
    const auto got = read_some(in.number(), piece, from);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) break;
    const std::string_view bytes(piece.data(), *got);
    hash.update(bytes);
    if (auto status = write_all(out.number(), bytes, to); !status) return std::unexpected(status.error());
  }
  if (::fsync(out.number()) != 0) return file_failure("write", to, errno);
  return hash.finish_hex();
}

Result<std::string> hash_file(const std::filesystem::path& file) {
  const OpenFile in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return file_failure("read", file, errno);
  Sha256 hash;
  std::string piece(piece_bytes, '\0');
  for (;;) {
    const auto got = read_some(in.number(), piece, file);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) return hash.finish_hex();
    hash.update(std::string_view(piece.data(), *got));
  }
}

Status sync_folder(const std::filesystem::path& folder) {
  const OpenFile opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return file_failure("open", folder, errno);
  if (::fsync(opened.number()) != 0) return file_failure("sync", folder, errno);
  return {};
}

}  // namespace yagura::ledger
