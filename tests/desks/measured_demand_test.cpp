// Arrivals and handling times from the platform's own records, held against acts whose times are known.
#include "desks/governance/measured_demand.hpp"

#include "desks/governance/organisation.hpp"
#include "desks/governance/staffing_choice.hpp"
#include "fixture.hpp"

namespace yagura::desks::governance {
namespace {

using testing::catalog;
using testing::DesksTest;
using testing::Record;

class A_6_MeasuredDemand : public DesksTest {
 protected:
  void SetUp() override {
    auto opened = Organisation::open(*ledger, catalog);
    ASSERT_TRUE(opened) << to_text(opened.error());
    organisation = std::move(*opened);
  }
  MeasuredDemand measure(int days = 90) {
    return ok(measure_demand(*ledger, organisation->demand(), organisation->work_sources(), days));
  }
  /// One enquiry on which somebody spends so many minutes: taken, then answered.
  void enquiry(const std::string& who, int64_t minutes) {
    const ledger::Actor actor = person(who, {"handler"});
    const Record made = ok(ledger->create(actor, "api", "enquiry",
                                          {{"title", "照会"},
                                           {"channel", "mail"},
                                           {"received_at", "2026-04-08T00:00:00Z"},
                                           {"asker", "営業部"},
                                           {"body", "?"}}));
    later(minutes);
    ok(ledger->update(actor, "api", made.id, made.version, {{"body", "??"}}));
  }
  static const WorkKind& kind(const MeasuredDemand& measured, const std::string& id) {
    return *std::ranges::find(measured.demand.work, id, &WorkKind::id);
  }
  static const MeasuredWork& source(const MeasuredDemand& measured, const std::string& id) {
    return *std::ranges::find(measured.work, id, &MeasuredWork::id);
  }

  std::unique_ptr<Organisation> organisation;
};

TEST_F(A_6_MeasuredDemand, keeps_the_catalogues_figures_where_there_is_too_little_to_measure) {
  const MeasuredDemand empty = measure();
  for (const MeasuredWork& one : empty.work) EXPECT_FALSE(one.arrivals_measured || one.minutes_measured) << one.id;
  for (int i = 0; i < 9; ++i) {
    enquiry("ito", 10);
    later(24 * 60);
  }
  const MeasuredDemand few = measure();
  EXPECT_EQ(source(few, "enquiry").arrived, 9);
  EXPECT_FALSE(source(few, "enquiry").arrivals_measured);
  EXPECT_EQ(kind(few, "enquiry").per_day, organisation->demand().work[1].per_day);
}

TEST_F(A_6_MeasuredDemand, measures_arrivals_a_day_and_the_minutes_between_ones_acts) {
  for (int i = 0; i < 20; ++i) {
    enquiry("ito", i % 2 == 0 ? 10 : 20);
    later(12 * 60);  // a pause: what follows begins anew, with five minutes
  }
  const MeasuredDemand measured = measure();
  const WorkKind& enquiry = kind(measured, "enquiry");
  EXPECT_TRUE(source(measured, "enquiry").arrivals_measured);
  EXPECT_NEAR(measured.days, 20 * (12 * 60 + 15) / 1440.0, 1e-6);
  EXPECT_NEAR(enquiry.per_day, 20 / measured.days, 1e-6);
  EXPECT_NEAR(enquiry.minutes, 5 + 15, 1e-6);
  EXPECT_NEAR(enquiry.variation, 5 * std::sqrt(20.0 / 19) / 20, 1e-6);
}

TEST_F(A_6_MeasuredDemand, takes_a_long_gap_for_a_pause_and_another_persons_acts_for_that_persons) {
  for (int i = 0; i < 12; ++i) enquiry("ito", 31);  // longer than the pause: five minutes each time it is taken up
  EXPECT_NEAR(kind(measure(), "enquiry").minutes, 10 - 5.0 * 11 / 12, 1e-6)
      << "from one to the next no time passes, but for the first";
}

TEST_F(A_6_MeasuredDemand, looks_back_no_further_than_asked) {
  for (int i = 0; i < 15; ++i) enquiry("ito", 10);
  later(40 * 24 * 60);
  EXPECT_EQ(source(measure(90), "enquiry").arrived, 15);
  EXPECT_EQ(source(measure(30), "enquiry").arrived, 0);
  EXPECT_NEAR(measure(30).days, 30, 1e-6);
}

TEST_F(A_6_MeasuredDemand, lets_measured_work_come_once) {
  const auto leads = [](const MeasuredDemand& measured) { return kind(measured, "alert").leads_to.size(); };
  EXPECT_EQ(leads(measure()), 1U);
  // Ten analysis reports: from now on they arrive as themselves.
  const ledger::Actor analyst = person("ito", {"analyst"});
  install_defaults();
  for (int i = 0; i < 10; ++i) {
    const detect::Finding found = credential_dump("ws" + std::to_string(i), "2026-04-08T00:00:00Z");
    const auto taken = triage->take_findings({&found, 1});
    ASSERT_TRUE(taken);
    triage::AnalysisReport report;
    report.title = "一次報告";
    report.victim = report.method = report.path = report.leak = report.impact = report.immediate_measure = "不明";
    report.alerts = {taken->made.front()};
    ok(triage->write_report(analyst, report));
    later(24 * 60);
  }
  EXPECT_TRUE(source(measure(), "analysis").arrivals_measured);
  EXPECT_EQ(leads(measure()), 0U);
  StaffingDemand demand = organisation->demand();
  EXPECT_NEAR(items_per_day(demand), 60 + 4 + 7.2 + (0.05 + 0.72) + 1.5 + 0.77 * 0.2 + 0.77 * 0.1 + 2 + 4 + 0.4, 1e-9);
}

TEST(A_6_StaffingChoice, is_held_to_the_rules_of_the_table) {
  const auto table = load_staffing(catalog / "textbook/staffing-isog-j-1.0.yaml");
  ASSERT_TRUE(table);
  const StaffingLevel& level = table->at(0);
  const auto code = [&](std::vector<StaffedTeam> teams) {
    const auto out = compose_staffing(std::move(teams), level);
    return out ? "" : out.error().code;
  };
  EXPECT_EQ(code({{"一次対応", "", "day", 1, "", 0, 0}, {"一次対応", "", "day", 1, "", 0, 0}}), "staffing.twice");
  EXPECT_EQ(code({{"一次対応", "", "night", 1, "", 0, 0}}), "staffing.mode");
  EXPECT_EQ(code({{"一次対応", "", "day", 201, "", 0, 0}}), "staffing.seats");
  EXPECT_EQ(code({{"一次対応", "", "shared", 0, "二次対応", 0, 0}}), "staffing.by");
  EXPECT_EQ(code({{"一次対応", "", "shared", 0, "一次対応", 0, 0}}), "staffing.by");
  const auto sound = compose_staffing(
      {{"一次対応", "", "always", 2, "", 0, 0}, {"二次対応", "", "shared", 3, "一次対応", 0, 0}}, level);
  ASSERT_TRUE(sound);
  EXPECT_EQ(sound->total, 12);
  EXPECT_EQ(sound->teams[0].title_en, "First-line");
  EXPECT_EQ(sound->teams[1].seats, 0);
}

}  // namespace
}  // namespace yagura::desks::governance
