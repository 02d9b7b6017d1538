// Indicators on disk and in force. Every change is a new part (a segment, its file synced) and a new manifest, written
// whole or not at all, before it is acknowledged; then the snapshot is swapped. Whoever matches keeps the snapshot that
// he has and never waits for a writer. Small parts are merged by and by; what was superseded goes with that.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "detect/indicators/snapshot.hpp"

namespace yagura::detect {

constexpr size_t indicator_sources_max = 10'000;
constexpr uint64_t indicators_max = 100'000'000;

/// What an act is about: a value, a source, or a value as one source gives it.
struct IndicatorSelection {
  std::string source;                                          // empty: any
  std::optional<std::pair<IndicatorType, std::string>> value;  // packed; nothing: every value of the source
};

class IndicatorStore {
 public:
  /// Opens or makes the store in `folder`; an empty path keeps everything in memory alone. A part that is not what was
  /// written is put aside (see broken()) and the rest serves.
  static Result<std::unique_ptr<IndicatorStore>> open(const std::filesystem::path& folder);
  ~IndicatorStore();

  /// What is in force. Cost: a shared pointer.
  std::shared_ptr<const Snapshot> snapshot() const;

  /// Files that were put aside when the store was opened.
  const std::vector<std::string>& broken() const { return broken_; }

  /// Ends validity at `at`, and takes back altogether; how many listings that concerned. Durable when they return.
  Result<uint64_t> expire(const IndicatorSelection& what, Timestamp at);
  Result<uint64_t> remove(const IndicatorSelection& what);

 private:
  friend class IndicatorImport;
  explicit IndicatorStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Status load();
  Result<uint32_t> source_number(const std::string& name);
  std::string new_file();
  Result<Part> keep(std::shared_ptr<const Segment> segment);
  /// Puts new parts in force, after `change` had its say about the sources. The writer's lock is held.
  Status commit(std::vector<Part> fresh, std::vector<SourceState> sources);
  Status put_in_force(std::vector<Part> parts, std::vector<SourceState> sources, std::shared_ptr<KeyFilter> filter);
  Status tidy();
  Status replace_parts(size_t first, size_t count, const std::shared_ptr<const Segment>& by);
  Status write_manifest(const std::vector<Part>& parts, const std::vector<SourceState>& sources);
  Result<uint64_t> change(const IndicatorSelection& what, const std::optional<Timestamp>& until);

  std::filesystem::path folder_;
  std::vector<std::string> broken_;
  std::mutex writing_;  // one change at a time
  uint64_t next_age_ = 1;
  std::string untidy_;           // why the last merge failed; empty when it did not
  uint64_t superseded_ = 0;      // about how many records no longer stand
  mutable std::mutex swapping_;  // guards what follows; held for moments
  std::shared_ptr<const Snapshot> snapshot_;
  std::map<std::string, uint32_t> source_numbers_;  // those not yet in the snapshot too
  uint64_t next_file_ = 1;
};

struct ImportCounts {
  uint64_t added = 0;    // new, for their source
  uint64_t updated = 0;  // said otherwise before
  uint64_t unchanged = 0;
  uint64_t withdrawn = 0;
};

/// Many indicators that come into force together. What it holds in memory is a segment; the rest is on disk. Destroyed
/// without commit() it leaves nothing.
class IndicatorImport {
 public:
  /// With `replace`, whatever the sources of this import gave before is gone with its commit.
  explicit IndicatorImport(IndicatorStore& store, bool replace = false);
  ~IndicatorImport();
  IndicatorImport(const IndicatorImport&) = delete;
  IndicatorImport& operator=(const IndicatorImport&) = delete;

  /// `packed` is what pack() gave. `limit` past indicators_max or indicator_sources_max.
  Status add(IndicatorType type, std::string_view packed, const Listing& listing);
  /// The source takes the value back.
  Status withdraw(IndicatorType type, std::string_view packed, const std::string& source);
  Result<ImportCounts> commit();

 private:
  bool pending(uint64_t hash, IndicatorType type, std::string_view packed, uint32_t source) const;
  Result<SegmentBuilder::Added> put(IndicatorType type, std::string_view packed, const PackedListing& packed_listing,
                                    const Listing& listing);
  Status spill();
  Result<uint32_t> source_number(const std::string& name);
  bool says_already(uint64_t hash, IndicatorType type, std::string_view packed, const PackedListing& packed_listing,
                    const Listing& listing, bool& knows);

  IndicatorStore& store_;
  bool replace_;
  bool tried_ = false;  // to commit: from then on the manifest may name its files
  std::shared_ptr<const Snapshot> before_;
  SegmentBuilder builder_;
  std::vector<Part> parts_;
  std::map<std::string, uint32_t> sources_;
  std::string last_source_;
  uint32_t last_number_ = 0;
  std::vector<Snapshot::Standing> standing_;
  ImportCounts counts_;
};

}  // namespace yagura::detect
