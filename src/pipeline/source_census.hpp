#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "event/field.hpp"
#include "pipeline/scan_match.hpp"

namespace yagura::pipeline {

constexpr size_t seen_sources_max = 100'000;  // hostile logs invent channels; the rest is counted as one

/// Events that came under one header.
struct SeenSource {
  std::string format;
  std::string channel;
  std::string provider;
  int64_t event_id = 0;
  uint64_t events = 0;
  std::vector<event::FieldId> fields;                   // that some of them have; only when asked for
  std::map<std::string, std::set<std::string>> values;  // folded, of the fields that were asked for by name
};

constexpr size_t seen_values_max = 256;  // of a field under one header; past it the field is not told about

/// Counts where the events of a scan come from.
class SourceCensus : public ScanJudge {
 public:
  /// `with_fields` costs a walk over every field. The values of `by_value` are kept then, too.
  explicit SourceCensus(bool with_fields, const std::set<std::string>& by_value = {});

  std::unique_ptr<Worker> open() override;
  bool wants_every_field() const override { return with_fields_; }

  /// After the scan; by format, channel, provider and event id.
  std::vector<SeenSource> sources() const;

 private:
  class Counter;
  struct Key {
    std::string format, channel, provider;
    int64_t event_id = 0;
    auto operator<=>(const Key&) const = default;
  };
  struct Count {
    uint64_t events = 0;
    std::vector<bool> known;  // by field
    std::vector<event::FieldId> fields;

    std::map<event::FieldId, std::set<std::string>> values;

    void add(event::FieldId field);
  };
  struct Hash {
    size_t operator()(const Key& key) const;
  };
  using Counts = std::unordered_map<Key, Count, Hash>;

  void merge(Counts&& counts);

  bool with_fields_;
  std::vector<event::FieldId> by_value_;
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace yagura::pipeline
