#include "event/batch.hpp"

#include <charconv>
#include <iterator>
#include <utility>

#include "base/check.hpp"

namespace yagura::event {

std::string to_text(Dirt set) {
  constexpr std::pair<Dirt, const char*> names[] = {
      {Dirt::unparsed, "unparsed"},         {Dirt::bad_encoding, "bad_encoding"},
      {Dirt::too_long, "too_long"},         {Dirt::truncated, "truncated"},
      {Dirt::bad_checksum, "bad_checksum"}, {Dirt::carved, "carved"},
      {Dirt::no_time, "no_time"},           {Dirt::too_many_names, "too_many_names"},
      {Dirt::too_deep, "too_deep"},         {Dirt::too_many_fields, "too_many_fields"},
  };
  std::string out;
  for (const auto& [dirt, name] : names) {
    if (!has(set, dirt)) continue;
    if (!out.empty()) out += ',';
    out += name;
  }
  return out;
}

void Batch::keep(std::shared_ptr<const void> owner) {
  if (kept_.empty() || kept_.back() != owner) kept_.push_back(std::move(owner));
}

Event& Batch::begin(std::string_view format) {
  Event& event = events_.emplace_back();
  event.format = format;
  event.first_field = static_cast<uint32_t>(fields_.size());
  return event;
}

void Batch::add(FieldId id, Kind kind, std::string_view text) {
  check(!events_.empty(), "a field before any event");
  check(text.size() <= UINT32_MAX, "a field value past 4 GiB");
  Event& event = events_.back();
  if (event.field_count >= fields_per_event_max) {
    event.dirt = event.dirt | Dirt::too_many_fields;
    return;
  }
  fields_.push_back({id, kind, static_cast<uint32_t>(text.size()), text.data()});
  ++event.field_count;
}

void Batch::add_integer(FieldId id, int64_t value) {
  char text[20];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  add_copy(id, Kind::integer, {text, static_cast<size_t>(end - text)});
}

void Batch::add_unsigned(FieldId id, uint64_t value) {
  char text[20];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  add_copy(id, Kind::integer, {text, static_cast<size_t>(end - text)});
}

void Batch::add_all(std::span<const Field> fields) {
  check(!events_.empty() && events_.back().field_count + fields.size() <= fields_per_event_max,
        "fields past an event's bounds");
  fields_.insert(fields_.end(), fields.begin(), fields.end());
  events_.back().field_count += static_cast<uint32_t>(fields.size());
}

void Batch::clear() {
  if (arena_)
    arena_->clear();
  else
    arena_ = std::make_unique<Arena>();
  kept_.clear();
  events_.clear();
  fields_.clear();
  source.clear();
}

void Batch::drop_current() {
  check(!events_.empty(), "no event to drop");
  fields_.resize(events_.back().first_field);
  events_.pop_back();
}

size_t Batch::drop_before(uint64_t offset) {
  return std::erase_if(events_, [&](const Event& event) { return event.offset < offset; });
}

void Batch::join(Batch&& other) {
  check(fields_.size() + other.fields_.size() <= UINT32_MAX, "a joined batch with too many fields");
  const auto first = static_cast<uint32_t>(fields_.size());
  for (Event& event : other.events_) event.first_field += first;
  events_.insert(events_.end(), other.events_.begin(), other.events_.end());
  fields_.insert(fields_.end(), other.fields_.begin(), other.fields_.end());
  kept_.insert(kept_.end(), std::make_move_iterator(other.kept_.begin()), std::make_move_iterator(other.kept_.end()));
  kept_.emplace_back(std::shared_ptr<Arena>(std::move(other.arena_)));
  other = Batch();
}

const Field* Batch::find(const Event& event, FieldId id) const {
  for (const Field& field : fields(event))
    if (field.id == id) return &field;
  return nullptr;
}

Value Batch::get(const Event& event, FieldId id) const {
  const Field* field = find(event, id);
  return field ? field->value() : Value{};
}

}  // namespace yagura::event
