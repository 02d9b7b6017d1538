// The same events as EVTX and as JSON (SigmaHQ's regression data) must give the same fields.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "decoded.hpp"
#include "formats/windows_event.hpp"
#include "shared_data.hpp"

namespace yagura::formats {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_guid(std::string_view text) {
  return text.size() == 36 && text.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos;
}

/// What the two exports spell differently on purpose: Windows, and so this reader, puts a GUID in braces, the JSON's
/// writer does not; Windows gives times to 100 ns, the JSON to a microsecond; the JSON's writer drops white space at
/// both ends of a value, which a command line may well have.
std::string comparable(std::string_view name, std::string_view text) {
  text = trim(text);
  if (name == "ParentCommandLine" && text == "C:\\Windows\\Explorer.EXE")
    text = "C:\\Windows\\Explorer.exe";  // edited in one JSON
  if (text.size() == 38 && text.starts_with('{') && text.ends_with('}')) text = text.substr(1, 36);
  if (is_guid(text)) return ascii_lower(text);
  if (name == "TimeCreated") return std::string(text.substr(0, 26));
  return std::string(text);
}

/// "name=value" of every field, in the source's order.
std::vector<std::string> comparable_fields(const Decoded& decoded, const event::Event& event) {
  std::vector<std::string> out;
  for (const event::Field& field : decoded.batch.fields(event)) {
    const event::Value value = field.value();
    const std::string name(event::FieldNames::instance().name(field.id));
    const bool system_null = value.is_null() && windows_field_named(name).has_value();
    const bool element_without_text = value.is_null() && (name == "Correlation" || name == "Security");
    if (system_null || element_without_text) continue;  // JSON writes empty elements of <System> as null
    const char* kind = value.kind == event::Kind::integer ? "#" : "";
    out.push_back(name + kind + "=" + comparable(name, value.text));
  }
  std::ranges::sort(out);
  return out;
}

TEST(EvtxAndJson, give_the_same_fields_for_the_same_record) {
  const fs::path root = shared_data() / "sigma/regression_data";
  if (!fs::exists(root)) GTEST_SKIP() << root << " is absent";
  size_t pairs = 0;
  for (const auto& file : fs::recursive_directory_iterator(root)) {
    if (file.path().extension() != ".evtx") continue;
    fs::path json_file = file.path();
    json_file.replace_extension(".json");
    ASSERT_TRUE(fs::exists(json_file)) << json_file;
    ++pairs;
    const Decoded evtx = decode("evtx", read(file.path()));
    const Decoded json = decode("windows-json", read(json_file));
    std::map<uint64_t, const event::Event*> by_record;
    for (const event::Event& event : evtx.batch.events())
      if (!has(event.dirt, event::Dirt::carved)) by_record[event.record_id] = &event;
    EXPECT_EQ(by_record.size(), json.size()) << file.path();
    for (const event::Event& event : json.batch.events()) {
      const auto same = by_record.find(event.record_id);
      ASSERT_NE(same, by_record.end()) << file.path() << " lacks record " << event.record_id;
      EXPECT_EQ(comparable_fields(evtx, *same->second), comparable_fields(json, event)) << file.path();
      EXPECT_EQ(same->second->host, event.host);
      EXPECT_EQ(same->second->channel, event.channel);
      EXPECT_EQ(same->second->provider, event.provider);
      EXPECT_EQ(same->second->event_id, event.event_id);
      EXPECT_EQ(same->second->time.ns / 1000, event.time.ns / 1000);
      EXPECT_EQ(same->second->dirt, event::Dirt::none);
    }
  }
  EXPECT_EQ(pairs, 116u);
}

}  // namespace
}  // namespace yagura::formats
