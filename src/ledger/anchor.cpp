#include "ledger/anchor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <vector>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/os_error.hpp"
#include "base/text.hpp"
#include "ledger/files.hpp"
#include "ledger/open_file.hpp"

namespace yagura::ledger {
namespace {

constexpr size_t line_bytes = 256;  // two lines; each well inside one disk sector
constexpr size_t key_bytes = 32;

std::string hmac_hex(std::string_view key, std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &length);
  check(done != nullptr, "HMAC-SHA-256 works");
  return to_hex(std::string_view(reinterpret_cast<const char*>(out), length));
}

std::string sealed_text(std::string_view ledger_id, const AnchoredHead& head) {
  return fmt::format("yagura.anchor.1 {} {} {}", ledger_id, head.seq, head.hash);
}

Result<std::string> read_key(const std::filesystem::path& folder) {
  auto key = read_file(folder / "journal.key", 4096);
  if (!key) return std::unexpected(key.error());
  if (key->size() != key_bytes)
    return failure(ErrorKind::corrupt, fmt::format("{} is not a journal's key", (folder / "journal.key").string()));
  return key;
}

}  // namespace

Anchor::Anchor(std::filesystem::path file, std::string ledger_id, std::string key)
    : file_(std::move(file)), ledger_id_(std::move(ledger_id)), key_(std::move(key)) {}

Result<Anchor> Anchor::open(const std::filesystem::path& folder, std::string ledger_id) {
  auto key = read_key(folder);
  if (!key) return std::unexpected(key.error());
  return Anchor(folder / "journal.anchor", std::move(ledger_id), std::move(*key));
}

Result<Anchor> Anchor::create(const std::filesystem::path& folder, std::string ledger_id, const AnchoredHead& head) {
  if (!std::filesystem::exists(folder / "journal.key"))
    if (auto status = write_file(folder / "journal.key", random_bytes(key_bytes), 0600); !status)
      return std::unexpected(status.error());
  auto anchor = open(folder, std::move(ledger_id));
  if (!anchor) return anchor;
  const std::string line = anchor->line(head);
  if (auto status = write_file(anchor->file_, line + line, 0600); !status) return std::unexpected(status.error());
  return anchor;
}

std::string Anchor::line(const AnchoredHead& head) const {
  const std::string text = sealed_text(ledger_id_, head);
  std::string line = text + " " + hmac_hex(key_, text);
  check(line.size() < line_bytes, "an anchor's line fits its place");
  line.resize(line_bytes - 1, ' ');
  return line + "\n";
}

Result<AnchoredHead> Anchor::read() const {
  auto content = read_file(file_, 4 * line_bytes);
  if (!content) return std::unexpected(content.error());
  std::optional<AnchoredHead> newest;
  for (const std::string_view whole : split(*content, '\n')) {
    const auto parts = split(trim(whole), ' ');
    if (parts.size() != 5) continue;
    AnchoredHead head;
    const auto [end, error] = std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), head.seq);
    if (error != std::errc() || end != parts[2].data() + parts[2].size()) continue;
    head.hash = parts[3];
    const std::string seal = hmac_hex(key_, sealed_text(ledger_id_, head));
    if (equal_in_constant_time(seal, parts[4]) && (!newest || newest->seq < head.seq)) newest = std::move(head);
  }
  if (newest) return *newest;
  return failure(ErrorKind::corrupt, fmt::format("no line of {} carries the seal of this ledger", file_.string()));
}

Status Anchor::write(const AnchoredHead& head) const {
  const int file = ::open(file_.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return file_failure("open", file_, errno);
  const std::string text = line(head);
  // Writers of several processes take turns, each line whole.
  ::flock(file, LOCK_EX);
  const auto place = static_cast<off_t>(head.seq % 2) * static_cast<off_t>(line_bytes);
  const ssize_t written = ::pwrite(file, text.data(), text.size(), place);
  const int error = errno;
  ::close(file);
  if (written == static_cast<ssize_t>(text.size())) return {};
  return file_failure("write", file_, written < 0 ? error : ENOSPC);
}

Status Anchor::sync() const {
  const int file = ::open(file_.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return failure(ErrorKind::io, fmt::format("can't open {}: {}", file_.string(), os_error_text(errno)));
  const bool done = ::fsync(file) == 0;
  ::close(file);
  if (done) return {};
  return failure(ErrorKind::io, fmt::format("can't write {} to the disk", file_.string()));
}

}  // namespace yagura::ledger
