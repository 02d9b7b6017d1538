// links: yagura_lake
//
// What the lake does on this machine: events/s in (normalised, encoded, stored and synced), the encoder
// alone, what of the CPU is the encoder's and what the engine's, disk bytes an event, peak memory of both processes,
// and how long hunts take. One JSON line.
//
//   lake_bench [EVENTS]      default 200000
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "lake/event_block.hpp"
#include "lake/event_store.hpp"
#include "lake/lake_process.hpp"

namespace {

using namespace yagura;
using Steady = std::chrono::steady_clock;

constexpr size_t events_a_batch = 10'000;

double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

double cpu_seconds_of_thread() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// CPU that a process has used so far (proc_pid_stat(5), fields 14 and 15).
double cpu_seconds_of(int pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto words = split(std::string_view(text).substr(text.rfind(')') + 1), ' ');
  if (words.size() < 14) return 0;
  return (std::strtod(words[12].data(), nullptr) + std::strtod(words[13].data(), nullptr)) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// The most memory that a process has held, in MiB.
double peak_mb_of(int pid) {
  std::ifstream in(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  return 0;
}

/// Sysmon process creations of ordinary variety: 40 hosts, 300 programs, command lines of which a third differ.
event::Batch make_batch(std::mt19937& dice, size_t first, size_t count) {
  event::Batch batch;
  batch.source = "bench";
  for (size_t i = first; i < first + count; ++i) {
    event::Event& event = batch.begin("windows-json");
    const auto pick = [&](unsigned n) { return dice() % n; };
    const std::string host = fmt::format("WS-{:03}.corp.example", pick(40));
    const std::string image = fmt::format(R"(C:\Program Files\App{}\bin\tool{}.exe)", pick(60), pick(300));
    const std::string line = fmt::format(R"("{}" --input C:\Users\user{}\Documents\report-{}.docx --mode {} --id {})",
                                         image, pick(200), pick(3) == 0 ? dice() : pick(500), pick(8), pick(1000));
    const std::string user = fmt::format(R"(CORP\user{})", pick(200));
    const std::pair<std::string, std::string> fields[] = {
        {"Channel", "Microsoft-Windows-Sysmon/Operational"},
        {"EventID", "1"},
        {"Computer", host},
        {"Provider_Name", "Microsoft-Windows-Sysmon"},
        {"Image", image},
        {"CommandLine", line},
        {"CurrentDirectory", R"(C:\Windows\system32\)"},
        {"ProcessId", std::to_string(pick(60000))},
        {"ProcessGuid", fmt::format("{{{:08x}-{:04x}-{:04x}}}", dice(), pick(65536), pick(65536))},
        {"ParentImage", R"(C:\Windows\explorer.exe)"},
        {"ParentCommandLine", R"(C:\Windows\Explorer.EXE)"},
        {"User", user},
        {"IntegrityLevel", "Medium"},
        {"Hashes", fmt::format("MD5={:032X},SHA256={:064X}", pick(300), pick(300))},
    };
    boost::json::object json;
    event.time = {1'775'000'000 * ns_per_second + static_cast<int64_t>(i) * 3'000'000};
    event.offset = i;
    for (const auto& [name, value] : fields) {
      batch.add_copy(event::known_field(name), event::Kind::string, value);
      json[name] = value;
    }
    event.raw = batch.arena().copy(boost::json::serialize(json));
    event.event_id = 1;
    const auto kept = batch.fields(event);
    event.channel = kept[0].value().text;
    event.host = kept[2].value().text;
    event.provider = kept[3].value().text;
  }
  return batch;
}

double hunt(lake::EventStore& store, std::string_view text, uint64_t& found) {
  const auto query = lake::parse_query(text, system_now());
  const auto start = Steady::now();
  const auto count = store.count(*query, {{INT64_MIN}, {INT64_MAX}});
  found = count ? *count : UINT64_MAX;
  return seconds_since(start);
}

int fail(const std::string& message) {
  std::fprintf(stderr, "lake_bench: %s\n", message.c_str());
  return 3;
}

}  // namespace

int main(int argc, char** argv) {
  const size_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200'000;
  const auto folder = std::filesystem::temp_directory_path() / ("yagura-lake-bench-" + to_hex(random_bytes(4)));
  lake::LakeOptions options;
  options.data = folder;
  auto process = lake::LakeProcess::start(options);
  if (!process) return fail(process.error().message);
  auto normaliser = event::Normaliser::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/mappings");
  if (!normaliser) return fail(to_text(normaliser.error()));
  const auto shared = std::make_shared<const event::Normaliser>(std::move(*normaliser));
  auto store = lake::EventStore::open(std::make_shared<lake::Client>((*process)->endpoint()), shared);
  if (!store) return fail(store.error().message);

  std::mt19937 dice(7);
  double storing = 0;
  double encoding = 0;
  double encoding_cpu = 0;
  const double engine_cpu_before = cpu_seconds_of((*process)->pid());
  uint64_t raw_bytes = 0;
  for (size_t at = 0; at < events; at += events_a_batch) {
    const event::Batch batch = make_batch(dice, at, std::min(events_a_batch, events - at));
    for (const auto& event : batch.events()) raw_bytes += event.raw.size();
    auto start = Steady::now();
    const double cpu = cpu_seconds_of_thread();
    const auto uids = (*store)->event_uids(batch, "bench");
    (void)lake::encode_block(batch, 0, uids, *shared, system_now());
    encoding += seconds_since(start);
    encoding_cpu += cpu_seconds_of_thread() - cpu;
    start = Steady::now();
    if (auto receipt = (*store)->append(batch, "bench"); !receipt) return fail(receipt.error().message);
    storing += seconds_since(start);
  }
  const double engine_cpu = cpu_seconds_of((*process)->pid()) - engine_cpu_before;
  const auto us_an_event = [&](double seconds) { return seconds * 1e6 / static_cast<double>(events); };
  uint64_t found = 0;
  boost::json::object hunts;
  for (const char* text :
       {"report-4242", "cmd:*report-77.docx*", "user:user42 host:WS-007*", "no such text anywhere", "mode\\ 3"}) {
    const double cold = hunt(**store, text, found);
    hunts[text] =
        boost::json::object{{"ms_first", cold * 1e3}, {"ms_again", hunt(**store, text, found) * 1e3}, {"found", found}};
  }
  const auto health = (*store)->health();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  boost::json::object out{{"bench", "lake"},
                          {"events", events},
                          {"ingest_events_per_second", static_cast<double>(events) / storing},
                          {"encode_events_per_second", static_cast<double>(events) / encoding},
                          {"encode_cpu_us_per_event", us_an_event(encoding_cpu)},
                          {"engine_cpu_us_per_event", us_an_event(engine_cpu)},
                          {"peak_rss_mb", static_cast<double>(usage.ru_maxrss) / 1024},
                          {"engine_peak_rss_mb", peak_mb_of((*process)->pid())},
                          {"raw_bytes_per_event", raw_bytes / events},
                          {"disk_bytes_per_event", health.bytes_on_disk / events},
                          {"hunts", std::move(hunts)}};
  std::printf("%s\n", boost::json::serialize(out).c_str());
  store->reset();
  process->reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return 0;
}
