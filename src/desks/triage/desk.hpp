// triage: function B, real-time analysis. Findings become alerts; the criteria in force say what each is
// worth; people confirm, judge, report and escalate. It hears from response by facts in the journal alone.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/texts.hpp"
#include "desks/actor.hpp"
#include "desks/attack_names.hpp"
#include "desks/triage/analysis_report.hpp"
#include "detect/finding.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::triage {

using desks::AttackNames;

/// Roles of the textbook that this desk performs.
constexpr std::array<std::string_view, 2> role_ids{"B-1", "B-4"};

constexpr size_t findings_per_transaction_max = 5'000;
constexpr size_t comment_bytes_max = 20'000;

struct TakenFindings {
  int64_t taken = 0;       // findings that were new
  int64_t duplicates = 0;  // findings that had been taken before
  std::vector<ledger::RecordId> made;
  std::vector<ledger::RecordId> extended;
};

/// Every command checks its permission first (`forbidden`), then the alert's state and fields (`refused` with
/// every reason), and writes record and facts in one transaction. Thread-safe.
class TriageDesk {
 public:
  /// `names` speak until a naming table is approved.
  TriageDesk(ledger::Ledger& ledger, AttackNames names) : ledger_(ledger), names_(std::move(names)) {}

  /// Makes an alert of each finding or extends the open alert of the same rule, host and user within the
  /// window of the criteria. A finding id that was taken before changes nothing, so a caller that got no
  /// answer hands the same findings in again. One transaction for each findings_per_transaction_max; on an
  /// error those before it stand. New alerts carry the ruling of the criteria in force now; what they call
  /// no incident is set aside, what they do not cover is a fact "alert.off_criteria". An extended alert takes a ruling
  /// on its new findings that is worse than its own, with the fact "alert.upgraded"; never a lesser one.
  ledger::Outcome<TakenFindings> take_findings(std::span<const detect::Finding> findings);

  /// alert.acknowledge: the actor takes the alert, unless somebody is named already.
  ledger::Outcome<ledger::Record> acknowledge(const ledger::Actor& actor, const Target& alert);
  /// alert.assign
  ledger::Outcome<ledger::Record> assign(const ledger::Actor& actor, const Target& alert, const std::string& user);
  /// alert.comment: a fact "alert.commented"; the alert itself does not change.
  ledger::Outcome<ledger::Fact> comment(const ledger::Actor& actor, const ledger::RecordId& alert,
                                        const std::string& text);
  /// alert.judge: verdict true_positive, false_positive or benign, with a reason.
  ledger::Outcome<ledger::Record> judge(const ledger::Actor& actor, const Target& alert, const std::string& verdict,
                                        const std::string& reason);
  /// alert.escalate: the fact "alert.escalated", to which response opens an incident or, with `into`, adds
  /// the alert to that one.
  ledger::Outcome<ledger::Record> escalate(const ledger::Actor& actor, const Target& alert, const std::string& reason,
                                           const std::optional<ledger::RecordId>& into = std::nullopt);
  /// alert.dismiss: refused for a true positive that the criteria do not call "not an incident".
  ledger::Outcome<ledger::Record> dismiss(const ledger::Actor& actor, const Target& alert, const std::string& verdict,
                                          const std::string& reason);
  /// alert.reopen
  ledger::Outcome<ledger::Record> reopen(const ledger::Actor& actor, const Target& alert, const std::string& reason);

  /// alert.separate: takes the finding of that id, which must be among the alert's evidence, out into a new alert,
  /// which is given back. The criteria in force rule on it; later findings go on joining the old one. The fact is
  /// "alert.separated".
  ledger::Outcome<ledger::Record> separate(const ledger::Actor& actor, const Target& alert, const std::string& finding,
                                           const std::string& reason);

  /// analysis_report.write: a draft in the agreed fields. Each must be filled; "unknown" (不明) fills it.
  ledger::Outcome<ledger::Record> write_report(const ledger::Actor& actor, const AnalysisReport& report);
  /// analysis_report.write: fills in what was unknown or corrects it, as a new version. An issued report in
  /// which nothing is unknown any more becomes complete. Empty members stay as they are.
  ledger::Outcome<ledger::Record> amend_report(const ledger::Actor& actor, const Target& target,
                                               const AnalysisReport& changes);
  /// analysis_report.issue: the fact "analysis_report.issued".
  ledger::Outcome<ledger::Record> issue_report(const ledger::Actor& actor, const Target& target);

 private:
  ledger::Outcome<void> take_some(ledger::Transaction& transaction, std::span<const detect::Finding> findings,
                                  TakenFindings& taken) const;

  /// The naming table in force, or what was shipped.
  ledger::Outcome<AttackNames> names_now(ledger::Transaction& transaction) const;

  ledger::Ledger& ledger_;
  AttackNames names_;
};

/// How triage answers facts: it notes the incident on escalated alerts, and takes in what response feeds back,
/// acknowledging it by the fact "triage.feedback_acknowledged"; the use of a break-glass account
/// ("session.break_glass") becomes an alert of the highest priority, whose title speaks `lang`.
Status register_reactions(ledger::Ledger& ledger, const Texts& texts, Lang lang);

}  // namespace yagura::desks::triage
