#pragma once

#include <vector>

#include "ledger/record_type.hpp"
#include "ledger/yaml_reader.hpp"

namespace yagura::ledger {

constexpr size_t fields_max = 200;
constexpr size_t columns_max = 40;
constexpr size_t choices_max = 500;

/// The fields under `key` of `map`; mistakes go to the reader. `as_columns`: those of a table.
std::vector<Field> parse_fields(YamlReader& reader, const YAML::Node& map, std::string_view key, bool as_columns);

}  // namespace yagura::ledger
