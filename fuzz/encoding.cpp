// links: yagura_pipeline
// The first byte names an encoding, the rest is text in it: pieces of any size give the same well-formed UTF-8.
#include "pipeline/encoding.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "base/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace yagura::pipeline;
  if (size == 0) return 0;
  constexpr Encoding all[] = {Encoding::utf16le, Encoding::utf16be, Encoding::shift_jis,
                              Encoding::euc_jp,  Encoding::utf32le, Encoding::utf32be};
  const Encoding encoding = all[data[0] % std::size(all)];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)detect_encoding(text, true);
  (void)detect_encoding(text, false);
  std::string whole;
  Transcoder at_once(encoding);
  at_once.convert(text, true, whole);
  yagura::check(yagura::is_utf8(whole), "a transcoder gave what is no UTF-8");
  std::string pieces;
  Transcoder by_pieces(encoding);
  constexpr size_t step = 3;
  for (size_t at = 0; at < text.size(); at += step) by_pieces.convert(text.substr(at, step), false, pieces);
  by_pieces.convert({}, true, pieces);
  yagura::check(pieces == whole, "where a piece ends changed the text");
  yagura::check(at_once.replaced() == by_pieces.replaced(), "where a piece ends changed the count");
  return 0;
}
