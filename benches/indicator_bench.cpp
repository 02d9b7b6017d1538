// links: yagura_detect yagura_formats PkgConfig::ARCHIVE
// with: tests/detect/archives.cpp
// What millions of indicators cost an event, on one core: mixed recorded Windows events (YAGURA_SHARED_DATA) against
// none and against many indicators of every type, of which none or few are in the events. One JSON line.
//   indicator_bench [INDICATORS] [MEBIBYTES]   default 10,000,000 over 128 MiB of events
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "detect/archives.hpp"
#include "detect/indicators/indicator_matcher.hpp"
#include "detect/indicators/indicator_store.hpp"
#include "detect/indicators/normal_form.hpp"
#include "formats/block.hpp"
#include "formats/decoder.hpp"

namespace {

using namespace yagura;
namespace fs = std::filesystem;

constexpr int runs = 5;
constexpr size_t block_bytes = 1 << 20;

double seconds_of_this_thread() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  uint64_t all = 0;
  uint64_t resident = 0;
  in >> all >> resident;
  return resident * 4096;
}

/// Recorded Windows events, one JSON document a line.
std::string recorded(size_t bytes_max) {
  const char* given = std::getenv("YAGURA_SHARED_DATA");
  const fs::path data = given ? fs::path(given) : fs::path(YAGURA_SOURCE_DIR) / "../shared/data";
  std::string out;
  if (!fs::is_directory(data)) return out;
  std::vector<fs::path> zips;
  for (const auto& entry : fs::recursive_directory_iterator(data / "security-datasets/atomic/windows"))
    if (entry.path().extension() == ".zip") zips.push_back(entry.path());
  std::ranges::sort(zips);
  for (const fs::path& zip : zips)
    detect::test::each_in_zip(zip, bytes_max / zips.size() + (1 << 20),
                              [&](const std::string&, const std::string& bytes) {
                                if (out.size() < bytes_max) out += bytes;
                                if (!out.ends_with('\n')) out += '\n';
                              });
  return out;
}

/// A value as lists hold them: a third hashes, a quarter domains, addresses, URLs and the rest.
std::pair<detect::IndicatorType, std::string> invent(std::mt19937_64& dice) {
  using Type = detect::IndicatorType;
  const auto number = [&](uint64_t below) { return dice() % below; };
  const auto hex = [&](size_t bytes) {
    std::string out(bytes, '\0');
    for (char& c : out) c = static_cast<char>(number(256));
    return out;
  };
  const auto word = [&](size_t least, size_t most) {
    std::string out;
    for (size_t i = least + number(most - least); i > 0; --i) out += static_cast<char>('a' + number(26));
    return out;
  };
  switch (number(20)) {
    case 0:
    case 1:
      return {Type::md5, hex(16)};
    case 2:
      return {Type::sha1, hex(20)};
    case 3:
    case 4:
    case 5:
      return {Type::sha256, hex(32)};
    case 6:
      return {Type::imphash, hex(16)};
    case 7:
    case 8:
    case 9:
    case 10:
      return {Type::ip, hex(4)};
    case 11:
      if (const auto network =
              detect::pack(Type::cidr, std::to_string(11 + number(200)) + "." + std::to_string(number(256)) + "." +
                                           std::to_string(number(256)) + ".0/" + std::to_string(20 + number(9))))
        return {Type::cidr, *network};
      return {Type::ip, hex(4)};
    case 12:
    case 13:
    case 14:
    case 15:
      return {Type::domain, word(4, 14) + "-" + word(3, 8) + ".example"};
    case 16:
    case 17:
      return {Type::url, "http://" + word(5, 12) + ".example/" + word(4, 12) + "/" + word(4, 16) + ".php"};
    case 18:
      return {Type::email, word(4, 10) + "@" + word(5, 12) + ".example"};
    default:
      return number(2) == 0 ? std::pair(Type::file_name, word(6, 14) + ".exe")
                            : std::pair(Type::file_path, "c:/users/public/" + word(4, 10) + "/" + word(6, 14) + ".dll");
  }
}

struct Measured {
  double ns_an_event = 0;  // median of the runs
  double ns_at_best = 0;   // each block's quickest run, added up: what others on the machine could not take away
  size_t matches = 0;
  size_t events = 0;
};

/// The events stream by as they do in the program: a block is decoded, then looked at while it is in the caches. Only
/// the looking is timed.
Measured measure(const std::string& bytes, const std::shared_ptr<const detect::Snapshot>& snapshot,
                 const std::shared_ptr<const detect::FieldClasses>& classes) {
  Measured out;
  Counters counters;
  formats::DecoderOptions options;
  options.counters = &counters;
  detect::IndicatorMatcher matcher(classes);
  std::vector<detect::IndicatorMatch> matches;
  std::vector<double> each;
  std::vector<double> best;  // by block
  for (int run = 0; run < runs; ++run) {
    const auto decoder = formats::find_format("windows-json")->open(options);
    double looking = 0;
    size_t block = 0;
    out.matches = 0;
    out.events = 0;
    const auto look = [&](const event::Batch& batch) {
      matches.clear();
      const double start = seconds_of_this_thread();
      matcher.match(batch, snapshot, matches);
      const double took = seconds_of_this_thread() - start;
      looking += took;
      if (block == best.size()) best.push_back(took);
      best[block] = std::min(best[block], took);
      ++block;
      out.matches += matches.size();
      out.events += batch.size();
    };
    for (size_t at = 0; at < bytes.size(); at += block_bytes) {
      event::Batch batch;
      decoder->feed(formats::copy_block(std::string_view(bytes).substr(at, block_bytes), at), batch);
      look(batch);
    }
    event::Batch last;
    decoder->finish(last);
    look(last);
    each.push_back(looking / static_cast<double>(out.events) * 1e9);
  }
  std::ranges::sort(each);
  out.ns_an_event = each[each.size() / 2];
  out.ns_at_best = std::accumulate(best.begin(), best.end(), 0.0) / static_cast<double>(out.events) * 1e9;
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t wanted = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  const size_t bytes_max = (argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 128) << 20;
  auto loaded = detect::FieldClasses::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/indicators/fields.yaml");
  if (!loaded) {
    std::fprintf(stderr, "%s\n", to_text(loaded.error()).c_str());
    return 3;
  }
  const auto classes = std::make_shared<const detect::FieldClasses>(std::move(*loaded));
  auto store = detect::IndicatorStore::open({});
  if (!store) return 3;

  const uint64_t before = resident_bytes();
  const double start = seconds_of_this_thread();
  uint64_t peak = 0;
  {
    std::mt19937_64 dice(7);
    detect::IndicatorImport import(**store);
    detect::Listing listing;
    listing.source = "bench";
    listing.confidence = 70;
    for (uint64_t i = 0; i < wanted; ++i) {
      const auto [type, value] = invent(dice);
      if (auto added = import.add(type, value, listing); !added) return 3;
    }
    if (auto done = import.commit(); !done) return 3;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    peak = static_cast<uint64_t>(usage.ru_maxrss) * 1024 - before;
  }
  const double building = seconds_of_this_thread() - start;
  malloc_trim(0);
  const auto snapshot = (*store)->snapshot();
  const uint64_t held = resident_bytes() - before;

  const std::string bytes = recorded(bytes_max);
  if (bytes.empty()) {
    std::fprintf(stderr, "indicator_bench: no events to read; set YAGURA_SHARED_DATA\n");
    return 3;
  }
  const Measured many = measure(bytes, snapshot, classes);
  std::printf(
      "{\"bench\":\"indicator\",\"indicators\":%llu,\"parts\":%zu,\"events\":%zu,\"matches\":%zu,"
      "\"ns_an_event_added\":%.1f,\"ns_at_best\":%.1f,\"snapshot_mb\":%.0f,\"resident_mb\":%.0f,\"peak_mb\":%.0f,"
      "\"build_seconds\":%.1f,\"ns_an_indicator\":%.0f}\n",
      static_cast<unsigned long long>(snapshot->records()), snapshot->parts().size(), many.events, many.matches,
      many.ns_an_event, many.ns_at_best, static_cast<double>(snapshot->bytes()) / 1e6, static_cast<double>(held) / 1e6,
      static_cast<double>(peak) / 1e6, building, building / static_cast<double>(wanted) * 1e9);
  return 0;
}
