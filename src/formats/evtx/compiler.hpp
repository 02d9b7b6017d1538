#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/arena.hpp"
#include "formats/evtx/program.hpp"

namespace yagura::formats::evtx {

constexpr size_t element_depth_max = 64;  // open elements of one fragment
constexpr size_t attributes_max = 256;    // of one element; each is held against the ones before
constexpr size_t name_units_max = 256;    // of an element's or attribute's name, in UTF-16 units

/// Reads fragments of binary XML ([MS-EVEN6] section 2.2.12) into programs. One a chunk; cost is linear in the
/// fragment. Never reads outside the chunk.
class Compiler {
 public:
  /// `chunk`, `store`, `arena` and `cache` outlive it. Literal texts go into the arena. Without `want_xml` the
  /// programs have no XML.
  Compiler(std::string_view chunk, ProgramStore& store, event::Arena& arena, event::FieldCache& cache, bool want_xml)
      : chunk_(chunk), store_(store), arena_(arena), cache_(cache), want_xml_(want_xml) {}

  /// The program of the fragment from `begin` to `end` for that place. Nothing when it is malformed or deeper than
  /// element_depth_max (then too_deep() is true).
  std::optional<Program> compile(uint32_t begin, uint32_t end, PlaceId place, bool in_template);

  bool too_deep() const { return too_deep_; }

 private:
  struct Element {
    std::string name;
    PlaceId outside = 0;
    PlaceId inside = 0;
    FieldOp target;                  // what its text will be
    std::vector<Piece> name_pieces;  // a <Data> whose Name is a substitution
    size_t first_piece = 0;
    size_t children = 0;
    size_t attributes = 0;
    bool has_attributes = false;         // beyond namespaces and the name of <Data>
    std::optional<uint16_t> depends_on;  // the substitution without which the element is left out
    size_t unless_field = 0;             // that operation's index, in fields and in xml
    size_t unless_xml = 0;
    size_t xml_start = 0;  // of its start tag in xml_text
    size_t xml_begin = 0;  // of its operations: its start tag's may be the one before
    bool is_root = false;  // <Event>: never left out
    size_t xml_ops = 0;
    std::vector<std::string> attribute_names;
  };

  bool token();
  void embedded(uint32_t value);
  bool open_element(bool has_attributes);
  bool close_start_tag();
  bool close_element(bool empty_tag);
  bool attribute();
  bool content(uint8_t token, std::vector<Piece>& pieces);
  bool text_value(std::vector<Piece>& pieces);
  bool counted_text(std::vector<Piece>& pieces);
  bool entity(std::vector<Piece>& pieces);
  bool substitution(std::vector<Piece>& pieces, bool optional);
  bool processing_instruction();
  bool instance();

  std::optional<std::string> name_here();
  bool name_plausible(uint32_t at) const;

  void set_target(Element& element);
  void set_inside(Element& element);
  void set_field(FieldOp& op, std::string_view name);
  void attribute_field(Element& element, const std::string& name, const std::vector<Piece>& pieces);
  void data_name(Element& element, const std::vector<Piece>& pieces);
  void emit_text(Element& element);
  void begin_dependent(Element& element);
  void end_dependent(const Element& element);
  void emit(FieldOp op, const std::vector<Piece>& pieces);
  std::string_view literal_of(const std::vector<Piece>& pieces);

  void xml(std::string_view text);
  void xml_open(Element& element);
  void xml_pieces(const std::vector<Piece>& pieces, size_t first, bool in_attribute);
  void xml_attribute(Element& element, const std::string& name, const std::vector<Piece>& pieces);
  void xml_close(Element& element, bool empty_tag);
  void xml_leave_out(const Element& element, uint32_t value);

  bool have(uint64_t bytes) const { return bytes <= end_ - at_; }
  template <typename T>
  bool read(T& out);

  std::string_view chunk_;
  ProgramStore& store_;
  event::Arena& arena_;
  event::FieldCache& cache_;
  bool want_xml_;

  uint32_t at_ = 0;
  uint32_t end_ = 0;
  bool in_template_ = false;
  bool in_start_tag_ = false;
  bool ended_ = false;
  bool xml_apart_ = false;  // the next text is an operation of its own
  bool too_deep_ = false;
  Program program_;
  PlaceId place_ = 0;
  std::vector<Element> open_;
  std::vector<Piece> pieces_;  // of the open elements, innermost last
};

}  // namespace yagura::formats::evtx
