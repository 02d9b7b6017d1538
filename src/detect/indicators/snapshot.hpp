#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/indicators/indicator.hpp"
#include "detect/indicators/key_filter.hpp"
#include "detect/indicators/segment.hpp"

namespace yagura::detect {

/// What was decided about everything that a source gave up to some age.
struct SourceState {
  std::string name;
  uint64_t removed_through = 0;                        // older parts, and this one, no longer count
  std::vector<std::pair<uint64_t, int64_t>> expiries;  // what is of that age or older ends at that time
};

/// A segment in force. Ages rise by the commit; a merge has the age of its youngest part.
struct Part {
  std::shared_ptr<const Segment> segment;
  uint64_t age = 0;
  std::string file;    // empty without a store on disk
  std::string sha256;  // of the file
};

/// Every indicator in force at one moment. Immutable and shared by threads; a change makes a new one that shares what
/// did not change.
class Snapshot {
 public:
  Snapshot(std::vector<Part> parts, std::vector<SourceState> sources, std::shared_ptr<KeyFilter> filter,
           uint64_t edition);

  bool empty() const { return types_ == 0; }
  bool has(IndicatorType type) const { return (types_ >> static_cast<unsigned>(type) & 1) != 0; }
  /// Rises with every change.
  uint64_t edition() const { return edition_; }
  const KeyFilter& filter() const { return *filter_; }
  /// For the next snapshot, whose keys are added to it: this one's readers don't mind.
  const std::shared_ptr<KeyFilter>& shared_filter() const { return filter_; }
  const NetworkShape& networks() const { return networks_; }

  /// A record that stands: neither taken back nor superseded by a later word of the same source. Expiries are in.
  struct Standing {
    PackedListing listing;
    const std::string* text;
  };
  /// Who lists a packed value, the latest first. Valid or not at any time: that is for the caller to ask.
  void find(IndicatorType type, std::string_view value, std::vector<Standing>& out) const;
  void find(uint64_t hash, IndicatorType type, std::string_view value, std::vector<Standing>& out) const;

  /// Whether `record` of parts()[part] stands, and with what listing.
  bool stands(size_t part, const Segment::Record& record, PackedListing& out) const;

  Listing listing(const Standing& standing) const;

  const std::vector<Part>& parts() const { return parts_; }  // oldest first
  const std::vector<SourceState>& sources() const { return sources_; }
  uint64_t records() const { return records_; }
  uint64_t bytes() const;

 private:
  /// The listing as its source's state leaves it; false when it is gone.
  bool settle(uint64_t age, PackedListing& listing) const;

  std::vector<Part> parts_;
  std::vector<SourceState> sources_;
  std::shared_ptr<KeyFilter> filter_;
  NetworkShape networks_;
  uint64_t edition_;
  uint64_t records_ = 0;
  uint32_t types_ = 0;
};

/// A filter of every key in the parts, with room for half as many more.
std::shared_ptr<KeyFilter> filter_for(const std::vector<Part>& parts);

/// What is in force; asked once a batch.
using IndicatorSource = std::function<std::shared_ptr<const Snapshot>()>;

}  // namespace yagura::detect
