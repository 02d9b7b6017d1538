#include "desks/triage/analysis_report.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/blank.hpp"
#include "desks/json_fields.hpp"
#include "desks/triage/desk.hpp"
#include "ledger/record_type.hpp"

namespace yagura::desks::triage {

namespace json = boost::json;

json::object AnalysisReport::fields() const {
  json::object out;
  for (const auto& [name, value] :
       {std::pair{"title", &title}, std::pair{"victim", &victim}, std::pair{"method", &method},
        std::pair{"path", &path}, std::pair{"leak", &leak}, std::pair{"impact", &impact},
        std::pair{"immediate_measure", &immediate_measure}, std::pair{"leak_detail", &leak_detail}})
    if (const std::string_view text = trim_blank(*value); !text.empty()) out[name] = text;
  if (!alerts.empty()) {
    json::array ids;
    for (const ledger::RecordId& id : alerts) ids.emplace_back(id.value);
    out["alerts"] = std::move(ids);
  }
  return out;
}

std::vector<std::string> unknown_fields(const json::object& body) {
  std::vector<std::string> out;
  for (const std::string_view name : agreed_fields)
    if (text_at(body, name) == ledger::unknown_value) out.emplace_back(name);
  return out;
}

ledger::Outcome<ledger::Record> TriageDesk::write_report(const ledger::Actor& actor, const AnalysisReport& report) {
  if (auto allowed = require(actor, "analysis_report.write"); !allowed) return std::unexpected(allowed.error());
  return ledger_.create(with_keys(actor, {"analysis_report.desk"}), "triage", "analysis_report", report.fields());
}

ledger::Outcome<ledger::Record> TriageDesk::amend_report(const ledger::Actor& actor, const Target& target,
                                                         const AnalysisReport& changes) {
  if (auto allowed = require(actor, "analysis_report.write"); !allowed) return std::unexpected(allowed.error());
  ledger::Outcome<ledger::Record> out;
  auto done = ledger_.write(with_keys(actor, {"analysis_report.desk"}), "triage",
                            [&](ledger::Transaction& transaction) -> ledger::Outcome<void> {
                              auto report = transaction.get(target.id);
                              if (!report) return std::unexpected(report.error());
                              out = transaction.update(target.id, version_of(target, *report), changes.fields());
                              if (!out) return std::unexpected(out.error());
                              const bool whole = unknown_fields(out->body).empty();
                              if (out->state == "issued" && whole)
                                out = transaction.move(target.id, out->version, "complete");
                              if (out && out->state == "completed" && !whole)
                                out = transaction.move(target.id, out->version, "question");
                              if (!out) return std::unexpected(out.error());
                              return {};
                            });
  if (!done) return std::unexpected(done.error());
  return out;
}

ledger::Outcome<ledger::Record> TriageDesk::issue_report(const ledger::Actor& actor, const Target& target) {
  if (auto allowed = require(actor, "analysis_report.issue"); !allowed) return std::unexpected(allowed.error());
  ledger::Outcome<ledger::Record> out;
  auto done = ledger_.write(
      with_keys(actor, {"analysis_report.desk"}), "triage",
      [&](ledger::Transaction& transaction) -> ledger::Outcome<void> {
        auto report = transaction.get(target.id);
        if (!report) return std::unexpected(report.error());
        out = transaction.move(target.id, version_of(target, *report), "issue");
        if (!out) return std::unexpected(out.error());
        json::object body{{"alerts", array_at(out->body, "alerts")}, {"unknown", to_array(unknown_fields(out->body))}};
        if (unknown_fields(out->body).empty()) out = transaction.move(target.id, out->version, "complete");
        if (!out) return std::unexpected(out.error());
        auto fact = transaction.append_fact("analysis_report.issued", target.id.value, std::move(body));
        if (!fact) return std::unexpected(fact.error());
        return {};
      });
  if (!done) return std::unexpected(done.error());
  return out;
}

}  // namespace yagura::desks::triage
