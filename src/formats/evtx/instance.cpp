#include "formats/evtx/instance.hpp"

#include "formats/evtx/layout.hpp"

namespace yagura::formats::evtx {
namespace {

constexpr uint32_t instance_header_bytes = 10;  // token, version, identifier, definition's offset
constexpr size_t definition_guid_at = 4;
constexpr size_t definition_size_at = 20;

bool fits(uint64_t position, uint64_t size, uint64_t end) {
  return position <= end && size <= end - position;
}

}  // namespace

std::optional<Instance> read_instance(std::string_view chunk, uint32_t position, uint32_t end) {
  if (end > chunk.size() || !fits(position, instance_header_bytes, end)) return std::nullopt;
  Instance out;
  out.identifier = number_at<uint32_t>(chunk, position + 2);
  out.definition = number_at<uint32_t>(chunk, position + 6);
  uint64_t at = position + instance_header_bytes;
  if (out.definition == at) {  // the definition stands here
    if (!fits(at, definition_header_bytes, end)) return std::nullopt;
    at += definition_header_bytes + number_at<uint32_t>(chunk, at + definition_size_at);
  }
  if (!fits(at, 4, end)) return std::nullopt;
  out.value_count = number_at<uint32_t>(chunk, at);
  at += 4;
  if (!fits(at, uint64_t{descriptor_bytes} * out.value_count, end)) return std::nullopt;
  out.descriptors = static_cast<uint32_t>(at);
  at += uint64_t{descriptor_bytes} * out.value_count;
  out.values = static_cast<uint32_t>(at);
  for (uint32_t i = 0; i < out.value_count; ++i)
    at += number_at<uint16_t>(chunk, out.descriptors + size_t{descriptor_bytes} * i);
  if (at > end) return std::nullopt;
  out.end = static_cast<uint32_t>(at);
  return out;
}

std::optional<Definition> read_definition(std::string_view chunk, uint32_t position, uint32_t identifier) {
  if (!fits(position, definition_header_bytes, chunk.size())) return std::nullopt;
  if (number_at<uint32_t>(chunk, position + definition_guid_at) != identifier) return std::nullopt;
  const uint32_t size = number_at<uint32_t>(chunk, position + definition_size_at);
  const uint64_t begin = position + definition_header_bytes;
  if (!fits(begin, size, chunk.size())) return std::nullopt;
  return Definition{static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + size)};
}

}  // namespace yagura::formats::evtx
