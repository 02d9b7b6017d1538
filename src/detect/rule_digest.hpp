#pragma once

#include <string>

#include "detect/correlation/definition.hpp"
#include "detect/rule.hpp"

namespace yagura::detect {

constexpr size_t rule_digest_size = 32;  // characters

/// Stands for what a rule asks of an event: its log source, selections, conditions and the filters laid over it. Two
/// rules of one digest fire on the same events, wherever they stand and whatever they are called. Hexadecimal; kept in
/// alerts, so its making may never change. Cost: a few microseconds, a millisecond for a rule of thousands of values.
std::string rule_digest(const Rule& rule);

/// The same for what a correlation counts, adds up or waits for; the rules that it names stand by their names.
std::string rule_digest(const correlation::Definition& correlation);

}  // namespace yagura::detect
