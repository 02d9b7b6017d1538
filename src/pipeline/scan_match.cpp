#include "pipeline/scan_match.hpp"

#include <array>

#include "detect/finding_text.hpp"

namespace yagura::pipeline {
namespace {

// Where sources name the program that acted and what it was told to do, best first.
constexpr std::array<const char*, 8> process_fields = {
    "Image", "NewProcessName", "SourceImage", "ProcessName", "Application", "process.executable", "exe", "comm"};
constexpr std::array<const char*, 9> command_fields = {
    "CommandLine", "ProcessCommandLine", "ScriptBlockText", "process.command_line", "proctitle",
    "command",     "ImagePath",          "ServiceFileName", "HostApplication"};

constexpr std::array<const char*, process_fields.size() + command_fields.size()> described = [] {
  std::array<const char*, process_fields.size() + command_fields.size()> out{};
  size_t at = 0;
  for (const char* field : process_fields) out[at++] = field;
  for (const char* field : command_fields) out[at++] = field;
  return out;
}();

template <size_t count>
std::array<event::FieldId, count> ids_of(const std::array<const char*, count>& names) {
  std::array<event::FieldId, count> out{};
  for (size_t i = 0; i < count; ++i) out[i] = event::known_field(names[i]);
  return out;
}

std::string first_of(std::span<const event::FieldId> ids, const event::Event& event, const event::Batch& batch) {
  for (const event::FieldId id : ids)
    if (const auto value = batch.get(event, id); !value.text.empty() && value.text != "-")
      return detect::cut(value.text);
  return {};
}

}  // namespace

ScanMatch match_at(std::shared_ptr<const ScanSubject> subject, const event::Event& event, const event::Batch& batch) {
  ScanMatch out;
  out.subject = std::move(subject);
  out.time = event.time;
  out.host = event.host;
  out.channel = event.channel;
  out.event_id = event.event_id;
  out.record_id = event.record_id;
  out.file = batch.source;
  out.line = event.line;
  return out;
}

void describe(ScanMatch& match, const event::Event& event, const event::Batch& batch) {
  static const auto processes = ids_of(process_fields);
  static const auto commands = ids_of(command_fields);
  match.user = detect::user_of(batch, event);
  match.process = first_of(processes, event, batch);
  match.command_line = first_of(commands, event, batch);
}

std::span<const char* const> described_fields() {
  return described;
}

void ScanJudge::take(Notes&, uint64_t, std::vector<ScanMatch>&) {}
void ScanJudge::finish(std::vector<ScanMatch>&) {}

}  // namespace yagura::pipeline
