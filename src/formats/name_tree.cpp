#include "formats/name_tree.hpp"

#include <algorithm>

namespace yagura::formats {

NameTree::NameTree(const PathNaming& naming) : naming_(naming), nodes_(1) {}

uint32_t NameTree::find_or_add(uint32_t parent, uint32_t previous, std::string_view key) {
  const auto it = index_.find({parent, key});
  const uint32_t found = it != index_.end() ? it->second : add(parent, key);
  if (found == none) return none;
  (previous != none ? nodes_[previous].next : nodes_[parent].first) = found;
  return found;
}

uint32_t NameTree::add(uint32_t parent, std::string_view key) {
  if (nodes_.size() >= name_nodes_max) return none;
  Node node;
  node.key = keys_.emplace_back(key);
  node.parent = parent;
  std::vector<std::string_view> path = {node.key};
  for (uint32_t up = parent; up != none; up = nodes_[up].parent) path.push_back(nodes_[up].key);
  std::ranges::reverse(path);
  const PathMeaning meaning = naming_.meaning(path);
  node.use = meaning.use;
  node.role = meaning.role;
  if (const auto id = event::FieldNames::instance().intern(meaning.name)) {
    node.field = *id;
    node.named = true;
  }
  const auto index = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(node);
  index_.emplace(std::pair{parent, node.key}, index);
  return index;
}

void NameTree::trim() {
  if (nodes_.size() < name_nodes_max / 2) return;
  nodes_.resize(1);
  nodes_[0] = {};
  index_.clear();
  keys_.clear();
}

}  // namespace yagura::formats
