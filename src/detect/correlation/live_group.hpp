// A group that has more than a few occurrences, or has fired: its occurrences in order, one window that slides over
// them, and when it fired.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/correlation/ring.hpp"
#include "detect/correlation/window.hpp"

namespace yagura::detect::correlation {

constexpr size_t occurrences_per_group_max = 1 << 20;  // the oldest give way, counted
constexpr size_t fires_per_group_max = 4096;           // remembered; only late events ever ask for more than the last
constexpr size_t evidence_max = 100;                   // events that a finding names

/// How long a correlation's state is kept, and what it measures.
struct Terms {
  const Definition* definition = nullptr;
  uint32_t keep_seconds = 0;   // from its arrival on: the timespan and the lateness allowed
  bool tells_holding = false;  // some correlation listens to every window that holds, not only to those that fire
};

/// A window that holds.
struct Hold {
  int64_t end = 0;  // of its last event
  bool fired = false;
  Exact value = 0;
  size_t count = 0;           // occurrences in it
  int64_t begin = 0;          // of its first event
  std::vector<Uid> evidence;  // of one that fired: the newest evidence_max, oldest first
};

/// When a window made a finding.
struct Fire {
  int64_t end = 0;
  uint32_t arrival = 0;
  uint64_t value = 0;  // of a share: whose
};

struct Added {
  bool repeated = false;  // it was there already: an event that was offered again
  bool late = false;      // a newer one was there before
  bool too_late = false;  // part of a window of it has been forgotten
  uint32_t dropped = 0;   // older ones that had to give way
};

class LiveGroup {
 public:
  explicit LiveGroup(const Definition& definition) : window_(definition) {}

  /// Forgets what is due, takes the occurrence in, and adds every window that now holds to `holds`: those that end
  /// with an event from this one on and hold it. A window fires unless one that overlaps it has fired. Cost: constant
  /// for an event in order; for one out of order what lies between it and the last.
  Added add(const Terms& terms, const Occurrence& occurrence, std::vector<Hold>& holds);

  /// Forgets the oldest as long as they arrived more than `keep_seconds` before `now`.
  void forget(const Terms& terms, uint32_t now);

  bool empty() const { return ring_.empty() && fires_.empty(); }
  const Ring& ring() const { return ring_; }
  const std::vector<Fire>& fires() const { return fires_; }
  uint32_t last_arrival() const { return last_arrival_; }
  int64_t forgotten() const { return forgotten_; }
  size_t bytes() const { return sizeof(*this) + ring_.bytes() + window_.bytes() + fires_.capacity() * sizeof(Fire); }

  /// What add() did once, out of a snapshot: in order, nothing is measured.
  void restore(const Occurrence& occurrence);
  void restore(const Fire& fire) { fires_.push_back(fire); }
  void restore(uint32_t last_arrival, int64_t forgotten) {
    last_arrival_ = last_arrival;
    forgotten_ = forgotten;
  }

 private:
  bool place(const Terms& terms, const Occurrence& occurrence, Added& added);
  bool join(const Terms& terms, size_t at, const Occurrence& occurrence);
  void drop_oldest();
  void seek(int64_t end, int64_t start);
  void move(size_t low, size_t high);
  void refill(size_t low, size_t high);
  bool rests(const Terms& terms, int64_t end) const;
  void fire(const Terms& terms, int64_t end, uint32_t arrival, Hold& hold);
  void collect_evidence(const Definition& definition, std::vector<Uid>& out) const;

  Ring ring_;
  Window window_;
  size_t low_ = 0;  // the window holds ring_[low_, high_)
  size_t high_ = 0;
  bool stale_ = false;  // the window must be filled anew
  uint32_t last_arrival_ = 0;
  int64_t forgotten_ = INT64_MIN;  // the latest time of what was forgotten
  std::vector<Fire> fires_;        // by end
};

}  // namespace yagura::detect::correlation
