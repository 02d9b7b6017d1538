// What stands where in a Windows event log file (EVTX 3.x). Sizes and offsets in bytes, numbers little-endian.
// A file is a header block and then chunks of 64 KiB; a chunk is a header and then records; every offset
// inside a chunk counts from the chunk's first byte.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace yagura::formats::evtx {

constexpr std::string_view file_magic{"ElfFile\0", 8};
constexpr std::string_view chunk_magic{"ElfChnk\0", 8};
constexpr std::string_view record_magic{"**\0\0", 4};

constexpr size_t file_header_bytes = 4096;
constexpr size_t file_header_sum_bytes = 120;  // covered by the file header's checksum
constexpr size_t chunk_bytes = 65536;
constexpr size_t chunk_header_bytes = 512;
constexpr size_t record_header_bytes = 24;                    // magic, size, id, time written
constexpr size_t record_bytes_min = record_header_bytes + 4;  // with the copy of its size at the end

// Fields of the file header.
constexpr size_t file_flags_at = 120;
constexpr size_t file_checksum_at = 124;
constexpr uint32_t file_dirty_flag = 1;

// Fields of the chunk header. Its checksum covers bytes 0-119 and 128-511.
constexpr size_t free_space_at = 48;
constexpr size_t data_checksum_at = 52;
constexpr size_t header_checksum_at = 124;
constexpr size_t header_sum_first_bytes = 120;
constexpr size_t header_sum_second_at = 128;

// A template's definition in a chunk: next definition's offset, GUID, size of the fragment, fragment.
constexpr size_t definition_header_bytes = 24;

static_assert(std::endian::native == std::endian::little, "the reads below copy little-endian numbers as they are");

/// A number at `at`; the caller has checked that it lies inside.
template <typename T>
T number_at(std::string_view bytes, size_t at) {
  T out;
  std::memcpy(&out, bytes.data() + at, sizeof out);
  return out;
}

}  // namespace yagura::formats::evtx
