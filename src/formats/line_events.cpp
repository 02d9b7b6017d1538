#include "formats/line_events.hpp"

#include "base/text.hpp"

namespace yagura::formats {

using event::Dirt;

LineEvents::LineEvents(std::string_view name, const DecoderOptions& options)
    : name_(name), options_(options), dirt_(*options.counters, name) {}

void LineEvents::feed(const Block& block, event::Batch& out) {
  splitter_.feed(block, out);
  Line line;
  while (splitter_.next(out, line)) take(line, out);
}

void LineEvents::finish(event::Batch& out) {
  Line line;
  if (splitter_.last(out, line)) take(line, out);
}

void LineEvents::take(const Line& line, event::Batch& out) {
  if (trim(line.text).empty()) return;
  const auto begin = [&]() -> event::Event& {
    event::Event& event = out.begin(name_);
    event.offset = line.offset;
    event.line = line.number;
    event.raw = line.text;
    return event;
  };
  event::Event& event = begin();
  std::string_view text = line.text;
  if (line.number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Dirt dirt = line.too_long ? Dirt::too_long : Dirt::none;
  if (!is_utf8(text)) {
    dirt = dirt | Dirt::bad_encoding;
    text = out.arena().copy(to_valid_utf8(text));
  }
  event.dirt = dirt;
  const Taken taken = line.too_long ? Taken::unparsed : this->line(text, out);
  if (taken == Taken::nothing) return out.drop_current();
  if (taken == Taken::unparsed) {
    out.drop_current();
    begin().dirt = dirt | Dirt::unparsed;
    out.add(message_, event::Kind::string, text);
  }
  event::Event& done = out.current();
  if (done.time.ns == 0) {
    done.time = options_.received;
    done.dirt = done.dirt | Dirt::no_time;
  }
  dirt_.count(done.dirt);
}

}  // namespace yagura::formats
