#include <fmt/format.h>
#include <sqlite3.h>

#include <map>
#include <utility>

#include "base/check.hpp"
#include "ledger/database.hpp"

namespace yagura::ledger {
namespace {

constexpr int busy_timeout_ms = 15'000;
constexpr size_t statements_kept_max = 256;

ErrorKind kind_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return ErrorKind::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorKind::unavailable;
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
      return ErrorKind::limit;
    case SQLITE_CONSTRAINT:
      return ErrorKind::conflict;
    case SQLITE_FULL:
      return ErrorKind::disk_full;
    default:
      return ErrorKind::io;
  }
}

std::unexpected<Error> database_failure(sqlite3* db, int code, std::string_view doing) {
  const int extended = db ? sqlite3_extended_errcode(db) : code;
  std::string hint;
  if ((code & 0xFF) == SQLITE_FULL) hint = "; free some space on the disk of the data folder";
  if ((code & 0xFF) == SQLITE_BUSY) hint = "; another program holds the ledger";
  return failure(kind_of(code), fmt::format("the ledger's database failed while {}: {} ({}){}", doing,
                                            db ? sqlite3_errmsg(db) : sqlite3_errstr(code), extended, hint));
}

int bind(sqlite3_stmt* statement, int at, const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return sqlite3_bind_int64(statement, at, *number);
  if (const auto* real = std::get_if<double>(&value)) return sqlite3_bind_double(statement, at, *real);
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    const char* bytes = text->data() ? text->data() : "";
    return sqlite3_bind_text64(statement, at, bytes, text->size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  return sqlite3_bind_null(statement, at);
}

/// A prepared statement that is free (kept for the next use of its text) or at work.
struct Prepared {
  sqlite3_stmt* statement = nullptr;
  bool at_work = false;
};

class SqliteRows final : public Rows {
 public:
  SqliteRows(sqlite3* db, sqlite3_stmt* statement, Prepared* kept) : db_(db), statement_(statement), kept_(kept) {}
  ~SqliteRows() override {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    if (kept_)
      kept_->at_work = false;
    else
      sqlite3_finalize(statement_);
  }
  SqliteRows(const SqliteRows&) = delete;
  SqliteRows& operator=(const SqliteRows&) = delete;

  Result<bool> next() override {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return database_failure(db_, code, "working");
  }
  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  bool is_text(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_TEXT; }
  int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes ? std::string_view(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column)))
                 : std::string_view();
  }

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
  Prepared* kept_;
};

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(sqlite3* db) : db_(db) {}
  ~SqliteDatabase() override {
    for (auto& [text, prepared] : kept_) sqlite3_finalize(prepared.statement);
    sqlite3_close(db_);
  }
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  Status run(std::string_view sql, std::span<const Value> values) override {
    auto rows = query(sql, values);
    if (!rows) return std::unexpected(rows.error());
    const auto more = (*rows)->next();
    if (!more) return std::unexpected(more.error());
    return {};
  }

  Result<std::unique_ptr<Rows>> query(std::string_view sql, std::span<const Value> values) override {
    Prepared* kept = nullptr;
    sqlite3_stmt* statement = nullptr;
    const auto found = kept_.find(sql);
    if (found != kept_.end() && !found->second.at_work) {
      kept = &found->second;
      statement = kept->statement;
    } else {
      const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), 0, &statement, nullptr);
      if (code != SQLITE_OK) return database_failure(db_, code, "preparing");
      check(statement != nullptr, "an SQL text holds a statement");
      if (found == kept_.end() && kept_.size() < statements_kept_max)
        kept = &kept_.emplace(std::string(sql), Prepared{statement}).first->second;
    }
    if (kept) kept->at_work = true;
    auto rows = std::make_unique<SqliteRows>(db_, statement, kept);
    for (size_t i = 0; i < values.size(); ++i)
      if (const int code = bind(statement, static_cast<int>(i + 1), values[i]); code != SQLITE_OK)
        return database_failure(db_, code, "binding");
    return rows;
  }

  Status script(const std::string& sql) override {
    if (const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
      return database_failure(db_, code, "changing its form");
    return {};
  }

  int64_t last_row() const override { return sqlite3_last_insert_rowid(db_); }
  int64_t rows_changed() const override { return sqlite3_changes64(db_); }

  Status copy_to(const std::filesystem::path& to) override {
    constexpr int pages_a_step = 4096;
    sqlite3* copy = nullptr;
    int code =
        sqlite3_open_v2(to.c_str(), &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE, nullptr);
    if (code == SQLITE_OK) {
      sqlite3_backup* backup = sqlite3_backup_init(copy, "main", db_, "main");
      code = SQLITE_OK;
      while (backup && (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED)) {
        code = sqlite3_backup_step(backup, pages_a_step);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED) sqlite3_sleep(20);
      }
      if (backup)
        code = sqlite3_backup_finish(backup);
      else
        code = sqlite3_errcode(copy);
      // The copy is read as one file, so it must not wait for a log beside it.
      if (code == SQLITE_OK)
        code = sqlite3_exec(copy, "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
    }
    Status status;
    if (code != SQLITE_OK) status = database_failure(copy, code, "copying to " + to.string());
    sqlite3_close(copy);
    return status;
  }

  Status settle() override { return script("PRAGMA wal_checkpoint(TRUNCATE)"); }

  Status prepare_for(OpenMode mode) {
    sqlite3_busy_timeout(db_, busy_timeout_ms);
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (mode == OpenMode::write)
      if (auto status = script("PRAGMA journal_mode = WAL"); !status) return status;
    return script(
        "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
        "PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = FAST");
  }

 private:
  sqlite3* db_;
  std::map<std::string, Prepared, std::less<>> kept_;
};

}  // namespace

Result<int64_t> Database::integer(std::string_view sql, std::initializer_list<Value> values, int64_t fallback) {
  auto rows = query(sql, values);
  if (!rows) return std::unexpected(rows.error());
  const auto some = (*rows)->next();
  if (!some) return std::unexpected(some.error());
  return *some && !(*rows)->is_null(0) ? (*rows)->integer(0) : fallback;
}

Result<std::string> Database::text(std::string_view sql, std::initializer_list<Value> values, std::string fallback) {
  auto rows = query(sql, values);
  if (!rows) return std::unexpected(rows.error());
  const auto some = (*rows)->next();
  if (!some) return std::unexpected(some.error());
  return *some && !(*rows)->is_null(0) ? std::string((*rows)->text(0)) : std::move(fallback);
}

Result<std::unique_ptr<Database>> open_database(const std::filesystem::path& file, OpenMode mode) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == OpenMode::verify ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == OpenMode::write) flags |= SQLITE_OPEN_CREATE;
  sqlite3* db = nullptr;
  if (const int code = sqlite3_open_v2(file.c_str(), &db, flags, nullptr); code != SQLITE_OK) {
    auto failed = database_failure(db, code, "opening " + file.string());
    sqlite3_close(db);
    return failed;
  }
  auto database = std::make_unique<SqliteDatabase>(db);
  if (auto status = database->prepare_for(mode); !status) return std::unexpected(status.error());
  return database;
}

}  // namespace yagura::ledger
