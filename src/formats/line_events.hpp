#pragma once

#include "formats/decoder.hpp"
#include "formats/dirt_counter.hpp"
#include "formats/line_splitter.hpp"

namespace yagura::formats {

/// What the kinds of one event a line have in common: lines cut, kept raw, repaired to UTF-8, marked and counted.
class LineEvents : public Decoder {
 public:
  LineEvents(std::string_view name, const DecoderOptions& options);

  void feed(const Block& block, event::Batch& out) override;
  void finish(event::Batch& out) override;

 protected:
  enum class Taken { event, unparsed, nothing };

  /// Fills the current event from `text` (well-formed UTF-8, lives as long as the batch). Unparsed: it is no
  /// line of this format; fields that were added go. Nothing: the line says nothing about an event (a comment).
  virtual Taken line(std::string_view text, event::Batch& out) = 0;

  const DecoderOptions& options() const { return options_; }

  /// Makes an event of a line. A kind whose records are not lines cuts them itself and calls this.
  void take(const Line& line, event::Batch& out);

 private:
  std::string_view name_;
  DecoderOptions options_;
  DirtCounter dirt_;
  LineSplitter splitter_;
  event::FieldId message_ = event::known_field("message");
};

}  // namespace yagura::formats
