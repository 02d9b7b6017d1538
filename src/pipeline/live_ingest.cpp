#include "pipeline/live_ingest.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "detect/matcher.hpp"
#include "formats/block.hpp"
#include "lake/event_store.hpp"

namespace yagura::pipeline {

using std::chrono::milliseconds;

LiveIngest::LiveIngest(Ingest& ingest, const formats::Format& format, int zone_offset_seconds, Counters& counters,
                       RuleSource rules)
    : ingest_(ingest),
      format_(format),
      zone_offset_seconds_(zone_offset_seconds),
      counters_(counters),
      token_("live:" + to_hex(random_bytes(16))),
      rules_(std::move(rules)),
      thread_([this] { run(); }) {}

LiveIngest::~LiveIngest() {
  stop();
}

void LiveIngest::take(const std::string& source, const std::string& lines) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopping_ || waiting_bytes_ < live_bytes_waiting_max; });
  if (stopping_) {
    counters_.at("live.bytes_dropped") += lines.size();
    return;
  }
  waiting_bytes_ += lines.size();
  waiting_[source] += lines;
  arrived_.notify_one();
}

void LiveIngest::stop(int64_t patience_ms) {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    arrived_.notify_one();
    changed_.notify_all();
    if (!changed_.wait_for(lock, milliseconds(patience_ms), [&] { return ended_; })) giving_up_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void LiveIngest::run() {
  Pending pending;
  std::unique_lock lock(mutex_);
  while (true) {
    arrived_.wait_until(lock, due(pending), [&] { return stopping_ || waiting_bytes_ > 0; });
    const bool last = stopping_;
    Waiting lines = std::exchange(waiting_, {});
    pending.bytes += std::exchange(waiting_bytes_, 0);
    lock.unlock();
    changed_.notify_all();
    if (!lines.empty()) add(std::move(lines), pending);
    if (!pending.lines.empty() && (last || pending.bytes >= live_bytes_stored_early || Clock::now() >= due(pending))) {
      if (!store(pending.lines)) counters_.at("live.bytes_dropped") += pending.bytes;
      last_stored_ = Clock::now();
      pending = {};
    }
    lock.lock();
    if (last && waiting_.empty()) break;
  }
  ended_ = true;
  changed_.notify_all();
}

LiveIngest::Clock::time_point LiveIngest::due(const Pending& pending) const {
  if (pending.lines.empty()) return Clock::now() + milliseconds(live_wait_ms_max);
  const auto late = pending.since + milliseconds(live_wait_ms_max);
  return pending.fires ? std::min(late, last_stored_ + milliseconds(live_hurry_ms_min)) : late;
}

void LiveIngest::add(Waiting lines, Pending& pending) {
  pending.fires = pending.fires || fires(lines);
  if (pending.lines.empty()) {
    pending.since = Clock::now();
    pending.lines = std::move(lines);
  } else {
    for (const auto& [source, text] : lines) pending.lines[source] += text;
  }
}

bool LiveIngest::fires(const Waiting& lines) {
  if (!rules_) return false;
  const event::Batch batch = decode(lines, looked_at_);
  auto rules = rules_();
  if (!matcher_ || &matcher_->rules() != rules.get()) matcher_ = std::make_unique<detect::Matcher>(std::move(rules));
  std::vector<detect::Match> matches;
  matcher_->match(batch, matches);
  return !matches.empty();
}

/// Tries until it is stored; false only when the program gives up waiting.
bool LiveIngest::store(const Waiting& lines) {
  const event::Batch batch = decode(lines, counters_);
  const std::string token = fmt::format("{}:{}", token_, stored_++);
  auto attempt = lake::Attempt::first;
  for (milliseconds pause{100};; pause = std::min(pause * 2, milliseconds(5000))) {
    if (ingest_.take(batch, token, attempt)) return true;
    attempt = lake::Attempt::again;
    counters_.at("live.retries") += 1;
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, pause, [&] { return giving_up_; })) return false;
  }
}

/// One batch of what all senders said. An event that names no machine is of the machine that sent it.
event::Batch LiveIngest::decode(const Waiting& lines, Counters& counters) const {
  event::Batch all;
  uint64_t offset = 0;
  for (const auto& [source, text] : lines) {
    const std::string_view sender = std::string_view(source).substr(source.find(' ') + 1);
    const auto decoder =
        format_.open({.counters = &counters, .received = system_now(), .zone_offset_seconds = zone_offset_seconds_});
    event::Batch batch;
    formats::Block block = formats::copy_block(text);
    decoder->feed(block, batch);
    decoder->finish(batch);
    for (event::Event& event : batch.events()) {
      event.offset += offset;
      if (event.host.empty()) event.host = batch.arena().copy(sender);
    }
    offset += text.size() + 1;
    all.join(std::move(batch));
  }
  all.source = "syslog";
  return all;
}

}  // namespace yagura::pipeline
