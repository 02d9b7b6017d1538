#include "pipeline/live_ingest.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "formats/block.hpp"
#include "lake/event_store.hpp"

namespace yagura::pipeline {

using std::chrono::milliseconds;

LiveIngest::LiveIngest(Ingest& ingest, const formats::Format& format, int zone_offset_seconds, Counters& counters)
    : ingest_(ingest),
      format_(format),
      zone_offset_seconds_(zone_offset_seconds),
      counters_(counters),
      token_("live:" + to_hex(random_bytes(16))),
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
  if (waiting_bytes_ >= live_bytes_stored_early) changed_.notify_all();
}

void LiveIngest::stop(int64_t patience_ms) {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    if (!changed_.wait_for(lock, milliseconds(patience_ms), [&] { return ended_; })) giving_up_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void LiveIngest::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_for(lock, milliseconds(live_wait_ms_max),
                      [&] { return stopping_ || waiting_bytes_ >= live_bytes_stored_early; });
    const Waiting lines = std::exchange(waiting_, {});
    const size_t bytes = std::exchange(waiting_bytes_, 0);
    if (!lines.empty()) {
      lock.unlock();
      const bool stored = store(lines);
      lock.lock();
      if (!stored) counters_.at("live.bytes_dropped") += bytes;
    } else if (stopping_) {
      break;
    }
    changed_.notify_all();
  }
  ended_ = true;
  changed_.notify_all();
}

/// Tries until it is stored; false only when the program gives up waiting.
bool LiveIngest::store(const Waiting& lines) {
  const event::Batch batch = decode(lines);
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
event::Batch LiveIngest::decode(const Waiting& lines) const {
  event::Batch all;
  uint64_t offset = 0;
  for (const auto& [source, text] : lines) {
    const std::string_view sender = std::string_view(source).substr(source.find(' ') + 1);
    const auto decoder =
        format_.open({.counters = &counters_, .received = system_now(), .zone_offset_seconds = zone_offset_seconds_});
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
