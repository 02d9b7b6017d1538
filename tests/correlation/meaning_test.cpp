// What correlations mean, as docs/correlation.md tells it by example.
#include <gtest/gtest.h>

#include <filesystem>

#include "detect/correlation/engine.hpp"
#include "detect/matcher.hpp"
#include "detect/rule_set.hpp"
#include "event/batch.hpp"

namespace yagura::detect::correlation::test {
namespace {

constexpr int64_t second = ns_per_second;
constexpr int64_t start = 1'700'000'000 * second;

const Taxonomy& taxonomy() {
  static const Taxonomy made = *Taxonomy::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  return made;
}

constexpr const char* rules =
    "title: Failed\nid: failed\nname: failed\nlogsource: {product: test}\ndetection: {s: {k: failed}, condition: "
    "s}\n---\n"
    "title: Success\nid: success\nname: success\nlogsource: {product: test}\ndetection: {s: {k: success}, condition: "
    "s}\n---\n"
    "title: Odd\nid: odd\nname: odd\nlogsource: {product: test}\ndetection: {s: {k: odd}, condition: s}\n---\n";

using Fields = std::vector<std::pair<std::string, std::string>>;

class Story {
 public:
  explicit Story(const std::string& documents, const Limits& limits = {}) : engine_(limits) { use(documents); }

  void use(const std::string& documents) {
    report_ = RuleSet::load_text(rules + documents, "story.yml", taxonomy());
    for (const Rejection& rejection : report_.rejected) ADD_FAILURE() << to_text(rejection);
    engine_.use(report_.rules);
  }

  /// An event `at` seconds into the story, arriving then or at `arrival`.
  Story& event(const std::string& kind, double at, const Fields& fields = {}, double arrival = -1) {
    event::Batch batch;
    event::Event& event = batch.begin("json");
    batch.add_copy(event::known_field("logsource.product"), event::Kind::string, "test");
    batch.add_copy(event::known_field("k"), event::Kind::string, kind);
    for (const auto& [name, value] : fields) batch.add_copy(event::known_field(name), event::Kind::string, value);
    event.time = Timestamp{start + static_cast<int64_t>(at * 1e9)};
    event.host = "last-host";
    Matcher matcher(report_.rules);
    std::vector<Match> matches;
    matcher.match(batch, matches);
    OfferReader reader(report_.rules, engine_.key());
    Offers offers;
    const std::vector<std::string> uids{to_text(Uid{0, next_++})};
    reader.read(batch, matches, uids, offers);
    engine_.take(offers, to_arrival(start + static_cast<int64_t>((arrival < 0 ? at : arrival) * 1e9)), findings);
    return *this;
  }

  Engine& engine() { return engine_; }
  size_t count() const { return findings.size(); }

  std::vector<Finding> findings;

 private:
  LoadReport report_;
  Engine engine_;
  uint64_t next_ = 1;
};

std::string correlation(const std::string& section, const std::string& head = "title: T\nid: corr\n") {
  return head + "correlation: {" + section + "}\n---\n";
}

const std::string brute_force =
    correlation("type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: {gte: 3}");

TEST(Correlation, counts_over_a_window_that_slides) {
  // Across every boundary of a minute: 50 s, 70 s and 80 s lie within one minute.
  Story story(brute_force);
  story.event("failed", 50, {{"User", "jo"}}).event("failed", 70, {{"User", "jo"}});
  EXPECT_EQ(story.count(), 0U);
  story.event("failed", 80, {{"User", "jo"}});
  ASSERT_EQ(story.count(), 1U);
  EXPECT_EQ(story.findings[0].kind, FindingKind::correlation);
  EXPECT_EQ(story.findings[0].rule_id, "corr");
  EXPECT_EQ(story.findings[0].group, "User=jo");
  EXPECT_EQ(story.findings[0].user, "jo");
  EXPECT_EQ(story.findings[0].host, "last-host");
  EXPECT_EQ(story.findings[0].time.ns, start + 80 * second);
  EXPECT_EQ(story.findings[0].event_uids.size(), 3U);
  EXPECT_EQ(story.findings[0].event_uids[0], "00000000-0000-0000-0000-000000000001");
}

TEST(Correlation, leaves_out_what_is_exactly_a_timespan_old) {
  Story story(brute_force);
  story.event("failed", 0, {{"User", "jo"}}).event("failed", 30, {{"User", "jo"}});
  story.event("failed", 60, {{"User", "jo"}});
  EXPECT_EQ(story.count(), 0U);
  story.event("failed", 89.9, {{"User", "jo"}});
  EXPECT_EQ(story.count(), 1U);
}

TEST(Correlation, keeps_groups_apart) {
  Story story(correlation(
      "type: event_count, rules: [failed], group-by: [User, WorkstationName], timespan: 1m, condition: {gte: 2}"));
  story.event("failed", 0, {{"User", "a"}, {"WorkstationName", "bc"}})
      .event("failed", 1, {{"User", "ab"}, {"WorkstationName", "c"}});
  story.event("failed", 2, {{"User", "a"}}).event("failed", 3, {{"User", "a"}});
  EXPECT_EQ(story.count(), 0U);  // without a computer they belong to nobody
  story.event("failed", 4, {{"User", "A"}, {"WorkstationName", "BC"}});
  EXPECT_EQ(story.count(), 1U);  // in any case, as Sigma compares
  EXPECT_EQ(story.findings[0].group, "User=a, WorkstationName=bc");
  EXPECT_EQ(story.findings[0].host, "BC");
}

TEST(Correlation, fires_once_a_timespan_while_it_goes_on) {
  Story story(brute_force);
  for (int at = 0; at < 600; ++at) story.event("failed", at, {{"User", "jo"}});
  // At 2 s, and each time that the window shares nothing with the last finding's any more.
  ASSERT_EQ(story.count(), 10U);
  for (size_t i = 0; i < 10; ++i)
    EXPECT_EQ(story.findings[i].time.ns, start + (2 + static_cast<int64_t>(i) * 60) * second);
}

TEST(Correlation, sees_what_a_late_event_completes) {
  Story story(brute_force);
  story.event("failed", 10, {{"User", "jo"}}).event("failed", 30, {{"User", "jo"}});
  story.event("failed", 500, {{"User", "jo"}});
  EXPECT_EQ(story.count(), 0U);
  story.event("failed", 20, {{"User", "jo"}}, 501);
  ASSERT_EQ(story.count(), 1U);
  EXPECT_EQ(story.findings[0].time.ns, start + 30 * second);
  EXPECT_EQ(story.findings[0].event_uid, "00000000-0000-0000-0000-000000000004");
  EXPECT_EQ(story.engine().totals().late, 1U);
  EXPECT_EQ(story.engine().totals().too_late, 0U);
}

TEST(Correlation, counts_what_comes_later_than_the_bound) {
  Story story(brute_force, {.lateness_seconds = 100});
  story.event("failed", 10, {{"User", "jo"}}).event("failed", 30, {{"User", "jo"}});
  story.event("odd", 400);
  story.event("failed", 20, {{"User", "jo"}}, 400);
  EXPECT_EQ(story.count(), 0U);
  EXPECT_EQ(story.engine().totals().too_late, 1U);
}

TEST(Correlation, takes_an_event_once_however_often_it_is_offered) {
  Story story(brute_force);
  LoadReport report = RuleSet::load_text(rules + brute_force, "story.yml", taxonomy());
  Engine engine;
  engine.use(report.rules);
  OfferReader reader(report.rules, engine.key());
  event::Batch batch;
  event::Event& event = batch.begin("json");
  batch.add_copy(event::known_field("User"), event::Kind::string, "jo");
  event.time = Timestamp{start};
  Offers offers;
  const std::vector<Match> matches{{0, 0}};
  const std::vector<std::string> uids{"00000000-0000-0000-0000-000000000001"};
  reader.read(batch, matches, uids, offers);
  std::vector<Finding> findings;
  for (int i = 0; i < 10; ++i) engine.take(offers, 1'700'000'000, findings);
  EXPECT_TRUE(findings.empty());
  EXPECT_EQ(engine.totals().repeated, 9U);
}

TEST(Correlation, enforces_order_only_where_it_is_asked) {
  const std::string unordered = correlation("type: temporal, rules: [failed, success], group-by: [User], timespan: 1m");
  const std::string ordered =
      correlation("type: temporal_ordered, rules: [failed, success], group-by: [User], timespan: 1m");
  for (const auto& [documents, found] : {std::pair(unordered, 1U), std::pair(ordered, 0U)}) {
    Story story(documents);
    story.event("success", 0, {{"User", "jo"}}).event("failed", 10, {{"User", "jo"}});
    EXPECT_EQ(story.count(), found);
    story.event("success", 20, {{"User", "jo"}});
    EXPECT_EQ(story.count(), 1U);
  }
}

TEST(Correlation, takes_equal_times_in_the_order_of_arrival) {
  Story story(correlation("type: temporal_ordered, rules: [failed, success], group-by: [User], timespan: 1m"));
  story.event("success", 5, {{"User", "kim"}}).event("failed", 5, {{"User", "kim"}});
  EXPECT_EQ(story.count(), 0U);
  story.event("failed", 5, {{"User", "jo"}}).event("success", 5, {{"User", "jo"}});
  EXPECT_EQ(story.count(), 1U);
}

TEST(Correlation, reads_conditions_over_rules) {
  Story story(
      correlation("type: temporal, rules: [failed, success, odd], group-by: [User], timespan: 1m, condition: failed "
                  "and (success or "
                  "odd)"));
  story.event("success", 0, {{"User", "jo"}}).event("odd", 1, {{"User", "jo"}});
  EXPECT_EQ(story.count(), 0U);
  story.event("failed", 2, {{"User", "jo"}});
  EXPECT_EQ(story.count(), 1U);
  Story without(correlation(
      "type: temporal, rules: [failed, odd], group-by: [User], timespan: 1m, condition: failed and not odd"));
  without.event("odd", 0, {{"User", "jo"}}).event("failed", 30, {{"User", "jo"}});
  EXPECT_EQ(without.count(), 0U);
  without.event("failed", 60, {{"User", "jo"}});
  EXPECT_EQ(without.count(), 1U);
}

TEST(Correlation, joins_different_fields_by_an_alias) {
  Story story(correlation(
      "type: temporal, rules: [failed, odd], group-by: [who], timespan: 1m, aliases: {who: {failed: src, odd: dst}}"));
  story.event("failed", 0, {{"src", "10.0.0.1"}, {"dst", "10.0.0.2"}});
  story.event("odd", 1, {{"src", "10.0.0.1"}, {"dst", "10.0.0.9"}});
  EXPECT_EQ(story.count(), 0U);
  story.event("odd", 2, {{"dst", "10.0.0.1"}});
  EXPECT_EQ(story.count(), 1U);
  EXPECT_EQ(story.findings[0].group, "who=10.0.0.1");
}

const std::string chain =
    correlation("type: temporal_ordered, rules: [many, success], group-by: [User], timespan: 10m",
                "title: C\nid: c\n") +
    correlation("type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: {gte: 3}",
                "title: Many\nid: many\nname: many\n");

TEST(Correlation, chains_and_names_every_event_that_it_stands_on) {
  Story story(chain);
  story.event("success", 0, {{"User", "jo"}});
  for (int at = 1; at <= 3; ++at) story.event("failed", at, {{"User", "jo"}});
  EXPECT_EQ(story.count(), 0U);  // the inner one is silent
  story.event("success", 9, {{"User", "jo"}});
  ASSERT_EQ(story.count(), 1U);
  EXPECT_EQ(story.findings[0].rule_id, "c");
  EXPECT_EQ(story.findings[0].event_uids.size(), 5U);
}

TEST(Correlation, hears_of_an_inner_one_for_as_long_as_it_holds) {
  // The inner one fired at 2 s and rests until 62 s; the attack goes on until 61 s, and 10 minutes and 30 seconds after
  // the firing is still within 10 minutes of its last holding.
  Story story(chain);
  for (int at = 0; at <= 61; ++at) story.event("failed", at, {{"User", "jo"}});
  story.event("success", 632, {{"User", "jo"}});
  EXPECT_EQ(story.count(), 1U);
}

TEST(Correlation, counts_an_inner_one_by_its_findings) {
  Story story(correlation("type: event_count, rules: [many], timespan: 10m, condition: {gte: 2}", "title: C\nid: c\n") +
              correlation("type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: {gte: 3}",
                          "title: Many\nid: many\nname: many\n"));
  for (int at = 0; at <= 50; ++at) story.event("failed", at, {{"User", "jo"}});
  EXPECT_EQ(story.count(), 0U);  // one attack, however long
  for (int at = 51; at <= 53; ++at) story.event("failed", at, {{"User", "kim"}});
  EXPECT_EQ(story.count(), 1U);
}

TEST(Correlation, finds_rare_values_one_by_one) {
  Story story(correlation(
      "type: value_percentile, rules: [odd], group-by: [Computer], timespan: 1d, condition: {field: Image, lte: 1}"));
  for (int i = 0; i < 300; ++i) story.event("odd", i, {{"Computer", "ws"}, {"Image", "common.exe"}});
  EXPECT_EQ(story.count(), 0U);
  story.event("odd", 301, {{"Computer", "ws"}, {"Image", "rare.exe"}});
  EXPECT_EQ(story.count(), 1U);
  story.event("odd", 302, {{"Computer", "ws"}, {"Image", "RARE.exe"}});
  EXPECT_EQ(story.count(), 1U);  // the same one
  story.event("odd", 303, {{"Computer", "ws"}, {"Image", "other.exe"}});
  EXPECT_EQ(story.count(), 2U);
}

TEST(Correlation, stays_within_its_limits_and_counts_what_it_drops) {
  Story story(brute_force, {.groups_max = 1000});
  for (int i = 0; i < 5000; ++i) story.event("failed", i, {{"User", "user-" + std::to_string(i)}});
  EXPECT_LE(story.engine().totals().groups, 1000U);
  Story small(brute_force, {.lateness_seconds = 86'400, .bytes_max = 100'000});
  for (int i = 0; i < 5000; ++i) small.event("failed", i, {{"User", "user-" + std::to_string(i)}});
  EXPECT_LE(small.engine().totals().bytes, 100'000U);
  EXPECT_GT(small.engine().totals().groups_dropped, 3000U);
  EXPECT_EQ(small.engine().totals().events_dropped, small.engine().totals().groups_dropped);
  // The newest are there still.
  for (int i = 0; i < 2; ++i) small.event("failed", 5000 + i, {{"User", "user-4999"}});
  EXPECT_EQ(small.count(), 1U);
}

TEST(Correlation, forgets_groups_that_are_quiet) {
  Story story(brute_force, {.lateness_seconds = 0});
  for (int i = 0; i < 5000; ++i) story.event("failed", i, {{"User", "user-" + std::to_string(i)}});
  EXPECT_LT(story.engine().totals().groups, 400U);
  EXPECT_EQ(story.engine().totals().groups_dropped, 0U);
}

TEST(Correlation, keeps_what_it_knows_when_other_rules_change) {
  Story story(brute_force +
              correlation("type: event_count, rules: [odd], timespan: 1m, condition: {gte: 2}", "title: O\nid: o\n"));
  story.event("failed", 0, {{"User", "jo"}}).event("failed", 1, {{"User", "jo"}}).event("odd", 1);
  story.use(correlation("type: event_count, rules: [odd], timespan: 1m, condition: {gte: 3}", "title: O\nid: o\n") +
            correlation("type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: {gte: 3}",
                        "title: Another title\nid: corr\nlevel: high\n"));
  story.event("odd", 2).event("odd", 3);
  EXPECT_EQ(story.count(), 0U);  // it asks for something else now: from the beginning
  story.event("failed", 4, {{"User", "jo"}});
  ASSERT_EQ(story.count(), 1U);
  EXPECT_EQ(story.findings[0].rule_title, "Another title");
}

TEST(Correlation, adds_up_without_drift) {
  Story story(correlation("type: value_sum, rules: [odd], timespan: 1m, condition: {field: n, eq: 0.3}"));
  for (int i = 0; i < 50; ++i) story.event("odd", i * 100, {{"n", "1e15"}});
  EXPECT_EQ(story.count(), 0U);
  story.event("odd", 10'000, {{"n", "0.1"}}).event("odd", 10'001, {{"n", "0.2"}});
  ASSERT_EQ(story.count(), 1U);
}

}  // namespace
}  // namespace yagura::detect::correlation::test
