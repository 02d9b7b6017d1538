// The catalogue's edition against the facts it was carried over from, role by role and link by link, where they lie
// beside the project.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "desks/governance/staffing_table.hpp"
#include "desks/governance/textbook.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;

const std::filesystem::path folder = YAGURA_SOURCE_DIR "/catalog/textbook";

std::filesystem::path source_folder() {
  const char* data = std::getenv("YAGURA_SHARED_DATA");
  return data ? std::filesystem::path(data) / "../textbook"
              : std::filesystem::path(YAGURA_SOURCE_DIR "/../shared/textbook");
}

/// Null when it is not there.
json::value source(const char* file) {
  std::ifstream in(source_folder() / file);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  return text.empty() ? json::value(nullptr) : json::parse(text);
}

std::string text(const json::value& value) {
  return value.is_null() ? std::string() : std::string(value.as_string());
}

class TextbookSource : public ::testing::Test {
 protected:
  void SetUp() override {
    facts = source("roles.json");
    if (facts.is_null()) GTEST_SKIP() << "the textbook's facts are not beside the project: " << source_folder();
    auto loaded = Textbook::load(folder / "isog-j-1.0.yaml");
    ASSERT_TRUE(loaded) << to_text(loaded.error());
    book = std::move(*loaded);
  }

  json::value facts;
  Textbook book;
};

TEST_F(TextbookSource, gave_every_role_its_titles_area_and_teams) {
  ASSERT_EQ(facts.at("roles").as_array().size(), book.roles.size());
  for (const json::value& fact : facts.at("roles").as_array()) {
    const Role* role = book.find(text(fact.at("id")));
    ASSERT_NE(role, nullptr) << fact.at("id");
    EXPECT_EQ(role->title_ja, text(fact.at("title_ja"))) << role->id;
    EXPECT_EQ(role->title_en, text(fact.at("title_en"))) << role->id;
    EXPECT_EQ(role->function, text(fact.at("function"))) << role->id;
    const auto area = [](const json::value& value) { return text(value) == "全領域" ? "all" : text(value); };
    EXPECT_EQ(role->area, area(fact.at("area"))) << role->id;
    EXPECT_EQ(role->area_table2, area(fact.at("area_table2"))) << role->id;
    EXPECT_EQ(role->area_figure7.value_or(""), area(fact.at("area_fig7"))) << role->id;
    ASSERT_EQ(role->teams.size(), fact.at("teams").as_array().size()) << role->id;
    for (size_t i = 0; i < role->teams.size(); ++i) {
      const json::value& team = fact.at("teams").at(i);
      EXPECT_EQ(role->teams[i].title_ja, text(team.at("team_ja"))) << role->id;
      EXPECT_EQ(role->teams[i].title_en, text(team.at("team_en"))) << role->id;
      EXPECT_EQ(role->teams[i].area, text(team.at("area"))) << role->id;
    }
  }
}

TEST_F(TextbookSource, gave_every_link_its_end_kind_and_basis) {
  size_t links = 0;
  for (const json::value& fact : facts.at("roles").as_array()) {
    const Role* role = book.find(text(fact.at("id")));
    ASSERT_NE(role, nullptr);
    ASSERT_EQ(role->links.size(), fact.at("links").as_array().size()) << role->id;
    for (size_t i = 0; i < role->links.size(); ++i, ++links) {
      const json::value& link = fact.at("links").at(i);
      EXPECT_EQ(role->links[i].to, text(link.at("to"))) << role->id;
      EXPECT_EQ(role->links[i].kind, text(link.at("kind"))) << role->id;
      EXPECT_EQ(role->links[i].explicit_in_text, text(link.at("basis")) == "explicit") << role->id;
    }
  }
  EXPECT_EQ(links, 126U);
}

TEST_F(TextbookSource, gave_functions_areas_and_patterns) {
  for (const json::value& fact : facts.at("functions").as_array()) {
    const auto function = std::ranges::find(book.functions, text(fact.at("id")), &TextbookFunction::id);
    ASSERT_NE(function, book.functions.end()) << fact.at("id");
    EXPECT_EQ(function->title_ja, text(fact.at("title_ja")));
    EXPECT_EQ(function->title_en, text(fact.at("title_en")));
    EXPECT_EQ(std::ranges::count(book.roles, function->id, &Role::function), fact.at("roles").to_number<int64_t>());
  }
  for (const json::value& fact : facts.at("areas").as_array()) {
    const auto area = std::ranges::find(book.areas, text(fact.at("id")), &Area::id);
    ASSERT_NE(area, book.areas.end()) << fact.at("id");
    EXPECT_EQ(area->title_ja, text(fact.at("name_ja")));
    EXPECT_EQ(area->information, text(fact.at("information")) == "内部" ? "inside" : "outside");
    EXPECT_EQ(area->specialist_skill, text(fact.at("specialist_skill")) == "高" ? "high" : "low");
    EXPECT_EQ(area->dependence, fact.at("order_of_external_dependence").to_number<int>());
  }
  for (const json::value& fact : facts.at("patterns").as_array()) {
    const auto pattern = std::ranges::find(book.patterns, fact.at("id").to_number<int>(), &SourcingPattern::id);
    ASSERT_NE(pattern, book.patterns.end()) << fact.at("id");
    EXPECT_EQ(pattern->title_ja, text(fact.at("name_ja")));
    std::vector<std::string> own;
    for (const json::value& one : fact.at("self").as_array()) own.push_back(text(one));
    EXPECT_EQ(pattern->own, own);
  }
}

TEST_F(TextbookSource, gave_the_staffing_table_cell_by_cell) {
  const json::value table = source("staffing.json");
  ASSERT_FALSE(table.is_null());
  const auto levels = load_staffing(folder / "staffing-isog-j-1.0.yaml");
  ASSERT_TRUE(levels) << to_text(levels.error());
  const std::map<std::string, std::string> modes{
      {"日勤", "day"}, {"常時", "always"}, {"兼務", "shared"}, {"しない", "none"}};
  for (const auto& entry : table.at("levels").as_object()) {
    const StaffingLevel& level = levels->at(std::stoi(std::string(entry.key())));
    EXPECT_EQ(level.total, table.at("totals").at(entry.key()).to_number<int>());
    ASSERT_EQ(level.teams.size(), entry.value().as_object().size());
    for (const auto& cell : entry.value().as_object()) {
      const auto team = std::ranges::find(level.teams, std::string(cell.key()), &StaffedTeam::title_ja);
      ASSERT_NE(team, level.teams.end()) << cell.key();
      const json::object& fact = cell.value().as_object();
      EXPECT_EQ(team->mode, modes.at(text(fact.at("mode")))) << cell.key();
      EXPECT_EQ(team->headcount, fact.at("headcount").to_number<int>()) << cell.key();
      EXPECT_EQ(team->seats, fact.contains("seats") ? fact.at("seats").to_number<int>() : 0) << cell.key();
      EXPECT_EQ(team->by, fact.contains("by") ? text(fact.at("by")) : "") << cell.key();
    }
  }
}

}  // namespace
}  // namespace yagura::desks::governance
