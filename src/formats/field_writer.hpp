#pragma once

#include <string_view>

#include "event/batch.hpp"
#include "formats/text_cursor.hpp"

namespace yagura::formats {

/// Adds fields to the batch's current event under names that a source brings along. One a decoder.
class FieldWriter {
 public:
  void start(event::Batch& out) { out_ = &out; }
  event::Batch& batch() { return *out_; }

  void add(event::FieldId id, event::Kind kind, std::string_view text) { out_->add(id, kind, text); }
  void text(event::FieldId id, std::string_view text) { out_->add(id, event::Kind::string, text); }

  /// Digits become an integer, the rest a string.
  void value(event::FieldId id, std::string_view text) {
    constexpr size_t digits_max = 18;
    const bool number = text.size() <= digits_max && all_digits(text) && (text.size() == 1 || text[0] != '0');
    out_->add(id, number ? event::Kind::integer : event::Kind::string, text);
  }

  /// Under a name of the source's own; an event whose name can't be interned is marked.
  void named(std::string_view name, event::Kind kind, std::string_view text) {
    if (const auto id = names_.intern(name)) return out_->add(*id, kind, text);
    out_->current().dirt = out_->current().dirt | event::Dirt::too_many_names;
  }
  void named_value(std::string_view name, std::string_view text) {
    if (const auto id = names_.intern(name)) return value(*id, text);
    out_->current().dirt = out_->current().dirt | event::Dirt::too_many_names;
  }

 private:
  event::FieldCache names_;
  event::Batch* out_ = nullptr;
};

}  // namespace yagura::formats
