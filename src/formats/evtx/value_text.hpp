// Typed values of binary XML as text, spelled as Windows' own event viewer spells them, since that is what
// rules are written against: GUIDs upper-case in braces, hexadecimal numbers as 0x3e7 without leading zeros,
// times in UTC to 100 ns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "event/arena.hpp"
#include "event/batch.hpp"

namespace yagura::formats::evtx {

enum class ValueType : uint8_t {
  null = 0x00,
  string = 0x01,  // UTF-16LE
  ansi = 0x02,    // bytes of the writing machine's code page
  int8 = 0x03,
  uint8 = 0x04,
  int16 = 0x05,
  uint16 = 0x06,
  int32 = 0x07,
  uint32 = 0x08,
  int64 = 0x09,
  uint64 = 0x0A,
  real32 = 0x0B,
  real64 = 0x0C,
  boolean = 0x0D,  // 32 bits
  binary = 0x0E,
  guid = 0x0F,
  size = 0x10,  // 32 or 64 bits, a pointer's width
  filetime = 0x11,
  systemtime = 0x12,
  sid = 0x13,
  hex32 = 0x14,
  hex64 = 0x15,
  handle = 0x20,
  binary_xml = 0x21,
};

constexpr uint8_t array_flag = 0x80;

/// The longest text of a value of fixed size (a SID of 255 parts is the longest).
constexpr size_t fixed_value_text_max = 3072;

/// One value that is no array and no binary XML. A size that does not fit the type gives the bytes in
/// hexadecimal, an empty value null; neither fails. The text is in the arena.
event::Value value_text(ValueType type, std::string_view bytes, event::Arena& arena, event::Dirt& dirt);

/// Takes the next item of an array of `type` off the front of `bytes`; nothing when none is left. A last item that
/// is not whole comes as it is.
std::optional<std::string_view> next_item(ValueType type, std::string_view& bytes);

/// A FILETIME (100 ns since 1601-01-01 UTC) as an instant; nothing outside of what Timestamp covers, or for 0.
std::optional<Timestamp> filetime_instant(uint64_t filetime);

}  // namespace yagura::formats::evtx
