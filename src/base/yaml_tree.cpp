#include "base/yaml_tree.hpp"

#include <yaml-cpp/yaml.h>

#include <unordered_map>

namespace yagura {

using Kind = YamlNode::Kind;

Kind YamlNode::kind() const {
  return tree_ ? tree_->cells_[at_].kind : Kind::missing;
}

std::string_view YamlNode::text() const {
  if (!is_scalar()) return {};
  const YamlTree::Cell& cell = tree_->cells_[at_];
  return std::string_view(cell.made ? tree_->made_ : tree_->source_).substr(cell.offset, cell.size);
}

bool YamlNode::is_plain() const {
  return tree_ && tree_->cells_[at_].plain;
}

int YamlNode::line() const {
  return tree_ ? static_cast<int>(tree_->cells_[at_].line) : 0;
}

int YamlNode::column() const {
  return tree_ ? static_cast<int>(tree_->cells_[at_].column) : 0;
}

size_t YamlNode::size() const {
  if (is_sequence()) return tree_->cells_[at_].size;
  if (is_map()) return tree_->cells_[at_].size / 2;
  return 0;
}

YamlNode YamlNode::operator[](std::string_view key) const {
  if (!is_map()) return {};
  for (const auto& [name, value] : entries())
    if (name.is_scalar() && name.text() == key) return value;
  return {};
}

YamlNode::Iterator& YamlNode::Iterator::operator++() {
  at_ = tree_->cells_[at_].end;
  return *this;
}

YamlNode::Iterator YamlNode::begin() const {
  return is_sequence() || is_map() ? Iterator(tree_, at_ + 1) : Iterator(tree_, 0);
}

YamlNode::Iterator YamlNode::end() const {
  return is_sequence() || is_map() ? Iterator(tree_, tree_->cells_[at_].end) : Iterator(tree_, 0);
}

YamlNode::Entries YamlNode::entries() const {
  return is_map() ? Entries{{begin()}, {end()}} : Entries{{end()}, {end()}};
}

std::string YamlTree::dump() const {
  constexpr const char* names[] = {"missing", "null", "scalar", "sequence", "map"};
  std::string out;
  for (uint32_t i = 0; i < cells_.size(); ++i) {
    const Cell& cell = cells_[i];
    const YamlNode node(this, i);
    out += std::to_string(cell.line) + ":" + std::to_string(cell.column) + " " + names[static_cast<int>(cell.kind)] +
           (cell.plain ? " plain " : " ") + std::to_string(node.size()) + " <" + std::string(node.text()) + ">\n";
  }
  return out;
}

class YamlTreeCopier {
 public:
  explicit YamlTreeCopier(YamlTree& into) : into_(into) {}

  void copy(const YAML::Node& node) {
    const auto at = static_cast<uint32_t>(into_.cells_.size());
    YamlTree::Cell cell;
    cell.line = static_cast<uint32_t>(node.Mark().line + 1);
    cell.column = static_cast<uint32_t>(node.Mark().column + 1);
    if (node.IsScalar()) {
      cell.kind = Kind::scalar;
      cell.plain = node.Tag() == "?";
      cell.made = true;
      cell.size = static_cast<uint32_t>(node.Scalar().size());
      cell.offset = place_of(node.Scalar());
    }
    into_.cells_.push_back(cell);
    uint32_t children = 0;
    if (node.IsSequence()) {
      into_.cells_[at].kind = Kind::sequence;
      for (const YAML::Node& item : node) copy(item), ++children;
    } else if (node.IsMap()) {
      into_.cells_[at].kind = Kind::map;
      for (const auto& entry : node) copy(entry.first), copy(entry.second), children += 2;
    }
    if (!node.IsScalar()) into_.cells_[at].size = children;
    into_.cells_[at].end = static_cast<uint32_t>(into_.cells_.size());
  }

 private:
  /// Each scalar's text once, however many aliases name it: else a short file could ask for any amount of memory.
  uint32_t place_of(const std::string& text) {
    const auto [it, fresh] = places_.try_emplace(&text, static_cast<uint32_t>(into_.made_.size()));
    if (fresh) into_.made_ += text;
    return it->second;
  }

  YamlTree& into_;
  std::unordered_map<const std::string*, uint32_t> places_;
};

YamlTree YamlTree::from_yaml_cpp(const YAML::Node& document) {
  YamlTree out;
  YamlTreeCopier(out).copy(document);
  return out;
}

}  // namespace yagura
