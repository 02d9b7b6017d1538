#include "ledger/stored_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <utility>

#include "base/check.hpp"
#include "base/text.hpp"
#include "ledger/dialect.hpp"
#include "ledger/record_listing.hpp"

namespace yagura::ledger {
namespace {

constexpr size_t reading_connections_max = 6;

Refusal not_there(const RecordId& id) {
  const std::string shown = to_valid_utf8(id.value.substr(0, 100));
  return Refusal(ErrorKind::not_found, fmt::format("there is no record '{}'", shown),
                 {{"record.not_found", "", "there is no such record", "", {{"record", shown}}}});
}

template <typename T>
Outcome<T> as_outcome(Result<T> result) {
  if (!result) return std::unexpected(Refusal(result.error()));
  return std::move(*result);
}

}  // namespace

StoredLedger::StoredLedger(std::filesystem::path folder, std::string id, RecordTypes types, Clock clock,
                           std::unique_ptr<Database> writer, Anchor anchor)
    : folder_(std::move(folder)),
      id_(std::move(id)),
      types_(std::move(types)),
      clock_(std::move(clock)),
      blobs_(folder_ / "blobs"),
      writer_(std::move(writer)),
      anchor_(std::move(anchor)),
      journal_(*writer_, id_),
      readers_(folder_ / "ledger.db", reading_connections_max) {
  if (const auto head = read_head(*writer_, id_)) head_seq_ = head->seq;
}

StoredLedger::~StoredLedger() {
  stop_reactions();
  // The anchor may lag after a loss of power; after an orderly end it need not.
  (void)anchor_.sync();
}

Status StoredLedger::begin() {
  if (auto status = begin_write(*writer_); !status) return status;
  auto status = journal_.start();
  if (!status) (void)writer_->run("ROLLBACK");
  return status;
}

void StoredLedger::published() {
  const Head& head = journal_.head();
  if (head.seq == head_seq_.load()) return;
  // A failure here leaves the anchor behind the journal, which is allowed; the next commit mends it.
  (void)anchor_.write({head.seq, head.hash});
  {
    const std::lock_guard lock(waiting_);
    head_seq_ = head.seq;
  }
  more_facts_.notify_all();
}

Outcome<void> StoredLedger::commit(const std::function<Outcome<void>(RecordStore&, Timestamp now)>& work) {
  check(writer_thread_.load() != std::this_thread::get_id(), "Ledger::write() is not called from inside its work");
  const std::lock_guard lock(writing_);
  writer_thread_ = std::this_thread::get_id();
  struct Leave {
    std::atomic<std::thread::id>& thread;
    ~Leave() { thread = std::thread::id(); }
  } leave{writer_thread_};
  if (auto status = begin(); !status) return std::unexpected(Refusal(status.error()));
  RecordStore store(*writer_, types_);
  Outcome<void> outcome;
  try {
    outcome = work(store, std::max(clock_(), journal_.head().time));
  } catch (...) {
    (void)writer_->run("ROLLBACK");
    throw;
  }
  if (outcome)
    if (auto status = writer_->run("COMMIT"); !status) outcome = std::unexpected(Refusal(status.error()));
  if (!outcome) {
    (void)writer_->run("ROLLBACK");
    return outcome;
  }
  published();
  return outcome;
}

Outcome<void> StoredLedger::write(const Actor& actor, std::string_view desk,
                                  const std::function<Outcome<void>(Transaction&)>& work) {
  return commit([&](RecordStore& store, Timestamp now) -> Outcome<void> {
    Transaction transaction(store, journal_, types_, actor, std::string(desk), now);
    auto outcome = work(transaction);
    if (outcome && transaction.broken()) return std::unexpected(Refusal(*transaction.broken()));
    return outcome;
  });
}

Outcome<Record> StoredLedger::get(const RecordId& id) {
  return read<Record>([&](RecordStore& store) -> Outcome<Record> {
    auto stored = store.find(id);
    if (!stored) return std::unexpected(Refusal(stored.error()));
    if (!*stored) return std::unexpected(not_there(id));
    return std::move((*stored)->record);
  });
}

Outcome<Record> StoredLedger::get_version(const RecordId& id, int64_t version) {
  return read<Record>([&](RecordStore& store) -> Outcome<Record> {
    auto stored = store.find(id);
    if (!stored) return std::unexpected(Refusal(stored.error()));
    auto versions = store.history(id);
    if (!versions) return std::unexpected(Refusal(versions.error()));
    if (!*stored || version < 1 || version > static_cast<int64_t>(versions->size()))
      return std::unexpected(not_there(id));
    Record record = std::move((*stored)->record);
    for (RecordVersion& each : *versions) {
      if (each.version == 1 || !each.move.empty()) record.state_since = each.at;
      if (each.version != version) continue;
      record.version = version;
      record.state = each.state;
      record.body = std::move(each.body);
      record.updated_by = each.by;
      record.updated_at = each.at;
      break;
    }
    return record;
  });
}

Outcome<RecordPage> StoredLedger::list(const RecordQuery& query) {
  return read<RecordPage>([&](RecordStore& store) { return list_records(store.database(), types_, query); });
}

Outcome<int64_t> StoredLedger::count(const RecordQuery& query) {
  return read<int64_t>([&](RecordStore& store) { return count_records(store.database(), types_, query); });
}

Outcome<std::map<std::string, int64_t>> StoredLedger::count_by_state(std::string_view type) {
  using Counts = std::map<std::string, int64_t>;
  return read<Counts>([&](RecordStore& store) -> Outcome<Counts> {
    auto rows = store.database().query("SELECT state, count(*) FROM records WHERE type = ?1 GROUP BY state", {type});
    if (!rows) return std::unexpected(Refusal(rows.error()));
    Counts counts;
    for (;;) {
      const auto some = (*rows)->next();
      if (!some) return std::unexpected(Refusal(some.error()));
      if (!*some) return counts;
      counts[std::string((*rows)->text(0))] = (*rows)->integer(1);
    }
  });
}

Outcome<std::vector<RecordVersion>> StoredLedger::history(const RecordId& id) {
  using Versions = std::vector<RecordVersion>;
  return read<Versions>([&](RecordStore& store) -> Outcome<Versions> {
    auto versions = store.history(id);
    if (versions && versions->empty()) return std::unexpected(not_there(id));
    return as_outcome(std::move(versions));
  });
}

Outcome<std::vector<Link>> StoredLedger::links_from(const RecordId& id, std::string_view kind) {
  using Links = std::vector<Link>;
  return read<Links>([&](RecordStore& store) { return as_outcome(store.links(true, id, kind)); });
}

Outcome<std::vector<Link>> StoredLedger::links_to(const RecordId& id, std::string_view kind) {
  using Links = std::vector<Link>;
  return read<Links>([&](RecordStore& store) { return as_outcome(store.links(false, id, kind)); });
}

Outcome<std::vector<Fact>> StoredLedger::facts(const FactQuery& query) {
  using Facts = std::vector<Fact>;
  return read<Facts>([&](RecordStore& store) { return find_facts(store.database(), query); });
}

Outcome<Fact> StoredLedger::fact(int64_t seq) {
  FactQuery query;
  query.after_seq = seq - 1;
  query.before_seq = seq + 1;
  query.limit = 1;
  auto found = facts(query);
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return refuse(ErrorKind::not_found, fmt::format("there is no fact {}", seq));
  return std::move(found->front());
}

int64_t StoredLedger::wait_for_fact(int64_t seq, int64_t timeout_ms) {
  std::unique_lock lock(waiting_);
  more_facts_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return head_seq_ > seq; });
  return head_seq_;
}

}  // namespace yagura::ledger
