#include "base/yaml_tree.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/yaml.hpp"

namespace yagura {
namespace {

namespace fs = std::filesystem;

/// What yaml-cpp makes of a text that read_plain accepts; says so when it refuses or sees several documents.
std::string by_yaml_cpp(const std::string& text) {
  const auto documents = parse_yaml(text, "f.yaml");
  if (!documents) return to_text(documents.error());
  if (documents->size() != 1) return "documents: " + std::to_string(documents->size());
  return YamlTree::from_yaml_cpp(documents->front()).dump();
}

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// How many of the folder's files are plain; each of these must read as yaml-cpp reads it.
size_t compare_folder(const fs::path& folder, size_t& files) {
  size_t plain = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".yml") && !name.ends_with(".yaml")) continue;
    ++files;
    const std::string text = contents(entry.path());
    const auto tree = YamlTree::read_plain(text);
    if (!tree) continue;
    ++plain;
    EXPECT_EQ(tree->dump(), by_yaml_cpp(text)) << entry.path();
  }
  return plain;
}

TEST(YamlTree, plain_reading_is_what_yaml_cpp_reads) {
  const char* texts[] = {
      "a: b\n",
      "---\na: b\n",
      "# first\n\na: b # behind\n\n  # deeper\nc:   d\n",
      "a:\n  b: c\n  d:\n    - e\n    - f g  \n  h: i\nj: k\n",
      "a:\n- b\n- c\nd: e\n",
      "- a\n- b: c\n  d: e\n-   f: g\n    h:\n      - i\n",
      "a: it's\nb: 'it''s'\nc: \"say \\\"x\\\" \\\\ y\"\nd: '#no'\ne: x#no\nf: http://x/?a=b\n",
      "a: |\n  one\n   two\n\n  three\n\nb: |-\n    x\nc: |+\n  y\n\n\nd: z\n",
      "a: one\n  two\n\n\n  three\nb: - x\n",
      "a: one\n  two\n\n\n  three\nb: -x\n",
      "a: ~\nb: null\nc: 'null'\nd: NULL\n",
      "'|all':\n  - a\n\"b\": c\n",
      "a:\n  - 'x' # one\n  # two\n  - y\n",
      "  a: b\n  c: d\n",
      "a: ほげ\n漢字: 'x'\nb: é\n",
      "a: |\n  日本\n   #x\n  - y: z\n",
      "- |\n  a\n- b\n",
      "a: b\n...\n",
      "a b c: d\n-e: f\n",
  };
  size_t plain = 0;
  for (const char* text : texts)
    if (const auto tree = YamlTree::read_plain(text)) {
      ++plain;
      EXPECT_EQ(tree->dump(), by_yaml_cpp(text)) << text;
    }
  EXPECT_GE(plain, 15U);
}

TEST(YamlTree, what_could_be_a_mistake_is_left_to_yaml_cpp) {
  for (const char* text :
       {"",          "a: b",          "a: b\na: c\n",      "a: 'b\n",     "a: b: c\n",   "a:\n  b: c\n d: e\n",
        "a: &x b\n", "a: *x\n",       "a: !t b\n",         "a: [b]\n",    "a: {b: c}\n", "a:\tb\n",
        "a: b\r\n",  "a:\nb: c\n",    "a: b\n---\nc: d\n", "a: @b\n",     "? a\n: b\n",  "a: \"\\x41\"\n",
        "- - a\n",   "a: |2\n   b\n", "a: >\n  b\n",       "just text\n", "~: b\n",      "a: b\n- c\n"})
    EXPECT_FALSE(YamlTree::read_plain(text)) << text;
}

TEST(YamlTree, finds_keys_items_and_marks) {
  const auto tree = YamlTree::read_plain("a:\n  - x\n  - 'y'\nb: null\n");
  ASSERT_TRUE(tree);
  const YamlNode root = tree->root();
  EXPECT_EQ(root.size(), 2U);
  EXPECT_FALSE(root["c"].is_defined());
  EXPECT_TRUE(root["b"].is_null());
  const YamlNode list = root["a"];
  ASSERT_TRUE(list.is_sequence());
  EXPECT_EQ(list.size(), 2U);
  const YamlNode first = *list.begin();
  EXPECT_EQ(first.text(), "x");
  EXPECT_TRUE(first.is_plain());
  EXPECT_EQ(first.line(), 2);
  EXPECT_EQ(first.column(), 5);
  EXPECT_FALSE((*++list.begin()).is_plain());
  EXPECT_EQ(YamlNode().size(), 0U);
  EXPECT_TRUE(YamlNode().begin() == YamlNode().end());
}

TEST(YamlTree, an_alias_spelled_out_takes_its_text_once) {
  std::string text = "a: &a " + std::string(100'000, 'x') + "\nb: [";
  for (int i = 0; i < 1000; ++i) text += "*a,";
  const auto documents = parse_yaml(text + "x]\n", "f.yaml");
  ASSERT_TRUE(documents);
  const YamlTree tree = YamlTree::from_yaml_cpp(documents->front());
  EXPECT_EQ(tree.root()["b"].size(), 1001U);
  EXPECT_EQ((*tree.root()["b"].begin()).text().data(), tree.root()["a"].text().data());
}

TEST(YamlTree, the_catalogue_reads_the_same_both_ways) {
  size_t files = 0;
  compare_folder(fs::path(YAGURA_SOURCE_DIR) / "catalog", files);
  EXPECT_GT(files, 100U);
}

TEST(YamlTree, public_rules_are_nearly_all_plain) {
  const char* given = std::getenv("YAGURA_SHARED_DATA");
  const fs::path data = given ? fs::path(given) : fs::path(YAGURA_SOURCE_DIR) / "../shared/data";
  if (!fs::is_directory(data / "sigma/rules")) GTEST_SKIP() << "no shared data at " << data;
  size_t files = 0;
  const size_t plain = compare_folder(data / "sigma", files);
  EXPECT_GT(plain * 100, files * 95) << plain << " of " << files;
}

}  // namespace
}  // namespace yagura
