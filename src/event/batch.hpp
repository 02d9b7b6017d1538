// The one model of a log event. A format fills a Batch; detection, the lake and the desks read it.
// Above: formats, detect, lake, pipeline, desks. Below: base. It knows no format and does no I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "event/arena.hpp"
#include "event/field.hpp"
#include "event/value.hpp"

namespace yagura::event {

/// Why an event is dirty; several may hold. Dirty is not an error: the raw bytes are kept and counted.
enum class Dirt : uint16_t {
  none = 0,
  unparsed = 1,          // the format did not understand it; only raw is to be trusted
  bad_encoding = 2,      // bytes that are not of the stated encoding were replaced in the fields
  too_long = 4,          // one line or record past its limit; this is a piece of it
  truncated = 8,         // the input ended inside it
  bad_checksum = 16,     // the container's checksum does not hold
  carved = 32,           // recovered from damaged or unused space
  no_time = 64,          // the source gave no usable time: `time` is the time of receipt
  too_many_names = 128,  // some field's name could not be interned
  too_deep = 256,        // nesting past its limit was left in raw
  too_many_fields = 512,
};

constexpr Dirt operator|(Dirt a, Dirt b) {
  return static_cast<Dirt>(static_cast<uint16_t>(a) | static_cast<uint16_t>(b));
}
constexpr bool has(Dirt set, Dirt one) {
  return (static_cast<uint16_t>(set) & static_cast<uint16_t>(one)) != 0;
}

/// Names of the dirt in `set`, comma-separated and stable ("unparsed,truncated"); empty for none.
std::string to_text(Dirt set);

struct Field {
  FieldId id;
  Kind kind;
  uint32_t size;
  const char* data;

  Value value() const { return {kind, {data, size}}; }
};

/// A field that occurs several times in an event (an array of scalars, repeated <Data>) stands several
/// times in `fields`, in the source's order; a predicate on it holds when it holds for one of them.
constexpr size_t fields_per_event_max = 4096;

/// The source's coordinates and the parts that every consumer asks for. All views belong to the batch.
/// What is empty or zero was not given by the source. The header's values stand among the fields too,
/// under the source's own names.
struct Event {
  Timestamp time;             // when it happened, else when it was received (Dirt::no_time)
  std::string_view host;      // the machine it speaks of
  std::string_view channel;   // Windows channel, syslog program, or what the format calls its stream
  std::string_view provider;  // Windows provider name; else empty
  std::string_view raw;       // the bytes as they came (after decoding to UTF-8); for EVTX the rendered XML, if kept
  std::string_view format;    // the format's name: "evtx", "windows-json", "syslog"; static storage
  int64_t event_id = 0;       // Windows event id
  uint64_t record_id = 0;     // Windows record id, or the source's own sequence number
  uint64_t offset = 0;        // byte offset in the decoded input at which the event starts
  uint64_t line = 0;          // line on which it starts, from 1; 0 for binary formats
  uint32_t first_field = 0;
  uint32_t field_count = 0;
  Dirt dirt = Dirt::none;
};

/// Events that came together, with everything that their views point into. Moved, never copied; read-only
/// once a format has handed it on.
class Batch {
 public:
  Batch() = default;
  Batch(Batch&&) = default;
  Batch& operator=(Batch&&) = default;

  Arena& arena() { return *arena_; }

  /// Keeps `owner` alive as long as the batch, so that views may point into it.
  void keep(std::shared_ptr<const void> owner);

  /// Starts an event; fields added from now on are its own. The reference is valid until the next begin().
  Event& begin(std::string_view format);
  Event& current() { return events_.back(); }

  /// Adds a field to the current event; `text` must live as long as the batch. Past
  /// fields_per_event_max the event is marked and the field left out.
  void add(FieldId id, Kind kind, std::string_view text);

  /// As add(), copying the text into the arena first.
  void add_copy(FieldId id, Kind kind, std::string_view text) { add(id, kind, arena_->copy(text)); }
  void add_integer(FieldId id, int64_t value);
  void add_unsigned(FieldId id, uint64_t value);

  /// Adds fields of the current event that keep its bounds: no more of them than fields_per_event_max with those that
  /// it has, none past 4 GiB.
  void add_all(std::span<const Field> fields);

  /// Empties the batch for what comes next, keeping its memory: taking pages from the system for every batch anew costs
  /// more than many an event. What was moved from is good again.
  void clear();

  /// Takes the current event out again, with its fields.
  void drop_current();

  /// Takes out every event that starts before `offset` of its input; how many those were.
  size_t drop_before(uint64_t offset);

  std::span<Event> events() { return events_; }
  std::span<const Event> events() const { return events_; }
  std::span<const Field> fields(const Event& event) const {
    return {fields_.data() + event.first_field, event.field_count};
  }

  /// The first value of a field; null when the event has none (ask find() to tell null from missing).
  Value get(const Event& event, FieldId id) const;
  const Field* find(const Event& event, FieldId id) const;

  /// Takes over the events of `other`, which came after this batch's own, with what they view.
  void join(Batch&& other);

  bool empty() const { return events_.empty(); }
  size_t size() const { return events_.size(); }

  /// Where the batch came from, for messages and the lake: a path, "syslog-udp", "http".
  std::string source;

 private:
  std::unique_ptr<Arena> arena_ = std::make_unique<Arena>();
  std::vector<std::shared_ptr<const void>> kept_;
  std::vector<Event> events_;
  std::vector<Field> fields_;
};

}  // namespace yagura::event
