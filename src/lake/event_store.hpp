// lake: the event store and its query language. Events go in by the batch, durable before append() returns
// and each exactly once after any retry; they come out by filters that are compiled to SQL with bound
// parameters, or by SQL that can only read. It is not a cache, knows no alert and changes no event.
// Above: pipeline, desks, api. Below: event, base.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "event/batch.hpp"
#include "event/normalise.hpp"
#include "lake/answers.hpp"
#include "lake/client.hpp"
#include "lake/query/query.hpp"
#include "lake/schema.hpp"

namespace yagura::lake {

/// Thread-safe.
class EventStore {
 public:
  /// Makes or updates the schema. Client and normaliser are shared with whoever else uses them.
  static Result<std::unique_ptr<EventStore>> open(std::shared_ptr<Client> client,
                                                  std::shared_ptr<const event::Normaliser> normaliser,
                                                  const Retention& retention = {});

  /// Stores every event of the batch, durably (synced to disk) before it returns. `token` names the source's
  /// stream (a file's identity, a connection, a request): with the events' places it makes their uids, so it
  /// must be the same when the same events are tried again. Tries again itself for `retry_time_max` while the
  /// lake is down. On failure nothing is acknowledged: try the same events again as Attempt::again, which asks
  /// for the uids first and stores each event exactly once, however the stream is cut this time. Costs a
  /// look-up by index and time; a source that resumes after a restart uses it for its first batch.
  Result<AppendReceipt> append(const event::Batch& batch, std::string_view token, Attempt attempt = Attempt::first);
  std::chrono::milliseconds retry_time_max = std::chrono::seconds(30);

  /// The ids that append() gives, known before it.
  std::vector<std::string> event_uids(const event::Batch& batch, std::string_view token) const;

  /// What the lake stores as the event's host: see event::machine_of().
  std::string machine_of(const event::Batch& batch, const event::Event& event) const;

  /// parse_query() with the source fields that this lake has seen, so that a slip in a name is told.
  Diagnosed<Query> parse(std::string_view text, Timestamp now) const;

  /// A page of at most `limit` (<= search_rows_max) events, by time. `cursor` is the page before's
  /// next_cursor. A row: event_uid, time, received, source, format, host, channel, provider, event_id,
  /// record_id, line, offset, dirt[], class_uid, class_name, category_uid, activity_id, severity_id (what is
  /// empty is left out), "ocsf" {dotted attribute: value}, "fields" {source's name: value or, when it
  /// repeats, values} and "raw".
  Result<SearchPage> search(const Query& query, const TimeRange& range, size_t limit, Order order = Order::newest_first,
                            std::string_view cursor = {});

  /// `buckets` (<= histogram_buckets_max) equal pieces of the range, each with how many events match.
  Result<std::vector<Bucket>> histogram(const Query& query, const TimeRange& range, size_t buckets);
  Result<uint64_t> count(const Query& query, const TimeRange& range);

  /// One event by its uid; `not_found` when there is none.
  Result<boost::json::object> get(std::string_view event_uid);

  /// Those of the events that there are, by time; at most `events_by_uid_max` are asked for. `range`, when it is known,
  /// spares the look into other days.
  Result<std::vector<boost::json::object>> get_all(std::span<const std::string> event_uids,
                                                   const std::optional<TimeRange>& range = std::nullopt);

  /// Read-only SQL over the table `events`. A statement that is not one SELECT, or that names another table or
  /// a function that reaches outside, is a Diagnostic before anything runs; the engine's refusal is an Error.
  Diagnosed<Result<SqlAnswer>> sql(std::string_view text, const SqlLimits& limits = {});

  LakeHealth health();

  /// Copies every event of the moment, while others come, to a new folder in backups_folder of the embedded lake, whose
  /// name is given back; `refused` when the lake is a server by URL.
  Result<std::string> back_up();

  /// Lets go of the days that the retention does not hold any more at `now`, oldest first; each stands in the answer.
  /// What is being appended waits meanwhile. On an error the days before it are gone and in `expired` all the same.
  Status expire(Timestamp now, std::vector<ExpiredDay>& expired);

 private:
  EventStore(std::shared_ptr<Client> client, std::shared_ptr<const event::Normaliser> normaliser, Retention retention)
      : client_(std::move(client)), normaliser_(std::move(normaliser)), retention_(retention) {}

  Result<uint64_t> append_piece(const event::Batch& batch, size_t first, std::span<const std::string> uids,
                                Attempt attempt);
  Status insert_run(const event::Batch& batch, size_t first, std::span<const std::string> uids, std::string_view salt);
  Result<uint64_t> complete_piece(const event::Batch& batch, size_t first, std::span<const std::string> uids);
  Result<std::set<std::string>> stored_uids(const event::Batch& batch, size_t first, std::span<const std::string> uids);
  void note_field_names(const event::Batch& batch);

  std::shared_ptr<Client> client_;
  std::shared_ptr<const event::Normaliser> normaliser_;
  Retention retention_;
  std::shared_mutex expiring_;  // shared by whoever appends: no event comes to a day while that is looked at and goes
  mutable std::mutex names_mutex_;
  KnownFields field_names_;
  std::vector<bool> names_seen_;  // by FieldId
};

/// Brings a back_up() of that name into a lake that has no tables yet; how many events it has then.
Result<uint64_t> restore_tables(Client& client, const std::string& name);

}  // namespace yagura::lake
