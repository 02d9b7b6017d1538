// What the desks' tests share: a ledger of their own with the shipped catalogue, a clock that they move, and
// people with the shipped roles.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "desks/account_roles.hpp"
#include "desks/governance/desk.hpp"
#include "desks/json_fields.hpp"
#include "desks/reason_text.hpp"
#include "desks/response/desk.hpp"
#include "desks/triage/desk.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::testing {

namespace json = boost::json;
using ledger::Record;
using ledger::RecordId;

inline const std::filesystem::path catalog = YAGURA_SOURCE_DIR "/catalog";

inline std::vector<std::string> codes(const std::vector<ledger::Reason>& reasons) {
  std::vector<std::string> out;
  for (const ledger::Reason& reason : reasons) out.push_back(reason.code);
  return out;
}

class DesksTest : public ::testing::Test {
 protected:
  DesksTest() {
    folder = std::filesystem::temp_directory_path() / ("yagura-desks-" + to_hex(random_bytes(8)));
    std::filesystem::create_directories(folder);
    auto loaded = AccountRoles::load(catalog / "permissions.yaml");
    check(loaded.has_value(), loaded ? "" : to_text(loaded.error()));
    roles = std::move(*loaded);
    auto read = Texts::load(catalog / "i18n");
    check(read.has_value(), read ? "" : to_text(read.error()));
    texts = std::make_shared<const Texts>(std::move(*read));
    open();
  }
  ~DesksTest() override {
    ledger.reset();
    std::error_code error;
    std::filesystem::remove_all(folder, error);
  }

  /// Opens the ledger, again after a "restart", with all desks and their reactions.
  void open() {
    ledger.reset();
    static const auto types = ledger::RecordTypes::load(catalog / "records");  // once for all tests: 0.1 s
    ASSERT_TRUE(types);
    auto opened = ledger::Ledger::open(folder / "data", *types, [this] { return now; }, seeded_ids(1));
    ASSERT_TRUE(opened) << opened.error().message;
    ledger = std::move(*opened);
    auto names = triage::AttackNames::load(catalog / "criteria/attack_names.yaml");
    auto reports = response::ReportCatalog::load(catalog / "reports", texts);
    ASSERT_TRUE(names) << to_text(names.error());
    ASSERT_TRUE(reports) << to_text(reports.error());
    triage.emplace(*ledger, std::move(*names));
    governance.emplace(*ledger);
    response.emplace(*ledger, std::move(*reports));
    ASSERT_TRUE(triage::register_reactions(*ledger, *texts, Lang::ja));
    ASSERT_TRUE(governance::register_reactions(*ledger));
    ASSERT_TRUE(response::register_reactions(*ledger));
  }

  void install_defaults() { ok(governance->install_defaults(catalog / "criteria")); }

  /// Everything that desks have to tell each other.
  void react() {
    auto run = ledger->run_reactions();
    ASSERT_TRUE(run) << run.error().message;
    auto parked = ledger->parked();
    ASSERT_TRUE(parked);
    for (const auto& one : *parked) ADD_FAILURE() << one.reaction << ": " << one.reason;
    auto states = ledger->reaction_states();
    ASSERT_TRUE(states);
    for (const auto& state : *states) EXPECT_EQ(state.attempts, 0) << state.name << ": " << state.reason;
  }

  ledger::Actor person(const std::string& name, const std::vector<std::string>& held) const {
    return {"user:" + name, roles.permissions_of(held), false};
  }

  /// The value of a command that must do.
  template <typename T>
  T ok(ledger::Outcome<T> outcome) const {
    if (!outcome) {
      ADD_FAILURE() << outcome.error().error().message;
      if constexpr (!std::is_void_v<T>) return T{};
    }
    if constexpr (!std::is_void_v<T>) return std::move(*outcome);
  }

  /// The codes of a command that must be refused; every reason has its text in both languages.
  template <typename T>
  std::vector<std::string> refused(const ledger::Outcome<T>& outcome) const {
    if (outcome) {
      ADD_FAILURE() << "this must be refused";
      return {};
    }
    for (const ledger::Reason& reason : outcome.error().reasons)
      for (const Lang lang : {Lang::ja, Lang::en})
        if (!reason.code.starts_with("move.") && !reason.code.starts_with("field.") &&
            !reason.code.starts_with("record.")) {
          EXPECT_TRUE(texts->has(lang, "desks.reason." + reason.code)) << reason.code;
          EXPECT_EQ(reason_text(*texts, lang, reason).find('{'), std::string::npos)
              << reason_text(*texts, lang, reason);
        }
    return codes(outcome.error().reasons);
  }

  template <typename T>
  void forbidden(const ledger::Outcome<T>& outcome) const {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, ErrorKind::forbidden) << outcome.error().message;
  }

  Record get(const RecordId& id) const { return ok(ledger->get(id)); }

  std::vector<Record> all(const std::string& type) const {
    ledger::RecordQuery query;
    query.type = type;
    query.descending = false;
    query.limit = 1000;
    return ok(ledger->list(query)).records;
  }

  std::vector<ledger::Fact> facts(const std::string& kind) const {
    ledger::FactQuery query;
    query.kinds = {kind};
    query.limit = 10'000;
    return ok(ledger->facts(query));
  }

  void later(int64_t minutes) { now.ns += minutes * 60 * ns_per_second; }

  /// One rule's match; two with the same arguments are the same finding.
  detect::Finding finding(const std::string& rule, const std::string& host, const std::string& user,
                          const std::string& time, detect::Level level, std::vector<std::string> tags) const {
    detect::Finding out;
    out.id = sha256_hex(rule + host + user + time);
    out.rule_id = rule;
    out.rule_title = "Rule " + rule;
    out.level = level;
    out.tags = std::move(tags);
    out.event_uid = "ev-" + out.id.substr(0, 8);
    out.time = *parse_time(time);
    out.host = host;
    out.user = user;
    out.channel = "Security";
    out.event_id = 4688;
    out.fields = {{"CommandLine", "cmd.exe /c whoami"}};
    return out;
  }
  detect::Finding credential_dump(const std::string& host, const std::string& time) const {
    return finding("lsass-dump", host, "CORP\\sato", time, detect::Level::high,
                   {"attack.credential-access", "attack.t1003.001"});
  }

  std::filesystem::path folder;
  Timestamp now = *parse_time("2026-04-08T01:00:00Z");
  AccountRoles roles;
  std::shared_ptr<const Texts> texts;
  std::unique_ptr<ledger::Ledger> ledger;
  std::optional<triage::TriageDesk> triage;
  std::optional<governance::GovernanceDesk> governance;
  std::optional<response::ResponseDesk> response;
};

}  // namespace yagura::desks::testing
