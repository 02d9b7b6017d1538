#include "pipeline/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace yagura::pipeline {

Result<std::unique_ptr<FileSource>> FileSource::open(const std::filesystem::path& path) {
  if (path == "-") return std::unique_ptr<FileSource>(new FileSource(STDIN_FILENO, false, false, "standard input"));
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return failure(errno == ENOENT ? ErrorKind::not_found : ErrorKind::io,
                   "can't open " + path.string() + ": " + std::generic_category().message(errno));
  struct stat status{};
  const bool regular = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  if (regular) (void)::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::unique_ptr<FileSource>(new FileSource(fd, true, regular, path.string()));
}

FileSource::FileSource(int fd, bool owned, bool seekable, std::string name)
    : fd_(fd), owned_(owned), seekable_(seekable), name_(std::move(name)) {}

FileSource::~FileSource() {
  if (owned_) ::close(fd_);
}

Result<size_t> FileSource::read(char* out, size_t size) {
  while (true) {
    const ssize_t got = ::read(fd_, out, size);
    if (got >= 0) {
      bytes_read_ += static_cast<uint64_t>(got);
      return static_cast<size_t>(got);
    }
    if (errno != EINTR)
      return failure(ErrorKind::io, "can't read " + name_ + ": " + std::generic_category().message(errno));
  }
}

int64_t FileSource::seek(int64_t offset, int whence) {
  return ::lseek(fd_, offset, whence);
}

Result<size_t> read_full(ByteSource& source, char* out, size_t size) {
  size_t filled = 0;
  while (filled < size) {
    const auto got = source.read(out + filled, size - filled);
    if (!got) return got;
    if (*got == 0) break;
    filled += *got;
  }
  return filled;
}

Result<std::string_view> PeekedSource::peek(size_t size) {
  if (!head_.empty()) return std::string_view(head_);
  head_.resize(size);
  size_t filled = 0;
  while (filled < size && !failure_) {
    const auto got = source_.read(head_.data() + filled, size - filled);
    if (!got)
      failure_ = got.error();
    else if (*got == 0)
      break;
    else
      filled += *got;
  }
  head_.resize(filled);
  if (failure_ && filled == 0) return std::unexpected(*failure_);
  return std::string_view(head_);
}

Result<size_t> PeekedSource::read(char* out, size_t size) {
  if (given_ == head_.size() && failure_) return std::unexpected(*failure_);
  if (given_ == head_.size()) return source_.read(out, size);
  const size_t count = std::min(size, head_.size() - given_);
  std::memcpy(out, head_.data() + given_, count);
  given_ += count;
  return count;
}

}  // namespace yagura::pipeline
