// The part of Accounts that asks for more than a password: the second factor at sign-in, and how a person sets it up.
#include <algorithm>
#include <boost/json.hpp>

#include "api/accounts.hpp"
#include "api/passwords.hpp"
#include "api/totp.hpp"
#include "base/digest.hpp"

namespace yagura::api {
namespace {

struct NewCodes {
  std::vector<std::string> codes;
  std::vector<std::string> hashes;
};

NewCodes make_recovery_codes() {
  NewCodes out;
  for (size_t i = 0; i < recovery_codes_count; ++i) {
    out.codes.push_back(generate_recovery_code());
    out.hashes.push_back(hash_recovery_code(out.codes.back()));
  }
  return out;
}

/// Takes a code of the authenticator or a recovery code and marks it as spent in `factor`; how it was proved, or
/// nothing.
std::optional<std::string_view> spend(SecondFactor& factor, std::string_view code, Timestamp now) {
  if (const auto step = find_totp_step(factor.secret, code, now, factor.last_step)) {
    factor.last_step = *step;
    return "totp";
  }
  const std::string hash = hash_recovery_code(code);
  const auto found =
      std::ranges::find_if(factor.recovery_hashes, [&](const auto& one) { return equal_in_constant_time(one, hash); });
  if (found == factor.recovery_hashes.end()) return std::nullopt;
  factor.recovery_hashes.erase(found);
  return "recovery_code";
}

std::string guard_pair(const Principal& by) {
  return "password:" + by.session_id;  // guessing in a stolen session is slowed down as well
}

}  // namespace

/// The password was right; `hash` is what it was held against. A code that is taken is spent in the same transaction
/// that opens the session, under the lock: of two that come with the same code one gets in.
std::expected<SignedIn, SignInRefused> Accounts::admit(const std::string& login, const std::string& hash,
                                                       const Caller& caller, const std::string& code) {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(login);
  if (found == users_.end() || found->second.disabled || found->second.password_hash != hash)
    return std::unexpected(SignInRefused{{ErrorKind::forbidden, "login or password is wrong"}, 0});
  User user = found->second;
  std::string_view proof = "password";
  if (user.second_factor.on()) {
    if (code.empty())
      return std::unexpected(SignInRefused{{ErrorKind::forbidden, "send the code of the second factor too"}, 0, true});
    const auto proved = spend(user.second_factor, code, clock_());
    if (!proved) {
      guard_.failed(login, caller.counted_as, caller.weight * code_failure_weight);
      const auto told = facts_("system:accounts", "session.refused", "user:" + login,
                               {{"address", caller.address}, {"reason", "second_factor"}});
      if (!told) return std::unexpected(SignInRefused{told.error(), 0});
      return std::unexpected(SignInRefused{{ErrorKind::forbidden, "the code is wrong or was used before"}, 0, true});
    }
    proof = *proved;
  }
  guard_.succeeded(login, caller.counted_as);
  auto opened = open_session(user, caller.address, caller.agent, proof);
  if (!opened) return std::unexpected(SignInRefused{opened.error(), 0});
  return std::move(*opened);
}

Result<User> Accounts::check_own_password(const Principal& by, const std::string& password) {
  if (by.session_id.empty())
    return failure(ErrorKind::forbidden, "a second factor is set up in a session, not by a token");
  auto user = this->user(by.user_id);
  if (!user) return failure(ErrorKind::not_found, "there is no such user");
  if (guard_.seconds_to_wait(user->login, guard_pair(by)) > 0)
    return failure(ErrorKind::unavailable, "too many tries; wait and try again");
  if (!verify_password(user->password_hash, password)) {
    guard_.failed(user->login, guard_pair(by));
    return failure(ErrorKind::forbidden, "the password is wrong");
  }
  return std::move(*user);
}

/// Under the lock. Spends the code in `user`, a copy that the caller stores.
Status Accounts::check_own_code(User& user, const Principal& by, const std::string& code) {
  if (guard_.seconds_to_wait(user.login, guard_pair(by)) > 0)
    return failure(ErrorKind::unavailable, "too many tries; wait and try again");
  if (spend(user.second_factor, code, clock_())) return {};
  guard_.failed(user.login, guard_pair(by));
  return failure(ErrorKind::invalid, "the code is wrong or was used before");
}

Result<NewSecondFactor> Accounts::begin_second_factor(const Principal& by, const std::string& password) {
  auto user = check_own_password(by, password);
  if (!user) return std::unexpected(user.error());
  if (user->break_glass != BreakGlass::no)
    return failure(ErrorKind::refused, "a break-glass account lies in a safe as one thing: its password");
  if (user->second_factor.on()) return failure(ErrorKind::refused, "there is a second factor; remove it first");
  const std::string secret = random_bytes(totp_secret_bytes);
  const std::lock_guard lock(mutex_);
  const Timestamp now = clock_();
  std::erase_if(offers_, [&](const auto& each) {
    return (now.ns - each.second.at.ns) / ns_per_second >= second_factor_offer_seconds;
  });
  if (offers_.size() >= second_factor_offers_max && !offers_.contains(by.session_id))
    return failure(ErrorKind::limit, "too many second factors are being set up at once; try again later");
  offers_[by.session_id] = {secret, now};
  return NewSecondFactor{to_base32(secret), otpauth_uri(secret, user->login)};
}

Result<std::vector<std::string>> Accounts::confirm_second_factor(const Principal& by, const std::string& code) {
  const NewCodes fresh = make_recovery_codes();
  const std::lock_guard lock(mutex_);
  const Timestamp now = clock_();
  const auto offer = offers_.find(by.session_id);
  const auto found = users_.find(by.user_id);
  if (by.session_id.empty() || offer == offers_.end() || found == users_.end() ||
      (now.ns - offer->second.at.ns) / ns_per_second >= second_factor_offer_seconds)
    return failure(ErrorKind::refused, "begin anew: no second factor waits to be confirmed");
  if (found->second.second_factor.on()) return failure(ErrorKind::refused, "there is a second factor already");
  User user = found->second;
  user.second_factor = {offer->second.secret, 0, {}};
  if (auto right = check_own_code(user, by, code); !right) return std::unexpected(right.error());
  user.second_factor.recovery_hashes = fresh.hashes;
  if (auto done = note_user(by.id, "user.second_factor_set", user, {}); !done) return std::unexpected(done.error());
  offers_.erase(offer);
  return fresh.codes;
}

Result<std::vector<std::string>> Accounts::renew_recovery_codes(const Principal& by, const std::string& code) {
  if (by.session_id.empty()) return failure(ErrorKind::forbidden, "recovery codes are made in a session");
  const NewCodes fresh = make_recovery_codes();
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(by.user_id);
  if (found == users_.end() || !found->second.second_factor.on())
    return failure(ErrorKind::refused, "there is no second factor");
  User user = found->second;
  if (auto right = check_own_code(user, by, code); !right) return std::unexpected(right.error());
  user.second_factor.recovery_hashes = fresh.hashes;
  if (auto done = note_user(by.id, "user.recovery_codes_made", user, {}); !done) return std::unexpected(done.error());
  return fresh.codes;
}

Status Accounts::remove_second_factor(const Principal& by, const std::string& password, const std::string& code) {
  if (auto right = check_own_password(by, password); !right) return std::unexpected(right.error());
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(by.user_id);
  if (found == users_.end() || !found->second.second_factor.on())
    return failure(ErrorKind::refused, "there is no second factor");
  User user = found->second;
  if (auto right = check_own_code(user, by, code); !right) return right;
  user.second_factor = {};
  return note_user(by.id, "user.second_factor_removed", user, {});
}

}  // namespace yagura::api
