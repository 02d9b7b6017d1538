#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "event/arena.hpp"

namespace yagura::formats {

constexpr size_t xml_depth_max = 64;        // open elements; what is deeper is passed over
constexpr size_t xml_attributes_max = 256;  // of one element

struct XmlAttribute {
  std::string_view name;
  std::string_view value;
};

/// Reads one XML element with all in it, token by token, as logs hold it: XML's own five entities and characters by
/// number are decoded, any other entity stays as it was written and is counted, a DOCTYPE is malformed. Line ends and
/// control characters are kept as they stand. Cost: linear.
class XmlReader {
 public:
  enum class Token : uint8_t {
    start,      // name(), attributes(), is_empty_tag(); its end comes as a token of its own
    end,        // of the innermost open element
    text,       // text(), never empty; an element's text may come in several
    finished,   // the root element has ended, and nothing stands behind it
    malformed,  // no reading on
  };

  /// `element` is UTF-8 and outlives the arena's batch, `arena` takes the texts that had to be decoded.
  void open(std::string_view element, event::Arena& arena);

  Token next();

  std::string_view name() const { return name_; }
  std::span<const XmlAttribute> attributes() const { return attributes_; }
  bool is_empty_tag() const { return empty_tag_; }
  std::string_view text() const { return text_; }

  /// Whether elements were passed over because they are deeper than xml_depth_max.
  bool too_deep() const { return too_deep_; }
  /// Whether a DOCTYPE or other declaration made it malformed.
  bool met_declaration() const { return met_declaration_; }
  uint64_t unknown_entities() const { return unknown_entities_; }

 private:
  Token section();
  Token markup();
  Token start_tag();
  Token end_tag();
  bool attribute();
  bool pass(std::string_view start, std::string_view end);
  std::string_view name_here();
  void pass_space();
  std::string_view decoded(std::string_view written);
  size_t put_entity(std::string_view written, char*& out);

  std::string_view element_;
  event::Arena* arena_ = nullptr;
  size_t at_ = 0;
  std::vector<std::string_view> open_;
  uint64_t deeper_ = 0;  // open elements below xml_depth_max
  bool root_met_ = false;
  bool end_is_next_ = false;
  std::string_view name_;
  std::vector<XmlAttribute> attributes_;
  bool empty_tag_ = false;
  std::string_view text_;
  bool too_deep_ = false;
  bool met_declaration_ = false;
  uint64_t unknown_entities_ = 0;
};

}  // namespace yagura::formats
