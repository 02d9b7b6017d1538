#include "ledger/record_type.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"

namespace yagura::ledger {
namespace {

template <typename T>
const T* by_id(const std::vector<T>& items, std::string_view id) {
  const auto found = std::ranges::find(items, id, &T::id);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

std::string_view to_text(FieldKind kind) {
  constexpr std::array<std::string_view, 15> names{"text", "markdown", "integer",  "number", "boolean",
                                                   "time", "date",     "duration", "choice", "reference",
                                                   "user", "blob",     "json",     "list",   "table"};
  return names[static_cast<size_t>(kind)];
}

std::string_view to_text(Sensitivity sensitivity) {
  constexpr std::array<std::string_view, 4> names{"normal", "personal", "secret", "sealed"};
  return names[static_cast<size_t>(sensitivity)];
}

const Field* RecordType::field(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

const State* RecordType::state(std::string_view state_id) const {
  return by_id(states, state_id);
}

const Move* RecordType::move(std::string_view move_id) const {
  return by_id(moves, move_id);
}

const State& RecordType::initial_state() const {
  const auto found = std::ranges::find(states, true, &State::initial);
  check(found != states.end(), "a loaded record type has an initial state");
  return *found;
}

}  // namespace yagura::ledger
