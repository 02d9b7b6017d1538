// links: yagura_detect yagura_formats simdjson::simdjson PkgConfig::ARCHIVE
// with: tests/detect/archives.cpp
// What one core does with Windows events as JSON and every rule, beside simdjson's bare walk over the same bytes in the
// same run. One JSON line. Takes the public rules and recorded attacks where ../shared/data (or YAGURA_SHARED_DATA)
// exists, else our own rules over the sample, repeated.
//   detect_bench [MEBIBYTES]   how much of the recorded events to take (default 128)
#include <archive.h>
#include <archive_entry.h>
#include <simdjson.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "detect/archives.hpp"
#include "detect/matcher.hpp"
#include "detect/rule_set.hpp"
#include "formats/block.hpp"
#include "formats/decoder.hpp"

namespace {

using namespace yagura;
namespace fs = std::filesystem;

constexpr size_t block_bytes = 1 << 20;
constexpr int runs = 3;

fs::path shared_data() {
  const char* given = std::getenv("YAGURA_SHARED_DATA");
  return given ? fs::path(given) : fs::path(YAGURA_SOURCE_DIR) / "../shared/data";
}

/// CPU of this thread: what one core takes, however many others want it meanwhile.
template <typename F>
double seconds(F&& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const double start = now();
  work();
  return now() - start;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Input {
  const char* name;
  std::vector<fs::path> rules;
  std::string events;  // one JSON document a line
};

/// The sample's Windows events as JSON, over and over.
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

/// Recorded Windows events.
std::string recorded(size_t bytes_max) {
  std::vector<fs::path> zips;
  for (const auto& entry : fs::recursive_directory_iterator(shared_data() / "security-datasets/atomic/windows"))
    if (entry.path().extension() == ".zip") zips.push_back(entry.path());
  std::ranges::sort(zips);
  std::string out;
  const size_t each_max = bytes_max / zips.size() + (1 << 20);
  for (const fs::path& zip : zips)
    detect::test::each_in_zip(zip, each_max, [&](const std::string&, const std::string& bytes) {
      if (out.size() < bytes_max) out += bytes;
      if (!out.ends_with('\n')) out += '\n';
    });
  return out;
}

Input find_input(size_t bytes_max) {
  if (!fs::is_directory(shared_data()))
    return {"own rules, sample", {fs::path(YAGURA_SOURCE_DIR) / "catalog/rules"}, sampled(bytes_max)};
  Input out{"public rules, recorded attacks", {}, recorded(bytes_max)};
  for (const char* folder : {"rules", "rules-emerging-threats", "rules-threat-hunting"})
    out.rules.push_back(shared_data() / "sigma" / folder);
  return out;
}

/// simdjson on demand over every value of every document.
size_t walk(simdjson::ondemand::value value) {
  size_t sum = 0;
  switch (value.type()) {
    case simdjson::ondemand::json_type::object:
      for (auto field : value.get_object()) {
        sum += std::string_view(field.unescaped_key()).size();
        sum += walk(field.value());
      }
      break;
    case simdjson::ondemand::json_type::array:
      for (auto item : value.get_array()) sum += walk(item.value());
      break;
    case simdjson::ondemand::json_type::string:
      sum += std::string_view(value.get_string()).size();
      break;
    default:
      sum += value.raw_json_token().size();
  }
  return sum;
}

size_t bare_parse(const std::string& bytes) {
  simdjson::ondemand::parser parser;
  size_t sum = 0;
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view line(bytes.data() + at, end - at);
    at = end + 1;
    if (line.empty()) continue;
    auto document = parser.iterate(simdjson::padded_string_view(line, line.size() + simdjson::SIMDJSON_PADDING));
    try {
      for (auto field : document.get_object()) {
        sum += std::string_view(field.unescaped_key()).size();
        sum += walk(field.value());
      }
    } catch (const simdjson::simdjson_error&) {
    }
  }
  return sum;
}

std::vector<event::Batch> decode(const std::string& bytes) {
  Counters counters;
  formats::DecoderOptions options;
  options.counters = &counters;
  const auto decoder = formats::find_format("windows-json")->open(options);
  std::vector<event::Batch> out;
  for (size_t at = 0; at < bytes.size(); at += block_bytes)
    decoder->feed(formats::copy_block(std::string_view(bytes).substr(at, block_bytes), at), out.emplace_back());
  decoder->finish(out.emplace_back());
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const size_t bytes_max = (argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 128) << 20;
  const auto taxonomy = detect::Taxonomy::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  if (!taxonomy) {
    std::fprintf(stderr, "%s\n", to_text(taxonomy.error()).c_str());
    return 3;
  }
  Input input = find_input(bytes_max);
  detect::LoadReport report;
  std::vector<double> loading;
  for (int run = 0; run < runs; ++run)
    loading.push_back(seconds([&] { report = detect::RuleSet::load(input.rules, *taxonomy); }));

  std::string& bytes = input.events;
  if (bytes.empty()) {
    std::fprintf(stderr, "detect_bench: no events to read\n");
    return 3;
  }
  bytes.reserve(bytes.size() + simdjson::SIMDJSON_PADDING);
  std::vector<double> parse;
  std::vector<double> decoding;
  std::vector<double> detecting;
  size_t events = 0;
  size_t matches = 0;
  size_t sum = 0;
  for (int run = 0; run < runs; ++run) {
    parse.push_back(seconds([&] { sum += bare_parse(bytes); }));
    std::vector<event::Batch> batches;
    decoding.push_back(seconds([&] { batches = decode(bytes); }));
    detect::Matcher matcher(report.rules);
    std::vector<detect::Match> found;
    detecting.push_back(seconds([&] {
      for (const event::Batch& batch : batches) matcher.match(batch, found);
    }));
    events = 0;
    for (const event::Batch& batch : batches) events += batch.size();
    matches = found.size();
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double mb = static_cast<double>(bytes.size()) / 1e6;
  const auto rate = [&](double each) { return static_cast<double>(events) / each; };
  const double whole = median(decoding) + median(detecting);
  std::printf(
      "{\"bench\":\"detect\",\"input\":\"%s\",\"rules\":%zu,\"rejected\":%zu,\"load_seconds\":%.3f,\"events\":%zu,"
      "\"megabytes\":%.1f,"
      "\"matches\":%zu,"
      "\"bare_parse_events_per_second\":%.0f,\"decode_events_per_second\":%.0f,\"detect_events_per_second\":%.0f,"
      "\"decode_and_detect_events_per_second\":%.0f,\"decode_and_detect_mb_per_second\":%.1f,"
      "\"share_of_bare_parse\":%.3f,\"peak_rss_mb\":%.0f,\"checksum\":%zu}\n",
      input.name, report.loaded, report.rejected.size(), median(loading), events, mb, matches, rate(median(parse)),
      rate(median(decoding)), rate(median(detecting)), rate(whole), mb / whole, median(parse) / whole,
      static_cast<double>(usage.ru_maxrss) / 1024, sum % 1000);
  return 0;
}
