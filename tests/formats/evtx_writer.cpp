#include "evtx_writer.hpp"

#include <cstring>

#include "formats/evtx/chunk.hpp"
#include "formats/evtx/layout.hpp"

namespace yagura::formats::evtx_writer {
namespace {

using evtx::chunk_bytes;
using evtx::chunk_header_bytes;

std::string little_endian(uint64_t value, size_t size) {
  return {reinterpret_cast<const char*>(&value), size};
}

void put_at(std::string& bytes, size_t at, uint64_t value, size_t size) {
  std::memcpy(bytes.data() + at, &value, size);
}

uint16_t name_hash(std::string_view units) {
  uint32_t hash = 0;
  for (size_t i = 0; i + 1 < units.size(); i += 2) hash = hash * 65599 + evtx::number_at<uint16_t>(units, i);
  return static_cast<uint16_t>(hash);
}

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

std::string utf16(std::string_view utf8) {
  std::string out;
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<uint8_t>(utf8[i]);
    const size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    uint32_t c = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    for (size_t j = 1; j < size; ++j) c = c << 6 | (static_cast<uint8_t>(utf8[i + j]) & 0x3Fu);
    i += size;
    if (c < 0x10000) {
      out += little_endian(c, 2);
    } else {
      out += little_endian(0xD800 + ((c - 0x10000) >> 10), 2) + little_endian(0xDC00 + ((c - 0x10000) & 0x3FF), 2);
    }
  }
  return out;
}

Value string_value(std::string_view utf8) {
  return {0x01, utf16(utf8)};
}

Value number_value(uint8_t type, uint64_t value, size_t size) {
  return {type, little_endian(value, size)};
}

Chunk::Chunk() : bytes_(chunk_header_bytes, '\0') {}

void Chunk::put(uint64_t value, size_t size) {
  bytes_ += little_endian(value, size);
}

void Chunk::patch(size_t at, uint64_t value, size_t size) {
  put_at(bytes_, at, value, size);
}

void Chunk::begin_record(uint64_t id, uint64_t written_filetime) {
  record_ = bytes_.size();
  bytes_ += evtx::record_magic;
  put(0, 4);
  put(id, 8);
  put(written_filetime, 8);
  if (first_id_ == 0) first_id_ = id;
  last_id_ = id;
}

void Chunk::end_record() {
  while ((bytes_.size() - record_ + 4) % 8 != 0) put(0, 1);
  const size_t size = bytes_.size() - record_ + 4;
  put(size, 4);
  patch(record_ + 4, size, 4);
}

void Chunk::fragment_header() {
  bytes_ += std::string("\x0f\x01\x01\x00", 4);
}

void Chunk::end_of_fragment() {
  put(0, 1);
}

void Chunk::name(const std::string& name) {
  const auto [known, is_new] = names_.emplace(name, bytes_.size() + 4);
  put(known->second, 4);
  if (!is_new) return;
  const std::string units = utf16(name);
  put(0, 4);
  put(name_hash(units), 2);
  put(units.size() / 2, 2);
  bytes_ += units;
  put(0, 2);
}

void Chunk::element(const Element& root) {
  element(root, false);
}

void Chunk::element(const Element& element, bool in_template) {
  put(element.attributes.empty() ? 0x01 : 0x41, 1);
  if (in_template) put(element.depends_on, 2);
  const size_t size_at = bytes_.size();
  put(0, 4);
  name(element.name);
  if (!element.attributes.empty()) {
    const size_t list_at = bytes_.size();
    put(0, 4);
    for (const Attribute& attribute : element.attributes) {
      put(&attribute == &element.attributes.back() ? 0x06 : 0x46, 1);
      name(attribute.name);
      for (const Content& part : attribute.value) content(part, in_template);
    }
    patch(list_at, bytes_.size() - list_at - 4, 4);
  }
  if (element.children.empty()) {
    put(0x03, 1);
  } else {
    put(0x02, 1);
    for (const Content& child : element.children) content(child, in_template);
    put(0x04, 1);
  }
  patch(size_at, bytes_.size() - size_at - 4, 4);
}

void Chunk::content(const Content& content, bool in_template) {
  const auto counted = [&](uint64_t token, const std::string& utf8, bool typed) {
    put(token, 1);
    if (typed) put(0x01, 1);
    const std::string units = utf16(utf8);
    put(units.size() / 2, 2);
    bytes_ += units;
  };
  std::visit(Overloaded{[&](const Text& text) { counted(0x05, text.utf8, true); },
                        [&](const Cdata& cdata) { counted(0x07, cdata.utf8, false); },
                        [&](const Substitution& s) {
                          put(s.optional ? 0x0E : 0x0D, 1);
                          put(s.index, 2);
                          put(s.type, 1);
                        },
                        [&](const Character& c) {
                          put(0x08, 1);
                          put(c.code, 2);
                        },
                        [&](const Entity& entity) {
                          put(0x09, 1);
                          name(entity.name);
                        },
                        [&](const Instruction& instruction) {
                          put(0x0A, 1);
                          name(instruction.target);
                          counted(0x0B, instruction.data, false);
                        },
                        [&](const Element& child) { element(child, in_template); }},
             content);
}

void Chunk::instance_header(uint32_t identifier, const Element& root) {
  put(0x0C, 1);
  put(0x01, 1);
  put(identifier, 4);
  const auto [known, is_new] = definitions_.emplace(identifier, bytes_.size() + 4);
  put(known->second, 4);
  if (!is_new) return;
  put(0, 4);
  put(identifier, 4);
  put(0, 8);
  put(0, 4);
  const size_t size_at = bytes_.size();
  put(0, 4);
  fragment_header();
  element(root, true);
  end_of_fragment();
  patch(size_at, bytes_.size() - size_at - 4, 4);
}

void Chunk::instance(uint32_t identifier, const Element& root, const std::vector<Value>& values) {
  instance_header(identifier, root);
  put(values.size(), 4);
  for (const Value& value : values) {
    put(value.bytes.size(), 2);
    put(value.type, 2);
  }
  for (const Value& value : values) bytes_ += value.bytes;
}

void Chunk::instance_with_embedded(uint32_t identifier, const Element& root, const std::vector<Value>& values,
                                   uint32_t inner_identifier, const Element& inner_root,
                                   const std::vector<Value>& inner) {
  std::vector<Value> all = values;
  all.push_back({0x21, ""});
  instance(identifier, root, all);
  size_t before = 0;
  for (const Value& value : values) before += value.bytes.size();
  const size_t size_at = bytes_.size() - before - 4;  // of the last descriptor
  const size_t begin = bytes_.size();
  fragment_header();
  instance(inner_identifier, inner_root, inner);
  end_of_fragment();
  patch(size_at, bytes_.size() - begin, 2);
}

std::string Chunk::close() {
  std::string out = bytes_;
  out.resize(chunk_bytes);
  out.replace(0, 8, evtx::chunk_magic);
  put_at(out, 8, first_id_, 8);
  put_at(out, 16, last_id_, 8);
  put_at(out, 24, first_id_, 8);
  put_at(out, 32, last_id_, 8);
  put_at(out, 40, 128, 4);
  put_at(out, 44, record_, 4);
  put_at(out, evtx::free_space_at, bytes_.size(), 4);
  repair_checksums(out);
  return out;
}

void repair_checksums(std::string& chunk) {
  const std::string_view view = chunk;
  const auto free_space = evtx::number_at<uint32_t>(view, evtx::free_space_at);
  put_at(chunk, evtx::data_checksum_at,
         evtx::checksum(view.substr(chunk_header_bytes, free_space - chunk_header_bytes)), 4);
  const uint32_t first = evtx::checksum(view.substr(0, evtx::header_sum_first_bytes));
  const uint32_t sum =
      evtx::checksum(view.substr(evtx::header_sum_second_at, chunk_header_bytes - evtx::header_sum_second_at), first);
  put_at(chunk, evtx::header_checksum_at, sum, 4);
}

std::string file(const std::vector<std::string>& chunks, bool dirty) {
  std::string out(evtx::file_header_bytes, '\0');
  out.replace(0, 8, evtx::file_magic);
  put_at(out, 16, chunks.empty() ? 0 : chunks.size() - 1, 8);
  put_at(out, 24, 1, 8);
  put_at(out, 32, 128, 4);
  put_at(out, 36, 1, 2);
  put_at(out, 38, 3, 2);
  put_at(out, 40, evtx::file_header_bytes, 2);
  put_at(out, 42, chunks.size(), 2);
  put_at(out, evtx::file_flags_at, dirty ? evtx::file_dirty_flag : 0, 4);
  put_at(out, evtx::file_checksum_at, evtx::checksum(std::string_view(out).substr(0, evtx::file_header_sum_bytes)), 4);
  for (const std::string& chunk : chunks) out += chunk;
  return out;
}

Element event_template() {
  const auto value = [](const char* name, uint16_t index, uint8_t type) {
    return Element{name, {}, {Substitution{index, type}}};
  };
  Element system{
      "System",
      {},
      {Element{"Provider", {{"Name", {Substitution{14, 0x01}}}, {"Guid", {Substitution{15, 0x0F}}}}, {}},
       Element{"EventID", {{"Qualifiers", {Substitution{4, 0x06}}}}, {Substitution{3, 0x06}}},
       value("Version", 11, 0x04), value("Level", 0, 0x04), value("Task", 2, 0x06), value("Opcode", 1, 0x04),
       value("Keywords", 5, 0x15), Element{"TimeCreated", {{"SystemTime", {Substitution{6, 0x11}}}}, {}},
       value("EventRecordID", 10, 0x0A),
       Element{"Correlation",
               {{"ActivityID", {Substitution{7, 0x0F}}}, {"RelatedActivityID", {Substitution{13, 0x0F}}}},
               {}},
       Element{"Execution", {{"ProcessID", {Substitution{8, 0x08}}}, {"ThreadID", {Substitution{9, 0x08}}}}, {}},
       value("Channel", 16, 0x01), value("Computer", 17, 0x01),
       Element{"Security", {{"UserID", {Substitution{12, 0x13}}}}, {}}}};
  return {"Event",
          {{"xmlns", {Text{"http://schemas.microsoft.com/win/2004/08/events/event"}}}},
          {std::move(system), Substitution{18, 0x21}}};
}

std::vector<Value> event_values(const System& system) {
  const Value null{};
  return {number_value(0x04, 4, 1),                                     // 0 level
          number_value(0x04, 0, 1),                                     // 1 opcode
          number_value(0x06, 12544, 2),                                 // 2 task
          number_value(0x06, system.event_id, 2),                       // 3 event id
          null,                                                         // 4 qualifiers
          number_value(0x15, 0x8020000000000000, 8),                    // 5 keywords
          number_value(0x11, system.filetime, 8),                       // 6 time created
          null,                                                         // 7 activity id
          number_value(0x08, 480, 4),                                   // 8 process id
          number_value(0x08, 1716, 4),                                  // 9 thread id
          number_value(0x0A, system.record_id, 8),                      // 10 record id
          number_value(0x04, 2, 1),                                     // 11 version
          {0x13, std::string("\x01\x01\0\0\0\0\0\x05\x12\0\0\0", 12)},  // 12 user id: S-1-5-18
          null,                                                         // 13 related activity id
          string_value("Example-Provider"),                             // 14
          {0x0F, std::string("\x25\x96\x84\x54\x78\x54\x94\x49\xA5\xBA\x3E\x3B\x03\x28\xC3\x0D", 16)},  // 15
          string_value(system.channel),                                                                 // 16
          string_value(system.computer)};                                                               // 17
}

void add_event(Chunk& chunk, const System& system, uint32_t inner_identifier, const Element& inner,
               const std::vector<Value>& values) {
  chunk.begin_record(system.record_id, system.filetime);
  chunk.fragment_header();
  chunk.instance_with_embedded(event_template_identifier, event_template(), event_values(system), inner_identifier,
                               inner, values);
  chunk.end_of_fragment();
  chunk.end_record();
}

}  // namespace yagura::formats::evtx_writer
