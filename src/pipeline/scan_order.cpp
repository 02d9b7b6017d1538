#include "pipeline/scan_order.hpp"

#include <algorithm>
#include <utility>

namespace yagura::pipeline {

ScanOrder::ScanOrder(std::span<const ScanPart> parts, const ScanOptions& options, const OnMatches& on_matches)
    : cuts_(parts), options_(options), on_matches_(on_matches), parts_(parts.size()) {}

BatchPlace ScanOrder::place_for(size_t part) {
  const std::lock_guard lock(mutex_);
  parts_[part].waiting.emplace_back();
  return {part, parts_[part].given++};
}

void ScanOrder::deliver(const BatchPlace& place, BatchResult result) {
  std::unique_lock lock(mutex_);
  Part& part = parts_[place.part];
  part.waiting[place.number - part.handed_on] = std::move(result);
  drain(lock);
}

void ScanOrder::end_part(size_t index, PartOutcome outcome) {
  std::unique_lock lock(mutex_);
  parts_[index].outcome = std::move(outcome);
  parts_[index].ended = true;
  drain(lock);
}

void ScanOrder::drain(std::unique_lock<std::mutex>& lock) {
  if (draining_) return;  // that thread looks again before it stops
  draining_ = true;
  while (next_ < parts_.size()) {
    Part& part = parts_[next_];
    std::optional<BatchResult> first;
    if (!part.waiting.empty()) first.swap(part.waiting.front());
    if (first) {
      BatchResult result = std::move(*first);
      part.waiting.pop_front();
      ++part.handed_on;
      lock.unlock();
      hand_on(result);
      lock.lock();
    } else if (part.ended && part.waiting.empty()) {
      close(part);
      ++next_;
    } else {
      break;
    }
  }
  draining_ = false;
}

void ScanOrder::hand_on(BatchResult& result) {
  stats_.events += result.events;
  stats_.events_dirty += result.events_dirty;
  for (ScanMatch& match : result.matches)
    if (match.line != 0) match.line += lines_before_;
  for (size_t i = 0; i < result.notes.size(); ++i)
    if (result.notes[i]) options_.judges[i]->take(*result.notes[i], lines_before_, result.matches);
  emit(result.matches);
}

void ScanOrder::emit(std::vector<ScanMatch>& matches) {
  std::erase_if(matches, [&](const ScanMatch& match) { return match.subject->level < options_.level_min; });
  stats_.matches += matches.size();
  if (!matches.empty()) on_matches_(matches);
}

void ScanOrder::close(Part& part) {
  stats_.bytes += part.outcome.input.bytes_expanded;
  std::ranges::move(part.outcome.input.failures, std::back_inserter(stats_.failures));
  lines_before_ += part.outcome.lines;
  if (next_ + 1 < cuts_.size() && cuts_[next_ + 1].file == cuts_[next_].file) return;
  lines_before_ = 0;
  ++files_done_;
}

ScanStats ScanOrder::finish() {
  std::vector<ScanMatch> found;
  for (ScanJudge* judge : options_.judges) judge->finish(found);
  emit(found);
  return std::move(stats_);
}

}  // namespace yagura::pipeline
