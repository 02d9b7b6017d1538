// The part of JsonWalker that reads objects which hold a field's name and its text (PathMeaning::Use::pairs).
#include "formats/json_walker.hpp"

namespace yagura::formats {
namespace {

using event::Kind;

bool names_the_field(std::string_view key) {
  return key == "@Name" || key == "Name" || key == "-Name" || key == "name";
}

bool holds_the_text(std::string_view key) {
  return key == "#text" || key == "text" || key == "Text" || key == "Value" || key == "value" || key == "Content" ||
         key == "content" || key == "_" || key == "$";
}

}  // namespace

/// The members of a pair object, and of the object of attributes within it.
bool JsonWalker::pair_members(uint32_t node, int depth, Pair& pair) {
  if (more() && peek() == '}') {
    ++at_;
    return true;
  }
  while (more()) {
    if (!pair_member(node, depth, pair) || !more()) return false;
    const char c = peek();
    ++at_;
    if (c == '}') return true;
    if (c != ',') return false;
  }
  return false;
}

bool JsonWalker::pair_member(uint32_t node, int depth, Pair& pair) {
  if (peek() != '"' || !closed()) return false;
  const std::string_view key = read(here(), Kind::string).text;
  ++at_;
  if (!more() || peek() != ':') return false;
  ++at_;
  if (!more()) return false;
  const char opens = peek();
  if ((opens == '{' || opens == '[') && depth >= json_depth_max) {
    mark(event::Dirt::too_deep);
    return skip();
  }
  if (opens == '{') {
    ++at_;
    return pair_members(node, depth + 1, pair);
  }
  if (opens == '[') {
    ++at_;
    pair.listed = true;
    return array(pair_field(node, pair.name), depth + 1);
  }
  const uint32_t token = here();
  Kind kind{};
  if (!scalar(kind)) return false;
  if (names_the_field(key) && kind == Kind::string) {
    pair.name = read(token, kind).text;
  } else if (holds_the_text(key)) {
    pair.text = token;
    pair.kind = kind;
  }
  return true;
}

/// The path that a pair object's name stands for.
uint32_t JsonWalker::pair_field(uint32_t node, std::string_view name) {
  if (name.empty()) return node;
  const uint32_t parent = names_.node(node).parent;
  const bool in_text = name.data() >= base_ && name.data() < base_ + text_.size();  // so 16 bytes more are readable
  if (!in_text) return names_.child(parent, name);
  if (const KeyMemory::Known* known = keys_.find(parent, name)) return known->node;
  const uint32_t found = names_.child(parent, name);
  if (found != NameTree::none) keys_.learn(parent, name, names_.node(found).key, found, names_.node(found).meaning);
  return found;
}

/// {"@Name": "X", "#text": "v"} or {"#attributes": {"Name": "X"}, "#text": "v"}: the field X of the parent path;
/// without a name a field of this path.
bool JsonWalker::pair(uint32_t node, int depth) {
  Pair pair;
  if (!pair_members(node, depth, pair)) return false;
  if (pair.listed) return true;
  const NameTree::Meaning meaning = names_.node(pair_field(node, pair.name)).meaning;
  if (pair.text == 0)
    note_read(meaning, {Kind::string, ""});
  else
    note(meaning, pair.text, pair.kind);
  return true;
}

}  // namespace yagura::formats
