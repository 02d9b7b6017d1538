#include "event/normalise.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_map>

#include "base/text.hpp"
#include "event/mapping_rule.hpp"

namespace yagura::event {
namespace {

bool same_text(std::string_view value, std::string_view lowered) {
  if (value.size() != lowered.size()) return false;
  for (size_t i = 0; i < value.size(); ++i)
    if (ascii_lower(value[i]) != lowered[i]) return false;
  return true;
}

bool one_of(std::string_view value, const std::vector<std::string>& lowered) {
  return lowered.empty() ||
         std::any_of(lowered.begin(), lowered.end(), [&](const std::string& text) { return same_text(value, text); });
}

bool holds(const MappingRule& rule, const Batch& batch, const Event& event) {
  if (!one_of(event.channel, rule.channels) || !one_of(event.format, rule.formats) ||
      !one_of(event.provider, rule.providers))
    return false;
  for (const FieldCondition& condition : rule.conditions) {
    const Field* field = batch.find(event, condition.field);
    if (field == nullptr || !one_of(field->value().text, condition.values)) return false;
  }
  return true;
}

std::string_view after_last(std::string_view path) {
  const size_t at = path.find_last_of("\\/");
  return at == std::string_view::npos ? path : path.substr(at + 1);
}

void put(Normalised& out, Attribute at, std::string_view value, Arena& scratch) {
  if (!out[at].empty() || value.empty() || value == "-") return;
  const AttributeKind kind = attributes[static_cast<size_t>(at)].kind;
  if (kind == AttributeKind::number) {
    const auto number = as_integer({Kind::string, value});
    if (!number || *number < 0) return;
    char text[20];
    const auto end = std::to_chars(text, text + sizeof text, *number).ptr;
    const std::string_view made(text, static_cast<size_t>(end - text));
    out[at] = made == value ? value : scratch.copy(made);
    return;
  }
  if (kind == AttributeKind::ip && value.starts_with("::ffff:") && value.find('.') != std::string_view::npos)
    value.remove_prefix(7);  // an IPv4 address in its IPv6 coat
  out[at] = value;
}

/// "MD5=..,SHA256=..,IMPHASH=.." of Sysmon, or one bare digest told by its length.
void put_hashes(Normalised& out, std::string_view text, Arena& scratch) {
  for (const std::string_view part : split(text, ',')) {
    const size_t equals = part.find('=');
    const std::string_view value = trim(equals == std::string_view::npos ? part : part.substr(equals + 1));
    const std::string name =
        equals == std::string_view::npos ? std::string() : ascii_lower(trim(part.substr(0, equals)));
    if (name == "md5" || (name.empty() && value.size() == 32))
      put(out, attribute("file.hashes.md5"), value, scratch);
    else if (name == "sha1" || (name.empty() && value.size() == 40))
      put(out, attribute("file.hashes.sha1"), value, scratch);
    else if (name == "sha256" || (name.empty() && value.size() == 64))
      put(out, attribute("file.hashes.sha256"), value, scratch);
    else if (name == "imphash")
      put(out, attribute("file.hashes.imphash"), value, scratch);
  }
}

void put_account(Normalised& out, Attribute name, Attribute domain, std::string_view text, Arena& scratch) {
  if (const size_t slash = text.find('\\'); slash != std::string_view::npos) {
    put(out, domain, text.substr(0, slash), scratch);
    put(out, name, text.substr(slash + 1), scratch);
  } else if (const size_t at = text.find('@'); at != std::string_view::npos && at > 0) {
    put(out, name, text.substr(0, at), scratch);
    put(out, domain, text.substr(at + 1), scratch);
  } else {
    put(out, name, text, scratch);
  }
}

void put(Normalised& out, const Target& target, std::string_view value, Arena& scratch) {
  switch (target.kind) {
    case Target::Kind::attribute:
      return put(out, target.attribute, value, scratch);
    case Target::Kind::hashes:
      return put_hashes(out, value, scratch);
    case Target::Kind::user_account:
      return put_account(out, attribute("user.name"), attribute("user.domain"), value, scratch);
    case Target::Kind::actor_account:
      return put_account(out, attribute("actor.user.name"), attribute("actor.user.domain"), value, scratch);
  }
}

/// What follows from other attributes and was not given.
void derive(Normalised& out) {
  const auto name_of = [&](Attribute path, Attribute name) {
    if (out[name].empty()) out[name] = after_last(out[path]);
  };
  name_of(attribute("process.file.path"), attribute("process.name"));
  name_of(attribute("actor.process.file.path"), attribute("actor.process.name"));
  name_of(attribute("file.path"), attribute("file.name"));
  std::string_view url = out[attribute("http_request.url.url_string")];
  if (const size_t scheme = url.find("://");
      out[attribute("http_request.url.hostname")].empty() && scheme != url.npos) {
    url = url.substr(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    if (const size_t at = url.rfind('@'); at != url.npos) url = url.substr(at + 1);
    if (!url.starts_with('[')) url = url.substr(0, url.find(':'));
    out[attribute("http_request.url.hostname")] = url;
  }
}

}  // namespace

struct Normaliser::Rules {
  std::vector<MappingRule> all;
  std::unordered_map<int64_t, std::vector<uint32_t>> by_event_id;  // in order
  std::vector<uint32_t> without_event_id;

  const MappingRule* find(const Batch& batch, const Event& event) const {
    uint32_t best = UINT32_MAX;
    const auto look = [&](const std::vector<uint32_t>& candidates) {
      for (const uint32_t at : candidates) {
        if (at >= best) return;
        if (holds(all[at], batch, event)) best = at;
      }
    };
    if (const auto it = by_event_id.find(event.event_id); it != by_event_id.end()) look(it->second);
    look(without_event_id);
    return best == UINT32_MAX ? nullptr : &all[best];
  }
};

Normaliser::Normaliser(std::unique_ptr<Rules> rules) : rules_(std::move(rules)) {}
Normaliser::Normaliser(Normaliser&&) noexcept = default;
Normaliser& Normaliser::operator=(Normaliser&&) noexcept = default;
Normaliser::~Normaliser() = default;

Diagnosed<Normaliser> Normaliser::load(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  if (error || files.empty())
    return std::unexpected(Diagnostic{"mapping.none", folder.string(), 0, 0, "no mappings can be read from this folder",
                                      "point at catalog/mappings"});
  std::sort(files.begin(), files.end());
  auto rules = std::make_unique<Rules>();
  for (const auto& file : files) {
    auto read = read_mapping(file.string());
    if (!read) return std::unexpected(read.error());
    for (MappingRule& rule : *read) {
      const auto at = static_cast<uint32_t>(rules->all.size());
      for (const int64_t id : rule.event_ids) rules->by_event_id[id].push_back(at);
      if (rule.event_ids.empty()) rules->without_event_id.push_back(at);
      rules->all.push_back(std::move(rule));
    }
  }
  return Normaliser(std::move(rules));
}

size_t Normaliser::rules() const {
  return rules_->all.size();
}

void Normaliser::apply(const Batch& batch, const Event& event, Arena& scratch, Normalised& out) const {
  out = {};
  const MappingRule* rule = rules_->find(batch, event);
  if (rule == nullptr) return;
  out.class_uid = rule->class_uid;
  out.category_uid = ocsf::category_of(rule->class_uid);
  out.severity_id = rule->severity_id;
  out.activity_id = rule->activity_id;
  for (const Field& field : batch.fields(event)) {
    if (rule->activity_field == field.id)
      for (const auto& [text, id] : rule->activities)
        if (same_text(field.value().text, text)) out.activity_id = id;
    auto it = std::lower_bound(rule->fields.begin(), rule->fields.end(), field.id,
                               [](const auto& entry, FieldId id) { return entry.first < id; });
    for (; it != rule->fields.end() && it->first == field.id; ++it) put(out, it->second, field.value().text, scratch);
  }
  for (const auto& [at, text] : rule->fixed)
    if (out[at].empty()) out[at] = text;
  out.fixed_text = rule->fixed_text;
  derive(out);
}

std::string_view machine_of(const Event& event, const Normalised& normal) {
  if (!event.host.empty()) return event.host;
  const std::string_view address = normal[attribute("src_endpoint.ip")];
  return address.empty() ? normal[attribute("src_endpoint.hostname")] : address;
}

}  // namespace yagura::event
