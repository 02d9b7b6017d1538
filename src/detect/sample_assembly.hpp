#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "detect/plain_event.hpp"

namespace yagura::detect {

/// The values of a rule's fields, under the rule's names; the empty name holds keywords.
using RuleValues = std::map<std::string, std::vector<PlainField>>;

constexpr size_t assembly_variants = 4;  // ways to cut a joined field's value into its parts

/// An event that passes `test` where it can and whose fields, read through `map`, have the values. Where values can't
/// be had (two fields of the rule are one of the event, the log source asks for another event id) the event has
/// something else: ask the judge.
PlainEvent assemble(const RuleValues& values, const EventTest& test, const FieldMap& map, size_t variant);

}  // namespace yagura::detect
