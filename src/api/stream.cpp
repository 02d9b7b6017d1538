#include "api/stream.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>

#include "api/ledger_routes.hpp"
#include "api/record_json.hpp"
#include "ledger/visibility.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

constexpr int64_t look_ms = 500;  // how often full outboxes are looked at again

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool of_kind(const std::vector<std::string>& kinds, std::string_view kind) {
  if (kinds.empty()) return true;
  return std::ranges::any_of(kinds, [&](const std::string& wanted) {
    return wanted.ends_with(".*") ? kind.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1))
                                  : kind == wanted;
  });
}

}  // namespace

class StreamHub::Feed final : public EventFeed {
 public:
  Feed(Principal who, int64_t after_seq, std::vector<std::string> kinds)
      : who_(std::move(who)),
        actor_(actor_of(who_)),
        kinds_(std::move(kinds)),
        cursor_(after_seq),
        moved_ms_(now_ms()),
        checked_ms_(now_ms()) {}

  std::string take() override {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty()) moved_ms_ = now_ms();
    return std::exchange(waiting_, {});
  }
  bool ended() const override { return ended_; }
  void on_news(std::function<void()> wake) override {
    const std::lock_guard lock(mutex_);
    if (!wake) ended_ = true;  // the connection is gone
    wake_ = std::move(wake);
  }

  void put(std::string_view frames) {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) moved_ms_ = now_ms();
    waiting_ += frames;
    if (wake_) wake_();
  }
  void end() {
    ended_ = true;
    const std::lock_guard lock(mutex_);
    if (wake_) wake_();
  }
  bool full() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size() >= feed_bytes_max;
  }
  int64_t moved_ms() const {
    const std::lock_guard lock(mutex_);
    return moved_ms_;
  }

  const Principal& who() const { return who_; }
  const ledger::Actor& actor() const { return actor_; }
  const std::vector<std::string>& kinds() const { return kinds_; }

  // Of the hub's thread alone.
  int64_t cursor() const { return cursor_; }
  void advance(int64_t seq) { cursor_ = seq; }
  bool check_is_due() {
    if (now_ms() - checked_ms_ < feed_valid_check_seconds * 1000) return false;
    checked_ms_ = now_ms();
    return true;
  }

 private:
  Principal who_;
  ledger::Actor actor_;
  std::vector<std::string> kinds_;
  int64_t cursor_;
  mutable std::mutex mutex_;
  std::string waiting_;
  std::function<void()> wake_;
  int64_t moved_ms_;
  int64_t checked_ms_;
  std::atomic<bool> ended_ = false;
};

StreamHub::StreamHub(ledger::Ledger& ledger, Counters& counters, std::function<bool(const Principal&)> still_valid)
    : ledger_(ledger), counters_(counters), still_valid_(std::move(still_valid)), thread_([this] { run(); }) {}

StreamHub::~StreamHub() {
  stop();
}

void StreamHub::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  for (const auto& feed : living_feeds()) feed->end();
}

std::vector<std::shared_ptr<StreamHub::Feed>> StreamHub::living_feeds() {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Feed>> out;
  for (const auto& weak : feeds_)
    if (auto feed = weak.lock(); feed && !feed->ended()) out.push_back(std::move(feed));
  feeds_.assign(out.begin(), out.end());
  return out;
}

Result<std::shared_ptr<EventFeed>> StreamHub::open(const Principal& who, int64_t after_seq,
                                                   std::vector<std::string> kinds) {
  auto feed = std::make_shared<Feed>(who, after_seq, std::move(kinds));
  if (stopping_) return failure(ErrorKind::unavailable, "the server stops");
  const size_t living = living_feeds().size();
  const std::lock_guard lock(mutex_);
  if (living >= feeds_max)
    return failure(ErrorKind::unavailable, "there are as many readers of the stream as there may be");
  feeds_.push_back(feed);
  return feed;
}

/// What a reader may know of one fact, as an SSE frame; empty when nothing.
std::string StreamHub::frame(const ledger::Fact& fact, const ledger::Actor& actor) const {
  const ledger::RecordType* type = ledger_.types().of_record(fact.subject);
  const bool reads_record = type != nullptr && ledger::may_read(*type, actor);
  if (!reads_record && !actor.may("journal.read")) return {};
  json::object data = fact_json(fact, actor.may("journal.read"));
  if (reads_record) {
    auto record = ledger_.get({fact.subject});
    if (record) data["record"] = record_json(*record, *type, actor);
  }
  return "id: " + std::to_string(fact.seq) + "\nevent: " + fact.kind + "\ndata: " + json::serialize(data) + "\n\n";
}

/// Hands the feed what is new; the seq that it has come to. Feeds at the same place share one reading.
int64_t StreamHub::serve(Feed& feed, std::map<int64_t, Facts>& read) {
  Facts& facts = read[feed.cursor()];
  if (!facts) {
    ledger::FactQuery query;
    query.after_seq = feed.cursor();
    query.limit = feed_facts_per_read;
    auto found = ledger_.facts(query);
    if (!found) counters_.at("api.stream_reads_failed").fetch_add(1);
    facts = std::make_shared<const std::vector<ledger::Fact>>(found ? std::move(*found) : std::vector<ledger::Fact>());
  }
  const Facts mine = facts;
  std::string frames;
  int64_t seq = feed.cursor();
  for (const ledger::Fact& fact : *mine) {
    if (frames.size() >= feed_bytes_max) break;
    if (of_kind(feed.kinds(), fact.kind)) frames += frame(fact, feed.actor());
    seq = fact.seq;
  }
  if (!frames.empty()) feed.put(frames);
  feed.advance(seq);
  return seq;
}

void StreamHub::run() {
  while (!stopping_) {
    const std::vector<std::shared_ptr<Feed>> feeds = living_feeds();
    const int64_t head = ledger_.head_seq();
    std::map<int64_t, Facts> read;
    bool behind = false;
    for (const auto& feed : feeds) {
      if (feed->check_is_due() && !still_valid_(feed->who())) {
        feed->end();
      } else if (feed->full()) {
        if (now_ms() - feed->moved_ms() < feed_stuck_seconds_max * 1000) continue;
        counters_.at("api.stream_readers_dropped").fetch_add(1);
        feed->end();
      } else if (feed->cursor() < head) {
        behind = serve(*feed, read) < head || behind;
      }
    }
    if (!behind) ledger_.wait_for_fact(head, look_ms);
  }
}

}  // namespace yagura::api
