#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace yagura::formats {

/// Where the tokens of a JSON text start, found by simdjson's vector code (its first stage): every { } [ ] : , and the
/// first byte of every string, number and word. The walk over them is ours (JsonWalker), so that strings stay where
/// they are.
class JsonIndex {
 public:
  enum class Outcome { good, bad_utf8, malformed };

  JsonIndex();
  ~JsonIndex();
  JsonIndex(const JsonIndex&) = delete;
  JsonIndex& operator=(const JsonIndex&) = delete;

  /// Indexes `text` (at most record_bytes_max, with block_padding_bytes readable behind it). Malformed: a string that
  /// does not end, a control character in a string, nothing at all.
  Outcome build(std::string_view text);

  /// Offsets of the tokens of the last text, ascending; one more entry than size() may be read: the text's length.
  std::span<const uint32_t> tokens() const;

 private:
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
};

}  // namespace yagura::formats
