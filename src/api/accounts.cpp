#include "api/accounts.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "api/passwords.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

constexpr size_t agent_bytes_max = 200;

int64_t seconds_between(Timestamp from, Timestamp to) {
  return (to.ns - from.ns) / ns_per_second;
}

std::string actor_of(std::string_view login) {
  return "user:" + std::string(login);
}

/// One of the few sign-ins that may be checked at once.
struct Turn {
  std::atomic<int>& all;
  bool taken;
  explicit Turn(std::atomic<int>& counter) : all(counter), taken(counter.fetch_add(1) < sign_ins_at_once_max) {}
  ~Turn() { all.fetch_sub(1); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
};

}  // namespace

bool is_login(std::string_view login) {
  if (login.empty() || login.size() > 64 || login.front() == '.' || login.front() == '-') return false;
  return std::ranges::all_of(login, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

Accounts::Accounts(std::unique_ptr<AccountStore> store, desks::AccountRoles roles, FactSink facts, Clock clock,
                   IdSource ids)
    : store_(std::move(store)),
      roles_(std::move(roles)),
      facts_(std::move(facts)),
      clock_(std::move(clock)),
      ids_(std::move(ids)),
      guard_(clock_) {}

Result<std::unique_ptr<Accounts>> Accounts::open(const std::filesystem::path& file, desks::AccountRoles roles,
                                                 FactSink facts, Clock clock, IdSource ids) {
  auto store = AccountStore::open(file);
  if (!store) return std::unexpected(store.error());
  std::unique_ptr<Accounts> accounts(
      new Accounts(std::move(*store), std::move(roles), std::move(facts), std::move(clock), std::move(ids)));
  if (auto loaded = accounts->load(); !loaded) return std::unexpected(loaded.error());
  return accounts;
}

Status Accounts::load() {
  auto users = store_->users();
  if (!users) return std::unexpected(users.error());
  for (User& user : *users) users_.emplace(user.login, std::move(user));
  auto tokens = store_->tokens();
  if (!tokens) return std::unexpected(tokens.error());
  for (TokenRow& token : *tokens) tokens_.emplace(token.secret_hash, std::move(token));
  auto sessions = store_->sessions();
  if (!sessions) return std::unexpected(sessions.error());
  const Timestamp now = clock_();
  std::vector<std::string> over;
  for (SessionRow& session : *sessions) {
    guard_.succeeded(session.login, session.address);  // a restart makes nobody a stranger
    if (alive(session, now))
      sessions_.emplace(session.secret_hash, std::move(session));
    else
      over.push_back(session.id);
  }
  return store_->change([&] { return drop_sessions(over); });
}

bool Accounts::alive(const SessionRow& session, Timestamp now) const {
  return seconds_between(session.created_at, now) < session_seconds_max &&
         seconds_between(session.last_seen, now) < session_idle_seconds;
}

Status Accounts::drop_sessions(const std::vector<std::string>& ids) {
  for (const std::string& id : ids)
    if (auto removed = store_->remove_session(id); !removed) return removed;
  return {};
}

std::vector<std::string> Accounts::session_ids_of(std::string_view login, std::string_view except) const {
  std::vector<std::string> out;
  for (const auto& [hash, session] : sessions_)
    if (session.login == login && session.id != except) out.push_back(session.id);
  return out;
}

Result<std::optional<std::string>> Accounts::ensure_administrator(const std::string& login) {
  const std::lock_guard lock(mutex_);
  if (!users_.empty()) return std::nullopt;
  std::string password = generate_password();
  User user;
  user.login = login;
  user.name = "Administrator";
  user.roles = {"admin"};
  user.created_at = clock_();
  user.password_hash = hash_password(password);
  if (auto done = note_user("system:accounts", "user.created", user, {{"roles", boost::json::array{"admin"}}}); !done)
    return std::unexpected(done.error());
  return password;
}

/// Stores the user and tells the journal, both or neither.
Status Accounts::note_user(const std::string& actor, const std::string& kind, const User& user,
                           boost::json::object body) {
  auto done = store_->change([&]() -> Status {
    if (auto put = store_->put(user); !put) return put;
    return facts_(actor, kind, actor_of(user.login), std::move(body));
  });
  if (done) users_[user.login] = user;
  return done;
}

std::expected<SignedIn, SignInRefused> Accounts::sign_in(const std::string& login, const std::string& password,
                                                         const std::string& address, const std::string& agent,
                                                         const std::string& code, const std::string& device) {
  const std::string lower = ascii_lower(trim(login));
  const std::string known = is_login(lower) ? lower : "";  // hostile text never becomes a key or a fact
  const auto wait_refusal = [](int64_t wait) {
    return std::unexpected(SignInRefused{{ErrorKind::limit, "too many failed sign-ins; wait and try again"}, wait});
  };
  std::string hash;
  Caller caller{address, agent, address};
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = users_.find(known);
        found != users_.end() && !found->second.disabled && !found->second.service) {
      hash = found->second.password_hash;
      caller.apart = found->second.break_glass != BreakGlass::no;
      if (const auto nonce = find_device(found->second, device)) caller = {address, agent, "device " + *nonce, true, 0};
    }
  }
  const auto wait = [&] { return guard_.seconds_to_wait(known, caller.counted_as, caller.apart); };
  if (const int64_t seconds = wait(); seconds > 0) return wait_refusal(seconds);
  bool right = false;
  {
    const Turn turn(signing_in_);
    if (!turn.taken)
      return std::unexpected(SignInRefused{{ErrorKind::unavailable, "too many sign-ins at once; try again"}, 0});
    right = verify_password(hash, password);
  }
  // Tries that ran side by side are counted before any of them is told how it went.
  if (const int64_t seconds = wait(); seconds > 0) return wait_refusal(seconds);
  if (!right) {
    guard_.failed(known, caller.counted_as, caller.weight);
    const auto told =
        facts_("system:accounts", "session.refused", known.empty() ? "" : actor_of(known), {{"address", address}});
    if (!told) return std::unexpected(SignInRefused{told.error(), 0});
    return std::unexpected(SignInRefused{{ErrorKind::forbidden, "login or password is wrong"}, 0});
  }
  return admit(known, hash, caller, code);
}

Result<SignedIn> Accounts::open_session(const User& user, const std::string& address, const std::string& agent,
                                        std::string_view proof) {
  SignedIn out{{}, generate_secret(), make_device(user), user};
  const Timestamp now = clock_();
  out.session = {ids_(),
                 sha256_hex(out.secret),
                 generate_secret(),
                 user.login,
                 address,
                 to_valid_utf8(std::string_view(agent).substr(0, agent_bytes_max)),
                 now,
                 now};
  out.user.last_sign_in = now;
  const bool glass = user.break_glass != BreakGlass::no;
  if (glass) out.user.break_glass = BreakGlass::used;
  std::vector<const SessionRow*> own;
  for (const auto& [hash, session] : sessions_)
    if (session.login == user.login) own.push_back(&session);
  std::ranges::sort(own, {}, [](const SessionRow* session) { return session->created_at; });
  std::vector<std::string> over;
  for (size_t i = 0; i < own.size() && own.size() - i >= sessions_per_user_max; ++i) over.push_back(own[i]->id);
  auto done = store_->change([&]() -> Status {
    if (auto dropped = drop_sessions(over); !dropped) return dropped;
    if (auto put = store_->put(out.session); !put) return put;
    if (auto put = store_->put(out.user); !put) return put;
    if (auto told = facts_(actor_of(user.login), "session.opened", "session:" + out.session.id,
                           {{"address", address}, {"proof", proof}});
        !told || !glass)
      return told;
    return facts_(actor_of(user.login), "session.break_glass", actor_of(user.login),
                  {{"address", address}, {"agent", out.session.agent}, {"session", out.session.id}});
  });
  if (!done) return std::unexpected(done.error());
  std::erase_if(sessions_, [&](const auto& each) { return std::ranges::find(over, each.second.id) != over.end(); });
  sessions_[out.session.secret_hash] = out.session;
  users_[user.login] = out.user;
  first_run_hash_.clear();
  return out;
}

Principal Accounts::find_session(std::string_view secret) {
  const std::string hash = sha256_hex(secret);
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end() || !equal_in_constant_time(found->first, hash)) return {};
  SessionRow& session = found->second;
  const Timestamp now = clock_();
  const auto user = users_.find(session.login);
  if (!alive(session, now) || user == users_.end() || user->second.disabled) return {};
  if (seconds_between(session.last_seen, now) >= seen_write_seconds) {
    session.last_seen = now;
    (void)store_->put(session);  // lost at worst: the session ends earlier after a crash
  }
  return {actor_of(session.login), user->second.name, roles_.permissions_of(user->second.roles), session.id, "",
          session.login,           session.csrf,      user->second.must_change_password};
}

Principal Accounts::find_token(std::string_view secret) {
  const std::string hash = sha256_hex(secret);
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(hash);
  if (found == tokens_.end() || !equal_in_constant_time(found->first, hash)) return {};
  TokenRow& token = found->second;
  const Timestamp now = clock_();
  const auto user = users_.find(token.login);
  if (token.revoked_at || now >= token.expires_at || user == users_.end() || user->second.disabled) return {};
  if (!token.last_used || seconds_between(*token.last_used, now) >= seen_write_seconds) {
    token.last_used = now;
    (void)store_->put(token);
  }
  const desks::Permissions owners = roles_.permissions_of(user->second.roles);
  desks::Permissions both;
  for (const std::string& permission : token.permissions)
    if (owners.contains(permission)) both.insert(permission);
  return {actor_of(token.login), user->second.name, std::move(both), "", token.id, token.login, "", false};
}

bool Accounts::still_valid(const Principal& who) const {
  const std::lock_guard lock(mutex_);
  if (who.session_id.empty() && who.token_id.empty()) return true;  // this process itself
  const Timestamp now = clock_();
  const auto user = users_.find(who.user_id);
  if (user == users_.end() || user->second.disabled) return false;
  const desks::Permissions has = roles_.permissions_of(user->second.roles);
  for (const std::string& permission : who.permissions)
    if (!has.contains(permission)) return false;
  for (const auto& [hash, session] : sessions_)
    if (session.id == who.session_id) return seconds_between(session.created_at, now) < session_seconds_max;
  for (const auto& [hash, token] : tokens_)
    if (token.id == who.token_id) return !token.revoked_at && now < token.expires_at;
  return false;
}

Status Accounts::end_session(const Principal& by, const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(sessions_, id, [](const auto& each) { return each.second.id; });
  if (found == sessions_.end() || (found->second.login != by.user_id && !by.may("user.manage")))
    return failure(ErrorKind::not_found, "there is no such session");
  auto done = store_->change([&]() -> Status {
    if (auto removed = store_->remove_session(id); !removed) return removed;
    return facts_(by.id, "session.ended", "session:" + id, {{"user", found->second.login}});
  });
  if (done) sessions_.erase(found);
  return done;
}

std::vector<User> Accounts::users() const {
  const std::lock_guard lock(mutex_);
  std::vector<User> out;
  for (const auto& [login, user] : users_) out.push_back(user);
  return out;
}

std::optional<User> Accounts::user(std::string_view login) const {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(login);
  if (found == users_.end()) return std::nullopt;
  return found->second;
}

std::vector<SessionRow> Accounts::sessions(std::string_view login) const {
  const std::lock_guard lock(mutex_);
  const Timestamp now = clock_();
  std::vector<SessionRow> out;
  for (const auto& [hash, session] : sessions_)
    if ((login.empty() || session.login == login) && alive(session, now)) out.push_back(session);
  std::ranges::sort(out, {}, &SessionRow::id);
  return out;
}

std::vector<TokenRow> Accounts::tokens(std::string_view login) const {
  const std::lock_guard lock(mutex_);
  std::vector<TokenRow> out;
  for (const auto& [hash, token] : tokens_)
    if (login.empty() || token.login == login) out.push_back(token);
  std::ranges::sort(out, {}, &TokenRow::id);
  return out;
}

}  // namespace yagura::api
