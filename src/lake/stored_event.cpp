#include "lake/stored_event.hpp"

#include <boost/json.hpp>
#include <string_view>

namespace yagura::lake {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::object& row, std::string_view key) {
  const json::value* value = row.if_contains(key);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

int64_t number_of(const json::object& row, std::string_view key) {
  const json::value* value = row.if_contains(key);
  if (!value || !value->is_number()) return 0;
  boost::system::error_code ignored;
  return value->to_number<int64_t>(ignored);
}

event::Dirt dirt_of(const json::object& row) {
  using event::Dirt;
  event::Dirt out = Dirt::none;
  const json::value* names = row.if_contains("dirt");
  if (!names || !names->is_array()) return out;
  for (const Dirt one : {Dirt::unparsed, Dirt::bad_encoding, Dirt::too_long, Dirt::truncated, Dirt::bad_checksum,
                         Dirt::carved, Dirt::no_time, Dirt::too_many_names, Dirt::too_deep, Dirt::too_many_fields})
    for (const json::value& name : names->get_array())
      if (name.is_string() && std::string_view(name.get_string()) == event::to_text(one)) out = out | one;
  return out;
}

void add_field(event::Batch& batch, std::string_view name, const json::value& value) {
  const auto id = event::FieldNames::instance().intern(name);
  if (!id) return;
  if (value.is_string())
    batch.add_copy(*id, event::Kind::string, value.get_string());
  else if (value.is_array())
    for (const json::value& one : value.get_array()) add_field(batch, name, one);
}

}  // namespace

void add_stored_event(event::Batch& batch, const json::object& row) {
  // A format's name outlives every batch; names of fields do so too.
  const auto format = event::FieldNames::instance().intern(text_of(row, "format"));
  event::Event& event = batch.begin(format ? event::FieldNames::instance().name(*format) : std::string_view());
  event::Arena& arena = batch.arena();
  event.time = parse_time(text_of(row, "time")).value_or(Timestamp{});
  event.host = arena.copy(text_of(row, "host"));
  event.channel = arena.copy(text_of(row, "channel"));
  event.provider = arena.copy(text_of(row, "provider"));
  event.raw = arena.copy(text_of(row, "raw"));
  event.event_id = number_of(row, "event_id");
  event.record_id = static_cast<uint64_t>(number_of(row, "record_id"));
  event.line = static_cast<uint64_t>(number_of(row, "line"));
  event.offset = static_cast<uint64_t>(number_of(row, "offset"));
  event.dirt = dirt_of(row);
  const json::value* fields = row.if_contains("fields");
  if (!fields || !fields->is_object()) return;
  for (const auto& [name, value] : fields->get_object()) add_field(batch, name, value);
}

}  // namespace yagura::lake
