// links: yagura_detect yagura_formats
// What it costs to bring rules into force on one core: from YAML, from the compiled cache, one changed rule; and what
// they take of memory. CPU of all threads, median of several; files warm in the page cache. One JSON line.
//   rules_bench [RUNS]   (default 9)
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "detect/rule_cache.hpp"
#include "detect/rule_loader.hpp"

namespace {

using namespace yagura;
namespace fs = std::filesystem;

std::vector<fs::path> rule_folders() {
  const char* given = std::getenv("YAGURA_SHARED_DATA");
  const fs::path data = given ? fs::path(given) : fs::path(YAGURA_SOURCE_DIR) / "../shared/data";
  if (!fs::is_directory(data)) return {fs::path(YAGURA_SOURCE_DIR) / "catalog/rules"};
  return {data / "sigma/rules", data / "sigma/rules-emerging-threats", data / "sigma/rules-threat-hunting"};
}

double cpu() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);  // a load from the cache has two threads
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double wall() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

struct Cost {
  double cpu_ms;
  double wall_ms;
};

/// `before` each run is not counted: what a run before made ends there.
template <typename F>
Cost cost(int runs, F&& work, const std::function<void()>& before = [] {}) {
  std::vector<double> cpus;
  std::vector<double> walls;
  for (int i = 0; i < runs; ++i) {
    before();
    const double c = cpu();
    const double w = wall();
    work(i);
    cpus.push_back(cpu() - c);
    walls.push_back(wall() - w);
  }
  std::ranges::sort(cpus);
  std::ranges::sort(walls);
  return {cpus[cpus.size() / 2], walls[walls.size() / 2]};
}

double resident_mb() {
  std::ifstream in("/proc/self/statm");
  size_t pages = 0;
  in >> pages >> pages;
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double heap_mb() {
  malloc_trim(0);
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd) / (1 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 9;
  auto read = detect::Taxonomy::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  if (!read) return 3;
  const auto taxonomy = std::make_shared<const detect::Taxonomy>(std::move(*read));
  // A copy, so that one of them can be changed.
  const fs::path scratch = fs::temp_directory_path() / ("yagura-rules-bench-" + std::to_string(getpid()));
  std::vector<fs::path> folders;
  for (const fs::path& folder : rule_folders()) {
    folders.push_back(scratch / folder.filename());
    fs::create_directories(scratch);
    fs::copy(folder, folders.back(), fs::copy_options::recursive);
  }
  const auto loader = [&](bool cached) {
    return detect::RuleLoader(folders, taxonomy,
                              {.placeholders = {}, .cache = cached ? scratch / "cache" : fs::path()});
  };

  const double heap_before = heap_mb();
  const double resident_before = resident_mb();
  detect::LoadReport report = loader(false).load();
  const double heap_loaded = heap_mb() - heap_before;
  report.rules->warm(nullptr);
  const double heap_compiled = heap_mb() - heap_before;
  const double resident_compiled = resident_mb() - resident_before;

  const Cost from_yaml = cost(runs, [&](int) { report = loader(false).load(); }, [&] { report = {}; });
  const Cost compiling = cost(1, [&](int) { report.rules->warm(nullptr); });
  sleep(3);  // so that files are at rest, and their stamps are believed
  const std::string fault = loader(true).load().cache_fault;
  if (!fault.empty()) std::fprintf(stderr, "rules_bench: the cache: %s\n", fault.c_str());
  detect::LoadReport cached;
  const Cost from_cache = cost(runs, [&](int) { cached = loader(true).load(); }, [&] { cached = {}; });
  const size_t files_read = cached.files_read;
  const Cost cached_compiling = cost(1, [&](int) { cached.rules->warm(nullptr); });

  // One rule of the largest lane gets another word; the new set is ready when its lanes are compiled.
  fs::path changed;
  for (const detect::Rule& rule : report.rules->rules())
    if (rule.logsource.category == "process_creation" && rule.logsource.product == "windows") changed = rule.file;
  if (changed.empty()) changed = report.rules->rules().front().file;
  std::string text;
  {
    std::ifstream in(changed);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  detect::RuleLoader again = loader(false);
  const fs::path list[] = {changed};
  size_t patches = 0;
  const Cost one_changed = cost(runs, [&](int run) {
    {
      std::ofstream(changed) << text << "# " << run << "\n";
    }
    const detect::LoadReport next = again.with_changed(report, list);
    next.rules->warm(report.rules.get());
    patches = next.rules->patches();
    report = next;
  });
  const Cost settling = cost(1, [&](int) {
    report = again.settled(report);
    report.rules->warm(nullptr);
  });
  const Cost looking = cost(runs, [&](int) { report = again.reload(report); });
  size_t cache_bytes = 0;
  for (const auto& entry : fs::directory_iterator(scratch / "cache")) cache_bytes += entry.file_size();
  fs::remove_all(scratch);
  std::printf(
      "{\"bench\":\"rules\",\"rules\":%zu,\"rejected\":%zu,\"yaml_ms\":%.1f,\"yaml_wall_ms\":%.1f,"
      "\"compile_all_lanes_ms\":%.1f,\"cache_ms\":%.1f,\"cache_wall_ms\":%.1f,\"cache_files_read_as_yaml\":%zu,"
      "\"cache_then_all_lanes_ms\":%.1f,\"one_changed_ms\":%.2f,\"one_changed_wall_ms\":%.2f,\"patches\":%zu,"
      "\"settle_ms\":%.1f,\"look_at_every_stamp_ms\":%.1f,\"heap_loaded_mb\":%.1f,\"heap_compiled_mb\":%.1f,"
      "\"resident_compiled_mb\":%.1f,\"cache_file_mb\":%.1f}\n",
      report.loaded, report.rejected.size(), from_yaml.cpu_ms, from_yaml.wall_ms, compiling.cpu_ms, from_cache.cpu_ms,
      from_cache.wall_ms, files_read, cached_compiling.cpu_ms, one_changed.cpu_ms, one_changed.wall_ms, patches,
      settling.cpu_ms, looking.cpu_ms, heap_loaded, heap_compiled, resident_compiled,
      static_cast<double>(cache_bytes) / (1 << 20));
  return 0;
}
