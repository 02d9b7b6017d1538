// links: yagura_formats
// with: tests/formats/evtx_writer.cpp
// What one core does with EVTX: file bytes into events, without and with the rendered XML. "generated" are process
// creations with command lines that never repeat; "recorded" the well-filled chunks of the samples beside the project,
// when they are there. One JSON line each.
#include <sys/resource.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>

#include "formats/block.hpp"
#include "formats/decoder.hpp"
#include "formats/evtx/layout.hpp"
#include "formats/evtx_writer.hpp"
#include "formats/shared_data.hpp"

namespace {

using namespace yagura;
using namespace yagura::formats;

constexpr size_t block_bytes = 1 << 20;
constexpr double seconds_min = 2.0;
constexpr size_t well_filled_bytes = 40'000;

std::string generated() {
  using namespace evtx_writer;
  const char* names[] = {"RuleName",    "UtcTime",     "ProcessGuid",       "ProcessId",       "Image",
                         "FileVersion", "Description", "Product",           "Company",         "CommandLine",
                         "User",        "LogonGuid",   "LogonId",           "IntegrityLevel",  "Hashes",
                         "ParentImage", "ParentUser",  "ParentProcessGuid", "ParentProcessId", "ParentCommandLine"};
  Element data{"EventData", {}, {}};
  for (uint16_t i = 0; i < std::size(names); ++i)
    data.children.push_back(Element{"Data", {{"Name", {Text{names[i]}}}}, {Substitution{i, 0x01}}});
  std::vector<std::string> chunks;
  for (uint64_t id = 1; chunks.size() < 64;) {
    Chunk chunk;
    for (; chunk.free_space() < 60'000; ++id) {
      std::vector<Value> values(std::size(names), string_value("Microsoft Windows Operating System"));
      values[2] = values[11] = values[17] = {0x0F, std::string(16, static_cast<char>(id))};
      values[3] = values[18] = number_value(0x08, id, 4);
      values[4] = values[15] = string_value("C:\\Windows\\System32\\svchost.exe");
      values[9] = string_value("C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule --run " +
                               std::to_string(id * 7919));
      values[12] = number_value(0x15, id * 31, 8);
      values[14] = string_value("SHA256=6A9CF74C9FA74C16EA6F26351FA5EF8CE11191DBBD5EEADCB2591904767B96B0");
      add_event(chunk, {.event_id = 1, .record_id = id, .channel = "Microsoft-Windows-Sysmon/Operational"}, 0x2222,
                data, values);
    }
    chunks.push_back(chunk.close());
  }
  return file(chunks);
}

std::string recorded() {
  namespace fs = std::filesystem;
  std::vector<std::string> chunks;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(shared_data(), ignored)) {
    if (entry.path().extension() != ".evtx") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    for (size_t at = evtx::file_header_bytes; at + evtx::chunk_bytes <= bytes.size(); at += evtx::chunk_bytes) {
      const std::string chunk = bytes.substr(at, evtx::chunk_bytes);
      if (chunk.starts_with(evtx::chunk_magic) &&
          evtx::number_at<uint32_t>(chunk, evtx::free_space_at) >= well_filled_bytes)
        chunks.push_back(chunk);
    }
  }
  return chunks.empty() ? std::string() : evtx_writer::file(chunks);
}

/// CPU of this thread: what one core takes, however many others want it meanwhile.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void measure(const char* input, const std::string& bytes, bool keep_raw) {
  if (bytes.empty()) return;
  std::vector<Block> blocks;
  for (size_t at = 0; at < bytes.size(); at += block_bytes)
    blocks.push_back(copy_block(std::string_view(bytes).substr(at, block_bytes), at));
  Counters counters;
  size_t events = 0;
  size_t fields = 0;
  size_t rounds = 0;
  const double start = cpu_seconds();
  double seconds = 0;
  for (; seconds < seconds_min; ++rounds) {
    const auto decoder = find_format("evtx")->open({&counters, {}, 0, keep_raw});
    for (const Block& block : blocks) {
      event::Batch batch;
      decoder->feed(block, batch);
      events += batch.size();
      for (const event::Event& event : batch.events()) fields += event.field_count;
    }
    seconds = cpu_seconds() - start;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "{\"bench\":\"evtx\",\"input\":\"%s\",\"keep_raw\":%s,\"bytes\":%zu,\"mb_per_second\":%.1f,"
      "\"events_per_second\":%.0f,\"fields_per_event\":%.1f,\"seconds\":%.2f,\"peak_rss_mb\":%.0f}\n",
      input, keep_raw ? "true" : "false", bytes.size(), static_cast<double>(bytes.size() * rounds) / 1e6 / seconds,
      static_cast<double>(events) / seconds, static_cast<double>(fields) / static_cast<double>(events), seconds,
      static_cast<double>(usage.ru_maxrss) / 1024);
}

}  // namespace

int main() {
  for (const bool keep_raw : {false, true}) {
    measure("generated", generated(), keep_raw);
    measure("recorded", recorded(), keep_raw);
  }
}
