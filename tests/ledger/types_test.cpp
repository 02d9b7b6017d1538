#include <algorithm>
#include <cstdlib>
#include <regex>
#include <set>

#include "fixture.hpp"

namespace yagura::ledger::testing {
namespace {

namespace fs = std::filesystem;

const fs::path golden = YAGURA_SOURCE_DIR "/tests/golden/ledger";

/// What the loader says about the files of a case.
std::string diagnostics_of(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::pair<std::string, std::string>> files;
  for (const fs::path& path : paths) files.emplace_back(path.filename().string(), read_text(path));
  const auto types = RecordTypes::parse(files);
  if (types) return "sound\n";
  std::string out;
  for (const Diagnostic& fault : types.error()) out += to_text(fault) + "\n";
  return out;
}

/// Each folder of tests/golden/ledger holds type files and expected.txt. YAGURA_UPDATE_GOLDEN=1 writes it anew.
TEST(RecordTypeFiles, are_judged_as_the_golden_cases_say) {
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(golden)) {
    const std::string found = diagnostics_of(entry.path());
    const fs::path file = entry.path() / "expected.txt";
    if (std::getenv("YAGURA_UPDATE_GOLDEN")) std::ofstream(file) << found;
    EXPECT_EQ(found, read_text(file)) << entry.path().filename();
    ++cases;
  }
  EXPECT_GE(cases, 25);
}

TEST(RecordTypeFiles, have_a_golden_case_for_every_code) {
  std::set<std::string> codes;
  for (const char* source :
       {"yaml_reader.cpp", "field_parse.cpp", "record_type_parse.cpp", "record_types.cpp", "move_condition.cpp"}) {
    const std::string text = read_text(fs::path(YAGURA_SOURCE_DIR "/src/ledger") / source);
    const std::regex by_reader(R"re(wrong\((?:reader\.at\([^)]*\)|[a-z.\[\]]+),\s*"([a-z_]+)")re");
    for (std::sregex_iterator it(text.begin(), text.end(), by_reader), end; it != end; ++it)
      codes.insert("record_type." + (*it)[1].str());
    const std::regex whole(R"re("(record_type\.[a-z_]+)")re");
    for (std::sregex_iterator it(text.begin(), text.end(), whole), end; it != end; ++it) codes.insert((*it)[1].str());
  }
  codes.erase("record_type.folder");  // needs a folder that is not there: the test below
  EXPECT_GE(codes.size(), 25u);
  std::string all;
  for (const auto& entry : fs::directory_iterator(golden)) all += read_text(entry.path() / "expected.txt");
  for (const std::string& code : codes) EXPECT_NE(all.find("[" + code + "]"), std::string::npos) << code;
}

TEST(RecordTypeFiles, that_are_not_there_are_named) {
  const auto types = RecordTypes::load("/nowhere/at/all");
  ASSERT_FALSE(types);
  EXPECT_EQ(types.error().front().code, "record_type.folder");
}

TEST(RecordTypeFiles, of_the_catalogue_are_sound) {
  const auto types = RecordTypes::load(YAGURA_SOURCE_DIR "/catalog/records");
  if (!types)
    for (const Diagnostic& fault : types.error()) ADD_FAILURE() << to_text(fault);
}

TEST(RecordTypeFiles, say_all_that_the_manual_shows) {
  const RecordTypes types = test_types();
  const RecordType* drill = types.find("drill");
  ASSERT_NE(drill, nullptr);
  EXPECT_EQ(drill->prefix, "DRL");
  EXPECT_EQ(drill->roles, (std::vector<std::string>{"E-7"}));
  EXPECT_EQ(drill->title.ja, "演習");
  EXPECT_EQ(drill->fields.size(), 7u);
  EXPECT_TRUE(drill->field("subject")->required);
  EXPECT_TRUE(drill->field("subject")->indexed) << "a register is sorted by its texts";
  EXPECT_TRUE(drill->field("time_to_detect")->unknown_allowed);
  EXPECT_EQ(drill->field("gaps")->columns[1].max, 5);
  EXPECT_EQ(drill->field("lead")->sensitivity, Sensitivity::personal);
  EXPECT_TRUE(drill->move("evaluate")->another_person);
  EXPECT_TRUE(drill->state("evaluated")->locked);
  EXPECT_EQ(drill->clocks[0].within_seconds, 30 * 86'400);
  EXPECT_EQ(drill->retention_seconds, 5 * 365 * 86'400);
  EXPECT_EQ(types.of_record("DRL-2026-0001"), drill);
  EXPECT_EQ(types.of_record("XXX-2026-0001"), nullptr);
}

/// Every code that a command can answer has its text in both languages, and stands in the manual.
TEST(ReasonTexts, are_there_for_every_code) {
  std::set<std::string> codes;
  for (const auto& entry : fs::directory_iterator(YAGURA_SOURCE_DIR "/src/ledger")) {
    // What verify() finds has codes of its own.
    const std::string name = entry.path().filename();
    if (!name.ends_with(".cpp") || name.starts_with("verify")) continue;
    const std::string text = read_text(entry.path());
    const std::regex code(R"re("((field|body|record|permission|move|query)\.[a-z_]+)")re");
    for (std::sregex_iterator it(text.begin(), text.end(), code), end; it != end; ++it) codes.insert((*it)[1].str());
  }
  EXPECT_GE(codes.size(), 25u);
  const std::string manual = read_text(YAGURA_SOURCE_DIR "/docs/record-types.md");
  for (const char* lang : {"ja", "en"}) {
    const std::string texts = read_text(fs::path(YAGURA_SOURCE_DIR "/catalog/i18n") / lang / "ledger.yaml");
    for (const std::string& code : codes)
      EXPECT_NE(texts.find("\nledger.reason." + code + ": "), std::string::npos) << lang << " " << code;
  }
  for (const std::string& code : codes) EXPECT_NE(manual.find("`" + code + "`"), std::string::npos) << code;
}

}  // namespace
}  // namespace yagura::ledger::testing
