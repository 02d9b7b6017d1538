#include "lake/entity_graph.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.hpp"

namespace yagura::lake {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

/// What sources write for nobody and nothing.
bool nothing(std::string_view text) {
  const std::string_view name = trim(text);
  return name.empty() || name == "-" || name == "N/A" || name == "LOCAL" || name == "::" || name == "0.0.0.0";
}

std::string_view first_of(const json::object& object, std::string_view key, std::string_view otherwise) {
  const std::string_view text = text_of(object, key);
  return nothing(text) ? text_of(object, otherwise) : text;
}

bool is_address(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF.:") == std::string_view::npos &&
         (text.contains(':') || std::ranges::count(text, '.') == 3);
}

}  // namespace

std::string_view to_text(EntityKind kind) {
  switch (kind) {
    case EntityKind::host:
      return "host";
    case EntityKind::user:
      return "user";
    case EntityKind::process:
      return "process";
    case EntityKind::file:
      return "file";
    case EntityKind::address:
      return "address";
    case EntityKind::domain:
      return "domain";
    case EntityKind::indicator:
      return "indicator";
  }
  return "host";
}

std::vector<std::string> edge_kinds() {
  return {"acted_on", "started",   "ran",       "launched",  "touched",
          "loaded",   "connected", "came_from", "asked_for", "seen_on"};
}

EntityGraph::NodeRef EntityGraph::node(EntityKind kind, std::string_view name, std::string_view host) {
  if (nothing(name)) return -1;
  std::string shown = to_valid_utf8(trim(name).substr(0, entity_name_bytes_max));
  std::string id =
      std::string(to_text(kind)) + ':' + (host.empty() ? "" : ascii_lower(host) + '|') + ascii_lower(shown);
  if (const auto found = by_id_.find(id); found != by_id_.end()) return static_cast<NodeRef>(found->second);
  if (nodes_.size() >= graph_entities_max) {
    ++nodes_past_limit_;
    return -1;
  }
  by_id_.emplace(id, nodes_.size());
  nodes_.push_back({std::move(id), kind, std::move(shown), std::string(host), {}});
  return static_cast<NodeRef>(nodes_.size()) - 1;
}

void EntityGraph::note(Seen& seen, Timestamp time, const std::string& alert) {
  if (seen.count == 0 || time < seen.first) seen.first = time;
  if (seen.count == 0 || time > seen.last) seen.last = time;
  ++seen.count;
  if (seen.alerts.size() < entity_alerts_max) seen.alerts.insert(alert);
}

void EntityGraph::note(NodeRef at, Timestamp time, const std::string& alert) {
  if (at >= 0) note(nodes_[static_cast<size_t>(at)].seen, time, alert);
}

void EntityGraph::edge(NodeRef from, NodeRef to, const char* kind, Timestamp time, const std::string& alert) {
  if (from < 0 || to < 0 || from == to) return;
  const auto key = std::tuple(static_cast<size_t>(from), static_cast<size_t>(to), std::string(kind));
  if (edges_.size() >= graph_entities_max && !edges_.contains(key)) {
    ++edges_past_limit_;
    return;
  }
  note(edges_[key], time, alert);
}

void EntityGraph::add_event(const json::object& row, const std::string& alert) {
  static const json::object none;
  const json::value* found = row.if_contains("ocsf");
  const json::object& ocsf = found && found->is_object() ? found->get_object() : none;
  const Timestamp time = parse_time(text_of(row, "time")).value_or(Timestamp{});
  const std::string_view machine = text_of(row, "host").substr(0, entity_name_bytes_max);
  const NodeRef host = node(EntityKind::host, machine);
  const NodeRef user = node(EntityKind::user, first_of(ocsf, "actor.user.name", "user.name"));
  const NodeRef target = node(EntityKind::user, text_of(ocsf, "user.name"));
  const auto process_of = [&](std::string_view path, std::string_view name) {
    return node(EntityKind::process, first_of(ocsf, path, name), machine);
  };
  const NodeRef process = process_of("process.file.path", "process.name");
  const NodeRef actor = process_of("actor.process.file.path", "actor.process.name");
  const NodeRef acting = process >= 0 ? process : actor;
  const NodeRef doer = acting >= 0 ? acting : host;
  const NodeRef file = node(EntityKind::file, first_of(ocsf, "file.path", "file.name"), machine);
  const NodeRef module = node(EntityKind::file, text_of(ocsf, "module.file.path"), machine);
  const NodeRef source = node(EntityKind::address, text_of(ocsf, "src_endpoint.ip"));
  const NodeRef peer = node(EntityKind::address, text_of(ocsf, "dst_endpoint.ip"));
  std::vector<NodeRef> domains;
  for (const char* key : {"query.hostname", "http_request.url.hostname", "tls.sni", "dst_endpoint.hostname"}) {
    const std::string_view name = text_of(ocsf, key);
    const NodeRef at = is_address(name) ? -1 : node(EntityKind::domain, name);
    if (at >= 0 && std::ranges::find(domains, at) == domains.end()) domains.push_back(at);
  }
  std::set<NodeRef> all{host, user, target, process, actor, file, module, source, peer};
  all.insert(domains.begin(), domains.end());
  for (const NodeRef one : all) note(one, time, alert);
  edge(user, host, "acted_on", time, alert);
  if (target != user) edge(target, host, "acted_on", time, alert);
  edge(host, acting, "ran", time, alert);
  edge(user, process, "started", time, alert);
  edge(actor, process, "launched", time, alert);
  edge(acting, file, "touched", time, alert);
  edge(acting, module, "loaded", time, alert);
  edge(doer, peer, "connected", time, alert);
  // Of a connection that the machine itself made the source is the machine.
  if (peer < 0) edge(source, host, "came_from", time, alert);
  for (const NodeRef domain : domains) edge(doer, domain, "asked_for", time, alert);
}

void EntityGraph::add_alert(const std::string& alert, std::string_view host, std::string_view user, Timestamp first,
                            Timestamp last) {
  // "EXAMPLE\sato" is the user that events call sato.
  const size_t slash = user.rfind('\\');
  const NodeRef machine = node(EntityKind::host, host);
  const NodeRef person = node(EntityKind::user, slash == std::string_view::npos ? user : user.substr(slash + 1));
  for (const NodeRef at : {machine, person}) {
    if (at < 0 || nodes_[static_cast<size_t>(at)].seen.alerts.contains(alert)) continue;
    note(at, first, alert);
    if (last != first)
      nodes_[static_cast<size_t>(at)].seen.last = std::max(nodes_[static_cast<size_t>(at)].seen.last, last);
  }
  if (machine < 0 || person < 0) return;
  const auto key = std::tuple(static_cast<size_t>(person), static_cast<size_t>(machine), std::string("acted_on"));
  if (!edges_.contains(key)) edge(person, machine, "acted_on", last, alert);
}

void EntityGraph::add_indicator(const std::string& alert, std::string_view indicator, std::string_view host,
                                Timestamp time) {
  const NodeRef bad = node(EntityKind::indicator, indicator);
  note(bad, time, alert);
  edge(bad, node(EntityKind::host, host), "seen_on", time, alert);
  for (const EntityKind kind : {EntityKind::address, EntityKind::domain}) {
    const auto same = by_id_.find(std::string(to_text(kind)) + ':' + ascii_lower(trim(indicator)));
    if (same != by_id_.end()) edge(bad, static_cast<NodeRef>(same->second), "seen_on", time, alert);
  }
}

Graph EntityGraph::graph() const {
  std::vector<size_t> order(nodes_.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto rank = [&](size_t i) {
    const EntityNode& node = nodes_[i];
    return std::tuple(node.kind != EntityKind::indicator, UINT64_MAX - node.seen.count, std::string_view(node.id));
  };
  std::ranges::sort(order, {}, rank);
  Graph out;
  std::vector<size_t> place(nodes_.size(), SIZE_MAX);
  for (const size_t i : order) {
    if (out.nodes.size() == graph_nodes_max) {
      ++out.nodes_left_out;
      continue;
    }
    place[i] = out.nodes.size();
    out.nodes.push_back(nodes_[i]);
  }
  for (const auto& [key, seen] : edges_) {
    const auto& [from, to, kind] = key;
    if (place[from] == SIZE_MAX || place[to] == SIZE_MAX)
      ++out.edges_left_out;
    else
      out.edges.push_back({place[from], place[to], kind, seen});
  }
  std::ranges::sort(out.edges, {}, [](const EntityEdge& edge) {
    return std::tuple(UINT64_MAX - edge.seen.count, edge.from, edge.to, std::string_view(edge.kind));
  });
  if (out.edges.size() > graph_edges_max) {
    out.edges_left_out += out.edges.size() - graph_edges_max;
    out.edges.resize(graph_edges_max);
  }
  out.nodes_left_out += nodes_past_limit_;
  out.edges_left_out += edges_past_limit_;
  return out;
}

}  // namespace yagura::lake
