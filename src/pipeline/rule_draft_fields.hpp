#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "detect/taxonomy.hpp"
#include "event/mapping_rule.hpp"

namespace yagura::pipeline {

/// How a column's value stands in a field of a rule.
enum class FieldForm {
  plain,
  account,  // behind a domain: "EXAMPLE\sato"
  hash,     // one of several: "MD5=...,SHA256=..."
};

struct DraftField {
  std::string name;  // by which rules ask for it
  FieldForm form = FieldForm::plain;
};

constexpr size_t draft_fields_max = 6;  // for one column

/// The rule's fields for each column of the lake that some event of these routes fills ("process.cmd_line" ->
/// CommandLine), the commonest first; several where events of the log source name a thing differently.
std::map<std::string, std::vector<DraftField>> draft_fields(const std::vector<detect::Route>& routes,
                                                            std::span<const event::MappingRule> mappings);

}  // namespace yagura::pipeline
