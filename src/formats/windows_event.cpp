#include "formats/windows_event.hpp"

#include <array>

namespace yagura::formats {
namespace {

struct Name {
  std::string_view field;
  std::string_view element;
  std::string_view attribute;
};

/// In the order of WindowsField.
constexpr std::array<Name, windows_field_count> names = {{
    {"EventID", "EventID", ""},
    {"Qualifiers", "EventID", "Qualifiers"},
    {"Provider_Name", "Provider", "Name"},
    {"Provider_Guid", "Provider", "Guid"},
    {"Provider_EventSourceName", "Provider", "EventSourceName"},
    {"Version", "Version", ""},
    {"Level", "Level", ""},
    {"Task", "Task", ""},
    {"Opcode", "Opcode", ""},
    {"Keywords", "Keywords", ""},
    {"TimeCreated", "TimeCreated", "SystemTime"},
    {"EventRecordID", "EventRecordID", ""},
    {"Correlation_ActivityID", "Correlation", "ActivityID"},
    {"Correlation_RelatedActivityID", "Correlation", "RelatedActivityID"},
    {"Execution_ProcessID", "Execution", "ProcessID"},
    {"Execution_ThreadID", "Execution", "ThreadID"},
    {"Channel", "Channel", ""},
    {"Computer", "Computer", ""},
    {"Security_UserID", "Security", "UserID"},
}};

std::array<event::FieldId, windows_field_count> intern_all() {
  std::array<event::FieldId, windows_field_count> ids{};
  for (size_t i = 0; i < names.size(); ++i) ids[i] = event::known_field(names[i].field);
  return ids;
}

/// Decimal digits only, without a sign; 0 for anything else.
uint64_t digits(std::string_view text) {
  uint64_t value = 0;
  if (text.empty() || text.size() > 19) return 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return 0;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

}  // namespace

event::FieldId windows_field_id(WindowsField field) {
  static const auto ids = intern_all();
  return ids[static_cast<size_t>(field)];
}

std::optional<WindowsField> windows_field_of(std::string_view element, std::string_view attribute) {
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i].element == element && names[i].attribute == attribute) return static_cast<WindowsField>(i);
  return std::nullopt;
}

std::optional<WindowsField> windows_field_named(std::string_view name) {
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i].field == name) return static_cast<WindowsField>(i);
  return std::nullopt;
}

void note_windows_field(event::Event& event, WindowsField field, std::string_view text) {
  if (text.empty()) return;
  switch (field) {
    case WindowsField::event_id:
      event.event_id = static_cast<int64_t>(digits(text));
      break;
    case WindowsField::provider_name:
      event.provider = text;
      break;
    case WindowsField::time_created:
      if (const auto time = parse_time(text)) event.time = *time;
      break;
    case WindowsField::record_id:
      event.record_id = digits(text);
      break;
    case WindowsField::channel:
      event.channel = text;
      break;
    case WindowsField::computer:
      event.host = text;
      break;
    default:
      break;
  }
}

void add_windows_field(event::Batch& batch, WindowsField field, event::Kind kind, std::string_view text) {
  batch.add(windows_field_id(field), kind, text);
  note_windows_field(batch.current(), field, text);
}

void end_windows_event(event::Event& event, Timestamp received) {
  if (event.time.ns != 0) return;
  event.time = received;
  event.dirt = event.dirt | event::Dirt::no_time;
}

}  // namespace yagura::formats
