#include "formats/json_walker.hpp"

#include <emmintrin.h>

#include <bit>
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

/// Whether a backslash stands in `inside`; 16 bytes behind it may be read.
bool holds_escape(std::string_view inside) {
  const __m128i backslash = _mm_set1_epi8('\\');
  const char* at = inside.data();
  const char* const end = at + inside.size();
  for (; at < end; at += sizeof(__m128i)) {
    const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto hits = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(piece, backslash)));
    if (hits != 0) return std::countr_zero(hits) < end - at;
  }
  return false;
}

}  // namespace

void JsonWalker::mark(event::Dirt dirt) {
  event::Event& event = out_->current();
  event.dirt = event.dirt | dirt;
}

bool JsonWalker::walk(std::string_view text, event::Batch& out) {
  out_ = &out;
  if (names_.trim()) keys_.clear();
  noted_count_ = 0;
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
  if (!holds_escape(inside)) return {kind, inside};
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

bool JsonWalker::note_place(event::FieldId field, uint32_t number, uint32_t kind) {
  if (noted_count_ == event::fields_per_event_max) {
    mark(event::Dirt::too_many_fields);
    return false;
  }
  noted_[noted_count_++] = {field, (number << kind_bits) | kind};
  return true;
}

void JsonWalker::note(const NameTree::Meaning& meaning, uint32_t token, Kind kind) {
  if (!meaning.named) return mark(event::Dirt::too_many_names);
  if (meaning.role != 0) return note_read(meaning, read(token, kind));
  note_place(meaning.field, token, static_cast<uint32_t>(kind));
}

void JsonWalker::note_read(const NameTree::Meaning& meaning, const Value& value) {
  if (!meaning.named) return mark(event::Dirt::too_many_names);
  also(meaning.field, value);
  if (meaning.role != 0) roles_.role(meaning.role, value, *out_);
}

void JsonWalker::also(event::FieldId field, const Value& value) {
  if (note_place(field, static_cast<uint32_t>(read_.size()), was_read)) read_.push_back(value);
}

void JsonWalker::rename(event::FieldId from, std::optional<event::FieldId> to) {
  size_t kept = 0;
  for (size_t i = 0; i < noted_count_; ++i) {
    Noted noted = noted_[i];
    if (noted.field == from) {
      if (!to) continue;
      noted.field = *to;
    }
    noted_[kept++] = noted;
  }
  noted_count_ = kept;
}

/// What is wanted of what was noted.
std::span<const JsonWalker::Noted> JsonWalker::choose(const event::FieldSet& wanted) {
  const std::span<const Noted> all(noted_.data(), noted_count_);
  if (wanted.reads_text() && wanted.wants_all_of(text_)) return all;
  size_t kept = 0;
  bool everything = false;
  for (const Noted& noted : all) {
    const event::FieldSet::Want want = wanted.want(noted.field);
    kept_[kept] = noted;
    kept += want != event::FieldSet::Want::no ? 1 : 0;
    everything = everything || want == event::FieldSet::Want::everything;
  }
  return everything ? all : std::span<const Noted>(kept_.data(), kept);
}

void JsonWalker::give(const event::FieldSet* wanted) {
  const auto given = wanted ? choose(*wanted) : std::span<const Noted>(noted_.data(), noted_count_);
  fields_.resize(given.size());
  event::Field* field = fields_.data();
  for (const Noted& noted : given) {
    const uint32_t kind = noted.where & ((1U << kind_bits) - 1);
    const uint32_t number = noted.where >> kind_bits;
    const Value value = kind == was_read ? read_[number] : read(number, static_cast<Kind>(kind));
    *field++ = {noted.field, value.kind, static_cast<uint32_t>(value.text.size()), value.text.data()};
  }
  out_->add_all(fields_);
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

bool JsonWalker::value(uint32_t node, const NameTree::Meaning& meaning, int depth) {
  if (!more()) return false;
  const char c = peek();
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
  if (known) {
    const NameTree::Meaning meaning = known->meaning;  // below it the memory may come to hold another key
    return value(known->node, meaning, depth);
  }
  mark(event::Dirt::too_many_names);
  return more() && skip();
}

/// Members that are what most are, a key known before and a string without a role. Stops behind the object (true),
/// behind the colon of a known key whose value is something else (`stopped_at` is the key), or at a member that
/// member() must see to.
bool JsonWalker::plain_members(uint32_t node, const KeyMemory::Known*& stopped_at) {
  const char* const base = base_;
  const uint32_t* at = at_;
  size_t count = noted_count_;
  bool over = false;
  stopped_at = nullptr;
  while (!over && end_ - at >= 4 && count < event::fields_per_event_max) {
    const size_t open = at[0];
    const size_t colon = at[1];
    const size_t value = at[2];
    const size_t next = at[3];
    if (base[open] != '"' || base[colon] != ':' || colon - open < 2 || base[colon - 1] != '"') break;
    const KeyMemory::Known* const known = keys_.find(node, {base + open + 1, colon - open - 2});
    if (!known) break;
    const bool closed = base[value] == '"' && next - value >= 2 && base[next - 1] == '"';
    if (!known->plain || !closed || (base[next] != ',' && base[next] != '}')) {
      stopped_at = known;
      at += 2;
      break;
    }
    noted_[count++] = {known->meaning.field,
                       (static_cast<uint32_t>(at + 2 - tokens_) << kind_bits) | static_cast<uint32_t>(Kind::string)};
    over = base[next] == '}';
    at += 4;
  }
  at_ = at;
  noted_count_ = count;
  return over;
}

bool JsonWalker::object(uint32_t node, int depth) {
  if (more() && peek() == '}') {
    ++at_;
    return true;
  }
  const KeyMemory::Known* known = nullptr;
  while (!plain_members(node, known)) {
    if (known) {
      const NameTree::Meaning meaning = known->meaning;  // below it the memory may come to hold another key
      if (!value(known->node, meaning, depth)) return false;
    } else if (!more() || !member(node, depth)) {
      return false;
    }
    if (!more()) return false;
    const char c = peek();
    ++at_;
    if (c == '}') return true;
    if (c != ',') return false;
  }
  return true;
}

bool JsonWalker::array(uint32_t node, int depth) {
  if (more() && peek() == ']') {
    ++at_;
    return true;
  }
  const NameTree::Meaning meaning = names_.node(node).meaning;
  while (more()) {
    if (!value(node, meaning, depth) || !more()) return false;
    const char c = peek();
    ++at_;
    if (c == ']') return true;
    if (c != ',') return false;
  }
  return false;
}

}  // namespace yagura::formats
