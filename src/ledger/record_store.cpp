#include "ledger/record_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <set>

#include "ledger/dialect.hpp"
#include "ledger/fact.hpp"
#include "ledger/journal.hpp"
#include "ledger/search_text.hpp"

namespace yagura::ledger {
namespace {

/// Runs each of the statements until one fails.
template <typename... Steps>
Status in_turn(const Steps&... steps) {
  Status status;
  ((status = status ? steps() : std::move(status)), ...);
  return status;
}

std::string year_of(Timestamp time) {
  return format_time(time, 0).substr(0, 4);
}

/// True for every record with which its register may have grown past what is looked through without indexes.
bool is_milestone(const RecordId& id) {
  int64_t number = 0;
  const size_t dash = id.value.rfind('-');
  std::from_chars(id.value.data() + dash + 1, id.value.data() + id.value.size(), number);
  return number % unindexed_records_max == 0;
}

}  // namespace

std::string to_json_list(const std::vector<std::string>& names) {
  boost::json::array list;
  for (const std::string& name : names) list.emplace_back(name);
  return canonical_json(list);
}

Result<StoredRecord> read_record(const Rows& rows) {
  StoredRecord stored;
  stored.num = rows.integer(0);
  Record& record = stored.record;
  record.id.value = rows.text(1);
  record.type = rows.text(2);
  record.version = rows.integer(3);
  record.state = rows.text(4);
  record.state_since = Timestamp{rows.integer(5)};
  auto body = parse_stored_object(rows.text(6), "the body of " + record.id.value);
  if (!body) return std::unexpected(body.error());
  record.body = std::move(*body);
  record.created_by = rows.text(7);
  record.created_at = Timestamp{rows.integer(8)};
  record.updated_by = rows.text(9);
  record.updated_at = Timestamp{rows.integer(10)};
  record.erased = rows.integer(11) != 0;
  return stored;
}

Result<std::optional<StoredRecord>> RecordStore::find(const RecordId& id) {
  auto rows = db_.query(fmt::format("SELECT {} FROM records WHERE id = ?1", record_columns), {id.value});
  if (!rows) return std::unexpected(rows.error());
  const auto some = (*rows)->next();
  if (!some) return std::unexpected(some.error());
  if (!*some) return std::nullopt;
  auto stored = read_record(**rows);
  if (!stored) return std::unexpected(stored.error());
  return std::move(*stored);
}

Result<bool> RecordStore::exists(const RecordId& id) {
  const auto count = db_.integer("SELECT count(*) FROM records WHERE id = ?1", {id.value});
  if (!count) return std::unexpected(count.error());
  return *count > 0;
}

Result<RecordId> RecordStore::take_id(const RecordType& type, Timestamp now) {
  const std::string name = fmt::format("{}-{}", type.prefix, year_of(now));
  const auto number = db_.integer(
      "INSERT INTO sequences(name, last) VALUES (?1, 1) ON CONFLICT(name) DO UPDATE SET last = last + 1 RETURNING last",
      {name});
  if (!number) return std::unexpected(number.error());
  return RecordId{fmt::format("{}-{:04}", name, *number)};
}

Status RecordStore::add_version(int64_t num, const Record& record, const VersionRow& version) {
  const std::string changed = to_json_list(version.changed);
  return db_.run(
      "INSERT INTO versions(num, version, state, move, body, by, at, fact_seq, changed) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      {num, record.version, record.state, version.move, version.canonical_body, record.updated_by, record.updated_at.ns,
       version.fact_seq, changed});
}

Status RecordStore::index_lists(const RecordType& type, int64_t num, const Record& record) {
  for (const Field& field : type.fields) {
    if (field.kind != FieldKind::list || !field.indexed) continue;
    const auto* value = record.body.if_contains(field.name);
    const auto* items = value ? value->if_array() : nullptr;
    if (!items) continue;
    for (const auto& item : *items) {
      Value bound;
      if (const auto* text = item.if_string())
        bound = std::string_view(text->data(), text->size());
      else if (item.is_int64())
        bound = item.get_int64();
      else if (item.is_double())
        bound = item.get_double();
      else
        bound = static_cast<int64_t>(item.is_bool() && item.get_bool());
      auto status = db_.run("INSERT OR IGNORE INTO list_items(type, field, value, num) VALUES (?1, ?2, ?3, ?4)",
                            {type.id, field.name, bound, num});
      if (!status) return status;
    }
  }
  return {};
}

Status RecordStore::index(const RecordType& type, int64_t num, const Record& record, bool fresh) {
  const std::string tokens = search_tokens(type, record.id.value, record.body);
  if (fresh)
    return in_turn([&] { return db_.run("INSERT INTO search(rowid, tokens) VALUES (?1, ?2)", {num, tokens}); },
                   [&] { return index_lists(type, num, record); });
  return in_turn([&] { return db_.run("UPDATE search SET tokens = ?2 WHERE rowid = ?1", {num, tokens}); },
                 [&] { return db_.run("DELETE FROM list_items WHERE num = ?1", {num}); },
                 [&] { return index_lists(type, num, record); });
}

Status RecordStore::insert(const RecordType& type, const Record& record, const VersionRow& version) {
  int64_t num = 0;
  return in_turn(
      [&] {
        auto status = db_.run(
            "INSERT INTO records(id, type, version, state, state_since, body, created_by, created_at, updated_by, "
            "updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            {record.id.value, record.type, record.version, record.state, record.state_since.ns, version.canonical_body,
             record.created_by, record.created_at.ns, record.updated_by, record.updated_at.ns});
        num = db_.last_row();
        return status;
      },
      [&] { return is_milestone(record.id) ? index_fields(db_, type) : Status(); },
      [&] { return add_version(num, record, version); }, [&] { return index(type, num, record, true); },
      [&] { return step_clocks(type, num, record.state, record.updated_at); });
}

Status RecordStore::advance(const RecordType& type, const StoredRecord& stored, const VersionRow& version) {
  const Record& record = stored.record;
  return in_turn(
      [&] {
        return db_.run(
            "UPDATE records SET version = ?2, state = ?3, state_since = ?4, body = ?5, updated_by = ?6, updated_at = "
            "?7 "
            "WHERE num = ?1",
            {stored.num, record.version, record.state, record.state_since.ns, version.canonical_body, record.updated_by,
             record.updated_at.ns});
      },
      [&] { return add_version(stored.num, record, version); },
      [&] { return version.changed.empty() ? Status() : index(type, stored.num, record, false); },
      [&] { return version.move.empty() ? Status() : step_clocks(type, stored.num, record.state, record.updated_at); });
}

Status RecordStore::erase(const RecordType* type, const StoredRecord& stored) {
  Record blank = stored.record;
  blank.body.clear();
  return in_turn(
      [&] { return db_.run("UPDATE versions SET body = '{}', changed = '[]' WHERE num = ?1", {stored.num}); },
      [&] { return db_.run("UPDATE records SET body = '{}', erased = 1 WHERE num = ?1", {stored.num}); },
      [&] { return db_.run("DELETE FROM list_items WHERE num = ?1", {stored.num}); },
      [&] {
        const std::string tokens = type ? search_tokens(*type, blank.id.value, blank.body) : std::string();
        return db_.run("UPDATE search SET tokens = ?2 WHERE rowid = ?1", {stored.num, tokens});
      });
}

Status RecordStore::step_clocks(const RecordType& type, int64_t num, std::string_view state, Timestamp at) {
  for (const TypeClock& clock : type.clocks) {
    Status status;
    if (std::ranges::find(clock.until, state) != clock.until.end())
      status = db_.run("DELETE FROM running_clocks WHERE num = ?1 AND clock = ?2", {num, clock.id});
    else if (std::ranges::find(clock.from, state) != clock.from.end())
      status = db_.run("INSERT OR IGNORE INTO running_clocks(num, clock, type, since) VALUES (?1, ?2, ?3, ?4)",
                       {num, clock.id, type.id, at.ns});
    if (!status) return status;
  }
  return {};
}

}  // namespace yagura::ledger
