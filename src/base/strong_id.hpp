#pragma once

#include <compare>
#include <functional>
#include <string>

namespace yagura {

/// A textual id that can't be mistaken for another kind of id: `using IncidentId = StrongId<struct IncidentTag>;`
template <typename Tag>
struct StrongId {
  std::string value;

  bool empty() const { return value.empty(); }
  auto operator<=>(const StrongId&) const = default;
};

}  // namespace yagura

template <typename Tag>
struct std::hash<yagura::StrongId<Tag>> {
  size_t operator()(const yagura::StrongId<Tag>& id) const noexcept { return std::hash<std::string>{}(id.value); }
};
