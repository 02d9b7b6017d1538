// An edition's content in words: names of fields, choices, classes and states in the reader's language.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "desks/response/edition.hpp"
#include "desks/response/mask.hpp"
#include "ledger/record_types.hpp"

namespace yagura::desks::response {
namespace {

namespace json = boost::json;
using ledger::Field;
using ledger::FieldKind;

std::string grouped(int64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<int64_t>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

std::vector<std::string> names_of(const CaseFile& facts) {
  std::vector<std::string> out;
  for (const char* field : {"hosts", "users"})
    for (const std::string& name : texts_at(facts.incident.body, field)) out.push_back(name);
  out.push_back(text_at(facts.incident.body, "reporter"));
  return out;
}

class Reader {
 public:
  Reader(const ReportCatalog& catalog, const ReportTemplate& edition, const CaseFile& facts,
         const ledger::RecordTypes& types, const ReadingOptions& options)
      : texts_(catalog.texts()),
        edition_(edition),
        facts_(facts),
        types_(types),
        options_(options),
        mask_(edition.mask ? names_of(facts) : std::vector<std::string>{}, say("reports.masked")) {}

  int64_t masked() const { return mask_.masked(); }

  std::string say(std::string_view key, const std::map<std::string, std::string>& args = {}) const {
    return texts_.get(options_.lang, key, args);
  }

  std::string when(Timestamp time) const { return local_time(time, options_.zone, edition_.grain); }

  /// Whatever a person or a log wrote passes here on its way into the document.
  std::string free_text(std::string_view text, const ReportSection* section = nullptr) {
    const bool open = !edition_.mask || (section != nullptr && !section->mask);
    return open ? std::string(text) : mask_.apply(text);
  }

  std::vector<Block> blocks(const ReportSection& section, const json::object& content) {
    std::vector<Block> out{Heading{say(section.heading)}};
    if (section.kind == SectionKind::table) {
      out.push_back(table(section, array_at(content, "rows")));
      if (std::get<Table>(out.back()).rows.empty()) out.back() = Note{say("reports.none")};
    } else if (section.kind == SectionKind::text) {
      out.emplace_back(text_block(section, object_at(content, "fields")));
    } else {
      Facts facts;
      const json::object& fields = object_at(content, "fields");
      for (const std::string& name : section.fields) {
        const Field* field = incident_type().field(name);
        if (field != nullptr && !(section.hide_empty && !fields.contains(name)))
          facts.rows.emplace_back(title(field->title), value(section, *field, fields));
      }
      out.emplace_back(std::move(facts));
    }
    return out;
  }

 private:
  const ledger::RecordType& incident_type() const { return *types_.find("incident"); }

  std::string title(const ledger::Title& title) const { return options_.lang == Lang::ja ? title.ja : title.en; }

  std::string yes_or_no(bool yes) const { return say(yes ? "reports.yes" : "reports.no"); }

  Block text_block(const ReportSection& section, const json::object& fields) {
    const Field* field = incident_type().field(section.fields.front());
    if (field == nullptr) return Note{say("reports.none")};
    const std::string text = value(section, *field, fields);
    if (text_at(fields, field->name).empty() || text_at(fields, field->name) == ledger::unknown_value)
      return Note{text};
    return Prose{text};
  }

  /// A field of the incident as it reads; what is more sensitive than the edition may show is withheld.
  std::string value(const ReportSection& section, const Field& field, const json::object& fields) {
    if (field.sensitivity > edition_.sensitivity) return say("reports.withheld");
    const json::value* value = fields.if_contains(field.name);
    if (value == nullptr || value->is_null()) return say("reports.empty");
    if (value->is_string() && value->as_string() == ledger::unknown_value) return say("reports.unknown");
    if (facts_.criteria) {
      const std::string_view lang = to_text(options_.lang);
      const std::string id = text_at(fields, field.name);
      if (field.name == "class") return name_of(facts_.criteria->classes, id, lang);
      if (field.name == "attack_type") return name_of(facts_.criteria->attack_types(), id, lang);
      if (field.name == "progress") return name_of(facts_.criteria->progress(), id, lang);
      if (field.name == "criteria_row") return row_with_reason(*facts_.criteria, id);
      if (field.name == "importance") return name_of(facts_.criteria->importance(), id, lang);
    }
    if (field.name == "direct_cost" && value->is_int64()) return cost(value->as_int64());
    return typed(section, field, *value);
  }

  std::string cost(int64_t amount) const {
    const std::string currency = text_at(facts_.incident.body, "cost_currency");
    const std::string name = "reports.currency." + currency;
    return grouped(amount) + " " + (texts_.has(options_.lang, name) ? say(name) : currency);
  }

  /// A row of the criteria with the reason that it gives.
  std::string row_with_reason(const Criteria& criteria, const std::string& id) const {
    const auto row = std::ranges::find(criteria.rows, id, &TableRow::id);
    if (row == criteria.rows.end()) return id;
    const std::string& reason = options_.lang == Lang::ja ? row->reason_ja : row->reason_en;
    return reason.empty() ? id : say("reports.row_with_reason", {{"row", id}, {"reason", reason}});
  }

  std::string typed(const ReportSection& section, const Field& field, const json::value& value) {
    if (value.is_bool()) return yes_or_no(value.as_bool());
    if (value.is_int64()) return std::to_string(value.as_int64());
    if (value.is_array()) {
      std::string out;
      for (const json::value& item : value.as_array())
        if (item.is_string()) out += (out.empty() ? "" : ", ") + std::string(item.as_string());
      return free_text(out, &section);
    }
    if (!value.is_string()) return say("reports.empty");
    const std::string text(value.as_string());
    if (text == ledger::unknown_value) return say("reports.unknown");
    if (field.kind == FieldKind::time)
      if (const auto time = parse_time(text)) return when(*time);
    if (field.kind == FieldKind::user && text.starts_with("user:")) return free_text(text.substr(5), &section);
    if (field.kind == FieldKind::choice)
      for (const ledger::Choice& choice : field.choices)
        if (choice.id == text) return title(choice.title);
    return free_text(text, &section);
  }

  /// The field that says what a column's values are; null for columns that only reports have.
  const Field* column_field(const std::string& table, const std::string& column) const {
    if (table == "tasks") return types_.find("incident_task")->field(column);
    if (table == "alerts") return types_.find("alert")->field(column);
    if (table == "analysis") return types_.find("analysis_report")->field(column);
    const Field* owner = incident_type().field(table);
    if (owner == nullptr) return nullptr;
    const auto found = std::ranges::find(owner->columns, column, &Field::name);
    return found == owner->columns.end() ? nullptr : &*found;
  }

  std::string cell(const ReportSection& section, const std::string& column, const json::object& row) {
    const json::value* value = row.if_contains(column);
    if (value == nullptr || value->is_null()) return "";
    if (column == "status") return say("reports.status." + text_at(row, column));
    if (column == "role") {
      const std::string key = "reports.role." + text_at(row, column);
      return texts_.has(options_.lang, key) ? say(key) : free_text(text_at(row, column), &section);
    }
    if (value->is_object()) return free_text(text_at(value->as_object(), to_text(options_.lang)), &section);
    if (column == "state") {
      const ledger::State* state = types_.find("incident_task")->state(text_at(row, column));
      return state == nullptr ? text_at(row, column) : title(state->title);
    }
    const Field* field = column_field(section.table, column);
    if (field == nullptr) return free_text(text_at(row, column), &section);
    if (field->sensitivity > edition_.sensitivity) return say("reports.withheld");
    return typed(section, *field, *value);
  }

  Table table(const ReportSection& section, const json::array& rows) {
    Table out;
    for (const std::string& column : section.columns) out.head.push_back(say("reports.column." + column));
    for (const json::value& row : rows) {
      std::vector<std::string> cells;
      for (const std::string& column : section.columns) cells.push_back(cell(section, column, row.as_object()));
      out.rows.push_back(std::move(cells));
    }
    return out;
  }

  const Texts& texts_;
  const ReportTemplate& edition_;
  const CaseFile& facts_;
  const ledger::RecordTypes& types_;
  const ReadingOptions& options_;
  Mask mask_;
};

Facts head_facts(const Reader& reader, const CaseFile& facts, const IssueHead& head, const ReadingOptions& options,
                 Grain grain) {
  Facts out;
  out.rows.emplace_back(reader.say("reports.head.incident"), facts.incident.id.value);
  if (head.number == 0) {
    out.rows.emplace_back(reader.say("reports.head.number"), reader.say("reports.draft"));
  } else {
    out.rows.emplace_back(reader.say("reports.head.number"), head.report_id);
    out.rows.emplace_back(reader.say("reports.head.edition"),
                          reader.say("reports.head.edition_number", {{"number", std::to_string(head.number)}}));
    out.rows.emplace_back(reader.say("reports.head.issued"), reader.when(head.at));
    std::string recipients;
    for (const std::string& one : head.recipients) recipients += (recipients.empty() ? "" : ", ") + one;
    out.rows.emplace_back(reader.say("reports.head.recipients"), recipients);
  }
  if (grain == Grain::minute) out.rows.emplace_back(reader.say("reports.head.zone"), options.zone);
  return out;
}

}  // namespace

Document document_of(const ReportCatalog& catalog, const ReportTemplate& edition, const CaseFile& facts,
                     const ledger::RecordTypes& types, const IssueHead& head, const ReadingOptions& options,
                     int64_t& masked) {
  Reader reader(catalog, edition, facts, types, options);
  Document out;
  out.lang = options.lang;
  out.banner = reader.say(edition.banner);
  const std::string title = text_at(facts.incident.body, edition.title_field);
  out.title = title.empty() && !edition.title_plain.empty()
                  ? reader.say(edition.title_plain)
                  : reader.say(edition.title, {{"title", reader.free_text(title)}});
  out.head = head_facts(reader, facts, head, options, edition.grain);
  const json::object content = content_of(edition, facts);
  const json::array& sections = array_at(content, "sections");
  for (size_t i = 0; i < edition.sections.size(); ++i)
    for (Block& block : reader.blocks(edition.sections[i], sections[i].as_object()))
      out.blocks.push_back(std::move(block));
  out.footer = reader.say("reports.footer", {{"id", facts.incident.id.value}});
  masked = reader.masked();
  return out;
}

}  // namespace yagura::desks::response
