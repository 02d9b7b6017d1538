#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct UConverter;

namespace yagura::pipeline {

/// How the bytes of an input are to be read. Binary formats pass as they are.
enum class Encoding { automatic, utf8, utf16le, utf16be, utf32le, utf32be, shift_jis, euc_jp, iso_2022_jp, binary };

/// "auto", "utf-8", "utf-16le", "utf-16be", "utf-32le", "utf-32be", "shift_jis", "euc-jp", "iso-2022-jp", "binary";
/// usual spellings are understood
/// ("sjis", "cp932", "jis", "utf8"), case does not matter.
std::optional<Encoding> parse_encoding(std::string_view text);
std::string_view to_text(Encoding encoding);

/// The encoding of an input of which `sample` is a part, cut anywhere behind. Automatic when the sample is ASCII
/// and says nothing yet; iso_2022_jp when it switches to JIS X 0208 and back as RFC 1468 has it; utf8 when nothing else
/// fits. Shift_JIS means CP932. `at_start`: the sample begins the input, so a byte order mark counts; UTF-32 shows
/// itself by its mark alone.
Encoding detect_encoding(std::string_view sample, bool at_start);

/// Turns one of the encodings into UTF-8, piece by piece.
class Transcoder {
 public:
  explicit Transcoder(Encoding from);  // utf16le, utf16be, utf32le, utf32be, shift_jis, euc_jp or iso_2022_jp
  ~Transcoder();
  Transcoder(const Transcoder&) = delete;
  Transcoder& operator=(const Transcoder&) = delete;

  /// Appends `in` as UTF-8 to `out`; bytes of an unfinished character are held for the next call. With `last` they
  /// are ill-formed. Every ill-formed sequence becomes U+FFFD and is counted.
  void convert(std::string_view in, bool last, std::string& out);

  uint64_t replaced() const { return replaced_; }

 private:
  /// ISO-2022-JP with a return to ASCII in front of every line's end: a line that was cut inside Japanese must not take
  /// the next ones with it. A newline's byte stands in no character of that encoding.
  static std::string ascii_before_line_ends(std::string_view in);

  bool returns_at_line_ends_;  // of iso_2022_jp
  UConverter* from_;
  UConverter* to_;
  uint64_t replaced_ = 0;
  std::unique_ptr<char16_t[]> pivot_;
  char16_t* pivot_read_;
  char16_t* pivot_write_;
};

}  // namespace yagura::pipeline
