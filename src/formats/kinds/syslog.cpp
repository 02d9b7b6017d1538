// syslog: RFC 5424, RFC 3164 and the files that daemons write of them, with the messages of known programs broken
// into fields.
#include <string>

#include "formats/cef_leef.hpp"
#include "formats/line_events.hpp"
#include "formats/syslog_header.hpp"
#include "formats/syslog_programs.hpp"

namespace yagura::formats {
namespace {

using event::Kind;

constexpr std::string_view name = "syslog";

struct Names {
  event::FieldId priority = event::known_field("priority");
  event::FieldId facility = event::known_field("facility");
  event::FieldId severity = event::known_field("severity");
  event::FieldId hostname = event::known_field("hostname");
  event::FieldId program = event::known_field("program");
  event::FieldId pid = event::known_field("pid");
  event::FieldId message_id = event::known_field("msgid");
  event::FieldId message = event::known_field("message");
};

class SyslogDecoder : public LineEvents {
 public:
  explicit SyslogDecoder(const DecoderOptions& options) : LineEvents(name, options) {}

 protected:
  Taken line(std::string_view text, event::Batch& out) override {
    if (!parse_syslog(text, options().received, options().zone_offset_seconds, parts_)) return Taken::unparsed;
    event::Event& event = out.current();
    if (parts_.time) event.time = *parts_.time;
    event.host = parts_.host;
    event.channel = parts_.program;
    writer_.start(out);
    if (parts_.priority >= 0) {
      out.add_integer(names_.priority, parts_.priority);
      writer_.text(names_.facility, syslog_facility(parts_.priority));
      writer_.text(names_.severity, syslog_severity(parts_.priority));
    }
    add(names_.hostname, parts_.host);
    if (!product_tag()) add(names_.program, parts_.program);
    if (!parts_.pid.empty()) writer_.value(names_.pid, parts_.pid);
    add(names_.message_id, parts_.message_id);
    add_parameters(out);
    if (product_event(text)) return Taken::event;
    writer_.text(names_.message, parts_.message);
    parse_program_message(parts_.program, parts_.message, writer_);
    return Taken::event;
  }

 private:
  /// An RFC 3164 header takes the "CEF:" of a security product for the program's name; its version follows.
  bool product_tag() const {
    if (parts_.program != "CEF" && parts_.program != "LEEF") return false;
    return !parts_.message.empty() && parts_.message.front() >= '0' && parts_.message.front() <= '9';
  }

  bool product_event(std::string_view text) {
    const std::string_view said =
        product_tag() ? text.substr(static_cast<size_t>(parts_.program.data() - text.data())) : parts_.message;
    if (!parse_cef(said, options().zone_offset_seconds, writer_) &&
        !parse_leef(said, options().zone_offset_seconds, writer_))
      return false;
    writer_.text(names_.message, said);
    return true;
  }

  void add(event::FieldId id, std::string_view text) {
    if (!text.empty()) writer_.text(id, text);
  }

  void add_parameters(event::Batch& out) {
    for (const SyslogParameter& parameter : parts_.parameters) {
      full_name_.assign(parameter.id).append(".").append(parameter.name);
      std::string_view value = parameter.value;
      if (parameter.escaped) {
        unescape_parameter(value, unescaped_);
        value = out.arena().copy(unescaped_);
      }
      writer_.named(full_name_, Kind::string, value);
    }
  }

  Names names_;
  SyslogLine parts_;
  FieldWriter writer_;
  std::string full_name_;
  std::string unescaped_;
};

/// How many of the first lines are syslog with a time and a host.
int sniff(std::string_view head, std::string_view) {
  constexpr int lines_max = 20;
  int lines = 0;
  int good = 0;
  SyslogLine parts;
  while (!head.empty() && lines < lines_max) {
    const size_t end = head.find('\n');
    std::string_view line = head.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) {
      ++lines;
      const bool parsed = parse_syslog(line, Timestamp{0}, 0, parts) || line.size() < 3;
      if (parsed && (parts.priority >= 0 || (!parts.host.empty() && !parts.program.empty()))) ++good;
    }
    if (end == std::string_view::npos) break;
    head.remove_prefix(end + 1);
  }
  return good * 2 > lines ? 85 : good > 0 ? 20 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<SyslogDecoder>(options);
}

}  // namespace

extern const Format syslog_format{name, "syslog: RFC 5424, RFC 3164 and log files of it", sniff, open};

}  // namespace yagura::formats
