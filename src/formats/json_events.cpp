#include "formats/json_events.hpp"

namespace yagura::formats {

using event::Dirt;

JsonEvents::JsonEvents(std::string_view name, const PathNaming& naming, const DecoderOptions& options)
    : name_(name), options_(options), dirt_(*options.counters, name), stream_(*this), walker_(naming, *this) {}

event::Event& JsonEvents::begin(const JsonPiece& piece, event::Batch& out) {
  event::Event& event = out.begin(name_);
  event.raw = piece.text;
  event.offset = piece.offset;
  event.line = piece.line;
  event.dirt = piece.dirt;
  return event;
}

bool JsonEvents::take(const JsonPiece& piece, event::Batch& out) {
  if (!has(piece.dirt, Dirt::unparsed)) {
    begin(piece, out);
    start_document();
    if (walker_.walk(piece.text, out)) {
      end_document(out);
      event::Event& event = out.current();
      if (event.time.ns == 0) {
        event.time = options_.received;
        event.dirt = event.dirt | Dirt::no_time;
      }
      dirt_.count(event.dirt);
      return true;
    }
    out.drop_current();
    if (!piece.certain) return false;
  }
  event::Event& event = begin(piece, out);
  event.time = options_.received;
  event.dirt = event.dirt | Dirt::unparsed | Dirt::no_time;
  dirt_.count(event.dirt);
  return true;
}

}  // namespace yagura::formats
