// The way from paths to blocks: files, archives' members, compressed and differently encoded text become
// formats::Blocks of UTF-8 (or of a binary format's bytes). The same input always gives the same blocks, since
// what was not committed is read and sent again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "formats/decoder.hpp"
#include "pipeline/archive.hpp"
#include "pipeline/encoding.hpp"
#include "pipeline/input_files.hpp"

namespace yagura::pipeline {

constexpr size_t input_block_bytes = 1 << 20;      // of the bytes before transcoding
constexpr size_t input_head_bytes_max = 64 << 10;  // what InputStream::head() shows

/// Against archives that unpack without end; each stops the file it happens in, with an error that names it.
struct InputLimits {
  uint64_t expanded_bytes_max = 256ULL << 30;  // out of one file, all its members together
  uint64_t ratio_max = 1000;                   // expanded to packed bytes, once ratio_free_bytes came out: of the file
                                               // as a whole and of each member
  uint64_t ratio_free_bytes = 64ULL << 20;     // real logs compress well, but not that well for so long
  size_t members_max = 100'000;                // of one file, nested ones included
  int archive_depth_max = 4;                   // so many wrappings: a collection's zip of a host's tar.gz, and one more
};

struct InputOptions {
  Encoding encoding = Encoding::automatic;
  InputLimits limits;
  std::function<void(uint64_t bytes_read)> on_progress;  // bytes of this file on disk read so far; may be empty
};

/// One file, member or pipe, to be drawn block by block.
class InputStream {
 public:
  virtual ~InputStream() = default;

  /// For people: "logs.zip!/sub/a.json".
  virtual const std::string& name() const = 0;
  /// The last name in it without a compression's ending, for Format::sniff.
  virtual std::string_view file_name() const = 0;
  /// Of the member or the file; zero when unknown.
  virtual Timestamp modified() const = 0;

  /// The first bytes (up to input_head_bytes_max) as next() will give them. Empty for an empty or unreadable input.
  virtual std::string_view head() = 0;
  /// The next block. False at the end or when it can't be read further: ask failure().
  virtual bool next(formats::Block& block) = 0;
  virtual const std::optional<Error>& failure() const = 0;

  /// Characters that were no text in the encoding and became U+FFFD, so far. Ill-formed UTF-8 passes as it is.
  virtual uint64_t replaced() const = 0;
  /// What was detected or named; automatic while everything was ASCII.
  virtual Encoding encoding() const = 0;
};

struct InputOutcome {
  uint64_t inputs = 0;
  uint64_t bytes_read = 0;      // from disk
  uint64_t bytes_expanded = 0;  // what came out of it, before transcoding
  std::vector<InputFailure> failures;
};

/// Gets each input of a file, in order. An error stops the file and is what read_input() gives back; not drawing a
/// stream to its end is fine.
using OnInput = std::function<Status(InputStream&)>;

/// Reads one file: itself, what is compressed in it, or every member of the archive that it is. What can't be read is
/// added to outcome.failures, what came before it has been handed over. Fails only as `on_input` does.
Status read_input(const InputFile& file, const InputOptions& options, const OnInput& on_input, InputOutcome& outcome);

}  // namespace yagura::pipeline
