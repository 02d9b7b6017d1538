#include "pipeline/hunts.hpp"

#include <algorithm>

#include "base/ids.hpp"

namespace yagura::pipeline {
namespace {

bool over(HuntState state) {
  return state != HuntState::waiting && state != HuntState::running;
}

}  // namespace

std::string_view to_text(HuntState state) {
  switch (state) {
    case HuntState::waiting:
      return "waiting";
    case HuntState::running:
      return "running";
    case HuntState::done:
      return "done";
    case HuntState::cancelled:
      return "cancelled";
    case HuntState::failed:
      return "failed";
  }
  return "failed";
}

Hunts::Hunts(lake::EventStore& store, std::shared_ptr<const detect::Taxonomy> taxonomy, Counters& counters, Clock clock)
    : store_(store), taxonomy_(std::move(taxonomy)), counters_(counters), clock_(std::move(clock)), thread_([this] {
        work();
      }) {}

Hunts::~Hunts() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& entry : entries_) entry->progress.cancelled = true;
  }
  wake_.notify_all();
  thread_.join();
}

Result<std::string> Hunts::start(HuntRequest request) {
  const std::lock_guard lock(mutex_);
  const auto waiting = std::ranges::count_if(entries_, [](const auto& entry) { return !over(entry->view.state); });
  if (static_cast<size_t>(waiting) >= hunts_waiting_max)
    return failure(ErrorKind::limit, "too many hunts wait already; cancel one or try again later");
  auto entry = std::make_shared<Entry>();
  entry->view.id = random_ids()();
  entry->view.request = std::move(request);
  entry->view.started = clock_();
  entries_.push_back(entry);
  forget_old();
  wake_.notify_all();
  return entry->view.id;
}

void Hunts::forget_old() {
  while (entries_.size() > hunts_kept_max) {
    const auto oldest = std::ranges::find_if(entries_, [](const auto& entry) { return over(entry->view.state); });
    if (oldest == entries_.end()) return;
    entries_.erase(oldest);
  }
}

HuntView Hunts::view_of(const Entry& entry) {
  HuntView out = entry.view;
  out.events = entry.progress.events;
  out.total = entry.progress.total;
  out.matches = entry.progress.matches;
  return out;
}

std::optional<HuntView> Hunts::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_)
    if (entry->view.id == id) return view_of(*entry);
  return std::nullopt;
}

std::vector<HuntView> Hunts::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<HuntView> out;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) out.push_back(view_of(**entry));
  return out;
}

bool Hunts::cancel(std::string_view id) {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    if (entry->view.id != id) continue;
    entry->progress.cancelled = true;
    if (entry->view.state == HuntState::waiting) {
      entry->view.state = HuntState::cancelled;
      entry->view.ended = clock_();
    }
    return true;
  }
  return false;
}

void Hunts::work() {
  // A hunt that is cancelled and forgotten while it runs lives on here.
  const auto next_waiting = [this]() -> std::shared_ptr<Entry> {
    for (const auto& entry : entries_)
      if (entry->view.state == HuntState::waiting) return entry;
    return nullptr;
  };
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto entry = next_waiting();
    if (!entry) {
      wake_.wait(lock);
      continue;
    }
    entry->view.state = HuntState::running;
    const HuntRequest request = entry->view.request;
    lock.unlock();
    auto result =
        hunt(request.rules, *taxonomy_, store_, request.range, request.events_max, counters_, entry->progress);
    lock.lock();
    entry->view.ended = clock_();
    entry->view.state = result ? HuntState::done : entry->progress.cancelled ? HuntState::cancelled : HuntState::failed;
    if (result)
      entry->view.result = std::make_shared<const HuntResult>(std::move(*result));
    else
      entry->view.error = result.error().message;
  }
}

}  // namespace yagura::pipeline
