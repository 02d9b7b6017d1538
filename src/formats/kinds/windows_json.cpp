// windows-json: Windows events as JSON in the shapes that people have: nested Event.System/Event.EventData, flat
// (NXLog, Get-WinEvent), Winlogbeat's winlog.*, and EvtxECmd's, which holds its event data as JSON in a string. Names
// end up as windows_event.hpp says, whatever the shape; a flat or Winlogbeat event keeps its own names beside them.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "formats/json_events.hpp"
#include "formats/log_time.hpp"
#include "formats/windows_event.hpp"

namespace yagura::formats {
namespace {

using Path = std::span<const std::string_view>;
using Use = PathMeaning::Use;

constexpr std::string_view name = "windows-json";

struct Alias {
  std::string_view path;
  WindowsField field;
};

/// Other products' names for System fields; of one event's several the first in this list stands in.
constexpr Alias aliases[] = {
    {"Hostname", WindowsField::computer},
    {"winlog.computer_name", WindowsField::computer},
    {"ComputerName", WindowsField::computer},
    {"MachineName", WindowsField::computer},
    {"host.name", WindowsField::computer},
    {"agent.hostname", WindowsField::computer},
    {"host", WindowsField::computer},
    {"SourceName", WindowsField::provider_name},
    {"winlog.provider_name", WindowsField::provider_name},
    {"ProviderName", WindowsField::provider_name},
    {"Provider", WindowsField::provider_name},
    {"event.provider", WindowsField::provider_name},
    {"ProviderGuid", WindowsField::provider_guid},
    {"winlog.provider_guid", WindowsField::provider_guid},
    {"ProviderId", WindowsField::provider_guid},
    {"RecordNumber", WindowsField::record_id},
    {"winlog.record_id", WindowsField::record_id},
    {"RecordId", WindowsField::record_id},
    {"RecordID", WindowsField::record_id},
    {"EventRecordId", WindowsField::record_id},
    {"winlog.channel", WindowsField::channel},
    {"LogName", WindowsField::channel},
    {"winlog.event_id", WindowsField::event_id},
    {"EventId", WindowsField::event_id},
    {"event_id", WindowsField::event_id},
    {"event.code", WindowsField::event_id},
    {"Id", WindowsField::event_id},
    {"ExecutionProcessID", WindowsField::process_id},
    {"winlog.process.pid", WindowsField::process_id},
    {"ExecutionThreadID", WindowsField::thread_id},
    {"ThreadID", WindowsField::thread_id},
    {"winlog.process.thread.id", WindowsField::thread_id},
    {"ActivityID", WindowsField::activity_id},
    {"winlog.activity_id", WindowsField::activity_id},
    {"RelatedActivityID", WindowsField::related_activity_id},
    {"winlog.related_activity_id", WindowsField::related_activity_id},
    {"UserID", WindowsField::user_id},
    {"winlog.user.identifier", WindowsField::user_id},
    {"winlog.version", WindowsField::version},
};

/// Where a flat event says when, best first; a time that names its zone goes before one that does not.
constexpr std::string_view times[] = {"TimeCreated",         "SystemTime", "UtcTime",       "@timestamp",
                                      "winlog.time_created", "EventTime",  "TimeGenerated", "timestamp",
                                      "event.created",       "Timestamp"};
constexpr size_t utc_time = 2;  // Sysmon's UtcTime names no zone and needs none

constexpr uint8_t alias_base = 32;
constexpr uint8_t time_base = 128;
constexpr uint8_t payload_role = 255;
static_assert(windows_field_count < alias_base && alias_base + std::size(aliases) < time_base &&
              time_base + std::size(times) <= payload_role);

bool is_attributes(std::string_view key) {
  return key == "#attributes" || key == "@attributes" || key == "_attributes" || key == "attributes";
}

bool is_text(std::string_view key) {
  return key == "#text" || key == "_text" || key == "Value" || key == "value" || key == "_";
}

std::string joined(Path path) {
  std::string out;
  for (const std::string_view key : path) {
    if (key == "#text" || key == "_text") continue;
    if (!out.empty()) out += '.';
    out += key;
  }
  return out;
}

PathMeaning skipped() {
  return {.use = Use::skip, .name = {}, .role = 0};
}

bool within_attributes(Path path) {
  return std::ranges::any_of(path, [](std::string_view key) { return is_attributes(key) || key.starts_with('@'); });
}

/// Below <System>.
PathMeaning system_meaning(Path path) {
  if (path.empty()) return {.use = Use::field, .name = "System", .role = 0};
  const std::string_view element = path[0];
  std::string_view attribute = path.size() > 1 ? path.back() : std::string_view();
  if (is_attributes(attribute) || is_text(attribute)) attribute = {};
  if (attribute.starts_with('@') || attribute.starts_with('-')) attribute.remove_prefix(1);
  if (attribute == "xmlns" || is_attributes(element)) return skipped();
  auto field = windows_field_of(element, attribute);
  if (!field && attribute.empty() && element == "TimeCreated") field = WindowsField::time_created;
  if (!field && attribute.empty() && element == "Provider") field = WindowsField::provider_name;
  PathMeaning out;
  out.name = element;
  if (!attribute.empty()) out.name.append("_").append(attribute);
  if (!field) return out;
  out.name = event::FieldNames::instance().name(windows_field_id(*field));
  out.role = static_cast<uint8_t>(static_cast<uint8_t>(*field) + 1);
  return out;
}

PathMeaning data_meaning(Path path) {
  if (path.empty()) return {.use = Use::field, .name = "EventData", .role = 0};
  if (within_attributes(path)) return skipped();
  if (path.size() == 1 && path[0] == "Data") return {.use = Use::pairs, .name = "Data", .role = 0};
  return {.use = Use::field, .name = path[0] == "#text" ? "Data" : joined(path), .role = 0};
}

PathMeaning user_data_meaning(Path path) {
  if (within_attributes(path)) return skipped();
  if (path.size() <= 1) return {.use = Use::field, .name = path.empty() ? "UserData" : std::string(path[0]), .role = 0};
  return {.use = Use::field, .name = joined(path.subspan(1)), .role = 0};
}

/// Names of flat and Winlogbeat events, with the role that they play.
PathMeaning own_meaning(Path path) {
  PathMeaning out{.use = Use::field, .name = joined(path), .role = 0};
  if (const auto* time = std::ranges::find(times, out.name); time != std::end(times)) {
    out.role = static_cast<uint8_t>(time_base + (time - std::begin(times)));
  } else if (const auto field = windows_field_named(out.name)) {
    out.role = static_cast<uint8_t>(static_cast<uint8_t>(*field) + 1);
  } else if (out.name == "Payload") {
    out.role = payload_role;
  } else if (const auto* alias = std::ranges::find(aliases, out.name, &Alias::path); alias != std::end(aliases)) {
    out.role = static_cast<uint8_t>(alias_base + (alias - std::begin(aliases)));
  }
  return out;
}

class WindowsNaming : public PathNaming {
 public:
  PathMeaning meaning(Path path) const override {
    const bool nested = path[0] == "Event";
    if (nested && path.size() > 1) path = path.subspan(1);
    if (path[0] == "System") return system_meaning(path.subspan(1));
    if (path[0] == "EventData") return data_meaning(path.subspan(1));
    if (path[0] == "UserData") return user_data_meaning(path.subspan(1));
    if (nested && within_attributes(path)) return skipped();
    if (path[0] == "RenderingInfo" && path.size() == 2) {
      if (within_attributes(path)) return skipped();
      return {.use = Use::field, .name = path[1] == "Message" ? "Message" : joined(path), .role = 0};
    }
    if (!path[0].starts_with("winlog")) return own_meaning(path);
    const std::string whole = joined(path);  // nested, or flattened on its way: "winlog.event_data.Image"
    for (const std::string_view data : {"winlog.event_data.", "winlog.user_data."})
      if (whole.size() > data.size() && whole.starts_with(data))
        return {.use = Use::field, .name = whole.substr(data.size()), .role = 0};
    return own_meaning(path);
  }
};

const WindowsNaming naming;

/// EvtxECmd's Payload: {"EventData": ...} or {"UserData": ...} as text in a string, read into fields of their own.
class EvtxECmdPayload : private JsonRoles {
 public:
  /// Whether `text` looks like one; Windows PowerShell has a field of that name too, which is prose.
  static bool is_one(std::string_view text) {
    if (!text.starts_with('{')) return false;
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n", 1), text.size()));
    return text.starts_with("\"EventData\"") || text.starts_with("\"UserData\"");
  }

  /// The fields of `text`, valid until the next call; their values live as long as `out`. Nothing when it is no JSON.
  std::span<const event::Field> read(std::string_view text, event::Batch& out) {
    char* const copy = out.arena().allocate(text.size() + block_padding_bytes);
    std::memcpy(copy, text.data(), text.size());
    std::memset(copy + text.size(), 0, block_padding_bytes);
    fields_.clear();
    event::Batch scratch;
    scratch.begin(name);
    if (!walker_.walk({copy, text.size()}, scratch)) return fields_;
    walker_.give(nullptr);
    const event::Event& read = scratch.current();
    out.current().dirt = out.current().dirt | read.dirt;
    for (event::Field field : scratch.fields(read)) {
      field.data = out.arena().copy(field.value().text).data();
      fields_.push_back(field);
    }
    return fields_;
  }

 private:
  void role(uint8_t, const event::Value&, event::Batch&) override {}

  JsonWalker walker_{naming, *this};
  std::vector<event::Field> fields_;
};

class WindowsJsonDecoder : public JsonEvents {
 public:
  explicit WindowsJsonDecoder(const DecoderOptions& options) : JsonEvents(name, naming, options) {}

 protected:
  void start_document() override {
    seen_ = 0;
    pending_ = 0;
    time_rank_ = UINT32_MAX;
    payload_ = {};
  }

  void role(uint8_t role, const event::Value& value, event::Batch& out) override {
    if (role == payload_role) {
      if (EvtxECmdPayload::is_one(value.text)) payload_ = value.text;
      return;
    }
    if (role >= time_base) return take_time(role - time_base, value.text, out);
    if (role < alias_base) {
      const auto field = static_cast<WindowsField>(role - 1);
      seen_ |= 1U << (role - 1);
      if (field == WindowsField::time_created)
        take_system_time(value.text, out);
      else
        note_windows_field(out.current(), field, value.text);
      return;
    }
    const auto index = static_cast<uint8_t>(role - alias_base);
    const auto field = static_cast<size_t>(aliases[index].field);
    if (value.text.empty() || ((pending_ >> field & 1) != 0 && stand_ins_[field].alias < index)) return;
    pending_ |= 1U << field;
    stand_ins_[field] = {index, value};
  }

  void end_header(event::Batch& out) override {
    for (uint32_t left = pending_ & ~seen_; left != 0; left &= left - 1) {
      const auto field = static_cast<size_t>(std::countr_zero(left));
      const event::Value& value = stand_ins_[field].value;
      note_windows_field(out.current(), static_cast<WindowsField>(field), value.text);
      also(windows_field_id(static_cast<WindowsField>(field)), value);
    }
    if (!payload_.empty()) take_payload(out);
  }

 private:
  struct StandIn {
    uint8_t alias = 0;
    event::Value value;
  };

  /// What EvtxECmd calls ProcessId is the process that wrote the event; event data may have fields of that name.
  void take_payload(event::Batch& out) {
    const auto fields = reader_.read(payload_, out);
    if (fields.empty()) return;
    rename(payload_field_, std::nullopt);
    rename(process_field_, windows_field_id(WindowsField::process_id));
    rename(thread_field_, windows_field_id(WindowsField::thread_id));
    rename(user_field_, windows_field_id(WindowsField::user_id));
    for (const event::Field& field : fields) also(field.id, field.value());
    want_all();
  }

  void take_system_time(std::string_view text, event::Batch& out) {
    const auto time = parse_log_time(text, 0);
    if (!time) return;
    out.current().time = time->time;
    time_rank_ = 0;
  }

  void take_time(size_t index, std::string_view text, event::Batch& out) {
    constexpr uint32_t zoneless = 100;
    if (1 + index >= time_rank_) return;
    const auto time = parse_log_time(text, index == utc_time ? 0 : options().zone_offset_seconds);
    if (!time) return;
    const bool zoned = time->zoned || index == utc_time;
    const auto rank = static_cast<uint32_t>(1 + index + (zoned ? 0 : zoneless));
    if (rank >= time_rank_) return;
    time_rank_ = rank;
    out.current().time = time->time;
  }

  std::array<StandIn, windows_field_count> stand_ins_;
  uint32_t seen_ = 0;
  uint32_t pending_ = 0;
  uint32_t time_rank_ = UINT32_MAX;
  std::string_view payload_;
  EvtxECmdPayload reader_;
  event::FieldId payload_field_ = event::known_field("Payload");
  event::FieldId process_field_ = event::known_field("ProcessId");
  event::FieldId thread_field_ = event::known_field("ThreadId");
  event::FieldId user_field_ = event::known_field("UserId");
};

int sniff(std::string_view head, std::string_view file_name) {
  if (sniff_json(head, file_name) < 80) return 0;
  const auto holds = [&](std::string_view text) { return head.contains(text); };
  const bool nested = holds("\"System\"") && (holds("\"EventData\"") || holds("\"UserData\"") || holds("\"Event\"")) &&
                      holds("\"EventID\"");
  const bool flat = (holds("\"EventID\"") || holds("\"Id\"")) &&
                    (holds("\"Channel\"") || holds("\"SourceName\"") || holds("\"ProviderGuid\"") ||
                     holds("\"Provider_Name\"") || holds("\"LogName\""));
  const bool beat = holds("\"winlog\"") || holds("\"winlog.event_id\"") || holds("\"winlog.channel\"");
  const bool evtxecmd = holds("\"Payload\"") && holds("\"EventId\"") && holds("\"Channel\"");
  return nested || flat || beat || evtxecmd ? 90 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<WindowsJsonDecoder>(options);
}

}  // namespace

extern const Format windows_json_format{name, "Windows events as JSON: nested, flat, Winlogbeat or EvtxECmd", sniff,
                                        open};

}  // namespace yagura::formats
