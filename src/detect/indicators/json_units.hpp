#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::detect {

constexpr size_t json_unit_bytes_max = 128 << 20;  // one object: a MISP event with all of its attributes
constexpr size_t json_outer_depth_max = 16;        // levels above a unit

/// Finds the objects that a document is made of, without reading the document whole. A unit is an object at one of the
/// `places`: keys joined by '/', "[]" for an array ("objects/[]"; "[]" for the elements of the outermost array). It
/// comes with the line on which it starts. What is no JSON is not noticed here: units are for a parser. Memory held:
/// one unit.
class JsonUnits {
 public:
  explicit JsonUnits(std::vector<std::string_view> places) : places_(std::move(places)) {}

  enum class Fault { none, too_long, too_deep, cut_off, nothing };

  /// Calls `take(text, line)` for each unit that ends within what came so far. Stops at a fault.
  template <typename Take>
  Fault feed(std::string_view bytes, Take&& take) {
    for (size_t at = 0; at < bytes.size() && fault_ == Fault::none;) {
      const size_t from = at;
      at = in_unit_ ? inside(bytes, at) : outside(bytes, at);
      if (in_unit_) {
        // The brace that opened the unit belongs to it.
        if (unit_.size() + (at - from) > json_unit_bytes_max)
          fault_ = Fault::too_long;
        else
          unit_ += started_now_ ? bytes.substr(at - 1, 1) : bytes.substr(from, at - from);
        started_now_ = false;
      } else if (ended_now_) {
        ended_now_ = false;
        unit_ += bytes.substr(from, at - from);
        ++units_;
        take(std::string_view(unit_), unit_line_);
        unit_.clear();
      }
    }
    return fault_;
  }

  /// At the end: whether something was left open, or no unit came at all.
  Fault finish() const {
    if (fault_ != Fault::none) return fault_;
    if (in_unit_) return Fault::cut_off;
    return units_ == 0 && !closed_ ? Fault::nothing : depth_ > 0 ? Fault::cut_off : Fault::none;
  }
  uint64_t line() const { return in_unit_ ? unit_line_ : line_; }

 private:
  size_t inside(std::string_view bytes, size_t at);
  size_t outside(std::string_view bytes, size_t at);
  void within_string(char c);
  void open(bool array);
  bool is_unit_here() const;

  std::vector<std::string_view> places_;
  std::vector<std::string> path_;  // the key that each open level stands under; "[]" within an array
  std::vector<bool> arrays_;
  std::string key_;
  std::string unit_;
  uint64_t line_ = 1;
  uint64_t unit_line_ = 0;
  uint64_t units_ = 0;
  uint64_t depth_ = 0;  // of outer levels, or within the unit
  Fault fault_ = Fault::none;
  bool in_unit_ = false;
  bool started_now_ = false;
  bool ended_now_ = false;
  bool in_string_ = false;
  bool escaped_ = false;
  bool closed_ = false;  // some outer level ended: an empty bundle is a document too
};

}  // namespace yagura::detect
