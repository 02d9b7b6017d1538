#include "formats/evtx/chunk.hpp"

#include <zlib.h>

#include <algorithm>

#include "formats/evtx/layout.hpp"

namespace yagura::formats::evtx {
namespace {

using event::Dirt;

bool header_holds(std::string_view chunk) {
  const uint32_t first = checksum(chunk.substr(0, header_sum_first_bytes));
  const uint32_t sum = checksum(chunk.substr(header_sum_second_at, chunk_header_bytes - header_sum_second_at), first);
  return sum == number_at<uint32_t>(chunk, header_checksum_at);
}

bool data_holds(std::string_view chunk, size_t free_space) {
  return checksum(chunk.substr(chunk_header_bytes, free_space - chunk_header_bytes)) ==
         number_at<uint32_t>(chunk, data_checksum_at);
}

bool all_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

Span span(size_t begin, size_t end, Dirt dirt) {
  return {.offset = static_cast<uint32_t>(begin), .size = static_cast<uint32_t>(end - begin), .dirt = dirt};
}

enum class Space { unused, damaged };

/// Records between `begin` and `end` at any offset. In damaged space the bytes between them are events too.
void carve(std::string_view chunk, size_t begin, size_t end, Space space, Dirt dirt, std::vector<Span>& out) {
  size_t gap = begin;
  const auto close_gap = [&](size_t at) {
    if (space == Space::unused || at == gap || all_zero(chunk.substr(gap, at - gap))) return;
    out.push_back(span(gap, at, dirt));
    out.back().is_record = false;
  };
  const std::string_view bytes = chunk.substr(0, end);
  for (size_t at = bytes.find(record_magic, begin); at != std::string_view::npos; at = bytes.find(record_magic, at)) {
    if (!is_record_at(chunk, at, end)) {
      ++at;
      continue;
    }
    const size_t size = number_at<uint32_t>(chunk, at + 4);
    close_gap(at);
    out.push_back(span(at, at + size, dirt | Dirt::carved));
    out.back().in_unused_space = space == Space::unused;
    at += size;
    gap = at;
  }
  close_gap(end);
}

}  // namespace

uint32_t checksum(std::string_view bytes, uint32_t sum) {
  return static_cast<uint32_t>(
      crc32(sum, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

bool is_record_at(std::string_view chunk, size_t offset, size_t end) {
  if (offset > end || end - offset < record_bytes_min) return false;
  if (chunk.substr(offset, record_magic.size()) != record_magic) return false;
  const size_t size = number_at<uint32_t>(chunk, offset + 4);
  return size >= record_bytes_min && size <= end - offset && number_at<uint32_t>(chunk, offset + size - 4) == size;
}

void find_records(std::string_view chunk, std::vector<Span>& out) {
  out.clear();
  if (chunk.size() < chunk_header_bytes) {
    if (all_zero(chunk)) return;
    out.push_back(span(0, chunk.size(), Dirt::truncated));
    out.back().is_record = false;
    return;
  }
  const size_t stated = number_at<uint32_t>(chunk, free_space_at);
  const bool plausible = stated >= chunk_header_bytes && stated <= chunk_bytes;
  const bool cut = plausible && stated > chunk.size();
  const size_t free_space = plausible ? std::min(stated, chunk.size()) : chunk.size();
  // The data checksum of a cut chunk can't hold; it says nothing about the records that are there.
  const bool sound = header_holds(chunk) && plausible && (cut || data_holds(chunk, free_space));
  const Dirt dirt = sound ? Dirt::none : Dirt::bad_checksum;
  size_t at = chunk_header_bytes;
  while (is_record_at(chunk, at, free_space)) {
    const size_t size = number_at<uint32_t>(chunk, at + 4);
    out.push_back(span(at, at + size, dirt));
    at += size;
  }
  carve(chunk, at, free_space, Space::damaged, cut ? dirt | Dirt::truncated : dirt, out);
  carve(chunk, free_space, chunk.size(), Space::unused, Dirt::none, out);
}

void carve_records(std::string_view bytes, std::vector<Span>& out) {
  out.clear();
  carve(bytes, 0, bytes.size(), Space::damaged, Dirt::none, out);
}

}  // namespace yagura::formats::evtx
