#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/decode.hpp"

namespace yagura::pipeline {

constexpr uint64_t scan_part_bytes = 16 << 20;
constexpr uint64_t scan_cut_search_bytes = 4 << 20;  // how far a place to cut is looked for behind the one wished for

/// A file, or bytes of it that can be read for themselves.
struct ScanPart {
  size_t file = 0;  // index into the files
  bool whole = true;
  uint64_t begin = 0;
  uint64_t end = 0;
  const formats::Format* format = nullptr;  // of a part that is not whole
};

/// Cuts each plain file of at least two scan_part_bytes where its format starts anew: EVTX before a chunk, formats of
/// one line an event behind a line end, JSON between two lines of which one ends and one begins an object. Other files
/// (compressed ones, archives, UTF-16, formats with a header) stay whole. The cuts depend on the file alone.
std::vector<ScanPart> cut_into_parts(std::span<const InputFile> files, const DecodeOptions& options);

struct PartOutcome {
  InputOutcome input;
  uint64_t lines = 0;  // line ends in a part that is not whole: the next part's lines are counted from here
};

/// Decodes a part as decode_input() does a file.
Status decode_part(const ScanPart& part, const InputFile& file, const DecodeOptions& options, const OnBatch& on_batch,
                   PartOutcome& outcome);

}  // namespace yagura::pipeline
