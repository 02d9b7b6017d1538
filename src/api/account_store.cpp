#include "api/account_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <variant>

#include "base/text.hpp"

namespace yagura::api {
namespace {

constexpr int schema_version = 2;
constexpr const char* schema_sql = R"(
CREATE TABLE IF NOT EXISTS users(login TEXT PRIMARY KEY, name TEXT NOT NULL, lang TEXT NOT NULL, roles TEXT NOT NULL,
  service INTEGER NOT NULL, disabled INTEGER NOT NULL, must_change_password INTEGER NOT NULL, created_at INTEGER NOT NULL,
  last_sign_in INTEGER, password_hash TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sessions(id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, csrf TEXT NOT NULL, login TEXT NOT NULL,
  address TEXT NOT NULL, agent TEXT NOT NULL, created_at INTEGER NOT NULL, last_seen INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tokens(id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, name TEXT NOT NULL, login TEXT NOT NULL,
  permissions TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER,
  last_used INTEGER) STRICT;
)";
constexpr const char* second_version_sql = R"(
BEGIN IMMEDIATE;
ALTER TABLE users ADD COLUMN break_glass INTEGER NOT NULL DEFAULT 0;
CREATE TABLE second_factors(login TEXT PRIMARY KEY, secret BLOB NOT NULL, last_step INTEGER NOT NULL,
  recovery_hashes TEXT NOT NULL) STRICT;
PRAGMA user_version=2;
COMMIT;
)";

struct Bytes {
  std::string_view bytes;
};
using Bound = std::variant<std::monostate, int64_t, std::string_view, Bytes>;

class Statement {
 public:
  Statement(sqlite3* db, const char* sql) : db_(db) { sqlite3_prepare_v2(db, sql, -1, &statement_, nullptr); }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(const std::vector<Bound>& values) {
    int at = 0;
    for (const Bound& value : values) {
      ++at;
      if (const auto* number = std::get_if<int64_t>(&value))
        sqlite3_bind_int64(statement_, at, *number);
      else if (const auto* text = std::get_if<std::string_view>(&value))
        sqlite3_bind_text64(statement_, at, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
      else if (const auto* blob = std::get_if<Bytes>(&value))
        sqlite3_bind_blob64(statement_, at, blob->bytes.data(), blob->bytes.size(), SQLITE_TRANSIENT);
      else
        sqlite3_bind_null(statement_, at);
    }
  }
  /// SQLITE_ROW, SQLITE_DONE or an error.
  int step() { return statement_ == nullptr ? SQLITE_ERROR : sqlite3_step(statement_); }
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr ? std::string()
                            : std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }
  std::string bytes(int column) const {
    const auto* first = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return first == nullptr ? std::string()
                            : std::string(first, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }
  int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  Timestamp time(int column) const { return {number(column)}; }
  std::optional<Timestamp> maybe_time(int column) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
    return time(column);
  }
  Error error() const { return {ErrorKind::io, fmt::format("accounts.db: {}", sqlite3_errmsg(db_))}; }

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
};

Bound moment(const std::optional<Timestamp>& time) {
  return time ? Bound(time->ns) : Bound();
}

/// Lists of names, none of which holds a space.
std::string join(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, " "));
}

std::vector<std::string> separate(const std::string& names) {
  std::vector<std::string> out;
  for (const std::string_view name : split(names, ' '))
    if (!name.empty()) out.emplace_back(name);
  return out;
}

Status write(sqlite3* db, const char* sql, const std::vector<Bound>& values) {
  Statement statement(db, sql);
  statement.bind(values);
  if (statement.step() != SQLITE_DONE) return std::unexpected(statement.error());
  return {};
}

template <typename Row, typename Read>
Result<std::vector<Row>> read_all(sqlite3* db, const char* sql, Read read) {
  Statement statement(db, sql);
  std::vector<Row> rows;
  int result = 0;
  while ((result = statement.step()) == SQLITE_ROW) rows.push_back(read(statement));
  if (result != SQLITE_DONE) return std::unexpected(statement.error());
  return rows;
}

}  // namespace

std::filesystem::path accounts_key_file(const std::filesystem::path& accounts) {
  return accounts.parent_path() / "accounts.key";
}

Result<std::unique_ptr<AccountStore>> AccountStore::open(const std::filesystem::path& file) {
  auto seal = SecretSeal::open(accounts_key_file(file));
  if (!seal) return std::unexpected(seal.error());
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);  // before SQLite gives it a wider mode
  if (made < 0) return failure(ErrorKind::io, fmt::format("can't open {}", file.string()));
  ::close(made);
  sqlite3* db = nullptr;
  const int opened = sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, nullptr);
  std::unique_ptr<AccountStore> store(new AccountStore(db, std::move(*seal)));
  if (opened != SQLITE_OK)
    return failure(ErrorKind::io, fmt::format("can't open {}: {}", file.string(), sqlite3_errmsg(db)));
  sqlite3_busy_timeout(db, 5000);
  if (auto done = store->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"); !done)
    return std::unexpected(done.error());
  Statement version(db, "PRAGMA user_version");
  if (version.step() != SQLITE_ROW) return std::unexpected(version.error());
  if (version.number(0) > schema_version)
    return failure(ErrorKind::refused, fmt::format("{} was written by a newer program", file.string()));
  if (auto done = store->run(schema_sql); !done) return std::unexpected(done.error());
  if (version.number(0) < 2)
    if (auto done = store->run(second_version_sql); !done) return std::unexpected(done.error());
  return store;
}

AccountStore::~AccountStore() {
  sqlite3_close_v2(db_);
}

Status AccountStore::run(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure(ErrorKind::io, fmt::format("accounts.db: {}", sqlite3_errmsg(db_)));
  return {};
}

Status AccountStore::change(const std::function<Status()>& work) {
  if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  Status done = work();
  if (done) done = run("COMMIT");
  if (!done && sqlite3_get_autocommit(db_) == 0) (void)run("ROLLBACK");
  return done;
}

Status AccountStore::put(const User& user) {
  const std::string roles = join(user.roles);
  auto done = write(db_, "INSERT OR REPLACE INTO users VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                    {user.login, user.name, user.lang, roles, int64_t{user.service}, int64_t{user.disabled},
                     int64_t{user.must_change_password}, user.created_at.ns, moment(user.last_sign_in),
                     user.password_hash, static_cast<int64_t>(user.break_glass)});
  if (!done) return done;
  const SecondFactor& factor = user.second_factor;
  if (!factor.on()) return write(db_, "DELETE FROM second_factors WHERE login=?", {user.login});
  const std::string hashes = join(factor.recovery_hashes);
  const std::string sealed = seal_.seal(factor.secret, user.login);
  return write(db_, "INSERT OR REPLACE INTO second_factors VALUES(?,?,?,?)",
               {user.login, Bytes{sealed}, factor.last_step, hashes});
}

Status AccountStore::put(const SessionRow& s) {
  return write(db_, "INSERT OR REPLACE INTO sessions VALUES(?,?,?,?,?,?,?,?)",
               {s.id, s.secret_hash, s.csrf, s.login, s.address, s.agent, s.created_at.ns, s.last_seen.ns});
}

Status AccountStore::put(const TokenRow& token) {
  const std::string permissions = join(token.permissions);
  return write(db_, "INSERT OR REPLACE INTO tokens VALUES(?,?,?,?,?,?,?,?,?)",
               {token.id, token.secret_hash, token.name, token.login, permissions, token.created_at.ns,
                token.expires_at.ns, moment(token.revoked_at), moment(token.last_used)});
}

Status AccountStore::remove_session(std::string_view id) {
  return write(db_, "DELETE FROM sessions WHERE id=?", {id});
}

Result<std::vector<User>> AccountStore::users() {
  constexpr const char* sql =
      "SELECT u.login, name, lang, roles, service, disabled, must_change_password, created_at, last_sign_in, "
      "password_hash, break_glass, secret, last_step, recovery_hashes FROM users u "
      "LEFT JOIN second_factors f ON f.login=u.login ORDER BY u.login";
  auto users = read_all<User>(db_, sql, [](const Statement& row) {
    const int64_t glass = row.number(10);
    return User{row.text(0),
                row.text(1),
                row.text(2),
                separate(row.text(3)),
                row.number(4) != 0,
                row.number(5) != 0,
                row.number(6) != 0,
                row.time(7),
                row.maybe_time(8),
                row.text(9),
                glass == 0   ? BreakGlass::no
                : glass == 1 ? BreakGlass::sealed
                             : BreakGlass::used,
                {row.bytes(11), row.number(12), separate(row.text(13))}};
  });
  if (!users) return users;
  for (User& user : *users) {
    if (!user.second_factor.on()) continue;
    auto secret = seal_.unseal(user.second_factor.secret, user.login);
    if (!secret) return std::unexpected(secret.error());
    user.second_factor.secret = std::move(*secret);
  }
  return users;
}

Result<std::vector<SessionRow>> AccountStore::sessions() {
  return read_all<SessionRow>(db_, "SELECT * FROM sessions ORDER BY id", [](const Statement& row) {
    return SessionRow{row.text(0), row.text(1), row.text(2), row.text(3),
                      row.text(4), row.text(5), row.time(6), row.time(7)};
  });
}

Result<std::vector<TokenRow>> AccountStore::tokens() {
  return read_all<TokenRow>(db_, "SELECT * FROM tokens ORDER BY id", [](const Statement& row) {
    return TokenRow{row.text(0), row.text(1), row.text(2),       row.text(3),      separate(row.text(4)),
                    row.time(5), row.time(6), row.maybe_time(7), row.maybe_time(8)};
  });
}

}  // namespace yagura::api
