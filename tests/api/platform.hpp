// The API over a real ledger with the project's own catalogue and the three desks, for tests that walk it.
#pragma once

#include <memory>

#include "api/desk_routes.hpp"
#include "api/indicator_routes.hpp"
#include "api/ledger_routes.hpp"
#include "api/organisation_routes.hpp"
#include "api/stream.hpp"
#include "harness.hpp"

namespace yagura::api {

/// What stands below the routes; the harness comes last and goes first.
class Platform {
 public:
  /// With the catalogue's roles, or with one role for each permission that a route names. `records`: a folder of record
  /// types instead of the catalogue's. `clock` is the ledger's, asked from any thread.
  explicit Platform(bool catalogue_roles = true, const std::filesystem::path& records = {}, Clock clock = system_now);
  ~Platform();

  /// Hands a finding to triage and gives the alert's id.
  std::string make_alert(const std::string& id, const std::string& host = "ws01");
  /// Hands findings to triage and gives the ids of the alerts that they made.
  std::vector<std::string> take(const std::vector<detect::Finding>& findings);
  /// A token for an account that holds these roles of catalog/permissions.yaml. What "svc-..." does is a program's.
  CallOptions as(const std::string& login, const std::vector<std::string>& roles);
  void react();
  Harness& api() { return *harness_; }
  ledger::Ledger& ledger() { return *ledger_; }
  Counters counters;

 private:
  std::filesystem::path folder_;
  std::shared_ptr<const Texts> texts_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<desks::triage::TriageDesk> triage_;
  std::unique_ptr<desks::governance::GovernanceDesk> governance_;
  std::unique_ptr<const desks::Obligations> obligations_;
  std::unique_ptr<desks::Referrals> referrals_;
  std::unique_ptr<desks::governance::Organisation> organisation_;
  std::unique_ptr<desks::response::ResponseDesk> response_;
  std::unique_ptr<detect::IndicatorStore> indicators_;
  std::unique_ptr<desks::intel::IntelDesk> intel_;
  std::unique_ptr<StreamHub> hub_;
  std::unique_ptr<Harness> harness_;
};

}  // namespace yagura::api
