#include "platform.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "api/blind_review.hpp"

namespace yagura::api {
namespace {

const std::filesystem::path catalog = std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog";

}  // namespace

Platform::Platform(bool catalogue_roles, const std::filesystem::path& records, Clock clock) {
  folder_ = std::filesystem::temp_directory_path() /
            fmt::format("yagura-platform-{}-{}", ::getpid(), reinterpret_cast<uintptr_t>(this));
  std::filesystem::create_directories(folder_);
  texts_ = std::make_shared<const Texts>(*Texts::load(catalog / "i18n"));
  ledger_ = std::move(*ledger::Ledger::open(
      folder_, *ledger::RecordTypes::load(records.empty() ? catalog / "records" : records), std::move(clock)));
  triage_ = std::make_unique<desks::triage::TriageDesk>(
      *ledger_, *desks::triage::AttackNames::load(catalog / "criteria/attack_names.yaml"));
  governance_ = std::make_unique<desks::governance::GovernanceDesk>(*ledger_);
  response_ = std::make_unique<desks::response::ResponseDesk>(
      *ledger_, *desks::response::ReportCatalog::load(catalog / "reports", texts_));
  EXPECT_TRUE(desks::triage::register_reactions(*ledger_, *texts_, Lang::ja).has_value());
  EXPECT_TRUE(desks::governance::register_reactions(*ledger_).has_value());
  EXPECT_TRUE(desks::response::register_reactions(*ledger_).has_value());
  EXPECT_TRUE(governance_->install_defaults(catalog / "criteria").has_value());
  indicators_ = std::move(*detect::IndicatorStore::open(folder_ / "indicators"));
  intel_ = std::make_unique<desks::intel::IntelDesk>(*ledger_, *indicators_);
  organisation_ = std::move(*desks::governance::Organisation::open(
      *ledger_, catalog, [](std::string_view actor) { return !actor.starts_with("user:svc-"); }));
  hub_ = std::make_unique<StreamHub>(*ledger_, counters, [this](const Principal& who) {
    return harness_ == nullptr || harness_->accounts->still_valid(who);
  });
  obligations_ = std::make_unique<const desks::Obligations>(
      *desks::Obligations::load(catalog / "obligations.yaml", ledger_->types()));
  referrals_ = std::make_unique<desks::Referrals>(
      *ledger_, *desks::RoleLinks::load(catalog / "textbook/isog-j-1.0.yaml", catalog / "textbook/link-kinds.yaml"));
  RouteSet routes = record_routes(*ledger_);
  routes.add(duty_routes(*ledger_, *obligations_, *referrals_));
  routes.add(register_file_routes(*ledger_, *texts_));
  routes.add(fact_routes(*ledger_));
  routes.add(triage_routes(*ledger_, *triage_));
  routes.add(governance_routes(*ledger_, *governance_));
  routes.add(role_routes(*ledger_, *organisation_, *texts_));
  routes.add(sourcing_routes(*ledger_, *organisation_, *texts_));
  routes.add(exposure_routes(*ledger_));
  routes.add(roster_routes(*ledger_, *organisation_, *texts_));
  routes.add(staffing_routes(*ledger_, *organisation_, *texts_));
  routes.add(people_routes(*ledger_, *organisation_));
  routes.add(improvement_routes(*ledger_));
  routes.add(*measure_routes(*ledger_, catalog, texts_));
  routes.add(quality_routes(*ledger_));
  routes.add(policy_routes(*ledger_));
  routes.add(policy_document_routes(*ledger_));
  routes.add(response_routes(*ledger_, *response_));
  routes.add(report_routes(*ledger_, *response_));
  routes.add(indicator_routes(*intel_));
  routes.add(stream_routes(*hub_, *ledger_));
  routes.add(verify_routes([this]() -> Result<ledger::VerifyReport> {
    const auto copy = folder_ / "copy";
    std::filesystem::remove_all(copy);
    if (auto made = ledger_->backup(copy); !made) return std::unexpected(made.error());
    return ledger::verify(copy);
  }));
  routes.routes = with_blind_review(std::move(routes.routes), *ledger_);
  harness_ = std::make_unique<Harness>(std::move(routes), ServerOptions{},
                                       catalogue_roles ? catalog / "permissions.yaml" : std::filesystem::path());
}

Platform::~Platform() {
  harness_->server->stop();
  hub_->stop();
  harness_.reset();
  hub_.reset();
  ledger_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Platform::react() {
  auto done = ledger_->run_reactions();
  EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().message);
}

std::string Platform::make_alert(const std::string& id, const std::string& host) {
  detect::Finding finding;
  finding.id = id;
  finding.rule_id = "rule-" + id;
  finding.rule_title = "LSASS のメモリ読み取り";
  finding.level = detect::Level::high;
  finding.tags = {"attack.credential_access", "attack.t1003.001"};
  finding.event_uid = "event-" + id;
  finding.time = system_now();
  finding.host = host;
  finding.user = "sato";
  finding.channel = "Security";
  finding.event_id = 4663;
  finding.fields = {{"Image", "C:\\tmp\\procdump.exe"}};
  const auto made = take({finding});
  return made.empty() ? "" : made.front();
}

std::vector<std::string> Platform::take(const std::vector<detect::Finding>& findings) {
  auto taken = triage_->take_findings(findings);
  EXPECT_TRUE(taken.has_value()) << (taken ? "" : taken.error().message);
  std::vector<std::string> out;
  if (taken)
    for (const auto& id : taken->made) out.push_back(id.value);
  return out;
}

CallOptions Platform::as(const std::string& login, const std::vector<std::string>& roles) {
  User user;
  user.login = login;
  user.name = login;
  user.service = true;
  user.roles = roles;
  auto made = harness_->accounts->create_user(test_administrator(), user, "");
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
  const auto held = harness_->accounts->roles().permissions_of(roles);
  auto token = harness_->accounts->create_token(test_administrator(), login, "test", {held.begin(), held.end()},
                                                {harness_->now.ns + 3600 * ns_per_second});
  EXPECT_TRUE(token.has_value()) << (token ? "" : token.error().message);
  CallOptions out;
  if (token) out.token = token->secret;
  return out;
}

}  // namespace yagura::api
