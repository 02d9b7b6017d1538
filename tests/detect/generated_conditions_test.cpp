// Rules with whole conditions, made at random over every kind of question, and events whose values are long, begin
// alike and come in ever new combinations: both evaluators must agree in every setting.
#include <gtest/gtest.h>

#include <random>

#include "agreement.hpp"
#include "base/yaml.hpp"
#include "events.hpp"
#include "semantics.hpp"

namespace yagura::detect::test {
namespace {

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {
    for (int i = 0; i < 5; ++i) beginnings_.push_back(letters(100 + below(120)));
  }

  size_t below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  bool chance(size_t percent) { return below(100) < percent; }

  std::string rule(size_t number) {
    std::string out =
        "---\ntitle: t\nid: rule-" + std::to_string(number) + "\nlogsource: {product: test}\ndetection:\n";
    const size_t selections = 1 + below(4);
    for (size_t i = 0; i < selections; ++i) out += "  s" + std::to_string(i) + selection();
    return out + "  condition: " + condition(selections, 3) + "\n";
  }

  void add_event(event::Batch& batch) {
    std::vector<Given> fields{{"logsource.product", "test"}};
    for (const char* name : {"f", "f", "g", "h", "n", "odd name", "Channel"}) {
      if (chance(30)) continue;
      if (chance(8))
        fields.push_back({name, "", event::Kind::null});
      else if (*name == 'n')
        fields.push_back({name, number(), chance(20) ? event::Kind::boolean : event::Kind::integer});
      else
        fields.push_back({name, value()});
    }
    // Equal values of two fields, or of which one begins or ends the other.
    if (chance(30)) fields.push_back({"g", fields.back().text});
    if (chance(10)) fields.push_back({"h", fields.back().text.substr(0, below(9))});
    std::ranges::shuffle(fields, random_);
    event::Event& event = test::add_event(batch, fields, chance(20) ? "lines" : "json");
    if (chance(50)) event.channel = batch.arena().copy(letters(2));
    if (chance(50)) event.event_id = static_cast<int64_t>(below(4));
    if (chance(30)) event.raw = batch.arena().copy(value());
  }

 private:
  /// Long ones share beginnings; the pool is small, so that values and their classes come back.
  std::string value() {
    if (chance(30)) return letters(1 + below(3));
    const std::string& beginning = beginnings_[below(beginnings_.size())];
    std::string out = beginning.substr(0, chance(50) ? beginning.size() : below(beginning.size()));
    return chance(30) ? out : out + letters(below(60));
  }

  std::string letters(size_t size) {
    static const char* alphabet[] = {"a", "b", "A", "k", "\xE2\x84\xAA", "\xC5\xBF", "s", "-", "1", "^", "x", ".", " "};
    std::string out;
    for (size_t i = 0; i < size; ++i) out += alphabet[below(std::size(alphabet))];
    return out;
  }

  /// What often stands in values, blocks of beginnings parting it or not.
  std::string piece() {
    if (chance(40)) return letters(1 + below(3));
    const std::string& from = beginnings_[below(beginnings_.size())];
    const size_t first = below(from.size() - 1);
    size_t end = std::min(from.size(), first + 1 + below(chance(30) ? 40 : 6));
    const auto inside = [&](size_t at) { return at < from.size() && (from[at] & 0xC0) == 0x80; };
    size_t start = first;
    while (inside(start)) ++start;
    while (inside(end)) ++end;
    return end > start ? from.substr(start, end - start) : "a";
  }

  std::string number() { return std::to_string(below(6)) + (chance(20) ? ".0" : chance(20) ? ".5" : ""); }

  std::string question() {
    static const char* chains[] = {"|contains",        "|startswith", "|endswith",       "",
                                   "|cased",           "|contains",   "|contains|cased", "|contains|windash",
                                   "|startswith|cased"};
    static const char* regexes[] = {"a[bx]s",    "[ak]{3}1",   "\\^x",        "(ab|x-)1+",  "b.*q?k", "^b",
                                    "(?i)k[sx]", "[ab][12k]-", "[^a]\\.$",    "^$",         "\\^",    "\\s1|\\^[xs1b]",
                                    "(?i)S{2}",  "x+\\.",      "(a|b)(k|s)1", "[ab1k]-?\\^"};
    static const char* fields[] = {"f", "f", "g", "h", "oddname", "odd_name", "Channel"};
    const std::string field = fields[below(std::size(fields))];
    switch (below(12)) {
      case 0:
      case 1:
        return field + "|re: '" + regexes[below(std::size(regexes))] + "'";
      case 2:
        return field + "|fieldref" +
               (chance(50) ? "" : std::vector{"|startswith", "|endswith", "|contains"}[below(3)]) + ": " +
               fields[below(std::size(fields))];
      case 3:
        return field + "|exists: " + (chance(50) ? "true" : "false");
      case 4:
        return field + ": null";
      case 5:
        return std::string("n") + std::vector{"", "|gt", "|gte", "|lt", "|lte"}[below(5)] + ": " + number();
      case 6:
        return chance(50) ? "EventID: " + std::to_string(below(4)) : "n|neq: " + number();
      default: {
        std::string out = field + chains[below(std::size(chains))] + (chance(10) ? "|neq" : "") + ":";
        for (size_t n = 1 + below(3); n > 0; --n)
          out += "\n      - '" + piece() + (chance(10) ? "*" + piece() : "") + (chance(5) ? "?" : "") + "'";
        return out;
      }
    }
  }

  std::string selection() {
    if (chance(8)) return ":\n    - '" + piece() + "'\n    - '" + piece() + "'\n";
    std::string out = ":\n";
    std::vector<std::string> keys;
    for (size_t n = 1 + below(2); n > 0; --n) {
      const std::string one = question();
      const std::string key = one.substr(0, one.find(':'));
      if (std::ranges::find(keys, key) != keys.end()) continue;
      keys.push_back(key);
      out += "    " + one + "\n";
    }
    return out;
  }

  std::string condition(size_t selections, int depth) {
    const auto one = [&] { return "s" + std::to_string(below(selections)); };
    switch (depth == 0 ? 0 : below(7)) {
      case 1:
        return "not " + condition(selections, depth - 1);
      case 2:
      case 3:
        return "(" + condition(selections, depth - 1) + " and " + condition(selections, depth - 1) + ")";
      case 4:
        return "(" + condition(selections, depth - 1) + " or " + condition(selections, depth - 1) + ")";
      case 5:
        return chance(50) ? "1 of s*" : "all of s*";
      default:
        return one();
    }
  }

  std::mt19937_64 random_;
  std::vector<std::string> beginnings_;
};

class GeneratedConditions : public testing::TestWithParam<uint64_t> {};

TEST_P(GeneratedConditions, both_evaluators_agree) {
  Generator generator(GetParam());
  constexpr size_t rules = 120;
  std::string yaml;
  for (size_t i = 0; i < rules; ++i) yaml += generator.rule(i);
  const LoadReport report = RuleSet::load_text(yaml, "generated.yml", taxonomy());
  for (const Rejection& rejection : report.rejected) ADD_FAILURE() << to_text(rejection) << yaml;
  oracle::Oracle oracle(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  const auto documents = parse_yaml(yaml, "generated.yml");
  ASSERT_TRUE(documents);
  for (const YAML::Node& document : *documents) {
    std::string why;
    if (document.IsMap()) {
      ASSERT_TRUE(oracle.add(document, &why)) << why << yaml;
    }
  }
  event::Batch batch;
  batch.source = "generated";
  for (int i = 0; i < 400; ++i) generator.add_event(batch);
  Agreement agreement;
  EverySetting settings(report.rules, nullptr);
  for (int pass = 0; pass < 2; ++pass) settings.compare(oracle, batch, agreement);
  for (const std::string& difference : agreement.differences) ADD_FAILURE() << difference;
  EXPECT_GT(agreement.matches, agreement.events * 2);
  EXPECT_LT(agreement.matches, agreement.events * rules * 3 / 4);
}

INSTANTIATE_TEST_SUITE_P(Seeds, GeneratedConditions, testing::Range<uint64_t>(1, 25));

/// What the classes of the values leave open is asked of each event: its classes alone would tell the same of all.
TEST(Matcher, asks_what_is_left_of_a_condition_of_every_event) {
  for (const char* condition : {"s", "not s", "a and s", "a and not s", "a or s", "(a or s) and not (b and s)"}) {
    OneRule rule(std::string("  a: {f|contains: long}\n  b: {g|contains: text}\n  s: {f|fieldref|endswith: g}\n"
                             "  condition: ") +
                 condition + "\n");
    for (const char* f : {"a long text", "text", "long"})
      for (const char* g : {"text", "TEXT", "ext", "g", ""}) rule.holds({{"f", f}, {"g", g}});
  }
  const LoadReport report = RuleSet::load_text(
      "title: t\nid: t\nlogsource: {product: test}\ndetection:\n  a: {f|contains: x}\n  s: {f|fieldref: g}\n"
      "  condition: a and not s\n",
      "test.yml", taxonomy());
  MatcherOptions options;
  options.always_memo = true;
  Matcher matcher(report.rules, nullptr, options);
  for (int i = 0; i < 200; ++i) {
    event::Batch batch;
    const std::string f = "x" + std::to_string(i);
    add_event(batch, {{"logsource.product", "test"}, {"f", f}, {"g", i % 3 == 0 ? f : "x"}});
    std::vector<Match> matches;
    matcher.match(batch, matches);
    EXPECT_EQ(matches.size(), i % 3 == 0 ? 0U : 1U) << i;
  }
}

TEST(Matcher, compares_fields_whose_case_differs_in_size) {
  OneRule same = item("a|fieldref: b");
  EXPECT_TRUE(same.holds({{"a", "Kiwi"}, {"b", "\xE2\x84\xAAIWI"}}));
  EXPECT_TRUE(same.holds({{"a",
                           "\xC5\xBF"
                           "et"},
                          {"b", "SET"}}));
  EXPECT_FALSE(same.holds({{"a", "set"}, {"b", "sett"}}));
  EXPECT_FALSE(same.holds({{"a",
                            "\xC5\xBF"
                            "et"},
                           {"b", "sett"}}));
  OneRule cased = item("a|fieldref|cased: b");
  EXPECT_FALSE(cased.holds({{"a", "Kiwi"}, {"b", "\xE2\x84\xAAIWI"}}));
  EXPECT_TRUE(cased.holds({{"a", "Kiwi"}, {"b", "Kiwi"}}));
}

}  // namespace
}  // namespace yagura::detect::test
