#include "pipeline/live_ingest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "formats/block.hpp"
#include "lake/event_store.hpp"

namespace yagura::pipeline {

using std::chrono::milliseconds;

namespace {

/// The first lines of `text`, whole ones unless the first alone is longer.
std::string_view first_lines(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = text.rfind('\n', bytes_max - 1);
  if (end == std::string_view::npos) end = text.find('\n', bytes_max);
  return text.substr(0, end == std::string_view::npos ? end : end + 1);
}

/// Copies the events, so that what gathers many small pieces keeps one memory and not each piece's. What lies in an
/// event's raw text lies in the copy's: readers leave out by that what they have read already.
void append_copies(const event::Batch& from, event::Batch& to) {
  for (const event::Event& event : from.events()) {
    event::Event& copy = to.begin(event.format);
    const uint32_t first_field = copy.first_field;
    copy = event;
    copy.first_field = first_field;
    copy.field_count = 0;
    copy.raw = to.arena().copy(event.raw);
    const std::string_view raw = copy.raw;
    const auto moved = [&](std::string_view text) {
      const auto at = reinterpret_cast<uintptr_t>(text.data()) - reinterpret_cast<uintptr_t>(event.raw.data());
      if (at <= event.raw.size() && text.size() <= event.raw.size() - at) return raw.substr(at, text.size());
      return to.arena().copy(text);
    };
    copy.host = moved(event.host);
    copy.channel = moved(event.channel);
    copy.provider = moved(event.provider);
    for (const event::Field& field : from.fields(event)) to.add(field.id, field.kind, moved(field.value().text));
  }
}

}  // namespace

LiveIngest::LiveIngest(Ingest& ingest, const formats::Format& format, int zone_offset_seconds, Counters& counters)
    : ingest_(ingest),
      format_(format),
      zone_offset_seconds_(zone_offset_seconds),
      counters_(counters),
      life_("live:" + to_hex(random_bytes(16))),
      thread_([this] { run(); }) {}

LiveIngest::~LiveIngest() {
  stop();
}

void LiveIngest::take(const std::string& source, const std::string& lines) {
  if (lines.empty()) return;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopping_ || waiting_bytes_ < live_bytes_waiting_max; });
  if (stopping_) {
    counters_.at("live.bytes_dropped") += lines.size();
    return;
  }
  if (waiting_.empty()) waiting_since_ = Clock::now();
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
  std::unique_lock lock(mutex_);
  while (true) {
    arrived_.wait_until(lock, due(), [&] { return stopping_ || !waiting_.empty(); });
    const bool last = stopping_;
    const Waiting lines = std::exchange(waiting_, {});
    const Clock::time_point arrived = waiting_since_;
    lock.unlock();
    for (const auto& [source, text] : lines)
      for (std::string_view rest = text; !rest.empty();) {
        const std::string_view piece = first_lines(rest, live_bytes_stored_early);
        rest.remove_prefix(piece.size());
        add(source, piece, arrived);
        if (pending_.bytes >= live_bytes_stored_early) store();
        let_in(piece.size());
      }
    if (!pending_.empty() && (last || Clock::now() >= due())) store();
    lock.lock();
    if (last && waiting_.empty()) break;
  }
  ended_ = true;
  changed_.notify_all();
}

/// What is decoded waits no longer; until then it counts, taken from `waiting_` or not.
void LiveIngest::let_in(size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    waiting_bytes_ -= bytes;
  }
  changed_.notify_all();
}

LiveIngest::Clock::time_point LiveIngest::due() const {
  if (pending_.empty()) return Clock::now() + milliseconds(live_wait_ms_max);
  const auto late = pending_.since + milliseconds(live_wait_ms_max);
  return pending_.fires() ? std::min(late, last_stored_ + milliseconds(live_hurry_ms_min)) : late;
}

void LiveIngest::add(const std::string& source, std::string_view lines, Clock::time_point arrived) {
  if (pending_.empty()) pending_.since = arrived;
  decode(source, lines);
  const bool fired = pending_.fires();
  ingest_.judge(fresh_, token(), pending_.judged);
  if (!fired && pending_.fires()) pending_.fires_since = arrived;
  append_copies(fresh_, pending_.batch);
  pending_.bytes += lines.size();
}

/// Into fresh_, as events of what is pending: their places go on behind those that are there. An event that names no
/// machine is of the machine that sent it.
void LiveIngest::decode(const std::string& source, std::string_view lines) {
  const std::string_view sender = std::string_view(source).substr(source.find(' ') + 1);
  const auto decoder =
      format_.open({.counters = &counters_, .received = system_now(), .zone_offset_seconds = zone_offset_seconds_});
  fresh_.clear();
  fresh_.source = "syslog";
  decoder->feed(formats::copy_block(lines), fresh_);
  decoder->finish(fresh_);
  for (event::Event& event : fresh_.events()) {
    event.offset += pending_.bytes;
    if (event.host.empty()) event.host = fresh_.arena().copy(sender);
  }
}

void LiveIngest::store() {
  pending_.batch.source = "syslog";
  if (!try_to_store())
    counters_.at("live.bytes_dropped") += pending_.bytes;
  else if (pending_.fires())
    count_hurry();
  last_stored_ = Clock::now();
  ++stored_;
  pending_.batch.clear();
  pending_.judged = {};
  pending_.bytes = 0;
}

std::string LiveIngest::token() const {
  return fmt::format("{}:{}", life_, stored_);
}

/// Tries until it is stored; false only when the program gives up waiting.
bool LiveIngest::try_to_store() {
  auto attempt = lake::Attempt::first;
  for (milliseconds pause{100};; pause = std::min(pause * 2, milliseconds(5000))) {
    if (ingest_.store(pending_.batch, pending_.judged, token(), attempt)) return true;
    attempt = lake::Attempt::again;
    counters_.at("live.retries") += 1;
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, pause, [&] { return giving_up_; })) return false;
  }
}

void LiveIngest::count_hurry() {
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - pending_.fires_since).count();
  const auto ms = static_cast<uint64_t>(std::max<int64_t>(took, 0));
  counters_.at("live.hurried") += 1;
  counters_.at("live.hurried_ms") += ms;
  auto& longest = counters_.at("live.hurried_ms_max");
  longest = std::max(longest.load(), ms);
}

}  // namespace yagura::pipeline
