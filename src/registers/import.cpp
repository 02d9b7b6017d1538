#include "registers/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "ledger/fact.hpp"
#include "ledger/validation.hpp"
#include "ledger/visibility.hpp"
#include "registers/import_rows.hpp"
#include "registers/row_references.hpp"
#include "registers/state_way.hpp"

namespace yagura::registers {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::RecordId;
using ledger::Transaction;

constexpr std::string_view desk = "registers";

/// One import on its way through a transaction: each row is tried, whatever the rows before it came to, so that all
/// faults come at once.
class Loading {
 public:
  Loading(Transaction& transaction, const ledger::RecordType& type, const ImportOptions& options,
          const ImportFile& file, ImportReport& report)
      : transaction_(transaction), type_(type), options_(options), file_(file), report_(report) {}

  /// A Refusal only when the database below fails.
  Outcome<void> run() {
    find_duplicates();
    if (!options_.key.empty() && !options_.as_new)
      if (auto found = find_keys(); !found) return found;
    for (const ImportRow* row : rows_to_take()) {
      if (auto done = take(*row); !done) return done;
      if (const auto& broken = transaction_.broken()) return std::unexpected(ledger::Refusal(*broken));
    }
    for (const auto& [row, id] : wanting_links_)
      if (auto done = follow_links(*row, id); !done) return done;
    return {};
  }

 private:
  void fault(const ImportRow& row, ledger::Reason reason) {
    const std::string name = reason.field.substr(0, reason.field.find_first_of(".["));
    const auto heading = file_.headings.find(name);
    ImportFault out;
    out.row = row.number;
    out.column = heading == file_.headings.end() ? reason.field : heading->second;
    out.value = value_at(row, name);
    if (reason.code == "permission.missing" || reason.code == "field.forbidden") report_.forbidden = true;
    out.reason = std::move(reason);
    report_.faults.add(std::move(out));
  }

  static std::string value_at(const ImportRow& row, const std::string& name) {
    if (const json::value* value = row.fields.if_contains(name); value != nullptr && !value->is_null())
      return value->is_string() ? json::value_to<std::string>(*value) : json::serialize(*value);
    if (name == "id") return row.id;
    if (name == "state") return row.state;
    return name == "version" && row.version ? fmt::format("{}", *row.version) : "";
  }

  void fault(const ImportRow& row, const ledger::Refusal& refusal) {
    if (refusal.reasons.empty()) fault(row, {"import.refused", "", refusal.message, "", {}});
    for (const ledger::Reason& reason : refusal.reasons) fault(row, reason);
  }

  /// Ids of the file mean nothing here when all are new, but which row refers to which they tell.
  std::vector<const ImportRow*> rows_to_take() const {
    if (options_.as_new) return in_order_of_reference(file_.rows, type_);
    std::vector<const ImportRow*> rows;
    for (const ImportRow& row : file_.rows) rows.push_back(&row);
    return rows;
  }

  void find_duplicates() {
    std::map<std::string_view, int64_t> rows;
    for (const ImportRow& row : file_.rows) {
      if (row.id.empty()) continue;
      const auto [first, fresh] = rows.emplace(row.id, row.number);
      if (!fresh)
        fault(row, {"import.id_twice",
                    "id",
                    fmt::format("row {} has the same id", first->second),
                    "keep one of them",
                    {{"row", fmt::format("{}", first->second)}}});
    }
  }

  Outcome<void> take(const ImportRow& row) {
    ++report_.rows;
    if (options_.as_new) return create(row);
    if (!row.id.empty()) return change(row, row.id);
    const std::string key = key_of(row.fields);
    if (key.empty()) return create(row);
    if (const auto [first, fresh] = keys_in_file_.emplace(key, row.number); !fresh) {
      fault(row, {"import.id_twice",
                  options_.key,
                  fmt::format("row {} has the same key", first->second),
                  "keep one of them",
                  {{"row", fmt::format("{}", first->second)}}});
      return {};
    }
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return create(row);
    if (!found->second.empty()) return change(row, found->second);
    fault(row, {"import.key_ambiguous",
                options_.key,
                "several living records have this value",
                "give the id of the one that is meant",
                {}});
    return {};
  }

  /// The row's or record's value of the key field, as text to look up by; empty without one.
  std::string key_of(const json::object& fields) const {
    if (options_.key.empty()) return "";
    const json::value* value = fields.if_contains(options_.key);
    if (value == nullptr || value->is_null()) return "";
    json::object alone{{options_.key, *value}};
    ledger::normalise_body(type_, alone);
    return alone.empty() || !ledger::is_sound_json(alone) ? "" : ledger::canonical_json(alone);
  }

  /// The living records by their key; an empty id where several have it.
  Outcome<void> find_keys() {
    ledger::RecordQuery query;
    query.type = type_.id;
    query.limit = ledger::page_records_max;
    for (const ledger::State& state : type_.states)
      if (!state.final) query.states.push_back(state.id);
    do {
      auto page = transaction_.list(query);
      if (!page) return std::unexpected(page.error());
      for (const Record& record : page->records) {
        const std::string key = key_of(record.body);
        if (key.empty()) continue;
        const auto [place, fresh] = by_key_.emplace(key, record.id.value);
        if (!fresh) place->second.clear();
      }
      query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    return {};
  }

  Outcome<void> create(const ImportRow& row) {
    json::object body = row.fields;
    for (auto entry = body.begin(); entry != body.end();)
      entry = entry->value().is_null() ? body.erase(entry) : entry + 1;
    if (options_.as_new) rename_references(type_, new_ids_, body);
    auto created = transaction_.create(type_.id, std::move(body));
    if (!created) {
      fault(row, created.error());
      return {};
    }
    ++report_.created;
    if (!row.id.empty()) new_ids_[row.id] = created->id.value;
    if (options_.as_new && !options_.states)
      report_.states_left += !row.state.empty() && state_named(type_, row.state) != &type_.initial_state() ? 1 : 0;
    else if (auto followed = follow_state(row, *created); !followed)
      return std::unexpected(followed.error());
    keep(row, RowOutcome::created, created->id, {});
    if (row.links && !row.links->empty()) wanting_links_.emplace_back(&row, created->id);
    return {};
  }

  Outcome<void> change(const ImportRow& row, const std::string& id) {
    const auto current = transaction_.get(RecordId{id});
    if (!current || current->type != type_.id) {
      if (!current && current.error().kind != ErrorKind::not_found) return std::unexpected(current.error());
      const std::string shown = to_valid_utf8(row.id.substr(0, 100));
      fault(row, {"import.no_such_record",
                  "id",
                  fmt::format("the register has no record '{}'", shown),
                  "leave the id empty for a new record, or import the whole file as new",
                  {{"record", shown}}});
      return {};
    }
    if (row.links) wanting_links_.emplace_back(&row, current->id);
    json::object changes = differences(row, *current);
    const bool elsewhere = stands_elsewhere(row, *current);
    if (changes.empty() && !elsewhere) {
      ++report_.unchanged;
      return {};
    }
    if (!row.version && !row.id.empty()) {
      fault(row, {"import.version_missing",
                  "version",
                  "a change needs the version that it was made on",
                  "export the record again and change that",
                  {}});
      return {};
    }
    std::vector<std::string> names;
    for (const auto& entry : changes) names.emplace_back(entry.key());
    std::ranges::sort(names);
    if (row.version && *row.version != current->version) {
      report_.conflict = true;
      std::string listed;
      for (const std::string& name : names) listed += (listed.empty() ? "" : ", ") + name;
      fault(row, {"import.stale",
                  "version",
                  fmt::format("{} changed the record to version {}; the file has version {} and differs in: {}",
                              current->updated_by, current->version, *row.version, listed),
                  "export it again and repeat the change",
                  {{"by", current->updated_by},
                   {"version", fmt::format("{}", current->version)},
                   {"given", fmt::format("{}", *row.version)},
                   {"fields", listed}}});
      return {};
    }
    auto updated = changes.empty() ? Outcome<Record>(*current)
                                   : transaction_.update(current->id, current->version, std::move(changes));
    if (!updated) {
      fault(row, updated.error());
      return {};
    }
    const auto moved = follow_state(row, *updated);
    if (!moved) return std::unexpected(moved.error());
    if (updated->version == current->version && !*moved) {
      ++report_.unchanged;
      return {};
    }
    ++report_.changed;
    keep(row, RowOutcome::changed, current->id, std::move(names));
    return {};
  }

  /// What of the row is not as the record has it. What the actor can't see is compared with nothing.
  json::object differences(const ImportRow& row, const Record& current) const {
    json::object wanted;
    for (const auto& entry : row.fields)
      if (!entry.value().is_null()) wanted.emplace(entry.key(), entry.value());
    ledger::normalise_body(type_, wanted);
    const json::object seen = ledger::visible_body(type_, current.body, transaction_.actor());
    json::object changes;
    for (const auto& entry : row.fields) {
      const json::value* now = seen.if_contains(entry.key());
      const json::value* then = wanted.if_contains(entry.key());
      if (then == nullptr && now == nullptr) continue;
      if (then != nullptr && now != nullptr && *then == *now) continue;
      changes[entry.key()] = then == nullptr ? json::value(nullptr) : *then;
    }
    return changes;
  }

  /// Makes the record's outgoing links those of the row.
  Outcome<void> follow_links(const ImportRow& row, const RecordId& id) {
    if (!row.links) return {};
    auto there = transaction_.links_from(id);
    if (!there) return std::unexpected(there.error());
    std::set<std::pair<std::string, std::string>> wanted;
    for (const auto& [kind, to] : *row.links) {
      const auto renamed = new_ids_.find(to);
      wanted.emplace(kind, renamed == new_ids_.end() ? to : renamed->second);
    }
    for (const ledger::Link& link : *there)
      if (wanted.erase({link.kind, link.to.value}) == 0)
        if (auto gone = transaction_.unlink(id, link.kind, link.to); !gone) fault(row, in_links(gone.error()));
    for (const auto& [kind, to] : wanted)
      if (auto made = transaction_.link(id, kind, RecordId{to}); !made) fault(row, in_links(made.error()));
    return {};
  }

  static ledger::Refusal in_links(ledger::Refusal refusal) {
    if (refusal.reasons.empty()) refusal.reasons.push_back({"import.link", "", refusal.message, "", {}});
    for (ledger::Reason& reason : refusal.reasons) reason.field = "links";
    return refusal;
  }

  bool stands_elsewhere(const ImportRow& row, const Record& record) const {
    if (row.state.empty()) return false;
    const ledger::State* wanted = state_named(type_, row.state);
    return wanted == nullptr || wanted->id != record.state;
  }

  /// Brings the record to the row's state, as a person would: move by move. Whether it moved.
  Outcome<bool> follow_state(const ImportRow& row, Record record) {
    if (!stands_elsewhere(row, record)) return false;
    const ledger::State* wanted = state_named(type_, row.state);
    const auto way =
        wanted == nullptr || !options_.states ? std::nullopt : way_between(type_, record.state, wanted->id);
    if (!way) {
      fault(row, state_fault(wanted, record.state));
      return false;
    }
    for (const ledger::Move* move : *way) {
      auto moved = transaction_.move(record.id, record.version, move->id);
      if (!moved) {
        fault(row, moved.error());
        return false;
      }
      record = std::move(*moved);
    }
    ++report_.moved;
    return true;
  }

  ledger::Reason state_fault(const ledger::State* wanted, const std::string& now) const {
    if (wanted == nullptr)
      return {"import.no_such_state", "state", "the register has no such state", "name one of its states", {}};
    if (options_.states)
      return {"import.no_way",
              "state",
              fmt::format("no move leads there from '{}'", now),
              "leave the state as it was",
              {{"state", now}}};
    return {"import.state",
            "state",
            fmt::format("the record stands at '{}'; a state changes by a move", now),
            "leave the state as it was, or import with `states`",
            {{"state", now}}};
  }

  void keep(const ImportRow& row, RowOutcome outcome, const RecordId& id, std::vector<std::string> changed) {
    if (report_.touched.size() >= imported_rows_kept_max) return;
    report_.touched.push_back({row.number, outcome, id, options_.as_new ? row.id : "", std::move(changed)});
  }

  Transaction& transaction_;
  const ledger::RecordType& type_;
  const ImportOptions& options_;
  const ImportFile& file_;
  ImportReport& report_;
  std::map<std::string, std::string> by_key_;    // id, empty where several records have the key
  std::map<std::string, int64_t> keys_in_file_;  // the row that has it
  std::map<std::string, std::string> new_ids_;   // of the file's ids
  std::vector<std::pair<const ImportRow*, RecordId>> wanting_links_;
};

ImportFile read_file(std::string_view bytes, const ledger::RecordType& type, const ledger::Actor& actor,
                     const Texts& texts, ImportReport& report) {
  if (bytes.size() > import_bytes_max) {
    report.faults.add(0, "", "", "import.too_large",
                      fmt::format("one import takes at most {} MiB", import_bytes_max >> 20), "split the file");
    return {};
  }
  if (report.format == FileFormat::json) return rows_of_json(bytes, type, report.faults);
  const Sheet sheet =
      report.format == FileFormat::csv ? read_csv(bytes, report.faults) : read_xlsx(bytes, type.id, report.faults);
  if (report.faults.count > 0) return {};
  return rows_of_sheet(sheet, type, actor, texts, report.faults);
}

}  // namespace

Outcome<ImportReport> import_records(ledger::Ledger& ledger, const ledger::Actor& actor, std::string_view bytes,
                                     const ImportOptions& options, const Texts& texts) {
  const ledger::RecordType* type = ledger.types().find(options.type);
  if (type == nullptr) return ledger::refuse(ErrorKind::not_found, "there is no such record type");
  if (!ledger::may_read(*type, actor))
    return ledger::refuse(ErrorKind::forbidden, "needs the permission " + type->permissions.read);
  if (const ledger::Field* key = type->field(options.key); !options.key.empty()) {
    const bool scalar = key != nullptr && key->kind != ledger::FieldKind::list &&
                        key->kind != ledger::FieldKind::table && key->kind != ledger::FieldKind::json;
    if (!scalar) return ledger::refuse(ErrorKind::invalid, "the key must be a scalar field of the register");
    if (!ledger::may_read(*type, key->sensitivity, actor))
      return ledger::refuse(ErrorKind::forbidden, "the key's field is not for you to see");
  }
  ImportReport report;
  report.check = options.check;
  report.format = options.format.value_or(recognise(bytes));
  const ImportFile file = read_file(bytes, *type, actor, texts, report);
  if (report.faults.count > 0) return report;
  bool failed = true;  // below, not by what the file says
  const auto done = ledger.write(actor, desk, [&](Transaction& transaction) -> Outcome<void> {
    Loading loading(transaction, *type, options, file, report);
    if (auto ran = loading.run(); !ran) return ran;
    failed = false;
    // Saying no undoes everything: that is what both a check and a fault want.
    if (!report.loaded()) return ledger::refuse(ErrorKind::refused, "nothing is to be kept");
    failed = true;
    auto told = transaction.append_fact("register.imported", "register:" + type->id,
                                        {{"type", type->id},
                                         {"format", to_text(report.format)},
                                         {"name", to_valid_utf8(options.name.substr(0, 500))},
                                         {"sha256", sha256_hex(bytes)},
                                         {"rows", report.rows},
                                         {"created", report.created},
                                         {"changed", report.changed},
                                         {"unchanged", report.unchanged},
                                         {"moved", report.moved}});
    if (!told) return std::unexpected(told.error());
    return {};
  });
  if (!done && failed) return std::unexpected(done.error());
  return report;
}

}  // namespace yagura::registers
