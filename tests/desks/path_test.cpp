// The IT-type path: what work shows of a person, stage by stage.
#include "desks/governance/path.hpp"

#include "desks/governance/organisation.hpp"
#include "fixture.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using testing::catalog;
using testing::DesksTest;
using testing::Record;

class I_4_Path : public ::testing::Test {
 protected:
  I_4_Path() {
    auto loaded = Textbook::load(catalog / "textbook/isog-j-1.0.yaml");
    EXPECT_TRUE(loaded);
    book = std::move(*loaded);
    person.it_background = true;
  }
  void worked(const std::string& role, int64_t days) { experience.push_back({role, days * 3, days, {}, {}}); }
  std::string states() const {
    std::string out;
    for (const StageView& one : view_path(book, person, experience).stages)
      out += std::string(out.empty() ? "" : " ") + std::string(to_text(one.state));
    return out;
  }
  PathView view() const { return view_path(book, person, experience); }

  Textbook book;
  PathPerson person;
  std::vector<RoleExperience> experience;
};

TEST_F(I_4_Path, begins_with_the_role_that_suits_where_somebody_comes_from) {
  for (const auto& [origin, role] :
       {std::pair{"network_operation", "G-1"}, {"audit", "H-1"}, {"web_development", "E-4"}}) {
    person.origin = origin;
    const StageView affinity = view().stages[1];
    EXPECT_EQ(affinity.state, StageState::open);
    EXPECT_EQ(affinity.next_roles, (std::vector<std::string>{role})) << origin;
  }
  person.origin = "audit";
  worked("G-1", 50);
  EXPECT_EQ(view().stages[1].state, StageState::open) << "another background's first role";
  worked("H-1", experience_days_min - 1);
  EXPECT_EQ(view().stages[1].state, StageState::begun);
  experience.back().days = experience_days_min;
  EXPECT_EQ(view().stages[1].state, StageState::reached);
}

TEST_F(I_4_Path, takes_the_first_role_that_a_plan_names_for_another_background) {
  person.affinity_roles = {"I-2"};
  worked("G-1", 50);
  EXPECT_EQ(view().stages[1].state, StageState::open);
  worked("I-2", 20);
  EXPECT_EQ(view().stages[1].state, StageState::reached);
}

TEST_F(I_4_Path, asks_for_both_sides_an_assessment_and_a_real_time_role) {
  worked("B-1", 30);
  EXPECT_EQ(states(), "reached reached begun open open open");
  EXPECT_EQ(view().stages[2].next_roles.front(), "E-1") << "the side that is missing";
  worked("E-4", 30);
  EXPECT_EQ(states(), "reached reached reached open open open");
  EXPECT_FALSE(view().t_type);
}

TEST_F(I_4_Path, makes_t_of_response_and_i_of_the_role_that_was_chosen) {
  worked("E-3", 40);
  worked("C-3", 30);
  worked("B-1", 20);
  worked("D-2", 15);
  PathView path = view();
  EXPECT_TRUE(path.t_type);
  EXPECT_FALSE(path.i_type);
  EXPECT_EQ(path.shown->id, "respond");
  EXPECT_EQ(path.next->id, "specialist");
  EXPECT_EQ(path.stages[4].next_roles, (std::vector<std::string>{"C-3", "B-1"}))
      << "of areas III and IV, most days first";
  person.chosen_role = "C-4";
  worked("C-4", 3);
  path = view();
  EXPECT_EQ(path.stages[4].state, StageState::begun);
  EXPECT_EQ(path.stages[4].next_roles.front(), "C-4");
  person.chosen_role = "C-3";
  EXPECT_TRUE(view().i_type);
  person.mentees = 1;
  EXPECT_EQ(view().next, nullptr);
}

TEST_F(I_4_Path, does_not_show_what_has_a_gap_before_it) {
  worked("D-2", 90);
  const PathView path = view();
  EXPECT_TRUE(path.t_type);
  EXPECT_EQ(path.shown->id, "affinity");
  EXPECT_EQ(path.next->id, "assess");
  person.it_background = false;
  EXPECT_EQ(view().shown, nullptr);
}

class I_4_PathRecords : public DesksTest {
 protected:
  void SetUp() override {
    auto opened = Organisation::open(*ledger, catalog);
    ASSERT_TRUE(opened) << to_text(opened.error());
    organisation = std::move(*opened);
  }
  Record make(const std::string& type, json::object body) {
    return ok(ledger->create(person("kondo", {"manager"}), "api", type, std::move(body)));
  }
  PersonPath path(const Record& of) {
    const auto all = ok(read_paths(*ledger, organisation->book(), organisation->pulse().deeds(), of.id.value));
    EXPECT_EQ(all.size(), 1U);
    return all.front();
  }
  std::unique_ptr<Organisation> organisation;
};

TEST_F(I_4_PathRecords, takes_experience_from_work_not_from_what_a_record_claims) {
  const Record ito = make("person", {{"name", "伊藤"}, {"account", "ito"}, {"origin", "other"}, {"path", "mentor"}});
  EXPECT_EQ(path(ito).claimed, "mentor");
  EXPECT_EQ(path(ito).path.shown->id, "it");
  for (int day = 0; day < 12; ++day) {
    ok(ledger->create(person("ito", {"handler"}), "api", "network_segment",
                      {{"name", "office"}, {"range", "192.0.2.0/24"}, {"zone", "office"}}));
    later(24 * 60);
  }
  const PersonPath after = path(ito);
  ASSERT_EQ(after.experience.size(), 1U);
  EXPECT_EQ(after.experience[0].role, "E-1");
  EXPECT_EQ(after.experience[0].days, 12);
  EXPECT_EQ(after.path.shown->id, "affinity");
}

TEST_F(I_4_PathRecords, finds_mentors_in_the_plans_of_others) {
  const Record ito = make("person", {{"name", "伊藤"}, {"account", "ito"}, {"origin", "audit"}});
  const Record mori = make("person", {{"name", "森"}, {"account", "mori"}, {"background", "運用"}});
  const Record plan = make("growth_plan", {{"person", mori.id.value},
                                           {"stage", "specialist"},
                                           {"role", "C-3"},
                                           {"steps", json::array{{{"what", "解析の演習"}}}}});
  EXPECT_EQ(path(ito).path.stages[5].state, StageState::open);
  ok(ledger->move(person("kondo", {"manager"}), "api", plan.id, 1, "agree",
                  {{"why", "本人の志向"}, {"mentor", "user:ito"}}));
  EXPECT_EQ(path(ito).path.stages[5].state, StageState::reached);
  EXPECT_EQ(path(mori).mentor, "ito");
  EXPECT_EQ(path(mori).path.stages[4].next_roles, (std::vector<std::string>{"C-3"}));
}

TEST_F(I_4_PathRecords, asks_for_a_retention_review_that_has_a_date) {
  const Record ito = make("person", {{"name", "伊藤"}, {"joined_on", "2026-04-01"}});
  EXPECT_FALSE(path(ito).retention.overdue);
  later(int64_t{366} * 24 * 60);
  EXPECT_TRUE(path(ito).retention.overdue) << "a year without any";
  const Record review = make("retention_review", {{"person", ito.id.value}, {"due", "2027-05-01"}});
  EXPECT_FALSE(path(ito).retention.overdue);
  EXPECT_EQ(path(ito).retention.next_due, "2027-05-01");
  later(int64_t{60} * 24 * 60);
  EXPECT_TRUE(path(ito).retention.overdue) << "planned, and passed";
  ok(ledger->move(person("kondo", {"manager"}), "api", review.id, 1, "hold",
                  {{"held_on", "2027-06-01"}, {"measures", "負担の見直し"}, {"risk", "low"}}));
  EXPECT_FALSE(path(ito).retention.overdue);
  EXPECT_EQ(path(ito).retention.last_held, "2027-06-01");
  EXPECT_TRUE(path(make("person", {{"name", "森"}})).retention.overdue) << "nobody knows since when";
}

}  // namespace
}  // namespace yagura::desks::governance
