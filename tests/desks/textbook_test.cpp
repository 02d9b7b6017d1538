#include "desks/governance/textbook.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "desks/governance/staffing_table.hpp"

namespace yagura::desks::governance {
namespace {

const std::filesystem::path folder = YAGURA_SOURCE_DIR "/catalog/textbook";

TEST(Textbook, holds_its_hard_numbers) {
  const auto book = Textbook::load(folder / "isog-j-1.0.yaml");
  ASSERT_TRUE(book) << to_text(book.error());
  std::map<std::string, int> by_function;
  size_t placements = 0;
  size_t links = 0;
  for (const Role& role : book->roles) {
    ++by_function[role.function];
    placements += role.teams.size();
    links += role.links.size();
  }
  EXPECT_EQ(book->roles.size(), 54U);
  EXPECT_EQ(by_function,
            (std::map<std::string, int>{
                {"A", 6}, {"B", 5}, {"C", 5}, {"D", 8}, {"E", 7}, {"F", 4}, {"G", 10}, {"H", 3}, {"I", 6}}));
  EXPECT_EQ(placements, 66U);
  EXPECT_EQ(links, 126U);
}

TEST(Textbook, keeps_both_printed_areas_where_table_and_figure_disagree) {
  const auto book = Textbook::load(folder / "isog-j-1.0.yaml");
  ASSERT_TRUE(book);
  std::map<std::string, std::pair<std::string, std::string>> differing;
  for (const Role& role : book->roles)
    if (role.area_table2 != role.area_figure7) differing[role.id] = {role.area_table2, role.area_figure7.value_or("")};
  EXPECT_EQ(differing, (std::map<std::string, std::pair<std::string, std::string>>{{"G-4", {"IV", "III"}},
                                                                                   {"G-8", {"I", "IV"}},
                                                                                   {"G-9", {"IV", "III"}},
                                                                                   {"G-10", {"III", "I"}},
                                                                                   {"I-6", {"all", ""}}}));
}

TEST(Textbook, gives_a_reason_for_each_area_that_it_chose) {
  const auto book = Textbook::load(folder / "isog-j-1.0.yaml");
  ASSERT_TRUE(book);
  for (const Role& role : book->roles) {
    const bool disagree = role.area_table2 != role.area_figure7;
    EXPECT_EQ(role.area, role.area_figure7.value_or(role.area_table2)) << role.id;
    EXPECT_EQ(disagree, !role.area_reason_ja.empty()) << role.id;
    EXPECT_EQ(disagree, !role.area_reason_en.empty()) << role.id;
  }
}

TEST(Textbook, orders_areas_by_their_dependence_on_specialists) {
  const auto book = Textbook::load(folder / "isog-j-1.0.yaml");
  ASSERT_TRUE(book);
  std::map<int, std::string> order;
  for (const Area& area : book->areas) order[area.dependence] = area.id;
  EXPECT_EQ(order, (std::map<int, std::string>{{1, "I"}, {2, "II"}, {3, "IV"}, {4, "III"}}));
  std::set<std::pair<std::string, std::string>> indicators;  // each combination is one area
  for (const Area& area : book->areas) indicators.emplace(area.information, area.specialist_skill);
  EXPECT_EQ(indicators.size(), 4U);
}

TEST(Textbook, has_four_patterns_each_doing_more_than_the_one_before) {
  const auto book = Textbook::load(folder / "isog-j-1.0.yaml");
  ASSERT_TRUE(book);
  std::map<int, std::vector<std::string>> own;
  for (const SourcingPattern& pattern : book->patterns) own[pattern.id] = pattern.own;
  EXPECT_EQ(own, (std::map<int, std::vector<std::string>>{
                     {1, {"I"}}, {2, {"I", "II"}}, {3, {"I", "II", "IV"}}, {4, {"I", "II", "III", "IV"}}}));
}

TEST(Textbook, places_roles_with_nine_teams) {
  const auto book = Textbook::load(folder / "isog-j-1.0.yaml");
  ASSERT_TRUE(book);
  std::set<std::string> teams;
  for (const Team& team : book->teams) teams.insert(team.title_ja);
  EXPECT_EQ(teams.size(), 9U);
  for (const Role& role : book->roles)
    for (const RoleTeam& team : role.teams) EXPECT_TRUE(teams.contains(team.title_ja)) << role.id;
}

TEST(Textbook, decides_long_improvements_in_a_and_builds_them_in_g) {
  const auto book = Textbook::load(folder / "isog-j-1.0.yaml");
  ASSERT_TRUE(book);
  ASSERT_EQ(book->cycles.size(), 2U);
  EXPECT_FALSE(book->cycles[0].new_resources);
  EXPECT_TRUE(book->cycles[1].new_resources);
  EXPECT_EQ(book->cycles[1].decided_in, "A");
  EXPECT_EQ(book->cycles[1].built_in, "G");
}

TEST(Textbook, keeps_the_titles_that_other_tables_print) {
  const auto book = Textbook::load(folder / "isog-j-1.0.yaml");
  ASSERT_TRUE(book);
  EXPECT_EQ(book->find("B-5")->aliases_ja, (std::vector<std::string>{"分析内容問合せ受付", "問合せ受付"}));
  EXPECT_EQ(book->find("H-2")->aliases_ja, (std::vector<std::string>{"内部不正対応調査・分析支援"}));
  EXPECT_EQ(book->find("J-1"), nullptr);
}

TEST(Textbook, leads_people_from_a_background_to_a_first_role) {
  const auto book = Textbook::load(folder / "isog-j-1.0.yaml");
  ASSERT_TRUE(book);
  std::map<std::string, std::string> first;
  for (const FirstRole& one : book->first_roles) first[one.background] = one.role;
  EXPECT_EQ(first, (std::map<std::string, std::string>{
                       {"network_operation", "G-1"}, {"audit", "H-1"}, {"web_development", "E-4"}}));
  EXPECT_EQ(book->path.size(), 6U);
}

TEST(Staffing, is_the_table_of_chapter_six) {
  const auto levels = load_staffing(folder / "staffing-isog-j-1.0.yaml");
  ASSERT_TRUE(levels) << to_text(levels.error());
  std::map<int, int> totals;
  for (const auto& [level, staffing] : *levels) totals[level] = staffing.total;
  EXPECT_EQ(totals, (std::map<int, int>{{0, 4}, {1, 7}, {2, 12}, {3, 26}}));
}

}  // namespace
}  // namespace yagura::desks::governance
