#include "registers/state_way.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace yagura::registers {
namespace {

std::optional<std::vector<const ledger::Move*>> shortest(const ledger::RecordType& type, std::string_view from,
                                                         std::string_view to, bool approvals) {
  std::map<std::string_view, const ledger::Move*> reached{{from, nullptr}};  // by which move
  std::map<std::string_view, std::string_view> before;
  std::deque<std::string_view> open{from};
  while (!open.empty() && !reached.contains(to)) {
    const std::string_view state = open.front();
    open.pop_front();
    for (const ledger::Move& move : type.moves) {
      if ((move.another_person && !approvals) || std::ranges::find(move.from, state) == move.from.end()) continue;
      if (!reached.emplace(move.to, &move).second) continue;
      before[move.to] = state;
      open.push_back(move.to);
    }
  }
  if (!reached.contains(to)) return std::nullopt;
  std::vector<const ledger::Move*> out;
  for (std::string_view state = to; state != from; state = before.at(state)) out.push_back(reached.at(state));
  std::ranges::reverse(out);
  return out;
}

}  // namespace

std::optional<std::vector<const ledger::Move*>> way_between(const ledger::RecordType& type, std::string_view from,
                                                            std::string_view to) {
  auto way = shortest(type, from, to, false);
  return way ? way : shortest(type, from, to, true);
}

const ledger::State* state_named(const ledger::RecordType& type, std::string_view text) {
  const auto found = std::ranges::find_if(type.states, [&](const ledger::State& state) {
    return text == state.id || text == state.title.ja || text == state.title.en;
  });
  return found == type.states.end() ? nullptr : &*found;
}

}  // namespace yagura::registers
