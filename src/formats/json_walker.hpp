#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "event/batch.hpp"
#include "event/demand.hpp"
#include "formats/json_index.hpp"
#include "formats/key_memory.hpp"
#include "formats/name_tree.hpp"

namespace yagura::formats {

/// Deeper values stay in the raw text and mark their event too_deep.
constexpr int json_depth_max = 64;

/// Hears of the scalars at paths that have a role (time, host, a Windows System field).
class JsonRoles {
 public:
  virtual ~JsonRoles() = default;
  virtual void role(uint8_t role, const event::Value& value, event::Batch& out) = 0;
};

/// Turns one JSON object into the fields of the batch's current event, in two steps: walk() finds them and tells the
/// roles, give() reads the ones that are wanted. Nested names, arrays and what each path means are as its PathNaming
/// says; an array's scalars are the same field repeated, its objects add to the same paths. Strings without escapes are
/// views of the text. Strict: RFC 8259 grammar, except that a lone surrogate and an escape that JSON does not know are
/// repaired (bad_encoding, when the value is read).
class JsonWalker {
 public:
  JsonWalker(const PathNaming& naming, JsonRoles& roles) : names_(naming), roles_(roles) {}

  /// `text` is one object, with block_padding_bytes readable behind it, and lives as long as `out`. False when it is
  /// not well-formed JSON; the current event is then to be dropped.
  bool walk(std::string_view text, event::Batch& out);

  /// Adds the fields of the last text to the current event: those of `wanted`, null for all of them.
  void give(const event::FieldSet* wanted);

  /// Another field behind those of the last text; `value` lives as long as the batch. Before give().
  void also(event::FieldId field, const event::Value& value);

  /// Gives the fields of the last text that are called `from` the name `to`, or leaves them out without one. Before
  /// give(), and before also() adds some that keep the name.
  void rename(event::FieldId from, std::optional<event::FieldId> to);

  /// The last text as it was walked: well-formed UTF-8.
  std::string_view text() const { return text_; }

 private:
  /// A scalar that walk() met: the number of the token it starts at and its kind or, for what was read already, its
  /// place in read_ and `was_read`.
  struct Noted {
    event::FieldId field;
    uint32_t where;
  };
  static constexpr uint32_t kind_bits = 4;
  static constexpr uint32_t was_read = 15;

  struct Pair {
    std::string_view name;
    uint32_t text = 0;  // token of it; 0, where no scalar stands, when it has none
    event::Kind kind = event::Kind::string;
    bool listed = false;  // its text was an array, whose values stand already
  };

  bool object(uint32_t node, int depth);
  bool plain_members(uint32_t node, const KeyMemory::Known*& stopped_at);
  bool member(uint32_t node, int depth);
  bool array(uint32_t node, int depth);
  bool value(uint32_t node, const NameTree::Meaning& meaning, int depth);
  bool pair(uint32_t node, int depth);
  bool pair_member(uint32_t node, int depth, Pair& pair);
  bool pair_members(uint32_t node, int depth, Pair& pair);
  uint32_t pair_field(uint32_t node, std::string_view name);
  bool key(uint32_t parent, KeyMemory::Known& unremembered, const KeyMemory::Known*& known);
  bool scalar(event::Kind& kind);
  bool closed() const;
  bool skip();
  bool start(std::string_view text);
  void note(const NameTree::Meaning& meaning, uint32_t token, event::Kind kind);
  bool note_place(event::FieldId field, uint32_t number, uint32_t kind);
  void note_read(const NameTree::Meaning& meaning, const event::Value& value);
  event::Value read(uint32_t token, event::Kind kind);
  std::span<const Noted> choose(const event::FieldSet& wanted);
  void mark(event::Dirt dirt);

  char peek() const { return base_[*at_]; }
  bool more() const { return at_ < end_; }
  uint32_t here() const { return static_cast<uint32_t>(at_ - tokens_); }

  JsonIndex index_;
  NameTree names_;
  KeyMemory keys_;
  JsonRoles& roles_;
  event::Batch* out_ = nullptr;
  std::string_view text_;
  const char* base_ = nullptr;
  const uint32_t* tokens_ = nullptr;
  const uint32_t* at_ = nullptr;
  const uint32_t* end_ = nullptr;
  std::vector<Noted> noted_{event::fields_per_event_max};
  size_t noted_count_ = 0;
  std::vector<Noted> kept_{event::fields_per_event_max};  // of them, what is wanted
  std::vector<event::Value> read_;
  std::vector<event::Field> fields_;
};

}  // namespace yagura::formats
