// cef: ArcSight's Common Event Format, a line an event; inside syslog the format syslog reads it.
#include "formats/cef_leef.hpp"
#include "formats/line_events.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view name = "cef";

class CefDecoder : public LineEvents {
 public:
  explicit CefDecoder(const DecoderOptions& options) : LineEvents(name, options) {}

 protected:
  Taken line(std::string_view text, event::Batch& out) override {
    writer_.start(out);
    return parse_cef(text, options().zone_offset_seconds, writer_) ? Taken::event : Taken::unparsed;
  }

 private:
  FieldWriter writer_;
};

int sniff(std::string_view head, std::string_view) {
  return head.starts_with("CEF:") ? 97 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<CefDecoder>(options);
}

}  // namespace

extern const Format cef_format{name, "CEF: what many security products send", sniff, open};

}  // namespace yagura::formats
