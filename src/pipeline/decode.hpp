#pragma once

#include <functional>
#include <optional>

#include "base/counters.hpp"
#include "event/batch.hpp"
#include "formats/decoder.hpp"
#include "pipeline/input.hpp"

namespace yagura::pipeline {

struct DecodeOptions {
  Counters* counters = nullptr;             // never null; outlives the call
  const formats::Format* format = nullptr;  // null: by name and first bytes of each input
  std::optional<Timestamp> received;  // for events without a time; empty: when the file was last changed, a pipe: now
  int zone_offset_seconds = 0;        // of times that name no zone
  bool keep_raw = true;
  const event::Demand* demand = nullptr;  // as DecoderOptions says
  InputOptions input;
};

/// Takes a batch; batch.source is the input's name. An error stops everything.
using OnBatch = std::function<Status(event::Batch&&)>;

/// Decodes one file: one batch a block and one for what the end of an input gives, empty ones left out; equal input
/// gives equal batches. An input that no format claims and that is no text is left out and told in outcome.failures.
/// Characters that were no text mark their events bad_encoding and add to "input.characters_replaced".
Status decode_input(const InputFile& file, const DecodeOptions& options, const OnBatch& on_batch,
                    InputOutcome& outcome);

/// Decodes one stream that is drawn already; what decode_input() does for each.
Status decode_stream(InputStream& stream, const DecodeOptions& options, const OnBatch& on_batch);

}  // namespace yagura::pipeline
