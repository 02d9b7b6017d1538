// The simulator against answers that are known: Erlang's, and what follows from the table itself.
#include "desks/governance/staffing_simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "desks/governance/erlang_c.hpp"

namespace yagura::desks::governance {
namespace {

const std::filesystem::path catalog = YAGURA_SOURCE_DIR "/catalog";

StaffingLevel one_team(const std::string& mode, int seats) {
  return {seats, {{"班", "Team", mode, seats, "", seats, 0}}};
}

StaffingDemand one_kind(double per_day, double minutes, double variation = 1) {
  StaffingDemand demand;
  demand.work.push_back({"work", "作業", "Work", "班", per_day, minutes, variation, 60, 1, {}});
  return demand;
}

TEST(ErlangC, gives_the_textbook_values) {
  EXPECT_NEAR(erlang_c(1, 0.5), 0.5, 1e-12);       // one server: the load itself
  EXPECT_NEAR(erlang_c(2, 1.0), 1.0 / 3, 1e-12);   // by hand: (1/2 * 2) / (1 + 1 + 1)
  EXPECT_NEAR(erlang_c(10, 8.0), 0.409180, 1e-6);  // by direct summation
  EXPECT_EQ(erlang_c(3, 3.0), 1.0);
  EXPECT_TRUE(std::isinf(erlang_c_mean_wait(2, 2.5, 10)));
  EXPECT_NEAR(erlang_c_mean_wait(1, 0.8, 10), 40, 1e-9);  // M/M/1: rho / (1 - rho) * mean
}

TEST(StaffingSimulation, agrees_with_erlang_within_its_interval) {
  struct Case {
    int servers;
    double per_day;
    double minutes;
  };
  for (const Case& c : {Case{1, 100, 10}, Case{2, 230, 10}, Case{4, 300, 15}, Case{10, 1152, 10}}) {
    const double load = c.per_day / 1440 * c.minutes;
    const auto out = simulate_staffing(one_team("always", c.servers), one_kind(c.per_day, c.minutes),
                                       {.days = 365, .warmup_days = 14, .runs = 20, .seed = 7});
    ASSERT_TRUE(out);
    const Estimate wait = out->work[0].wait_mean;
    const double expected = erlang_c_mean_wait(c.servers, load, c.minutes);
    // The interval is a 95 % one: with a fixed seed it holds here; 1.5 times it leaves room for none but a wrong model.
    EXPECT_NEAR(wait.mean, expected, 1.5 * wait.half_width) << c.servers << " servers";
    EXPECT_LT(wait.half_width, 0.1 * expected);
    EXPECT_NEAR(out->teams[0].utilisation.mean, load / c.servers, 0.01);
  }
}

TEST(StaffingSimulation, knows_the_mean_wait_of_work_that_always_takes_as_long) {
  // One server and fixed times (M/D/1): half of the exponential wait (Pollaczek and Khinchine).
  const auto out = simulate_staffing(one_team("always", 1), one_kind(100, 10, 0),
                                     {.days = 730, .warmup_days = 14, .runs = 20, .seed = 3});
  ASSERT_TRUE(out);
  const double expected = erlang_c_mean_wait(1, 100 / 1440.0 * 10, 10) / 2;
  EXPECT_NEAR(out->work[0].wait_mean.mean, expected, 1.5 * out->work[0].wait_mean.half_width);
}

TEST(StaffingSimulation, makes_work_of_the_night_wait_for_the_day) {
  // So little work that nobody queues: waits are the nights' and weekends' alone.
  const auto out = simulate_staffing(one_team("day", 5), one_kind(2, 1), {.days = 730, .runs = 20, .seed = 5});
  ASSERT_TRUE(out);
  // On duty 8.5 of 24 hours on 5 of 7 days. Off: four nights of 15.5 h and one weekend of 63.5 h each week; the mean
  // wait is the sum of half their squares over the week.
  const double expected = (4 * 930.0 * 930.0 / 2 + 3810.0 * 3810.0 / 2) / 10080;
  EXPECT_NEAR(out->work[0].wait_mean.mean, expected, 0.05 * expected);
  EXPECT_EQ(out->teams[0].staffed_hours, 5 * 5 * 8.5);
}

TEST(StaffingSimulation, rests_unfinished_work_outside_the_shift) {
  // A job of 20 hours takes three days of 8.5 hours and more: nobody finishes within 24 hours.
  StaffingDemand demand = one_kind(0.05, 1200, 0);
  demand.work[0].within_minutes = 1440;
  const auto out = simulate_staffing(one_team("day", 3), demand, {.days = 365, .runs = 5, .seed = 5});
  ASSERT_TRUE(out);
  EXPECT_EQ(out->work[0].missed.mean, 1);
}

TEST(StaffingSimulation, repeats_exactly_with_the_same_seed_only) {
  const auto level = load_staffing(catalog / "textbook/staffing-isog-j-1.0.yaml")->at(1);
  const auto demand = StaffingDemand::load(catalog / "staffing/demand.yaml");
  ASSERT_TRUE(demand) << to_text(demand.error());
  const SimulationOptions options{.days = 60, .warmup_days = 7, .runs = 3, .seed = 11};
  const auto first = simulate_staffing(level, *demand, options);
  const auto second = simulate_staffing(level, *demand, options);
  auto other = options;
  other.seed = 12;
  const auto third = simulate_staffing(level, *demand, other);
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(first->work[0].wait_mean.mean, second->work[0].wait_mean.mean);
  EXPECT_NE(first->work[0].wait_mean.mean, third->work[0].wait_mean.mean);
}

TEST(StaffingSimulation, hands_shared_work_to_the_team_that_does_it_and_says_what_nobody_does) {
  const auto levels = load_staffing(catalog / "textbook/staffing-isog-j-1.0.yaml");
  const auto demand = StaffingDemand::load(catalog / "staffing/demand.yaml");
  ASSERT_TRUE(levels && demand);
  const auto nobody = [&](int level, const std::string& kind) {
    const auto out =
        simulate_staffing(levels->at(level), *demand, {.days = 30, .warmup_days = 0, .runs = 2, .seed = 1});
    const auto found = std::ranges::find(out->work, kind, &WorkOutcome::id);
    return found->done_by_nobody;
  };
  EXPECT_TRUE(nobody(0, "forensics"));
  EXPECT_TRUE(nobody(0, "sample"));
  EXPECT_FALSE(nobody(0, "incident"));  // the second line does it too
  EXPECT_TRUE(nobody(1, "forensics"));
  EXPECT_FALSE(nobody(3, "forensics"));
}

TEST(StaffingSimulation, shows_that_the_smallest_model_drowns_and_night_cover_helps) {
  const auto levels = load_staffing(catalog / "textbook/staffing-isog-j-1.0.yaml");
  const auto demand = StaffingDemand::load(catalog / "staffing/demand.yaml");
  ASSERT_TRUE(levels && demand);
  const SimulationOptions options{.days = 90, .warmup_days = 14, .runs = 5, .seed = 2};
  const auto smallest = simulate_staffing(levels->at(0), *demand, options);
  const auto round_the_clock = simulate_staffing(levels->at(2), *demand, options);
  ASSERT_TRUE(smallest && round_the_clock);
  EXPECT_GT(smallest->work[0].missed.mean, 0.5);
  EXPECT_LT(round_the_clock->work[0].missed.mean, 0.2);
}

TEST(StaffingVariants, add_one_person_or_a_seat_around_the_clock) {
  const auto levels = load_staffing(catalog / "textbook/staffing-isog-j-1.0.yaml");
  const auto variants = staffing_variants(levels->at(0));
  size_t more = 0;
  size_t night = 0;
  for (const StaffingVariant& variant : variants) {
    (variant.change == StaffingVariant::Change::one_more ? more : night)++;
    EXPECT_EQ(variant.staffing.total, 4 + variant.people);
  }
  EXPECT_EQ(more, 8U);
  EXPECT_EQ(night, 4U);  // the four teams that work by day
}

class StaffingFile : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& text) {
    const auto file =
        std::filesystem::temp_directory_path() /
        (std::string("yagura-staffing-") + testing::UnitTest::GetInstance()->current_test_info()->name() + ".yaml");
    std::ofstream(file) << text;
    return file;
  }
};

TEST_F(StaffingFile, of_ones_own_counts_its_people) {
  const auto own =
      load_own_staffing(write("teams:\n"
                              "  - {title_ja: 一次対応, title_en: First, mode: always, seats: 2}\n"
                              "  - {title_ja: 二次対応, title_en: Second, mode: day, seats: 3, headcount: 3}\n"
                              "  - {title_ja: 技術開発, title_en: Development, mode: shared, by: 二次対応}\n"));
  ASSERT_TRUE(own) << to_text(own.error());
  EXPECT_EQ(own->total, 15);
}

TEST_F(StaffingFile, is_refused_with_its_line_when_something_is_wrong) {
  const auto code = [&](const std::string& text) { return load_own_staffing(write(text)).error(); };
  const auto twice =
      code("teams:\n  - {title_ja: a, title_en: a, mode: day}\n  - {title_ja: a, title_en: a, mode: day}\n");
  EXPECT_EQ(twice.code, "staffing.twice");
  EXPECT_EQ(twice.line, 3);
  EXPECT_EQ(code("teams: [{title_ja: a, title_en: a, mode: often}]").code, "staffing.mode");
  EXPECT_EQ(code("teams: [{title_ja: a, title_en: a, mode: day, seats: 2, headcount: 3}]").code, "staffing.headcount");
  EXPECT_EQ(code("teams: [{title_ja: a, title_en: a, mode: day, seats: -1}]").code, "textbook.type");
  const auto demand = [&](const std::string& text) { return StaffingDemand::load(write(text)).error(); };
  const std::string shift = "day_shift: {from: \"09:00\", to: \"17:00\"}\nwork:\n";
  EXPECT_EQ(demand("day_shift: {from: \"18:00\", to: \"17:00\"}\nwork: []").code, "staffing.time");
  EXPECT_EQ(demand("day_shift: {from: nine, to: \"17:00\"}\nwork: []").code, "staffing.time");
  const std::string kind = "  - {id: a, title_ja: あ, title_en: a, team: t, per_day: 1, minutes: ";
  EXPECT_EQ(demand(shift + kind + "0}").code, "staffing.minutes");
  EXPECT_EQ(demand(shift + kind + "5, leads_to: [{work: a, share: 0.5}]}").code, "staffing.circle");
  EXPECT_EQ(demand(shift + kind + "5, leads_to: [{work: b, share: 1.5}]}").code, "staffing.share");
  EXPECT_EQ(demand(shift + kind + "5}\n" + kind + "5}").code, "staffing.twice");
}

TEST(StaffingSimulation, names_a_team_that_the_staffing_lacks) {
  StaffingDemand demand = one_kind(1, 1);
  demand.work[0].team = "いない班";
  const auto out = simulate_staffing(one_team("day", 1), demand, {});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, "staffing.unknown");
}

}  // namespace
}  // namespace yagura::desks::governance
