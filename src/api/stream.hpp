// The live stream: facts of the journal as server-sent events, each reader seeing what it may. A reader that
// reconnects with Last-Event-ID goes on where it was: the journal is the buffer, so nothing is lost and no reader
// can make the server hold more than feed_bytes_max for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/message.hpp"
#include "api/services.hpp"
#include "base/counters.hpp"
#include "ledger/ledger.hpp"

namespace yagura::api {

constexpr size_t feed_bytes_max = 256 * 1024;  // waiting for one reader
constexpr size_t feeds_max = 200;              // readers at once
constexpr int64_t feed_facts_per_read = 500;
constexpr int64_t feed_stuck_seconds_max = 30;    // a full outbox that does not move for so long ends the feed
constexpr int64_t feed_valid_check_seconds = 10;  // how soon a signed-out reader is cut off

/// One thread that reads the journal for all feeds. Thread-safe.
class StreamHub {
 public:
  /// `still_valid` tells whether a reader may still read.
  StreamHub(ledger::Ledger& ledger, Counters& counters, std::function<bool(const Principal&)> still_valid);
  ~StreamHub();

  /// A feed of the facts after `after_seq` that `who` may see, only those of `kinds` ("alert.created",
  /// "alert.*"; empty: all). `limit` when there are feeds_max already.
  Result<std::shared_ptr<EventFeed>> open(const Principal& who, int64_t after_seq, std::vector<std::string> kinds);

  /// Ends every feed and the thread.
  void stop();

 private:
  class Feed;
  using Facts = std::shared_ptr<const std::vector<ledger::Fact>>;

  void run();
  int64_t serve(Feed& feed, std::map<int64_t, Facts>& read);
  std::string frame(const ledger::Fact& fact, const ledger::Actor& actor) const;

  ledger::Ledger& ledger_;
  Counters& counters_;
  std::function<bool(const Principal&)> still_valid_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<Feed>> feeds_;  // owned by their connections: a reader that is gone leaves nothing behind
  std::vector<std::shared_ptr<Feed>> living_feeds();
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

/// GET /api/v1/stream
RouteSet stream_routes(StreamHub& hub, ledger::Ledger& ledger);

}  // namespace yagura::api
