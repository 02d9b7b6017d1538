// One edition of a case's report: what it holds (the same in every language, and what staleness is measured
// by) and how that reads.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "desks/criteria.hpp"
#include "desks/document.hpp"
#include "desks/json_fields.hpp"
#include "desks/response/incident.hpp"
#include "desks/response/report_catalog.hpp"

namespace yagura::desks::response {

/// An incident with everything that a report may say of it.
struct CaseFile {
  ledger::Record incident;
  std::vector<ledger::Record> tasks;
  std::vector<ledger::Record> alerts;
  std::vector<ledger::Record> analysis_reports;
  std::optional<Criteria> criteria;  // those that decided: they hold the names of classes and types
};

/// Reader: a Transaction or a Ledger.
template <typename Reader>
ledger::Outcome<CaseFile> read_case(Reader& reader, const ledger::Record& incident) {
  CaseFile out{incident, {}, {}, {}, std::nullopt};
  auto tasks = tasks_of(reader, incident.id);
  if (!tasks) return std::unexpected(tasks.error());
  out.tasks = std::move(*tasks);
  for (const std::string& id : texts_at(incident.body, "alerts")) {
    auto alert = reader.get({id});
    if (!alert) return std::unexpected(alert.error());
    out.alerts.push_back(std::move(*alert));
  }
  auto links = reader.links_from(incident.id, "analysed_in");
  if (!links) return std::unexpected(links.error());
  for (const ledger::Link& link : *links) {
    auto report = reader.get(link.to);
    if (!report) return std::unexpected(report.error());
    out.analysis_reports.push_back(std::move(*report));
  }
  if (const std::string id = text_at(incident.body, "criteria"); !id.empty()) {
    auto record = reader.get({id});
    if (!record) return std::unexpected(record.error());
    if (Diagnosed<Criteria> criteria = read_criteria(record->body)) out.criteria = std::move(*criteria);
  }
  return out;
}

/// The newest issued report of that edition, in `lang` or else in whatever language; nothing when there is none.
template <typename Reader>
ledger::Outcome<std::optional<ledger::Record>> latest_report(Reader& reader, const ledger::RecordId& incident,
                                                             Edition edition, std::optional<Lang> lang = std::nullopt) {
  ledger::RecordQuery query;
  query.type = "incident_report";
  query.filters = {{"incident", ledger::FilterOp::equals, {incident.value}},
                   {"edition", ledger::FilterOp::equals, {std::string(to_text(edition))}}};
  if (lang) query.filters.push_back({"language", ledger::FilterOp::equals, {std::string(to_text(*lang))}});
  query.limit = 1;
  auto page = reader.list(query);
  if (!page) return std::unexpected(page.error());
  if (page->records.empty()) return std::nullopt;
  return std::move(page->records.front());
}

/// What the edition would say, free of language: every value that its sections show.
boost::json::object content_of(const ReportTemplate& edition, const CaseFile& facts);

/// SHA-256 over the canonical form of content_of(): equal exactly when a new issue would say the same.
std::string content_hash(const ReportTemplate& edition, const CaseFile& facts);

/// Fields that the edition needs and the incident has not; the explicit "unknown" is there.
std::vector<std::string> missing_fields(const ReportTemplate& edition, const CaseFile& facts);

/// What only an issue knows; number 0 is a draft.
struct IssueHead {
  int64_t number = 0;
  std::string report_id;
  Timestamp at;
  std::vector<std::string> recipients;
};

struct ReadingOptions {
  Lang lang = Lang::ja;
  std::string zone;
};

/// The edition in words. `types` name fields, choices and states. `masked` receives how many places were masked.
Document document_of(const ReportCatalog& catalog, const ReportTemplate& edition, const CaseFile& facts,
                     const ledger::RecordTypes& types, const IssueHead& head, const ReadingOptions& options,
                     int64_t& masked);

}  // namespace yagura::desks::response
