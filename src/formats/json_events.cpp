#include "formats/json_events.hpp"

namespace yagura::formats {

using event::Dirt;

JsonEvents::JsonEvents(std::string_view name, const PathNaming& naming, const DecoderOptions& options)
    : name_(name),
      options_(options),
      dirt_(*options.counters, name),
      stream_(*this),
      walker_(naming, *this),
      demand_(options.demand) {}

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
    all_wanted_ = false;
    start_document();
    if (walker_.walk(piece.text, out)) {
      end_header(out);
      event::Event& event = out.current();
      walker_.give(all_wanted_ ? nullptr : demand_.wanted(event));
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

int sniff_json(std::string_view head, std::string_view file_name) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const size_t start = head.find_first_not_of(" \t\r\n\x1E");
  if (start == std::string_view::npos) return 0;
  head.remove_prefix(start);
  const bool named = file_name.ends_with(".json") || file_name.ends_with(".jsonl") || file_name.ends_with(".ndjson");
  const size_t inner = head.find_first_not_of(" \t\r\n", 1);
  const char next = inner == std::string_view::npos ? '\0' : head[inner];
  if (head[0] == '{') return next == '"' || next == '}' || named ? 80 : 10;
  if (head[0] == '[') return next == '{' || named ? 80 : 5;
  return named && !head.contains('\0') ? 20 : 0;
}

}  // namespace yagura::formats
