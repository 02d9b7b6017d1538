#include "pipeline/scan.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "detect/lane_demand.hpp"
#include "detect/matcher.hpp"

namespace yagura::pipeline {
namespace {

/// What the workers share: the next file to take, and what is done but not yet handed on.
class Scan {
 public:
  Scan(std::vector<InputFile> files, std::shared_ptr<const detect::RuleSet> rules, const ScanOptions& options,
       const std::function<void(std::span<const ScanMatch>)>& on_file)
      : files_(std::move(files)), rules_(std::move(rules)), demand_(rules_), options_(options), on_file_(on_file) {
    for (const InputFile& file : files_) bytes_total_ += file.bytes;
  }

  ScanStats run() {
    const auto start = std::chrono::steady_clock::now();
    const size_t count = std::clamp<size_t>(options_.threads, 1, std::max<size_t>(1, files_.size()));
    std::vector<std::thread> workers;
    for (size_t i = 1; i < count; ++i) workers.emplace_back([this] { work(); });
    work();
    for (std::thread& worker : workers) worker.join();
    stats_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(stats_);
  }

 private:
  struct Done {
    std::vector<ScanMatch> matches;
    InputOutcome outcome;
    uint64_t events = 0;
    uint64_t events_dirty = 0;
  };

  void work() {
    detect::Matcher matcher(rules_, options_.counters);
    for (size_t i = next_++; i < files_.size(); i = next_++) hand_on(i, scan_file(files_[i], matcher));
  }

  Done scan_file(const InputFile& file, detect::Matcher& matcher) {
    Done done;
    DecodeOptions decode;
    decode.counters = options_.counters;
    decode.format = options_.format;
    decode.input = options_.input;
    decode.keep_raw = false;
    decode.demand = &demand_;
    uint64_t reported = 0;
    decode.input.on_progress = [&](uint64_t bytes) {
      bytes_done_ += bytes - std::exchange(reported, bytes);
      if (options_.on_progress) options_.on_progress(bytes_done_, bytes_total_, events_done_);
    };
    std::vector<detect::Match> found;
    const auto status = decode_input(
        file, decode,
        [&](event::Batch&& batch) -> Status {
          found.clear();
          matcher.match(batch, found);
          done.events += batch.size();
          events_done_ += batch.size();
          for (const event::Event& event : batch.events()) done.events_dirty += event.dirt != event::Dirt::none;
          for (const detect::Match& match : found) add(done.matches, match, batch);
          return {};
        },
        done.outcome);
    if (!status) done.outcome.failures.push_back({file.name, status.error()});
    return done;
  }

  void add(std::vector<ScanMatch>& matches, const detect::Match& match, const event::Batch& batch) const {
    if (rules_->rule(match.rule).level < options_.level_min) return;
    const event::Event& event = batch.events()[match.event];
    matches.push_back({match.rule, event.time, std::string(event.host), std::string(event.channel), event.event_id,
                       event.record_id, batch.source, event.line});
  }

  void hand_on(size_t index, Done done) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(index, std::move(done));
    for (auto it = waiting_.find(handed_on_); it != waiting_.end(); it = waiting_.find(handed_on_)) {
      Done& file = it->second;
      stats_.events += file.events;
      stats_.events_dirty += file.events_dirty;
      stats_.bytes += file.outcome.bytes_expanded;
      stats_.matches += file.matches.size();
      std::ranges::move(file.outcome.failures, std::back_inserter(stats_.failures));
      if (!file.matches.empty()) on_file_(file.matches);
      waiting_.erase(it);
      ++handed_on_;
    }
  }

  std::vector<InputFile> files_;
  std::shared_ptr<const detect::RuleSet> rules_;
  const detect::LaneDemand demand_;
  const ScanOptions& options_;
  const std::function<void(std::span<const ScanMatch>)>& on_file_;
  uint64_t bytes_total_ = 0;
  std::atomic<size_t> next_{0};
  std::atomic<uint64_t> bytes_done_{0};
  std::atomic<uint64_t> events_done_{0};
  std::mutex mutex_;  // guards what follows
  std::map<size_t, Done> waiting_;
  size_t handed_on_ = 0;
  ScanStats stats_;
};

}  // namespace

ScanStats scan(std::span<const std::filesystem::path> paths, const std::shared_ptr<const detect::RuleSet>& rules,
               const ScanOptions& options, const std::function<void(std::span<const ScanMatch>)>& on_file) {
  std::vector<InputFailure> failures;
  auto files = list_inputs(paths, failures);
  ScanStats stats = Scan(std::move(files), rules, options, on_file).run();
  stats.failures.insert(stats.failures.begin(), std::make_move_iterator(failures.begin()),
                        std::make_move_iterator(failures.end()));
  return stats;
}

}  // namespace yagura::pipeline
