#include <fmt/format.h>

#include <set>

#include "ledger/dialect.hpp"

namespace yagura::ledger {
namespace {

// Never change a step that was released: add one. Times are nanoseconds UTC, hashes hexadecimal, bodies
// canonical JSON. facts and versions are only ever added to (erasing blanks a version's body).
constexpr std::string_view step_1 = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sequences(name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE facts(
  seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, desk TEXT NOT NULL, kind TEXT NOT NULL,
  subject TEXT NOT NULL, body TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX facts_subject ON facts(subject, seq);
CREATE INDEX facts_kind ON facts(kind, seq);
CREATE INDEX facts_actor ON facts(actor, seq);
CREATE INDEX facts_time ON facts(time);
CREATE TABLE records(
  num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, version INTEGER NOT NULL,
  state TEXT NOT NULL, state_since INTEGER NOT NULL, body TEXT NOT NULL, created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_by TEXT NOT NULL, updated_at INTEGER NOT NULL,
  erased INTEGER NOT NULL DEFAULT 0);
CREATE INDEX records_type ON records(type, num);
CREATE INDEX records_state ON records(type, state, num);
CREATE INDEX records_state_since ON records(type, state, state_since);
CREATE INDEX records_updated ON records(type, updated_at, num);
CREATE INDEX records_created ON records(type, created_at, num);
CREATE TABLE versions(
  num INTEGER NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, move TEXT NOT NULL, body TEXT NOT NULL,
  by TEXT NOT NULL, at INTEGER NOT NULL, fact_seq INTEGER NOT NULL UNIQUE, changed TEXT NOT NULL,
  UNIQUE(num, version));
CREATE TABLE links(
  from_id TEXT NOT NULL, kind TEXT NOT NULL, to_id TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL,
  fact_seq INTEGER NOT NULL, PRIMARY KEY(from_id, kind, to_id)) WITHOUT ROWID;
CREATE INDEX links_to ON links(to_id, kind, from_id);
CREATE TABLE list_items(
  type TEXT NOT NULL, field TEXT NOT NULL, value NOT NULL, num INTEGER NOT NULL,
  PRIMARY KEY(type, field, value, num)) WITHOUT ROWID;
CREATE INDEX list_items_num ON list_items(num);
CREATE TABLE running_clocks(
  num INTEGER NOT NULL, clock TEXT NOT NULL, type TEXT NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY(num, clock)) WITHOUT ROWID;
CREATE INDEX running_clocks_since ON running_clocks(type, clock, since);
CREATE TABLE cursors(
  name TEXT PRIMARY KEY, seq INTEGER NOT NULL, attempts INTEGER NOT NULL, retry_at INTEGER NOT NULL,
  reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE parked(
  id INTEGER PRIMARY KEY AUTOINCREMENT, reaction TEXT NOT NULL, fact_seq INTEGER NOT NULL, reason TEXT NOT NULL,
  attempts INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE notes(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5(tokens, columnsize = 0, tokenize = "ascii tokenchars '_'");
)sql";

constexpr std::string_view steps[] = {step_1};
static_assert(std::size(steps) == schema_version);

Status apply_step(Database& db, int64_t step) {
  if (auto status = begin_write(db); !status) return status;
  // Another process may have been quicker while this one waited for the lock.
  const auto now = db.integer("PRAGMA user_version", {});
  Status status;
  if (!now)
    status = std::unexpected(now.error());
  else if (*now == step)
    status = db.script(fmt::format("{}PRAGMA user_version = {};", steps[step], step + 1));
  if (status) status = db.run("COMMIT");
  if (!status) (void)db.run("ROLLBACK");
  return status;
}

bool has_index(const Field& field) {
  return field.indexed && field.kind != FieldKind::list;
}

std::string index_name(const RecordType& type, const Field& field) {
  return fmt::format("field:{}.{}", type.id, field.name);
}

/// The names of the indexes on fields that the database has.
Result<std::set<std::string>> field_indexes(Database& db) {
  std::set<std::string> out;
  auto rows = db.query("SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'field:%'");
  if (!rows) return std::unexpected(rows.error());
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(some.error());
    if (!*some) return out;
    out.emplace((*rows)->text(0));
  }
}

}  // namespace

Status migrate(Database& db) {
  for (int64_t step = 0; step <= schema_version; ++step) {
    const auto now = db.integer("PRAGMA user_version", {});
    if (!now) return std::unexpected(now.error());
    if (*now > schema_version)
      return failure(ErrorKind::refused,
                     fmt::format("the ledger was written by a newer program (form {}, this one knows {}): use that one",
                                 *now, schema_version));
    if (*now == schema_version) return {};
    if (auto status = apply_step(db, *now); !status) return status;
  }
  return failure(ErrorKind::unavailable, "the ledger's form changes while it is opened: try again");
}

std::string field_expression(std::string_view field) {
  return fmt::format("coalesce(json_extract(records.body, '$.\"{}\"'), '')", field);
}

Status index_fields(Database& db, const RecordType& type) {
  for (const Field& field : type.fields) {
    if (!has_index(field)) continue;
    // An index names its columns without their table.
    const std::string sql = fmt::format(
        "CREATE INDEX IF NOT EXISTS \"{}\" ON records(type, coalesce(json_extract(body, '$.\"{}\"'), ''), num) "
        "WHERE type = '{}'",
        index_name(type, field), field.name, type.id);
    if (auto status = db.script(sql); !status) return status;
  }
  return {};
}

Status index_fields(Database& db, const RecordTypes& types) {
  auto there = field_indexes(db);
  if (!there) return std::unexpected(there.error());
  std::vector<const RecordType*> lacking;
  for (const auto& [id, type] : types.all()) {
    const auto grown = db.integer(
        fmt::format("SELECT count(*) FROM (SELECT 1 FROM records WHERE type = ?1 LIMIT {})", unindexed_records_max),
        {id});
    if (!grown) return std::unexpected(grown.error());
    if (*grown < unindexed_records_max) continue;
    bool all_there = true;
    for (const Field& field : type.fields)
      if (has_index(field)) all_there &= there->erase(index_name(type, field)) > 0;
    if (!all_there) lacking.push_back(&type);
  }
  if (lacking.empty() && there->empty()) return {};
  if (auto status = begin_write(db); !status) return status;
  Status status;
  for (const RecordType* type : lacking)
    if (status) status = index_fields(db, *type);
  for (const std::string& name : *there)
    if (status) status = db.script(fmt::format("DROP INDEX IF EXISTS \"{}\"", name));
  if (status) status = db.run("COMMIT");
  if (!status) (void)db.run("ROLLBACK");
  return status;
}

std::string search_condition(int parameter) {
  return fmt::format("search.tokens MATCH ?{}", parameter);
}

Status begin_write(Database& db) {
  return db.run("BEGIN IMMEDIATE");
}

Status begin_read(Database& db) {
  return db.run("BEGIN DEFERRED");
}

}  // namespace yagura::ledger
