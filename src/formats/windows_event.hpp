// The one place that names the fields of a Windows event's <System> part, so that EVTX, XML and every JSON shape
// give the same event. Names are those that Sigma's Windows rules use.
//
// What the kinds agree on:
// - <System>: an element's text is a field of its name (EventID, Level, Channel, Computer ...), an attribute is
//   <Element>_<Attribute> (Provider_Name, Execution_ProcessID), but TimeCreated@SystemTime is TimeCreated and
//   EventID@Qualifiers is Qualifiers.
// - <EventData>: <Data Name="X"> is X; unnamed <Data> is Data, repeated; <Binary> is Binary.
// - <BinaryEventData>, <DebugData> and their like: the element's text is a field of its name.
// - <UserData>: the leaves below its one element, nested names joined by dots ("A.B"), attributes left out.
// - An element without text that the source shows (an empty <Data Name="X"/>) is an empty string; JSON's null
//   stays null.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "event/batch.hpp"

namespace yagura::formats {

/// What an <Event> says it is.
constexpr std::string_view windows_event_namespace = "http://schemas.microsoft.com/win/2004/08/events/event";

enum class WindowsField : uint8_t {
  event_id,
  qualifiers,
  provider_name,
  provider_guid,
  provider_source,  // Provider@EventSourceName
  version,
  level,
  task,
  opcode,
  keywords,
  time_created,
  record_id,
  activity_id,
  related_activity_id,
  process_id,
  thread_id,
  channel,
  computer,
  user_id,
};
constexpr size_t windows_field_count = 19;

/// The interned name of a System field. One array read.
event::FieldId windows_field_id(WindowsField field);

/// Which System field an element ("Execution", "ProcessID"; attribute empty for its text) is. Nothing for the
/// rest: those are fields called <Element> or <Element>_<Attribute>.
std::optional<WindowsField> windows_field_of(std::string_view element, std::string_view attribute);

/// The System field of that canonical name ("Provider_Name"); nothing for others.
std::optional<WindowsField> windows_field_named(std::string_view name);

/// Adds a System field to the current event and fills the header's part that it stands for (host, channel,
/// provider, event_id, record_id, time). `text` must live as long as the batch. An empty Provider or Channel
/// changes no header; numbers that are none and times that are none change no header.
void add_windows_field(event::Batch& batch, WindowsField field, event::Kind kind, std::string_view text);

/// Fills only the header's part, for shapes that carry the value under a name of their own as well.
void note_windows_field(event::Event& event, WindowsField field, std::string_view text);

/// Ends the header: without a usable time the event gets `received` and is marked no_time.
void end_windows_event(event::Event& event, Timestamp received);

}  // namespace yagura::formats
