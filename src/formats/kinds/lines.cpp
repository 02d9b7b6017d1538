// lines: any text, one event a line. The fallback when no other format claims an input.
#include "base/text.hpp"
#include "formats/decoder.hpp"
#include "formats/dirt_counter.hpp"
#include "formats/line_splitter.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view name = "lines";

class LinesDecoder : public Decoder {
 public:
  explicit LinesDecoder(const DecoderOptions& options) : options_(options), dirt_(*options.counters, name) {}

  void feed(const Block& block, event::Batch& out) override {
    splitter_.feed(block, out);
    Line line;
    while (splitter_.next(out, line)) take(line, out);
  }

  void finish(event::Batch& out) override {
    Line line;
    if (splitter_.last(out, line)) take(line, out);
  }

 private:
  void take(const Line& line, event::Batch& out) {
    if (trim(line.text).empty()) return;
    event::Event& event = out.begin(name);
    event.time = options_.received;
    event.dirt = event::Dirt::no_time;
    if (line.too_long) event.dirt = event.dirt | event::Dirt::too_long;
    event.offset = line.offset;
    event.line = line.number;
    event.raw = line.text;
    std::string_view text = line.text;
    if (!is_utf8(text)) {
      event.dirt = event.dirt | event::Dirt::bad_encoding;
      text = out.arena().copy(to_valid_utf8(text));
    }
    out.add(message_, event::Kind::string, text);
    dirt_.count(event.dirt);
  }

  DecoderOptions options_;
  DirtCounter dirt_;
  LineSplitter splitter_;
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
