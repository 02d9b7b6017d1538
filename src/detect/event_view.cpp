#include "detect/event_view.hpp"

#include <algorithm>

namespace yagura::detect {
namespace {

constexpr SourceId not_asked = UINT32_MAX;

std::string without_spaces(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c != ' ') out += c;
  return out;
}

}  // namespace

SourceTable::SourceTable() {
  places_.push_back({});  // any_value
  event_id_ = add({{"EventID"}, {}, {}, {}});
  channel_ = add({{"Channel"}, {}, {}, {}});
  provider_ = add({{"Provider_Name"}, {}, {}, {}});
  computer_ = add({{"Computer"}, {}, {}, {}});
}

SourceId SourceTable::add(const FieldSource& source) {
  const auto next = static_cast<SourceId>(places_.size());
  if (source.plain()) {
    const auto [it, fresh] = plain_.emplace(source.names.front(), next);
    if (fresh) places_.push_back({source, {}});
    return it->second;
  }
  if (const auto it = other_.find(source); it != other_.end()) return it->second;
  std::vector<SourceId> parts;
  for (const std::string& name : source.names) parts.push_back(add({{name}, {}, {}, {}}));
  const auto id = static_cast<SourceId>(places_.size());
  places_.push_back({source, std::move(parts)});
  other_.emplace(source, id);
  return id;
}

std::optional<SourceId> SourceTable::find(const FieldSource& source) const {
  if (source.plain()) {
    const auto found = plain_.find(source.names.front());
    return found == plain_.end() ? std::nullopt : std::optional(found->second);
  }
  const auto found = other_.find(source);
  return found == other_.end() ? std::nullopt : std::optional(found->second);
}

SourceId SourceTable::id_of(const FieldSource& source) const {
  if (source.plain()) return plain_.at(source.names.front());
  return other_.at(source);
}

SourceTable::Fed SourceTable::fed_by(std::string_view event_field) const {
  Fed out{};
  size_t count = 0;
  const auto note = [&](const std::string& name) {
    const auto it = plain_.find(name);
    if (it == plain_.end() || count == out.size()) return;
    if (std::find(out.begin(), out.begin() + count, it->second) == out.begin() + count) out[count++] = it->second;
  };
  std::string name(event_field);
  note(name);
  for (size_t dot = event_field.find('.'); dot != std::string_view::npos; dot = event_field.find('.', dot + 1))
    note(name.substr(0, dot));
  if (name.find(' ') == std::string::npos) return out;
  note(without_spaces(name));
  std::ranges::replace(name, ' ', '_');
  note(name);
  return out;
}

EventView::EventView(const SourceTable& sources, const std::vector<std::string>& structured_formats)
    : sources_(sources), structured_formats_(structured_formats), values_(sources.size()) {}

const SourceTable::Fed& EventView::fed_by(event::FieldId field) {
  const auto index = static_cast<size_t>(field);
  if (index >= by_field_.size()) by_field_.resize(index + 1, SourceTable::Fed{not_asked});
  if (by_field_[index][0] == not_asked) by_field_[index] = sources_.fed_by(event::FieldNames::instance().name(field));
  return by_field_[index];
}

FoldedValue* EventView::pooled(event::Value value) {
  if (pool_used_ == pool_.size()) pool_.emplace_back();
  FoldedValue* out = &pool_[pool_used_++];
  out->set(value);
  return out;
}

FoldedValue* EventView::at_position(size_t position) {
  const auto fields = batch_->fields(*event_);
  if (by_position_.size() != fields.size()) by_position_.assign(fields.size(), nullptr);
  if (!by_position_[position]) by_position_[position] = pooled(fields[position].value());
  return by_position_[position];
}

void EventView::read(const event::Batch& batch, const event::Event& event) {
  batch_ = &batch;
  event_ = &event;
  ++epoch_;
  joined_used_ = 0;
  pool_used_ = 0;
  by_position_.clear();
}

void EventView::read_plain(SourceId source, Values& into) {
  const event::Event& event = *event_;
  const auto fields = batch_->fields(event);
  for (size_t i = 0; i < fields.size(); ++i)
    for (const SourceId fed : fed_by(fields[i].id)) {
      if (fed == SourceTable::any_value) break;
      if (fed == source) into.values.push_back(at_position(i));
    }
  if (!into.values.empty()) return;
  // The header speaks for sources that leave these out or name them otherwise.
  if (source == sources_.event_id() && event.event_id != 0) {
    event_id_text_ = std::to_string(event.event_id);
    into.values.push_back(pooled({event::Kind::integer, event_id_text_}));
  }
  const std::string_view said = source == sources_.channel()    ? event.channel
                                : source == sources_.provider() ? event.provider
                                : source == sources_.computer() ? event.host
                                                                : std::string_view();
  if (!said.empty()) into.values.push_back(pooled({event::Kind::string, said}));
}

bool EventView::text_counts(const event::Event& event) const {
  // Markup around the fields would let keywords match names and escapes; it counts only where fields are missing.
  constexpr auto lost = event::Dirt::unparsed | event::Dirt::too_many_names | event::Dirt::too_deep |
                        event::Dirt::too_many_fields | event::Dirt::truncated;
  const bool structured = std::ranges::find(structured_formats_, event.format) != structured_formats_.end();
  return !event.raw.empty() && (!structured || event::has(event.dirt, lost));
}

std::string EventView::mapped(const FieldSource& source, std::string text) {
  if (const auto found = source.values.find(text); found != source.values.end()) return found->second;
  for (const auto& [from, to] : source.prefixes)
    if (text.starts_with(from)) return to + text.substr(from.size());
  return text;
}

void EventView::read_any(Values& into) {
  const auto fields = batch_->fields(*event_);
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind == event::Kind::null) continue;
    into.values.push_back(at_position(i));
  }
  if (text_counts(*event_)) into.values.push_back(pooled({event::Kind::string, event_->raw}));
}

void EventView::read_joined(const SourceTable::Place& place, Values& into) {
  std::string text;
  bool some = false;
  for (const SourceId part : place.parts) {
    const auto found = values(part);
    if (found.empty() || found.front()->value().is_null()) continue;
    const std::string_view piece = found.front()->value().text;
    if (place.parts.size() > 1 && (piece.empty() || piece == "-")) continue;
    if (some) text += place.source.joint;
    text += piece;
    some = true;
  }
  if (!some) return;
  if (joined_used_ == joined_.size()) joined_.emplace_back();
  std::string& kept = joined_[joined_used_++];
  kept = mapped(place.source, std::move(text));
  into.values.push_back(pooled({event::Kind::string, kept}));
}

FoldedValues EventView::values(SourceId source) {
  Values& found = values_[source];
  if (found.made_for != epoch_) {
    const SourceTable::Place& place = sources_.at(source);
    found.made_for = epoch_;
    found.values.clear();
    if (source == SourceTable::any_value)
      read_any(found);
    else if (!place.parts.empty())
      read_joined(place, found);
    else
      read_plain(source, found);
  }
  return found.values;
}

}  // namespace yagura::detect
