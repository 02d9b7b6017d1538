// What runs out: the clocks, reviews and retention of StoredLedger's records.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "ledger/dialect.hpp"
#include "ledger/journal.hpp"
#include "ledger/stored_ledger.hpp"

namespace yagura::ledger {
namespace {

constexpr int64_t due_limit_max = 100'000;

/// Gathers the due things of one list: rows of record id and the nanoseconds it began at.
class DueReader {
 public:
  DueReader(Database& db, Timestamp now, const DueQuery& query) : db_(db), now_(now), query_(query) {}

  Status add(const RecordType& type, DueKind kind, std::string_view clock, int64_t after_seconds, std::string from,
             std::string_view since_column) {
    const int64_t after_ns = after_seconds * ns_per_second;
    std::string sql = fmt::format("SELECT records.id, {} FROM {}", since_column, from);
    if (query_.record) sql += " AND records.id = ?1";
    if (query_.overdue_only) sql += fmt::format(" AND {} < {}", since_column, now_.ns - after_ns);
    sql += fmt::format(" ORDER BY {} LIMIT {}", since_column, query_.limit + 1);
    auto rows = query_.record ? db_.query(sql, {query_.record->value}) : db_.query(sql);
    if (!rows) return std::unexpected(rows.error());
    for (;;) {
      const auto some = (*rows)->next();
      if (!some) return std::unexpected(some.error());
      if (!*some) return {};
      const Timestamp since{(*rows)->integer(1)};
      const Timestamp due_at{since.ns + after_ns};
      list.items.push_back(
          {RecordId{std::string((*rows)->text(0))}, type.id, kind, std::string(clock), since, due_at, due_at < now_});
    }
  }

  DueList finish() {
    std::ranges::sort(list.items, {}, [](const Due& due) { return std::tie(due.due_at, due.record, due.clock); });
    if (static_cast<int64_t>(list.items.size()) > query_.limit) {
      list.items.resize(static_cast<size_t>(query_.limit));
      list.more = true;
    }
    return std::move(list);
  }

  DueList list;

 private:
  Database& db_;
  Timestamp now_;
  const DueQuery& query_;
};

std::string states_of(const RecordType& type, bool final) {
  std::string out;
  for (const State& state : type.states)
    if (state.final == final) out += fmt::format("{}'{}'", out.empty() ? "" : ", ", state.id);
  return out;
}

Status add_type(DueReader& reader, const RecordType& type) {
  for (const TypeClock& clock : type.clocks) {
    auto status = reader.add(type, DueKind::clock, clock.id, clock.within_seconds,
                             fmt::format("running_clocks JOIN records ON records.num = running_clocks.num WHERE "
                                         "running_clocks.type = '{}' AND running_clocks.clock = '{}'",
                                         type.id, clock.id),
                             "running_clocks.since");
    if (!status) return status;
  }
  if (type.review_seconds) {
    auto status = reader.add(
        type, DueKind::review, "", *type.review_seconds,
        fmt::format("records WHERE records.type = '{}' AND records.state IN ({})", type.id, states_of(type, false)),
        "records.updated_at");
    if (!status) return status;
  }
  if (!type.retention_seconds) return {};
  return reader.add(type, DueKind::retention, "", *type.retention_seconds,
                    fmt::format("records WHERE records.type = '{}' AND records.erased = 0 AND records.state IN ({})",
                                type.id, states_of(type, true)),
                    "records.state_since");
}

/// What of the types decides which clocks run.
std::string clock_signature(const RecordTypes& types) {
  boost::json::array all;
  for (const auto& [id, type] : types.all())
    for (const TypeClock& clock : type.clocks)
      all.push_back({id, clock.id, to_json_list(clock.from), to_json_list(clock.until)});
  return canonical_json(all);
}

}  // namespace

Outcome<DueList> StoredLedger::due(Timestamp now, const DueQuery& query) {
  if (query.limit < 1 || query.limit > due_limit_max)
    return refuse(ErrorKind::limit, fmt::format("a list of due things holds 1 to {}", due_limit_max));
  return readers_.read<DueList>([&](Database& db) -> Outcome<DueList> {
    DueReader reader(db, now, query);
    for (const auto& [id, type] : types_.all()) {
      if (!query.type.empty() && query.type != id) continue;
      if (auto status = add_type(reader, type); !status) return std::unexpected(Refusal(status.error()));
    }
    return reader.finish();
  });
}

Status StoredLedger::follow_types() {
  const std::string signature = clock_signature(types_);
  const auto known = writer_->text("SELECT value FROM meta WHERE key = 'clocks'", {});
  if (!known) return std::unexpected(known.error());
  if (*known == signature) return {};
  // The clocks of the files changed: let every record live through its states again.
  const auto done = commit([&](RecordStore& store, Timestamp) -> Outcome<void> {
    Status status = writer_->run("DELETE FROM running_clocks");
    auto rows = writer_->query(
        "SELECT versions.num, versions.state, versions.at, records.type FROM versions "
        "JOIN records ON records.num = versions.num WHERE versions.version = 1 OR versions.move <> '' "
        "ORDER BY versions.num, versions.version");
    if (!rows) return std::unexpected(Refusal(rows.error()));
    while (status) {
      const auto some = (*rows)->next();
      if (!some) return std::unexpected(Refusal(some.error()));
      if (!*some) break;
      const RecordType* type = types_.find((*rows)->text(3));
      if (type && !type->clocks.empty())
        status = store.step_clocks(*type, (*rows)->integer(0), std::string((*rows)->text(1)),
                                   Timestamp{(*rows)->integer(2)});
    }
    if (status)
      status = writer_->run(
          "INSERT INTO meta(key, value) VALUES ('clocks', ?1) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
          {signature});
    if (!status) return std::unexpected(Refusal(status.error()));
    return {};
  });
  if (!done) return std::unexpected(done.error().error());
  return {};
}

}  // namespace yagura::ledger
