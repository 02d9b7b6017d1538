#include "detect/shown_value.hpp"

#include <algorithm>

#include "detect/fold.hpp"

namespace yagura::detect {
namespace {

constexpr uint32_t ill_formed = 0x110000;  // decode_at() gives this and more

/// The start of the character that `at` lies in, or close before it where bytes are ill-formed.
size_t character_start(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

size_t characters(std::string_view text) {
  size_t out = 0;
  for (size_t at = 0; at < text.size(); at += decode_at(text, at).bytes) ++out;
  return out;
}

}  // namespace

ShownValue show_value(std::string field, std::string_view text, std::span<const MatchPlace> places) {
  size_t start = 0;
  size_t end = text.size();
  if (text.size() > shown_value_bytes_max) {
    const size_t first = places.empty() ? 0 : places.front().offset;
    if (first + std::min(places.empty() ? 0 : places.front().size, shown_lead_bytes_max) > shown_value_bytes_max)
      start = character_start(text, first - std::min(first, shown_lead_bytes_max));
    end = character_start(text, std::min(text.size(), start + shown_value_bytes_max));
  }
  ShownValue out;
  out.field = std::move(field);
  out.left_out_before = characters(text.substr(0, start));
  out.left_out_after = characters(text.substr(end));
  for (const MatchPlace& place : places)
    if (place.offset < end && place.offset + place.size > start) out.marks.push_back({SIZE_MAX, 0});
  size_t character = 0;
  for (size_t at = start; at < end; ++character) {
    const CodePoint c = decode_at(text, at);
    const size_t next = at + c.bytes;
    size_t mark = 0;
    for (const MatchPlace& place : places) {
      if (place.offset >= end || place.offset + place.size <= start) continue;
      if (place.offset < next && place.offset + place.size > at) {
        out.marks[mark].start = std::min(out.marks[mark].start, character);
        out.marks[mark].end = character + 1;
      }
      ++mark;
    }
    if (c.value >= ill_formed)
      out.text += "\xEF\xBF\xBD";
    else
      out.text += text.substr(at, c.bytes);
    at = next;
  }
  return out;
}

}  // namespace yagura::detect
