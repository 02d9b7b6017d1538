#include "lake/schema.hpp"

#include <charconv>
#include <set>

#include "base/text.hpp"
#include "lake/columns.hpp"
#include "lake/query/compiler.hpp"

namespace yagura::lake {
namespace {

/// Raised when a change is more than a new column or index; each has its step in migrate().
constexpr int schema_version = 1;

struct Index {
  std::string name;
  std::string definition;
};

std::vector<Index> indexes() {
  std::vector<Index> out{
      {"by_uid", "event_uid TYPE bloom_filter(0.001) GRANULARITY 1"},
      // The cheap one, over everything: an answer needs the pattern's 3-grams in a granule's filter. One hash:
      // a second doubles what an insert costs (11 us an event) and a pattern has many grams to be sure by.
      {"text_grams", "text TYPE ngrambf_v1(3, 131072, 1, 0) GRANULARITY 1"},
      // The exact one, where hunting happens.
      {"cmd_line_grams", folded_sql("process_cmd_line") + " TYPE text(tokenizer = ngrams(3))"},
  };
  // Addresses and digests are made of grams that every granule has. For names the grams of `text` do; each
  // further index costs an insert two files to sync.
  for (const char* name :
       {"src_endpoint.ip", "dst_endpoint.ip", "file.hashes.md5", "file.hashes.sha1", "file.hashes.sha256"}) {
    const std::string column = sql_name(name);
    out.push_back({"by_" + column, folded_sql(column) + " TYPE bloom_filter(0.01) GRANULARITY 1"});
  }
  out.push_back({"by_event_id", "event_id TYPE set(256) GRANULARITY 1"});
  return out;
}

std::string codec(const Column& column) {
  switch (column.kind) {
    case ColumnKind::time:
      return " CODEC(Delta(8), ZSTD(1))";
    case ColumnKind::raw:
      return " CODEC(ZSTD(3))";
    case ColumnKind::text:
    case ColumnKind::search_text:
    case ColumnKind::attributes:
      return " CODEC(ZSTD(1))";
    default:
      return "";
  }
}

/// Every column as "name type codec"; an ip brings its number column along.
std::vector<std::pair<std::string, std::string>> definitions() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Column& column : columns()) {
    out.emplace_back(column.sql, column.type + codec(column));
    if (!column.number_sql.empty()) out.emplace_back(column.number_sql, "IPv6 CODEC(ZSTD(1))");
  }
  return out;
}

std::string create_events() {
  std::string out = "CREATE TABLE IF NOT EXISTS events (";
  for (const auto& [name, type] : definitions()) out += name + ' ' + type + ", ";
  for (const Index& index : indexes()) out += "INDEX " + index.name + ' ' + index.definition + ", ";
  out.resize(out.size() - 2);
  // A part is written and synced before its insert is answered, and a merged one before it replaces its
  // parts. The window holds one entry a part: a batch may touch thousands of days.
  return out +
         ") ENGINE = MergeTree PARTITION BY toYYYYMMDD(time) ORDER BY (toStartOfHour(time), class_uid, host, time) "
         "SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, "
         "non_replicated_deduplication_window = 20000, "
         "max_suspicious_broken_parts = 1000, concurrent_part_removal_threshold = 1000";
}

Status run(Client& client, const std::string& sql, bool in_database = true) {
  auto answer = client.run({.sql = sql, .time_max = std::chrono::minutes(5), .in_database = in_database});
  if (!answer) return std::unexpected(answer.error());
  return {};
}

Result<std::set<std::string>> names(Client& client, const std::string& sql) {
  auto answer = client.run({.sql = sql, .params = {{"database", client.endpoint().database}}});
  if (!answer) return std::unexpected(answer.error());
  std::set<std::string> out;
  for (const std::string_view name : split(answer->body, '\n'))
    if (!name.empty()) out.emplace(name);
  return out;
}

Status add_what_is_missing(Client& client) {
  const auto have =
      names(client, "SELECT name FROM system.columns WHERE database = {database:String} AND table = 'events'");
  if (!have) return std::unexpected(have.error());
  for (const auto& [name, type] : definitions())
    if (!have->contains(name))
      if (auto added = run(client, "ALTER TABLE events ADD COLUMN IF NOT EXISTS " + name + ' ' + type); !added)
        return added;
  const auto indexed = names(
      client, "SELECT name FROM system.data_skipping_indices WHERE database = {database:String} AND table = 'events'");
  if (!indexed) return std::unexpected(indexed.error());
  for (const Index& index : indexes())
    if (!indexed->contains(index.name))
      if (auto added = run(client, "ALTER TABLE events ADD INDEX IF NOT EXISTS " + index.name + ' ' + index.definition);
          !added)
        return added;
  return {};
}

/// The engine's own TTL looks at the events' time alone and keeps no record: EventStore::expire() does it.
Status remove_ttl(Client& client) {
  auto table = client.run({.sql = "SELECT create_table_query FROM system.tables WHERE database = {database:String} AND "
                                  "name = 'events'",
                           .params = {{"database", client.endpoint().database}}});
  if (!table) return std::unexpected(table.error());
  return table->body.contains(" TTL ") ? run(client, "ALTER TABLE events REMOVE TTL") : Status{};
}

}  // namespace

Status prepare_schema(Client& client) {
  // The name holds letters, digits and '_' only: parse_endpoint() saw to it.
  if (auto made = run(client, "CREATE DATABASE IF NOT EXISTS " + client.endpoint().database, false); !made) return made;
  if (auto made = run(client,
                      "CREATE TABLE IF NOT EXISTS schema_versions (version UInt32, applied DateTime DEFAULT now()) "
                      "ENGINE = MergeTree ORDER BY version SETTINGS fsync_after_insert = 1");
      !made)
    return made;
  auto stored = client.run({.sql = "SELECT max(version) FROM schema_versions"});
  if (!stored) return std::unexpected(stored.error());
  int version = 0;
  std::from_chars(stored->body.data(), stored->body.data() + stored->body.size(), version);
  if (version > schema_version)
    return failure(ErrorKind::refused, "the lake's tables are of a newer program (version " + std::to_string(version) +
                                           "); update this one");
  if (auto made = run(client,
                      "CREATE TABLE IF NOT EXISTS field_names (name String) ENGINE = ReplacingMergeTree ORDER BY "
                      "name SETTINGS fsync_after_insert = 1");
      !made)
    return made;
  if (auto made = run(client, create_events()); !made) return made;
  if (auto added = add_what_is_missing(client); !added) return added;
  if (version < schema_version)
    if (auto noted =
            run(client, "INSERT INTO schema_versions (version) VALUES (" + std::to_string(schema_version) + ")");
        !noted)
      return noted;
  return remove_ttl(client);
}

}  // namespace yagura::lake
