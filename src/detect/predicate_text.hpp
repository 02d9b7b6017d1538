#pragma once

#include <string>

#include "detect/predicate.hpp"

namespace yagura::detect {

/// What the predicate asks for, as people read it: the rule's value with its wildcards, a number, a field's name.
std::string expected_text(const Predicate& predicate);

}  // namespace yagura::detect
