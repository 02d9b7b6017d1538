// Who does each role, on the areas and against the patterns: held by assignments that are made up, one pattern after
// another.
#include "desks/governance/sourcing.hpp"

#include <gtest/gtest.h>

#include <set>

namespace yagura::desks::governance {
namespace {

class A_6_Sourcing : public ::testing::Test {
 protected:
  A_6_Sourcing() {
    auto loaded = Textbook::load(YAGURA_SOURCE_DIR "/catalog/textbook/isog-j-1.0.yaml");
    EXPECT_TRUE(loaded);
    book = std::move(*loaded);
    for (const Role& role : book.roles) {
      RolePulse pulse;
      pulse.role = &role;
      pulse.rhythm.performed = 1;
      board.roles.push_back(std::move(pulse));
    }
  }

  RolePulse& pulse(const std::string& role) {
    return *std::ranges::find_if(board.roles, [&](const RolePulse& one) { return one.role->id == role; });
  }
  void assign(const std::string& role, const std::string& sourcing, const std::string& target = "") {
    RolePulse& one = pulse(role);
    one.owner = "ito";
    one.assignments.push_back({.record = "RAS-" + role,
                               .role = role,
                               .sourcing = sourcing,
                               .target = target,
                               .owner = "ito",
                               .department = "IT"});
  }
  /// Every role of the area.
  void assign_area(const std::string& area, const std::string& sourcing) {
    for (const Role& role : book.roles)
      if (role.area == area) assign(role.id, sourcing);
  }
  std::set<std::string> warned(SourcingWarning::Kind kind) const {
    std::set<std::string> out;
    for (const SourcingWarning& one : view_sourcing(book, board).warnings)
      if (one.kind == kind) out.insert(one.role->id);
    return out;
  }

  Textbook book;
  PulseBoard board;
};

TEST_F(A_6_Sourcing, is_in_no_pattern_while_nothing_is_decided) {
  const SourcingView view = view_sourcing(book, board);
  EXPECT_EQ(view.pattern, nullptr);
  EXPECT_EQ(view.undecided, 54);
  EXPECT_TRUE(view.warnings.empty());
}

TEST_F(A_6_Sourcing, finds_each_of_the_four_patterns) {
  struct Case {
    const char *two, *three, *four;
    int pattern;
  };
  // What "shared" means is the area's: led by the own organisation in II, by specialists in III and IV.
  for (const Case& one :
       {Case{"specialist", "shared", "specialist", 1}, Case{"shared", "shared", "specialist", 2},
        Case{"own", "shared", "shared", 2}, Case{"own", "specialist", "own", 3}, Case{"own", "own", "own", 4}}) {
    for (RolePulse& pulse : board.roles) pulse.assignments.clear();
    assign_area("I", "own");
    assign_area("II", one.two);
    assign_area("III", one.three);
    assign_area("IV", one.four);
    const SourcingView view = view_sourcing(book, board);
    ASSERT_NE(view.pattern, nullptr);
    EXPECT_EQ(view.pattern->id, one.pattern) << one.two << " " << one.three << " " << one.four;
    EXPECT_TRUE(view.exact);
    EXPECT_EQ(view.undecided, 1) << "the role of all areas";
  }
}

TEST_F(A_6_Sourcing, counts_an_area_by_more_than_half_of_what_is_performed) {
  std::vector<std::string> two;
  for (const Role& role : book.roles)
    if (role.area == "II") two.push_back(role.id);
  ASSERT_GE(two.size(), 4U);
  assign(two[0], "own");
  assign(two[1], "specialist");
  const auto covered = [&] {
    const SourcingView view = view_sourcing(book, board);
    return std::ranges::find_if(view.areas, [](const AreaCover& cover) { return cover.area->id == "II"; })->own;
  };
  EXPECT_FALSE(covered()) << "half is not more than half";
  assign(two[2], "none");
  EXPECT_FALSE(covered()) << "what is not performed is led by nobody";
  assign(two[3], "shared");
  EXPECT_TRUE(covered());
}

TEST_F(A_6_Sourcing, says_so_when_no_pattern_fits_and_takes_the_lighter_of_two) {
  assign_area("I", "own");
  assign_area("II", "specialist");
  assign_area("III", "specialist");
  assign_area("IV", "own");  // I and IV: one area from pattern 1, one from 3
  const SourcingView view = view_sourcing(book, board);
  ASSERT_NE(view.pattern, nullptr);
  EXPECT_EQ(view.pattern->id, 1);
  EXPECT_FALSE(view.exact);
}

TEST_F(A_6_Sourcing, tells_what_a_target_would_move) {
  assign_area("I", "own");
  assign_area("II", "shared");
  assign_area("III", "shared");
  assign_area("IV", "specialist");
  assign("I-6", "own");
  const SourcingView same = view_sourcing(book, board, 2);
  EXPECT_TRUE(same.moves.empty());
  const SourcingView three = view_sourcing(book, board, 3);
  ASSERT_FALSE(three.moves.empty());
  for (const SourcingMove& move : three.moves) {
    EXPECT_EQ(move.role->area, "IV");
    EXPECT_EQ(move.from, DoneBy::specialist);
    EXPECT_EQ(move.to, DoneBy::own);
  }
  const SourcingView one = view_sourcing(book, board, 1);
  for (const SourcingMove& move : one.moves) EXPECT_EQ(move.role->area, "II");
  EXPECT_EQ(view_sourcing(book, board, 9).target, nullptr);
}

TEST_F(A_6_Sourcing, shows_what_assignments_aim_at_when_no_target_is_named) {
  assign("B-1", "specialist", "shared");
  assign("B-2", "specialist", "specialist");
  const SourcingView view = view_sourcing(book, board);
  ASSERT_EQ(view.moves.size(), 1U);
  EXPECT_EQ(view.moves.front().role->id, "B-1");
  EXPECT_EQ(view.moves.front().to, DoneBy::shared);
}

TEST_F(A_6_Sourcing, warns_where_area_one_is_outsourced) {
  assign("A-1", "specialist");
  assign("A-3", "own");
  assign("B-1", "specialist");  // area IV: as it should be
  EXPECT_EQ(warned(SourcingWarning::Kind::area_one_outsourced), (std::set<std::string>{"A-1"}));
}

TEST_F(A_6_Sourcing, warns_where_a_role_is_taken_in_without_anybody_doing_it) {
  for (const char* role : {"C-1", "C-2", "C-3"}) assign(role, "own");
  pulse("C-2").rhythm.performed = 0;
  pulse("C-3").owner.clear();
  EXPECT_EQ(warned(SourcingWarning::Kind::insourced_without_deeds), (std::set<std::string>{"C-2"}));
  EXPECT_EQ(warned(SourcingWarning::Kind::insourced_without_owner), (std::set<std::string>{"C-3"}));
}

TEST_F(A_6_Sourcing, warns_of_contradicting_assignments_and_of_providers_that_nobody_names) {
  assign("B-1", "specialist");
  assign("B-1", "own");
  assign("B-2", "specialist");
  pulse("B-2").assignments.front().department.clear();
  EXPECT_EQ(warned(SourcingWarning::Kind::contradicting), (std::set<std::string>{"B-1"}));
  EXPECT_EQ(warned(SourcingWarning::Kind::nobody_named), (std::set<std::string>{"B-2"}));
}

TEST_F(A_6_Sourcing, never_takes_full_insourcing_for_the_goal) {
  for (const Role& role : book.roles) assign(role.id, "own");
  for (RolePulse& one : board.roles) one.rhythm.performed = 0;
  const SourcingView full = view_sourcing(book, board);
  ASSERT_NE(full.pattern, nullptr);
  EXPECT_EQ(full.pattern->id, 4);
  EXPECT_TRUE(full.moves.empty());
  EXPECT_EQ(full.warnings.size(), 54U) << "all of it on paper: each role is warned of";
  for (RolePulse& one : board.roles) one.assignments.clear();
  for (RolePulse& one : board.roles) one.rhythm.performed = 1;
  for (const Role& role : book.roles) assign(role.id, role.area == "I" ? "own" : "specialist");
  EXPECT_TRUE(view_sourcing(book, board).warnings.empty()) << "much outsourced and performed: nothing to blame";
}

}  // namespace
}  // namespace yagura::desks::governance
