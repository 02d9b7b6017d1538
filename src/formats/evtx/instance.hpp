#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace yagura::formats::evtx {

/// Where the parts of a template instance (token 0x0C) stand, as offsets in the chunk.
struct Instance {
  uint32_t definition = 0;  // of the template's definition
  uint32_t identifier = 0;  // first four bytes of the definition's GUID
  uint32_t value_count = 0;
  uint32_t descriptors = 0;  // of the first value's size (16 bits), type (8 bits) and padding (8 bits)
  uint32_t values = 0;       // of the first value's bytes
  uint32_t end = 0;          // after the last value
};

constexpr uint32_t descriptor_bytes = 4;

/// Reads the instance whose token is at `position`; nothing when it does not fit before `end`. Cost: linear in its
/// values.
std::optional<Instance> read_instance(std::string_view chunk, uint32_t position, uint32_t end);

/// The fragment of a template's definition.
struct Definition {
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// Reads the definition's header at `position`; nothing when it does not fit into the chunk or its GUID does not
/// start with `identifier` (a later record has overwritten it).
std::optional<Definition> read_definition(std::string_view chunk, uint32_t position, uint32_t identifier);

}  // namespace yagura::formats::evtx
