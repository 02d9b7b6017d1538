#include "api/accounts.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "api/passwords.hpp"
#include "api/totp.hpp"
#include "harness.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

std::string all_bytes_in(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

class AccountsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("yagura-accounts-" + std::to_string(::getpid()) + "-" +
                                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    open();
    password_ = **accounts_->ensure_administrator();
    administrator_ = accounts_->find_session(sign_in("admin", password_)->secret);
  }
  void TearDown() override {
    accounts_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    accounts_.reset();
    auto opened = Accounts::open(
        folder_ / "accounts.db", test_roles(),
        [this](const std::string& actor, const std::string& kind, const std::string& subject,
               json::object body) -> Status {
          if (sink_fails_) return failure(ErrorKind::io, "the journal is full");
          facts_.push_back({actor, kind, subject, std::move(body)});
          return {};
        },
        [this] { return now_; });
    ASSERT_TRUE(opened) << opened.error().message;
    accounts_ = std::move(*opened);
  }
  std::expected<SignedIn, SignInRefused> sign_in(const std::string& login, const std::string& password,
                                                 const std::string& address = "192.0.2.1") {
    return accounts_->sign_in(login, password, address, "test");
  }
  void later(int64_t seconds) { now_.ns += seconds * ns_per_second; }
  Result<User> make(const std::string& login, std::vector<std::string> roles = {"analyst"}) {
    User user;
    user.login = login;
    user.name = login;
    user.roles = std::move(roles);
    return accounts_->create_user(administrator_, user, "long enough for a test");
  }
  size_t told(std::string_view kind) const {
    return static_cast<size_t>(std::ranges::count_if(facts_, [&](const auto& fact) { return fact.kind == kind; }));
  }

  std::filesystem::path folder_;
  Timestamp now_{1'770'000'000 * ns_per_second};
  std::vector<ToldFact> facts_;
  bool sink_fails_ = false;
  std::unique_ptr<Accounts> accounts_;
  std::string password_;
  Principal administrator_;
};

TEST_F(AccountsTest, first_start_makes_one_administrator_once) {
  EXPECT_GE(password_.size(), 24U);
  EXPECT_EQ(*accounts_->ensure_administrator(), std::nullopt);
  EXPECT_TRUE(administrator_.may("user.manage"));
  EXPECT_EQ(administrator_.id, "user:admin");
}

TEST_F(AccountsTest, stores_no_secret) {
  const auto signed_in = sign_in("admin", password_);
  const auto token = accounts_->create_token(administrator_, "admin", "t", {"alert.read"}, {now_.ns + ns_per_second});
  ASSERT_TRUE(token);
  accounts_.reset();
  std::string all = all_bytes_in(folder_);
  for (const ToldFact& fact : facts_) all += fact.actor + fact.subject + json::serialize(fact.body);
  ASSERT_NE(all.find("admin"), std::string::npos);
  EXPECT_EQ(all.find(password_), std::string::npos);
  EXPECT_EQ(all.find(signed_in->secret), std::string::npos);
  EXPECT_EQ(all.find(token->secret), std::string::npos);
  EXPECT_EQ(all.find(token->secret.substr(4)), std::string::npos);
  struct stat status{};
  ASSERT_EQ(::stat((folder_ / "accounts.db").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(AccountsTest, sign_in_needs_the_right_password) {
  EXPECT_TRUE(sign_in(" Admin ", password_)) << "case and space around a login do not matter";
  for (const auto& [login, password] :
       std::vector<std::pair<std::string, std::string>>{{"admin", "wrong"},
                                                        {"admin", ""},
                                                        {"nobody", password_},
                                                        {"", password_},
                                                        {"admin' OR 1=1 --", "x"},
                                                        {std::string("ad\0min", 6), "x"}}) {
    const auto refused = accounts_->sign_in(login, password, "192.0.2." + std::to_string(password.size()), "");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error.message, "login or password is wrong");
  }
  EXPECT_EQ(told("session.refused"), 6U);
}

TEST_F(AccountsTest, guessing_slows_down_and_never_locks_out_for_ever) {
  for (int i = 0; i < pair_failures_free; ++i) EXPECT_EQ(sign_in("admin", "guess").error().retry_after_seconds, 0);
  auto refused = sign_in("admin", password_);
  ASSERT_FALSE(refused) << "even the right password has to wait";
  EXPECT_GT(refused.error().retry_after_seconds, 0);
  EXPECT_TRUE(sign_in("admin", password_, "192.0.2.77")) << "another address is not held back";
  for (int i = 0; i < 100; ++i) {
    later(pair_wait_seconds_max + 1);
    EXPECT_EQ(sign_in("admin", "guess").error().retry_after_seconds, 0);
  }
  const auto wait = sign_in("admin", password_).error().retry_after_seconds;
  EXPECT_LE(wait, pair_wait_seconds_max);
  later(wait + 1);
  EXPECT_TRUE(sign_in("admin", password_));
}

TEST_F(AccountsTest, an_attack_from_many_addresses_leaves_known_addresses_alone) {
  SignInGuard guard([this] { return now_; });
  guard.succeeded("sato", "10.0.0.1");
  for (int i = 0; i < account_failures_max; ++i) guard.failed("sato", "198.51.100." + std::to_string(i));
  EXPECT_GT(guard.seconds_to_wait("sato", "203.0.113.9"), 0);
  EXPECT_EQ(guard.seconds_to_wait("sato", "10.0.0.1"), 0);
  EXPECT_EQ(guard.seconds_to_wait("suzuki", "203.0.113.9"), 0);
  later(failure_window_seconds + 1);
  EXPECT_EQ(guard.seconds_to_wait("sato", "203.0.113.9"), 0);
}

TEST_F(AccountsTest, one_address_can_not_try_every_account) {
  SignInGuard guard([this] { return now_; });
  for (int i = 0; i < address_failures_max; ++i) guard.failed("user" + std::to_string(i), "198.51.100.1");
  EXPECT_GT(guard.seconds_to_wait("someone", "198.51.100.1"), 0);
  EXPECT_EQ(guard.seconds_to_wait("someone", "198.51.100.2"), 0);
}

TEST_F(AccountsTest, sessions_end_by_idling_by_age_and_by_hand) {
  const auto first = sign_in("admin", password_);
  later(session_idle_seconds - 1);
  EXPECT_FALSE(accounts_->find_session(first->secret).nobody());
  later(session_idle_seconds);
  EXPECT_TRUE(accounts_->find_session(first->secret).nobody());
  const auto second = sign_in("admin", password_);
  for (int64_t passed = 0; passed < session_seconds_max; passed += session_idle_seconds / 2) {
    EXPECT_FALSE(accounts_->find_session(second->secret).nobody());
    later(session_idle_seconds / 2);
  }
  EXPECT_TRUE(accounts_->find_session(second->secret).nobody());
  const auto third = sign_in("admin", password_);
  EXPECT_TRUE(accounts_->end_session(accounts_->find_session(third->secret), third->session.id));
  EXPECT_TRUE(accounts_->find_session(third->secret).nobody());
  EXPECT_EQ(told("session.ended"), 1U);
}

TEST_F(AccountsTest, everything_outlives_a_restart) {
  ASSERT_TRUE(make("sato"));
  const auto session = sign_in("sato", "long enough for a test");
  const auto token =
      accounts_->create_token(administrator_, "admin", "t", {"alert.read"}, {now_.ns + 60 * ns_per_second});
  open();
  EXPECT_EQ(accounts_->find_session(session->secret).user_id, "sato");
  EXPECT_EQ(accounts_->find_token(token->secret).token_id, token->token.id);
  EXPECT_EQ(accounts_->users().size(), 2U);
  EXPECT_TRUE(sign_in("admin", password_));
}

TEST_F(AccountsTest, a_token_may_no_more_than_its_owner_at_that_moment) {
  ASSERT_TRUE(make("sato"));
  const Principal sato = accounts_->find_session(sign_in("sato", "long enough for a test")->secret);
  EXPECT_EQ(accounts_->create_token(sato, "sato", "t", {"user.manage"}, {now_.ns + ns_per_second}).error().kind,
            ErrorKind::forbidden);
  EXPECT_EQ(accounts_->create_token(sato, "admin", "t", {}, {now_.ns + ns_per_second}).error().kind,
            ErrorKind::forbidden);
  const auto token =
      accounts_->create_token(sato, "sato", "t", {"alert.read", "event.read"}, {now_.ns + 60 * ns_per_second});
  ASSERT_TRUE(token);
  EXPECT_TRUE(accounts_->find_token(token->secret).may("alert.read"));
  EXPECT_EQ(accounts_->find_token(token->secret).id, "user:sato")
      << "approval by another person must not be passed by an own token";
  UserChanges changes;
  changes.roles = std::vector<std::string>{};
  ASSERT_TRUE(accounts_->change_user(administrator_, "sato", changes));
  EXPECT_FALSE(accounts_->find_token(token->secret).may("alert.read"));
}

TEST_F(AccountsTest, tokens_expire_and_are_revoked) {
  const auto token =
      accounts_->create_token(administrator_, "admin", "t", {"alert.read"}, {now_.ns + 60 * ns_per_second});
  ASSERT_TRUE(token);
  EXPECT_FALSE(accounts_->find_token(token->secret).nobody());
  EXPECT_TRUE(accounts_->find_token(token->secret + "x").nobody());
  EXPECT_TRUE(accounts_->find_token("").nobody());
  later(60);
  EXPECT_TRUE(accounts_->find_token(token->secret).nobody());
  const auto other = accounts_->create_token(administrator_, "admin", "t", {}, {now_.ns + 60 * ns_per_second});
  EXPECT_TRUE(accounts_->revoke_token(administrator_, other->token.id));
  EXPECT_TRUE(accounts_->find_token(other->secret).nobody());
  EXPECT_FALSE(accounts_->create_token(administrator_, "admin", "t", {}, now_));
  EXPECT_FALSE(
      accounts_->create_token(administrator_, "admin", "t", {}, {now_.ns + (token_seconds_max + 1) * ns_per_second}));
}

TEST_F(AccountsTest, disabling_ends_sessions_and_tokens_at_once) {
  ASSERT_TRUE(make("sato"));
  const auto session = sign_in("sato", "long enough for a test");
  const auto token = accounts_->create_token(accounts_->find_session(session->secret), "sato", "t", {},
                                             {now_.ns + 60 * ns_per_second});
  UserChanges changes;
  changes.disabled = true;
  ASSERT_TRUE(accounts_->change_user(administrator_, "sato", changes));
  EXPECT_TRUE(accounts_->find_session(session->secret).nobody());
  EXPECT_TRUE(accounts_->find_token(token->secret).nobody());
  EXPECT_FALSE(sign_in("sato", "long enough for a test"));
}

TEST_F(AccountsTest, the_last_administrator_stays) {
  UserChanges disabled;
  disabled.disabled = true;
  EXPECT_EQ(accounts_->change_user(administrator_, "admin", disabled).error().kind, ErrorKind::refused);
  UserChanges demoted;
  demoted.roles = std::vector<std::string>{"analyst"};
  EXPECT_EQ(accounts_->change_user(administrator_, "admin", demoted).error().kind, ErrorKind::refused);
  ASSERT_TRUE(make("second", {"admin"}));
  EXPECT_TRUE(accounts_->change_user(administrator_, "admin", disabled));
}

TEST_F(AccountsTest, a_new_person_changes_the_password_first) {
  ASSERT_TRUE(make("sato"));
  const auto session = sign_in("sato", "long enough for a test");
  const Principal sato = accounts_->find_session(session->secret);
  EXPECT_TRUE(sato.must_change_password);
  const auto other = sign_in("sato", "long enough for a test");
  EXPECT_EQ(accounts_->change_own_password(sato, "wrong", "another long one").error().kind, ErrorKind::forbidden);
  EXPECT_EQ(accounts_->change_own_password(sato, "long enough for a test", "short").error().kind, ErrorKind::invalid);
  EXPECT_TRUE(accounts_->change_own_password(sato, "long enough for a test", "another long one"));
  EXPECT_FALSE(accounts_->find_session(session->secret).must_change_password);
  EXPECT_TRUE(accounts_->find_session(other->secret).nobody()) << "other sessions end";
  EXPECT_FALSE(sign_in("sato", "long enough for a test"));
}

TEST_F(AccountsTest, what_the_journal_can_not_take_does_not_happen) {
  sink_fails_ = true;
  EXPECT_FALSE(sign_in("admin", password_));
  EXPECT_FALSE(make("sato"));
  EXPECT_FALSE(accounts_->create_token(administrator_, "admin", "t", {}, {now_.ns + ns_per_second}));
  sink_fails_ = false;
  open();
  EXPECT_EQ(accounts_->users().size(), 1U);
  EXPECT_TRUE(accounts_->tokens().empty());
}

TEST_F(AccountsTest, only_so_many_sessions_live_beside_each_other) {
  const auto first = sign_in("admin", password_);
  for (size_t i = 0; i < sessions_per_user_max; ++i) {
    later(1);
    ASSERT_TRUE(sign_in("admin", password_));
  }
  EXPECT_TRUE(accounts_->find_session(first->secret).nobody());
  EXPECT_EQ(accounts_->sessions("admin").size(), sessions_per_user_max);
}

TEST(Passwords, are_judged) {
  EXPECT_TRUE(find_password_fault("short", "sato"));
  EXPECT_TRUE(find_password_fault("aaaaaaaaaaaaaaaa", "sato"));
  EXPECT_TRUE(find_password_fault("my name is SATO ok", "sato"));
  EXPECT_TRUE(find_password_fault(std::string(2000, 'a') + "b", "sato"));
  EXPECT_FALSE(find_password_fault("櫓の上から遠くを見張る人々", "sato"));
  EXPECT_NE(generate_password(), generate_password());
}

TEST(Passwords, hashes_carry_their_parameters_and_salt) {
  const std::string hash = hash_password("correct horse");
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  EXPECT_NE(hash, hash_password("correct horse"));
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct horsf"));
  EXPECT_FALSE(verify_password("", "correct horse"));
  EXPECT_FALSE(verify_password("$argon2id$broken", "correct horse"));
}

TEST_F(AccountsTest, second_factor_is_asked_for_and_its_codes_are_spent) {
  ASSERT_TRUE(accounts_->begin_second_factor(administrator_, password_));
  EXPECT_FALSE(accounts_->begin_second_factor(administrator_, "not the password"));
  EXPECT_FALSE(accounts_->confirm_second_factor(administrator_, "000000x"));
  EXPECT_TRUE(sign_in("admin", password_)) << "not in force before it is confirmed";
  const auto offer = accounts_->begin_second_factor(administrator_, password_);
  ASSERT_TRUE(offer);
  const std::string secret = from_base32(offer->secret);
  const auto code = [&] { return hotp(secret, static_cast<uint64_t>(totp_step(now_))); };
  const auto recovery = accounts_->confirm_second_factor(administrator_, code());
  ASSERT_TRUE(recovery) << recovery.error().message;
  EXPECT_EQ(recovery->size(), recovery_codes_count);
  EXPECT_EQ(told("user.second_factor_set"), 1U);
  const auto with = [&](const std::string& proof) {
    return accounts_->sign_in("admin", password_, "192.0.2.1", "test", proof);
  };
  const auto without = with("");
  ASSERT_FALSE(without);
  EXPECT_TRUE(without.error().needs_code);
  EXPECT_FALSE(with(code())) << "the code that confirmed is spent";
  later(30);
  EXPECT_TRUE(with(code()));
  EXPECT_FALSE(with(code())) << "replayed";
  open();
  EXPECT_FALSE(with(code())) << "replayed after a restart";
  EXPECT_TRUE(with(recovery->front()));
  EXPECT_FALSE(with(recovery->front())) << "a recovery code is spent too";
  for (const ToldFact& fact : facts_) {
    const std::string body = json::serialize(fact.body);
    EXPECT_EQ(body.find(offer->secret), std::string::npos);
    EXPECT_EQ(body.find(recovery->front()), std::string::npos);
  }
}

TEST_F(AccountsTest, the_secret_of_a_second_factor_is_sealed_on_the_disk) {
  const auto offer = accounts_->begin_second_factor(administrator_, password_);
  ASSERT_TRUE(offer);
  const std::string secret = from_base32(offer->secret);
  const auto codes =
      accounts_->confirm_second_factor(administrator_, hotp(secret, static_cast<uint64_t>(totp_step(now_))));
  ASSERT_TRUE(codes);
  accounts_.reset();
  const std::string all = all_bytes_in(folder_);
  EXPECT_EQ(all.find(secret), std::string::npos);
  EXPECT_EQ(all.find(offer->secret), std::string::npos);
  for (const std::string& code : *codes) EXPECT_EQ(all.find(code), std::string::npos) << "only hashes are kept";
  struct stat status{};
  ASSERT_EQ(::stat((folder_ / "accounts.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  std::filesystem::remove(folder_ / "accounts.key");
  const auto without = Accounts::open(folder_ / "accounts.db", test_roles(), {}, [this] { return now_; });
  ASSERT_FALSE(without) << "another key must not silently switch the second factor off";
  EXPECT_EQ(without.error().kind, ErrorKind::corrupt);
  EXPECT_NE(without.error().message.find("admin"), std::string::npos);
}

TEST_F(AccountsTest, recovery_codes_are_renewed_and_the_factor_taken_away_with_proof_alone) {
  const auto offer = accounts_->begin_second_factor(administrator_, password_);
  ASSERT_TRUE(offer);
  const std::string secret = from_base32(offer->secret);
  const auto code = [&] { return hotp(secret, static_cast<uint64_t>(totp_step(now_))); };
  later(second_factor_offer_seconds);
  EXPECT_FALSE(accounts_->confirm_second_factor(administrator_, code())) << "the offer is over";
  ASSERT_TRUE(accounts_->begin_second_factor(administrator_, password_));
  EXPECT_FALSE(accounts_->confirm_second_factor(administrator_, code())) << "that offer was replaced";
  const std::string now_secret = from_base32(accounts_->begin_second_factor(administrator_, password_)->secret);
  const auto right = [&] { return hotp(now_secret, static_cast<uint64_t>(totp_step(now_))); };
  const auto old_codes = accounts_->confirm_second_factor(administrator_, right());
  ASSERT_TRUE(old_codes);
  EXPECT_EQ(accounts_->begin_second_factor(administrator_, password_).error().kind, ErrorKind::refused);
  EXPECT_FALSE(accounts_->renew_recovery_codes(administrator_, right())) << "spent by the confirmation";
  later(30);
  const auto fresh = accounts_->renew_recovery_codes(administrator_, right());
  ASSERT_TRUE(fresh);
  EXPECT_FALSE(accounts_->sign_in("admin", password_, "192.0.2.1", "", old_codes->front())) << "the old ones are void";
  EXPECT_TRUE(accounts_->sign_in("admin", password_, "192.0.2.1", "", fresh->front()));
  EXPECT_FALSE(accounts_->remove_second_factor(administrator_, "wrong password", fresh->at(1)));
  EXPECT_FALSE(accounts_->remove_second_factor(administrator_, password_, "nonsense"));
  UserChanges changes;
  changes.remove_second_factor = true;
  EXPECT_EQ(accounts_->change_user(administrator_, "admin", changes).error().kind, ErrorKind::refused)
      << "a stolen session must not get by its own second factor";
  EXPECT_TRUE(accounts_->user("admin")->second_factor.on());
  EXPECT_TRUE(accounts_->remove_second_factor(administrator_, password_, fresh->at(1)));
  EXPECT_TRUE(sign_in("admin", password_));
  EXPECT_EQ(told("user.second_factor_removed"), 1U);
}

TEST_F(AccountsTest, an_administrator_helps_who_lost_device_and_codes) {
  ASSERT_TRUE(make("sato"));
  const auto session = sign_in("sato", "long enough for a test");
  const Principal sato = accounts_->find_session(session->secret);
  const std::string secret = from_base32(accounts_->begin_second_factor(sato, "long enough for a test")->secret);
  ASSERT_TRUE(accounts_->confirm_second_factor(sato, hotp(secret, static_cast<uint64_t>(totp_step(now_)))));
  EXPECT_FALSE(sign_in("sato", "long enough for a test"));
  UserChanges changes;
  changes.remove_second_factor = true;
  ASSERT_TRUE(accounts_->change_user(administrator_, "sato", changes));
  EXPECT_TRUE(accounts_->find_session(session->secret).nobody()) << "who sat there has to prove who it is";
  EXPECT_TRUE(sign_in("sato", "long enough for a test"));
}

TEST_F(AccountsTest, wrong_codes_weigh_more_and_lock_out_no_known_address) {
  SignInGuard guard([this] { return now_; });
  guard.succeeded("sato", "10.0.0.1");
  for (int i = 0; i * code_failure_weight < account_failures_max; ++i)
    guard.failed("sato", "198.51.100." + std::to_string(i), code_failure_weight);
  EXPECT_GT(guard.seconds_to_wait("sato", "203.0.113.9"), 0);
  EXPECT_EQ(guard.seconds_to_wait("sato", "203.0.113.9", true), 0) << "the account in the safe opens all the same";
  EXPECT_EQ(guard.seconds_to_wait("sato", "10.0.0.1"), 0);
  EXPECT_EQ(guard.seconds_to_wait("suzuki", "198.51.100.1"), 0);
}

TEST_F(AccountsTest, an_attack_that_goes_on_over_a_restart_leaves_the_rightful_alone) {
  const std::string secret = from_base32(accounts_->begin_second_factor(administrator_, password_)->secret);
  const auto code = [&] { return hotp(secret, static_cast<uint64_t>(totp_step(now_))); };
  ASSERT_TRUE(accounts_->confirm_second_factor(administrator_, code()));
  later(30);
  ASSERT_TRUE(accounts_->sign_in("admin", password_, "10.0.0.1", "", code()));
  open();
  for (int i = 0; i * code_failure_weight < account_failures_max; ++i)
    (void)accounts_->sign_in("admin", password_, "198.51.100." + std::to_string(i), "", "guess");
  later(30);
  EXPECT_GT(accounts_->sign_in("admin", password_, "203.0.113.9", "", code()).error().retry_after_seconds, 0);
  EXPECT_TRUE(accounts_->sign_in("admin", password_, "10.0.0.1", "", code()));
}

TEST_F(AccountsTest, a_browser_that_signed_in_before_is_not_held_back_by_guessing_from_its_own_address) {
  const std::string device = sign_in("admin", password_)->device;
  const auto with = [&](const std::string& password, const std::string& shown) {
    return accounts_->sign_in("admin", password, "192.0.2.1", "", "", shown);
  };
  for (int i = 0; i < pair_failures_free; ++i) EXPECT_FALSE(sign_in("admin", "guess"));
  EXPECT_GT(sign_in("admin", password_).error().retry_after_seconds, 0) << "a stranger behind that address waits";
  EXPECT_TRUE(with(password_, device));
  open();
  EXPECT_TRUE(with(password_, device)) << "a restart makes nobody a stranger";
  for (int i = 0; i < pair_failures_free; ++i) EXPECT_FALSE(with("guess", device));
  EXPECT_GT(with(password_, device).error().retry_after_seconds, 0) << "a stolen device guesses no faster";
  later(pair_wait_seconds_max);
  EXPECT_TRUE(with(password_, device));
}

TEST_F(AccountsTest, a_device_is_known_for_its_account_its_password_and_its_time_alone) {
  ASSERT_TRUE(make("sato"));
  const std::string device = sign_in("admin", password_)->device;
  const std::string satos = sign_in("sato", "long enough for a test", "192.0.2.9")->device;
  for (int i = 0; i < pair_failures_free; ++i) EXPECT_FALSE(sign_in("admin", "guess"));
  const auto waits = [&](const std::string& shown) {
    const auto tried = accounts_->sign_in("admin", password_, "192.0.2.1", "", "", shown);
    return !tried && tried.error().retry_after_seconds > 0;
  };
  EXPECT_TRUE(waits(satos)) << "another's device";
  std::string forged = device;
  forged.back() = forged.back() == '0' ? '1' : '0';
  for (const std::string& shown : {forged, device + "0", device.substr(1), std::string("..."), std::string(5'000, 'a'),
                                   device.substr(0, 33) + "99999999999" + device.substr(device.rfind('.'))})
    EXPECT_TRUE(waits(shown)) << shown.substr(0, 100);
  ASSERT_TRUE(accounts_->change_own_password(administrator_, password_, "a new one, long enough"));
  password_ = "a new one, long enough";
  EXPECT_TRUE(waits(device)) << "a new password makes every device a stranger";
  const std::string fresh = sign_in("admin", password_, "192.0.2.44")->device;
  EXPECT_FALSE(waits(fresh));
  later(known_address_seconds);
  for (int i = 0; i < pair_failures_free; ++i) EXPECT_FALSE(sign_in("admin", "guess"));
  EXPECT_TRUE(waits(fresh)) << "after its time";
}

TEST_F(AccountsTest, a_house_of_before_second_factors_opens_as_it_was) {
  accounts_.reset();
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  const std::string hash = hash_password("the old password");
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / "accounts.db").c_str(), &db), SQLITE_OK);
  const std::string old =
      "CREATE TABLE users(login TEXT PRIMARY KEY, name TEXT NOT NULL, lang TEXT NOT NULL, roles TEXT NOT NULL,"
      " service INTEGER NOT NULL, disabled INTEGER NOT NULL, must_change_password INTEGER NOT NULL,"
      " created_at INTEGER NOT NULL, last_sign_in INTEGER, password_hash TEXT NOT NULL) STRICT;"
      "CREATE TABLE sessions(id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, csrf TEXT NOT NULL, login TEXT NOT NULL,"
      " address TEXT NOT NULL, agent TEXT NOT NULL, created_at INTEGER NOT NULL, last_seen INTEGER NOT NULL) STRICT;"
      "CREATE TABLE tokens(id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, name TEXT NOT NULL, login TEXT NOT NULL,"
      " permissions TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER,"
      " last_used INTEGER) STRICT;"
      "INSERT INTO users VALUES('sato','佐藤','ja','admin analyst',0,0,0,1,NULL,'" +
      hash +
      "');"
      "INSERT INTO users VALUES('siem','SIEM','en','analyst',1,0,0,1,NULL,'');"
      "PRAGMA user_version=1;";
  ASSERT_EQ(sqlite3_exec(db, old.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
  for (int round = 0; round < 2; ++round) {
    open();
    ASSERT_EQ(accounts_->users().size(), 2U);
    const auto sato = accounts_->user("sato");
    ASSERT_TRUE(sato);
    EXPECT_EQ(sato->name, "佐藤");
    EXPECT_EQ(sato->roles, (std::vector<std::string>{"admin", "analyst"}));
    EXPECT_FALSE(sato->second_factor.on());
    EXPECT_EQ(sato->break_glass, BreakGlass::no);
    EXPECT_TRUE(accounts_->user("siem")->service);
    EXPECT_EQ(*accounts_->ensure_administrator(), std::nullopt);
    EXPECT_TRUE(sign_in("sato", "the old password"));
  }
}

TEST_F(AccountsTest, the_first_run_may_keep_the_generated_login) {
  EXPECT_EQ(accounts_->open_first_run(), std::nullopt) << "somebody signed in already";
  accounts_.reset();
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  open();
  const std::string generated = **accounts_->ensure_administrator();
  const auto secret = accounts_->open_first_run();
  ASSERT_TRUE(secret);
  const NewPerson person{" Admin ", "佐藤", "ja", "long enough for a test"};
  EXPECT_FALSE(accounts_->first_run("", person, "127.0.0.1", ""));
  const auto made = accounts_->first_run(*secret, person, "127.0.0.1", "");
  ASSERT_TRUE(made) << made.error().error.message;
  EXPECT_FALSE(sign_in("admin", generated));
  EXPECT_TRUE(sign_in("admin", "long enough for a test"));
  EXPECT_EQ(accounts_->users().size(), 1U);
}

TEST_F(AccountsTest, the_first_run_refuses_guessing) {
  accounts_.reset();
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  open();
  (void)accounts_->ensure_administrator();
  const auto secret = accounts_->open_first_run();
  const NewPerson person{"sato", "佐藤", "ja", "long enough for a test"};
  for (int i = 0; i < pair_failures_free; ++i)
    EXPECT_EQ(accounts_->first_run("guess", person, "127.0.0.1", "").error().retry_after_seconds, 0);
  EXPECT_GT(accounts_->first_run(*secret, person, "127.0.0.1", "").error().retry_after_seconds, 0);
  later(pair_wait_seconds_max);
  EXPECT_TRUE(accounts_->first_run(*secret, person, "127.0.0.1", ""));
}

TEST_F(AccountsTest, each_use_of_a_break_glass_account_is_loud) {
  User user;
  user.login = "glass";
  user.name = "glass";
  user.roles = {"admin"};
  user.break_glass = BreakGlass::sealed;
  ASSERT_TRUE(accounts_->create_user(administrator_, user, "long enough for a test"));
  const auto opened = sign_in("glass", "long enough for a test");
  ASSERT_TRUE(opened);
  EXPECT_EQ(told("session.break_glass"), 1U);
  const Principal glass = accounts_->find_session(opened->secret);
  EXPECT_FALSE(accounts_->begin_second_factor(glass, "long enough for a test")) << "it lies in the safe as one thing";
  EXPECT_FALSE(accounts_->change_own_password(glass, "long enough for a test", "only in somebody's head"));
  EXPECT_FALSE(accounts_->create_token(glass, "glass", "t", {}, {now_.ns + ns_per_second}));
  EXPECT_EQ(accounts_->user("glass")->break_glass, BreakGlass::used);
  open();
  EXPECT_EQ(accounts_->user("glass")->break_glass, BreakGlass::used);
  UserChanges changes;
  changes.password = "another one, long enough";
  EXPECT_FALSE(accounts_->change_user(administrator_, "glass", changes)) << "only resealing gives it a password";
  changes.reseal = true;
  ASSERT_TRUE(accounts_->change_user(administrator_, "glass", changes));
  EXPECT_EQ(accounts_->user("glass")->break_glass, BreakGlass::sealed);
  EXPECT_TRUE(sign_in("glass", "another one, long enough"));
  EXPECT_EQ(told("session.break_glass"), 2U);
}

}  // namespace
}  // namespace yagura::api
