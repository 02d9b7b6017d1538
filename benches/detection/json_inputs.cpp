#include "detection/json_inputs.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <functional>
#include <random>

#include "detect/archives.hpp"
#include "formats/json_index.hpp"

namespace yagura::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view mark_text = "00000000";
constexpr size_t message_bytes_min = 1000;

/// The sample's Windows events, over and over.
std::string sampled(size_t bytes_max) {
  const fs::path file = fs::path(YAGURA_SOURCE_DIR) / "sample/logs/WS-EIGYO-07/winlogbeat.ndjson.gz";
  std::string once;
  archive* in = archive_read_new();
  archive_read_support_filter_gzip(in);
  archive_read_support_format_raw(in);
  archive_entry* entry = nullptr;
  if (archive_read_open_filename(in, file.c_str(), block_bytes) == ARCHIVE_OK &&
      archive_read_next_header(in, &entry) == ARCHIVE_OK) {
    std::string buffer(block_bytes, '\0');
    for (la_ssize_t got = 0; (got = archive_read_data(in, buffer.data(), buffer.size())) > 0;)
      once.append(buffer, 0, static_cast<size_t>(got));
  }
  archive_read_free(in);
  std::string out;
  while (!once.empty() && out.size() < bytes_max) out += once;
  return out;
}

std::string recorded(const fs::path& folder, size_t bytes_max) {
  std::vector<fs::path> zips;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".zip") zips.push_back(entry.path());
  std::ranges::sort(zips);
  std::string out;
  if (zips.empty()) return out;
  const size_t each_max = bytes_max / zips.size() + (1 << 20);
  for (const fs::path& zip : zips)
    detect::test::each_in_zip(zip, each_max, [&](const std::string& name, const std::string& bytes) {
      if (out.size() >= bytes_max || name.starts_with("__MACOSX")) return;
      out += bytes;
      if (!out.ends_with('\n')) out += '\n';
    });
  return out;
}

/// A member of a document's object, as it stands there.
struct Member {
  std::string_view key;   // between its quotes
  std::string_view text;  // of the value
};

/// Calls `take` with every line of `bytes` that is an object, and its members.
void each_document(std::string_view bytes,
                   const std::function<void(std::string_view line, const std::vector<Member>&)>& take) {
  formats::JsonIndex index;
  std::vector<Member> members;
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view line = bytes.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with('{') || index.build(line) != formats::JsonIndex::Outcome::good) continue;
    members.clear();
    const auto tokens = index.tokens();
    size_t depth = 0;
    uint32_t key = 0;
    for (size_t i = 0; i + 1 < tokens.size(); ++i) {
      const char c = line[tokens[i]];
      if (c == '{' || c == '[') ++depth;
      if (depth == 1 && c == ':') key = static_cast<uint32_t>(i - 1);
      const char next = line[tokens[i + 1]];
      if (depth == 1 && c != ',' && c != ':' && (next == ',' || next == '}')) {
        const auto name = line.substr(tokens[key] + 1, tokens[key + 1] - tokens[key] - 2);
        members.push_back({name, line.substr(tokens[key + 2], tokens[i + 1] - tokens[key + 2])});
      }
      if (c == '}' || c == ']') --depth;
    }
    take(line, members);
  }
}

const Member* find(const std::vector<Member>& members, std::string_view key) {
  const auto it = std::ranges::find(members, key, &Member::key);
  return it == members.end() ? nullptr : &*it;
}

bool is_process_creation(const std::vector<Member>& members) {
  const Member* id = find(members, "EventID");
  return id && (id->text == "1" || id->text == "4688") && find(members, "CommandLine");
}

/// What says which event it is, and what no machine would invent anew: these stay.
bool stays(std::string_view key) {
  constexpr std::array names = {"Channel",   "SourceName",    "ProviderGuid", "EventID", "@timestamp", "TimeCreated",
                                "EventTime", "TimeGenerated", "UtcTime",      "host",    "Hostname",   "EventType"};
  return std::ranges::find(names, key) != names.end();
}

/// Adds values with a mark as a word of its own among theirs, anywhere: what changes in a real value is as often its
/// beginning or its middle as its end.
class Marker {
 public:
  void add(std::string& out, const Member& member) {
    std::vector<size_t> places{1};  // behind the quote, and before each word
    for (size_t at = member.text.find(' '); at != std::string_view::npos; at = member.text.find(' ', at + 1))
      places.push_back(at + 1);
    places.push_back(member.text.size() - 1);
    const size_t place = places[random_() % places.size()];
    out.append("\"").append(member.key).append("\":").append(member.text.substr(0, place));
    if (place + 1 == member.text.size()) out += ' ';
    marks_.push_back(out.size());
    out.append(mark_text);
    if (place + 1 != member.text.size()) out += ' ';
    out.append(member.text.substr(place));
  }

  Input input(std::string name, std::string bytes) const {
    Input out(std::move(name), "windows-json", std::move(bytes));
    for (const size_t at : marks_) out.mark(at);
    out.renew();
    return out;
  }

 private:
  std::mt19937 random_{20};  // the same each time
  std::vector<size_t> marks_;
};

}  // namespace

Input mixed_events(size_t bytes_max) {
  const fs::path folder = shared_data() / "security-datasets/atomic/windows";
  if (fs::is_directory(folder)) return {"mixed", "windows-json", recorded(folder, bytes_max)};
  return {"mixed (the sample)", "windows-json", sampled(bytes_max)};
}

Input without_message(const Input& mixed) {
  std::string out;
  each_document(mixed.bytes(), [&](std::string_view, const std::vector<Member>& members) {
    out += '{';
    for (const Member& member : members)
      if (member.key != "Message" && member.key != "message")
        out.append("\"").append(member.key).append("\":").append(member.text).append(",");
    if (out.ends_with(',')) out.pop_back();
    out += "}\n";
  });
  return {"without the message", "windows-json", std::move(out)};
}

Input unique_process_creations(const Input& mixed, size_t bytes_max) {
  std::string once;
  each_document(mixed.bytes(), [&](std::string_view line, const std::vector<Member>& members) {
    if (is_process_creation(members)) once.append(line).append("\n");
  });
  std::string out;
  Marker marker;
  while (!once.empty() && out.size() < bytes_max)
    each_document(once, [&](std::string_view, const std::vector<Member>& members) {
      out += '{';
      for (const Member& member : members) {
        if (member.key == "CommandLine" && member.text.starts_with('"'))
          marker.add(out, member);
        else
          out.append("\"").append(member.key).append("\":").append(member.text);
        out += ',';
      }
      out.back() = '}';
      out += '\n';
    });
  return marker.input("process creations, each command line unique", std::move(out));
}

Input adversarial(const Input& mixed, size_t bytes_max) {
  std::string out;
  Marker marker;
  each_document(mixed.bytes(), [&](std::string_view, const std::vector<Member>& members) {
    if (out.size() >= bytes_max || members.empty()) return;
    out += '{';
    for (const Member& member : members) {
      if (member.text.starts_with('"') && !stays(member.key))
        marker.add(out, member);
      else
        out.append("\"").append(member.key).append("\":").append(member.text);
      out += ',';
    }
    const Member* message = find(members, "Message");
    if (!message || message->text.size() < message_bytes_min) {
      std::string text = "\"";
      while (text.size() < message_bytes_min) text += "What happened was told at length and never twice the same way. ";
      text += '"';
      marker.add(out, {"LongMessage", text});
      out += ',';
    }
    out.back() = '}';
    out += '\n';
  });
  return marker.input("adversarial: no value repeats", std::move(out));
}

}  // namespace yagura::bench
