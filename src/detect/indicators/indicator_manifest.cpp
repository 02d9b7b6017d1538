#include "detect/indicators/indicator_manifest.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "detect/indicators/durable_file.hpp"
#include "detect/indicators/indicator_store.hpp"

namespace yagura::detect {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view first_line = "yagura-indicators 1";

template <typename Number>
bool take_number(std::string_view& line, Number& out) {
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), out);
  if (error != std::errc()) return false;
  line.remove_prefix(static_cast<size_t>(end - line.data()));
  if (line.starts_with(' ')) line.remove_prefix(1);
  return true;
}

bool is_segment_name(std::string_view name) {
  return name.starts_with("segment-") && name.ends_with(".ioc") && name.find('/') == std::string_view::npos;
}

bool read_line(std::string_view line, IndicatorManifest& out) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return false;
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(space + 1);
  if (word == "next") return take_number(line, out.next_file) && take_number(line, out.next_age);
  if (word == "source") {
    SourceState source;
    if (!take_number(line, source.removed_through) || line.empty()) return false;
    source.name = line;
    out.sources.push_back(std::move(source));
    return true;
  }
  if (word == "expiry") {
    std::pair<uint64_t, int64_t> expiry;
    if (out.sources.empty() || !take_number(line, expiry.first) || !take_number(line, expiry.second)) return false;
    out.sources.back().expiries.push_back(expiry);
    return true;
  }
  Part part;
  if (word != "part" || !take_number(line, part.age)) return false;
  const size_t end = line.find(' ');
  if (end == std::string_view::npos) return false;
  part.file = line.substr(0, end);
  part.sha256 = line.substr(end + 1);
  out.parts.push_back(std::move(part));
  return is_segment_name(out.parts.back().file);
}

}  // namespace

std::optional<IndicatorManifest> read_manifest(const std::string& text) {
  const size_t end = text.rfind("end ");
  if (end == std::string::npos || trim(std::string_view(text).substr(end + 4)) != sha256_hex(text.substr(0, end)))
    return std::nullopt;
  IndicatorManifest out;
  const auto lines = split(std::string_view(text).substr(0, end), '\n');
  if (lines.front() != first_line) return std::nullopt;
  for (size_t i = 1; i < lines.size(); ++i)
    if (!lines[i].empty() && !read_line(lines[i], out)) return std::nullopt;
  return out;
}

Status IndicatorStore::write_manifest(const std::vector<Part>& parts, const std::vector<SourceState>& sources) {
  uint64_t next_file = 0;
  {
    const std::lock_guard lock(swapping_);
    next_file = next_file_;
  }
  std::string text = fmt::format("{}\nnext {} {}\n", first_line, next_file, next_age_);
  for (const SourceState& source : sources) {
    text += fmt::format("source {} {}\n", source.removed_through, source.name);
    for (const auto& [through, until] : source.expiries) text += fmt::format("expiry {} {}\n", through, until);
  }
  for (const Part& part : parts) text += fmt::format("part {} {} {}\n", part.age, part.file, part.sha256);
  text += "end " + sha256_hex(text) + "\n";
  return replace_file(folder_ / indicator_manifest_name, text);
}

Status IndicatorStore::load() {
  const fs::path file = folder_ / indicator_manifest_name;
  IndicatorManifest manifest;
  if (std::ifstream in(file, std::ios::binary); in) {
    std::ostringstream text;
    text << in.rdbuf();
    auto read = read_manifest(text.str());
    if (!read)
      return failure(ErrorKind::corrupt, file.string() +
                                             " is not what was written; move it away with its folder and "
                                             "import the lists again");
    manifest = std::move(*read);
  }
  std::vector<Part> parts;
  std::set<std::string> named;
  for (Part& part : manifest.parts) {
    named.insert(part.file);
    auto segment = Segment::load((folder_ / part.file).string(), part.sha256);
    bool sound = segment.has_value();
    if (sound)
      (*segment)->each(0, [&](const Segment::Record& record, size_t) {
        sound = record.listing->source < manifest.sources.size();
        return sound;
      });
    if (!sound) {
      broken_.push_back(part.file);
      std::error_code ignored;
      fs::rename(folder_ / part.file, folder_ / (part.file + ".broken"), ignored);
      continue;
    }
    part.segment = std::move(*segment);
    parts.push_back(std::move(part));
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error))
    if (const std::string name = entry.path().filename().string(); is_segment_name(name) && !named.contains(name)) {
      std::error_code ignored;
      fs::remove(entry.path(), ignored);
    }
  next_file_ = manifest.next_file;
  next_age_ = manifest.next_age;
  for (uint32_t i = 0; i < manifest.sources.size(); ++i) source_numbers_.emplace(manifest.sources[i].name, i);
  snapshot_ = std::make_shared<const Snapshot>(parts, manifest.sources, filter_for(parts), 1);
  return {};
}

}  // namespace yagura::detect
