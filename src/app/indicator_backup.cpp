#include "app/indicator_backup.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "detect/indicators/indicator_manifest.hpp"
#include "ledger/files.hpp"

namespace yagura::app {
namespace {

namespace fs = std::filesystem;

constexpr size_t manifest_bytes_max = 64 << 20;
constexpr int merges_met_max = 10;  // while one copy is made

/// Copies what the manifest in `from` names; the manifest goes last, so that a copy that was cut off is none.
Status copy_once(const fs::path& from, const fs::path& to) {
  const auto text = ledger::read_file(from / detect::indicator_manifest_name, manifest_bytes_max);
  if (!text) return std::unexpected(text.error());
  const auto manifest = detect::read_manifest(*text);
  if (!manifest)
    return failure(ErrorKind::corrupt, (from / detect::indicator_manifest_name).string() + " is not what was written");
  std::error_code error;
  fs::create_directories(to, error);
  if (error || ::chmod(to.c_str(), 0700) != 0) return failure(ErrorKind::io, "can't make " + to.string());
  for (const detect::Part& part : manifest->parts) {
    const auto copied = ledger::copy_file(from / part.file, to / part.file, 0600);
    if (!copied) return std::unexpected(copied.error());
    if (*copied != part.sha256)
      return failure(ErrorKind::corrupt, (from / part.file).string() + " is not what was written");
  }
  return ledger::write_file(to / detect::indicator_manifest_name, *text, 0600);
}

}  // namespace

Status back_up_indicators(const fs::path& from, const fs::path& to) {
  std::error_code error;
  for (int met = 0; fs::exists(from / detect::indicator_manifest_name, error); ++met) {
    Status copied = copy_once(from, to);
    // A merge took a file away that the manifest named a moment ago: another manifest names others.
    if (copied || copied.error().kind != ErrorKind::not_found || met == merges_met_max) return copied;
    fs::remove_all(to, error);
  }
  return {};
}

Status restore_indicators(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (fs::exists(to / detect::indicator_manifest_name, error))
    return failure(ErrorKind::conflict, to.string() + " is there already; restore into an empty folder");
  Status copied = copy_once(from, to);
  if (copied) return copied;
  fs::remove_all(to, error);
  if (copied.error().kind == ErrorKind::not_found)
    return failure(ErrorKind::corrupt, "the copy lacks a file of its indicators: " + copied.error().message);
  return copied;
}

}  // namespace yagura::app
