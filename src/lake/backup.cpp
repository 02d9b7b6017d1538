#include <charconv>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "lake/event_store.hpp"

namespace yagura::lake {
namespace {

constexpr auto backup_time_max = std::chrono::hours(12);
constexpr std::string_view tables = "TABLE events, TABLE field_names, TABLE schema_versions";

Result<uint64_t> count_events(Client& client, const std::string& table) {
  auto answer = client.run({.sql = "SELECT count() FROM " + table, .time_max = backup_time_max});
  if (!answer) return std::unexpected(answer.error());
  uint64_t out = 0;
  std::from_chars(answer->body.data(), answer->body.data() + answer->body.size(), out);
  return out;
}

}  // namespace

Result<std::string> EventStore::back_up() {
  if (client_->endpoint().unix_socket.empty())
    return failure(
        ErrorKind::refused,
        "the events are in a ClickHouse server: copy them by its own BACKUP TABLE events, TABLE field_names, "
        "TABLE schema_versions TO ...");
  std::string name = "backup-" + to_hex(random_bytes(8));
  // Every part with all its files: the copy's own counts can be read then, and one damaged file harms one part.
  auto done =
      client_->run({.sql = "BACKUP " + std::string(tables) + " TO File('" + name + "') SETTINGS deduplicate_files = 0",
                    .time_max = backup_time_max});
  if (!done) return std::unexpected(done.error());
  return name;
}

Result<uint64_t> restore_tables(Client& client, const std::string& name) {
  auto made = client.run({.sql = "CREATE DATABASE IF NOT EXISTS " + client.endpoint().database, .in_database = false});
  if (!made) return std::unexpected(made.error());
  auto done =
      client.run({.sql = "RESTORE " + std::string(tables) + " FROM File('" + name + "')", .time_max = backup_time_max});
  if (!done) return std::unexpected(done.error());
  return count_events(client, "events");
}

}  // namespace yagura::lake
