// How a record gets its next version: changes are applied to a draft, everything wrong is collected, and
// only a draft without a fault is stored.
#include "ledger/draft.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "ledger/fact.hpp"
#include "ledger/journal.hpp"
#include "ledger/move_condition.hpp"
#include "ledger/validation.hpp"
#include "ledger/visibility.hpp"

namespace yagura::ledger {
namespace {

namespace json = boost::json;

std::vector<std::string> differing(const json::object& before, const json::object& after) {
  std::set<std::string> names;
  const auto compare = [&](const json::object& one, const json::object& other) {
    for (const auto& entry : one) {
      const auto* match = other.if_contains(entry.key());
      if (!match || *match != entry.value()) names.emplace(entry.key().data(), entry.key().size());
    }
  };
  compare(before, after);
  compare(after, before);
  return {names.begin(), names.end()};
}

/// The texts of a reference field, of a list of them, and of reference columns: path and id.
void collect_references(const Field& field, const json::value& value, const std::string& path,
                        std::vector<std::tuple<std::string, std::string, const Field*>>& out) {
  if (field.kind == FieldKind::reference && value.is_string()) {
    out.emplace_back(path, value.get_string().c_str(), &field);
  } else if (field.kind == FieldKind::list && field.items == FieldKind::reference && value.is_array()) {
    const auto& items = value.get_array();
    for (size_t i = 0; i < items.size(); ++i)
      if (items[i].is_string()) out.emplace_back(fmt::format("{}[{}]", path, i), items[i].get_string().c_str(), &field);
  } else if (field.kind == FieldKind::table && value.is_array()) {
    const auto& lines = value.get_array();
    for (size_t i = 0; i < lines.size(); ++i)
      if (const auto* cells = lines[i].if_object())
        for (const Field& column : field.columns)
          if (const auto* cell = cells->if_contains(column.name))
            collect_references(column, *cell, fmt::format("{}[{}].{}", path, i, column.name), out);
  }
}

/// The blobs that fields of the body name, so that verify() misses them when they are gone.
json::array blobs_of(const RecordType& type, const json::object& body) {
  json::array blobs;
  for (const Field& field : type.fields) {
    const auto* value = body.if_contains(field.name);
    if (!value) continue;
    if (field.kind == FieldKind::blob && value->is_string()) blobs.push_back(*value);
    if (field.kind == FieldKind::list && field.items == FieldKind::blob && value->is_array())
      for (const auto& item : value->get_array()) blobs.push_back(item);
  }
  return blobs;
}

}  // namespace

Outcome<Transaction::Draft> Transaction::open_draft(const RecordId& id, int64_t expected_version) {
  auto looked_up = store_.find(id);
  if (!looked_up) return fail(looked_up.error());
  const std::string shown = to_valid_utf8(id.value.substr(0, 100));
  auto& stored = *looked_up;
  if (!stored)
    return refuse(ErrorKind::not_found, fmt::format("there is no record '{}'", shown),
                  {{"record.not_found", "", "there is no such record", "", {{"record", shown}}}});
  Draft draft;
  draft.stored = std::move(*stored);
  const Record& record = draft.stored.record;
  draft.type = types_.find(record.type);
  if (!draft.type)
    return refuse(ErrorKind::refused,
                  fmt::format("the type '{}' of {} is no longer in the catalogue", record.type, shown),
                  {{"record.no_such_type", "", "the record's type is gone", "", {{"type", record.type}}}});
  if (record.erased)
    return refuse(ErrorKind::refused, fmt::format("{} was erased", shown),
                  {{"record.erased", "", "its content was removed", "", {{"record", shown}}}});
  if (record.version != expected_version)
    return refuse(ErrorKind::conflict,
                  fmt::format("{} is at version {}, not {}", shown, record.version, expected_version),
                  {{"record.stale",
                    "",
                    fmt::format("{} changed it first", record.updated_by),
                    "load it again and repeat the change",
                    {{"by", record.updated_by}, {"version", fmt::format("{}", record.version)}}}});
  return draft;
}

std::vector<Reason> Transaction::apply(Draft& draft, json::object changes) {
  const RecordType& type = *draft.type;
  Record& record = draft.stored.record;
  const json::object before = record.body;
  // What the type no longer knows leaves with the first change.
  if (!changes.empty())
    for (const auto& entry : before)
      if (!type.field({entry.key().data(), entry.key().size()}) && !changes.contains(entry.key()))
        record.body.erase(entry.key());
  for (auto& entry : changes) {
    if (entry.value().is_null())
      record.body.erase(entry.key());
    else
      record.body[entry.key()] = std::move(entry.value());
  }
  normalise_body(type, record.body);
  std::vector<Reason> reasons = validate_body(type, record.body);
  // Only what validates is finite and UTF-8, and so can be compared and written.
  if (!reasons.empty()) return reasons;
  if (canonical_json(record.body).size() > record_body_bytes_max)
    reasons.push_back({"body.too_long",
                       "",
                       fmt::format("a record holds at most {} bytes", record_body_bytes_max),
                       "attach long texts as files",
                       {{"max", fmt::format("{}", record_body_bytes_max)}}});
  draft.changed = differing(before, record.body);
  for (const std::string& name : draft.changed)
    if (const Field* field = type.field(name); field && !field->columns.empty()) {
      if (!std::ranges::all_of(field->columns, [&](const Field& column) {
            return column.sensitivity == Sensitivity::normal || may_read(type, column.sensitivity, actor_);
          }))
        reasons.push_back({"field.forbidden", name, "this actor may not see all columns of it", "", {{"field", name}}});
    } else if (field && field->sensitivity != Sensitivity::normal && !may_read(type, field->sensitivity, actor_)) {
      reasons.push_back(
          {"field.forbidden", name, "this actor may not see it, so may not change it", "", {{"field", name}}});
    }
  std::ranges::move(missing_references(type, record.body, draft.changed), std::back_inserter(reasons));
  return reasons;
}

std::vector<Reason> Transaction::missing_references(const RecordType& type, const json::object& body,
                                                    const std::vector<std::string>& fields) {
  std::vector<std::tuple<std::string, std::string, const Field*>> references;
  for (const std::string& name : fields)
    if (const Field* field = type.field(name))
      if (const auto* value = body.if_contains(name)) collect_references(*field, *value, name, references);
  std::vector<Reason> reasons;
  for (const auto& [path, id, field] : references) {
    if (id == unknown_value && field->unknown_allowed) continue;
    const RecordType* target = types_.of_record(id);
    const bool right_type = target && std::ranges::find(field->to, target->id) != field->to.end();
    if (!right_type) {
      reasons.push_back({"field.wrong_type_of_record",
                         path,
                         "refers to a record of another type",
                         fmt::format("a record of type {}", fmt::join(field->to, " or ")),
                         {{"field", path}, {"value", id}}});
      continue;
    }
    const auto exists = store_.exists(RecordId{id});
    if (!exists) broken_ = exists.error();
    if (!exists || !*exists)
      reasons.push_back({"field.no_such_record",
                         path,
                         fmt::format("there is no record '{}'", id),
                         "",
                         {{"field", path}, {"value", id}}});
  }
  return reasons;
}

void Transaction::check_conditions(const json::object& body, const Move& move, std::vector<Reason>& reasons) {
  for (const MoveCondition& condition : move.where) {
    json::object referred;
    if (!condition.of_referred.empty()) {
      const auto* id = body.if_contains(condition.field);
      auto found = store_.find(RecordId{id != nullptr && id->is_string() ? json::value_to<std::string>(*id) : ""});
      if (!found) {
        broken_ = found.error();
        return;
      }
      if (std::optional<StoredRecord>& stored = *found; stored.has_value()) referred = std::move(stored->record.body);
    }
    if (auto unmet = condition_unmet(condition, move, condition.of_referred.empty() ? body : referred))
      reasons.push_back(std::move(*unmet));
  }
}

void Transaction::check_move(const Draft& draft, const Move& move, std::vector<std::string> changed,
                             std::vector<Reason>& reasons) {
  const Record& record = draft.stored.record;
  if (std::ranges::find(move.from, record.state) == move.from.end())
    reasons.push_back(
        {"move.not_from_state",
         "",
         fmt::format("'{}' does not start in the state '{}'", move.id, record.state),
         fmt::format("it starts in {}", fmt::join(move.from, ", ")),
         {{"move", move.id}, {"state", record.state}, {"from", fmt::format("{}", fmt::join(move.from, ", "))}}});
  if (std::ranges::none_of(move.permissions, [&](const std::string& permission) { return actor_.may(permission); }))
    reasons.push_back({"move.not_permitted",
                       "",
                       fmt::format("needs the permission {}", fmt::join(move.permissions, " or ")),
                       "ask somebody who holds it",
                       {{"permission", fmt::format("{}", fmt::join(move.permissions, " / "))}}});
  for (const std::string& name : move.requires_fields) {
    const Field* field = draft.type->field(name);
    if (field && is_answered(*field, record.body)) continue;
    reasons.push_back({"move.missing_field",
                       name,
                       fmt::format("'{}' needs it filled", move.id),
                       field && field->unknown_allowed ? "'unknown' is an answer" : "",
                       {{"field", name}, {"move", move.id}}});
  }
  check_conditions(record.body, move, reasons);
  if (!move.another_person) return;
  std::vector<std::string> approvals;
  for (const Move& each : draft.type->moves)
    if (each.another_person) approvals.push_back(each.id);
  const auto authors = store_.authors_since(draft.stored.num, approvals);
  if (!authors) {
    broken_ = authors.error();
    return;
  }
  if (std::ranges::find(*authors, actor_.id) != authors->end())
    reasons.push_back({"move.same_person",
                       "",
                       "who wrote the content can't approve it",
                       "ask another person",
                       {{"move", move.id}, {"actor", actor_.id}}});
  for (const std::string& name : changed)
    if (!actor_.system && std::ranges::find(move.requires_fields, name) == move.requires_fields.end())
      reasons.push_back({"move.content_fixed",
                         name,
                         "an approval can't change the content that it approves",
                         "change it before, as its author",
                         {{"field", name}, {"move", move.id}}});
}

Outcome<Record> Transaction::store(Draft& draft, const Move* move) {
  if (broken_) return std::unexpected(Refusal(*broken_));
  const RecordType& type = *draft.type;
  Record& record = draft.stored.record;
  const std::string before = record.state;
  const bool fresh = record.version == 0;
  if (fresh) {
    auto id = store_.take_id(type, now_);
    if (!id) return fail(id.error());
    record.id = std::move(*id);
  }
  record.version += 1;
  record.updated_by = actor_.id;
  record.updated_at = now_;
  if (move) {
    record.state = move->to;
    record.state_since = now_;
  }
  json::object about;
  json::array changed;
  for (const std::string& name : draft.changed) changed.emplace_back(name);
  about["changed"] = std::move(changed);
  if (json::array blobs = blobs_of(type, record.body); !blobs.empty()) about["blobs"] = std::move(blobs);
  if (move) {
    about["move"] = move->id;
    about["from"] = before;
    about["to"] = move->to;
  }
  auto fact = record_fact(type, record, fresh ? "created" : move ? "moved" : "updated", std::move(about));
  if (!fact) return std::unexpected(fact.error());
  const VersionRow row{move ? move->id : "", canonical_json(record.body), fact->seq, draft.changed};
  const auto status = fresh ? store_.insert(type, record, row) : store_.advance(type, draft.stored, row);
  if (!status) return fail(status.error());
  return std::move(record);
}

}  // namespace yagura::ledger
