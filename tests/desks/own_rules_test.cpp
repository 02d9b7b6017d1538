// Rules that the organisation writes: in force when the command returns, out of force as quietly, never half.
#include "desks/tooling/own_rules.hpp"

#include <fstream>

#include "detect/rule_loader.hpp"
#include "fixture.hpp"

namespace yagura::desks::testing {
namespace {

namespace fs = std::filesystem;
using tooling::RuleDesk;
using tooling::RuleFiles;
using tooling::RuleText;

std::string rule(const std::string& id, const std::string& image, const std::string& title = "Dump") {
  return "title: " + title + "\nid: " + id +
         "\nlevel: high\nlogsource: {product: windows, category: process_creation}\ndetection:\n  s: {Image|endswith: "
         "'" +
         image + "'}\n  condition: s\n";
}

class OwnRules : public DesksTest {
 protected:
  OwnRules() : files(folder / "rules") {
    taxonomy = std::make_shared<const detect::Taxonomy>(*detect::Taxonomy::load(catalog / "sigma"));
    fs::create_directories(folder / "shipped");
    std::ofstream(folder / "shipped/one.yml") << rule("shipped-1", "\\a.exe", "Shipped");
    start();
  }

  /// As the house does when it opens.
  void start() {
    ASSERT_TRUE(RuleDesk::lay_out(*ledger, files));
    loader = std::make_unique<detect::RuleLoader>(std::vector<fs::path>{folder / "shipped", folder / "rules"}, taxonomy,
                                                  detect::LoadOptions{{}, {}, folder / "rules"});
    report = loader->load();
    desk = std::make_unique<RuleDesk>(*ledger, files, taxonomy,
                                      tooling::RuleBench{[this] { return report = loader->reload(report); },
                                                         [](const std::string&, const std::string& samples) {
                                                           return samples.contains("bad")
                                                                      ? std::vector<std::string>{"must_match 1"}
                                                                      : std::vector<std::string>{};
                                                         }});
  }

  std::vector<std::string> in_force() const {
    std::vector<std::string> out;
    for (const auto& one : report.rules->shared_rules()) out.push_back(one->head().id);
    for (uint32_t i = 0; i < report.rules->correlations().size(); ++i)
      out.push_back(report.rules->correlations().definition(i).id);
    return out;
  }

  RuleFiles files;
  std::shared_ptr<const detect::Taxonomy> taxonomy;
  std::unique_ptr<detect::RuleLoader> loader;
  detect::LoadReport report;
  std::unique_ptr<RuleDesk> desk;
  ledger::Actor sato = person("sato", {"handler"});
};

TEST_F(OwnRules, are_in_force_when_the_command_returns_and_the_journal_says_why) {
  const Record made = ok(desk->put(sato, {rule("own-1", "\\b.exe"), ""}, "A dump was seen"));
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1", "own-1"));
  EXPECT_EQ(text_at(made.body, "title"), "Dump");
  EXPECT_EQ(texts_at(made.body, "rule_ids"), std::vector<std::string>{"own-1"});
  ledger::FactQuery query;
  query.kinds = {"rule.put_in_force"};
  const auto facts = ok(ledger->facts(query));
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].actor, "user:sato");
  EXPECT_EQ(text_at(facts[0].body, "why"), "A dump was seen");

  const Record out = ok(desk->withdraw(sato, made.id, "Too loud"));
  EXPECT_EQ(out.state, "withdrawn");
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1"));
  EXPECT_FALSE(fs::exists(files.file_of(made.id)));
  EXPECT_TRUE(ok(desk->restore(sato, made.id, "Quieter now")).state == "in_force");
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1", "own-1"));
}

TEST_F(OwnRules, that_are_broken_are_refused_with_their_place_and_nothing_changes) {
  const auto broken =
      desk->put(sato, {"title: x\nlogsource: {category: dns}\ndetection: {s: {a: 1}, condition: t}\n", ""}, "w");
  ASSERT_FALSE(broken);
  ASSERT_FALSE(broken.error().reasons.empty());
  EXPECT_THAT(broken.error().reasons[0].code, ::testing::StartsWith("tooling.rule.rejected"));
  EXPECT_EQ(broken.error().reasons[0].args.at("line"), "3");
  EXPECT_EQ(reason_text(*texts, Lang::ja, broken.error().reasons[0]).find("3行"), 0U);
  const auto nothing = desk->put(sato, {"# only words\n", ""}, "w");
  ASSERT_FALSE(nothing);
  const auto failing = desk->put(sato, {rule("own-1", "\\b.exe"), "bad"}, "w");
  ASSERT_FALSE(failing);
  EXPECT_EQ(failing.error().reasons[0].code, "tooling.rule.sample_failed");
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1"));
  EXPECT_TRUE(fs::is_empty(folder / "rules"));
  ledger::RecordQuery query;
  query.type = "own_rule";
  EXPECT_EQ(ok(ledger->count(query)), 0);
}

TEST_F(OwnRules, of_two_people_the_second_is_told_and_the_first_ones_text_stays) {
  const Record made = ok(desk->put(sato, {rule("own-1", "\\b.exe"), ""}, "w"));
  ok(desk->replace(sato, {made.id, made.version}, {rule("own-1", "\\first.exe"), ""}, "w"));
  const auto second = desk->replace(sato, {made.id, made.version}, {rule("own-1", "\\second.exe"), ""}, "w");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  EXPECT_TRUE(files.read(made.id)->yaml.contains("first.exe"));
  // An id that another of our own has is taken; nothing changes.
  ok(desk->put(sato, {rule("own-2", "\\b.exe"), ""}, "w"));
  const auto twice = desk->replace(sato, made.id, {rule("own-2", "\\x.exe"), ""}, "w");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().reasons[0].args.at("rule_code"), "sigma.rule.duplicate_id");
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1", "own-1", "own-2"));
}

TEST_F(OwnRules, take_the_place_of_shipped_ones_as_long_as_they_are_in_force) {
  const Record tuned = ok(desk->put(sato, {rule("shipped-1", "\\tuned.exe", "Tuned"), ""}, "Less noise"));
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1"));
  EXPECT_EQ(report.rules->rule(0).title, "Tuned");
  ASSERT_EQ(report.set_aside.size(), 1U);
  EXPECT_EQ(report.set_aside[0].code, "rules.replaced");
  EXPECT_TRUE(report.rejected.empty());
  // What is our own is taken out by its own record.
  EXPECT_FALSE(desk->withdraw_shipped(sato, "shipped-1", "w"));
  ok(desk->withdraw(sato, tuned.id, "The shipped one is better now"));
  EXPECT_EQ(report.rules->rule(0).title, "Shipped");
  EXPECT_TRUE(report.set_aside.empty());
}

TEST_F(OwnRules, may_be_corrections_of_shipped_correlations) {
  std::ofstream(folder / "shipped/many.yml")
      << "title: Many\nid: many-1\nlevel: high\ncorrelation: {type: event_count, rules: [shipped-1], group-by: [User], "
         "timespan: 5m, condition: {gte: 3}}\n";
  start();
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1", "many-1"));
  ok(desk->put(sato,
               {"title: Fewer\nid: many-1\nlevel: high\ncorrelation: {type: event_count, rules: [shipped-1], group-by: "
                "[User], timespan: 5m, condition: {gte: 9}}\n",
                ""},
               "w"));
  ASSERT_EQ(report.rules->correlations().size(), 1U);
  EXPECT_EQ(report.rules->correlations().definition(0).title, "Fewer");
  // What the correlation asks for stays in force.
  const auto refused = desk->withdraw_shipped(sato, "shipped-1", "w");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reasons[0].args.at("rule_code"), "sigma.correlation.rule_unknown");
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1", "many-1"));
  EXPECT_TRUE(report.rejected.empty());
}

TEST_F(OwnRules, of_others_are_taken_out_of_force_and_put_back_and_the_journal_says_why) {
  const Record out = ok(desk->withdraw_shipped(sato, "shipped-1", "Our scanner does this daily"));
  EXPECT_EQ(out.state, "out_of_force");
  EXPECT_EQ(text_at(out.body, "title"), "Shipped");
  EXPECT_TRUE(in_force().empty());
  ASSERT_EQ(report.set_aside.size(), 1U);
  EXPECT_EQ(report.set_aside[0].code, "rules.out_of_force");
  EXPECT_FALSE(desk->withdraw_shipped(sato, "shipped-1", "again"));
  EXPECT_FALSE(desk->withdraw_shipped(sato, "nobody", "w"));
  EXPECT_FALSE(desk->withdraw_shipped(person("ito", {"analyst"}), "shipped-1", "w"));
  start();  // it stays out when the house opens again
  EXPECT_TRUE(in_force().empty());

  ok(desk->restore_shipped(sato, out.id, "The scanner is excluded now"));
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1"));
  const Record again = ok(desk->withdraw_shipped(sato, "shipped-1", "Too loud after all"));
  EXPECT_EQ(again.id, out.id) << "one record a rule";
  // A version of our own has the place of what is out of force.
  ok(desk->put(sato, {rule("shipped-1", "\\tuned.exe", "Tuned"), ""}, "w"));
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1"));

  ledger::FactQuery query;
  query.subject = out.id.value;
  query.kinds = {"rule.*"};
  std::vector<std::string> whys;
  for (const auto& fact : ok(ledger->facts(query))) whys.push_back(fact.kind + ": " + text_at(fact.body, "why"));
  EXPECT_THAT(whys, ::testing::ElementsAre("rule.taken_out_of_force: Our scanner does this daily",
                                           "rule.put_in_force: The scanner is excluded now",
                                           "rule.taken_out_of_force: Too loud after all"));
}

TEST_F(OwnRules, may_ask_for_others_and_what_others_ask_for_stays) {
  const Record base = ok(desk->put(sato, {rule("own-1", "\\b.exe"), ""}, "w"));
  ok(desk->put(
      sato,
      {"title: Many\nid: many-1\nlevel: high\ncorrelation: {type: event_count, rules: [own-1], group-by: [User], "
       "timespan: 5m, condition: {gte: 3}}\n",
       ""},
      "w"));
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1", "own-1", "many-1"));
  const auto refused = desk->withdraw(sato, base.id, "w");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reasons[0].args.at("rule_code"), "sigma.correlation.rule_unknown");
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1", "own-1", "many-1"));
  const auto nobody = desk->put(sato,
                                {"title: M\nid: m-2\nlevel: high\ncorrelation: {type: event_count, rules: [nobody], "
                                 "group-by: [User], timespan: 5m, condition: {gte: 3}}\n",
                                 ""},
                                "w");
  EXPECT_FALSE(nobody);
}

TEST_F(OwnRules, are_made_again_from_their_records) {
  const Record made = ok(desk->put(sato, {rule("own-1", "\\b.exe"), "must_match: []"}, "w"));
  fs::remove_all(folder / "rules");
  fs::create_directories(folder / "rules");
  std::ofstream(folder / "rules/ORU-2099-0001.yml") << rule("stray-1", "\\s.exe");
  start();
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1", "own-1"));
  EXPECT_EQ(files.read(made.id)->samples, "must_match: []");
  EXPECT_TRUE(fs::exists(folder / "rules/ORU-2099-0001.yml.stray"));
}

TEST_F(OwnRules, are_for_those_who_may) {
  const auto refused = desk->put(person("ito", {"analyst"}), {rule("own-1", "\\b.exe"), ""}, "w");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::forbidden);
  const auto no_why = desk->put(sato, {rule("own-1", "\\b.exe"), ""}, "");
  ASSERT_FALSE(no_why);
  EXPECT_THAT(codes(no_why.error().reasons), ::testing::Contains("field.missing"));
  EXPECT_THAT(in_force(), ::testing::ElementsAre("shipped-1"));
}

}  // namespace
}  // namespace yagura::desks::testing
