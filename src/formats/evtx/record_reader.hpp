#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/batch.hpp"
#include "formats/demand_memory.hpp"
#include "formats/evtx/compiler.hpp"
#include "formats/evtx/instance.hpp"
#include "formats/evtx/program.hpp"
#include "formats/evtx/template_memory.hpp"
#include "formats/evtx/value_text.hpp"

namespace yagura::formats::evtx {

constexpr int embedded_depth_max = 8;  // binary XML in a value of binary XML in ...

/// What one chunk may cost, so that a hostile one can't multiply itself: a few bytes can name a large value many
/// times. Honest chunks stay below a tenth of either.
constexpr int64_t chunk_output_bytes_max = 16 << 20;  // text written, with operation_cost for each operation
constexpr int64_t chunk_compile_bytes_max = 1 << 20;  // binary XML compiled, with compile_cost for each fragment
constexpr int64_t operation_cost = 16;
constexpr int64_t compile_cost = 64;

/// Turns the binary XML of records into fields. Templates are compiled once a chunk.
class RecordReader {
 public:
  struct Options {
    bool want_xml = true;
    bool sound = false;  // the chunk's checksums hold: its templates may stand in for lost ones of other chunks
  };

  /// `demand` null: all fields are wanted. It outlives the reader.
  explicit RecordReader(const event::Demand* demand) : demand_(demand) {}

  /// From now on records are read from `chunk` (at most 64 KiB) into `batch`; both outlive the next call of this.
  void begin_chunk(std::string_view chunk, event::Batch& batch, Options options);

  /// Whether a template that can't be read here may be taken from an earlier chunk.
  enum class LostTemplates : uint8_t { fail, borrow };

  /// Adds the fields of the fragment from `begin` to `end` to the batch's current event and fills its header. False
  /// when it can't be read to its end. Bounded by what is left of the chunk's budget.
  bool read(uint32_t begin, uint32_t end, LostTemplates lost);

  /// The XML of the record that read() took last, in the arena; empty without want_xml or when it would pass the
  /// chunk's budget.
  std::string_view xml();

  /// True when a name that the last record used does not hold its hash: in a recovered record it is likely part of
  /// something else that was written over it.
  bool doubtful() const { return doubtful_; }

  /// Why read() failed, beyond being malformed.
  event::Dirt failure() const { return failure_; }

 private:
  enum class Mode : uint8_t { fields, xml };

  struct Substitute {
    uint32_t offset = 0;
    uint16_t size = 0;
    uint8_t type = 0;
    bool rendered = false;
    bool paid = false;  // the budget was asked for its text
    event::Value text;
  };

  /// A field of the current event that waits for the header to say what is wanted.
  struct Waiting {
    static constexpr uint32_t rendered = UINT32_MAX;
    event::FieldId field;
    uint32_t substitute = rendered;  // whose text it is; else `value`
    event::Value value;
  };

  struct Frame {
    uint32_t position = 0;  // of the instance's token
    Instance instance;
    uint32_t first = 0;  // of its substitutes
  };

  bool fragment(Mode mode, uint32_t begin, uint32_t end, PlaceId place, int depth);
  bool instance(Mode mode, uint32_t position, uint32_t end, PlaceId place, int depth, uint32_t& after);
  const Frame* frame(uint32_t position, uint32_t end);
  const std::optional<Program>* template_of(const Instance& instance, PlaceId place);
  const std::optional<Program>* borrowed(uint32_t identifier, PlaceId place);
  const std::optional<Program>* program(uint32_t begin, uint32_t end, PlaceId place, bool in_template);

  struct Scope {
    uint32_t first = 0;
    uint32_t count = 0;
    int depth = 0;
  };
  bool run_fields(const Program& program, Scope scope);
  bool run_xml(const Program& program, Scope scope);
  bool field_value(const FieldOp& op, Scope scope);
  bool field_joined(const FieldOp& op, Scope scope);
  bool xml_value(const XmlOp& op, Scope scope);
  bool embedded(Mode mode, const Substitute& value, PlaceId place, Scope scope);

  Substitute* substitute(Scope scope, uint32_t index);
  bool is_null_type(const Substitute* value) const { return !value || value->type == 0; }
  bool is_null(const Substitute* value) const { return !value || value->type == 0 || value->size == 0; }
  std::string_view bytes_of(const Substitute& value) const { return chunk_.substr(value.offset, value.size); }
  const event::Value& text_of(Substitute& value);
  void add(const FieldOp& op, const event::Value& value);
  void wait(Waiting waiting);
  void give_wanted();
  bool wants_all(const event::FieldSet& wanted);
  const event::Value& value_of(const Waiting& waiting) {
    return waiting.substitute == Waiting::rendered ? waiting.value : text_of(substitutes_[waiting.substitute]);
  }
  bool spend(int64_t cost);
  bool spend_compiling(int64_t bytes);

  std::string_view chunk_;
  event::Batch* batch_ = nullptr;
  Options options_;
  LostTemplates lost_ = LostTemplates::fail;
  TemplateMemory memory_;
  int64_t output_left_ = 0;
  int64_t compile_left_ = 0;
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
  uint32_t roots_ = 0;
  bool doubtful_ = false;
  event::Dirt failure_ = event::Dirt::none;
  ProgramStore store_;
  event::FieldCache cache_;
  std::vector<Substitute> substitutes_;
  std::vector<Frame> frames_;
  std::string xml_;
  DemandMemory demand_;
  std::vector<Waiting> waiting_;
  std::string text_;
};

}  // namespace yagura::formats::evtx
