// The part of Accounts that lets the first administrator in by a page: once, by a secret that the terminal showed.
#include <boost/json.hpp>

#include "api/accounts.hpp"
#include "api/passwords.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

constexpr std::string_view guard_key = "first run";  // no login: is_login() refuses the space

std::unexpected<SignInRefused> refused(ErrorKind kind, std::string message, int64_t wait = 0) {
  return std::unexpected(SignInRefused{{kind, std::move(message)}, wait});
}

}  // namespace

/// The only user, when nobody ever signed in; under the lock.
const User* Accounts::unused_administrator() const {
  if (users_.size() != 1) return nullptr;
  const User& only = users_.begin()->second;
  const bool unused = !only.last_sign_in && !only.disabled && !only.service && only.break_glass == BreakGlass::no;
  return unused && tokens_.empty() && roles_.permissions_of(only.roles).contains("user.manage") ? &only : nullptr;
}

std::optional<std::string> Accounts::open_first_run() {
  const std::lock_guard lock(mutex_);
  if (unused_administrator() == nullptr) return std::nullopt;
  std::string secret = generate_secret();
  first_run_hash_ = sha256_hex(secret);
  return secret;
}

std::expected<SignedIn, SignInRefused> Accounts::first_run(const std::string& secret, const NewPerson& person,
                                                           const std::string& address, const std::string& agent) {
  if (const int64_t wait = guard_.seconds_to_wait(guard_key, address); wait > 0)
    return refused(ErrorKind::limit, "too many tries; wait and try again", wait);
  const std::string login = ascii_lower(trim(person.login));
  if (!is_login(login)) return refused(ErrorKind::invalid, "a login is 1 to 64 of a-z, 0-9, '.', '-', '_'");
  if (auto fault = find_password_fault(person.password, login)) return refused(ErrorKind::invalid, *fault);
  const std::string given = sha256_hex(secret);
  const auto fits = [&] { return !first_run_hash_.empty() && equal_in_constant_time(given, first_run_hash_); };
  {
    const std::lock_guard lock(mutex_);
    if (!fits()) {
      guard_.failed(guard_key, address);
      return refused(ErrorKind::forbidden, "the link is wrong, was used, or somebody signed in meanwhile");
    }
  }
  const std::string hash = hash_password(person.password);  // slow: not under the lock, and only for who has the secret
  const std::lock_guard lock(mutex_);
  const User* generated = unused_administrator();
  if (!fits() || generated == nullptr) return refused(ErrorKind::forbidden, "the first run is over");
  const User before = *generated;
  User user = before;
  user.login = login;
  user.name = person.name;
  user.lang = person.lang;
  user.password_hash = hash;
  user.must_change_password = false;
  user.created_at = clock_();
  const std::string actor = "user:" + login;
  const bool same = login == before.login;
  auto made = note_user("system:accounts", same ? "user.changed" : "user.created", user,
                        {{"roles", boost::json::value_from(user.roles)}, {"first_run", true}, {"address", address}});
  if (!made) return refused(made.error().kind, made.error().message);
  if (!same) {
    User rest = before;
    rest.disabled = true;
    if (auto done = note_user(actor, "user.changed", rest, {{"disabled", true}, {"first_run", true}}); !done)
      return refused(done.error().kind, done.error().message);
  }
  first_run_hash_.clear();
  auto opened = open_session(user, address, agent, "first_run");
  if (!opened) return refused(opened.error().kind, opened.error().message);
  return std::move(*opened);
}

}  // namespace yagura::api
