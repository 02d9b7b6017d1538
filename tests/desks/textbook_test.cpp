#include "desks/governance/textbook.hpp"

#include <gtest/gtest.h>

#include <map>

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

TEST(Staffing, is_the_table_of_chapter_six) {
  const auto levels = load_staffing(folder / "staffing-isog-j-1.0.yaml");
  ASSERT_TRUE(levels) << to_text(levels.error());
  std::map<int, int> totals;
  for (const auto& [level, staffing] : *levels) totals[level] = staffing.total;
  EXPECT_EQ(totals, (std::map<int, int>{{0, 4}, {1, 7}, {2, 12}, {3, 26}}));
}

}  // namespace
}  // namespace yagura::desks::governance
