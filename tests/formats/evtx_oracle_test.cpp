// The oracle: libevtx's evtxexport prints every record of every EVTX file at hand; this reader must give the same
// records with the same values. Compared are the XML trees, since both tools write XML.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>

#include "base/text.hpp"
#include "decoded.hpp"
#include "shared_data.hpp"
#include "xml_tree.hpp"

namespace yagura::formats {
namespace {

namespace fs = std::filesystem;

std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return {};
  std::string out;
  char buffer[65536];
  for (size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, got);
  return pclose(pipe) == 0 ? out : std::string();
}

/// evtxexport's records: its output is one <Event ...> to </Event> after another.
std::vector<std::string> exported(const fs::path& file, const char* mode) {
  const std::string all = output_of("evtxexport -f xml -m " + std::string(mode) + " '" + file.string() + "'");
  constexpr std::string_view open = "\n<Event xmlns=";
  constexpr std::string_view close = "\n</Event>";
  std::vector<std::string> out;
  for (size_t at = all.find(open); at != std::string::npos;) {
    const size_t next = all.find(open, at + 1);
    const std::string record = all.substr(at + 1, next - at - 1);
    const size_t end = record.rfind(close);
    out.push_back(end == std::string::npos ? record : record.substr(0, end + close.size()));
    at = next;
  }
  return out;
}

/// What the two spell differently on purpose: evtxexport pads hexadecimal numbers with zeros and times to nine
/// digits; it writes a carriage return as it is, which an XML reader drops before a line feed; and it writes control
/// characters, which XML can't hold, where this reader writes U+FFFD.
std::string comparable(const std::string& given) {
  std::string text;
  for (const char c : given) {
    if (c == '\r') continue;
    const bool control = static_cast<uint8_t>(c) < ' ' && c != '\t' && c != '\n';
    text += control ? "\xEF\xBF\xBD" : std::string(1, c);
  }
  static const std::regex hexadecimal("0x0*([0-9a-f]+)");
  static const std::regex time("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7})(00)?Z");
  std::smatch match;
  if (text.size() < 32 && (std::regex_match(text, match, hexadecimal) || std::regex_match(text, match, time)))
    return match[1];
  return text;
}

/// The tree as lines, so that a difference reads well. Namespace declarations are left out: evtxexport orders them
/// otherwise.
void put_lines(const XmlElement& element, const std::string& path, std::string& out) {
  const std::string here = path + "/" + element.name;
  out += here + (element.children.empty() ? "=" + comparable(element.text) : "") + "\n";
  for (const auto& [name, value] : element.attributes)
    if (!name.starts_with("xmlns")) out += here + "@" + name + "=" + comparable(value) + "\n";
  for (const XmlElement& child : element.children) put_lines(child, here, out);
}

std::string lines_of(const XmlElement& element) {
  std::string out;
  put_lines(element, "", out);
  return out;
}

uint64_t record_id(const std::string& xml) {
  const size_t at = xml.find("<EventRecordID>");
  return at == std::string::npos ? 0 : std::strtoull(xml.c_str() + at + 15, nullptr, 10);
}

class EvtxOracle : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_data())) GTEST_SKIP() << shared_data() << " is absent";
    if (output_of("evtxexport -V 2>/dev/null").empty()) GTEST_SKIP() << "evtxexport (libevtx-utils) is not installed";
    for (const auto& entry : fs::recursive_directory_iterator(shared_data()))
      if (entry.path().extension() == ".evtx") files_.push_back(entry.path());
    ASSERT_FALSE(files_.empty());
  }

  /// Holds our events with or without the mark `carved` against evtxexport's. Gives how many agreed.
  size_t compare(const fs::path& file, bool carved) {
    std::ifstream in(file, std::ios::binary);
    const Decoded ours = decode("evtx", std::string{std::istreambuf_iterator<char>(in), {}});
    std::multimap<uint64_t, std::string> theirs;
    for (std::string& record : exported(file, carved ? "recovered" : "items"))
      theirs.emplace(record_id(record), std::move(record));
    size_t agreed = 0;
    size_t count = 0;
    for (size_t i = 0; i < ours.size(); ++i) {
      if (ours.marked(i, event::Dirt::carved) != carved) continue;
      ++count;
      const auto tree = read_xml(ours[i].raw);
      EXPECT_TRUE(tree) << tree.error() << " in " << ours[i].raw;
      const auto same = theirs.find(ours[i].record_id);
      if (carved && same == theirs.end()) continue;
      EXPECT_NE(same, theirs.end()) << file << " gave record " << ours[i].record_id << " to us alone";
      if (!tree || same == theirs.end()) continue;
      const auto other = read_xml(same->second, XmlCharacters::control_too);
      EXPECT_TRUE(other) << other.error() << " in " << same->second;
      if (other) EXPECT_EQ(lines_of(*tree), lines_of(*other)) << file << " record " << ours[i].record_id;
      if (other && lines_of(*tree) == lines_of(*other)) ++agreed;
      theirs.erase(same);
    }
    if (!carved) {
      EXPECT_TRUE(theirs.empty()) << file << ": evtxexport has " << theirs.size() << " more";
      EXPECT_EQ(agreed, count) << file;
    }
    return agreed;
  }

  std::vector<fs::path> files_;
};

TEST_F(EvtxOracle, every_record_of_every_file_has_the_same_values) {
  size_t agreed = 0;
  for (const fs::path& file : files_) agreed += compare(file, false);
  EXPECT_GT(agreed, files_.size());
  RecordProperty("records", static_cast<int>(agreed));
}

// evtxexport also recovers records whose template has been overwritten, and prints garbage for them; this reader
// counts those instead. So every record recovered here that evtxexport has too must agree, and not the other way.
TEST_F(EvtxOracle, recovered_records_have_the_same_values) {
  size_t agreed = 0;
  for (const fs::path& file : files_) agreed += compare(file, true);
  EXPECT_GT(agreed, 200u);
  RecordProperty("records", static_cast<int>(agreed));
}

}  // namespace
}  // namespace yagura::formats
