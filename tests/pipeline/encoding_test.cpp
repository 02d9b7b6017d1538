#include "pipeline/encoding.hpp"

#include <gtest/gtest.h>
#include <unicode/ucnv.h>

#include <string>

#include "pipeline/input_stream.hpp"

namespace yagura::pipeline {
namespace {

std::string encoded(const std::string& utf8, const char* icu_name) {
  UErrorCode error = U_ZERO_ERROR;
  std::string out(utf8.size() * 4 + 16, '\0');
  const int32_t size = ucnv_convert(icu_name, "UTF-8", out.data(), static_cast<int32_t>(out.size()), utf8.data(),
                                    static_cast<int32_t>(utf8.size()), &error);
  EXPECT_TRUE(U_SUCCESS(error));
  out.resize(static_cast<size_t>(size));
  return out;
}

class TextSource : public ByteSource {
 public:
  TextSource(std::string bytes, size_t step) : bytes_(std::move(bytes)), step_(step) {}
  Result<size_t> read(char* out, size_t size) override {
    const size_t count = std::min({size, step_, bytes_.size() - at_});
    bytes_.copy(out, count, at_);
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  size_t step_;
  size_t at_ = 0;
};

struct Drawn {
  std::string text;
  Encoding encoding;
  uint64_t replaced;
};

Drawn draw(const std::string& bytes, Encoding named = Encoding::automatic, size_t step = 1 << 20) {
  TextSource source(bytes, step);
  SourceStream stream("t", "t", {}, source, named);
  Drawn out;
  formats::Block block;
  while (stream.next(block)) out.text += block.bytes;
  out.encoding = stream.encoding();
  out.replaced = stream.replaced();
  return out;
}

const std::string japanese = "2026-04-01 ログオンに失敗しました user=山田 path=C:\\temp\\～①㈱髙\n";
const std::string kanji_only = "user=山田太郎 部署=営業部\n";

TEST(Encoding, is_detected_and_turned_into_utf8) {
  const std::string text = japanese + japanese + "ascii\n";
  EXPECT_EQ(draw(text).encoding, Encoding::utf8);
  EXPECT_EQ(draw(text).text, text);
  EXPECT_EQ(draw("\xEF\xBB\xBF" + text).text, text);
  const std::pair<const char*, Encoding> cases[] = {
      {"ibm-943_P15A-2003", Encoding::shift_jis}, {"UTF-16LE", Encoding::utf16le}, {"UTF-16BE", Encoding::utf16be}};
  for (const auto& [icu, expected] : cases) {
    const auto got = draw(encoded(text, icu));
    EXPECT_EQ(got.encoding, expected) << icu;
    EXPECT_EQ(got.text, text) << icu;
    EXPECT_EQ(got.replaced, 0U) << icu;
  }
  const std::string plain = "2026-04-01 ログオンに失敗しました user=山田 部署=営業部\n";
  EXPECT_EQ(draw(encoded(plain, "EUC-JP")).encoding, Encoding::euc_jp);
  EXPECT_EQ(draw(encoded(plain, "EUC-JP")).text, plain);
  for (const char* icu : {"EUC-JP", "ibm-943_P15A-2003"})
    EXPECT_EQ(draw(encoded(kanji_only, icu)).text, kanji_only) << icu;
  EXPECT_EQ(draw("\xFF\xFE" + encoded(text, "UTF-16LE")).text, text);
  EXPECT_EQ(draw("\xFE\xFF" + encoded(text, "UTF-16BE")).text, text);
}

TEST(Encoding, is_found_even_when_it_shows_late) {
  const std::string ascii(3 << 20, 'a');
  const std::string text = ascii + "\n" + japanese;
  EXPECT_EQ(draw(encoded(text, "ibm-943_P15A-2003")).text, text);
}

TEST(Encoding, reads_iso_2022_jp_and_leaves_terminal_colours_alone) {
  const std::string text = "user=山田太郎 部署=営業部 ﾃｽﾄ\nplain $B line\n";
  const std::string bytes = encoded(text, "JIS7");
  ASSERT_TRUE(bytes.contains("\x1B$B"));
  for (const size_t step : {size_t{1}, size_t{7}, size_t{1} << 20}) {
    const Drawn drawn = draw(std::string(100'000, 'a') + "\n" + bytes, Encoding::automatic, step);
    EXPECT_EQ(drawn.encoding, Encoding::iso_2022_jp);
    EXPECT_TRUE(drawn.text.ends_with(text)) << drawn.text.substr(100'000);
    EXPECT_EQ(drawn.replaced, 0U);
  }
  const Drawn broken = draw(bytes + "\x1B$B$\nnext line\n");
  EXPECT_TRUE(broken.text.ends_with("next line\n")) << broken.text;
  for (const char* colours : {"\x1B[31mred\x1B[0m\n", "cost \x1B$ 5\n", "\x1B$B\n", "\x1B$Babc\n"})
    EXPECT_EQ(draw(colours).text, colours);
  EXPECT_EQ(parse_encoding("ISO-2022-JP"), Encoding::iso_2022_jp);
}

TEST(Encoding, pieces_of_any_size_give_the_same_text) {
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += japanese;  // more than a block
  const std::string bytes = encoded(text, "ibm-943_P15A-2003");
  EXPECT_EQ(draw(bytes, Encoding::automatic, 4093).text, text);
  EXPECT_EQ(draw(bytes, Encoding::shift_jis).text, text);
}

TEST(Encoding, what_is_no_text_is_replaced_and_counted) {
  const std::string bytes = encoded(japanese, "ibm-943_P15A-2003");
  const auto got = draw(bytes + "\x81\xff x\n" + bytes, Encoding::shift_jis);
  EXPECT_EQ(got.replaced, 2U);  // neither the lead byte nor the 0xff is a character
  EXPECT_TRUE(got.text.contains("\xEF\xBF\xBD"));
  EXPECT_TRUE(got.text.ends_with(japanese));
  EXPECT_EQ(draw(bytes + "\x81", Encoding::shift_jis).replaced, 1U);
  const auto odd = draw(encoded(japanese, "UTF-16LE") + "\x41", Encoding::utf16le);
  EXPECT_EQ(odd.replaced, 1U);
}

TEST(Encoding, western_accents_and_noise_are_not_taken_for_japanese) {
  EXPECT_EQ(draw("caf\xe9 d\xe9j\xe0 vu na\xefve\n").encoding, Encoding::utf8);
  EXPECT_EQ(draw("caf\xe9 d\xe9j\xe0 vu na\xefve\n").text, "caf\xe9 d\xe9j\xe0 vu na\xefve\n");
}

TEST(Encoding, event_log_files_pass_as_they_are) {
  const std::string bytes = std::string("ElfFile\0", 8) + std::string(100, '\xff') + "\x82\xa0";
  EXPECT_EQ(draw(bytes).encoding, Encoding::binary);
  EXPECT_EQ(draw(bytes).text, bytes);
}

TEST(Encoding, names_are_understood_in_usual_spellings) {
  EXPECT_EQ(parse_encoding("CP932"), Encoding::shift_jis);
  EXPECT_EQ(parse_encoding("EUC-JP"), Encoding::euc_jp);
  EXPECT_EQ(parse_encoding("latin1"), std::nullopt);
  for (const auto encoding : {Encoding::automatic, Encoding::utf8, Encoding::utf16be, Encoding::shift_jis})
    EXPECT_EQ(parse_encoding(to_text(encoding)), encoding);
}

}  // namespace
}  // namespace yagura::pipeline
