// What a move's `where` asks of a record: read from the type's file, held against a body.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "ledger/record_type.hpp"
#include "ledger/refusal.hpp"
#include "ledger/yaml_reader.hpp"

namespace yagura::ledger {

/// The conditions of a move, read from `where`; what is wrong in this file alone becomes a Diagnostic.
std::vector<MoveCondition> read_move_conditions(YamlReader& reader, const YAML::Node& move, const RecordType& type);

/// What is wrong with a condition that looks at `field` (null: there is none of that name), placed nowhere yet.
std::optional<Diagnostic> condition_fault(const MoveCondition& condition, const Field* field);

/// Why `body`, the record itself or the one that it refers to, does not meet the condition; nothing when it does.
std::optional<Reason> condition_unmet(const MoveCondition& condition, const Move& move,
                                      const boost::json::object& body);

}  // namespace yagura::ledger
