// A lake, a ledger, rules in a folder and the way from a log line to an alert, for tests of what is told about them.
#pragma once

#include <memory>
#include <string>

#include "api/explanation_routes.hpp"
#include "desks/response/desk.hpp"
#include "desks/triage/desk.hpp"
#include "harness.hpp"
#include "lake/lake_process.hpp"
#include "pipeline/hunts.hpp"
#include "pipeline/ingest.hpp"
#include "pipeline/rule_book.hpp"

namespace yagura::api {

/// One lake a program: it takes seconds to start. Null where the CPU has no AVX2.
lake::EventStore* shared_lake();

class DetectionPlatform {
 public:
  DetectionPlatform();
  ~DetectionPlatform();

  /// Writes rules/<name>.yml and puts it in force.
  void put_rule(const std::string& name, const std::string& yaml);
  /// Ingests lines of JSON as one body; each call's events are others than those of the calls before.
  void send(const std::string& lines);
  /// The ids of the alerts that there are.
  std::vector<std::string> alerts();
  Reply get(const std::string& target) { return harness->call("GET", target, reader); }
  Reply post(const std::string& target, const boost::json::value& body);

  std::filesystem::path folder;
  Counters counters;
  std::shared_ptr<const detect::Taxonomy> taxonomy;
  std::shared_ptr<const Texts> texts;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<desks::triage::TriageDesk> triage;
  std::unique_ptr<desks::response::ResponseDesk> response;
  std::unique_ptr<pipeline::RuleStore> rules;
  std::unique_ptr<pipeline::Correlator> correlator;
  std::unique_ptr<pipeline::Ingest> ingest;
  std::unique_ptr<pipeline::RuleBook> book;
  std::unique_ptr<pipeline::Hunts> hunts;
  std::unique_ptr<Harness> harness;
  CallOptions reader;

 private:
  int bodies_ = 0;
};

/// A process creation as Sysmon writes it, at a time now less `seconds_ago`.
std::string process_line(const std::string& host, const std::string& image, const std::string& command_line,
                         const std::string& user = "EXAMPLE\\sato", int64_t seconds_ago = 60);

}  // namespace yagura::api
