// formats: bytes -> events. What stands here knows byte layouts and nothing else: no files, no sockets, no
// clock, no rules. Above it: pipeline (which brings the bytes). Below: event, base.
//
// A format is one source file in kinds/, ending in `extern const Format <stem>_format`, and one golden
// folder; the build finds it and generates the registry.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/counters.hpp"
#include "base/time.hpp"
#include "event/batch.hpp"
#include "event/demand.hpp"

namespace yagura::formats {

/// Bytes readable (not meaningful) after every block, so that vector code may overshoot.
constexpr size_t block_padding_bytes = 64;

/// A piece of decoded input. Pieces come in order without gaps; a record may straddle them.
struct Block {
  std::shared_ptr<const char> owner;  // keeps `bytes` and its padding alive
  std::string_view bytes;             // block_padding_bytes more may be read after its end
  uint64_t offset = 0;                // of bytes[0] in the whole decoded input
};

/// One line or JSON document may be this long; what is longer is emitted in pieces, each marked too_long.
constexpr size_t record_bytes_max = 16 << 20;

struct DecoderOptions {
  Counters* counters = nullptr;           // never null when a decoder is opened; outlives it
  Timestamp received;                     // stands in for a missing time, and gives RFC 3164 its year
  int zone_offset_seconds = 0;            // of times that name no zone
  bool keep_raw = true;                   // false: `scan` has no use for Event::raw of binary formats
  const event::Demand* demand = nullptr;  // fields that nobody wants may be left out; null: all are wanted
};

/// Turns a stream of blocks into events. Never fails: what it can't understand becomes a dirty event.
/// Not thread-safe; one a stream.
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Takes the next piece and adds every event that ends in it to `out`; none starts before the last event of an
  /// earlier piece (checkpoints rely on it). Events may view `block` (the decoder
  /// calls out.keep(block.owner)) and nothing of the decoder's own memory.
  virtual void feed(const Block& block, event::Batch& out) = 0;

  /// The input has ended: what is still held becomes events, marked truncated where it is not whole.
  virtual void finish(event::Batch& out) = 0;
};

struct Format {
  std::string_view name;     // stable: the lake stores it
  std::string_view summary;  // one line in English
  /// How sure this format is of an input that starts with `head` (up to 64 KiB): 0 not mine, 100 certain.
  int (*sniff)(std::string_view head, std::string_view file_name);
  std::unique_ptr<Decoder> (*open)(const DecoderOptions& options);
};

/// Every format that the build found, by name.
std::span<const Format* const> all_formats();

/// The format of that name, or null.
const Format* find_format(std::string_view name);

/// The surest format for an input; plain lines when no other claims it. Never null.
const Format* sniff_format(std::string_view head, std::string_view file_name);

}  // namespace yagura::formats
