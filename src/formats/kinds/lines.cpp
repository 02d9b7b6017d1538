// lines: any text, one event a line. The fallback when no other format claims an input.
#include "formats/line_events.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view name = "lines";

class LinesDecoder : public LineEvents {
 public:
  explicit LinesDecoder(const DecoderOptions& options) : LineEvents(name, options) {}

 protected:
  Taken line(std::string_view text, event::Batch& out) override {
    out.add(message_, event::Kind::string, text);
    return Taken::event;
  }

 private:
  event::FieldId message_ = event::known_field("message");
};

int sniff(std::string_view, std::string_view) {
  return 1;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<LinesDecoder>(options);
}

}  // namespace

extern const Format lines_format{name, "any text, one event a line", sniff, open};

}  // namespace yagura::formats
