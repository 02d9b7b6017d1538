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
  if (names_.trim()) keys_.clear();
  noted_.clear();
  read_.clear();
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
  text_ = text;
  base_ = text.data();
  const auto tokens = index_.tokens();
  tokens_ = at_ = tokens.data();
  end_ = at_ + tokens.size();
  return true;
}

/// Whether the string whose quote is at at_ ends before the next token, as it must.
bool JsonWalker::closed() const {
  const char* const open = base_ + *at_;
  const char* close = base_ + at_[1] - 1;  // at_[1] may be the text's length
  while (close > open && is_space(*close)) --close;
  return close > open && *close == '"';
}

/// The scalar at a token, which walk() found to be one of this kind.
Value JsonWalker::read(uint32_t token, Kind kind) {
  if (kind == Kind::null) return {};
  const char* first = base_ + tokens_[token];
  const char* last = base_ + tokens_[token + 1];
  while (is_space(last[-1])) --last;
  if (kind != Kind::string) return {kind, {first, static_cast<size_t>(last - first)}};
  ++first;
  --last;
  bool repaired = false;
  const std::string_view inside(first, static_cast<size_t>(last - first));
  const Value out{kind, json_unescape(inside, out_->arena(), repaired)};
  if (repaired) mark(event::Dirt::bad_encoding);
  return out;
}

/// Past the scalar at at_.
bool JsonWalker::scalar(Kind& kind) {
  if (peek() == '"') {
    kind = Kind::string;
    if (!closed()) return false;
    ++at_;
    return true;
  }
  const char* const first = base_ + *at_;
  const char* last = base_ + at_[1];
  while (last > first && is_space(last[-1])) --last;
  ++at_;
  const std::string_view word(first, static_cast<size_t>(last - first));
  if (word == "null") {
    kind = Kind::null;
    return true;
  }
  kind = word == "true" || word == "false" ? Kind::boolean : number_kind(word);
  return kind != Kind::null;
}

void JsonWalker::note(const NameTree::Meaning& meaning, uint32_t token, Kind kind) {
  if (!meaning.named) return mark(event::Dirt::too_many_names);
  if (meaning.role != 0) return note_read(meaning, read(token, kind));
  if (noted_.size() == event::fields_per_event_max) return mark(event::Dirt::too_many_fields);
  noted_.push_back({meaning.field, token, static_cast<uint32_t>(kind), 0});
}

void JsonWalker::note_read(const NameTree::Meaning& meaning, const Value& value) {
  if (!meaning.named) return mark(event::Dirt::too_many_names);
  also(meaning.field, value);
  if (meaning.role != 0) roles_.role(meaning.role, value, *out_);
}

void JsonWalker::also(event::FieldId field, const Value& value) {
  if (noted_.size() == event::fields_per_event_max) return mark(event::Dirt::too_many_fields);
  noted_.push_back({field, static_cast<uint32_t>(read_.size()), 0, 1});
  read_.push_back(value);
}

/// What is wanted of noted_ into kept_; false when everything is.
bool JsonWalker::choose(const event::FieldSet& wanted) {
  if (wanted.reads_text() && wanted.wants_all_of(text_)) return false;
  kept_.resize(noted_.size());
  size_t kept = 0;
  bool everything = false;
  for (const Noted& noted : noted_) {
    const event::FieldSet::Want want = wanted.want(noted.field);
    kept_[kept] = noted;
    kept += want != event::FieldSet::Want::no ? 1 : 0;
    everything = everything || want == event::FieldSet::Want::everything;
  }
  kept_.resize(kept);
  return !everything;
}

void JsonWalker::give(const event::FieldSet* wanted) {
  const bool chosen = wanted && choose(*wanted);
  for (const Noted& noted : chosen ? kept_ : noted_) {
    const Value value = noted.read != 0 ? read_[noted.token] : read(noted.token, static_cast<Kind>(noted.kind));
    out_->add(noted.field, value.kind, value.text);
  }
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
  const NameTree::Meaning meaning = names_.node(node).meaning;
  if (meaning.use == Use::skip) return skip();
  if (c == '{' || c == '[') {
    if (depth >= json_depth_max) {
      mark(event::Dirt::too_deep);
      return skip();
    }
    ++at_;
    if (c == '[') return array(node, depth + 1);
    return meaning.use == Use::pairs ? pair(node, depth + 1) : object(node, depth + 1);
  }
  const uint32_t token = here();
  Kind kind{};
  if (!scalar(kind)) return false;
  note(meaning, token, kind);
  return true;
}

/// The key at at_, and past it. `known` stays null when there is no more room for names. A key with escapes is looked
/// up each time, in `unremembered`.
bool JsonWalker::key(uint32_t parent, KeyMemory::Known& unremembered, const KeyMemory::Known*& known) {
  const char* const open = base_ + *at_;
  const size_t span = at_[1] - at_[0];
  if (span >= 2 && open[span - 1] == '"') {
    known = keys_.find(parent, {open + 1, span - 2});
    if (known) {
      ++at_;
      return true;
    }
  }
  if (*open != '"' || !closed()) return false;
  const std::string_view text = read(here(), Kind::string).text;
  ++at_;
  const uint32_t node = names_.child(parent, text);
  if (node == NameTree::none) return true;
  const NameTree::Node& found = names_.node(node);
  if (text.data() == open + 1) {
    known = keys_.learn(parent, text, found.key, node, found.meaning);
  } else {
    unremembered.node = node;
    unremembered.meaning = found.meaning;
    known = &unremembered;
  }
  return true;
}

bool JsonWalker::member(uint32_t node, int depth) {
  KeyMemory::Known unremembered;
  const KeyMemory::Known* known = nullptr;
  if (!key(node, unremembered, known) || !more() || peek() != ':') return false;
  ++at_;
  if (!known) {
    mark(event::Dirt::too_many_names);
    return more() && skip();
  }
  if (!more()) return false;
  if (peek() != '"' || known->meaning.use == Use::skip) return value(known->node, depth);
  if (!closed()) return false;
  const uint32_t token = here();
  ++at_;
  note(known->meaning, token, Kind::string);
  return true;
}

bool JsonWalker::object(uint32_t node, int depth) {
  if (more() && peek() == '}') {
    ++at_;
    return true;
  }
  while (more()) {
    if (!member(node, depth) || !more()) return false;
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
