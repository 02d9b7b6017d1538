// One rule of catalog/mappings, as read: for normalise.cpp, and for whoever asks which fields fill an attribute.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "event/field.hpp"
#include "event/ocsf.hpp"

namespace yagura::event {

/// Where a field's value goes.
struct Target {
  enum class Kind { attribute, hashes, user_account, actor_account } kind = Kind::attribute;
  Attribute attribute{};
};

struct FieldCondition {
  FieldId field;
  std::vector<std::string> values;  // in ASCII lower case; empty: any value will do
};

struct MappingRule {
  std::vector<std::string> formats, channels, providers;  // in ASCII lower case; empty: any
  std::vector<int64_t> event_ids;
  std::vector<FieldCondition> conditions;
  int32_t class_uid = 0;
  int32_t severity_id = 1;
  int32_t activity_id = 0;  // also what `else` says
  std::optional<FieldId> activity_field;
  std::vector<std::pair<std::string, int32_t>> activities;
  std::vector<std::pair<FieldId, Target>> fields;  // sorted by field
  std::vector<std::pair<Attribute, std::string>> fixed;
  std::string fixed_text;  // their texts, a line each
};

Diagnosed<std::vector<MappingRule>> read_mapping(const std::string& file);

}  // namespace yagura::event
