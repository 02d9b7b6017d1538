// What the event store takes and gives: ranges, pages, counts, its health, what expired.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace yagura::lake {

constexpr size_t rows_per_insert_max = 20'000;
constexpr size_t bytes_per_insert_max = 64 << 20;  // of raw text; a larger batch goes in pieces
constexpr size_t search_rows_max = 10'000;
constexpr size_t histogram_buckets_max = 1'000;
constexpr size_t events_by_uid_max = 1'000;

/// Half open: from <= time < to.
struct TimeRange {
  Timestamp from;
  Timestamp to;
};

/// The 24 hours before `now`: what a search covers when nobody says otherwise.
TimeRange last_day(Timestamp now);

struct AppendReceipt {
  std::vector<std::string> event_uids;  // of the batch's events, in order
  uint64_t already_stored = 0;          // of Attempt::again: events that an earlier try had stored
};

enum class Attempt { first, again };

enum class Order { newest_first, oldest_first };

struct SearchPage {
  std::vector<boost::json::object> rows;  // see EventStore::search
  std::string next_cursor;                // empty: there is no more
};

struct Bucket {
  Timestamp start;
  uint64_t count = 0;
};

struct SqlLimits {
  std::chrono::milliseconds time_max = std::chrono::seconds(30);
  uint64_t rows_max = 10'000;
};

struct SqlAnswer {
  std::vector<std::string> columns;
  std::vector<boost::json::array> rows;
  bool cut = false;  // more rows than rows_max
};

/// How long events stay. Whole days (UTC) go at once, when every event of the day happened and was received longer ago.
struct Retention {
  int days = 0;  // 0: nothing goes
};

struct ExpiredDay {
  std::string day;  // "20260408", of the events' time
  uint64_t events = 0;
};

/// Below the embedded lake's folder: where the engine's BACKUP writes to, and RESTORE reads from, and nowhere else.
constexpr std::string_view backups_folder = "backups";

struct LakeHealth {
  bool reachable = false;
  uint64_t events = 0;
  uint64_t bytes_on_disk = 0;
  uint64_t parts = 0;
  uint64_t detached_parts = 0;  // broken parts that the engine put aside: an operator must look
  uint64_t free_bytes = 0;      // on the lake's disk
  std::string oldest_day;       // "20260408"; empty without events
  int retention_days = 0;       // 0: for ever
  std::string message;          // what is wrong, when something is
};

}  // namespace yagura::lake
