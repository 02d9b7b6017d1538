#include "base/yaml.hpp"

#include <gtest/gtest.h>

namespace yagura {
namespace {

std::string refusal(const std::string& text) {
  const auto parsed = parse_yaml(text, "f.yaml");
  return parsed ? "read" : to_text(parsed.error());
}

TEST(Yaml, commas_behind_a_document_end_the_reading) {
  // Without the watch, each of these never ends.
  for (const char* text : {",\n", "%YAML 1.2\n,", "[a] ,", "\"a\" ,", "{a: b}, {c: d}\n", "!t ,", "&a ,",
                           "a: 1\n---\n,", "---\n  ,\n", "%m$\n,", "a: b\n---\n[x]\n,"})
    EXPECT_NE(refusal(text), "read") << text;
  for (const char* text : {"a: 1, 2\n", "- a, b\n", "{a: b, c: [d, e]}\n", "--- {a: b}\n--- {c: d}\n", "a, b\n",
                           "'a, b'\n", "a: >\n  x,\n  , y\n", "# only\n", ""})
    EXPECT_EQ(refusal(text), "read") << text;
}

TEST(Yaml, aliases_may_not_multiply_without_end) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string under = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + under + ", " + under + ", " + under + ", " +
            under + ", " + under + ", " + under + "]\n";
  }
  EXPECT_TRUE(refusal(text).find("[yaml.too_many_nodes]") != std::string::npos) << refusal(text);
}

}  // namespace
}  // namespace yagura
