// Rules and values made at random from a small alphabet, hundreds of rules over one field at once: what fits by
// construction must fire, and on everything (near misses above all) both evaluators must agree.
#include <gtest/gtest.h>

#include <random>

#include "agreement.hpp"
#include "base/yaml.hpp"
#include "events.hpp"

namespace yagura::detect::test {
namespace {

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  size_t below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  bool chance(size_t percent) { return below(100) < percent; }

  std::string letters(size_t most) {
    static const char* alphabet[] = {"a", "b", "B", "é", "É", "-", "/", "–", "\\", ".", "x", "Σ", "日", "1", " "};
    std::string out;
    for (size_t n = below(most + 1); n > 0; --n) out += alphabet[below(std::size(alphabet))];
    return out;
  }

  /// A Sigma string, quoted for YAML.
  struct Sigma {
    std::string written;
    std::string example;  // a value that it fits
  };
  Sigma sigma_string(bool wildcards) {
    Sigma out;
    for (size_t n = 1 + below(4); n > 0; --n) {
      const std::string plain = letters(7);
      for (const char c : plain) out.written += c == '\\' ? "\\\\" : std::string(1, c);
      out.example += plain;
      if (!wildcards || n == 1) continue;
      switch (below(5)) {
        case 0:
          out.written += '*';
          out.example += letters(5);
          break;
        case 1:
          out.written += '?';
          out.example += chance(50) ? "日" : "q";
          break;
        case 2:
          out.written += "\\*";
          out.example += '*';
          break;
        default:
          break;
      }
    }
    return out;
  }

  std::string mutated(std::string text) {
    if (text.empty()) return letters(3);
    switch (below(4)) {
      case 0:
        text.insert(below(text.size() + 1), letters(2));
        break;
      case 1:
        text.erase(below(text.size()), 1);  // may leave ill-formed bytes: events do too
        break;
      case 2:
        text[below(text.size())] = static_cast<char>("ab-/\\.BX"[below(8)]);
        break;
      default:
        text += letters(3);
    }
    return text;
  }

 private:
  std::mt19937_64 random_;
};

struct Made {
  std::string yaml;
  std::vector<std::pair<std::string, std::string>> must_fire;  // rule id, value
  std::vector<std::string> values;
};

Made make(Generator& generator, size_t rules) {
  static const char* chains[] = {"",          "|contains",         "|startswith",       "|endswith",
                                 "|cased",    "|contains|cased",   "|windash",          "|contains|windash",
                                 "|contains", "|endswith|windash", "|startswith|cased", "|windash|endswith"};
  Made out;
  for (size_t i = 0; i < rules; ++i) {
    const std::string id = "rule-" + std::to_string(i);
    const std::string chain = chains[generator.below(std::size(chains))];
    const bool negate = generator.chance(15);
    out.yaml += "---\ntitle: t\nid: " + id + "\nlogsource: {product: test}\ndetection:\n  s:\n    f" + chain +
                (negate ? "|neq" : "") + ":\n";
    for (size_t n = 1 + generator.below(3); n > 0; --n) {
      const auto sigma = generator.sigma_string(generator.chance(60));
      out.yaml += "      - '" + sigma.written + "'\n";
      std::string value = sigma.example;
      if (chain.find("contains") != std::string::npos || chain.find("endswith") != std::string::npos)
        value = generator.letters(4) + value;
      if (chain.find("contains") != std::string::npos || chain.find("startswith") != std::string::npos)
        value += generator.letters(4);
      if (!negate) out.must_fire.emplace_back(id, value);
      out.values.push_back(value);
      out.values.push_back(generator.mutated(value));
      out.values.push_back(generator.mutated(generator.mutated(value)));
    }
    out.yaml += "  condition: s\n";
  }
  return out;
}

class Generated : public testing::TestWithParam<uint64_t> {};

TEST_P(Generated, rules_fire_on_what_fits_and_both_evaluators_agree) {
  Generator generator(GetParam());
  const Made made = make(generator, 150);
  const LoadReport report = RuleSet::load_text(made.yaml, "generated.yml", taxonomy());
  for (const Rejection& rejection : report.rejected) ADD_FAILURE() << to_text(rejection) << made.yaml;
  oracle::Oracle oracle(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  const auto documents = parse_yaml(made.yaml, "generated.yml");
  ASSERT_TRUE(documents);
  for (const YAML::Node& document : *documents)
    if (document.IsMap()) {
      ASSERT_TRUE(oracle.add(document));
    }

  event::Batch batch;
  batch.source = "generated";
  for (const auto& [id, value] : made.must_fire) add_event(batch, {{"logsource.product", "test"}, {"f", value}});
  for (const std::string& value : made.values) add_event(batch, {{"logsource.product", "test"}, {"f", value}});
  Matcher matcher(report.rules);
  std::vector<Match> matches;
  matcher.match(batch, matches);
  for (uint32_t i = 0; i < made.must_fire.size(); ++i) {
    const auto fired = [&](const Match& match) {
      return match.event == i && report.rules->rule(match.rule).id == made.must_fire[i].first;
    };
    EXPECT_TRUE(std::ranges::any_of(matches, fired)) << made.must_fire[i].first << " on " << made.must_fire[i].second;
  }
  Agreement agreement;
  EverySetting settings(report.rules, nullptr);
  for (int pass = 0; pass < 2; ++pass) settings.compare(oracle, batch, agreement);
  for (const std::string& difference : agreement.differences) ADD_FAILURE() << difference;
  EXPECT_GT(agreement.matches, 2 * settings.count() * made.must_fire.size());
  EXPECT_LT(agreement.matches, agreement.events * 150);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Generated, testing::Range<uint64_t>(1, 13));

/// The order of rules, other rules beside it and a second thread change nothing.
TEST(Generated, matches_do_not_depend_on_what_else_is_loaded) {
  Generator generator(99);
  const Made made = make(generator, 40);
  const LoadReport together = RuleSet::load_text(made.yaml, "generated.yml", taxonomy());
  event::Batch batch;
  for (const std::string& value : made.values) add_event(batch, {{"logsource.product", "test"}, {"f", value}});
  std::vector<Match> matches;
  Matcher(together.rules).match(batch, matches);
  std::vector<Match> alone;
  const std::vector<std::string_view> documents = [&] {
    std::vector<std::string_view> out;
    for (size_t at = 0; at != std::string::npos;) {
      const size_t next = made.yaml.find("---\n", at + 4);
      out.push_back(std::string_view(made.yaml).substr(at, next - at));
      at = next;
    }
    return out;
  }();
  for (uint32_t i = 0; i < documents.size(); ++i) {
    const LoadReport one = RuleSet::load_text(std::string(documents[i]), "generated.yml", taxonomy());
    std::vector<Match> own;
    Matcher(one.rules).match(batch, own);
    for (const Match& match : own) alone.push_back({i, match.event});
  }
  std::ranges::sort(matches);
  std::ranges::sort(alone);
  EXPECT_EQ(matches, alone);
}

}  // namespace
}  // namespace yagura::detect::test
