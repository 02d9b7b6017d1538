#include "formats/name_tree.hpp"

#include <algorithm>

namespace yagura::formats {

NameTree::NameTree(const PathNaming& naming) : naming_(naming), nodes_(1) {}

uint32_t NameTree::child(uint32_t parent, std::string_view key) {
  const auto it = index_.find({parent, key});
  return it != index_.end() ? it->second : add(parent, key);
}

uint32_t NameTree::add(uint32_t parent, std::string_view key) {
  if (nodes_.size() >= name_nodes_max || key_bytes_ > name_bytes_max) return none;
  key_bytes_ += key.size();
  Node node;
  node.key = keys_.emplace_back(key);
  node.parent = parent;
  std::vector<std::string_view> path = {node.key};
  for (uint32_t up = parent; up != none; up = nodes_[up].parent) path.push_back(nodes_[up].key);
  std::ranges::reverse(path);
  const PathMeaning meaning = naming_.meaning(path);
  node.meaning.use = meaning.use;
  node.meaning.role = meaning.role;
  if (const auto id = event::FieldNames::instance().intern(meaning.name)) {
    node.meaning.field = *id;
    node.meaning.named = true;
  }
  const auto index = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(node);
  index_.emplace(std::pair{parent, node.key}, index);
  return index;
}

bool NameTree::trim() {
  if (nodes_.size() < name_nodes_max / 2 && key_bytes_ < name_bytes_max / 2) return false;
  nodes_.resize(1);
  nodes_[0] = {};
  index_.clear();
  keys_.clear();
  key_bytes_ = 0;
  return true;
}

}  // namespace yagura::formats
