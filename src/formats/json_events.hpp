#pragma once

#include "formats/decoder.hpp"
#include "formats/demand_memory.hpp"
#include "formats/dirt_counter.hpp"
#include "formats/json_stream.hpp"
#include "formats/json_walker.hpp"

namespace yagura::formats {

/// What the kinds that read JSON have in common: documents found, walked, kept raw and marked. A kind adds its
/// names, and what roles mean for the header.
class JsonEvents : public Decoder, private JsonSink, protected JsonRoles {
 public:
  /// `name` and `naming` live as long as the decoder.
  JsonEvents(std::string_view name, const PathNaming& naming, const DecoderOptions& options);

  void feed(const Block& block, event::Batch& out) override { stream_.feed(block, out); }
  void finish(event::Batch& out) override { stream_.finish(out); }

 protected:
  /// A document's roles come now, and have all come: the header must stand when end_header() returns.
  virtual void start_document() = 0;
  virtual void end_header(event::Batch& out) = 0;

  /// A field that stands behind the document's own. From end_header().
  void also(event::FieldId field, const event::Value& value) { walker_.also(field, value); }

  /// The document's own fields under another name, or none. From end_header(), before also().
  void rename(event::FieldId from, std::optional<event::FieldId> to) { walker_.rename(from, to); }

  /// From end_header(): all fields of this document are wanted, since its text does not show what stands in them.
  void want_all() { all_wanted_ = true; }

  const DecoderOptions& options() const { return options_; }

 private:
  bool take(const JsonPiece& piece, event::Batch& out) override;
  event::Event& begin(const JsonPiece& piece, event::Batch& out);

  std::string_view name_;
  DecoderOptions options_;
  DirtCounter dirt_;
  JsonStream stream_;
  JsonWalker walker_;
  DemandMemory demand_;
  bool all_wanted_ = false;
};

/// How sure it is that an input starting with `head` is a stream of JSON objects: 0 to 80.
int sniff_json(std::string_view head, std::string_view file_name);

}  // namespace yagura::formats
