#include "pipeline/rule_draft_fields.hpp"

#include <algorithm>
#include <array>

namespace yagura::pipeline {
namespace {

template <typename T>
bool may_meet(const std::vector<T>& a, const std::vector<T>& b) {
  return a.empty() || b.empty() ||
         std::ranges::any_of(a, [&](const T& one) { return std::ranges::find(b, one) != b.end(); });
}

template <typename T>
bool surely_meet(const std::vector<T>& a, const std::vector<T>& b) {
  return !a.empty() && !b.empty() && may_meet(a, b);
}

/// Some event may pass the test and be mapped so, and both name something that it has: a mapping that asks for fields
/// alone would fit everything.
bool may_meet(const detect::EventTest& test, const event::MappingRule& mapping) {
  const bool field_named = std::ranges::any_of(mapping.conditions, [&](const event::FieldCondition& condition) {
    const std::string name(event::FieldNames::instance().name(condition.field));
    return test.equal.contains(name) || std::ranges::find(test.present, name) != test.present.end();
  });
  const bool named = field_named || surely_meet(test.channels, mapping.channels) ||
                     surely_meet(test.providers, mapping.providers) || surely_meet(test.formats, mapping.formats);
  return named && may_meet(test.formats, mapping.formats) && may_meet(test.channels, mapping.channels) &&
         may_meet(test.providers, mapping.providers) && may_meet(test.event_ids, mapping.event_ids);
}

/// What a rule that asks by this map calls the event's field.
std::string rule_name(const detect::FieldMap& map, const std::string& event_field) {
  for (const auto& [name, source] : map)
    if (source.plain() && source.names.front() == event_field) return name;
  return event_field;
}

}  // namespace

std::map<std::string, std::vector<DraftField>> draft_fields(const std::vector<detect::Route>& routes,
                                                            std::span<const event::MappingRule> mappings) {
  std::map<std::string, std::map<std::pair<std::string, FieldForm>, size_t>> votes;
  const auto vote = [&](const detect::Route& route, const std::string& field, const event::Target& target) {
    const std::string name = rule_name(*route.fields, field);
    switch (target.kind) {
      case event::Target::Kind::attribute:
        ++votes[std::string(event::attributes[static_cast<size_t>(target.attribute)].name)][{name, FieldForm::plain}];
        return;
      case event::Target::Kind::hashes:
        for (const char* hash : {"md5", "sha1", "sha256", "imphash"})
          ++votes[std::string("file.hashes.") + hash][{name, FieldForm::hash}];
        return;
      case event::Target::Kind::user_account:
        ++votes["user.name"][{name, FieldForm::account}];
        return;
      case event::Target::Kind::actor_account:
        ++votes["actor.user.name"][{name, FieldForm::account}];
        return;
    }
  };
  for (const detect::Route& route : routes)
    for (const detect::EventTest& test : route.tests) {
      // An event that names its log source itself may be of any kind.
      if (test.formats.empty() && test.channels.empty() && test.providers.empty() && test.event_ids.empty()) continue;
      for (const event::MappingRule& mapping : mappings)
        if (may_meet(test, mapping))
          for (const auto& [field, target] : mapping.fields)
            vote(route, std::string(event::FieldNames::instance().name(field)), target);
    }
  std::map<std::string, std::vector<DraftField>> out{{"host", {{"Computer", FieldForm::plain}}},
                                                     {"channel", {{"Channel", FieldForm::plain}}},
                                                     {"provider", {{"Provider_Name", FieldForm::plain}}},
                                                     {"event_id", {{"EventID", FieldForm::plain}}}};
  for (const auto& [column, names] : votes) {
    std::vector<std::pair<size_t, DraftField>> ranked;
    for (const auto& [name, count] : names) ranked.push_back({count, {name.first, name.second}});
    std::ranges::sort(ranked, [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second.name < b.second.name;
    });
    std::vector<DraftField>& fields = out[column];
    fields.clear();
    for (auto& [count, field] : ranked)
      if (fields.size() < draft_fields_max) fields.push_back(std::move(field));
  }
  return out;
}

}  // namespace yagura::pipeline
