// Reports as documents: seen before, frozen when issued, read as they were.
#include <boost/json.hpp>
#include <tuple>

#include "base/text.hpp"
#include "desks/json_fields.hpp"
#include "desks/response/desk.hpp"
#include "desks/response/edition.hpp"
#include "desks/response/incident.hpp"

namespace yagura::desks::response {
namespace {

namespace json = boost::json;
using ledger::Reason;
using ledger::Transaction;

constexpr int64_t report_bytes_max = 64 << 20;

Outcome<void> may_read_edition(const Actor& actor, Edition edition) {
  return require(actor, edition == Edition::internal ? "incident_report.read_internal" : "incident_report.read");
}

Outcome<void> check_zone(const std::string& zone) {
  if (is_zone(zone)) return {};
  return refuse_because("response.report.zone", "'" + to_valid_utf8(zone.substr(0, 100)) + "' is no time zone",
                        "use an IANA name such as Asia/Tokyo", {{"zone", to_valid_utf8(zone.substr(0, 100))}});
}

RenderedReport render(const ReportCatalog& reports, const CaseFile& facts, const ledger::RecordTypes& types,
                      const Rendering& rendering, const IssueHead& head) {
  RenderedReport out;
  const Document document = document_of(reports, reports.of(rendering.edition), facts, types, head,
                                        {rendering.lang, rendering.zone}, out.masked);
  out.markdown = to_markdown(document);
  out.html = to_html(document, reports.css());
  return out;
}

Outcome<void> check_complete(const ReportTemplate& edition, const CaseFile& facts, const std::string& id) {
  std::vector<Reason> reasons;
  for (const std::string& field : missing_fields(edition, facts))
    reasons.push_back({"response.report.missing_field",
                       field,
                       "the " + std::string(to_text(edition.edition)) + " edition needs " + field,
                       "fill it in; 'unknown' where that is the answer",
                       {{"field", field}, {"edition", std::string(to_text(edition.edition))}}});
  if (reasons.empty()) return {};
  return ledger::refuse(ErrorKind::refused, "the report of " + id + " can't be issued yet", std::move(reasons));
}

/// "INC-2026-0001-internal-ja-2": the edition's own name, on its first page and as its file's name.
std::string report_name(const std::string& incident, const Rendering& rendering, int64_t number) {
  return incident + "-" + std::string(to_text(rendering.edition)) + "-" + std::string(to_text(rendering.lang)) + "-" +
         std::to_string(number);
}

struct Frozen {
  ledger::BlobRef markdown;
  ledger::BlobRef html;
  int64_t masked = 0;
};

/// Blobs first: a transaction that fails leaves at most an unused file.
Outcome<Frozen> freeze(const ledger::Blobs& blobs, const RenderedReport& rendered) {
  auto markdown = blobs.put(std::string_view(rendered.markdown));
  if (!markdown) return std::unexpected(ledger::Refusal(markdown.error()));
  auto html = blobs.put(std::string_view(rendered.html));
  if (!html) return std::unexpected(ledger::Refusal(html.error()));
  return Frozen{*markdown, *html, rendered.masked};
}

Outcome<Record> store_report(Transaction& transaction, const Frozen& frozen, const IssueHead& head, json::object body) {
  body["markdown"] = frozen.markdown.sha256;
  body["html"] = frozen.html.sha256;
  body["masked"] = frozen.masked;
  body["number"] = head.number;
  body["issued_at"] = format_time(head.at);
  body["recipients"] = to_array(head.recipients);
  auto report = transaction.create("incident_report", std::move(body));
  if (!report) return report;
  for (const auto& [blob, ending, type] :
       {std::tuple{&frozen.markdown, ".md", "text/markdown"}, std::tuple{&frozen.html, ".html", "text/html"}})
    if (auto tied = transaction.attach(report->id, *blob, head.report_id + ending, type); !tied)
      return std::unexpected(tied.error());
  return report;
}

/// Each language of an edition counts its own issues.
Outcome<int64_t> next_number(Transaction& transaction, const RecordId& incident, const Rendering& rendering) {
  const auto found = latest_report(transaction, incident, rendering.edition, rendering.lang);
  if (!found) return std::unexpected(found.error());
  const auto& latest = *found;
  return latest ? integer_at(latest->body, "number") + 1 : 1;
}

}  // namespace

Outcome<RenderedReport> ResponseDesk::preview(const Actor& actor, const RecordId& incident,
                                              const Rendering& rendering) {
  if (auto allowed = may_read_edition(actor, rendering.edition); !allowed) return std::unexpected(allowed.error());
  if (auto zone = check_zone(rendering.zone); !zone) return std::unexpected(zone.error());
  auto record = ledger_.get(incident);
  if (!record) return std::unexpected(record.error());
  if (record->type != "incident") return ledger::refuse(ErrorKind::not_found, incident.value + " is no incident");
  auto facts = read_case(ledger_, *record);
  if (!facts) return std::unexpected(facts.error());
  return render(reports_, *facts, ledger_.types(), rendering, {});
}

Outcome<Record> ResponseDesk::issue_report(const Actor& actor, const Target& incident, const Rendering& rendering,
                                           const std::vector<std::string>& recipients) {
  if (auto zone = check_zone(rendering.zone); !zone) return std::unexpected(zone.error());
  if (recipients.empty())
    return refuse_because("response.report.no_recipients", "nobody is named who gets the report",
                          "a report closes a case by being distributed: name the recipients");
  return on_incident(
      ledger_, actor, "incident_report.issue", incident,
      [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
        if (incident.expected_version != 0 && incident.expected_version != record.version)
          return ledger::refuse(ErrorKind::conflict, record.id.value + " was changed since it was read");
        auto facts = read_case(transaction, record);
        if (!facts) return std::unexpected(facts.error());
        const ReportTemplate& edition = reports_.of(rendering.edition);
        if (auto whole = check_complete(edition, *facts, record.id.value); !whole)
          return std::unexpected(whole.error());
        auto number = next_number(transaction, record.id, rendering);
        if (!number) return std::unexpected(number.error());
        const IssueHead head{*number, report_name(record.id.value, rendering, *number), transaction.now(), recipients};
        auto frozen = freeze(ledger_.blobs(), render(reports_, *facts, transaction.types(), rendering, head));
        if (!frozen) return std::unexpected(frozen.error());
        auto report = store_report(transaction, *frozen, head,
                                   {{"incident", record.id.value},
                                    {"incident_version", record.version},
                                    {"edition", to_text(rendering.edition)},
                                    {"language", to_text(rendering.lang)},
                                    {"content_hash", content_hash(edition, *facts)}});
        if (!report) return report;
        auto fact = transaction.append_fact("incident.report_issued", record.id.value,
                                            {{"report", report->id.value},
                                             {"edition", to_text(rendering.edition)},
                                             {"language", to_text(rendering.lang)},
                                             {"markdown", frozen->markdown.sha256},
                                             {"html", frozen->html.sha256}});
        if (!fact) return std::unexpected(fact.error());
        return report;
      });
}

Outcome<RenderedReport> ResponseDesk::read_report(const Actor& actor, const RecordId& report) {
  auto record = ledger_.get(report);
  if (!record) return std::unexpected(record.error());
  if (record->type != "incident_report") return ledger::refuse(ErrorKind::not_found, report.value + " is no report");
  const Edition edition = text_at(record->body, "edition") == "external" ? Edition::external : Edition::internal;
  if (auto allowed = may_read_edition(actor, edition); !allowed) return std::unexpected(allowed.error());
  RenderedReport out;
  out.masked = integer_at(record->body, "masked");
  for (auto [field, text] : {std::pair{"markdown", &out.markdown}, std::pair{"html", &out.html}}) {
    auto bytes = ledger_.blobs().read(text_at(record->body, field), report_bytes_max);
    if (!bytes) return std::unexpected(ledger::Refusal(bytes.error()));
    *text = std::move(*bytes);
  }
  return out;
}

}  // namespace yagura::desks::response
