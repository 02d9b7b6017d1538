// Which field an element's text or an attribute is: the agreement that windows_event.hpp states.
#include "formats/evtx/compiler.hpp"

namespace yagura::formats::evtx {
namespace {

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool declares_namespace(std::string_view attribute) {
  return attribute == "xmlns" || attribute.starts_with("xmlns:");
}

bool all_literal(const std::vector<Piece>& pieces, size_t first) {
  for (size_t i = first; i < pieces.size(); ++i)
    if (pieces[i].value != Piece::literal_only) return false;
  return true;
}

}  // namespace

void Compiler::set_field(FieldOp& op, std::string_view name) {
  const auto id = cache_.intern(name);
  if (!id) program_.dirt = program_.dirt | event::Dirt::too_many_names;
  op.has_field = id.has_value();
  if (id) op.field = *id;
}

/// What the element's own text will be, by where it stands.
void Compiler::set_target(Element& element) {
  const Place& outside = store_.places[element.outside];
  FieldOp& target = element.target;
  target.null_is_empty = true;
  switch (outside.kind) {
    case PlaceKind::document:
      return;
    case PlaceKind::event:
      if (element.name == "System" || element.name == "EventData" || element.name == "UserData") return;
      target.null_is_empty = false;  // <BinaryEventData>
      break;
    case PlaceKind::system:
      target.null_is_empty = false;
      if (const auto system = windows_field_of(element.name, "")) {
        target.is_system = target.has_field = true;
        target.system = *system;
        target.field = windows_field_id(*system);
        return;
      }
      break;
    case PlaceKind::user_data:
      target.null_is_empty = false;
      break;
    default:
      break;
  }
  // The sentence that a forwarded event was rendered into is what products and rules call Message.
  const bool message = outside.prefix == "RenderingInfo." && element.name == "Message";
  set_field(target, message ? element.name : outside.prefix + element.name);
}

/// What its children will be; known when its attributes have been read.
void Compiler::set_inside(Element& element) {
  const Place outside = store_.places[element.outside];
  const std::string& name = element.name;
  switch (outside.kind) {
    case PlaceKind::document:
      element.inside = store_.place(name == "Event" ? PlaceKind::event : PlaceKind::leaves);
      return;
    case PlaceKind::event:
      if (name == "System") {
        element.inside = store_.place(PlaceKind::system);
      } else if (name == "EventData") {
        element.inside = store_.place(PlaceKind::event_data);
      } else if (name == "UserData") {
        element.inside = store_.place(PlaceKind::user_data);
      } else {
        element.inside = store_.place(PlaceKind::leaves, name + ".");
      }
      return;
    case PlaceKind::user_data:
      element.inside = store_.place(PlaceKind::leaves);
      return;
    default:
      element.inside = store_.place(PlaceKind::leaves, outside.prefix + name + ".");
  }
}

void Compiler::attribute_field(Element& element, const std::string& name, const std::vector<Piece>& pieces) {
  if (declares_namespace(name)) return;
  const PlaceKind outside = store_.places[element.outside].kind;
  if (outside == PlaceKind::event_data && element.name == "Data" && name == "Name") return data_name(element, pieces);
  element.has_attributes = true;
  if (outside != PlaceKind::system) return;
  FieldOp op;
  if (const auto system = windows_field_of(element.name, name)) {
    op.is_system = op.has_field = true;
    op.system = *system;
    op.field = windows_field_id(*system);
  } else {
    set_field(op, element.name + "_" + name);
  }
  emit(op, pieces);
}

void Compiler::data_name(Element& element, const std::vector<Piece>& pieces) {
  if (!all_literal(pieces, 0)) {
    element.name_pieces = pieces;
    return;
  }
  const std::string_view name = literal_of(pieces);
  if (!name.empty()) set_field(element.target, name);
}

std::string_view Compiler::literal_of(const std::vector<Piece>& pieces) {
  if (pieces.empty()) return {};
  if (pieces.size() == 1) return pieces[0].literal;
  std::string all;
  for (const Piece& piece : pieces) all += piece.literal;
  return arena_.copy(all);
}

/// The element's text, now that all of it is known.
void Compiler::emit_text(Element& element) {
  const std::vector<Piece> pieces(pieces_.begin() + static_cast<std::ptrdiff_t>(element.first_piece), pieces_.end());
  FieldOp op = element.target;
  op.place = element.inside;
  if (!op.has_field && element.name_pieces.empty()) {
    for (const Piece& piece : pieces)
      if (piece.value != Piece::literal_only) emit(op, {piece});
    return;
  }
  if (element.children != 0) {
    // Text between child elements is layout, unless the event supplies it.
    op.null_is_empty = false;
    if (all_literal(pieces, 0) && blank(literal_of(pieces))) return;
  }
  if (!element.name_pieces.empty()) {
    op.kind = FieldOp::Kind::named;
    op.name_count = static_cast<uint32_t>(element.name_pieces.size());
    std::vector<Piece> both = element.name_pieces;
    both.insert(both.end(), pieces.begin(), pieces.end());
    return emit(op, both);
  }
  if (pieces.empty() && (!op.null_is_empty || element.has_attributes)) return;
  emit(op, pieces);
}

/// Adds the operation that makes a field of `pieces`; its kind follows from them, but for `named` and `instance`.
void Compiler::emit(FieldOp op, const std::vector<Piece>& pieces) {
  op.first_piece = static_cast<uint32_t>(store_.pieces.size());
  if (op.kind == FieldOp::Kind::literal) {
    if (pieces.size() == 1 && pieces[0].value != Piece::literal_only) {
      op.kind = FieldOp::Kind::value;
      op.value = static_cast<uint32_t>(pieces[0].value);
      op.optional = pieces[0].optional;
    } else if (all_literal(pieces, 0)) {
      store_.pieces.push_back({literal_of(pieces)});
    } else {
      op.kind = FieldOp::Kind::joined;
    }
  }
  if (op.kind == FieldOp::Kind::joined || op.kind == FieldOp::Kind::named) {
    op.piece_count = static_cast<uint32_t>(pieces.size());
    store_.pieces.insert(store_.pieces.end(), pieces.begin(), pieces.end());
  }
  store_.fields.push_back(op);
}

}  // namespace yagura::formats::evtx
