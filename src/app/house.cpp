#include "app/house.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <system_error>

#include "api/blind_review.hpp"
#include "api/desk_routes.hpp"
#include "api/event_routes.hpp"
#include "api/explanation_routes.hpp"
#include "api/graph_routes.hpp"
#include "api/hunt_routes.hpp"
#include "api/indicator_routes.hpp"
#include "api/ledger_routes.hpp"
#include "api/organisation_routes.hpp"
#include "api/own_rule_routes.hpp"
#include "api/record_json.hpp"
#include "api/rule_draft_routes.hpp"
#include "api/rule_insight_routes.hpp"
#include "api/services.hpp"
#include "api/spoken_problem.hpp"
#include "app/backup_routes.hpp"
#include "app/console.hpp"
#include "app/indicator_files.hpp"
#include "app/local_routes.hpp"
#include "app/rule_services.hpp"
#include "app/rules.hpp"
#include "desks/governance/policy_document.hpp"
#include "event/normalise.hpp"
#include "pipeline/rule_trial.hpp"

namespace yagura::app {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> wrong(const Diagnostic& diagnostic) {
  return failure(ErrorKind::invalid, to_text(diagnostic));
}

Status make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return failure(ErrorKind::io, fmt::format("can't make the data folder {}: {}", folder.string(), error.message()));
  if (::chmod(folder.c_str(), 0700) != 0)
    return failure(ErrorKind::io, fmt::format("can't keep others out of the data folder {}", folder.string()));
  return {};
}

std::string unix_user() {
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  if (::getpwuid_r(::getuid(), &entry, buffer, sizeof buffer, &found) == 0 && found) return found->pw_name;
  return std::to_string(::getuid());
}

}  // namespace

Result<DataLock> DataLock::take(const DataLayout& layout) {
  DataLock lock;
  lock.fd_ = ::open(layout.lock_file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.fd_ < 0)
    return failure(ErrorKind::io, fmt::format("can't lock {}: {}", layout.lock_file().string(),
                                              std::error_code(errno, std::generic_category()).message()));
  if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0)
    return failure(ErrorKind::conflict,
                   fmt::format("another yagura works on {}; wait for it or stop it first", layout.folder.string()));
  return lock;
}

DataLock::~DataLock() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::unique_ptr<House>> House::open(const CommonOptions& common, const fs::path& data, const Config& config) {
  std::unique_ptr<House> house(new House());
  auto catalog = find_catalog(common);
  if (!catalog) return std::unexpected(catalog.error());
  house->catalog_ = *catalog;
  auto words = load_words(common, *catalog);
  if (!words) return wrong(words.error());
  house->words_ = std::make_shared<const Words>(std::move(*words));
  house->layout_.folder = fs::absolute(data).lexically_normal();
  house->backups_ = config.backups.empty() ? house->layout_.backups() : fs::absolute(config.backups).lexically_normal();
  if (auto made = make_folder(house->layout_.folder); !made) return std::unexpected(made.error());
  auto lock = DataLock::take(house->layout_);
  if (!lock) return std::unexpected(lock.error());
  house->lock_ = std::move(*lock);
  std::error_code ignored;
  house->fresh_ = !fs::exists(house->layout_.ledger_file(), ignored);
  house->checkpoints_ = pipeline::Checkpoints(house->layout_.checkpoints());
  if (auto opened = house->open_ledger(); !opened) return std::unexpected(opened.error());
  if (auto opened = house->open_rules(config); !opened) return std::unexpected(opened.error());
  if (auto opened = house->open_lake(config); !opened) return std::unexpected(opened.error());
  if (auto opened = house->open_ingest(config); !opened) return std::unexpected(opened.error());
  if (auto opened = house->open_indicators(); !opened) return std::unexpected(opened.error());
  if (auto opened = house->open_api(); !opened) return std::unexpected(opened.error());
  return house;
}

House::~House() {
  if (rules_) rules_->stop();
  if (hub_) hub_->stop();
  if (ledger_) ledger_->stop_reactions();
}

Status House::open_ledger() {
  auto types = ledger::RecordTypes::load(catalog_ / "records");
  if (!types) return wrong(types.error().front());
  auto opened = ledger::Ledger::open(layout_.folder, std::move(*types));
  if (!opened) return std::unexpected(opened.error());
  ledger_ = std::move(*opened);

  auto names = desks::triage::AttackNames::load(catalog_ / "criteria/attack_names.yaml");
  if (!names) return wrong(names.error());
  const std::shared_ptr<const Texts> texts(words_, &words_->texts);
  auto reports = desks::response::ReportCatalog::load(catalog_ / "reports", texts);
  if (!reports) return wrong(reports.error());
  triage_ = std::make_unique<desks::triage::TriageDesk>(*ledger_, std::move(*names));
  governance_ = std::make_unique<desks::governance::GovernanceDesk>(*ledger_);
  response_ = std::make_unique<desks::response::ResponseDesk>(*ledger_, std::move(*reports));
  auto obligations = desks::Obligations::load(catalog_ / "obligations.yaml", ledger_->types());
  if (!obligations) return wrong(obligations.error().front());
  obligations_ = std::make_unique<const desks::Obligations>(std::move(*obligations));
  auto links = desks::RoleLinks::load(catalog_ / "textbook/isog-j-1.0.yaml", catalog_ / "textbook/link-kinds.yaml");
  if (!links) return wrong(links.error().front());
  referrals_ = std::make_unique<desks::Referrals>(*ledger_, std::move(*links));
  for (const auto& registered :
       {desks::triage::register_reactions(*ledger_, *texts, words_->lang),
        desks::governance::register_reactions(*ledger_), desks::response::register_reactions(*ledger_)})
    if (!registered) return registered;
  if (auto installed = governance_->install_defaults(catalog_ / "criteria"); !installed)
    return std::unexpected(installed.error().error());
  if (auto withdrawn = desks::governance::withdraw_replaced_by_now(*ledger_); !withdrawn)
    return std::unexpected(withdrawn.error().error());
  return {};
}

Status House::open_rules(const Config& config) {
  const desks::tooling::RuleFiles own(layout_.own_rules());
  if (auto laid = desks::tooling::RuleDesk::lay_out(*ledger_, own); !laid) return laid;
  std::vector<fs::path> paths{catalog_ / "rules"};
  paths.insert(paths.end(), config.rules.begin(), config.rules.end());
  paths.push_back(layout_.own_rules());
  auto source = find_rules(catalog_, std::move(paths), config.placeholders, layout_.cache(), layout_.own_rules());
  if (!source) return wrong(source.error());
  taxonomy_ = source->taxonomy;
  rules_ = std::make_unique<pipeline::RuleStore>(std::move(source->loader), counters_);
  warn_of_rejected(rules_->in_force()->report);
  rule_desk_ = std::make_unique<desks::tooling::RuleDesk>(
      *ledger_, own, taxonomy_,
      desks::tooling::RuleBench{[this] { return rules_->reload().now->report; },
                                [this](const std::string& yaml, const std::string& samples) {
                                  return pipeline::failed_samples(yaml, samples, *taxonomy_, counters_);
                                }});
  return {};
}

void House::watch_rules() {
  rules_->watch([this](const pipeline::RuleChange& change) {
    if (auto recorded = record_rule_change(ledger::system_actor("rules"), change); !recorded)
      fmt::print(stderr, "yagura: the change of rules could not be recorded: {}\n", recorded.error().message);
  });
}

Status House::record_rule_change(const ledger::Actor& who, const pipeline::RuleChange& change) {
  const detect::LoadReport& report = change.now->report;
  if (change.changed) warn_of_rejected(report);
  auto fact = ledger_->append_fact(who, "tooling", "rules.reloaded", "rules",
                                   {{"version", change.now->version},
                                    {"changed", change.changed},
                                    {"rules_changed", change.rules_changed},
                                    {"rules_removed", change.rules_removed},
                                    {"loaded", report.loaded},
                                    {"rejected", report.rejected.size()},
                                    {"held", report.held.size()}});
  if (!fact) return std::unexpected(fact.error().error());
  return {};
}

Status House::open_lake(const Config& config) {
  lake::Endpoint endpoint;
  if (config.lake_url.empty()) {
    lake::LakeOptions options;
    options.data = layout_.lake();
    options.memory_bytes_max = uint64_t{config.lake_memory_mib} << 20;
    auto started = lake::LakeProcess::start(std::move(options));
    if (!started) return std::unexpected(started.error());
    lake_process_ = std::move(*started);
    endpoint = lake_process_->endpoint();
  } else {
    auto parsed = lake::parse_endpoint(config.lake_url);
    if (!parsed) return wrong(parsed.error());
    endpoint = std::move(*parsed);
  }
  lake_client_ = std::make_shared<lake::Client>(std::move(endpoint));
  auto normaliser = event::Normaliser::load(catalog_ / "mappings");
  if (!normaliser) return wrong(normaliser.error());
  auto store = lake::EventStore::open(lake_client_, std::make_shared<const event::Normaliser>(std::move(*normaliser)),
                                      {.days = static_cast<int>(config.retention_days)});
  if (!store) return std::unexpected(store.error());
  store_ = std::move(*store);
  return {};
}

Status House::open_ingest(const Config& config) {
  auto correlator = pipeline::Correlator::open(layout_.correlations(), rules_->rules(), counters_,
                                               {.lateness_seconds = config.correlation_lateness_seconds,
                                                .bytes_max = uint64_t{config.correlation_memory_mib} << 20});
  if (!correlator) return std::unexpected(correlator.error());
  correlator_ = std::move(*correlator);
  ingest_ = std::make_unique<pipeline::Ingest>(
      *store_, [this] { return rules_->rules(); },
      [this](std::span<const detect::Finding> findings) { return record_findings(findings); }, counters_,
      correlator_.get());
  return ingest_->record_pending();
}

/// After the ledger and the lake: what is done to indicators is told there, and what comes in is looked at for them.
Status House::open_indicators() {
  auto classes = load_field_classes(catalog_);
  if (!classes) return wrong(classes.error());
  auto store = detect::IndicatorStore::open(layout_.indicators());
  if (!store) return std::unexpected(store.error());
  indicators_ = std::move(*store);
  for (const std::string& file : indicators_->broken())
    fmt::print(stderr, "yagura: {} was not what was written and is put aside; import its lists again\n", file);
  intel_ = std::make_unique<desks::intel::IntelDesk>(*ledger_, *indicators_);
  ingest_->watch_for(*classes, [store = indicators_.get()] { return store->snapshot(); });
  return {};
}

Status House::record_findings(std::span<const detect::Finding> findings) {
  auto taken = triage_->take_findings(findings);
  if (!taken) return std::unexpected(taken.error().error());
  counters_.at("triage.alerts_made") += taken->made.size();
  counters_.at("triage.alerts_extended") += taken->extended.size();
  return {};
}

Status House::open_accounts() {
  auto roles = desks::AccountRoles::load(catalog_ / "permissions.yaml");
  if (!roles) return wrong(roles.error());
  auto opened = api::Accounts::open(layout_.accounts(), std::move(*roles),
                                    [this](const std::string& actor, const std::string& kind,
                                           const std::string& subject, boost::json::object body) -> Status {
                                      ledger::Actor who = ledger::system_actor("accounts");
                                      who.id = actor;
                                      auto fact = ledger_->append_fact(who, "accounts", kind, subject, std::move(body));
                                      if (!fact) return std::unexpected(fact.error().error());
                                      return {};
                                    });
  if (!opened) return std::unexpected(opened.error());
  accounts_ = std::move(*opened);
  return {};
}

Status House::open_organisation() {
  auto organisation = desks::governance::Organisation::open(*ledger_, catalog_, [this](std::string_view actor) {
    const auto user = accounts_->user(desks::governance::account_name(actor));
    return !user || !user->service;  // what a program writes is no deed of a person
  });
  if (!organisation) return wrong(organisation.error());
  organisation_ = std::move(*organisation);
  return {};
}

Status House::open_api() {
  if (auto status = open_accounts(); !status) return status;
  if (auto status = open_organisation(); !status) return status;
  hub_ = std::make_unique<api::StreamHub>(*ledger_, counters_,
                                          [this](const api::Principal& who) { return accounts_->still_valid(who); });

  const api::SystemServices system{*accounts_, counters_, words_->texts, system_now, YAGURA_VERSION, [this] {
                                     auto parts = part_health(*ledger_, *store_, rules_->in_force()->report);
                                     parts.push_back(indicators_health(*indicators_));
                                     parts.insert(parts.end(), parts_.begin(), parts_.end());
                                     return parts;
                                   }};
  api::RouteSet all = api::session_routes(system);
  all.add(api::account_routes(system));
  all.add(api::system_routes(system));
  auto console = embedded_console();
  if (!console) return std::unexpected(console.error());
  all.add(console->empty() ? api::index_route(system) : api::console_routes(std::move(*console)));
  all.add(api::record_routes(*ledger_));
  all.add(api::duty_routes(*ledger_, *obligations_, *referrals_));
  all.add(api::register_file_routes(*ledger_, words_->texts));
  all.add(api::fact_routes(*ledger_));
  all.add(api::verify_routes([this] { return verify_copy(); }));
  all.add(api::triage_routes(*ledger_, *triage_));
  all.add(api::governance_routes(*ledger_, *governance_));
  all.add(api::role_routes(*ledger_, *organisation_, words_->texts));
  all.add(api::sourcing_routes(*ledger_, *organisation_, words_->texts));
  all.add(api::exposure_routes(*ledger_));
  all.add(api::roster_routes(*ledger_, *organisation_, words_->texts));
  all.add(api::staffing_routes(*ledger_, *organisation_, words_->texts));
  all.add(api::people_routes(*ledger_, *organisation_));
  all.add(api::improvement_routes(*ledger_));
  auto measured = api::measure_routes(*ledger_, catalog_, std::shared_ptr<const Texts>(words_, &words_->texts));
  if (!measured) return wrong(measured.error());
  all.add(std::move(*measured));
  all.add(api::quality_routes(*ledger_));
  all.add(api::policy_routes(*ledger_));
  all.add(api::policy_document_routes(*ledger_));
  all.add(api::response_routes(*ledger_, *response_));
  all.add(api::report_routes(*ledger_, *response_));
  all.add(api::event_routes(*store_));
  all.add(api::ingest_routes(*ingest_, counters_));
  all.add(api::indicator_routes(*intel_));
  all.add(api::rule_routes([this] { return rules_->rules(); }, taxonomy_));
  all.add(api::rule_store_routes(*rules_, [this](const api::Principal& who, const pipeline::RuleChange& change) {
    return record_rule_change(api::actor_of(who), change);
  }));
  all.add(api::own_rule_routes(*ledger_, *rule_desk_));
  auto drafter = pipeline::RuleDrafter::load(catalog_ / "mappings", taxonomy_);
  if (!drafter) return wrong(drafter.error());
  rule_services_ = std::make_unique<RuleServices>(*rules_, taxonomy_, *store_, counters_, std::move(*drafter));
  all.add(api::rule_insight_routes(rule_services_->book, *rules_, taxonomy_, counters_));
  all.add(api::hunt_routes(rule_services_->hunts, taxonomy_));
  all.add(api::rule_draft_routes(*store_, rule_services_->drafter));
  all.add(api::graph_routes(*ledger_, *store_));
  all.add(api::explanation_routes(*ledger_, *store_, [this] { return rules_->in_force(); }, taxonomy_));
  all.add(api::stream_routes(*hub_, *ledger_));
  all.add(local_routes(*this));
  all.add(backup_routes(*this, backups_));
  all.add(indicator_file_routes(*intel_));
  all.add(api::document_route(all));
  all.routes = api::with_blind_review(std::move(all.routes), *ledger_);
  all.routes = api::with_spoken_problems(std::move(all.routes), ledger_->types(),
                                         std::shared_ptr<const Texts>(words_, &words_->texts));
  gate_ = std::make_unique<api::Gate>(std::move(all.routes), std::move(all.components), *accounts_, counters_);
  return {};
}

/// What is open moves on; a copy holds still.
Result<ledger::VerifyReport> House::verify_copy() {
  const std::lock_guard lock(verifying_);
  const fs::path copy = layout_.folder / "verify-copy";
  std::error_code ignored;
  fs::remove_all(copy, ignored);
  auto made = ledger_->backup(copy);
  auto report = made ? ledger::verify(copy) : Result<ledger::VerifyReport>(std::unexpected(made.error()));
  fs::remove_all(copy, ignored);
  return report;
}

api::Principal House::owner() const {
  api::Principal who;
  who.id = "owner:" + unix_user();
  who.name = unix_user();
  for (const auto& [id, role] : accounts_->roles().all())
    who.permissions.insert(role.permissions.begin(), role.permissions.end());
  who.permissions.insert(std::string(ingest_files_permission));
  who.permissions.insert(std::string(backup_permission));
  who.permissions.insert(std::string(indicator_files_permission));
  return who;
}

}  // namespace yagura::app
