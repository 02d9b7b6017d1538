// What every engine's findings take from an event in the same way.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "event/batch.hpp"

namespace yagura::detect {

constexpr size_t finding_value_bytes_max = 4096;

/// `text`, ended by "…" between two characters when it is longer than finding_value_bytes_max.
std::string cut(std::string_view text);

/// Whom the event names as the acting user, machine accounts only for want of another; empty when nobody.
std::string user_of(const event::Batch& batch, const event::Event& event);

/// The event fields that user_of() reads.
std::span<const char* const> user_fields();

}  // namespace yagura::detect
