// A template of binary XML, read once a chunk and kept as two flat programs: which substitution is which
// field, and the XML text around the substitutions. Nothing here outlives its chunk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "event/batch.hpp"
#include "event/field.hpp"
#include "formats/windows_event.hpp"

namespace yagura::formats::evtx {

/// What the children of an element are to an event.
enum class PlaceKind : uint8_t {
  document,    // the element is <Event>
  event,       // <System>, <EventData>, <UserData> ...
  system,      // fields by their own names, attributes as Element_Attribute
  event_data,  // <Data Name="X"> is X
  user_data,   // one element that groups the leaves
  leaves,      // fields by their names, after the place's prefix
};

struct Place {
  PlaceKind kind = PlaceKind::document;
  std::string prefix;  // with its dot: "Outer." below <Outer> in <UserData>
};

using PlaceId = uint16_t;                // index into ProgramStore::places
constexpr size_t places_max = 128;       // looked through one by one, so that a hostile chunk must not have many
constexpr PlaceId any_leaves_place = 1;  // what stands in when there are more

/// A part of a text that is put together: literal text, or the substitution `value`.
struct Piece {
  static constexpr int32_t literal_only = -1;
  std::string_view literal;  // in the batch's arena
  int32_t value = literal_only;
  bool optional = false;  // an element that holds it goes when its value is null
};

struct FieldOp {
  enum class Kind : uint8_t {
    literal,   // the field's text is pieces[first_piece].literal
    value,     // the field's value is the substitution `value`; embedded binary XML runs at `place`
    joined,    // the field's text is the pieces after each other
    named,     // as joined, with the field's name in name_count pieces before the content's pieces
    instance,  // a template instance at `position` of the chunk runs at `place`
    unless,    // when the substitution `value` is null, the next `skip` operations are left out
  };
  Kind kind = Kind::literal;
  bool has_field = false;      // false: only embedded binary XML counts
  bool null_is_empty = false;  // a null value is an empty string; else it is left out
  bool optional = false;       // of a value: null leaves the field out, whatever null_is_empty says
  bool is_system = false;      // `system` says which part of the header
  WindowsField system{};
  PlaceId place = 0;
  event::FieldId field{};
  uint32_t value = 0;
  uint32_t first_piece = 0;
  uint32_t piece_count = 0;
  uint32_t name_count = 0;
  uint32_t position = 0;
  uint32_t skip = 0;
};

struct XmlOp {
  enum class Kind : uint8_t {
    literal,    // open
    value,      // the substitution, escaped
    attribute,  // as value with `close` after it; nothing at all when the value is null
    element,    // open, value, close; once an item when the value is an array; nothing when it is null and optional
    embedded,   // the substitution when it is binary XML; nothing else is allowed there
    instance,   // the template instance at `position`
    unless,     // as in FieldOp
  };
  Kind kind = Kind::literal;
  bool optional = false;
  PlaceId place = 0;  // where embedded binary XML and instances run, as in FieldOp
  uint32_t open = 0;  // offsets and sizes in ProgramStore::xml_text
  uint32_t open_size = 0;
  uint32_t close = 0;
  uint32_t close_size = 0;
  uint32_t value = 0;
  uint32_t position = 0;
  uint32_t skip = 0;
};

struct Program {
  uint32_t first_field = 0;
  uint32_t field_count = 0;
  uint32_t first_xml = 0;
  uint32_t xml_count = 0;
  uint32_t root_count = 0;               // elements on the outermost level
  bool doubtful = false;                 // a name's hash does not hold: it may have been overwritten
  event::Dirt dirt = event::Dirt::none;  // of its names and literal texts: every event that it makes has it
};

/// Every program of one chunk, in shared arrays.
struct ProgramStore {
  std::vector<Place> places;
  std::vector<Piece> pieces;
  std::vector<FieldOp> fields;
  std::vector<XmlOp> xml;
  std::string xml_text;
  /// By the definition's offset and place; empty for a definition that can't be read.
  std::unordered_map<uint64_t, std::optional<Program>> templates;

  /// Forgets everything but the first two places: the document, and leaves without a prefix.
  void clear() {
    places.assign({Place{}, Place{PlaceKind::leaves, ""}});
    pieces.clear();
    fields.clear();
    xml.clear();
    xml_text.clear();
    templates.clear();
  }

  /// The id of that place; any_leaves_place when there are too many or the prefix could be no field's name.
  PlaceId place(PlaceKind kind, std::string_view prefix = {}) {
    for (size_t i = 0; i < places.size(); ++i)
      if (places[i].kind == kind && places[i].prefix == prefix) return static_cast<PlaceId>(i);
    if (places.size() >= places_max || prefix.size() > event::field_name_bytes_max) return any_leaves_place;
    places.push_back({kind, std::string(prefix)});
    return static_cast<PlaceId>(places.size() - 1);
  }
};

}  // namespace yagura::formats::evtx
