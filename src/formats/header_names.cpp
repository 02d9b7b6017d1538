#include "formats/header_names.hpp"

#include <algorithm>

#include "formats/log_time.hpp"

namespace yagura::formats {
namespace {

/// The best first.
constexpr std::string_view time_names[] = {"@timestamp",
                                           "timestamp",
                                           "Timestamp",
                                           "eventTime",
                                           "EventTime",
                                           "event_time",
                                           "event.created",
                                           "time",
                                           "Time",
                                           "ts",
                                           "_time",
                                           "datetime",
                                           "DateTime",
                                           "TimeCreated",
                                           "UtcTime",
                                           "TimeGenerated",
                                           "createdDateTime",
                                           "activityDateTime",
                                           "CreationTime",
                                           "published",
                                           "id.time",
                                           "created_at",
                                           "createdAt",
                                           "date",
                                           "Date",
                                           "log_time",
                                           "startTime",
                                           "start_time",
                                           "StartTime",
                                           "asctime",
                                           "epoch",
                                           "event.start",
                                           "Event DateTime",
                                           "Event Time",
                                           "Date and Time",
                                           "__REALTIME_TIMESTAMP",
                                           "日時",
                                           "発生日時",
                                           "日付時刻",
                                           "操作日時",
                                           "記録日時"};
constexpr std::string_view host_names[] = {"id.orig_h",  // Zeek's: who acted; its "host" is a web server's name
                                           "host.name",
                                           "host.hostname",
                                           "hostname",
                                           "Hostname",
                                           "HostName",
                                           "host",
                                           "computer",
                                           "Computer",
                                           "ComputerName",
                                           "computer_name",
                                           "computerName",
                                           "DeviceName",
                                           "device.hostname",
                                           "_HOSTNAME",
                                           "agent.hostname",
                                           "agent.name",
                                           "beat.hostname",
                                           "observer.name",
                                           "node",
                                           "src_host",
                                           "@system",
                                           "コンピュータ名",
                                           "コンピューター名",
                                           "ホスト名",
                                           "端末名",
                                           "マシン名",
                                           "PC名"};
constexpr std::string_view channel_names[] = {"_path",         "@stream",  "channel",     "Channel",
                                              "event.dataset", "log_name", "eventSource", "SYSLOG_IDENTIFIER"};

constexpr size_t ranks_max = 64;
static_assert(std::size(time_names) < ranks_max && std::size(host_names) < ranks_max);

}  // namespace

HeaderRole header_role(std::string_view name) {
  const auto find = [&](const auto& names, HeaderPart part) -> HeaderRole {
    const auto* it = std::ranges::find(names, name);
    if (it == std::end(names)) return {};
    return {part, static_cast<uint8_t>(it - std::begin(names))};
  };
  if (const auto role = find(time_names, HeaderPart::time); role.part != HeaderPart::none) return role;
  if (const auto role = find(host_names, HeaderPart::host); role.part != HeaderPart::none) return role;
  return find(channel_names, HeaderPart::channel);
}

void HeaderFill::take(HeaderRole role, std::string_view text, int zone_offset_seconds, event::Event& event) {
  if (text.empty()) return;
  if (role.part == HeaderPart::time && role.rank < time_rank_) {
    const auto time = parse_log_time(text, zone_offset_seconds);
    if (!time) return;
    event.time = time->time;
    time_rank_ = role.rank;
  } else if (role.part == HeaderPart::host && role.rank < host_rank_) {
    event.host = text;
    host_rank_ = role.rank;
  } else if (role.part == HeaderPart::channel && role.rank < channel_rank_) {
    event.channel = text;
    channel_rank_ = role.rank;
  }
}

}  // namespace yagura::formats
