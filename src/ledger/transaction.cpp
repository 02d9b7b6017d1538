#include "ledger/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "ledger/draft.hpp"
#include "ledger/journal.hpp"
#include "ledger/record_listing.hpp"
#include "ledger/record_store.hpp"
#include "ledger/validation.hpp"
#include "ledger/yaml_reader.hpp"

namespace yagura::ledger {
namespace {

namespace json = boost::json;

constexpr size_t subject_bytes_max = 300;
constexpr size_t blob_name_bytes_max = 500;

json::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

Refusal no_record(const RecordId& id) {
  const std::string shown = to_valid_utf8(id.value.substr(0, 100));
  return Refusal(ErrorKind::not_found, fmt::format("there is no record '{}'", shown),
                 {{"record.not_found", "", "there is no such record", "", {{"record", shown}}}});
}

Reason missing_permission(std::string_view permission) {
  return {"permission.missing",
          "",
          fmt::format("needs the permission '{}'", permission),
          "ask somebody who holds it",
          {{"permission", std::string(permission)}}};
}

}  // namespace

Transaction::Transaction(RecordStore& store, Journal& journal, const RecordTypes& types, const Actor& actor,
                         std::string desk, Timestamp now)
    : store_(store), journal_(journal), types_(types), actor_(actor), desk_(std::move(desk)), now_(now) {}

std::unexpected<Refusal> Transaction::fail(Error error) {
  broken_ = error;
  return std::unexpected(Refusal(std::move(error)));
}

Outcome<Fact> Transaction::record_fact(const RecordType& type, const Record& record, std::string_view verb,
                                       json::object body) {
  body["record"] = {{"type", type.id},
                    {"version", record.version},
                    {"state", record.state},
                    {"sha256", sha256_hex(canonical_json(record.body))}};
  Fact fact;
  fact.time = now_;
  fact.actor = actor_.id;
  fact.desk = desk_;
  fact.kind = fmt::format("{}.{}", type.id, verb);
  fact.subject = record.id.value;
  fact.body = std::move(body);
  auto written = journal_.append(std::move(fact));
  if (!written) return fail(written.error());
  return std::move(*written);
}

Outcome<Record> Transaction::create(std::string_view type_id, json::object body) {
  const RecordType* type = types_.find(type_id);
  if (!type)
    return refuse(ErrorKind::not_found, fmt::format("there is no record type '{}'", type_id),
                  {{"record.no_such_type", "", "there is no such record type", "", {{"type", std::string(type_id)}}}});
  Draft draft;
  draft.type = type;
  Record& record = draft.stored.record;
  record.type = type->id;
  record.state = type->initial_state().id;
  record.created_by = actor_.id;
  record.created_at = now_;
  record.state_since = now_;
  std::vector<Reason> reasons = apply(draft, std::move(body));
  const bool permitted = actor_.may(type->permissions.create);
  if (!permitted) reasons.push_back(missing_permission(type->permissions.create));
  if (!reasons.empty())
    return refuse(permitted ? ErrorKind::invalid : ErrorKind::forbidden,
                  fmt::format("the new {} can't be stored", type->id), std::move(reasons));
  return store(draft, nullptr);
}

Outcome<Record> Transaction::update(const RecordId& id, int64_t expected_version, json::object changes) {
  auto draft = open_draft(id, expected_version);
  if (!draft) return std::unexpected(draft.error());
  std::vector<Reason> reasons = apply(*draft, std::move(changes));
  ErrorKind kind = ErrorKind::invalid;
  if (const State* state = draft->type->state(draft->stored.record.state); state && state->locked) {
    kind = ErrorKind::refused;
    reasons.insert(reasons.begin(), {"record.locked",
                                     "",
                                     fmt::format("the state '{}' lets nobody change it", state->id),
                                     "move the record first",
                                     {{"state", state->id}}});
  }
  if (!actor_.may(draft->type->permissions.update)) {
    kind = ErrorKind::forbidden;
    reasons.insert(reasons.begin(), missing_permission(draft->type->permissions.update));
  }
  if (!reasons.empty()) return refuse(kind, fmt::format("{} can't be changed so", id.value), std::move(reasons));
  if (draft->changed.empty()) return std::move(draft->stored.record);
  return store(*draft, nullptr);
}

Outcome<Record> Transaction::move(const RecordId& id, int64_t expected_version, std::string_view move_id,
                                  json::object changes) {
  auto draft = open_draft(id, expected_version);
  if (!draft) return std::unexpected(draft.error());
  const Move* move = draft->type->move(move_id);
  if (!move)
    return refuse(ErrorKind::invalid, fmt::format("a {} has no move '{}'", draft->type->id, move_id),
                  {{"move.no_such_move", "", "the type has no such move", "", {{"move", std::string(move_id)}}}});
  std::vector<Reason> reasons = apply(*draft, std::move(changes));
  const bool only_wrong_values = !reasons.empty();
  const size_t wrong_values = reasons.size();
  check_move(*draft, *move, draft->changed, reasons);
  if (broken_) return std::unexpected(Refusal(*broken_));
  if (!reasons.empty()) {
    const auto lacks = [&](std::string_view code) {
      return std::ranges::find(reasons, code, &Reason::code) != reasons.end();
    };
    const ErrorKind kind = lacks("move.not_permitted")                           ? ErrorKind::forbidden
                           : only_wrong_values && wrong_values == reasons.size() ? ErrorKind::invalid
                                                                                 : ErrorKind::refused;
    return refuse(kind, fmt::format("{} can't pass '{}'", id.value, move->id), std::move(reasons));
  }
  return store(*draft, move);
}

Outcome<bool> Transaction::change_link(const RecordId& from, std::string_view kind, const RecordId& to, bool make) {
  if (!is_name(kind)) return refuse(ErrorKind::invalid, fmt::format("'{}' is no kind of link", kind.substr(0, 100)));
  auto looked_up = store_.find(from);
  if (!looked_up) return fail(looked_up.error());
  const auto& source = *looked_up;
  if (!source) return std::unexpected(no_record(from));
  const auto target = store_.exists(to);
  if (!target) return fail(target.error());
  if (make && !*target) return std::unexpected(no_record(to));
  const Record& record = source->record;
  const RecordType* type = types_.find(record.type);
  if (!type) return refuse(ErrorKind::refused, fmt::format("the type '{}' of {} is gone", record.type, from.value));
  if (!actor_.may(type->permissions.update))
    return refuse(ErrorKind::forbidden, fmt::format("{} can't be linked by this actor", from.value),
                  {missing_permission(type->permissions.update)});
  const Link link{from, std::string(kind), to, actor_.id, now_};
  const auto there = store_.has_link(link);
  if (!there) return fail(there.error());
  if (*there == make) return false;
  auto fact = record_fact(*type, record, make ? "linked" : "unlinked", {{"link", view(kind)}, {"to", to.value}});
  if (!fact) return std::unexpected(fact.error());
  auto done = make ? store_.link(link, fact->seq) : store_.unlink(link);
  if (!done) return fail(done.error());
  return *done;
}

Outcome<bool> Transaction::link(const RecordId& from, std::string_view kind, const RecordId& to) {
  return change_link(from, kind, to, true);
}

Outcome<bool> Transaction::unlink(const RecordId& from, std::string_view kind, const RecordId& to) {
  return change_link(from, kind, to, false);
}

Outcome<void> Transaction::attach(const RecordId& id, const BlobRef& blob, std::string_view name,
                                  std::string_view media_type) {
  auto looked_up = store_.find(id);
  if (!looked_up) return fail(looked_up.error());
  auto& stored = *looked_up;
  if (!stored) return std::unexpected(no_record(id));
  const RecordType* type = types_.find(stored->record.type);
  if (!type) return refuse(ErrorKind::refused, fmt::format("the type of {} is gone", id.value));
  if (!actor_.may(type->permissions.update))
    return refuse(ErrorKind::forbidden, fmt::format("this actor can't attach to {}", id.value),
                  {missing_permission(type->permissions.update)});
  const bool sound = blob.sha256.size() == 64 && name.size() <= blob_name_bytes_max && is_utf8(name) &&
                     media_type.size() <= blob_name_bytes_max && is_utf8(media_type);
  if (!sound) return refuse(ErrorKind::invalid, "an attachment needs a stored blob and a name of at most 500 bytes");
  auto fact = record_fact(
      *type, stored->record, "attached",
      {{"blob", blob.sha256}, {"size", blob.size_bytes}, {"name", view(name)}, {"media_type", view(media_type)}});
  if (!fact) return std::unexpected(fact.error());
  return {};
}

Outcome<void> Transaction::erase(const RecordId& id, std::string_view why) {
  auto looked_up = store_.find(id);
  if (!looked_up) return fail(looked_up.error());
  auto& stored = *looked_up;
  if (!stored) return std::unexpected(no_record(id));
  Record& record = stored->record;
  const RecordType* type = types_.find(record.type);
  if (!type) return refuse(ErrorKind::refused, fmt::format("the type of {} is gone", id.value));
  const State* state = type->state(record.state);
  if (!actor_.system && !(state && state->final && actor_.may(type->permissions.update)))
    return refuse(ErrorKind::refused, fmt::format("{} can't be erased: it is not in a final state", id.value));
  if (record.erased) return {};
  record.body.clear();
  auto fact = record_fact(*type, record, "erased", {{"why", view(why.substr(0, 1000))}});
  if (!fact) return std::unexpected(fact.error());
  if (auto status = store_.erase(type, *stored); !status) return fail(status.error());
  return {};
}

Outcome<Fact> Transaction::append_fact(std::string_view kind, std::string_view subject, json::object body) {
  if (!is_fact_kind(kind))
    return refuse(ErrorKind::invalid, fmt::format("'{}' is no kind of fact: incident.reported", kind.substr(0, 100)));
  if (body.contains("record")) return refuse(ErrorKind::invalid, "the key 'record' of a fact is the ledger's own");
  if (subject.size() > subject_bytes_max || !is_utf8(subject))
    return refuse(ErrorKind::invalid, "a fact's subject is at most 300 bytes of UTF-8");
  if (!is_sound_json(body)) return refuse(ErrorKind::invalid, "a fact's body nests too deep or is no UTF-8");
  Fact fact;
  fact.time = now_;
  fact.actor = actor_.id;
  fact.desk = desk_;
  fact.kind = kind;
  fact.subject = subject;
  fact.body = std::move(body);
  if (canonical_json(fact.body).size() > fact_body_bytes_max)
    return refuse(ErrorKind::limit, fmt::format("a fact's body holds at most {} bytes", fact_body_bytes_max));
  auto written = journal_.append(std::move(fact));
  if (!written) return fail(written.error());
  return std::move(*written);
}

Outcome<Record> Transaction::get(const RecordId& id) {
  auto looked_up = store_.find(id);
  if (!looked_up) return fail(looked_up.error());
  auto& stored = *looked_up;
  if (!stored) return std::unexpected(no_record(id));
  return std::move(stored->record);
}

Outcome<RecordPage> Transaction::list(const RecordQuery& query) {
  return list_records(store_.database(), types_, query);
}

Outcome<std::vector<Link>> Transaction::links_from(const RecordId& id, std::string_view kind) {
  auto links = store_.links(true, id, kind);
  if (!links) return fail(links.error());
  return std::move(*links);
}

Outcome<std::vector<Link>> Transaction::links_to(const RecordId& id, std::string_view kind) {
  auto links = store_.links(false, id, kind);
  if (!links) return fail(links.error());
  return std::move(*links);
}

Outcome<std::optional<std::string>> Transaction::note(std::string_view key) {
  auto value = store_.database().text("SELECT value FROM notes WHERE key = ?1", {key});
  if (!value) return fail(value.error());
  if (value->empty()) return std::nullopt;
  return std::move(*value);
}

Outcome<void> Transaction::set_note(std::string_view key, std::string_view value) {
  if (key.size() > subject_bytes_max || value.size() > note_bytes_max)
    return refuse(ErrorKind::limit, fmt::format("a note holds at most {} bytes", note_bytes_max));
  Database& db = store_.database();
  const auto status = value.empty() ? db.run("DELETE FROM notes WHERE key = ?1", {key})
                                    : db.run(
                                          "INSERT INTO notes(key, value) VALUES (?1, ?2) "
                                          "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                                          {key, value});
  if (!status) return fail(status.error());
  return {};
}

}  // namespace yagura::ledger
