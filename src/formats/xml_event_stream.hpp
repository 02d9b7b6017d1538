#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "event/batch.hpp"
#include "formats/decoder.hpp"

namespace yagura::formats {

/// An event longer than this is given in pieces. A record of Windows has at most 64 KiB, and its text some multiples.
constexpr size_t xml_event_bytes_max = 1 << 20;
constexpr size_t xml_prolog_bytes_max = 64 << 10;    // of a comment, an instruction or a DOCTYPE between events
constexpr size_t xml_event_tag_bytes_max = 4 << 10;  // of <Event ...>, looked through for its end

/// A piece of a stream of <Event> elements.
struct XmlPiece {
  enum class Kind : uint8_t {
    event,        // <Event> to </Event>, or what there is of it
    declaration,  // <!DOCTYPE ...>: refused
    other,        // anything else, one piece a line
  };
  Kind kind = Kind::event;
  std::string_view text;  // lives as long as the batch
  uint64_t offset = 0;
  uint64_t line = 0;
  event::Dirt dirt = event::Dirt::none;  // has unparsed when it is no whole event
};

class XmlPieceSink {
 public:
  virtual ~XmlPieceSink() = default;
  virtual void take(const XmlPiece& piece, event::Batch& out) = 0;
};

/// Finds the <Event> elements in a stream: in one <Events>, one after another with or without declarations, one a line
/// or pretty-printed. White space, <Events>, comments, instructions and the lines "Record 7" of evtx_dump between them
/// are passed over; what else stands there becomes pieces of one line. An event without its end stops where the next
/// one starts: at an <Event> outside <UserData>, or of the events' own namespace; what looks like one in a comment or
/// CDATA section is none. Memory held: at most xml_event_bytes_max; time linear.
class XmlEventStream {
 public:
  explicit XmlEventStream(XmlPieceSink& sink) : sink_(sink) {}

  void feed(const Block& block, event::Batch& out);
  void finish(event::Batch& out);

 private:
  enum class State : uint8_t { between, event, other };
  enum class Inside : uint8_t { markup, comment, section, instruction };

  /// What the bytes up to `end` are; `more`: that can't be said yet.
  struct Step {
    bool more = false;
    bool passed_over = false;
    size_t end = 0;
    XmlPiece::Kind kind = XmlPiece::Kind::other;
    event::Dirt dirt = event::Dirt::none;
  };

  void hold(std::string_view& rest, event::Batch& out);
  Step step(std::string_view window, bool last);
  Step between(std::string_view window, bool last);
  Step prolog(std::string_view window, std::string_view end, bool last) const;
  Step declaration(std::string_view window, bool last) const;
  Step event(std::string_view window, bool last);
  Step event_start(std::string_view window, bool last);
  bool pass_inside(std::string_view window);
  Step other(std::string_view window, bool last);
  Step cut();
  void give(std::string_view text, const Step& step, event::Batch& out);
  void begin(State state);

  XmlPieceSink& sink_;
  std::string held_;     // of what began in earlier blocks
  uint64_t offset_ = 0;  // of the window's first byte in the whole input
  uint64_t line_ = 1;    // on which it stands

  State state_ = State::between;
  Inside inside_ = Inside::markup;
  size_t at_ = 0;           // in the window: all before it is settled
  bool started_ = false;    // the event's own start tag is behind at_
  bool long_ = false;       // a part of the current piece was given already
  bool user_data_ = false;  // an <Event> may stand in <UserData>
  uint64_t nested_ = 0;     // such ones that are open
};

}  // namespace yagura::formats
