// Writes EVTX files for tests: any tree of binary XML, any value, and then whatever damage a test wants.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace yagura::formats::evtx_writer {

struct Substitution {
  uint16_t index = 0;
  uint8_t type = 0x01;
  bool optional = true;
};
struct Text {
  std::string utf8;
};
struct Cdata {
  std::string utf8;
};
struct Character {
  uint16_t code = 0;
};
struct Entity {
  std::string name;
};
struct Instruction {
  std::string target;
  std::string data;
};
struct Element;
using Content = std::variant<Text, Substitution, Cdata, Character, Entity, Instruction, Element>;

struct Attribute {
  std::string name;
  std::vector<Content> value;  // texts, substitutions, characters, entities
};
struct Element {
  std::string name;
  std::vector<Attribute> attributes;
  std::vector<Content> children;
  uint16_t depends_on = 0xFFFF;  // in templates: the value without which the element is left out
};

/// A value of a template instance: its type (0x80 set for an array) and its bytes.
struct Value {
  uint8_t type = 0;
  std::string bytes;
};

/// UTF-16LE of `utf8`, without a NUL.
std::string utf16(std::string_view utf8);
Value string_value(std::string_view utf8);
/// A number of `size` bytes, little-endian.
Value number_value(uint8_t type, uint64_t value, size_t size);

/// One chunk: records are appended until it is closed.
class Chunk {
 public:
  Chunk();

  void begin_record(uint64_t id, uint64_t written_filetime);
  /// Ends the record: its size, twice.
  void end_record();

  void fragment_header();
  void end_of_fragment();
  /// An element as it stands outside of templates (no dependency identifiers).
  void element(const Element& root);
  /// A template instance; the definition `identifier` is written out where it is first used.
  void instance(uint32_t identifier, const Element& root, const std::vector<Value>& values);
  /// As instance(), with one of the values taken from `embedded` written in place: binary XML (type 0x21) that
  /// instances the template `inner_identifier`.
  void instance_with_embedded(uint32_t identifier, const Element& root, const std::vector<Value>& values,
                              uint32_t inner_identifier, const Element& inner_root, const std::vector<Value>& inner);

  /// The 64 KiB of the chunk with its header and right checksums.
  std::string close();

  std::string& bytes() { return bytes_; }
  size_t free_space() const { return bytes_.size(); }

 private:
  void put(uint64_t value, size_t size);
  void patch(size_t at, uint64_t value, size_t size);
  void name(const std::string& name);
  void element(const Element& element, bool in_template);
  void content(const Content& content, bool in_template);
  void instance_header(uint32_t identifier, const Element& root);

  std::string bytes_;
  std::map<std::string, uint32_t> names_;
  std::map<uint32_t, uint32_t> definitions_;
  size_t record_ = 0;
  uint64_t first_id_ = 0;
  uint64_t last_id_ = 0;
};

/// A file: header with `dirty` as its flag, then the chunks as they are.
std::string file(const std::vector<std::string>& chunks, bool dirty = false);

/// Puts right checksums into a chunk that a test has changed.
void repair_checksums(std::string& chunk);

/// The outer template of nearly every event: <Event><System>...</System>%17</Event>, and its values.
Element event_template();
struct System {
  uint16_t event_id = 1;
  uint64_t record_id = 1;
  uint64_t filetime = 132'223'104'000'000'000;  // 2020-01-01T00:00:00Z
  std::string channel = "Security";
  std::string computer = "host.example";
};
std::vector<Value> event_values(const System& system);
constexpr uint32_t event_template_identifier = 0x11111111;

/// A whole record of that template whose last value is `inner` with `values`.
void add_event(Chunk& chunk, const System& system, uint32_t inner_identifier, const Element& inner,
               const std::vector<Value>& values);

}  // namespace yagura::formats::evtx_writer
