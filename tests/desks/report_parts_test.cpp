#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "desks/blank.hpp"
#include "desks/document.hpp"
#include "desks/local_time.hpp"
#include "desks/reason_text.hpp"
#include "desks/response/mask.hpp"
#include "desks/response/report_catalog.hpp"

namespace yagura::desks::response {
namespace {

using ::testing::HasSubstr;

std::string masked(const std::string& text,
                   const std::vector<std::string>& names = {"dc01", "web-01", "CORP\\sato", "山田"}) {
  return Mask(names, "#").apply(text);
}

TEST(D_8_Mask, hides_names_with_their_domain_and_leaves_others) {
  EXPECT_EQ(masked("DC01 stopped. Then dc01.corp.example.com."), "# stopped. Then #.");
  EXPECT_EQ(masked("dc011, xdc01, dc01-backup"), "dc011, xdc01, dc01-backup");
  EXPECT_EQ(masked("web-01と山田さんのCORP\\sato"), "#と#さんの#");
  EXPECT_EQ(masked("sato logged on to db7", {"CORP\\sato", "db7.corp.example"}), "# logged on to #");
  EXPECT_EQ(masked("10 of 20", {"10.1.2.3"}), "10 of 20");
  EXPECT_EQ(masked("system and root", {"SYSTEM", "root", "x"}), "system and root");
}

TEST(D_8_Mask, hides_addresses_and_not_times_or_versions) {
  EXPECT_EQ(masked("from 192.0.2.10:443 to 10.0.0.1."), "from #:443 to #.");
  EXPECT_EQ(masked("2001:db8::1 and fe80:0:0:0:1:2:3:4"), "# and #");
  EXPECT_EQ(masked("at 12:30:45, version 1.2.3, 1.2.3.4.5, 300.1.1.1, std::string"),
            "at 12:30:45, version 1.2.3, 1.2.3.4.5, 300.1.1.1, std::string");
  EXPECT_EQ(masked("ask hanako.y+x@mail.example.co.jp."), "ask #.");
  EXPECT_EQ(masked("user@host"), "user@host");
}

TEST(D_8_Mask, counts_what_it_hid) {
  Mask mask({"dc01"}, "#");
  mask.apply("dc01 dc01");
  mask.apply("192.0.2.1");
  EXPECT_EQ(mask.masked(), 3);
}

Document sample(std::string prose) {
  Document out;
  out.lang = Lang::en;
  out.title = "T";
  out.banner = "B";
  out.footer = "F";
  out.blocks = {Heading{"H"}, Prose{std::move(prose)}};
  return out;
}

TEST(D_8_Document, keeps_paragraphs_lines_and_lists_in_markdown) {
  EXPECT_THAT(to_markdown(sample("one\ntwo\n\n- a\n・b\n\n3. no list\n+ nor this")),
              HasSubstr("one\\\ntwo\n\n- a\n- b\n\n3\\. no list\\\n\\+ nor this\n"));
}

TEST(D_8_Document, keeps_paragraphs_lines_and_lists_in_html) {
  EXPECT_THAT(to_html(sample("one\ntwo\n\n- <b>\n- \"q\" & 'a'"), ""),
              HasSubstr("<p>one<br>two</p>\n<ul><li>&lt;b&gt;</li><li>&quot;q&quot; &amp; &#39;a&#39;</li></ul>"));
}

TEST(D_8_Document, keeps_a_cell_in_its_row) {
  Document document = sample("");
  document.blocks = {Table{{"a", "b"}, {{"one\ntwo | three", ""}}}};
  EXPECT_THAT(to_markdown(document), HasSubstr("| a | b |\n| --- | --- |\n| one / two \\| three |   |\n"));
}

TEST(D_8_Document, shows_what_hostile_logs_hide) {
  const std::string hostile = "\x1b]0;owned\x07<script>alert(1)</script> [x](javascript:y) inv\u202Efdp.exe\r\nsecond";
  Document document = sample(hostile);
  document.title = document.banner = document.footer = hostile;
  document.head = Facts{{{hostile, hostile}}};
  document.blocks.push_back(Table{{hostile}, {{hostile}}});
  document.blocks.push_back(Heading{hostile});
  document.blocks.push_back(Note{hostile});
  const std::string markdown = to_markdown(document);
  const std::string html = to_html(document, "");
  for (const std::string& text : {markdown, html}) {
    for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << int{c};
    EXPECT_FALSE(text.contains("\u202E"));
    EXPECT_THAT(text, HasSubstr("\\x1b"));
    EXPECT_FALSE(text.contains("<script>"));
  }
  EXPECT_THAT(html, HasSubstr("\\x1b]0;owned\\x07&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_FALSE(markdown.contains("[x](javascript"));
  EXPECT_THAT(markdown, HasSubstr("fdp.exe second\n")) << "a title is one line";
}

TEST(D_8_LocalTime, shows_the_readers_zone) {
  const Timestamp time = *parse_time("2026-07-01T15:30:59Z");
  EXPECT_EQ(local_time(time, "Asia/Tokyo", Grain::minute), "2026-07-02 00:30");
  EXPECT_EQ(local_time(time, "Asia/Tokyo", Grain::day), "2026-07-02");
  EXPECT_EQ(local_time(time, "Europe/Berlin", Grain::minute), "2026-07-01 17:30");
  EXPECT_EQ(local_time(time, "UTC", Grain::minute), "2026-07-01 15:30");
  EXPECT_TRUE(is_zone("Asia/Tokyo"));
  EXPECT_FALSE(is_zone("Mars/Olympus"));
  EXPECT_FALSE(is_zone(""));
}

TEST(D_8_ReportCatalog, names_the_mistake_in_a_template) {
  auto texts = std::make_shared<const Texts>(*Texts::load(YAGURA_SOURCE_DIR "/catalog/i18n"));
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("yagura-reports-" + to_hex(random_bytes(8)));
  std::filesystem::copy(YAGURA_SOURCE_DIR "/catalog/reports", folder);
  ASSERT_TRUE(ReportCatalog::load(folder, texts));
  const std::string head =
      "edition: internal\ntitle: reports.internal.title\nbanner: reports.internal.banner\nsensitivity: secret\ngrain: "
      "minute\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {head + "sections: []\n", "'sections' is empty"},
      {head + "colour: red\nsections: []\n", "'colour' is not understood"},
      {head + "sections:\n  - {heading: no.such.text, text: summary}\n", "no text 'no.such.text'"},
      {head + "sections:\n  - {heading: reports.section.tasks, table: task, columns: [at]}\n", "'task' is no table"},
      {head + "sections:\n  - {heading: reports.section.tasks, table: tasks, columns: [colour]}\n",
       "no text 'reports.column.colour'"},
      {"edition: secret\n", "internal or external"}};
  for (const auto& [text, words] : cases) {
    std::ofstream(folder / "internal.yaml", std::ios::binary) << text;
    const auto catalog = ReportCatalog::load(folder, texts);
    ASSERT_FALSE(catalog) << text;
    EXPECT_THAT(catalog.error().what, HasSubstr(words));
    EXPECT_GT(catalog.error().line, 0);
  }
  std::filesystem::remove_all(folder);
}

TEST(Blank, ends_texts_at_wide_and_no_break_spaces_too) {
  EXPECT_EQ(trim_blank("　 \n\u00A0 調査中 　"), "調査中");
  EXPECT_EQ(trim_blank("　\u00A0\t"), "");
}

TEST(ReasonText, speaks_the_readers_language_and_never_shows_a_code_alone) {
  const Texts texts = *Texts::load(YAGURA_SOURCE_DIR "/catalog/i18n");
  const ledger::Reason task{"response.close.task_open",
                            "",
                            "message",
                            "",
                            {{"task", "TSK-2026-0001"}, {"what_ja", "隔離"}, {"what_en", "Isolate"}}};
  EXPECT_THAT(reason_text(texts, Lang::ja, task), HasSubstr("「隔離」"));
  EXPECT_THAT(reason_text(texts, Lang::en, task), HasSubstr("\"Isolate\""));
  EXPECT_EQ(reason_text(texts, Lang::ja, {"no.such.code", "", "the message", "", {}}), "the message");
}

}  // namespace
}  // namespace yagura::desks::response
