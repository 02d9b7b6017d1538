// json: any JSON objects. Nested names are joined by dots, arrays repeat their field; time, host and channel
// are looked for under the names that products use.
#include <algorithm>
#include <array>

#include "formats/json_events.hpp"
#include "formats/log_time.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view name = "json";

/// Where a document says when, who and what; the first name that an event has wins. The role of a name is its place
/// in its list, counted from 1, plus the list's base.
constexpr std::array<std::string_view, 30> time_names = {"@timestamp",
                                                         "timestamp",
                                                         "Timestamp",
                                                         "eventTime",
                                                         "EventTime",
                                                         "event_time",
                                                         "event.created",
                                                         "time",
                                                         "ts",
                                                         "_time",
                                                         "datetime",
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
                                                         "log_time",
                                                         "startTime",
                                                         "start_time",
                                                         "StartTime",
                                                         "asctime",
                                                         "epoch",
                                                         "__REALTIME_TIMESTAMP",
                                                         "event.start"};
constexpr std::array<std::string_view, 20> host_names = {
    "host.name",    "host.hostname", "hostname",        "Hostname",     "HostName",
    "host",         "computer",      "Computer",        "ComputerName", "computer_name",
    "computerName", "DeviceName",    "device.hostname", "_HOSTNAME",    "agent.hostname",
    "agent.name",   "beat.hostname", "observer.name",   "node",         "src_host"};
constexpr std::array<std::string_view, 7> channel_names = {
    "_path", "channel", "Channel", "event.dataset", "log_name", "eventSource", "SYSLOG_IDENTIFIER"};

constexpr uint8_t host_base = 64;
constexpr uint8_t channel_base = 128;
static_assert(time_names.size() < host_base && host_base + host_names.size() < channel_base);

class JsonNaming : public PathNaming {
 public:
  PathMeaning meaning(std::span<const std::string_view> path) const override {
    PathMeaning out;
    for (const std::string_view key : path) {
      if (!out.name.empty()) out.name += '.';
      out.name += key;
    }
    out.role = role(out.name);
    return out;
  }

 private:
  static uint8_t role(std::string_view full) {
    const auto place = [&](const auto& names, uint8_t base) {
      const auto it = std::ranges::find(names, full);
      return it == names.end() ? 0 : base + (it - names.begin()) + 1;
    };
    if (const auto time = place(time_names, 0)) return static_cast<uint8_t>(time);
    if (const auto host = place(host_names, host_base)) return static_cast<uint8_t>(host);
    return static_cast<uint8_t>(place(channel_names, channel_base));
  }
};

const JsonNaming naming;

class JsonDecoder : public JsonEvents {
 public:
  explicit JsonDecoder(const DecoderOptions& options) : JsonEvents(name, naming, options) {}

 protected:
  void start_document() override { time_rank_ = host_rank_ = channel_rank_ = 255; }
  void end_document(event::Batch&) override {}

  void role(uint8_t role, const event::Value& value, event::Batch& out) override {
    if (value.text.empty()) return;
    if (role > channel_base) {
      if (role < channel_rank_) out.current().channel = value.text;
      channel_rank_ = std::min(channel_rank_, role);
    } else if (role > host_base) {
      if (role < host_rank_) out.current().host = value.text;
      host_rank_ = std::min(host_rank_, role);
    } else if (role < time_rank_) {
      if (const auto time = parse_log_time(value.text, options().zone_offset_seconds)) {
        out.current().time = time->time;
        time_rank_ = role;
      }
    }
  }

 private:
  uint8_t time_rank_ = 255;
  uint8_t host_rank_ = 255;
  uint8_t channel_rank_ = 255;
};

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<JsonDecoder>(options);
}

}  // namespace

extern const Format json_format{name, "JSON objects: one a line, an array, or one after another", sniff_json, open};

}  // namespace yagura::formats
