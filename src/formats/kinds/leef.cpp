// leef: QRadar's Log Event Extended Format 1 and 2, a line an event; inside syslog the format syslog reads it.
#include "formats/cef_leef.hpp"
#include "formats/line_events.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view name = "leef";

class LeefDecoder : public LineEvents {
 public:
  explicit LeefDecoder(const DecoderOptions& options) : LineEvents(name, options) {}

 protected:
  Taken line(std::string_view text, event::Batch& out) override {
    writer_.start(out);
    return parse_leef(text, options().zone_offset_seconds, writer_) ? Taken::event : Taken::unparsed;
  }

 private:
  FieldWriter writer_;
};

int sniff(std::string_view head, std::string_view) {
  return head.starts_with("LEEF:") ? 97 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<LeefDecoder>(options);
}

}  // namespace

extern const Format leef_format{name, "LEEF: what security products send to QRadar", sniff, open};

}  // namespace yagura::formats
