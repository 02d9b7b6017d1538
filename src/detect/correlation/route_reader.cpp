#include "detect/correlation/route_reader.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "detect/fold.hpp"

namespace yagura::detect::correlation {
namespace {

/// Windows writes names with spaces where rules leave them out or put '_' (specification 2.1, "Field Usage").
bool same_name(std::string_view asked, std::string_view written) {
  if (asked == written) return true;
  if (written.find(' ') == std::string_view::npos) return false;
  std::string joined;
  std::string scored;
  for (const char c : written) {
    if (c != ' ') joined += c;
    scored += c == ' ' ? '_' : c;
  }
  return asked == joined || asked == scored;
}

void map_value(const FieldSource& source, std::string& value) {
  if (const auto found = source.values.find(value); found != source.values.end()) {
    value = found->second;
    return;
  }
  for (const auto& [from, to] : source.prefixes)
    if (value.starts_with(from)) {
      value = to + value.substr(from.size());
      return;
    }
}

bool among(const std::vector<std::string>& list, std::string_view text) {
  return list.empty() || std::ranges::any_of(list, [&](const std::string& item) { return item == text; });
}

}  // namespace

RoutedField route_field(const std::vector<Route>& routes, const std::string& field) {
  RoutedField out;
  for (const Route& route : routes) {
    const auto found = route.fields->find(field);
    out.by_route.push_back(found != route.fields->end() ? found->second : FieldSource{{field}, {}, {}, {}});
    out.same = out.same && out.by_route.back() == out.by_route.front();
  }
  if (out.by_route.empty()) out.by_route.push_back({{field}, {}, {}, {}});
  return out;
}

size_t RouteReader::route_of(const std::vector<Route>& routes, const event::Batch& batch, const event::Event& event) {
  for (size_t i = 0; i < routes.size(); ++i)
    if (std::ranges::any_of(routes[i].tests, [&](const EventTest& test) { return passes(test, batch, event); }))
      return i;
  return 0;
}

bool RouteReader::passes(const EventTest& test, const event::Batch& batch, const event::Event& event) {
  if (!among(test.formats, event.format)) return false;
  if (!test.event_ids.empty() && std::ranges::find(test.event_ids, event.event_id) == test.event_ids.end())
    return false;
  if (!test.channels.empty() && !among(test.channels, ascii_lower(event.channel))) return false;
  if (!test.providers.empty() && !among(test.providers, ascii_lower(event.provider))) return false;
  std::string value;
  for (const std::string& field : test.present)
    if (!value_of(field, batch, event, value)) return false;
  for (const auto& [field, allowed] : test.equal)
    if (!value_of(field, batch, event, value) || !among(allowed, fold_case(value))) return false;
  return true;
}

bool RouteReader::value_of(const std::string& name, const event::Batch& batch, const event::Event& event,
                           std::string& out) {
  std::vector<uint8_t>& asked = names_[&name];
  for (const event::Field& field : batch.fields(event)) {
    const auto at = static_cast<size_t>(field.id);
    if (at >= asked.size()) asked.resize(at + 1);
    if (asked[at] == 0) asked[at] = same_name(name, event::FieldNames::instance().name(field.id)) ? 2 : 1;
    if (asked[at] != 2 || field.kind == event::Kind::null || field.size == 0) continue;
    out.assign(field.data, field.size);
    return true;
  }
  // The header speaks for sources that leave these out or name them otherwise.
  out.clear();
  if (name == "Computer")
    out = event.host;
  else if (name == "Channel")
    out = event.channel;
  else if (name == "Provider_Name")
    out = event.provider;
  else if (name == "EventID" && event.event_id != 0)
    out = std::to_string(event.event_id);
  return !out.empty();
}

bool RouteReader::read(const FieldSource& source, const event::Batch& batch, const event::Event& event,
                       std::string& out) {
  if (source.plain()) return value_of(source.names.front(), batch, event, out);
  out.clear();
  bool some = false;
  for (const std::string& name : source.names) {
    if (!value_of(name, batch, event, part_)) continue;
    if (source.names.size() > 1 && part_ == "-") continue;
    if (some) out += source.joint;
    out += part_;
    some = true;
  }
  if (some) map_value(source, out);
  return some && !out.empty();
}

}  // namespace yagura::detect::correlation
