#include "pipeline/scan.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "detect/finding_text.hpp"
#include "detect/lane_demand.hpp"
#include "detect/matcher.hpp"
#include "pipeline/scan_order.hpp"
#include "pipeline/scan_parts.hpp"

namespace yagura::pipeline {
namespace {

constexpr uint64_t bytes_per_thread_min = 1 << 20;  // more threads than this makes use of only cost memory
constexpr size_t tasks_per_thread_max = 2;          // batches that wait for an idle thread

/// Fields that are read of events whatever the rules read.
std::vector<std::string_view> beside_the_rules(const ScanOptions& options) {
  std::vector<std::string_view> out;
  if (options.details) {
    for (const char* field : described_fields()) out.emplace_back(field);
    for (const char* field : detect::user_fields()) out.emplace_back(field);
  }
  for (const ScanJudge* judge : options.judges) {
    const auto own = judge->wanted_fields();
    out.insert(out.end(), own.begin(), own.end());
  }
  return out;
}

/// The parts that are still to be read, and the batches that some thread has read and another may judge.
class Scan {
 public:
  Scan(std::vector<InputFile> files, std::shared_ptr<const detect::RuleSet> rules, const ScanOptions& options,
       const OnMatches& on_matches)
      : files_(std::move(files)),
        rules_(std::move(rules)),
        options_(options),
        demand_(rules_, beside_the_rules(options)),
        parts_(cut_into_parts(files_, decode_options())),
        order_(parts_, options, on_matches) {
    for (const InputFile& file : files_) bytes_total_ += file.bytes;
    for (const detect::Rule& rule : rules_->rules())
      subjects_.push_back(std::make_shared<const ScanSubject>(
          ScanSubject{detect::FindingKind::rule, rule.id, rule.title, rule.level, rule.tags, rule.file}));
  }

  ScanStats run() {
    const auto start = std::chrono::steady_clock::now();
    const uint64_t useful = parts_.size() + bytes_total_ / bytes_per_thread_min;
    const auto count = static_cast<size_t>(std::clamp<uint64_t>(options_.threads, 1, std::max<uint64_t>(1, useful)));
    readers_ = count;
    std::vector<std::thread> workers;
    for (size_t i = 1; i < count; ++i) workers.emplace_back([this] { work(); });
    work();
    for (std::thread& worker : workers) worker.join();
    ScanStats stats = order_.finish();
    stats.files = files_.size();
    stats.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return stats;
  }

 private:
  /// What a thread needs to judge a batch.
  struct Bench {
    detect::Matcher matcher;
    std::vector<std::unique_ptr<ScanJudge::Worker>> judges;
    std::vector<detect::Match> held;
  };
  struct Task {
    BatchPlace place;
    event::Batch batch;
  };

  DecodeOptions decode_options() const {
    DecodeOptions out;
    out.counters = options_.counters;
    out.format = options_.format;
    out.input = options_.input;
    out.keep_raw = false;
    const bool all =
        std::ranges::any_of(options_.judges, [](const ScanJudge* judge) { return judge->wants_every_field(); });
    out.demand = all ? nullptr : &demand_;
    return out;
  }

  void work() {
    Bench bench{detect::Matcher(rules_, options_.counters), {}, {}};
    for (ScanJudge* judge : options_.judges) bench.judges.push_back(judge->open());
    for (size_t i = next_part_++; i < parts_.size(); i = next_part_++) read(i, bench);
    help(bench);
  }

  void read(size_t index, Bench& bench) {
    const ScanPart& part = parts_[index];
    DecodeOptions decode = decode_options();
    uint64_t reported = 0;
    decode.input.on_progress = [&](uint64_t bytes) {
      bytes_done_ += bytes - std::exchange(reported, bytes);
      report_progress();
    };
    PartOutcome outcome;
    const auto on_batch = [&](event::Batch&& batch) -> Status {
      const BatchPlace place = order_.place_for(index);
      if (!hand_over(place, batch)) order_.deliver(place, judge(batch, bench));
      return {};
    };
    if (const auto status = decode_part(part, files_[part.file], decode, on_batch, outcome); !status)
      outcome.input.failures.push_back({files_[part.file].name, status.error()});
    order_.end_part(index, std::move(outcome));
  }

  /// Gives the batch to a thread that has nothing to read, if there is one.
  bool hand_over(const BatchPlace& place, event::Batch& batch) {
    const std::lock_guard lock(mutex_);
    if (idle_ == 0 || tasks_.size() >= idle_ * tasks_per_thread_max) return false;
    tasks_.push_back({place, std::move(batch)});
    wake_.notify_one();
    return true;
  }

  void help(Bench& bench) {
    std::unique_lock lock(mutex_);
    if (--readers_ == 0) wake_.notify_all();
    while (true) {
      ++idle_;
      wake_.wait(lock, [&] { return !tasks_.empty() || readers_ == 0; });
      --idle_;
      if (tasks_.empty()) return;
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      order_.deliver(task.place, judge(task.batch, bench));
      lock.lock();
    }
  }

  bool in_time(Timestamp time) const {
    return (!options_.since || time.ns >= options_.since->ns) && (!options_.until || time.ns < options_.until->ns);
  }

  BatchResult judge(const event::Batch& batch, Bench& bench) {
    BatchResult out;
    out.events = batch.size();
    for (const event::Event& event : batch.events()) out.events_dirty += event.dirt != event::Dirt::none;
    bench.held.clear();
    bench.matcher.match(batch, bench.held);
    if (options_.since || options_.until)
      std::erase_if(bench.held, [&](const detect::Match& m) { return !in_time(batch.events()[m.event].time); });
    for (const detect::Match& match : bench.held) add(match, batch, bench.matcher, out.matches);
    for (const auto& worker : bench.judges) {
      const size_t before = out.matches.size();
      out.notes.push_back(worker->look(batch, bench.held, out.matches));
      const auto own = out.matches.begin() + static_cast<std::ptrdiff_t>(before);
      out.matches.erase(std::remove_if(own, out.matches.end(), [&](const ScanMatch& m) { return !in_time(m.time); }),
                        out.matches.end());
    }
    events_ += out.events;
    matches_ += out.matches.size();
    return out;
  }

  void add(const detect::Match& match, const event::Batch& batch, detect::Matcher& matcher,
           std::vector<ScanMatch>& out) const {
    const auto& subject = subjects_[match.rule];
    if (subject->level < options_.level_min || !rules_->correlations().rule_emits(match.rule)) return;
    const event::Event& event = batch.events()[match.event];
    out.push_back(match_at(subject, event, batch));
    if (!options_.details) return;
    describe(out.back(), event, batch);
    out.back().details = matcher.make_finding(match, batch, {}).fields;
  }

  void report_progress() {
    if (!options_.on_progress) return;
    options_.on_progress({order_.files_done(), files_.size(), bytes_done_, bytes_total_, events_, matches_});
  }

  std::vector<InputFile> files_;
  std::shared_ptr<const detect::RuleSet> rules_;
  const ScanOptions& options_;
  detect::LaneDemand demand_;
  std::vector<ScanPart> parts_;
  ScanOrder order_;
  std::vector<std::shared_ptr<const ScanSubject>> subjects_;  // by rule
  uint64_t bytes_total_ = 0;
  std::atomic<size_t> next_part_{0};
  std::atomic<uint64_t> bytes_done_{0};
  std::atomic<uint64_t> events_{0};
  std::atomic<uint64_t> matches_{0};
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  size_t idle_ = 0;
  size_t readers_ = 0;  // threads that may still hand batches over
};

}  // namespace

ScanStats scan(std::span<const std::filesystem::path> paths, const std::shared_ptr<const detect::RuleSet>& rules,
               const ScanOptions& options, const OnMatches& on_matches) {
  std::vector<InputFailure> failures;
  auto files = list_inputs(paths, failures);
  ScanStats stats = Scan(std::move(files), rules, options, on_matches).run();
  stats.failures.insert(stats.failures.begin(), std::make_move_iterator(failures.begin()),
                        std::make_move_iterator(failures.end()));
  return stats;
}

}  // namespace yagura::pipeline
