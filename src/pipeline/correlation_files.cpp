#include "pipeline/correlation_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/digest.hpp"
#include "detect/correlation/bytes.hpp"
#include "detect/correlation/keyed_hash.hpp"

namespace yagura::pipeline {
namespace {

namespace fs = std::filesystem;
using detect::correlation::BytesIn;
using detect::correlation::BytesOut;

// On-disk promises: never change these; a new form gets a new number.
constexpr uint32_t snapshot_magic = 0x53475931;  // "1YGS"
constexpr uint32_t journal_magic = 0x4A475931;   // "1YGJ"
constexpr size_t journal_head_bytes = 12;
constexpr size_t record_head_bytes = 12;
constexpr uint32_t record_bytes_max = 1U << 30;
constexpr uint64_t file_bytes_max = 4ULL << 30;

std::unexpected<Error> io_failure(const char* what, const fs::path& path) {
  return failure(ErrorKind::io, fmt::format("can't {} {}: {}", what, path.string(),
                                            std::error_code(errno, std::generic_category()).message()));
}

/// Tells whole records from torn ones; it guards against no person.
uint64_t checksum(std::string_view bytes) {
  return detect::correlation::keyed_hash({}, bytes);
}

Status write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return io_failure("write", path);
    bytes.remove_prefix(static_cast<size_t>(done));
  }
  return {};
}

Result<std::string> read_whole(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return failure(ErrorKind::not_found, path.string());
    return io_failure("open", path);
  }
  struct stat about{};
  std::string out;
  bool good = ::fstat(fd, &about) == 0 && static_cast<uint64_t>(about.st_size) <= file_bytes_max;
  if (good) out.resize(static_cast<size_t>(about.st_size));
  for (size_t at = 0; good && at < out.size();) {
    const ssize_t got = ::read(fd, out.data() + at, out.size() - at);
    if (got < 0 && errno == EINTR) continue;
    good = got >= 0;
    if (got <= 0) {
      out.resize(at);
      break;
    }
    at += static_cast<size_t>(got);
  }
  ::close(fd);
  if (!good) return io_failure("read", path);
  return out;
}

Status sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return io_failure("open", folder);
  const int synced = ::fsync(fd);
  ::close(fd);
  if (synced != 0) return io_failure("sync", folder);
  return {};
}

}  // namespace

CorrelationFiles::~CorrelationFiles() {
  if (fd_ >= 0) ::close(fd_);
}

fs::path CorrelationFiles::journal(uint64_t generation) const {
  return folder_ / fmt::format("journal-{}", generation);
}

void CorrelationFiles::put_aside(const fs::path& file, Found& found) {
  found.broken = true;
  std::error_code ignored;
  fs::rename(file, fs::path(file.string() + ".broken"), ignored);
}

Result<std::string> CorrelationFiles::read_snapshot(Found& found) {
  auto bytes = read_whole(snapshot());
  if (!bytes) return bytes.error().kind == ErrorKind::not_found ? Result<std::string>("") : bytes;
  BytesIn in(*bytes);
  const auto magic = in.get<uint32_t>();
  const auto generation = in.get<uint64_t>();
  const std::string_view digest = in.text();
  const std::string_view state = in.text();
  if (magic != snapshot_magic || !in.good() || !in.at_end() || sha256_hex(state) != digest) {
    put_aside(snapshot(), found);
    return std::string();
  }
  generation_ = generation;
  found.snapshot = true;
  return std::string(state);
}

Result<CorrelationFiles::Found> CorrelationFiles::open(const std::function<Status(std::string_view)>& load,
                                                       const std::function<Status(std::string_view)>& replay) {
  Found found;
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return failure(ErrorKind::io, "can't make the folder " + folder_.string() + ": " + error.message());
  auto state = read_snapshot(found);
  if (!state) return std::unexpected(state.error());
  snapshot_bytes_ = state->size();
  if (found.snapshot && !load(*state)) {
    put_aside(snapshot(), found);
    found.snapshot = false;
  }
  if (auto replayed = replay_journal(replay, found); !replayed) return std::unexpected(replayed.error());
  remove_others();
  return found;
}

Status CorrelationFiles::replay_journal(const std::function<Status(std::string_view)>& replay, Found& found) {
  const fs::path path = journal(generation_);
  const auto bytes = read_whole(path);
  if (!bytes && bytes.error().kind == ErrorKind::not_found) return start_journal(generation_);
  if (!bytes) return std::unexpected(bytes.error());
  BytesIn head(*bytes);
  if (head.get<uint32_t>() != journal_magic || head.get<uint64_t>() != generation_ || !head.good()) {
    // A crash may leave a journal without its head; anything longer was written by somebody else.
    if (bytes->size() >= journal_head_bytes) put_aside(path, found);
    return start_journal(generation_);
  }
  std::string_view rest = std::string_view(*bytes).substr(journal_head_bytes);
  while (rest.size() >= record_head_bytes) {
    BytesIn in(rest);
    const auto size = in.get<uint32_t>();
    const auto sum = in.get<uint64_t>();
    if (size > rest.size() - record_head_bytes) break;
    const std::string_view record = rest.substr(record_head_bytes, size);
    if (checksum(record) != sum) break;
    if (auto done = replay(record); !done) {
      found.broken = true;
      break;
    }
    ++found.records;
    rest.remove_prefix(record_head_bytes + size);
  }
  found.bytes_torn = rest.size();
  end_ = bytes->size() - rest.size();
  fd_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd_ < 0) return io_failure("open", path);
  if (::ftruncate(fd_, static_cast<off_t>(end_)) != 0 || ::lseek(fd_, 0, SEEK_END) < 0) return io_failure("cut", path);
  return {};
}

Status CorrelationFiles::start_journal(uint64_t generation) {
  const fs::path path = journal(generation);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return io_failure("make", path);
  BytesOut head;
  head.put(journal_magic);
  head.put(generation);
  auto written = write_all(fd, head.take(), path);
  if (written && ::fsync(fd) != 0) written = io_failure("sync", path);
  if (written) written = sync_folder(folder_);
  if (!written) {
    ::close(fd);
    return written;
  }
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  end_ = journal_head_bytes;
  return {};
}

bool CorrelationFiles::has_records() const {
  return end_ > journal_head_bytes;
}

Status CorrelationFiles::append(std::string_view record) {
  if (record.size() > record_bytes_max) return failure(ErrorKind::limit, "a correlation record longer than 1 GiB");
  BytesOut out;
  out.put(static_cast<uint32_t>(record.size()));
  out.put(checksum(record));
  std::string bytes = out.take();
  bytes += record;
  const fs::path path = journal(generation_);
  auto written = write_all(fd_, bytes, path);
  if (written && ::fdatasync(fd_) != 0) written = io_failure("sync", path);
  if (written) {
    end_ += bytes.size();
    return written;
  }
  // What came through of it must not stand before the next record.
  if (::ftruncate(fd_, static_cast<off_t>(end_)) != 0 || ::lseek(fd_, static_cast<off_t>(end_), SEEK_SET) < 0)
    return io_failure("cut", path);
  return written;
}

Status CorrelationFiles::save(std::string_view state) {
  const uint64_t next = generation_ + 1;
  BytesOut out;
  out.put(snapshot_magic);
  out.put(next);
  out.text(sha256_hex(state));
  out.text(state);
  const fs::path fresh = folder_ / "state.new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return io_failure("make", fresh);
  auto written = write_all(fd, out.take(), fresh);
  if (written && ::fsync(fd) != 0) written = io_failure("sync", fresh);
  ::close(fd);
  if (!written) return written;
  // The new journal stands before the snapshot that asks for it; until the rename the old pair is in force.
  const int old_fd = std::exchange(fd_, -1);
  const uint64_t old_end = end_;
  if (auto started = start_journal(next); !started) {
    fd_ = old_fd;
    end_ = old_end;
    return started;
  }
  if (::rename(fresh.c_str(), snapshot().c_str()) != 0) {
    auto failed = io_failure("replace", snapshot());
    ::close(fd_);
    fd_ = old_fd;
    end_ = old_end;
    return failed;
  }
  if (old_fd >= 0) ::close(old_fd);
  generation_ = next;
  snapshot_bytes_ = state.size();
  if (auto synced = sync_folder(folder_); !synced) return synced;
  remove_others();
  return {};
}

/// Journals of other generations: what a crash between two steps left.
void CorrelationFiles::remove_others() const {
  std::error_code error;
  const std::string own = journal(generation_).filename().string();
  for (fs::directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    if (name.starts_with("journal-") && name != own && !name.ends_with(".broken")) fs::remove(it->path(), ignored);
  }
}

}  // namespace yagura::pipeline
