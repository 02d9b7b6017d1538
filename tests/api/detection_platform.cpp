#include "detection_platform.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "api/desk_routes.hpp"
#include "api/event_routes.hpp"
#include "api/graph_routes.hpp"
#include "api/hunt_routes.hpp"
#include "api/ledger_routes.hpp"
#include "api/rule_draft_routes.hpp"
#include "api/rule_insight_routes.hpp"

namespace yagura::api {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path catalog = fs::path(YAGURA_SOURCE_DIR) / "catalog";

struct Lake {
  fs::path folder;
  std::unique_ptr<lake::LakeProcess> process;
  std::unique_ptr<lake::EventStore> store;

  Lake() {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2")) return;
    folder = fs::temp_directory_path() / ("yagura-detection-lake-" + std::to_string(::getpid()));
    lake::LakeOptions options;
    options.program = YAGURA_LAKE_PROGRAM;
    options.data = folder;
    options.memory_bytes_max = 1ULL << 30;
    auto started = lake::LakeProcess::start(options);
    EXPECT_TRUE(started) << (started ? "" : started.error().message);
    if (!started) return;
    process = std::move(*started);
    auto opened =
        lake::EventStore::open(std::make_shared<lake::Client>(process->endpoint()),
                               std::make_shared<event::Normaliser>(*event::Normaliser::load(catalog / "mappings")));
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    if (opened) store = std::move(*opened);
  }
  ~Lake() {
    store.reset();
    process.reset();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
};

std::string escaped(const std::string& text) {
  return json::serialize(json::string(text));
}

}  // namespace

lake::EventStore* shared_lake() {
  static const Lake lake;
  return lake.store.get();
}

DetectionPlatform::DetectionPlatform() {
  folder =
      fs::temp_directory_path() / fmt::format("yagura-detection-{}-{}", ::getpid(), reinterpret_cast<uintptr_t>(this));
  fs::create_directories(folder / "rules");
  taxonomy = std::make_shared<const detect::Taxonomy>(*detect::Taxonomy::load(catalog / "sigma"));
  ledger = std::move(*ledger::Ledger::open(folder / "ledger", *ledger::RecordTypes::load(catalog / "records")));
  triage = std::make_unique<desks::triage::TriageDesk>(
      *ledger, *desks::triage::AttackNames::load(catalog / "criteria/attack_names.yaml"));
  texts = std::make_shared<const Texts>(*Texts::load(catalog / "i18n"));
  response = std::make_unique<desks::response::ResponseDesk>(
      *ledger, *desks::response::ReportCatalog::load(catalog / "reports", texts));
  EXPECT_TRUE(desks::triage::register_reactions(*ledger, *texts, Lang::en).has_value());
  EXPECT_TRUE(desks::response::register_reactions(*ledger).has_value());
  EXPECT_TRUE(desks::governance::GovernanceDesk(*ledger).install_defaults(catalog / "criteria").has_value());
  rules = std::make_unique<pipeline::RuleStore>(detect::RuleLoader({folder / "rules"}, taxonomy, {}), counters);
  correlator = std::move(*pipeline::Correlator::open(folder / "correlations", rules->rules(), counters));
  ingest = std::make_unique<pipeline::Ingest>(
      *shared_lake(), [this] { return rules->rules(); },
      [this](std::span<const detect::Finding> found) -> Status {
        auto taken = triage->take_findings(found);
        if (!taken) return std::unexpected(taken.error().error());
        return {};
      },
      counters, correlator.get());
  book = std::make_unique<pipeline::RuleBook>(*rules, taxonomy, *shared_lake(), counters);
  hunts = std::make_unique<pipeline::Hunts>(*shared_lake(), taxonomy, counters);
  RouteSet routes = record_routes(*ledger);
  routes.add(rule_routes([this] { return rules->rules(); }, taxonomy));
  routes.add(rule_insight_routes(*book, *rules, taxonomy, counters));
  routes.add(hunt_routes(*hunts, taxonomy));
  routes.add(triage_routes(*ledger, *triage));
  routes.add(response_routes(*ledger, *response));
  routes.add(event_routes(*shared_lake()));
  routes.add(graph_routes(*ledger, *shared_lake()));
  routes.add(rule_draft_routes(*shared_lake(), std::make_shared<const pipeline::RuleDrafter>(
                                                   *pipeline::RuleDrafter::load(catalog / "mappings", taxonomy))));
  routes.add(ingest_routes(*ingest, counters));
  routes.add(explanation_routes(*ledger, *shared_lake(), [this] { return rules->in_force(); }, taxonomy));
  harness = std::make_unique<Harness>(std::move(routes));
  reader.token = harness->token_for({"event.read", "alert.read", "alert.escalate", "incident.read"});
}

DetectionPlatform::~DetectionPlatform() {
  harness->server->stop();
  harness.reset();
  hunts.reset();
  book.reset();
  ingest.reset();
  correlator.reset();
  ledger.reset();
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

void DetectionPlatform::put_rule(const std::string& name, const std::string& yaml) {
  std::ofstream(folder / "rules" / (name + ".yml")) << yaml;
  const auto change = rules->reload();
  EXPECT_TRUE(change.now->report.rejected.empty()) << to_text(change.now->report.rejected.front());
}

void DetectionPlatform::send(const std::string& lines) {
  CallOptions with;
  with.token = harness->token_for({"event.ingest"});
  with.type = "application/x-ndjson";
  with.headers = {{"Idempotency-Key", fmt::format("{}-{}", folder.filename().string(), bodies_++)}};
  const Reply reply = harness->call("POST", "/api/v1/ingest", with, lines);
  EXPECT_EQ(reply.status, 200) << reply.body;
}

std::vector<std::string> DetectionPlatform::alerts() {
  const Reply reply = get("/api/v1/alerts?limit=100");
  EXPECT_EQ(reply.status, 200) << reply.body;
  std::vector<std::string> out;
  const json::value parsed = reply.json();
  for (const json::value& alert : parsed.at("records").as_array())
    out.push_back(json::value_to<std::string>(alert.at("id")));
  return out;
}

Reply DetectionPlatform::post(const std::string& target, const json::value& body) {
  return harness->call("POST", target, reader, json::serialize(body));
}

std::string process_line(const std::string& host, const std::string& image, const std::string& command_line,
                         const std::string& user, int64_t seconds_ago) {
  const Timestamp at{system_now().ns - seconds_ago * ns_per_second};
  return fmt::format(
             R"({{"Event":{{"System":{{"Provider":{{"#attributes":{{"Name":"Microsoft-Windows-Sysmon"}}}},"EventID":1,)"
             R"("Channel":"Microsoft-Windows-Sysmon/Operational","Computer":{},)"
             R"("TimeCreated":{{"#attributes":{{"SystemTime":"{}"}}}},"EventRecordID":7}},)"
             R"("EventData":{{"Image":{},"CommandLine":{},"User":{}}}}}}})",
             escaped(host), format_time(at), escaped(image), escaped(command_line), escaped(user)) +
         "\n";
}

}  // namespace yagura::api
