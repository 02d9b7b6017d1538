#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "event/field.hpp"

namespace yagura::formats {

/// What a path of keys ("Event", "System", "Provider", "#attributes", "Name") means to a format.
struct PathMeaning {
  enum class Use : uint8_t {
    field,  // its scalars are the field `name`
    skip,   // it and what is below says nothing about the event (an XML namespace)
    pairs,  // objects here hold a field's name and its text: {"@Name": "X", "#text": "v"}
  };
  Use use = Use::field;
  std::string name;
  uint8_t role = 0;  // not 0: the walker hands its scalars to JsonSink::role() as well
};

/// A format's names; asked once a path, then remembered.
class PathNaming {
 public:
  virtual ~PathNaming() = default;
  virtual PathMeaning meaning(std::span<const std::string_view> path) const = 0;
};

constexpr size_t name_nodes_max = 65'536;
constexpr size_t name_bytes_max = 16 << 20;

/// Every path of keys seen so far, as a tree, with what it means. Asked for what KeyMemory does not know.
class NameTree {
 public:
  static constexpr uint32_t none = 0;  // also the root

  struct Meaning {
    event::FieldId field{};
    PathMeaning::Use use = PathMeaning::Use::field;
    uint8_t role = 0;
    bool named = false;  // false: its name could not be interned
  };
  struct Node {
    std::string_view key;
    uint32_t parent = none;
    Meaning meaning;
  };

  explicit NameTree(const PathNaming& naming);

  /// The child `key` of `parent`; none when the tree is full (name_nodes_max or name_bytes_max). Cost: a hash.
  uint32_t child(uint32_t parent, std::string_view key);

  const Node& node(uint32_t index) const { return nodes_[index]; }

  /// Forgets everything when the tree is nearly full (or holds name_bytes_max), and says so; call between documents,
  /// when no index is held.
  bool trim();

 private:
  struct Hash {
    size_t operator()(const std::pair<uint32_t, std::string_view>& key) const {
      return std::hash<std::string_view>{}(key.second) * 31 + key.first;
    }
  };

  uint32_t add(uint32_t parent, std::string_view key);

  const PathNaming& naming_;
  std::vector<Node> nodes_;
  std::deque<std::string> keys_;
  size_t key_bytes_ = 0;
  std::unordered_map<std::pair<uint32_t, std::string_view>, uint32_t, Hash> index_;
};

}  // namespace yagura::formats
