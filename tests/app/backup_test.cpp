// What a backup holds of the accounts: enough to sign in after it is restored, second factors included.
#include "app/backup.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "api/accounts.hpp"
#include "api/totp.hpp"
#include "app/house.hpp"

namespace yagura::app {
namespace {

namespace fs = std::filesystem;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() : folder_(fs::temp_directory_path() / ("yagura-backup-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_ / "data");
  }
  ~BackupTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Result<std::unique_ptr<api::Accounts>> accounts(const fs::path& data) {
    auto roles = desks::AccountRoles::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/permissions.yaml");
    return api::Accounts::open(
        DataLayout{data}.accounts(), *roles,
        [](const std::string&, const std::string&, const std::string&, boost::json::object) -> Status { return {}; },
        [this] { return now_; });
  }

  fs::path folder_;
  Timestamp now_{1'770'000'000 * ns_per_second};
};

TEST_F(BackupTest, second_factors_outlive_a_restore) {
  const auto types = ledger::RecordTypes::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/records");
  ASSERT_TRUE(types);
  auto ledger = ledger::Ledger::open(folder_ / "data", *types);
  ASSERT_TRUE(ledger);
  auto people = accounts(folder_ / "data");
  ASSERT_TRUE(people);
  const auto password = (*people)->ensure_administrator();
  ASSERT_TRUE(password && *password);
  const auto in = (*people)->sign_in("admin", **password, "127.0.0.1", "");
  ASSERT_TRUE(in);
  const api::Principal admin = (*people)->find_session(in->secret);
  ASSERT_TRUE((*people)->begin_second_factor(admin, **password));
  EXPECT_FALSE((*people)->confirm_second_factor(admin, "nonsense"));
  const auto uri = (*people)->begin_second_factor(admin, **password)->uri;
  std::string secret;
  uint32_t bits = 0;
  int held = 0;
  for (const char c : uri.substr(uri.find("secret=") + 7, 32)) {
    bits = (bits << 5U) | static_cast<uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    held += 5;
    if (held < 8) continue;
    held -= 8;
    secret += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU);
  }
  const auto code = [&] { return api::hotp(secret, static_cast<uint64_t>(api::totp_step(now_))); };
  ASSERT_TRUE((*people)->confirm_second_factor(admin, code()));
  ASSERT_TRUE(back_up(**ledger, nullptr, folder_ / "data", folder_ / "copy"));
  struct stat status{};
  ASSERT_EQ(::stat((folder_ / "copy/accounts.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const auto restored = restore_house(folder_ / "copy", folder_ / "new");
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(restored->ledger.sound());
  auto again = accounts(folder_ / "new");
  ASSERT_TRUE(again) << again.error().message;
  now_.ns += 30 * ns_per_second;
  EXPECT_FALSE((*again)->sign_in("admin", **password, "127.0.0.1", "")) << "the second factor came along";
  EXPECT_TRUE((*again)->sign_in("admin", **password, "127.0.0.1", "", code()));
  fs::remove(folder_ / "copy/accounts.key");
  EXPECT_TRUE(restore_house(folder_ / "copy", folder_ / "older")) << "a backup of before there were keys";
}

}  // namespace
}  // namespace yagura::app
