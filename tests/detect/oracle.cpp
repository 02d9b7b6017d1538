#include "oracle.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/yaml.hpp"

namespace yagura::oracle {
namespace {

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

std::vector<std::string> list(const YAML::Node& node) {
  std::vector<std::string> out;
  if (node.IsScalar()) out.push_back(node.Scalar());
  for (const YAML::Node& item : node) out.push_back(item.Scalar());
  return out;
}

bool spoken(const std::vector<std::string>& list, const std::string& text) {
  return std::ranges::any_of(list, [&](const std::string& item) { return lower(item) == lower(text); });
}

YAML::Node at(const YAML::Node& node, const char* key) {
  const YAML::Node found = node[key];
  return found.IsDefined() ? found : YAML::Node();
}

std::string text_at(const YAML::Node& node, const char* key) {
  const YAML::Node found = at(node, key);
  return found.IsScalar() ? found.Scalar() : "";
}

OracleRoute names_itself(const std::string& product, const std::string& category, const std::string& service) {
  OracleRoute out;
  if (!product.empty()) out.equal["logsource.product"] = {product};
  if (!category.empty()) out.equal["logsource.category"] = {category};
  if (!service.empty()) out.equal["logsource.service"] = {service};
  return out;
}

OracleRoute read_route(const YAML::Node& page, const YAML::Node& route) {
  OracleRoute out;
  out.formats = list(at(route, "format"));
  if (out.formats.empty() && page["every_route"].IsDefined()) out.formats = list(page["every_route"]["format"]);
  out.channels = list(at(route, "channel"));
  out.providers = list(at(route, "provider"));
  out.event_ids = list(at(route, "event_id"));
  out.present = list(at(route, "present"));
  for (const auto& entry : at(route, "equal")) out.equal[entry.first.Scalar()] = list(entry.second);
  if (const std::string map = text_at(route, "fields"); !map.empty()) out.fields.reset(page["field_maps"][map]);
  return out;
}

/// A rule's field by a field map.
Values mapped(const YAML::Node& map, const std::string& field, OracleEvent& event) {
  const YAML::Node found = map.IsMap() ? map[field] : YAML::Node();
  if (!map.IsMap() || !found.IsDefined()) return event.named(field);
  if (found.IsScalar()) return event.named(found.Scalar());
  const auto names = list(found["from"]);
  std::string text;
  bool some = false;
  for (const std::string& name : names) {
    const Values values = event.named(name);
    if (values.empty() || values[0]->kind == event::Kind::null) continue;
    if (names.size() > 1 && (values[0]->bytes.empty() || values[0]->bytes == "-")) continue;
    if (some) text += text_at(found, "joint");
    text += values[0]->bytes;
    some = true;
  }
  if (!some) return {};
  if (const YAML::Node values = at(found, "values"); values.IsMap() && values[text].IsDefined())
    return {event.make(values[text].Scalar())};
  for (const auto& entry : at(found, "prefixes"))
    if (text.starts_with(entry.first.Scalar()))
      return {event.make(entry.second.Scalar() + text.substr(entry.first.Scalar().size()))};
  return {event.make(text)};
}

}  // namespace

OracleEvent::OracleEvent(const event::Batch& batch, const event::Event& event) : event_(event) {
  for (const event::Field& field : batch.fields(event)) {
    auto text = std::make_unique<Text>(field.kind, std::string(field.value().text));
    text->plain = decode(text->bytes);
    text->folded = fold(text->plain);
    fields_.emplace_back(event::FieldNames::instance().name(field.id), std::move(text));
  }
}

const Text* OracleEvent::make(std::string bytes) {
  auto& text = made_.emplace_back(std::make_unique<Text>(event::Kind::string, std::move(bytes)));
  text->plain = decode(text->bytes);
  text->folded = fold(text->plain);
  return text.get();
}

const Values& OracleEvent::named(const std::string& name) {
  const auto [it, fresh] = by_name_.try_emplace(name);
  if (!fresh) return it->second;
  for (const auto& [own, text] : fields_) {
    std::string without;
    std::string underscored = own;
    for (const char c : own)
      if (c != ' ') without += c;
    std::ranges::replace(underscored, ' ', '_');
    if (own == name || without == name || underscored == name || own.starts_with(name + "."))
      it->second.push_back(text.get());
  }
  if (!it->second.empty()) return it->second;
  std::string header;
  if (name == "Channel") header = event_.channel;
  if (name == "Provider_Name") header = event_.provider;
  if (name == "Computer") header = event_.host;
  if (name == "EventID" && event_.event_id != 0) header = std::to_string(event_.event_id);
  if (!header.empty()) it->second.push_back(make(header));
  return it->second;
}

const Values& OracleEvent::all(const std::vector<std::string>& structured) {
  if (all_) return *all_;
  all_.emplace();
  for (const auto& [name, text] : fields_)
    if (text->kind != event::Kind::null) all_->push_back(text.get());
  using event::Dirt;
  const bool lost = has(
      event_.dirt, Dirt::unparsed | Dirt::too_many_names | Dirt::too_deep | Dirt::too_many_fields | Dirt::truncated);
  const bool markup = std::ranges::find(structured, event_.format) != structured.end();
  if (!event_.raw.empty() && (lost || !markup)) all_->push_back(make(std::string(event_.raw)));
  return *all_;
}

Oracle::Oracle(const std::filesystem::path& catalog) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(catalog))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) {
    const YAML::Node page = load_yaml(file).value().front();
    for (const std::string& format : list(at(page, "structured_formats"))) structured_.push_back(format);
    for (const YAML::Node& source : page["log_sources"]) {
      Source out{text_at(source, "product"), text_at(source, "category"), text_at(source, "service"), {}};
      for (const YAML::Node& route : source["routes"]) out.routes.push_back(read_route(page, route));
      sources_.push_back(std::move(out));
    }
  }
}

std::vector<OracleRoute> Oracle::routes_of(const YAML::Node& logsource) const {
  const std::string product = text_at(logsource, "product");
  const std::string category = text_at(logsource, "category");
  const std::string service = text_at(logsource, "service");
  std::vector<OracleRoute> out{names_itself(product, category, service)};
  const size_t own = out.size();
  for (const Source& s : sources_)
    if (s.product == product && s.category == category && s.service == service)
      out.insert(out.end(), s.routes.begin(), s.routes.end());
  if (out.size() > own) return out;
  for (const Source& s : sources_)
    if ((product.empty() || s.product == product) && (category.empty() || s.category == category) &&
        (service.empty() || s.service == service))
      out.insert(out.end(), s.routes.begin(), s.routes.end());
  if (out.size() == own && !category.empty() && !service.empty())
    throw std::runtime_error("the oracle knows no intersections of log sources");
  return out;
}

bool Oracle::lets_in(const OracleRoute& route, OracleEvent& event) const {
  const event::Event& header = event.header();
  const auto one_of = [](const std::vector<std::string>& list, const std::string& text) {
    return list.empty() || spoken(list, text);
  };
  if (!one_of(route.formats, std::string(header.format)) || !one_of(route.channels, std::string(header.channel)) ||
      !one_of(route.providers, std::string(header.provider)) ||
      !one_of(route.event_ids, std::to_string(header.event_id)))
    return false;
  for (const std::string& field : route.present)
    if (event.named(field).empty()) return false;
  for (const auto& [field, wanted] : route.equal) {
    bool some = false;
    for (const Text* value : event.named(field))
      for (const std::string& one : wanted) some = some || value->folded == fold(decode(one));
    if (!some) return false;
  }
  return true;
}

bool Oracle::add(const YAML::Node& rule, std::string* why) {
  try {
    OracleRule out{rule["id"].as<std::string>(), read_detection(rule["detection"]), {}};
    for (const OracleRoute& route : routes_of(rule["logsource"])) {
      const auto known = std::ranges::find(routes_, route);
      out.routes.push_back(static_cast<size_t>(known - routes_.begin()));
      if (known == routes_.end()) routes_.push_back(route);
    }
    by_id_.emplace(out.id, rules_.size());
    rules_.push_back(std::move(out));
    return true;
  } catch (const std::exception& e) {
    if (why) *why = e.what();
    return false;
  }
}

bool Oracle::holds_by(size_t route, const OracleRule& rule, OracleEvent& event) const {
  return rule.condition([&](const std::string& field) {
    return field.empty() ? event.all(structured_) : mapped(routes_[route].fields, field, event);
  });
}

std::vector<std::string> Oracle::match(const event::Batch& batch, const event::Event& event) {
  OracleEvent seen(batch, event);
  std::vector<std::string> out;
  std::vector<bool> open;
  for (const OracleRoute& route : routes_) open.push_back(lets_in(route, seen));
  for (const OracleRule& rule : rules_)
    if (std::ranges::any_of(rule.routes, [&](size_t route) { return open[route] && holds_by(route, rule, seen); }))
      out.push_back(rule.id);
  std::ranges::sort(out);
  return out;
}

bool Oracle::holds(const std::string& id, const event::Batch& batch, const event::Event& event) {
  OracleEvent seen(batch, event);
  const OracleRule& rule = rules_[by_id_.at(id)];
  return std::ranges::any_of(
      rule.routes, [&](size_t route) { return lets_in(routes_[route], seen) && holds_by(route, rule, seen); });
}

}  // namespace yagura::oracle
