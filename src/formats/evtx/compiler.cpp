#include "formats/evtx/compiler.hpp"

#include <utility>

#include "formats/evtx/instance.hpp"
#include "formats/evtx/layout.hpp"
#include "formats/evtx/token.hpp"
#include "formats/evtx/utf16.hpp"
#include "formats/evtx/value_text.hpp"

namespace yagura::formats::evtx {
namespace {

constexpr uint32_t name_header_bytes = 8;  // next name's offset, hash, count of units
constexpr uint32_t name_hash_at = 4;
constexpr uint32_t name_units_at = 6;
constexpr uint32_t name_hash_factor = 65599;
constexpr uint16_t no_dependency = 0xFFFF;

constexpr std::pair<std::string_view, std::string_view> entities[] = {
    {"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}};

bool starts_content(Token token) {
  return token == Token::value || token == Token::cdata || token == Token::character || token == Token::entity ||
         token == Token::substitution || token == Token::optional_substitution;
}

}  // namespace

template <typename T>
bool Compiler::read(T& out) {
  if (!have(sizeof out)) return false;
  out = number_at<T>(chunk_, at_);
  at_ += sizeof out;
  return true;
}

std::optional<Program> Compiler::compile(uint32_t begin, uint32_t end, PlaceId place, bool in_template) {
  at_ = begin;
  end_ = end;
  place_ = place;
  in_template_ = in_template;
  in_start_tag_ = ended_ = xml_apart_ = false;
  open_.clear();
  pieces_.clear();
  program_ = {};
  program_.first_field = static_cast<uint32_t>(store_.fields.size());
  program_.first_xml = static_cast<uint32_t>(store_.xml.size());
  while (!ended_ && at_ < end_)
    if (!token()) return std::nullopt;
  if (!open_.empty()) return std::nullopt;
  program_.field_count = static_cast<uint32_t>(store_.fields.size()) - program_.first_field;
  program_.xml_count = static_cast<uint32_t>(store_.xml.size()) - program_.first_xml;
  return program_;
}

bool Compiler::token() {
  const auto byte = static_cast<uint8_t>(chunk_[at_++]);
  const Token token = token_of(byte);
  const bool tag_token =
      token == Token::attribute || token == Token::close_start_tag || token == Token::close_empty_tag;
  if (in_start_tag_ != tag_token) return false;
  switch (token) {
    case Token::end_of_fragment:
      ended_ = true;
      return true;
    case Token::fragment_header:
      if (!have(fragment_header_bytes - 1)) return false;
      at_ += fragment_header_bytes - 1;
      return true;
    case Token::open_start_tag:
      return open_element((byte & more_data_flag) != 0);
    case Token::close_start_tag:
      return close_start_tag();
    case Token::close_empty_tag:
      return close_element(true);
    case Token::end_tag:
      return close_element(false);
    case Token::attribute:
      return attribute();
    case Token::instruction_target:
      return processing_instruction();
    case Token::instance:
      return instance();
    default:
      break;
  }
  const size_t before = pieces_.size();
  if (!content(byte, pieces_)) return false;
  if (open_.empty()) {
    // Outside of any element only embedded binary XML means something.
    for (const Piece& piece : pieces_)
      if (piece.value != Piece::literal_only) embedded(static_cast<uint32_t>(piece.value));
    pieces_.clear();
    return true;
  }
  xml_pieces(pieces_, before, false);
  return true;
}

/// What the element makes is left out when the value that it depends on is null ([MS-EVEN6], DependencyID).
void Compiler::begin_dependent(Element& element) {
  if (!element.depends_on) return;
  element.unless_field = store_.fields.size();
  element.unless_xml = store_.xml.size();
  store_.fields.push_back({.kind = FieldOp::Kind::unless, .value = *element.depends_on});
  if (want_xml_) store_.xml.push_back({.kind = XmlOp::Kind::unless, .value = *element.depends_on});
}

void Compiler::end_dependent(const Element& element) {
  if (!element.depends_on) return;
  store_.fields[element.unless_field].skip = static_cast<uint32_t>(store_.fields.size() - element.unless_field - 1);
  if (!want_xml_) return;
  store_.xml[element.unless_xml].skip = static_cast<uint32_t>(store_.xml.size() - element.unless_xml - 1);
  xml_apart_ = true;
}

void Compiler::embedded(uint32_t value) {
  store_.fields.push_back({.kind = FieldOp::Kind::value, .place = place_, .value = value});
  if (want_xml_) store_.xml.push_back({.kind = XmlOp::Kind::embedded, .place = place_, .value = value});
}

bool Compiler::open_element(bool has_attributes) {
  if (open_.size() >= element_depth_max) {
    too_deep_ = true;
    return false;
  }
  // A dependency identifier (16 bits) stands first in templates and not elsewhere; writers differ, so the name's
  // offset, which follows the element's size, decides.
  bool dependency = in_template_;
  const auto name_offset_at = [&](bool with) { return at_ + (with ? 6u : 4u); };
  if (!name_plausible(name_offset_at(dependency)) && name_plausible(name_offset_at(!dependency)))
    dependency = !dependency;
  const uint32_t skipped = dependency ? 6 : 4;
  if (!have(skipped)) return false;
  const uint16_t depends_on = dependency ? number_at<uint16_t>(chunk_, at_) : no_dependency;
  at_ += skipped;
  const auto tag = name_here();
  if (!tag) return false;
  if (has_attributes) {
    uint32_t list_bytes = 0;
    if (!read(list_bytes)) return false;
  }
  if (open_.empty()) {
    ++program_.root_count;
  } else {
    ++open_.back().children;
  }
  Element& element = open_.emplace_back();
  element.name = *tag;
  element.outside = open_.size() > 1 ? open_[open_.size() - 2].inside : place_;
  element.first_piece = pieces_.size();
  const bool is_root = open_.size() == 1 && store_.places[place_].kind == PlaceKind::document;
  element.is_root = is_root;
  if (depends_on != no_dependency && !is_root) element.depends_on = depends_on;  // an event can't be left out
  begin_dependent(element);
  element.xml_start = store_.xml_text.size();
  element.xml_begin = store_.xml.size();
  set_target(element);
  in_start_tag_ = true;
  xml_open(element);
  return true;
}

bool Compiler::close_start_tag() {
  in_start_tag_ = false;
  set_inside(open_.back());
  xml(">");
  open_.back().xml_ops = store_.xml.size();
  return true;
}

bool Compiler::close_element(bool empty_tag) {
  if (open_.empty()) return false;
  in_start_tag_ = false;
  Element& element = open_.back();
  emit_text(element);
  xml_close(element, empty_tag);
  end_dependent(element);
  pieces_.resize(element.first_piece);
  open_.pop_back();
  return true;
}

bool Compiler::attribute() {
  const auto attribute_name = name_here();
  if (!attribute_name) return false;
  std::vector<Piece> pieces;
  while (at_ < end_ && starts_content(token_of(static_cast<uint8_t>(chunk_[at_])))) {
    const auto byte = static_cast<uint8_t>(chunk_[at_++]);
    if (!content(byte, pieces)) return false;
  }
  Element& element = open_.back();
  if (++element.attributes > attributes_max) return false;
  attribute_field(element, *attribute_name, pieces);
  xml_attribute(element, *attribute_name, pieces);
  return true;
}

bool Compiler::content(uint8_t byte, std::vector<Piece>& pieces) {
  switch (token_of(byte)) {
    case Token::value:
      return text_value(pieces);
    case Token::cdata:
      return counted_text(pieces);
    case Token::character: {
      uint16_t unit = 0;
      if (!read(unit)) return false;
      char* out = arena_.allocate(4);
      pieces.push_back({{out, put_utf8(unit, out)}});
      return true;
    }
    case Token::entity:
      return entity(pieces);
    case Token::substitution:
    case Token::optional_substitution:
      return substitution(pieces, token_of(byte) == Token::optional_substitution);
    default:
      return false;
  }
}

bool Compiler::text_value(std::vector<Piece>& pieces) {
  uint8_t type = 0;
  if (!read(type)) return false;
  // The specification allows strings only.
  return static_cast<ValueType>(type) == ValueType::string && counted_text(pieces);
}

bool Compiler::counted_text(std::vector<Piece>& pieces) {
  uint16_t units = 0;
  if (!read(units) || !have(size_t{2} * units)) return false;
  pieces.push_back({utf16_text(chunk_.substr(at_, size_t{2} * units), arena_, program_.dirt)});
  at_ += 2u * units;
  return true;
}

bool Compiler::entity(std::vector<Piece>& pieces) {
  const auto entity_name = name_here();
  if (!entity_name) return false;
  for (const auto& [known, text] : entities) {
    if (known != *entity_name) continue;
    pieces.push_back({text});
    return true;
  }
  pieces.push_back({arena_.copy("&" + *entity_name + ";")});
  return true;
}

bool Compiler::substitution(std::vector<Piece>& pieces, bool optional) {
  uint16_t index = 0;
  uint8_t type = 0;
  if (!read(index) || !read(type)) return false;
  pieces.push_back({{}, index, optional});
  return true;
}

bool Compiler::processing_instruction() {
  // Instructions are no part of an event: read over.
  std::vector<Piece> unused;
  if (!name_here()) return false;
  if (at_ >= end_ || token_of(static_cast<uint8_t>(chunk_[at_])) != Token::instruction_data) return true;
  ++at_;
  return counted_text(unused);
}

bool Compiler::instance() {
  const auto found = read_instance(chunk_, at_ - 1, end_);
  if (!found) return false;
  FieldOp op;
  op.kind = FieldOp::Kind::instance;
  op.position = at_ - 1;
  op.place = open_.empty() ? place_ : open_.back().inside;
  if (!open_.empty()) ++open_.back().children;
  emit(op, {});
  if (want_xml_) store_.xml.push_back({.kind = XmlOp::Kind::instance, .place = op.place, .position = op.position});
  at_ = found->end;
  return true;
}

bool Compiler::name_plausible(uint32_t at) const {
  if (at > end_ || end_ - at < 4) return false;
  const auto offset = number_at<uint32_t>(chunk_, at);
  if (offset < chunk_header_bytes || offset > chunk_.size() - name_header_bytes) return false;
  const uint64_t units = number_at<uint16_t>(chunk_, offset + name_units_at);
  const uint64_t end = offset + name_header_bytes + 2 * units;
  return units > 0 && end + 2 <= chunk_.size() && number_at<uint16_t>(chunk_, end) == 0;
}

/// A name's offset here and, when it points right behind itself, the name too.
std::optional<std::string> Compiler::name_here() {
  uint32_t offset = 0;
  if (!read(offset)) return std::nullopt;
  const bool here = offset == at_;
  if (chunk_.size() < name_header_bytes || offset > chunk_.size() - name_header_bytes) return std::nullopt;
  const size_t units = number_at<uint16_t>(chunk_, offset + name_units_at);
  const size_t total = name_header_bytes + 2 * units + 2;  // with its NUL
  if (units > name_units_max) return std::nullopt;
  if (total > chunk_.size() - offset || (here && !have(total))) return std::nullopt;
  if (here) at_ += static_cast<uint32_t>(total);
  uint32_t hash = 0;
  for (size_t i = 0; i <= units; ++i) {
    const auto unit = number_at<uint16_t>(chunk_, offset + name_header_bytes + 2 * i);
    if (i == units ? unit != 0 : unit < ' ') return std::nullopt;  // some other bytes now stand here
    if (i < units) hash = hash * name_hash_factor + unit;
  }
  if (static_cast<uint16_t>(hash) != number_at<uint16_t>(chunk_, offset + name_hash_at)) program_.doubtful = true;
  std::string out(units * utf8_bytes_per_unit_max, '\0');
  out.resize(utf16_to_utf8(chunk_.substr(offset + name_header_bytes, 2 * units), out.data(), program_.dirt));
  return out;
}

}  // namespace yagura::formats::evtx
