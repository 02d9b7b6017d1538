// What a scan finds, and who finds it beside the rules.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "detect/finding.hpp"
#include "detect/matcher.hpp"
#include "event/batch.hpp"

namespace yagura::pipeline {

/// What a match is of: a rule, a correlation or an indicator. One object for all of its matches.
struct ScanSubject {
  detect::FindingKind kind = detect::FindingKind::rule;
  std::string id;
  std::string title;
  detect::Level level = detect::Level::medium;
  std::vector<std::string> tags;  // "attack.t1059.001", as the rule has them
  std::string file;               // the rule's, or what gave the indicator
};

/// One subject held for one event; of a correlation: for several, of which the coordinates are the last one's.
struct ScanMatch {
  std::shared_ptr<const ScanSubject> subject;  // never null
  Timestamp time;
  std::string host;
  std::string channel;
  int64_t event_id = 0;
  uint64_t record_id = 0;
  std::string file;
  uint64_t line = 0;  // 0 for binary formats

  // Only with ScanOptions::details; empty where the event says nothing.
  std::string user;
  std::string process;
  std::string command_line;
  std::vector<std::pair<std::string, std::string>> details;  // what the subject read of the event, named
};

/// The match's coordinates are the event's; the rest is the caller's.
ScanMatch match_at(std::shared_ptr<const ScanSubject> subject, const event::Event& event, const event::Batch& batch);

/// Fills what ScanOptions::details asks for beside `details` itself.
void describe(ScanMatch& match, const event::Event& event, const event::Batch& batch);

/// The event fields that describe() reads.
std::span<const char* const> described_fields();

/// Judges events beside the rules: indicators each for itself, correlations all of them in order.
class ScanJudge {
 public:
  virtual ~ScanJudge() = default;

  /// What a judge keeps of a batch until its turn.
  class Notes {
   public:
    virtual ~Notes() = default;
  };

  /// A thread's own part.
  class Worker {
   public:
    virtual ~Worker() = default;
    /// Sees a batch and the rules that hold in it, by event and then by rule, of any level and time. May add matches to
    /// `found` and give notes (or null).
    virtual std::unique_ptr<Notes> look(const event::Batch& batch, std::span<const detect::Match> held,
                                        std::vector<ScanMatch>& found) = 0;
  };
  virtual std::unique_ptr<Worker> open() = 0;

  /// What it reads of events beside what the rules read; views live as long as the judge. Fields that nobody wants may
  /// be missing from the batches.
  virtual bool wants_every_field() const { return false; }
  virtual std::vector<std::string_view> wanted_fields() const { return {}; }

  /// Takes the notes of every batch in the order of the inputs, never from two threads at once. `lines_before` must be
  /// added to every line number that look() saw (other than 0): big files are read in parts.
  virtual void take(Notes& notes, uint64_t lines_before, std::vector<ScanMatch>& found);

  /// The inputs have ended.
  virtual void finish(std::vector<ScanMatch>& found);
};

}  // namespace yagura::pipeline
