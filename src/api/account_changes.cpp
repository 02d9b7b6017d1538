// The part of Accounts that changes users, passwords and tokens.
#include <algorithm>
#include <boost/json.hpp>

#include "api/accounts.hpp"
#include "api/passwords.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

json::array names(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& name : list) out.push_back(json::value(name));
  return out;
}

bool is_administrator(const User& user, const desks::AccountRoles& roles) {
  return !user.disabled && !user.service && user.break_glass == BreakGlass::no &&
         roles.permissions_of(user.roles).contains("user.manage");
}

}  // namespace

bool Accounts::is_last_administrator(const User& user) const {
  if (!is_administrator(user, roles_)) return false;
  return std::ranges::none_of(
      users_, [&](const auto& each) { return each.first != user.login && is_administrator(each.second, roles_); });
}

Result<User> Accounts::create_user(const Principal& by, User user, const std::string& password) {
  if (!by.may("user.manage")) return failure(ErrorKind::forbidden, "needs the permission user.manage");
  if (!is_login(user.login)) return failure(ErrorKind::invalid, "a login is 1 to 64 of a-z, 0-9, '.', '-', '_'");
  if (user.service != password.empty())
    return failure(ErrorKind::invalid,
                   user.service ? "a service account has no password" : "a person needs a password");
  if (!user.service)
    if (auto fault = find_password_fault(password, user.login)) return failure(ErrorKind::invalid, *fault);
  for (const std::string& role : user.roles)
    if (roles_.find(role) == nullptr) return failure(ErrorKind::invalid, "there is no role " + role);
  if (user.service && user.break_glass != BreakGlass::no)
    return failure(ErrorKind::invalid, "a service account can't be one for emergencies");
  user.password_hash = user.service ? "" : hash_password(password);
  user.must_change_password = !user.service && user.break_glass == BreakGlass::no;
  user.last_sign_in.reset();
  user.second_factor = {};
  const std::lock_guard lock(mutex_);
  user.created_at = clock_();
  if (users_.size() >= users_max) return failure(ErrorKind::limit, "there are as many users as there may be");
  if (users_.contains(user.login)) return failure(ErrorKind::conflict, "the login " + user.login + " exists already");
  if (auto done = note_user(by.id, "user.created", user,
                            {{"roles", names(user.roles)},
                             {"service", user.service},
                             {"break_glass", user.break_glass != BreakGlass::no}});
      !done)
    return std::unexpected(done.error());
  return user;
}

Result<User> Accounts::change_user(const Principal& by, const std::string& login, const UserChanges& changes) {
  if (!by.may("user.manage")) return failure(ErrorKind::forbidden, "needs the permission user.manage");
  std::string new_hash;
  if (changes.password) {
    if (auto fault = find_password_fault(*changes.password, login)) return failure(ErrorKind::invalid, *fault);
    new_hash = hash_password(*changes.password);
  }
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(login);
  if (found == users_.end()) return failure(ErrorKind::not_found, "there is no user " + login);
  User user = found->second;
  if (changes.password && user.service) return failure(ErrorKind::invalid, "a service account has no password");
  if (changes.reseal != (changes.password.has_value() && user.break_glass != BreakGlass::no))
    return failure(ErrorKind::invalid, "resealing gives a break-glass account its password, and nothing else does");
  json::object told;
  if (changes.name) told["name"] = user.name = *changes.name;
  if (changes.lang) told["lang"] = user.lang = *changes.lang;
  if (changes.disabled) told["disabled"] = user.disabled = *changes.disabled;
  if (changes.roles) {
    for (const std::string& role : *changes.roles)
      if (roles_.find(role) == nullptr) return failure(ErrorKind::invalid, "there is no role " + role);
    user.roles = *changes.roles;
    told["roles"] = names(user.roles);
  }
  if (changes.password) {
    user.password_hash = new_hash;
    user.must_change_password = !changes.reseal;
    if (changes.reseal) user.break_glass = BreakGlass::sealed;
    told["password"] = changes.reseal ? "resealed" : "set";
  }
  if (changes.remove_second_factor && login == by.user_id)
    return failure(ErrorKind::refused, "the own second factor is taken away with the password and a code");
  if (changes.remove_second_factor && user.second_factor.on()) {
    user.second_factor = {};
    told["second_factor"] = "removed";
  }
  if (is_last_administrator(found->second) && !is_administrator(user, roles_))
    return failure(ErrorKind::refused, "this is the last administrator; make another one first");
  const bool ends = user.disabled || changes.password.has_value() || told.contains("second_factor");
  const auto over = ends ? session_ids_of(login, "") : std::vector<std::string>();
  auto done = store_->change([&]() -> Status {
    if (auto dropped = drop_sessions(over); !dropped) return dropped;
    if (auto put = store_->put(user); !put) return put;
    return facts_(by.id, "user.changed", "user:" + login, std::move(told));
  });
  if (!done) return std::unexpected(done.error());
  found->second = user;
  std::erase_if(sessions_, [&](const auto& each) { return std::ranges::find(over, each.second.id) != over.end(); });
  return user;
}

Status Accounts::change_own_password(const Principal& by, const std::string& old_password,
                                     const std::string& new_password) {
  if (by.session_id.empty()) return failure(ErrorKind::forbidden, "a password is changed in a session, not by a token");
  auto user = this->user(by.user_id);
  if (!user) return failure(ErrorKind::not_found, "there is no such user");
  if (user->break_glass != BreakGlass::no) return failure(ErrorKind::refused, "an administrator reseals this account");
  const std::string pair = "password:" + by.session_id;  // guessing in a stolen session is slowed down as well
  if (guard_.seconds_to_wait(user->login, pair) > 0)
    return failure(ErrorKind::unavailable, "too many tries; wait and try again");
  if (!verify_password(user->password_hash, old_password)) {
    guard_.failed(user->login, pair);
    return failure(ErrorKind::forbidden, "the old password is wrong");
  }
  if (auto fault = find_password_fault(new_password, user->login)) return failure(ErrorKind::invalid, *fault);
  if (old_password == new_password) return failure(ErrorKind::invalid, "the new password is the old one");
  const std::string old_hash = user->password_hash;
  const std::string new_hash = hash_password(new_password);
  const std::lock_guard lock(mutex_);
  User& stored = users_.at(by.user_id);
  if (stored.password_hash != old_hash) return failure(ErrorKind::conflict, "the password was changed meanwhile");
  User changed = stored;
  changed.password_hash = new_hash;
  changed.must_change_password = false;
  const auto over = session_ids_of(by.user_id, by.session_id);
  auto done = store_->change([&]() -> Status {
    if (auto dropped = drop_sessions(over); !dropped) return dropped;
    if (auto put = store_->put(changed); !put) return put;
    return facts_(by.id, "user.password_changed", by.id, {});
  });
  if (!done) return done;
  stored = changed;
  std::erase_if(sessions_, [&](const auto& each) { return std::ranges::find(over, each.second.id) != over.end(); });
  return {};
}

Result<NewToken> Accounts::create_token(const Principal& by, const std::string& login, const std::string& name,
                                        std::vector<std::string> permissions, Timestamp expires_at) {
  const bool own = login == by.user_id;
  if (!own && !by.may("token.manage")) return failure(ErrorKind::forbidden, "needs the permission token.manage");
  if (!by.token_id.empty()) return failure(ErrorKind::forbidden, "a token makes no tokens; sign in");
  const std::lock_guard lock(mutex_);
  const auto user = users_.find(login);
  if (user == users_.end()) return failure(ErrorKind::not_found, "there is no user " + login);
  if (!own && !user->second.service) return failure(ErrorKind::forbidden, "people make their own tokens");
  if (user->second.break_glass != BreakGlass::no)
    return failure(ErrorKind::forbidden, "a break-glass account makes no tokens");
  std::ranges::sort(permissions);
  permissions.erase(std::ranges::unique(permissions).begin(), permissions.end());
  const desks::Permissions owners = roles_.permissions_of(user->second.roles);
  for (const std::string& permission : permissions)
    if (!owners.contains(permission)) return failure(ErrorKind::forbidden, login + " does not hold " + permission);
  const Timestamp now = clock_();
  if (expires_at <= now || (expires_at.ns - now.ns) / ns_per_second > token_seconds_max)
    return failure(ErrorKind::invalid, "a token ends in the future and within 366 days");
  size_t living = 0;
  for (const auto& [hash, token] : tokens_)
    living += token.login == login && !token.revoked_at && token.expires_at > now ? 1 : 0;
  if (living >= tokens_per_user_max) return failure(ErrorKind::limit, login + " has as many tokens as there may be");
  NewToken out{{}, "ygr_" + generate_secret()};
  out.token = {ids_(),     sha256_hex(out.secret), name,        login, std::move(permissions), now,
               expires_at, std::nullopt,           std::nullopt};
  auto done = store_->change([&]() -> Status {
    if (auto put = store_->put(out.token); !put) return put;
    return facts_(by.id, "token.created", "token:" + out.token.id,
                  {{"name", name},
                   {"user", login},
                   {"permissions", names(out.token.permissions)},
                   {"expires_at", format_time(expires_at)}});
  });
  if (!done) return std::unexpected(done.error());
  tokens_[out.token.secret_hash] = out.token;
  return out;
}

Status Accounts::revoke_token(const Principal& by, const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(tokens_, id, [](const auto& each) { return each.second.id; });
  if (found == tokens_.end() || (found->second.login != by.user_id && !by.may("token.manage")))
    return failure(ErrorKind::not_found, "there is no such token");
  if (found->second.revoked_at) return {};
  TokenRow revoked = found->second;
  revoked.revoked_at = clock_();
  auto done = store_->change([&]() -> Status {
    if (auto put = store_->put(revoked); !put) return put;
    return facts_(by.id, "token.revoked", "token:" + id, {{"user", revoked.login}});
  });
  if (done) found->second = revoked;
  return done;
}

}  // namespace yagura::api
