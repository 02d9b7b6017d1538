// response: function D, incident response. Intake, judgement, tasks, states, reports and closure of
// incidents. It hears from triage and governance, and they from it, by facts in the journal alone.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "desks/actor.hpp"
#include "desks/response/case.hpp"
#include "desks/response/report_catalog.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::response {

/// Roles of the textbook that this desk performs.
constexpr std::array<std::string_view, 4> role_ids{"D-1", "D-2", "D-3", "D-8"};

using ledger::Actor;
using ledger::Outcome;
using ledger::Record;
using ledger::RecordId;

/// How a report is rendered. Times are shown in `zone` (an IANA name).
struct Rendering {
  Edition edition = Edition::internal;
  Lang lang = Lang::ja;
  std::string zone = "Asia/Tokyo";
};

struct RenderedReport {
  std::string markdown;
  std::string html;  // one file: no script, no outside reference
  int64_t masked = 0;
};

/// Every command checks its permission first (`forbidden`), then the rule (`refused` with every reason at
/// once), and writes records and facts in one transaction. Thread-safe.
class ResponseDesk {
 public:
  ResponseDesk(ledger::Ledger& ledger, ReportCatalog reports) : ledger_(ledger), reports_(std::move(reports)) {}

  // Intake. An escalated alert becomes an incident by reaction; this is for everything else.
  Outcome<Record> report_incident(const Actor& actor, const Intake& intake);  // incident.report
  Outcome<Record> add_alerts(const Actor& actor, const Target& incident,
                             const std::vector<RecordId>& alerts);  // incident.update

  // Analysis.
  Outcome<Record> judge(const Actor& actor, const Target& incident, const Judgement& judgement);  // incident.judge
  Outcome<Record> record_analysis(const Actor& actor, const Target& incident,
                                  const Analysis& found);                                           // incident.update
  Outcome<Record> add_measure(const Actor& actor, const Target& incident, const Measure& measure);  // incident.update
  Outcome<Record> change_measure(const Actor& actor, const Target& incident, const std::string& measure_id,
                                 const Measure& measure);  // incident.update
  Outcome<Record> add_to_timeline(const Actor& actor, const Target& incident,
                                  const TimelineEntry& entry);  // incident.update
  Outcome<Record> add_evidence(const Actor& actor, const Target& incident, const std::string& reference,
                               const std::string& note);  // incident.update
  /// A file as evidence: stored once under its hash and tied to the incident.
  Outcome<Record> attach(const Actor& actor, const Target& incident, std::string_view bytes, const std::string& name,
                         const std::string& media_type);  // incident.update
  Outcome<Record> write_statement(const Actor& actor, const Target& incident,
                                  const PublicStatement& statement);                            // incident.update
  Outcome<Record> assign(const Actor& actor, const Target& incident, const std::string& user);  // incident.update

  // Tasks: incident_task.work, but add_task incident_task.add. None changes once the incident is final.
  Outcome<Record> add_task(const Actor& actor, const RecordId& incident, const NewTask& task);
  Outcome<Record> start_task(const Actor& actor, const Target& task);
  Outcome<Record> finish_task(const Actor& actor, const Target& task, const std::string& result);
  Outcome<Record> skip_task(const Actor& actor, const Target& task, const std::string& reason);
  Outcome<Record> redo_task(const Actor& actor, const Target& task, const std::string& reason);
  Outcome<Record> assign_task(const Actor& actor, const Target& task, const std::string& user);

  // States. `move`: "investigate", "contain", "recover" or "prepare_closing".
  Outcome<Record> move(const Actor& actor, const Target& incident, const std::string& move);      // incident.move
  Outcome<Record> reject(const Actor& actor, const Target& incident, const std::string& reason);  // incident.reject
  /// `from` ends in `into`, which takes over its alerts, hosts, users, timeline and evidence.
  Outcome<Record> merge(const Actor& actor, const Target& from, const RecordId& into,
                        const std::string& reason);                                               // incident.merge
  Outcome<Record> reopen(const Actor& actor, const Target& incident, const std::string& reason);  // incident.reopen

  // Closure.
  /// The fact "incident.feedback_sent"; triage acknowledges it. A later judgement or reopening makes it void.
  Outcome<Record> send_feedback(const Actor& actor, const Target& incident,
                                const Feedback& feedback);  // incident.update
  /// One fact "incident.measure_handed_over" for each long measure that is not handed over yet.
  Outcome<Record> hand_over_measures(const Actor& actor, const Target& incident);  // incident.update
  /// Everything that still stands in the way of closing, each piece a reason; empty when close() would do.
  Outcome<std::vector<ledger::Reason>> missing_to_close(const Actor& actor, const RecordId& incident);  // incident.read
  Outcome<Record> close(const Actor& actor, const Target& incident);  // incident.close

  // Reports. Reading an internal edition needs incident_report.read_internal, an external one incident_report.read.
  /// As it would be issued now, marked as a draft.
  Outcome<RenderedReport> preview(const Actor& actor, const RecordId& incident, const Rendering& rendering);
  /// incident_report.issue: freezes both renderings as blobs and tells it by "incident.report_issued". Refused
  /// while a field that the edition needs is empty. The record is the report's.
  Outcome<Record> issue_report(const Actor& actor, const Target& incident, const Rendering& rendering,
                               const std::vector<std::string>& recipients);
  /// What was issued, byte for byte: `corrupt` when the stored document is not what was frozen.
  Outcome<RenderedReport> read_report(const Actor& actor, const RecordId& report);

 private:
  ledger::Ledger& ledger_;
  ReportCatalog reports_;
};

/// How response answers facts: escalated alerts become incidents, acknowledgements of triage and governance
/// are noted on the incident.
Status register_reactions(ledger::Ledger& ledger);

}  // namespace yagura::desks::response
