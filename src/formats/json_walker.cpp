#include "formats/json_walker.hpp"

#include <cstring>

#include "base/text.hpp"
#include "formats/decoder.hpp"
#include "formats/json_string.hpp"

namespace yagura::formats {
namespace {

using event::Kind;
using event::Value;
using Use = PathMeaning::Use;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

const char* skip_digits(const char* at, const char* end) {
  while (at < end && is_digit(*at)) ++at;
  return at;
}

/// RFC 8259 section 6; null kind when `text` is no number.
Kind number_kind(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at < end && *at == '-') ++at;
  const char* after = skip_digits(at, end);
  if (after == at || (*at == '0' && after - at > 1)) return Kind::null;
  if (after == end) return Kind::integer;
  at = after;
  if (*at == '.') {
    after = skip_digits(++at, end);
    if (after == at) return Kind::null;
    at = after;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at < end && (*at == '+' || *at == '-')) ++at;
    after = skip_digits(at, end);
    if (after == at) return Kind::null;
    at = after;
  }
  return at == end ? Kind::real : Kind::null;
}

bool names_the_field(std::string_view key) {
  return key == "@Name" || key == "Name" || key == "-Name" || key == "name";
}

bool holds_the_text(std::string_view key) {
  return key == "#text" || key == "text" || key == "Text" || key == "Value" || key == "value" || key == "Content" ||
         key == "content" || key == "_" || key == "$";
}

}  // namespace

void JsonWalker::mark(event::Dirt dirt) {
  event::Event& event = out_->current();
  event.dirt = event.dirt | dirt;
}

bool JsonWalker::walk(std::string_view text, event::Batch& out) {
  out_ = &out;
  names_.trim();
  pair_previous_ = NameTree::none;
  if (!start(text) || !more() || peek() != '{') return false;
  ++at_;
  return object(NameTree::none, 1) && !more();
}

bool JsonWalker::start(std::string_view text) {
  auto outcome = index_.build(text);
  if (outcome == JsonIndex::Outcome::bad_utf8) {
    const std::string valid = to_valid_utf8(text);
    if (valid.size() > 3 * record_bytes_max) return false;
    char* copy = out_->arena().allocate(valid.size() + block_padding_bytes);
    std::memcpy(copy, valid.data(), valid.size());
    std::memset(copy + valid.size(), 0, block_padding_bytes);
    text = {copy, valid.size()};
    mark(event::Dirt::bad_encoding);
    outcome = index_.build(text);
  }
  if (outcome != JsonIndex::Outcome::good) return false;
  base_ = text.data();
  const auto tokens = index_.tokens();
  at_ = tokens.data();
  end_ = at_ + tokens.size();
  return true;
}

/// The string whose quote is at at_; moves past it.
bool JsonWalker::string(std::string_view& text) {
  const char* const open = base_ + *at_;
  const char* close = base_ + at_[1] - 1;  // at_[1] may be the text's length
  while (close > open && is_space(*close)) --close;
  if (close == open || *close != '"') return false;
  bool repaired = false;
  text = json_unescape({open + 1, static_cast<size_t>(close - open - 1)}, out_->arena(), repaired);
  if (repaired) mark(event::Dirt::bad_encoding);
  ++at_;
  return true;
}

bool JsonWalker::scalar(Value& value) {
  if (peek() == '"') {
    value.kind = Kind::string;
    return string(value.text);
  }
  const char* const first = base_ + *at_;
  const char* last = base_ + at_[1];
  while (last > first && is_space(last[-1])) --last;
  ++at_;
  const std::string_view word(first, static_cast<size_t>(last - first));
  if (word == "null") {
    value = {Kind::null, {}};
    return true;
  }
  if (word == "true" || word == "false") {
    value = {Kind::boolean, word};
    return true;
  }
  value = {number_kind(word), word};
  return value.kind != Kind::null;
}

void JsonWalker::give(uint32_t index, const Value& value) {
  const NameTree::Node& node = names_.node(index);
  if (index == NameTree::none || !node.named) return mark(event::Dirt::too_many_names);
  out_->add(node.field, value.kind, value.text);
  if (node.role != 0) roles_.role(node.role, value, *out_);
}

/// Past the whole value at at_ without reading it.
bool JsonWalker::skip() {
  size_t open = 0;
  do {
    const char c = peek();
    if (c == '{' || c == '[') ++open;
    if (c == '}' || c == ']') {
      if (open == 0) return false;
      --open;
    }
    ++at_;
  } while (open > 0 && more());
  return open == 0;
}

bool JsonWalker::value(uint32_t node, int depth) {
  if (!more()) return false;
  const char c = peek();
  const Use use = names_.node(node).use;
  if (use == Use::skip) return skip();
  if (c == '{' || c == '[') {
    if (depth >= json_depth_max) {
      mark(event::Dirt::too_deep);
      return skip();
    }
    ++at_;
    if (c == '[') return array(node, depth + 1);
    return use == Use::pairs ? pair(node, depth + 1) : object(node, depth + 1);
  }
  Value found;
  if (!scalar(found)) return false;
  give(node, found);
  return true;
}

bool JsonWalker::object(uint32_t node, int depth) {
  uint32_t previous = NameTree::none;
  if (more() && peek() == '}') {
    ++at_;
    return true;
  }
  while (more()) {
    std::string_view key;
    if (peek() != '"' || !string(key)) return false;
    if (!more() || peek() != ':') return false;
    ++at_;
    const uint32_t child = names_.child(node, previous, key);
    if (child != NameTree::none) {
      previous = child;
      if (!value(child, depth)) return false;
    } else {
      mark(event::Dirt::too_many_names);
      if (!more() || !skip()) return false;
    }
    if (!more()) return false;
    const char c = peek();
    ++at_;
    if (c == '}') return true;
    if (c != ',') return false;
  }
  return false;
}

bool JsonWalker::array(uint32_t node, int depth) {
  if (more() && peek() == ']') {
    ++at_;
    return true;
  }
  while (more()) {
    if (!value(node, depth) || !more()) return false;
    const char c = peek();
    ++at_;
    if (c == ']') return true;
    if (c != ',') return false;
  }
  return false;
}

/// The members of a pair object, and of the object of attributes within it.
bool JsonWalker::pair_members(uint32_t node, int depth, Pair& pair) {
  if (more() && peek() == '}') {
    ++at_;
    return true;
  }
  while (more()) {
    std::string_view key;
    if (peek() != '"' || !string(key) || !more() || peek() != ':') return false;
    ++at_;
    if (!more()) return false;
    const char opens = peek();
    if ((opens == '{' || opens == '[') && depth >= json_depth_max) {
      mark(event::Dirt::too_deep);
      if (!skip()) return false;
    } else if (opens == '{') {
      ++at_;
      if (!pair_members(node, depth + 1, pair)) return false;
    } else if (opens == '[') {
      ++at_;
      pair.listed = true;
      if (!array(pair_field(node, pair.name), depth + 1)) return false;
    } else {
      Value found;
      if (!scalar(found)) return false;
      if (names_the_field(key) && found.kind == Kind::string)
        pair.name = found.text;
      else if (holds_the_text(key))
        pair.text = found;
    }
    if (!more()) return false;
    const char c = peek();
    ++at_;
    if (c == '}') return true;
    if (c != ',') return false;
  }
  return false;
}

uint32_t JsonWalker::pair_field(uint32_t node, std::string_view name) {
  if (name.empty()) return node;
  pair_previous_ = names_.child(names_.node(node).parent, pair_previous_, name);
  return pair_previous_;
}

/// {"@Name": "X", "#text": "v"} or {"#attributes": {"Name": "X"}, "#text": "v"}: the field X of the parent path;
/// without a name a field of this path.
bool JsonWalker::pair(uint32_t node, int depth) {
  Pair pair;
  if (!pair_members(node, depth, pair)) return false;
  if (!pair.listed) give(pair_field(node, pair.name), pair.text);
  return true;
}

}  // namespace yagura::formats
