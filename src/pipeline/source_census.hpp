#pragma once

#include <cstdint>
#include <mutex>
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
  std::vector<event::FieldId> fields;  // that some of them have; only when asked for
};

/// Counts where the events of a scan come from.
class SourceCensus : public ScanJudge {
 public:
  /// `with_fields` costs a walk over every field.
  explicit SourceCensus(bool with_fields) : with_fields_(with_fields) {}

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

    void add(event::FieldId field);
  };
  struct Hash {
    size_t operator()(const Key& key) const;
  };
  using Counts = std::unordered_map<Key, Count, Hash>;

  void merge(Counts&& counts);

  bool with_fields_;
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace yagura::pipeline
