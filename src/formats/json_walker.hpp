#pragma once

#include <string_view>

#include "event/batch.hpp"
#include "formats/json_index.hpp"
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

/// Turns one JSON object into the fields of the batch's current event. Nested names, arrays and what each path means
/// are as its PathNaming says; an array's scalars are the same field repeated, its objects add to the
/// same paths. Strings without escapes are views of the text. Strict: RFC 8259 grammar, except that a lone
/// surrogate is repaired (bad_encoding).
class JsonWalker {
 public:
  JsonWalker(const PathNaming& naming, JsonRoles& roles) : names_(naming), roles_(roles) {}

  /// `text` is one object, with block_padding_bytes readable behind it, and lives as long as `out`. False when it is
  /// not well-formed JSON; the current event then holds some of its fields and is to be dropped.
  bool walk(std::string_view text, event::Batch& out);

 private:
  struct Pair {
    std::string_view name;
    event::Value text{event::Kind::string, ""};
    bool listed = false;  // its text was an array, whose values stand already
  };

  bool object(uint32_t node, int depth);
  bool array(uint32_t node, int depth);
  bool value(uint32_t node, int depth);
  bool pair(uint32_t node, int depth);
  bool pair_members(uint32_t node, int depth, Pair& pair);
  uint32_t pair_field(uint32_t node, std::string_view name);
  bool scalar(event::Value& value);
  bool string(std::string_view& text);
  bool skip();
  bool start(std::string_view text);
  void give(uint32_t node, const event::Value& value);
  void mark(event::Dirt dirt);

  char peek() const { return base_[*at_]; }
  bool more() const { return at_ < end_; }

  JsonIndex index_;
  NameTree names_;
  JsonRoles& roles_;
  event::Batch* out_ = nullptr;
  const char* base_ = nullptr;
  const uint32_t* at_ = nullptr;
  const uint32_t* end_ = nullptr;
  uint32_t pair_previous_ = NameTree::none;
};

}  // namespace yagura::formats
