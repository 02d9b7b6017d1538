#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "pipeline/scan.hpp"

namespace yagura::app {

constexpr size_t level_count = 5;
constexpr size_t summary_hosts_max = 50'000;   // told apart; the rest is counted together
constexpr size_t summary_buckets_max = 2'048;  // of time; wider ones when matches lie further apart

/// Matches counted, and when the first and the last happened.
struct Tally {
  uint64_t matches = 0;
  std::array<uint64_t, level_count> by_level{};
  Timestamp first{INT64_MAX};
  Timestamp last{INT64_MIN};

  void add(detect::Level level, Timestamp time);
  void add(const Tally& other);
};

/// What a scan found, counted as it goes by: memory does not grow with the matches.
class ScanSummary {
 public:
  void add(std::span<const pipeline::ScanMatch> matches);

  struct Subject {
    std::shared_ptr<const pipeline::ScanSubject> what;
    Tally tally;
    std::unordered_set<std::string> hosts;  // up to summary_hosts_max over all
  };
  struct Host {
    std::string name;  // empty: events that name none
    Tally tally;
    size_t subjects = 0;
  };
  struct Technique {
    std::string id;  // "T1059.001"
    Tally tally;
    size_t subjects = 0;
  };
  struct Tactic {
    std::string id;  // "execution", as the tags have it
    Tally tally;
    std::vector<Technique> techniques;  // most matches first
  };
  struct Bucket {
    Timestamp from;
    std::array<uint64_t, level_count> by_level{};
  };

  const Tally& all() const { return all_; }
  /// Subjects of that level, most matches first.
  std::vector<const Subject*> subjects(detect::Level level) const;
  size_t subject_count() const { return subjects_.size(); }
  /// The worst first: by critical matches, then high, and so on.
  std::vector<Host> hosts() const;
  size_t host_count() const { return hosts_.size(); }
  uint64_t matches_of_other_hosts() const { return other_hosts_; }
  /// Hosts with a match of that level.
  size_t hosts_with(detect::Level level) const;
  /// In the order of an attack; a technique stands under every tactic that its rule names.
  std::vector<Tactic> tactics() const;
  /// At most `count` equal spans of time from the first to the last match, empty ones included.
  std::vector<Bucket> timeline(size_t count) const;

 private:
  struct HostState {
    Tally tally;
    std::unordered_set<const pipeline::ScanSubject*> subjects;
  };

  void add_time(detect::Level level, Timestamp time);
  void widen();

  Tally all_;
  std::unordered_map<const pipeline::ScanSubject*, Subject> subjects_;
  std::unordered_map<std::string, HostState> hosts_;
  uint64_t other_hosts_ = 0;
  size_t subject_hosts_ = 0;
  int64_t width_seconds_ = 1;
  std::map<int64_t, std::array<uint64_t, level_count>> buckets_;  // by time / width
};

/// The tactics of MITRE ATT&CK in the order of an attack, as tags name them ("initial-access").
std::span<const char* const> attack_tactics();

/// "attack.t1059.001" -> "T1059.001"; empty when the tag is no technique.
std::string technique_of(std::string_view tag);

}  // namespace yagura::app
