// A backup is a folder: ledger.db, journal.anchor, journal.key, blobs/ and manifest.json with the SHA-256 of each
// file. The manifest is written last: a folder without one is no backup.
#include "ledger/backup.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <set>
#include <string>

#include "base/text.hpp"
#include "ledger/anchor.hpp"
#include "ledger/files.hpp"
#include "ledger/journal.hpp"
#include "ledger/stored_ledger.hpp"

namespace yagura::ledger {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr size_t manifest_bytes_max = size_t{1} << 30;
constexpr std::string_view manifest_form = "yagura.backup.1";

Status make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return failure(ErrorKind::io, fmt::format("can't make {}: {}", folder.string(), error.message()));
  fs::permissions(folder, fs::perms::owner_all, error);
  return {};
}

/// Every name of a manifest is one of ours: no path that leads elsewhere.
bool is_backup_name(std::string_view name) {
  if (name == "ledger.db" || name == "journal.anchor" || name == "journal.key") return true;
  const auto parts = split(name, '/');
  if (parts.size() != 3 || parts[0] != "blobs" || parts[1].size() != 2 || parts[2].size() != 62) return false;
  return (std::string(parts[1]) + std::string(parts[2])).find_first_not_of("0123456789abcdef") == std::string::npos;
}

Result<json::object> read_manifest(const fs::path& backup) {
  const auto text = read_file(backup / "manifest.json", manifest_bytes_max);
  if (!text) {
    if (text.error().kind != ErrorKind::not_found) return std::unexpected(text.error());
    return failure(ErrorKind::not_found,
                   fmt::format("{} is no finished backup: it has no manifest.json", backup.string()));
  }
  auto manifest = parse_stored_object(*text, (backup / "manifest.json").string());
  if (!manifest) return manifest;
  const auto* form = manifest->if_contains("form");
  const auto* files = manifest->if_contains("files");
  if (!form || *form != json::string_view(manifest_form.data(), manifest_form.size()) || !files || !files->is_object())
    return failure(ErrorKind::corrupt,
                   fmt::format("{} is not a manifest of this program", (backup / "manifest.json").string()));
  for (const auto& entry : files->get_object())
    if (!is_backup_name({entry.key().data(), entry.key().size()}) || !entry.value().is_string())
      return failure(ErrorKind::corrupt, "the manifest names a file that no backup has");
  return manifest;
}

/// Copies the blobs that stand in `from`; their names are the hashes that they must have.
Status copy_blobs(const fs::path& from, const fs::path& to, json::object& files) {
  std::error_code error;
  if (!fs::exists(from)) return {};
  for (auto entry = fs::recursive_directory_iterator(from, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (!entry->is_regular_file()) continue;
    const std::string name = "blobs/" + fs::relative(entry->path(), from).generic_string();
    if (!is_backup_name(name)) continue;  // the draft of a blob that is being written
    if (auto status = make_folder((to / name).parent_path()); !status) return status;
    const auto hash = copy_file(entry->path(), to / name, 0400);
    if (!hash) return std::unexpected(hash.error());
    files[name] = *hash;
  }
  if (error) return failure(ErrorKind::io, fmt::format("can't list {}: {}", from.string(), error.message()));
  return {};
}

Status copy_named(const fs::path& from, const fs::path& to, const std::string& name, json::object& files) {
  const auto hash = copy_file(from / name, to / name, 0600);
  if (!hash) return std::unexpected(hash.error());
  files[name] = *hash;
  return {};
}

/// Fails with `corrupt` unless the copied bytes carry the hash that the manifest gives.
Status check_hash(const fs::path& file, const std::string& hash, std::string_view expected) {
  if (hash == expected) return {};
  return failure(ErrorKind::corrupt, fmt::format("{} is not the file that was backed up", file.string()));
}

Result<VerifyReport> restore_files(const fs::path& backup, const fs::path& folder, const json::object& files) {
  for (const auto& entry : files) {
    const std::string name(entry.key().data(), entry.key().size());
    if (auto status = make_folder((folder / name).parent_path()); !status) return std::unexpected(status.error());
    const auto hash = copy_file(backup / name, folder / name, name.starts_with("blobs/") ? 0400 : 0600);
    if (!hash) return std::unexpected(hash.error());
    if (auto status = check_hash(backup / name, *hash, entry.value().get_string().c_str()); !status)
      return std::unexpected(status.error());
  }
  if (auto status = sync_folder(folder); !status) return std::unexpected(status.error());
  return verify(folder);
}

}  // namespace

Status StoredLedger::backup(const fs::path& to) {
  std::error_code error;
  if (fs::exists(to, error) && !fs::is_empty(to, error))
    return failure(ErrorKind::conflict, fmt::format("{} is not empty: give a new folder", to.string()));
  if (auto status = make_folder(to); !status) return status;
  json::object files;
  // First the witness, then the journal, then the blobs: each may only know of less than the next.
  if (auto status = copy_named(folder_, to, "journal.anchor", files); !status) return status;
  if (auto status = copy_named(folder_, to, "journal.key", files); !status) return status;
  {
    auto reader = open_database(folder_ / "ledger.db", OpenMode::read);
    if (!reader) return std::unexpected(reader.error());
    if (auto status = (*reader)->copy_to(to / "ledger.db"); !status) return status;
  }
  const auto hash = hash_file(to / "ledger.db");
  if (!hash) return std::unexpected(hash.error());
  files["ledger.db"] = *hash;
  if (auto status = copy_blobs(blobs_.folder(), to, files); !status) return status;
  json::object manifest;
  manifest["form"] = json::string_view(manifest_form.data(), manifest_form.size());
  manifest["ledger_id"] = id_;
  manifest["made_at"] = format_time(clock_());
  manifest["files"] = std::move(files);
  return write_file(to / "manifest.json", canonical_json(manifest), 0600);
}

Status check_backup(const fs::path& backup) {
  const auto manifest = read_manifest(backup);
  if (!manifest) return std::unexpected(manifest.error());
  for (const auto& entry : manifest->at("files").get_object()) {
    const fs::path file = backup / std::string(entry.key().data(), entry.key().size());
    const auto hash = hash_file(file);
    if (!hash) return std::unexpected(hash.error());
    if (auto status = check_hash(file, *hash, entry.value().get_string().c_str()); !status) return status;
  }
  return {};
}

Result<VerifyReport> restore(const fs::path& backup, const fs::path& folder) {
  const auto manifest = read_manifest(backup);
  if (!manifest) return std::unexpected(manifest.error());
  std::error_code error;
  if (fs::exists(folder / "ledger.db", error) || fs::exists(folder / "blobs", error))
    return failure(ErrorKind::conflict, fmt::format("{} holds a ledger already: give another folder", folder.string()));
  if (auto status = make_folder(folder); !status) return std::unexpected(status.error());
  auto report = restore_files(backup, folder, manifest->at("files").get_object());
  if (report && report->sound()) return report;
  for (const char* name : {"ledger.db", "journal.anchor", "journal.key", "blobs"}) fs::remove_all(folder / name, error);
  return report;
}

}  // namespace yagura::ledger
