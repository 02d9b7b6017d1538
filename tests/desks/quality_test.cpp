#include "desks/governance/quality.hpp"

#include "desks/governance/kappa.hpp"
#include "desks/governance/quality_kind.hpp"
#include "desks/governance/quality_sample.hpp"
#include "fixture.hpp"
#include "ledger/visibility.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Record;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs(std::initializer_list<std::tuple<const char*, const char*, int>> counts) {
  Pairs out;
  for (const auto& [first, second, count] : counts)
    for (int i = 0; i < count; ++i) out.emplace_back(first, second);
  return out;
}

TEST(A_4_Kappa, is_that_of_the_textbooks_example) {
  // 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed 0.7, by chance 0.5.
  const Agreement out =
      agreement_of(pairs({{"yes", "yes", 20}, {"yes", "no", 5}, {"no", "yes", 10}, {"no", "no", 15}}));
  EXPECT_EQ(out.n, 50);
  EXPECT_DOUBLE_EQ(out.observed, 0.7);
  EXPECT_DOUBLE_EQ(out.expected, 0.5);
  ASSERT_TRUE(out.kappa);
  EXPECT_NEAR(*out.kappa, 0.4, 1e-12);
  // Fleiss, Cohen and Everitt by hand: (0.4(0.5-0.33)^2 + 0.3(0.5-0.27)^2 + 0.09(0.1*1.1^2 + 0.2*0.9^2) - 0.05^2)
  // / (50 * 0.5^4) with the shares 0.5/0.5 and 0.6/0.4.
  EXPECT_NEAR(out.standard_error, 0.126996, 1e-6);
  EXPECT_NEAR(out.low, 0.4 - 1.959964 * out.standard_error, 1e-6);
  EXPECT_NEAR(out.high, 0.4 + 1.959964 * out.standard_error, 1e-6);
  EXPECT_EQ(out.undefined, "");
}

TEST(A_4_Kappa, is_one_when_all_agree_and_below_zero_when_they_agree_less_than_by_chance) {
  const Agreement same = agreement_of(pairs({{"a", "a", 5}, {"b", "b", 5}}));
  EXPECT_DOUBLE_EQ(same.kappa.value_or(0), 1);
  EXPECT_DOUBLE_EQ(same.high, 1);
  const Agreement crossed = agreement_of(pairs({{"a", "b", 5}, {"b", "a", 5}}));
  EXPECT_DOUBLE_EQ(crossed.kappa.value_or(0), -1);
  EXPECT_GE(crossed.low, -1);
  // One of the two never varies: no more agreement than by chance, and still defined.
  const Agreement flat = agreement_of(pairs({{"a", "a", 8}, {"a", "b", 2}}));
  EXPECT_NEAR(flat.kappa.value_or(9), 0, 1e-12);
}

TEST(A_4_Kappa, says_why_there_is_none) {
  EXPECT_EQ(agreement_of({}).undefined, "no_items");
  const Agreement one = agreement_of(pairs({{"a", "a", 7}}));
  EXPECT_EQ(one.undefined, "one_category");
  EXPECT_DOUBLE_EQ(one.observed, 1);
  EXPECT_FALSE(one.kappa);
}

std::vector<SampleItem> items(std::initializer_list<std::pair<const char*, int>> strata) {
  std::vector<SampleItem> out;
  for (const auto& [name, count] : strata)
    for (int i = 0; i < count; ++i) out.push_back({std::string(name) + std::to_string(1000 + i), name});
  return out;
}

std::map<char, int> by_stratum(const std::vector<std::string>& ids) {
  std::map<char, int> out;
  for (const std::string& id : ids) ++out[id[0]];
  return out;
}

TEST(A_4_Sample, is_the_same_for_a_seed_and_spread_over_the_strata) {
  const auto all = items({{"a", 60}, {"b", 30}, {"c", 10}});
  const auto drawn = draw_sample(all, 20, 42);
  EXPECT_EQ(by_stratum(drawn), (std::map<char, int>{{'a', 12}, {'b', 6}, {'c', 2}}));
  EXPECT_EQ(drawn, draw_sample(all, 20, 42));
  EXPECT_NE(drawn, draw_sample(all, 20, 43));
  auto turned = all;
  std::ranges::reverse(turned);
  EXPECT_EQ(drawn, draw_sample(turned, 20, 42)) << "the order in which they come does not matter";
  EXPECT_TRUE(std::ranges::is_sorted(drawn));
  EXPECT_EQ(std::set<std::string>(drawn.begin(), drawn.end()).size(), 20U);
  // Held, so that a review can be drawn again years later.
  EXPECT_THAT(draw_sample(items({{"a", 8}}), 3, 7), ::testing::SizeIs(3));
}

TEST(A_4_Sample, takes_one_of_each_as_long_as_there_is_room) {
  EXPECT_EQ(by_stratum(draw_sample(items({{"a", 97}, {"b", 1}, {"c", 2}}), 5, 1)),
            (std::map<char, int>{{'a', 3}, {'b', 1}, {'c', 1}}));
  EXPECT_EQ(draw_sample(items({{"a", 3}, {"b", 3}, {"c", 3}}), 2, 1).size(), 2U);
  EXPECT_EQ(draw_sample(items({{"a", 3}, {"b", 2}}), 50, 1).size(), 5U);
  EXPECT_THAT(draw_sample({}, 5, 1), IsEmpty());
  EXPECT_EQ(draw_sample(items({{"a", 1}, {"b", 1}, {"c", 1}, {"d", 996}}), 4, 9).size(), 4U);
}

class Reviewing : public testing::DesksTest {
 protected:
  Reviewing() {
    install_defaults();
    for (int i = 0; i < 12; ++i)
      close("ws" + std::to_string(i), i % 2 == 0 ? hana : taro, i % 3 == 0 ? "benign" : "false_positive");
    close("ws90", reviewer, "benign");
  }
  void close(const std::string& host, const ledger::Actor& who, const std::string& verdict) {
    ok(triage->take_findings(std::vector{credential_dump(host, format_time(now))}));
    const Record alert = all("alert").back();
    ok(triage->acknowledge(who, alert.id));
    ok(triage->dismiss(who, alert.id, verdict, "確認した"));
  }
  DrawOrder order() const {
    return {.title = "4月のレビュー",
            .kind = "alerts",
            .first_day = "2026-04-01",
            .last_day = "2026-04-30",
            .reviewer = "user:shin",
            .size = 6,
            .seed = 11};
  }
  /// The first verdict of an alert, which the reviewer does not see.
  std::string first(const std::string& id) const { return text_at(get({id}).body, "verdict"); }
  Record judge_all(const Record& review) {
    Record out = review;
    for (const std::string& id : texts_at(review.body, "sample"))
      out = ok(desk.judge(reviewer, review.id, id, first(id), ""));
    return out;
  }

  ledger::Actor hana = person("hana", {"analyst"});
  ledger::Actor taro = person("taro", {"analyst"});
  ledger::Actor reviewer = person("shin", {"analyst"});
  ledger::Actor handler = person("kenji", {"handler"});
  ledger::Actor manager = person("tanaka", {"manager"});
  QualityDesk desk{*ledger};
};

using A_4_Review = Reviewing;

TEST_F(A_4_Review, draws_of_what_was_closed_and_never_the_reviewers_own) {
  const Record review = ok(desk.draw(handler, order()));
  EXPECT_EQ(review.state, "drawn");
  EXPECT_EQ(integer_at(review.body, "population"), 12);
  EXPECT_EQ(integer_at(review.body, "own_left_out"), 1);
  EXPECT_EQ(integer_at(review.body, "seed"), 11);
  const auto sample = texts_at(review.body, "sample");
  EXPECT_EQ(sample.size(), 6U);
  for (const std::string& id : sample) EXPECT_NE(text_at(get({id}).body, "assignee"), "user:shin");
  EXPECT_EQ(sample, texts_at(ok(desk.draw(handler, order())).body, "sample"));
  DrawOrder by_chance = order();
  by_chance.seed.reset();
  EXPECT_GE(integer_at(ok(desk.draw(handler, by_chance)).body, "seed"), 0);

  DrawOrder before = order();
  before.first_day = "2026-03-01";
  before.last_day = "2026-03-31";
  EXPECT_THAT(refused(desk.draw(handler, before)), ElementsAre("governance.quality.nothing_to_draw"));
  DrawOrder wrong = order();
  wrong.kind = "gossip";
  EXPECT_THAT(refused(desk.draw(handler, wrong)), ElementsAre("governance.quality.kind"));
  wrong = order();
  wrong.size = 201;
  EXPECT_THAT(refused(desk.draw(handler, wrong)), ElementsAre("governance.quality.size"));
  wrong = order();
  wrong.reviewer = "　";
  EXPECT_THAT(refused(desk.draw(handler, wrong)), ElementsAre("governance.quality.no_reviewer"));
  forbidden(desk.draw(hana, order()));
}

TEST_F(A_4_Review, draws_deep_analyses_of_every_register_by_their_verdict) {
  const ledger::Actor system = ledger::system_actor("test");
  const auto conclude = [&](const char* type, json::object body, const char* result, const char* verdict) {
    const Record made = ok(ledger->create(system, "forensics", type, std::move(body)));
    ok(ledger->move(system, "forensics", made.id, 1, "start", {{"analyst", "user:hana"}}));
    json::object said{{result, "調べた"}, {"verdict", verdict}};
    if (made.type == "digital_examination") {
      said["targeted"] = "unknown";
      said["leaked"] = "suspected";
    }
    return ok(ledger->move(system, "forensics", made.id, 2, "conclude", std::move(said)));
  };
  const std::string hash(64, 'a');
  conclude("network_examination", {{"title", "通信"}, {"question", "?"}, {"sources", "proxy"}}, "findings", "attack");
  conclude("digital_examination",
           {{"title", "端末"}, {"target", "PC-1"}, {"medium", json::array{"disk"}}, {"question", "?"}}, "findings",
           "undetermined");
  conclude("sample_analysis", {{"title", "検体"}, {"sha256", hash}}, "behaviour", "no_attack");
  // Work that is not concluded is nothing to judge again.
  ok(ledger->create(system, "forensics", "sample_analysis", {{"title", "未着手"}, {"sha256", hash}}));
  DrawOrder deep = order();
  deep.kind = "deep_analysis";
  const Record review = ok(desk.draw(handler, deep));
  EXPECT_EQ(integer_at(review.body, "population"), 3);
  const auto sample = texts_at(review.body, "sample");
  ASSERT_EQ(sample.size(), 3U);
  const std::string shown = json::serialize(ok(desk.items(reviewer, review.id)));
  EXPECT_THAT(shown, ::testing::HasSubstr("proxy"));
  for (const char* hidden : {"findings", "behaviour", "leaked"})
    EXPECT_THAT(shown, ::testing::Not(::testing::HasSubstr(hidden)));
  EXPECT_THAT(refused(desk.judge(reviewer, review.id, sample[0], "benign", "")),
              ElementsAre("governance.quality.verdict"));
  for (const std::string& id : sample) ok(desk.judge(reviewer, review.id, id, "attack", ""));
  const Record compared = ok(desk.compare(reviewer, review.id));
  EXPECT_EQ(integer_at(compared.body, "compared"), 3);
  EXPECT_NEAR(compared.body.at("agreement").to_number<double>(), 1.0 / 3, 1e-9);
}

TEST_F(A_4_Review, shows_the_reviewer_what_to_judge_by_and_nothing_of_what_was_decided) {
  const Record review = ok(desk.draw(handler, order()));
  const json::object shown = ok(desk.items(reviewer, review.id));
  EXPECT_EQ(shown.at("items").as_array().size(), 6U);
  const std::string text = json::serialize(shown);
  for (const char* leak : {"false_positive", "benign", "確認した", "dismissed", "user:hana", "user:taro", "assignee"})
    EXPECT_THAT(text, Not(::testing::HasSubstr(leak)));
  EXPECT_THAT(text, ::testing::HasSubstr("lsass-dump"));
  forbidden(desk.items(manager, review.id));
  forbidden(desk.judge(manager, review.id, texts_at(review.body, "sample")[0], "benign", ""));
  // Nobody at all reads what was kept.
  const ledger::RecordType& type = *ledger->types().find("quality_review");
  EXPECT_FALSE(
      ledger::visible_body(type, get(review.id).body, person("root", {"admin"})).contains("kept_until_compared"));
  EXPECT_EQ(ok(veiled_from(*ledger, "user:shin")).size(), 6U);
  EXPECT_THAT(ok(veiled_from(*ledger, "user:hana")), IsEmpty());
}

TEST_F(A_4_Review, samples_by_fields_and_states_that_the_registers_have) {
  for (const char* id : {"alerts", "incidents", "reports", "deep_analysis"}) {
    const QualityKind* kind = quality_kind(id);
    ASSERT_NE(kind, nullptr) << id;
    std::set<std::string> known;
    for (const std::string_view one : kind->types) {
      const ledger::RecordType* type = ledger->types().find(one);
      ASSERT_NE(type, nullptr) << one;
      for (const std::string& state : kind->states) EXPECT_NE(type->state(state), nullptr) << one << " " << state;
      EXPECT_NE(type->field(kind->verdict), nullptr) << one;
      for (const std::string& field : kind->decided_by) EXPECT_NE(type->field(field), nullptr) << one << " " << field;
      for (const ledger::Field& field : type->fields) known.insert(field.name);
    }
    for (const std::string& field : kind->shown) EXPECT_TRUE(known.contains(field)) << id << " " << field;
    EXPECT_THAT(kind->shown, Not(::testing::Contains(kind->verdict))) << "what was decided is not shown";
  }
  EXPECT_EQ(quality_kind("guesses"), nullptr);
}

TEST_F(A_4_Review, compares_when_every_item_is_judged_and_only_then) {
  const Record review = ok(desk.draw(handler, order()));
  const auto sample = texts_at(review.body, "sample");
  EXPECT_THAT(refused(desk.compare(reviewer, review.id)), ElementsAre("governance.quality.verdict_missing"));
  EXPECT_THAT(refused(desk.judge(reviewer, review.id, "ALT-2020-0001", "benign", "")),
              ElementsAre("governance.quality.not_in_sample"));
  EXPECT_THAT(refused(desk.judge(reviewer, review.id, sample[0], "perhaps", "")),
              ElementsAre("governance.quality.verdict"));
  EXPECT_THAT(refused(desk.correct(handler, review.id, {.title = "x", .due = "2026-05-31"})),
              ElementsAre("governance.quality.not_compared"));
  judge_all(review);
  ok(desk.judge(reviewer, review.id, sample[0], "true_positive", "攻撃だった"));  // thought better of it
  forbidden(desk.compare(hana, review.id));
  const Record out = ok(desk.compare(reviewer, review.id));
  EXPECT_EQ(out.state, "compared");
  EXPECT_EQ(integer_at(out.body, "compared"), 6);
  EXPECT_DOUBLE_EQ(out.body.at("agreement").to_number<double>(), 5.0 / 6);
  EXPECT_TRUE(out.body.contains("kappa") && out.body.contains("kappa_low") && out.body.contains("kappa_high"));
  int differing = 0;
  for (const json::value& row : array_at(out.body, "comparison")) differing += row.at("agree").as_bool() ? 0 : 1;
  EXPECT_EQ(differing, 1);
  EXPECT_THAT(ok(veiled_from(*ledger, "user:shin")), IsEmpty());
  EXPECT_THAT(refused(desk.judge(reviewer, review.id, sample[0], "benign", "")),
              ElementsAre("governance.quality.compared"));
  EXPECT_EQ(facts("quality.compared").size(), 1U);

  const Record item =
      ok(desk.correct(handler, review.id,
                      {.title = "権限昇格の見落とし", .item = sample[0], .owner = "user:hana", .due = "2026-05-31"}));
  EXPECT_EQ(item.type, "quality_finding");
  EXPECT_THAT(texts_at(item.body, "source"), ElementsAre(review.id.value, sample[0]));
  EXPECT_EQ(text_at(item.body, "due"), "2026-05-31");
  EXPECT_EQ(text_at(item.body, "function"), "triage");
  ok(ledger->move(manager, "governance", out.id, out.version, "conclude",
                  {{"conclusion", "一件の見落としを是正する"}}));
}

TEST_F(A_4_Review, judges_what_was_drawn_though_the_first_verdict_changes_meanwhile) {
  const Record review = ok(desk.draw(handler, order()));
  judge_all(review);
  const std::string id = texts_at(review.body, "sample")[0];
  const std::string other = first(id) == "benign" ? "false_positive" : "benign";
  ok(triage->reopen(hana, Target(ledger::RecordId{id}), "見直し"));
  ok(triage->dismiss(hana, Target(ledger::RecordId{id}), other, "改めた"));
  EXPECT_DOUBLE_EQ(ok(desk.compare(reviewer, review.id)).body.at("agreement").to_number<double>(), 1);
}

TEST_F(A_4_Review, of_one_verdict_throughout_has_no_kappa_and_says_why) {
  for (const Record& alert : all("alert"))
    if (first(alert.id.value) != "benign") {
      ok(triage->reopen(manager, alert.id, "x"));
      ok(triage->dismiss(manager, alert.id, "benign", "x"));
    }
  const Record review = ok(desk.draw(handler, order()));
  judge_all(review);
  const Record out = ok(desk.compare(manager, review.id));
  EXPECT_EQ(text_at(out.body, "kappa_undefined"), "one_category");
  EXPECT_FALSE(out.body.contains("kappa"));
}

}  // namespace
}  // namespace yagura::desks::governance
