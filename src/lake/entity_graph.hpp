// Who did what to what, read from stored events: entities and what joins them, with times and counts.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/time.hpp"

namespace yagura::lake {

constexpr size_t graph_nodes_max = 300;        // given
constexpr size_t graph_edges_max = 1'000;      // given
constexpr size_t graph_entities_max = 20'000;  // gathered; what comes later is counted
constexpr size_t entity_alerts_max = 20;       // of one node or edge
constexpr size_t entity_name_bytes_max = 512;

enum class EntityKind { host, user, process, file, address, domain, indicator };
std::string_view to_text(EntityKind kind);

struct Seen {
  Timestamp first;
  Timestamp last;
  uint64_t count = 0;  // events
  std::set<std::string> alerts;
};

struct EntityNode {
  std::string id;  // "host:ws01": kind and name, in lower case; of a process with its host before it
  EntityKind kind = EntityKind::host;
  std::string name;
  std::string host;  // of a process or file: where it is
  Seen seen;
};

struct EntityEdge {
  size_t from = 0;  // indexes into Graph::nodes
  size_t to = 0;
  std::string kind;  // "acted_on", "ran", "launched", ...: see edge_kinds()
  Seen seen;
};

struct Graph {
  std::vector<EntityNode> nodes;  // those with the most events first
  std::vector<EntityEdge> edges;  // between them
  uint64_t nodes_left_out = 0;
  uint64_t edges_left_out = 0;
};

/// Every kind of edge there is.
std::vector<std::string> edge_kinds();

/// Not thread-safe.
class EntityGraph {
 public:
  /// An event of EventStore::search() or get(), and the alert for which it stands.
  void add_event(const boost::json::object& row, const std::string& alert);
  /// What an alert says itself, whether its events are there or not. Empty parts were not given.
  void add_alert(const std::string& alert, std::string_view host, std::string_view user, Timestamp first,
                 Timestamp last);
  /// An indicator that was found on a host.
  void add_indicator(const std::string& alert, std::string_view indicator, std::string_view host, Timestamp time);

  /// The graph within its limits: nodes with the most events stay, those of indicators before all.
  Graph graph() const;

 private:
  using NodeRef = int64_t;  // index; negative: none

  NodeRef node(EntityKind kind, std::string_view name, std::string_view host = {});
  void note(NodeRef at, Timestamp time, const std::string& alert);
  void edge(NodeRef from, NodeRef to, const char* kind, Timestamp time, const std::string& alert);
  static void note(Seen& seen, Timestamp time, const std::string& alert);

  std::vector<EntityNode> nodes_;
  std::map<std::string, size_t> by_id_;
  std::map<std::tuple<size_t, size_t, std::string>, Seen> edges_;
  uint64_t nodes_past_limit_ = 0;
  uint64_t edges_past_limit_ = 0;
};

}  // namespace yagura::lake
