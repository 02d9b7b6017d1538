// What the readers of events want of them, so that a format need not materialise the rest.
#pragma once

#include <cstdint>
#include <vector>

#include "event/batch.hpp"
#include "event/field.hpp"

namespace yagura::event {

/// A set of field names; one bit a name that the process knows.
class FieldSet {
 public:
  void insert(FieldId id) {
    const auto at = static_cast<size_t>(id);
    if (at / 64 >= words_.size()) words_.resize(at / 64 + 1);
    words_[at / 64] |= uint64_t{1} << at % 64;
  }
  bool contains(FieldId id) const {
    const auto at = static_cast<size_t>(id);
    return at / 64 < words_.size() && (words_[at / 64] >> at % 64 & 1) != 0;
  }

 private:
  std::vector<uint64_t> words_;
};

/// Answers may be asked from any thread at any time and live as long as the Demand.
class Demand {
 public:
  virtual ~Demand() = default;

  /// The fields wanted of events with this header, null for all of them. Of `header` only `format`, `channel`,
  /// `provider` and `event_id` are read, so a format may remember the answer by these four. Header values (time, host,
  /// record id and so on) are always wanted.
  virtual const FieldSet* wanted(const Event& header) const = 0;
};

}  // namespace yagura::event
