// accounts: who may sign in, with what, and what they may do. Sign-ins, tokens and every change of a user are
// facts of the journal; passwords and secrets are in no fact and no log, and only their hashes are stored.
#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/account_store.hpp"
#include "api/message.hpp"
#include "api/sign_in_guard.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "desks/account_roles.hpp"

namespace yagura::api {

constexpr int64_t session_idle_seconds = 2 * 3600;
constexpr int64_t session_seconds_max = 12 * 3600;
constexpr int64_t token_seconds_max = 366 * 86'400;
constexpr int sign_ins_at_once_max = 4;  // more are told to come again: guessing must not hold every worker
constexpr size_t users_max = 10'000;
constexpr size_t sessions_per_user_max = 20;  // the oldest ends when one more begins
constexpr size_t tokens_per_user_max = 100;
constexpr int64_t second_factor_offer_seconds = 600;  // a secret that is not confirmed by then is forgotten
constexpr size_t second_factor_offers_max = 1'000;
constexpr int64_t seen_write_seconds = 60;  // last_seen and last_used are stored this coarsely

/// What the journal is told: kind "session.opened", "session.refused", "session.ended", "token.created",
/// "token.revoked", "user.created", "user.changed", "user.password_changed", "user.second_factor_set",
/// "user.second_factor_removed", "user.recovery_codes_made", "session.break_glass". A failure undoes the change.
using FactSink = std::function<Status(const std::string& actor, const std::string& kind, const std::string& subject,
                                      boost::json::object body)>;

struct SignedIn {
  SessionRow session;
  std::string secret;  // the cookie's value; stored nowhere
  std::string device;  // another cookie's: says of this browser that it signed in here; see known_device.cpp
  User user;
};

struct SignInRefused {
  Error error;
  int64_t retry_after_seconds = 0;  // > 0: too many tries
  bool needs_code = false;          // the password is right, the second factor is missing or wrong
};

struct NewToken {
  TokenRow token;
  std::string secret;  // shown once
};

/// Shown once.
struct NewSecondFactor {
  std::string secret;  // base32
  std::string uri;     // otpauth://
};

/// The first administrator, as that person says.
struct NewPerson {
  std::string login;
  std::string name;
  std::string lang;  // "ja" or "en"
  std::string password;
};

/// What a change of a user sets; empty members stay as they are.
struct UserChanges {
  std::optional<std::string> name;
  std::optional<std::string> lang;
  std::optional<std::vector<std::string>> roles;
  std::optional<bool> disabled;
  std::optional<std::string> password;  // set by an administrator: has to be changed at the next sign-in
  bool reseal = false;                  // the password is a break-glass account's new one
  bool remove_second_factor = false;    // for who lost both device and recovery codes
};

/// 1 to 64 of a-z, 0-9, '.', '-' and '_', not starting with '.' or '-'.
bool is_login(std::string_view login);

/// Thread-safe. Everything stands in memory too, so that asking who somebody is reads no disk.
class Accounts {
 public:
  static Result<std::unique_ptr<Accounts>> open(const std::filesystem::path& file, desks::AccountRoles roles,
                                                FactSink facts, Clock clock = system_now, IdSource ids = random_ids());

  /// On first start, when there is no user at all: makes `login` with the role "admin" and gives its password,
  /// which nobody can ask for again.
  Result<std::optional<std::string>> ensure_administrator(const std::string& login = "admin");

  /// While the only user is the one of ensure_administrator() and nobody ever signed in: a secret by which first_run()
  /// may be called once. Only this process knows it, and only until anybody signs in. Nothing otherwise.
  std::optional<std::string> open_first_run();
  /// Makes the first administrator as that person wants to be called, signed in. The generated account, when it is
  /// another one, is disabled. `forbidden`: the secret is wrong or its time is over.
  std::expected<SignedIn, SignInRefused> first_run(const std::string& secret, const NewPerson& person,
                                                   const std::string& address, const std::string& agent);

  /// `device`: what SignedIn::device was at an earlier sign-in of this browser. What strangers do, even from the same
  /// address, never slows it down.
  std::expected<SignedIn, SignInRefused> sign_in(const std::string& login, const std::string& password,
                                                 const std::string& address, const std::string& agent,
                                                 const std::string& code = {}, const std::string& device = {});
  /// Nobody when the secret fits no living session or token.
  Principal find_session(std::string_view secret);
  Principal find_token(std::string_view secret);
  /// False once the session or token that `who` came with has ended, or its user may no more: for long streams.
  bool still_valid(const Principal& who) const;
  /// Own sessions, or anybody's with user.manage.
  Status end_session(const Principal& by, const std::string& id);

  std::vector<User> users() const;
  std::optional<User> user(std::string_view login) const;
  std::vector<SessionRow> sessions(std::string_view login = {}) const;  // living ones
  std::vector<TokenRow> tokens(std::string_view login = {}) const;

  Result<User> create_user(const Principal& by, User user, const std::string& password);
  /// Disabling and a new password end the user's sessions. The last administrator can't be taken away (refused).
  Result<User> change_user(const Principal& by, const std::string& login, const UserChanges& changes);
  /// Ends every other session of the user.
  Status change_own_password(const Principal& by, const std::string& old_password, const std::string& new_password);

  /// The own second factor, in a session. begin gives a secret that confirm puts in force by a first code of it, and
  /// gives the recovery codes; there is none before. Taking it away needs the password and a code. Wrong passwords and
  /// codes are slowed down like sign-ins (`limit`).
  Result<NewSecondFactor> begin_second_factor(const Principal& by, const std::string& password);
  Result<std::vector<std::string>> confirm_second_factor(const Principal& by, const std::string& code);
  Result<std::vector<std::string>> renew_recovery_codes(const Principal& by, const std::string& code);
  Status remove_second_factor(const Principal& by, const std::string& password, const std::string& code);

  /// A token never may more than its owner may at that moment; `permissions` has to be part of it now.
  Result<NewToken> create_token(const Principal& by, const std::string& login, const std::string& name,
                                std::vector<std::string> permissions, Timestamp expires_at);
  Status revoke_token(const Principal& by, const std::string& id);

  const desks::AccountRoles& roles() const { return roles_; }

 private:
  Accounts(std::unique_ptr<AccountStore> store, desks::AccountRoles roles, FactSink facts, Clock clock, IdSource ids);
  Status load();
  Status note_user(const std::string& actor, const std::string& kind, const User& user, boost::json::object body);
  bool alive(const SessionRow& session, Timestamp now) const;
  bool is_last_administrator(const User& user) const;
  std::vector<std::string> session_ids_of(std::string_view login, std::string_view except) const;
  Status drop_sessions(const std::vector<std::string>& ids);  // store only; inside change()
  Result<SignedIn> open_session(const User& user, const std::string& address, const std::string& agent,
                                std::string_view proof);
  struct Caller {
    std::string address;
    std::string agent;
    std::string counted_as;  // to the guard: the address, or the known device
    bool apart = false;      // from what strangers do to the account
    int weight = 1;          // of a failure, for the account
  };
  std::expected<SignedIn, SignInRefused> admit(const std::string& login, const std::string& hash, const Caller& caller,
                                               const std::string& code);
  std::string make_device(const User& user) const;
  std::optional<std::string> find_device(const User& user, std::string_view device) const;
  Result<User> check_own_password(const Principal& by, const std::string& password);
  Status check_own_code(User& user, const Principal& by, const std::string& code);
  const User* unused_administrator() const;

  struct Offer {
    std::string secret;
    Timestamp at;
  };

  std::unique_ptr<AccountStore> store_;
  desks::AccountRoles roles_;
  FactSink facts_;
  Clock clock_;
  IdSource ids_;
  SignInGuard guard_;
  std::atomic<int> signing_in_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, User, std::less<>> users_;
  std::map<std::string, SessionRow, std::less<>> sessions_;  // by hash of the secret
  std::map<std::string, TokenRow, std::less<>> tokens_;      // by hash of the secret
  std::map<std::string, Offer, std::less<>> offers_;         // second factors not confirmed yet, by session
  std::string first_run_hash_;                               // of the secret; empty: closed
};

}  // namespace yagura::api
