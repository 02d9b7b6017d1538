#include "app/backup.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <memory>
#include <utility>

#include "app/event_backup.hpp"
#include "app/house.hpp"
#include "app/indicator_backup.hpp"
#include "ledger/backup.hpp"
#include "ledger/files.hpp"

namespace yagura::app {
namespace {

namespace fs = std::filesystem;

using Database = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;

Result<Database> open_database(const fs::path& file, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  Database database(raw, sqlite3_close);
  if (code != SQLITE_OK)
    return failure(ErrorKind::io, fmt::format("can't open {}: {}", file.string(), sqlite3_errmsg(raw)));
  return database;
}

/// SQLite's online backup: consistent while others write.
Status copy_database(const fs::path& from, const fs::path& to) {
  auto source = open_database(from, SQLITE_OPEN_READONLY);
  if (!source) return std::unexpected(source.error());
  auto target = open_database(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!target) return std::unexpected(target.error());
  sqlite3_backup* backup = sqlite3_backup_init(target->get(), "main", source->get(), "main");
  const int stepped = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
  if (backup) sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE)
    return failure(ErrorKind::io, fmt::format("can't copy {}: {}", from.string(), sqlite3_errmsg(target->get())));
  if (::chmod(to.c_str(), 0600) != 0) return failure(ErrorKind::io, "can't keep others out of " + to.string());
  return {};
}

fs::path events_part(const fs::path& backup) {
  return backup / "events";
}
fs::path indicators_part(const fs::path& backup) {
  return backup / "indicators";
}
fs::path accounts_part(const fs::path& backup) {
  return backup / "accounts.db";
}

/// Without its key the accounts' second factors could never be read again.
Status copy_accounts(const fs::path& from, const fs::path& to) {
  if (auto copied = copy_database(from, to); !copied) return copied;
  const fs::path key = api::accounts_key_file(from);
  std::error_code error;
  if (!fs::exists(key, error)) return {};  // a copy made before there were any
  auto copied = ledger::copy_file(key, api::accounts_key_file(to), 0600);
  return copied ? Status{} : std::unexpected(copied.error());
}

}  // namespace

fs::path backed_up_ledger(const fs::path& backup) {
  return backup / "ledger";
}

Status back_up(ledger::Ledger& ledger, lake::EventStore* events, const fs::path& data, const fs::path& to) {
  std::error_code error;
  if (fs::exists(to, error)) return failure(ErrorKind::conflict, to.string() + " is there already; name a new folder");
  fs::create_directories(to, error);
  if (error) return failure(ErrorKind::io, fmt::format("can't make {}: {}", to.string(), error.message()));
  if (::chmod(to.c_str(), 0700) != 0) return failure(ErrorKind::io, "can't keep others out of " + to.string());
  if (auto copied = ledger.backup(backed_up_ledger(to)); !copied) return copied;
  const DataLayout layout{data};
  if (auto copied = copy_accounts(layout.accounts(), accounts_part(to)); !copied) return copied;
  if (auto copied = back_up_indicators(layout.indicators(), indicators_part(to)); !copied) return copied;
  return events ? back_up_events(*events, layout.lake(), layout.checkpoints(), events_part(to)) : Status{};
}

Result<Restored> restore_house(const fs::path& backup, const fs::path& data) {
  std::error_code error;
  if (!fs::exists(backed_up_ledger(backup), error))
    return failure(ErrorKind::not_found, backup.string() + " is no backup that `yagura backup` wrote");
  if (fs::exists(DataLayout{data}.ledger_file(), error))
    return failure(ErrorKind::conflict, data.string() + " holds a ledger already; restore into an empty folder");
  auto report = ledger::restore(backed_up_ledger(backup), data);
  if (!report) return std::unexpected(report.error());
  if (auto copied = copy_accounts(accounts_part(backup), DataLayout{data}.accounts()); !copied)
    return std::unexpected(copied.error());
  if (fs::exists(indicators_part(backup), error))  // there are older backups, and houses without any
    if (auto copied = restore_indicators(indicators_part(backup), DataLayout{data}.indicators()); !copied)
      return std::unexpected(copied.error());
  Restored out{std::move(*report), std::nullopt};
  if (!fs::exists(events_part(backup), error)) return out;
  const auto events = restore_events(events_part(backup), data);
  if (!events) return std::unexpected(events.error());
  out.events = *events;
  return out;
}

}  // namespace yagura::app
