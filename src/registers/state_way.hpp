// How a record gets from one state to another: by which moves.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/record_type.hpp"

namespace yagura::registers {

/// The fewest moves that lead from one state to the other, without any that wants another person's approval where such
/// a way exists; nothing when there is none. Empty when both are the same state.
std::optional<std::vector<const ledger::Move*>> way_between(const ledger::RecordType& type, std::string_view from,
                                                            std::string_view to);

/// The state that a cell names, by its id or its title in either language; null when none.
const ledger::State* state_named(const ledger::RecordType& type, std::string_view text);

}  // namespace yagura::registers
