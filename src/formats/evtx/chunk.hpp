#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "event/batch.hpp"

namespace yagura::formats::evtx {

/// Bytes of a chunk that make one event.
struct Span {
  uint32_t offset = 0;           // in the chunk
  uint32_t size = 0;             // with the record's header and the copy of its size
  bool in_unused_space = false;  // a leftover of earlier use that the chunk's header does not count
  bool is_record = true;         // false: bytes where records should be and none can be made out
  event::Dirt dirt = event::Dirt::none;
};

/// Finds the records of a chunk (64 KiB, or less at the end of a truncated file): first those that the header
/// vouches for, in order, then what can be recovered from damaged and from unused space. Records of a chunk
/// whose checksums do not hold are marked bad_checksum, recovered ones carved, a cut one truncated.
/// `out` is overwritten. Cost: linear in the chunk.
void find_records(std::string_view chunk, std::vector<Span>& out);

/// The same for bytes that belong to no readable chunk: all that is found is carved.
void carve_records(std::string_view bytes, std::vector<Span>& out);

/// True when the record at `offset` is framed: magic, a size that fits before `end` and the same size again at its end.
bool is_record_at(std::string_view chunk, size_t offset, size_t end);

/// CRC-32 (as in zlib) of `bytes`, going on from `sum`.
uint32_t checksum(std::string_view bytes, uint32_t sum = 0);

}  // namespace yagura::formats::evtx
