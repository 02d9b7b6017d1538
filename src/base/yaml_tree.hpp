// A YAML file as a flat tree: what yaml-cpp makes of it, to the mark, at a tenth of the cost for the plain block style
// that nearly every rule is written in. Whatever is not plain goes through yaml-cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"

namespace YAML {
class Node;
}

namespace yagura {

class YamlTree;

/// A place in a tree, which must outlive it. Cheap to copy. One that is not there answers as an empty one.
class YamlNode {
 public:
  enum class Kind : uint8_t { missing, null, scalar, sequence, map };

  YamlNode() = default;

  Kind kind() const;
  bool is_defined() const { return tree_ != nullptr; }
  bool is_null() const { return kind() == Kind::null; }
  bool is_scalar() const { return kind() == Kind::scalar; }
  bool is_sequence() const { return kind() == Kind::sequence; }
  bool is_map() const { return kind() == Kind::map; }

  /// Of a scalar; else empty.
  std::string_view text() const;
  /// Written without quotes and without a tag, on one line or folded.
  bool is_plain() const;
  int line() const;    // from 1
  int column() const;  // from 1

  size_t size() const;  // items of a sequence, entries of a map

  /// The value of a map's key, not there when the map has no such key or this is no map. Cost: linear in the keys.
  YamlNode operator[](std::string_view key) const;

  /// Items of a sequence; keys and values of a map in turn.
  class Iterator {
   public:
    using value_type = YamlNode;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(const YamlTree* tree, uint32_t at) : tree_(tree), at_(at) {}
    YamlNode operator*() const { return {tree_, at_}; }
    Iterator& operator++();
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const YamlTree* tree_ = nullptr;
    uint32_t at_ = 0;
  };
  Iterator begin() const;
  Iterator end() const;

  /// The entries of a map; none of anything else.
  struct Entries;
  Entries entries() const;

 private:
  friend class YamlTree;
  friend class PlainYamlReader;
  YamlNode(const YamlTree* tree, uint32_t at) : tree_(tree), at_(at) {}

  const YamlTree* tree_ = nullptr;
  uint32_t at_ = 0;
};

struct YamlNode::Entries {
  struct Step {
    Iterator at;
    std::pair<YamlNode, YamlNode> operator*() const { return {*at, *++Iterator(at)}; }
    Step& operator++() {
      ++at, ++at;
      return *this;
    }
    bool operator==(const Step& other) const { return at == other.at; }
  };
  Step first;
  Step last;
  Step begin() const { return first; }
  Step end() const { return last; }
};

/// The nodes of one document. Not to be moved while a YamlNode looks at it.
class YamlTree {
 public:
  /// From `text` when it is one document in plain block style; nothing otherwise, also when something is wrong with it:
  /// then yaml-cpp has to read it. What this accepts, parse_yaml accepts, and from_yaml_cpp of that is equal.
  static std::optional<YamlTree> read_plain(std::string text);

  /// A document as parse_yaml gives it, aliases spelled out.
  static YamlTree from_yaml_cpp(const YAML::Node& document);

  YamlNode root() const { return {this, 0}; }

  /// What read_plain was given; empty when it came from yaml-cpp.
  const std::string& source() const { return source_; }

  /// Every node with its kind, mark, quoting and text, a line each; for tests.
  std::string dump() const;

 private:
  friend class YamlNode;
  friend class PlainYamlReader;
  friend class YamlTreeCopier;

  struct Cell {
    YamlNode::Kind kind = YamlNode::Kind::null;
    bool plain = false;
    bool made = false;    // the text is in made_, else in source_
    uint32_t line = 0;    // from 1
    uint32_t column = 0;  // from 1
    uint32_t offset = 0;  // of the text
    uint32_t size = 0;    // of the text; of a sequence or map its children (two an entry)
    uint32_t end = 0;     // the next cell that is not below this one
  };

  std::string source_;
  std::string made_;
  std::vector<Cell> cells_;  // in the order of the text
};

}  // namespace yagura
