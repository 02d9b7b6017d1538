#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <thread>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "lake/event_block.hpp"
#include "lake/event_store.hpp"

namespace yagura::lake {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto insert_time_max = std::chrono::minutes(2);

/// An event without a time of its own stands at the moment when it came, which a second try does not know: it is looked
/// for so long before and after. The engine reads the days around instead of everything it has.
constexpr int64_t undated_search_ns = 31LL * 86'400 * ns_per_second;

/// Events that are looked for at once, and between when.
struct Wanted {
  std::vector<std::string_view> uids;
  Timestamp least{INT64_MAX};
  Timestamp most{INT64_MIN};

  void add(std::string_view uid, Timestamp time) {
    uids.push_back(uid);
    least = std::min(least, time);
    most = std::max(most, time);
  }
};

/// What a second try may mend: the lake was away, or took in too much at once.
bool worth_retrying(ErrorKind kind) {
  return kind == ErrorKind::network || kind == ErrorKind::unavailable;
}

std::string insert_sql(std::string_view token) {
  // The token is hexadecimal. One block in, one part a day out; a batch may touch any number of days.
  return "INSERT INTO events (" + insert_columns() +
         ") SETTINGS insert_deduplicate = 1, insert_deduplication_token = '" + std::string(token) +
         "', max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0, "
         "min_insert_block_size_rows = 1048576, min_insert_block_size_bytes = 1073741824, async_insert = 0 FORMAT "
         "Native";
}

std::string joined(std::span<const std::string> uids) {
  std::string out;
  for (const std::string& uid : uids) out += uid;
  return out;
}

}  // namespace

Result<std::unique_ptr<EventStore>> EventStore::open(std::shared_ptr<Client> client,
                                                     std::shared_ptr<const event::Normaliser> normaliser,
                                                     const Retention& retention) {
  if (auto ready = prepare_schema(*client); !ready) return std::unexpected(ready.error());
  std::unique_ptr<EventStore> store(new EventStore(std::move(client), std::move(normaliser), retention));
  auto names = store->client_->run({.sql = "SELECT DISTINCT name FROM field_names FORMAT TabSeparatedRaw"});
  if (!names) return std::unexpected(names.error());
  for (const std::string_view name : split(names->body, '\n'))
    if (!name.empty()) store->field_names_.emplace(name);
  return store;
}

std::vector<std::string> EventStore::event_uids(const event::Batch& batch, std::string_view token) const {
  return lake::event_uids(batch, token);
}

std::string EventStore::machine_of(const event::Batch& batch, const event::Event& event) const {
  event::Arena scratch;
  event::Normalised normal;
  normaliser_->apply(batch, event, scratch, normal);
  return to_valid_utf8(event::machine_of(event, normal));
}

Result<AppendReceipt> EventStore::append(const event::Batch& batch, std::string_view token, Attempt attempt) {
  AppendReceipt receipt;
  receipt.event_uids = lake::event_uids(batch, token);
  note_field_names(batch);
  const std::shared_lock staying(expiring_);
  const std::span<const std::string> uids(receipt.event_uids);
  for (size_t first = 0; first < batch.size();) {
    size_t count = 0;
    size_t bytes = 0;
    while (first + count < batch.size() && count < rows_per_insert_max && bytes < bytes_per_insert_max)
      bytes += batch.events()[first + count++].raw.size();
    auto stored = append_piece(batch, first, uids.subspan(first, count), attempt);
    if (!stored) return std::unexpected(stored.error());
    receipt.already_stored += *stored;
    first += count;
  }
  return receipt;
}

Result<uint64_t> EventStore::append_piece(const event::Batch& batch, size_t first, std::span<const std::string> uids,
                                          Attempt attempt) {
  const auto give_up = Clock::now() + retry_time_max;
  auto pause = std::chrono::milliseconds(50);
  for (;; pause = std::min(pause * 2, std::chrono::milliseconds(2'000)), attempt = Attempt::again) {
    Result<uint64_t> done = 0;
    if (attempt == Attempt::again)
      done = complete_piece(batch, first, uids);
    else if (auto inserted = insert_run(batch, first, uids, ""); !inserted)
      done = std::unexpected(inserted.error());
    if (done || !worth_retrying(done.error().kind)) return done;
    if (Clock::now() + pause > give_up)
      return failure(ErrorKind::unavailable, "the lake did not take the events in time: " + done.error().message);
    std::this_thread::sleep_for(pause);
  }
}

Status EventStore::insert_run(const event::Batch& batch, size_t first, std::span<const std::string> uids,
                              std::string_view salt) {
  const std::string block = encode_block(batch, first, uids, *normaliser_, system_now());
  auto answer = client_->run(
      {.sql = insert_sql(sha256_hex(std::string(salt) + joined(uids))), .data = block, .time_max = insert_time_max});
  if (!answer) return std::unexpected(answer.error());
  return {};
}

// The engine's own deduplication by token knows a batch that it has seen, cut exactly so. It does not know one
// that is cut differently, and a crash may fall between its noting a token and its storing the rows. So a
// second try asks for the rows themselves, stores what is missing, and looks once more.
Result<uint64_t> EventStore::complete_piece(const event::Batch& batch, size_t first,
                                            std::span<const std::string> uids) {
  std::optional<uint64_t> before;
  constexpr int looks_max = 3;
  for (int look = 0; look < looks_max; ++look) {
    auto have = stored_uids(batch, first, uids);
    if (!have) return std::unexpected(have.error());
    if (!before) before = have->size();
    if (have->size() == uids.size()) return *before;
    for (size_t at = 0; at < uids.size();) {  // runs of missing events, each a block of its own
      size_t end = at;
      while (end < uids.size() && !have->contains(uids[end])) ++end;
      // The same token first, in case that very try is still under way; then one that no log knows.
      const std::string salt = look == 0 ? std::string() : to_hex(random_bytes(16));
      if (end > at)
        if (auto inserted = insert_run(batch, first + at, uids.subspan(at, end - at), salt); !inserted)
          return std::unexpected(inserted.error());
      at = std::max(end, at + 1);
    }
  }
  return failure(ErrorKind::corrupt, "the lake took events that it then did not have");
}

Result<std::set<std::string>> EventStore::stored_uids(const event::Batch& batch, size_t first,
                                                      std::span<const std::string> uids) {
  Wanted dated;
  Wanted undated;
  for (size_t i = 0; i < uids.size(); ++i) {
    const event::Event& event = batch.events()[first + i];
    (event::has(event.dirt, event::Dirt::no_time) ? undated : dated).add(uids[i], event.time);
  }
  if (!undated.uids.empty()) {
    undated.least.ns -= undated_search_ns;
    undated.most.ns += undated_search_ns;
  }
  std::set<std::string> out;
  for (const Wanted& wanted : {dated, undated}) {
    constexpr size_t asked_at_once = 5'000;
    for (size_t at = 0; at < wanted.uids.size(); at += asked_at_once) {
      std::string sql = "SELECT toString(event_uid) FROM events WHERE event_uid IN (";
      for (const std::string_view uid :
           std::span(wanted.uids).subspan(at, std::min(asked_at_once, wanted.uids.size() - at)))
        sql.append("'").append(uid).append("',");
      sql.back() = ')';
      // Times before 1900 are stored as 1900.
      sql += " AND time <= fromUnixTimestamp64Nano({most:Int64}) AND time >= fromUnixTimestamp64Nano({least:Int64})";
      auto answer = client_->run({.sql = sql,
                                  .params = {{"least", std::to_string(stored_time(wanted.least).ns)},
                                             {"most", std::to_string(stored_time(wanted.most).ns)}},
                                  .settings = {{"max_query_size", "1048576"}}});
      if (!answer) return std::unexpected(answer.error());
      for (const std::string_view uid : split(answer->body, '\n'))
        if (!uid.empty()) out.emplace(uid);
    }
  }
  return out;
}

void EventStore::note_field_names(const event::Batch& batch) {
  std::set<std::string> fresh;
  {
    const std::lock_guard lock(names_mutex_);
    for (const event::Event& event : batch.events())
      for (const event::Field& field : batch.fields(event)) {
        const auto id = static_cast<size_t>(field.id);
        if (id < names_seen_.size() && names_seen_[id]) continue;
        if (id >= names_seen_.size()) names_seen_.resize(id + 1);
        names_seen_[id] = true;
        const std::string name = to_valid_utf8(event::FieldNames::instance().name(field.id));
        if (!field_names_.contains(name)) fresh.insert(name);
      }
  }
  if (fresh.empty()) return;
  std::string rows;
  for (const std::string& name : fresh) rows += boost::json::serialize(boost::json::object{{"name", name}}) + "\n";
  // Only help for who types: when it fails, the name is noted with the next batch of the next process.
  (void)client_->run({.sql = "INSERT INTO field_names (name) FORMAT JSONEachRow", .data = rows});
  const std::lock_guard lock(names_mutex_);
  field_names_.insert(fresh.begin(), fresh.end());
}

Diagnosed<Query> EventStore::parse(std::string_view text, Timestamp now) const {
  KnownFields known;
  {
    const std::lock_guard lock(names_mutex_);
    known = field_names_;
  }
  return parse_query(text, now, known.empty() ? nullptr : &known);
}

}  // namespace yagura::lake
