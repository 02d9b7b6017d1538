// One event as rules see it: the values of every field that some rule reads, gathered in one pass.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/predicate.hpp"
#include "detect/taxonomy.hpp"
#include "event/batch.hpp"

namespace yagura::detect {

/// Index of a place where values come from; see SourceTable.
using SourceId = uint32_t;

/// Every place that the rules of a set read, each once.
class SourceTable {
 public:
  static constexpr SourceId any_value = 0;  // every field's value, and the raw message

  SourceTable();

  SourceId add(const FieldSource& source);
  /// The id of one that was added.
  SourceId id_of(const FieldSource& source) const;
  std::optional<SourceId> find(const FieldSource& source) const;

  size_t size() const { return places_.size(); }
  /// The plain sources that an event's field feeds; what is left over is any_value. Windows writes names with
  /// spaces where rules leave them out (specification 2.1, "Field Usage") or put '_'; all three may be asked. A
  /// rule that asks for an object ("requestParameters") is given the values below it ("requestParameters.name").
  using Fed = std::array<SourceId, 6>;
  Fed fed_by(std::string_view event_field) const;

  struct Place {
    FieldSource source;
    std::vector<SourceId> parts;  // of one that is not plain
  };
  const Place& at(SourceId id) const { return places_[id]; }
  SourceId event_id() const { return event_id_; }
  SourceId channel() const { return channel_; }
  SourceId provider() const { return provider_; }
  SourceId computer() const { return computer_; }

 private:
  std::vector<Place> places_;
  std::unordered_map<std::string, SourceId> plain_;
  std::map<FieldSource, SourceId> other_;
  SourceId event_id_;
  SourceId channel_;
  SourceId provider_;
  SourceId computer_;
};

/// Reads events of one batch after the other. Not thread-safe; memory stays for the next event.
class EventView {
 public:
  EventView(const SourceTable& sources, const std::vector<std::string>& structured_formats);

  /// Makes `event` the current one; what values() gave before is gone. Cost: next to none.
  void read(const event::Batch& batch, const event::Event& event);

  /// Whether keywords look at the raw text of the event, too.
  bool text_counts(const event::Event& event) const;

  /// What a place made of several gives for this text of theirs.
  static std::string mapped(const FieldSource& source, std::string text);

  /// The values of a place; empty when the event has no such field. Valid until read(). Cost: the first time, a walk
  /// over the event's fields.
  FoldedValues values(SourceId source);

 private:
  struct Values {
    uint64_t made_for = 0;
    std::vector<FoldedValue*> values;
  };

  /// An entry of the pool for a value of the current event.
  FoldedValue* pooled(event::Value value);
  FoldedValue* at_position(size_t position);
  void read_plain(SourceId source, Values& into);
  void read_any(Values& into);
  void read_joined(const SourceTable::Place& place, Values& into);
  const SourceTable::Fed& fed_by(event::FieldId field);

  const SourceTable& sources_;
  const std::vector<std::string>& structured_formats_;
  std::vector<SourceTable::Fed> by_field_;  // FieldId -> sources; unknown ones are asked once
  std::vector<Values> values_;
  std::deque<FoldedValue> pool_;  // stays in place; folded once an event, whoever asks
  size_t pool_used_ = 0;
  std::vector<FoldedValue*> by_position_;  // of the event's fields; null until asked
  std::deque<std::string> joined_;         // texts made for the current event
  size_t joined_used_ = 0;
  std::string event_id_text_;
  const event::Batch* batch_ = nullptr;
  const event::Event* event_ = nullptr;
  uint64_t epoch_ = 0;
};

}  // namespace yagura::detect
