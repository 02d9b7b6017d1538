#pragma once

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace yagura::detect {

/// Memory that is read at random places, for std::free(): on the system's large pages from 1 MB on, where it has any,
/// so that a look does not wait for a page's entry as well as for the line. Not cleared. Throws bad_alloc.
inline void* wide_memory(size_t size) {
  constexpr size_t cache_line_bytes = 64;
  constexpr size_t large_page_bytes = 2 << 20;
  const bool large = size >= large_page_bytes / 2;
  const size_t unit = large ? large_page_bytes : cache_line_bytes;
  size = (size + unit - 1) / unit * unit;
  void* out = std::aligned_alloc(unit, size);
  if (!out) throw std::bad_alloc();
  if (large) madvise(out, size, MADV_HUGEPAGE);  // refused: ordinary pages
  return out;
}

}  // namespace yagura::detect
