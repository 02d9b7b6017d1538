#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "pipeline/byte_source.hpp"

namespace yagura::pipeline {

/// What a gzip file holds (RFC 1952), member after member. Every byte that can be unpacked comes before the failure
/// that says what is wrong: damaged data, a checksum or length that does not hold, an end that is missing, bytes behind
/// the last member that are no gzip. Zeros there are padding.
class GzipSource : public ByteSource {
 public:
  /// `packed` outlives it.
  explicit GzipSource(ByteSource& packed);
  ~GzipSource() override;
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  /// When what is packed was last changed, as the first member's header says. Before read().
  std::optional<Timestamp> modified();

  Result<size_t> read(char* out, size_t size) override;

  /// Bytes of the packed source that were unpacked so far.
  uint64_t packed_bytes() const { return consumed_; }

 private:
  struct Inflate;

  Status fill();
  bool at_next_member();
  std::unexpected<Error> damaged(std::string_view what);

  ByteSource& packed_;
  std::unique_ptr<Inflate> inflate_;
  std::vector<char> buffer_;
  std::string_view rest_;  // of buffer_, not unpacked yet
  uint64_t consumed_ = 0;
  bool source_ended_ = false;
  bool inside_ = false;           // a member has begun and not ended
  std::optional<Error> failure_;  // to be told when what came before it has been given
};

}  // namespace yagura::pipeline
