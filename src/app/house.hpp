// The house over one data folder: every room opened, joined, and closed in the right order. The only place that
// names them all. `serve` keeps one open; a command without a running server opens one for its own length.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api/accounts.hpp"
#include "api/gate.hpp"
#include "api/services.hpp"
#include "api/stream.hpp"
#include "app/catalog.hpp"
#include "app/config.hpp"
#include "base/counters.hpp"
#include "desks/governance/desk.hpp"
#include "desks/governance/organisation.hpp"
#include "desks/intel/desk.hpp"
#include "desks/obligations.hpp"
#include "desks/referrals.hpp"
#include "desks/response/desk.hpp"
#include "desks/tooling/own_rules.hpp"
#include "desks/triage/desk.hpp"
#include "detect/indicators/indicator_store.hpp"
#include "detect/rule_set.hpp"
#include "detect/taxonomy.hpp"
#include "lake/event_store.hpp"
#include "lake/lake_process.hpp"
#include "ledger/ledger.hpp"
#include "ledger/verify.hpp"
#include "pipeline/checkpoints.hpp"
#include "pipeline/ingest.hpp"
#include "pipeline/rule_store.hpp"

namespace yagura::app {

struct RuleServices;

/// Where the parts lie in a data folder.
struct DataLayout {
  std::filesystem::path folder;

  std::filesystem::path lake() const { return folder / "lake"; }
  std::filesystem::path indicators() const { return folder / "indicators"; }
  std::filesystem::path checkpoints() const { return folder / "checkpoints"; }
  std::filesystem::path correlations() const { return folder / "correlations"; }
  std::filesystem::path own_rules() const { return folder / "rules"; }
  std::filesystem::path cache() const { return folder / "cache"; }
  std::filesystem::path accounts() const { return folder / "accounts.db"; }
  std::filesystem::path backups() const { return folder / "backups"; }
  std::filesystem::path ledger_file() const { return folder / "ledger.db"; }
  std::filesystem::path lock_file() const { return folder / "yagura.lock"; }
};

/// The data folder belongs to one process at a time; the lock goes with the process, however it ends.
class DataLock {
 public:
  /// `conflict` when another process holds the folder.
  static Result<DataLock> take(const DataLayout& layout);
  DataLock() = default;
  ~DataLock();
  DataLock(DataLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DataLock& operator=(DataLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

 private:
  int fd_ = -1;
};

class House {
 public:
  /// Opens everything over `data` (made when missing, mode 0700). A mistake in configuration or catalogue comes
  /// as `invalid` with the diagnostic's text; `conflict` when another process has the data open.
  static Result<std::unique_ptr<House>> open(const CommonOptions& common, const std::filesystem::path& data,
                                             const Config& config);
  ~House();

  ledger::Ledger& ledger() { return *ledger_; }
  lake::EventStore& store() { return *store_; }
  desks::intel::IntelDesk& intel() { return *intel_; }
  pipeline::Ingest& ingest() { return *ingest_; }
  pipeline::Checkpoints& checkpoints() { return checkpoints_; }
  api::Accounts& accounts() { return *accounts_; }
  api::Gate& gate() { return *gate_; }
  api::StreamHub& hub() { return *hub_; }
  Counters& counters() { return counters_; }
  const Words& words() const { return *words_; }
  pipeline::RuleStore& rules() { return *rules_; }
  desks::governance::Organisation& organisation() { return *organisation_; }

  /// Something beside the rooms that the health page shows; called before the API answers anybody.
  void show_part(api::PartHealth part) { parts_.push_back(std::move(part)); }

  const std::filesystem::path& data() const { return layout_.folder; }

  /// From now on rules that change on disk come into force by themselves.
  void watch_rules();

  /// True when the folder held no ledger before it was opened.
  bool fresh() const { return fresh_; }

  /// Who the owner of the data folder is to the API: every permission that a role names.
  api::Principal owner() const;

 private:
  House() = default;
  Status open_ledger();
  Status open_lake(const Config& config);
  Status open_rules(const Config& config);
  Status open_ingest(const Config& config);
  Status open_indicators();
  Status open_accounts();
  Status open_organisation();
  Status open_api();
  Result<ledger::VerifyReport> verify_copy();
  Status record_rule_change(const ledger::Actor& who, const pipeline::RuleChange& change);
  Status record_findings(std::span<const detect::Finding> findings);

  std::filesystem::path catalog_;
  std::filesystem::path backups_;
  std::vector<api::PartHealth> parts_;
  DataLayout layout_;
  DataLock lock_;
  bool fresh_ = false;
  Counters counters_;
  std::mutex verifying_;
  std::shared_ptr<const Words> words_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<desks::triage::TriageDesk> triage_;
  std::unique_ptr<desks::governance::GovernanceDesk> governance_;
  std::unique_ptr<const desks::Obligations> obligations_;
  std::unique_ptr<desks::Referrals> referrals_;
  std::unique_ptr<desks::governance::Organisation> organisation_;
  std::unique_ptr<desks::response::ResponseDesk> response_;
  std::unique_ptr<detect::IndicatorStore> indicators_;
  std::unique_ptr<desks::intel::IntelDesk> intel_;
  std::unique_ptr<lake::LakeProcess> lake_process_;
  std::shared_ptr<lake::Client> lake_client_;
  std::unique_ptr<lake::EventStore> store_;
  std::shared_ptr<const detect::Taxonomy> taxonomy_;
  std::unique_ptr<pipeline::RuleStore> rules_;
  std::unique_ptr<desks::tooling::RuleDesk> rule_desk_;
  std::unique_ptr<pipeline::Correlator> correlator_;
  std::unique_ptr<pipeline::Ingest> ingest_;
  std::unique_ptr<RuleServices> rule_services_;
  pipeline::Checkpoints checkpoints_{{}};
  std::unique_ptr<api::Accounts> accounts_;
  std::unique_ptr<api::StreamHub> hub_;
  std::unique_ptr<api::Gate> gate_;
};

}  // namespace yagura::app
