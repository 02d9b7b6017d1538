// auditd: the Linux audit daemon's records, one a line; fields under the names of the records, which are those that
// Sigma's auditd rules use.
#include "formats/audit_record.hpp"
#include "formats/line_events.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view name = "auditd";

class AuditdDecoder : public LineEvents {
 public:
  explicit AuditdDecoder(const DecoderOptions& options) : LineEvents(name, options) {}

 protected:
  Taken line(std::string_view text, event::Batch& out) override {
    writer_.start(out);
    AuditHead head;
    if (text == "----" || text.starts_with("time->")) return Taken::nothing;  // ausearch puts them between records
    if (!parse_audit_record(text, writer_, head)) return Taken::unparsed;
    event::Event& event = out.current();
    event.host = head.node;
    event.channel = name;
    event.record_id = head.serial;
    if (head.time) event.time = *head.time;
    return Taken::event;
  }

 private:
  FieldWriter writer_;
};

int sniff(std::string_view head, std::string_view) {
  size_t checked = 0;
  while (!head.empty() && checked < 3) {
    const size_t end = head.find('\n');
    const std::string_view line = head.substr(0, end);
    const bool record = line.starts_with("type=") || (line.starts_with("node=") && line.contains(" type="));
    if (record && line.contains(" msg=audit(")) return 95;
    if (!line.empty()) ++checked;
    if (end == std::string_view::npos) break;
    head.remove_prefix(end + 1);
  }
  return 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<AuditdDecoder>(options);
}

}  // namespace

extern const Format auditd_format{name, "records of the Linux audit daemon", sniff, open};

}  // namespace yagura::formats
