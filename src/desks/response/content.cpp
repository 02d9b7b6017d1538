// What an edition says, free of language.
#include <boost/json.hpp>
#include <map>

#include "base/digest.hpp"
#include "desks/response/edition.hpp"

namespace yagura::desks::response {
namespace {

namespace json = boost::json;

/// The values of `columns` where the object has them.
json::object pick(const json::object& from, const std::vector<std::string>& columns) {
  json::object out;
  for (const std::string& column : columns)
    if (const json::value* value = from.if_contains(column)) out[column] = *value;
  return out;
}

/// In order of time; lines of one moment stay as they were written.
json::array timeline_rows(const ReportSection& section, const CaseFile& facts) {
  std::multimap<std::optional<Timestamp>, const json::object*> lines;
  for (const json::value& item : array_at(facts.incident.body, "timeline"))
    if (!section.public_only || flag_at(item.as_object(), "public"))
      lines.emplace(parse_time(text_at(item.as_object(), "at")), &item.as_object());
  json::array out;
  for (const auto& [at, line] : lines) out.push_back(pick(*line, section.columns));
  return out;
}

json::array task_rows(const ReportSection& section, const CaseFile& facts) {
  json::array out;
  for (const ledger::Record& task : facts.tasks) {
    json::object row = pick(task.body, section.columns);
    for (const std::string& column : section.columns) {
      if (column == "what")
        row[column] = json::object{{"ja", text_at(task.body, "what_ja")}, {"en", text_at(task.body, "what_en")}};
      if (column == "state") row[column] = task.state;
    }
    out.push_back(std::move(row));
  }
  return out;
}

json::array measure_rows(const ReportSection& section, const CaseFile& facts) {
  json::array out;
  for (const json::value& item : array_at(facts.incident.body, "measures")) {
    const json::object& measure = item.as_object();
    json::object row = pick(measure, section.columns);
    // Where a long measure went is left out: handing it over must not make the report that names it stale.
    row["status"] = flag_at(measure, "done") ? "done" : flag_at(measure, "long") ? "long" : "open";
    out.push_back(std::move(row));
  }
  return out;
}

json::array record_rows(const ReportSection& section, const std::vector<ledger::Record>& records) {
  json::array out;
  for (const ledger::Record& record : records) {
    json::object row = pick(record.body, section.columns);
    row["id"] = record.id.value;
    out.push_back(std::move(row));
  }
  return out;
}

json::array rows_of(const ReportSection& section, const CaseFile& facts) {
  if (section.table == "timeline") return timeline_rows(section, facts);
  if (section.table == "tasks") return task_rows(section, facts);
  if (section.table == "measures") return measure_rows(section, facts);
  if (section.table == "alerts") return record_rows(section, facts.alerts);
  if (section.table == "analysis") return record_rows(section, facts.analysis_reports);
  json::array out;
  for (const json::value& item : array_at(facts.incident.body, "evidence"))
    out.push_back(pick(item.as_object(), section.columns));
  return out;
}

}  // namespace

json::object content_of(const ReportTemplate& edition, const CaseFile& facts) {
  json::array sections;
  for (const ReportSection& section : edition.sections) {
    json::object entry{{"heading", section.heading}};
    if (section.kind == SectionKind::table)
      entry["rows"] = rows_of(section, facts);
    else
      entry["fields"] = pick(facts.incident.body, section.fields);
    sections.push_back(std::move(entry));
  }
  json::object out{{"edition", to_text(edition.edition)},
                   {"incident", facts.incident.id.value},
                   {"title", text_at(facts.incident.body, edition.title_field)},
                   {"sections", std::move(sections)}};
  // What is masked hangs on the names that the case knows.
  if (edition.mask) out["names"] = pick(facts.incident.body, {"hosts", "users", "reporter"});
  if (const auto& body = facts.incident.body; body.contains("direct_cost"))
    out["currency"] = text_at(body, "cost_currency");
  return out;
}

std::string content_hash(const ReportTemplate& edition, const CaseFile& facts) {
  return sha256_hex(ledger::canonical_json(content_of(edition, facts)));
}

std::vector<std::string> missing_fields(const ReportTemplate& edition, const CaseFile& facts) {
  std::vector<std::string> out;
  for (const std::string& field : edition.required_fields) {
    const json::value* value = facts.incident.body.if_contains(field);
    const bool empty = value == nullptr || value->is_null() || (value->is_string() && value->as_string().empty()) ||
                       (value->is_array() && value->as_array().empty());
    if (empty) out.push_back(field);
  }
  return out;
}

}  // namespace yagura::desks::response
