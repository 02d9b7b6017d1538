// Skills: an overlay from a file, what it changes, and the gaps that come of it.
#include "desks/governance/skills.hpp"

#include "desks/governance/organisation.hpp"
#include "desks/governance/skill_overlay.hpp"
#include "fixture.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using testing::catalog;
using testing::DesksTest;
using testing::Record;

class I_4_Skills : public DesksTest {
 protected:
  void SetUp() override {
    auto opened = Organisation::open(*ledger, catalog);
    ASSERT_TRUE(opened) << to_text(opened.error());
    organisation = std::move(*opened);
  }
  /// Codes of faults as "row:code"; empty when the file reads.
  std::vector<std::string> faults_of(const std::string& csv) const {
    const auto read = read_overlay(csv, organisation->book(), "NICE", "1");
    std::vector<std::string> out;
    if (!read)
      for (const auto& one : read.error().kept) out.push_back(std::to_string(one.row) + ":" + one.reason.code);
    return out;
  }
  OverlayOutcome load(const std::string& csv, const std::string& edition, const std::string& framework = "NICE") {
    const auto read = read_overlay(csv, organisation->book(), framework, edition);
    EXPECT_TRUE(read) << read.error().kept.front().reason.message;
    return ok(load_overlay(*ledger, person("jinji", {"personnel"}), *read));
  }
  std::unique_ptr<SkillMatrix> matrix() {
    auto board = organisation->pulse().board();
    EXPECT_TRUE(board);
    return ok(read_skills(*ledger, organisation->book(), *board));
  }
  Record make(const std::string& type, json::object body) {
    return ok(ledger->create(person("kondo", {"manager"}), "api", type, std::move(body)));
  }

  const std::string first =
      "code,name,role,level,note\r\nK1,パケットの読み方,C-1,3,\r\nK1,,B-2,2,\r\nK2,法令,,,出典に欄なし\r\n";
  std::unique_ptr<Organisation> organisation;
};

TEST_F(I_4_Skills, come_from_a_file_and_a_cell_that_is_empty_stays_empty) {
  const auto read = read_overlay("\xEF\xBB\xBF" + first, organisation->book(), "NICE", "1");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->skills.size(), 2U);
  EXPECT_EQ(read->skills[0].roles, (std::vector<std::pair<std::string, int>>{{"C-1", 3}, {"B-2", 2}}));
  EXPECT_TRUE(read->skills[1].roles.empty());
  load(first, "1");
  const auto skills = all("skill");
  ASSERT_EQ(skills.size(), 2U);
  EXPECT_TRUE(array_at(skills[1].body, "roles").empty()) << "nothing is made up for a skill that no role asks for";
  EXPECT_EQ(facts("skill.overlay_loaded").size(), 1U);
}

TEST_F(I_4_Skills, load_nothing_of_a_broken_file_and_say_which_rows_and_why) {
  EXPECT_EQ(
      faults_of(
          "code,name,role,level\n,x,,\nK1,,B-1,1\nK2,a,Z-1,1\nK3,a,B-1,5\nK4,a,B-1,x\nK5,a,,3\nK6,a,B-1,1\nK6,b,B-2,1\n"
          "K6,a,B-1,2\n"),
      (std::vector<std::string>{"2:skills.code", "3:skills.name", "4:skills.role", "5:skills.level", "6:skills.level",
                                "7:skills.role", "9:skills.name_twice", "10:skills.role_twice"}));
  EXPECT_EQ(faults_of("code,name,level4\nK1,a,1\n"), (std::vector<std::string>{"1:skills.column"}));
  EXPECT_EQ(faults_of("name,role\na,B-1\n"), (std::vector<std::string>{"1:skills.column_missing"}));
  EXPECT_EQ(faults_of("code,name\n"), (std::vector<std::string>{"0:skills.none"}));
  EXPECT_EQ(faults_of("code,name\nK1,\x83\x41\n"), (std::vector<std::string>{"0:skills.encoding"}));
  EXPECT_TRUE(all("skill").empty());
}

TEST_F(I_4_Skills, change_nothing_when_the_same_edition_comes_again_and_replace_the_one_before) {
  EXPECT_EQ(load(first, "1").created, 2);
  const OverlayOutcome again = load(first, "1");
  EXPECT_EQ(again.unchanged, 2);
  EXPECT_EQ(again.created + again.changed + again.replaced, 0);
  EXPECT_EQ(facts("skill.overlay_loaded").size(), 1U);
  const OverlayOutcome mended = load("code,name,role,level\nK1,パケットの読み方,C-1,4\n", "1");
  EXPECT_EQ(mended.changed, 1);
  EXPECT_EQ(mended.replaced, 1) << "K2 is no longer part of it";
  load("code,name\nJ1,日本の体系\n", "2026", "SecBoK");
  const OverlayOutcome next = load("code,name,role,level\nK1,パケットの読み方,C-1,2\nK9,新しい,B-1,1\n", "2");
  EXPECT_EQ(next.created, 2);
  EXPECT_EQ(next.replaced, 1);
  std::map<std::string, int> states;
  for (const Record& one : all("skill")) ++states[one.state + " " + text_at(one.body, "framework")];
  EXPECT_EQ(states, (std::map<std::string, int>{{"current NICE", 2}, {"replaced NICE", 2}, {"current SecBoK", 1}}));
}

TEST_F(I_4_Skills, are_loaded_only_by_who_may) {
  const auto read = read_overlay(first, organisation->book(), "NICE", "1");
  ASSERT_TRUE(read);
  forbidden(load_overlay(*ledger, person("sato", {"analyst"}), *read));
  EXPECT_TRUE(all("skill").empty());
}

TEST_F(I_4_Skills, show_a_gap_where_nobody_of_the_role_is_at_the_level) {
  load(first, "1");
  const Record ito = make(
      "person", {{"name", "伊藤"}, {"account", "user:ito"}, {"skills", json::array{{{"skill", "k1"}, {"level", 2}}}}});
  const Record mori = make("person", {{"name", "森"}, {"roles", "C-1、B-2"}});
  make("role_assignment", {{"role", "C-1"}, {"sourcing", "own"}, {"owner", "ito"}, {"from", "2026-04-01"}});
  const auto view = matrix();
  ASSERT_EQ(view->roles.size(), 2U);
  const RoleSkills& analysis = view->roles[0];  // B-2 comes first in the textbook
  EXPECT_EQ(analysis.role->id, "B-2");
  ASSERT_EQ(analysis.people.size(), 1U);
  EXPECT_TRUE(analysis.skills[0].open());
  EXPECT_FALSE(analysis.skills[0].best) << "nothing is known: that is not level 0";
  EXPECT_EQ(analysis.skills[0].unstated, (std::vector<std::string>{mori.id.value}));
  const RoleSkills& forensics = view->roles[1];
  EXPECT_EQ(forensics.people.size(), 2U);
  EXPECT_TRUE(forensics.skills[0].open());
  EXPECT_EQ(forensics.skills[0].best, 2);

  ok(ledger->update(person("kondo", {"manager"}), "api", ito.id, 1,
                    {{"skills", json::array{{{"skill", "パケットの読み方"}, {"level", 3}}}}}));
  const auto trained = matrix();
  EXPECT_FALSE(trained->roles[1].skills[0].open());
  EXPECT_EQ(trained->roles[1].skills[0].able, (std::vector<std::string>{ito.id.value}));
  const auto team =
      std::ranges::find_if(trained->teams, [](const TeamSkills& one) { return one.team.title_ja == "フォレンジック"; });
  ASSERT_NE(team, trained->teams.end());
  ASSERT_EQ(team->skills.size(), 1U);
  EXPECT_EQ(team->skills[0].asked, 3);
  EXPECT_FALSE(team->skills[0].open());
}

}  // namespace
}  // namespace yagura::desks::governance
