// The rules of one log source, compiled: each question once, found from the event's values rather than asked
// rule by rule.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "detect/event_view.hpp"
#include "detect/literal_index.hpp"
#include "detect/rule.hpp"
#include "detect/taxonomy.hpp"

namespace yagura::detect {

/// Immutable after compile(). Rules whose condition can only hold when one of certain predicates holds (their
/// witnesses) are looked at when one does; the few others always.
class Lane {
 public:
  Lane(Route route) : route_(std::move(route)) {}

  const Route& route() const { return route_; }
  bool same_route(const Route& route) const;

  /// `index` is what LaneRule::index will say; the rule must outlive the lane. `sources` holds every place already.
  void add(uint32_t index, const Rule& rule, const SourceTable& sources);
  void compile();

  /// Where this lane's events keep a rule's field.
  FieldSource source_of(const std::string& field) const;

  struct Ask {  // a distinct predicate
    const Predicate* predicate;
    uint32_t slot;
    uint32_t other_slot;  // of field_ref
    bool by_value;        // a value alone tells whether it holds: classifying the slot's values answers it
  };
  struct Node {
    Expr::Op op;
    uint32_t first;         // leaf: the ask; else the first child
    uint32_t count;         // of children, which stand side by side
    bool by_value = false;  // leaf: what Ask::by_value says, from compile() on
  };
  struct LaneRule {
    uint32_t index;  // as given to add(); RuleSet::rules_of() knows the rule
    uint32_t root;
  };
  struct Slot {
    SourceId source;
    LiteralIndex literals;
    std::unordered_map<uint64_t, std::vector<uint32_t>> whole_numbers;  // magnitude -> asks
    std::vector<uint32_t> scanned;                                      // asks to put to each value
    std::vector<uint32_t> rules_when_present;
  };

  const std::vector<Ask>& asks() const { return asks_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<LaneRule>& rules() const { return rules_; }
  const std::vector<Slot>& slots() const { return slots_; }
  const std::vector<uint32_t>& always() const { return always_; }
  /// Rules to look at when an ask holds.
  std::span<const uint32_t> woken_by(uint32_t ask) const {
    return {woken_.data() + wake_first_[ask], wake_first_[ask + 1] - wake_first_[ask]};
  }

 private:
  struct Witnesses {
    double weight;  // how often one of them holds, roughly
    std::vector<uint32_t> asks;
    std::vector<uint32_t> slots;  // whose presence is a witness
  };

  uint32_t slot_for(const std::string& field, const SourceTable& sources);
  uint32_t ask_for(const Predicate& predicate, const SourceTable& sources);
  void flatten(const Expr& expr, const std::vector<uint32_t>& asks, uint32_t into);
  bool index(uint32_t ask);
  bool index_regex(uint32_t ask);
  void scan(uint32_t ask);
  double cost(const Node& node) const;
  double chance(const Node& node) const;
  void order_children(uint32_t node);
  std::optional<Witnesses> witnesses(const Node& node) const;
  Witnesses witness_of(uint32_t ask) const;

  Route route_;
  std::vector<Ask> asks_;
  std::vector<Node> nodes_;
  std::vector<LaneRule> rules_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> always_;
  std::vector<uint32_t> wake_first_;
  std::vector<uint32_t> woken_;
  std::unordered_map<SourceId, uint32_t> slot_by_source_;
  std::unordered_map<std::string, uint32_t> ask_by_key_;
};

}  // namespace yagura::detect
