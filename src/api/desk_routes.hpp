#pragma once

#include <filesystem>
#include <memory>

#include "api/services.hpp"
#include "base/diagnostic.hpp"
#include "base/texts.hpp"
#include "desks/governance/desk.hpp"
#include "desks/obligations.hpp"
#include "desks/referrals.hpp"
#include "desks/response/desk.hpp"
#include "desks/triage/desk.hpp"
#include "ledger/ledger.hpp"

namespace yagura::api {

/// Alerts and analysis reports (function B).
RouteSet triage_routes(ledger::Ledger& ledger, desks::triage::TriageDesk& triage);

/// Criteria and action policies (function A).
RouteSet governance_routes(ledger::Ledger& ledger, desks::governance::GovernanceDesk& governance);

/// Measures: definitions, figures, table, chart, report; drafts of effect reports (role A-5). `catalogue` holds
/// measures/ and reports/report.css; a Diagnostic says what of them can't be read.
Diagnosed<RouteSet> measure_routes(ledger::Ledger& ledger, const std::filesystem::path& catalogue,
                                   std::shared_ptr<const Texts> texts);

/// Policy documents: the statement that they make together, and their next editions (role A-1).
RouteSet policy_document_routes(ledger::Ledger& ledger);

/// Who has acknowledged an action policy; playbooks in and out as CACAO 2.0 (role A-3).
RouteSet policy_routes(ledger::Ledger& ledger);

/// Quality reviews: draw, judge again, compare, correct (role A-4).
RouteSet quality_routes(ledger::Ledger& ledger);

/// Vulnerabilities and their judgement (function E).
RouteSet exposure_routes(ledger::Ledger& ledger);

/// Incidents (function D), their tasks with them.
RouteSet response_routes(ledger::Ledger& ledger, desks::response::ResponseDesk& response);

/// Part of response_routes().
RouteSet task_routes(ledger::Ledger& ledger, desks::response::ResponseDesk& response);

/// Incident reports: preview, issue, read.
RouteSet report_routes(ledger::Ledger& ledger, desks::response::ResponseDesk& response);

/// GET due: clocks, reviews, retention and what roles owe each other; referrals and the links that they go along. All
/// parts outlive the routes.
RouteSet duty_routes(ledger::Ledger& ledger, const desks::Obligations& obligations, desks::Referrals& referrals);

}  // namespace yagura::api
