#include "event/mapping_rule.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "base/yaml.hpp"

namespace yagura::event {
namespace {

/// Thrown inside this file only, so that nested readers need no plumbing.
struct Fault {
  Diagnostic diagnostic;
};

class MappingReader {
 public:
  explicit MappingReader(std::string file) : file_(std::move(file)) {}

  std::vector<MappingRule> read(const YAML::Node& document) const {
    only(document, {"mapping", "match", "rules"});
    if (!document["rules"] || !document["rules"].IsSequence())
      wrong(document, "mapping.no_rules", "no list of rules", "write rules: and a list below it");
    std::vector<MappingRule> out;
    for (const YAML::Node& node : document["rules"]) out.push_back(read_rule(document["match"], node));
    return out;
  }

 private:
  [[noreturn]] void wrong(const YAML::Node& at, std::string code, std::string what, std::string hint) const {
    throw Fault{{std::move(code), file_, at.Mark().line + 1, at.Mark().column + 1, std::move(what), std::move(hint)}};
  }

  void only(const YAML::Node& map, std::initializer_list<std::string_view> keys) const {
    if (!map.IsMap()) wrong(map, "mapping.shape", "a map is expected here", "write key: value pairs");
    for (const auto& entry : map)
      if (std::find(keys.begin(), keys.end(), entry.first.Scalar()) == keys.end())
        wrong(entry.first, "mapping.unknown_key", "unknown key '" + entry.first.Scalar() + "'",
              "see the head of src/event/normalise.hpp for the keys");
  }

  std::vector<std::string> texts(const YAML::Node& node) const {
    std::vector<std::string> out;
    if (node.IsScalar()) out.push_back(node.Scalar());
    if (node.IsSequence())
      for (const auto& item : node) out.push_back(scalar(item));
    if (out.empty()) wrong(node, "mapping.shape", "a text or a list of texts is expected here", "");
    return out;
  }

  std::vector<std::string> lowered(const YAML::Node& node) const {
    std::vector<std::string> out = texts(node);
    for (std::string& text : out) text = ascii_lower(text);
    return out;
  }

  const std::string& scalar(const YAML::Node& node) const {
    if (!node.IsScalar()) wrong(node, "mapping.shape", "a single value is expected here", "");
    return node.Scalar();
  }

  int64_t number(const YAML::Node& node) const {
    const std::string& text = scalar(node);
    int64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size())
      wrong(node, "mapping.number", "'" + text + "' is no whole number", "");
    return out;
  }

  void read_match(const YAML::Node& match, MappingRule& rule) const {
    only(match, {"format", "channel", "provider", "event_id", "has", "is"});
    if (match["format"]) rule.formats = lowered(match["format"]);
    if (match["channel"]) rule.channels = lowered(match["channel"]);
    if (match["provider"]) rule.providers = lowered(match["provider"]);
    if (const auto ids = match["event_id"]) {
      rule.event_ids.clear();
      if (ids.IsScalar()) rule.event_ids.push_back(number(ids));
      if (ids.IsSequence())
        for (const auto& id : ids) rule.event_ids.push_back(number(id));
      if (rule.event_ids.empty()) wrong(ids, "mapping.no_event_id", "an empty event_id matches nothing", "");
    }
    if (match["has"])
      for (const std::string& name : texts(match["has"])) rule.conditions.push_back({known_field(name), {}});
    if (match["is"]) {
      if (!match["is"].IsMap()) wrong(match["is"], "mapping.shape", "a map is expected here", "write field: value");
      for (const auto& entry : match["is"])
        rule.conditions.push_back({known_field(entry.first.Scalar()), lowered(entry.second)});
    }
  }

  Target target(const YAML::Node& node) const {
    const std::string& name = scalar(node);
    if (name == "hashes") return {Target::Kind::hashes, {}};
    if (name == "user.account") return {Target::Kind::user_account, {}};
    if (name == "actor.user.account") return {Target::Kind::actor_account, {}};
    return {Target::Kind::attribute, attribute_of(node)};
  }

  Attribute attribute_of(const YAML::Node& node) const {
    const auto found = find_attribute(scalar(node));
    if (!found)
      wrong(node, "mapping.attribute", "unknown attribute '" + node.Scalar() + "'",
            "src/event/ocsf.hpp lists the attributes that have a column");
    return *found;
  }

  void read_activity(const YAML::Node& node, MappingRule& rule) const {
    if (node.IsScalar()) {
      rule.activity_id = static_cast<int32_t>(number(node));
      return;
    }
    only(node, {"field", "values", "else"});
    if (!node["field"] || !node["values"] || !node["values"].IsMap())
      wrong(node, "mapping.activity", "an activity by field needs 'field' and 'values'", "");
    rule.activity_field = known_field(scalar(node["field"]));
    for (const auto& entry : node["values"])
      rule.activities.emplace_back(ascii_lower(entry.first.Scalar()), static_cast<int32_t>(number(entry.second)));
    rule.activity_id = node["else"] ? static_cast<int32_t>(number(node["else"])) : 99;
  }

  MappingRule read_rule(const YAML::Node& shared, const YAML::Node& node) const {
    only(node, {"match", "class", "activity", "severity", "fields", "set"});
    MappingRule rule;
    if (shared) read_match(shared, rule);
    if (node["match"]) read_match(node["match"], rule);
    const bool any = rule.formats.empty() && rule.channels.empty() && rule.providers.empty() &&
                     rule.event_ids.empty() && rule.conditions.empty();
    if (any) wrong(node, "mapping.matches_all", "a rule without a match takes every event", "give it a match");
    if (!node["class"]) wrong(node, "mapping.no_class", "a rule without a class", "give it an OCSF class_uid");
    rule.class_uid = static_cast<int32_t>(number(node["class"]));
    if (!ocsf::is_class(rule.class_uid))
      wrong(node["class"], "mapping.class", "unknown OCSF class " + node["class"].Scalar(),
            "src/event/ocsf.hpp lists the classes");
    if (node["activity"]) read_activity(node["activity"], rule);
    if (node["severity"]) rule.severity_id = static_cast<int32_t>(number(node["severity"]));
    if (rule.severity_id < 0 || (rule.severity_id > 6 && rule.severity_id != 99))
      wrong(node["severity"], "mapping.severity", "an OCSF severity is 0 to 6 or 99", "");
    if (const auto fields = node["fields"]) {
      if (!fields.IsMap()) wrong(fields, "mapping.shape", "a map is expected here", "write Field: attribute");
      for (const auto& entry : fields) {
        const FieldId id = known_field(entry.first.Scalar());
        if (entry.second.IsSequence())
          for (const auto& one : entry.second) rule.fields.emplace_back(id, target(one));
        else
          rule.fields.emplace_back(id, target(entry.second));
      }
    }
    std::sort(rule.fields.begin(), rule.fields.end(), [](auto& a, auto& b) { return a.first < b.first; });
    if (const auto fixed = node["set"]) {
      if (!fixed.IsMap()) wrong(fixed, "mapping.shape", "a map is expected here", "write attribute: text");
      for (const auto& entry : fixed) {
        rule.fixed.emplace_back(attribute_of(entry.first), scalar(entry.second));
        rule.fixed_text += '\n' + entry.second.Scalar();
      }
    }
    return rule;
  }

  std::string file_;
};

}  // namespace

Diagnosed<std::vector<MappingRule>> read_mapping(const std::string& file) {
  auto documents = load_yaml(file);
  if (!documents) return std::unexpected(documents.error());
  std::vector<MappingRule> out;
  try {
    for (const YAML::Node& document : *documents) {
      std::vector<MappingRule> rules = MappingReader(file).read(document);
      out.insert(out.end(), std::make_move_iterator(rules.begin()), std::make_move_iterator(rules.end()));
    }
  } catch (const Fault& fault) {
    return std::unexpected(fault.diagnostic);
  } catch (const YAML::Exception& e) {
    return std::unexpected(Diagnostic{"mapping.shape", file, e.mark.line + 1, e.mark.column + 1, e.msg, ""});
  }
  return out;
}

}  // namespace yagura::event
