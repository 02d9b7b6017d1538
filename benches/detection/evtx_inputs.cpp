#include "detection/evtx_inputs.hpp"

#include <fstream>
#include <iterator>

#include "formats/evtx/layout.hpp"
#include "formats/evtx_writer.hpp"

namespace yagura::bench {
namespace {

using namespace yagura::formats;

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

}  // namespace

Input generated_evtx() {
  return {"EVTX, generated", "evtx", generated()};
}

Input recorded_evtx() {
  return {"EVTX, recorded", "evtx", recorded()};
}

}  // namespace yagura::bench
