// Rows of accounts.db: users, sessions, tokens. Secrets are here only as hashes; the rules stand in accounts.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/secret_seal.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

struct sqlite3;

namespace yagura::api {

/// What a person proves beside the password. The secret stands sealed in accounts.db alone: no fact, log or answer has
/// it.
struct SecondFactor {
  std::string secret;                        // bytes; empty: there is no second factor
  int64_t last_step = 0;                     // codes of this step and before are spent
  std::vector<std::string> recovery_hashes;  // of the codes that are left

  bool on() const { return !secret.empty(); }
};

/// An account for the day when nobody else can sign in: its password lies in a safe.
enum class BreakGlass { no, sealed, used };

/// A person, or a program that acts by tokens alone (`service`). The login never changes: facts name it.
struct User {
  std::string login;
  std::string name;
  std::string lang = "ja";
  std::vector<std::string> roles;
  bool service = false;
  bool disabled = false;
  bool must_change_password = false;
  Timestamp created_at;
  std::optional<Timestamp> last_sign_in;
  std::string password_hash;  // empty: no password fits
  BreakGlass break_glass = BreakGlass::no;
  SecondFactor second_factor;
};

struct SessionRow {
  std::string id;  // public
  std::string secret_hash;
  std::string csrf;
  std::string login;
  std::string address;
  std::string agent;
  Timestamp created_at;
  Timestamp last_seen;
};

struct TokenRow {
  std::string id;  // public
  std::string secret_hash;
  std::string name;
  std::string login;  // whose it is, and as whom it acts
  std::vector<std::string> permissions;
  Timestamp created_at;
  Timestamp expires_at;
  std::optional<Timestamp> revoked_at;
  std::optional<Timestamp> last_used;
};

/// "accounts.key" beside the accounts: what the secrets in them are sealed with.
std::filesystem::path accounts_key_file(const std::filesystem::path& accounts);

/// One connection, not thread-safe: Accounts holds a lock around it.
class AccountStore {
 public:
  /// Opens or makes the file and its key (mode 0600). `refused` when a newer program wrote it.
  static Result<std::unique_ptr<AccountStore>> open(const std::filesystem::path& file);
  ~AccountStore();
  AccountStore(const AccountStore&) = delete;
  AccountStore& operator=(const AccountStore&) = delete;

  /// Runs `work` in one transaction: durable when it returns, undone when `work` or the commit fails.
  Status change(const std::function<Status()>& work);

  Status put(const User& user);
  Status put(const SessionRow& session);
  Status put(const TokenRow& token);
  Status remove_session(std::string_view id);

  const SecretSeal& seal() const { return seal_; }

  Result<std::vector<User>> users();
  Result<std::vector<SessionRow>> sessions();
  Result<std::vector<TokenRow>> tokens();

 private:
  AccountStore(sqlite3* db, SecretSeal seal) : db_(db), seal_(std::move(seal)) {}
  Status run(const char* sql);

  sqlite3* db_;
  SecretSeal seal_;
};

}  // namespace yagura::api
