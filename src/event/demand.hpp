// What the readers of events want of them, so that a format need not materialise the rest.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "event/batch.hpp"
#include "event/field.hpp"

namespace yagura::event {

/// A set of field names, asked by id. A name that nobody has met yet is judged when it is first asked of, by any
/// thread.
class FieldSet {
 public:
  enum class Want : uint8_t {
    no,
    yes,
    /// Its presence changes what is wanted of the event that has it: all of its fields, the ones before it too.
    everything,
  };
  using Judge = std::function<Want(std::string_view name)>;
  using Suspicion = std::function<bool(std::string_view json)>;

  /// `judge` gives the same answer to the same name always and is safe to call from several threads; without one,
  /// the set holds what insert() puts in. `suspicion` is what reads_text() speaks of.
  explicit FieldSet(Judge judge = {}, Suspicion suspicion = {});
  ~FieldSet();
  FieldSet(const FieldSet&) = delete;
  FieldSet& operator=(const FieldSet&) = delete;

  /// Not while another thread asks.
  void insert(FieldId id, Want want = Want::yes);

  /// Cost: two loads, but for the first question about a name.
  Want want(FieldId id) const {
    const auto at = static_cast<size_t>(id);
    const Page* page = at < field_names_max ? pages_[at / page_names].load(std::memory_order_acquire) : nullptr;
    const uint8_t known = page ? (*page)[at % page_names].load(std::memory_order_relaxed) : 0;
    return known != 0 ? static_cast<Want>(known - 1) : judged(id);
  }
  bool contains(FieldId id) const { return want(id) != Want::no; }

  /// Some reader looks for certain words in all values. A format that can't ask wants_all_of() gives every field then.
  bool reads_text() const { return static_cast<bool>(suspicion_); }

  /// Whether one of those words may stand in a value of the event with this text (JSON as it came, escapes and all, or
  /// values as they are with line ends between; every value is a part of it once unescaped): if so every field is
  /// wanted, else those of the set are enough.
  bool wants_all_of(std::string_view json) const { return suspicion_ && suspicion_(json); }

 private:
  static constexpr size_t page_names = 4096;
  using Page = std::array<std::atomic<uint8_t>, page_names>;  // 0: not judged yet, else 1 + Want

  Want judged(FieldId id) const;
  void note(FieldId id, Want want) const;

  Judge judge_;
  Suspicion suspicion_;
  mutable std::array<std::atomic<Page*>, field_names_max / page_names> pages_{};
};

/// Answers may be asked from any thread at any time and live as long as the Demand.
class Demand {
 public:
  virtual ~Demand() = default;

  /// The fields wanted of events with this header, null for all of them. Of `header` only `format`, `channel`,
  /// `provider` and `event_id` are read, so a format may remember the answer by these four (not what it says of a
  /// text). Header values (time, host, record id and so on) are always wanted. When an event has a field for which the
  /// answer says Want::everything, a format gives all of that event's fields, as if the answer had been null.
  virtual const FieldSet* wanted(const Event& header) const = 0;
};

}  // namespace yagura::event
