#include "detect/indicators/json_units.hpp"

#include <algorithm>

namespace yagura::detect {
namespace {

constexpr size_t key_bytes_max = 64;  // of those that matter

}  // namespace

bool JsonUnits::is_unit_here() const {
  std::string here;
  for (const std::string& step : path_) here += (here.empty() ? "" : "/") + step;
  return std::ranges::find(places_, here) != places_.end();
}

void JsonUnits::open(bool array) {
  // The path names where a value at this level stands: under the last key, or in an array.
  if (!arrays_.empty()) path_.push_back(arrays_.back() ? "[]" : key_);
  if (!array && is_unit_here()) {
    if (!arrays_.empty()) path_.pop_back();
    in_unit_ = started_now_ = true;
    unit_line_ = line_;
    depth_ = 1;
    return;
  }
  arrays_.push_back(array);
  key_.clear();
  if (arrays_.size() > json_outer_depth_max) fault_ = Fault::too_deep;
  depth_ = arrays_.size();
}

void JsonUnits::within_string(char c) {
  if (escaped_)
    escaped_ = false;
  else if (c == '\\')
    escaped_ = true;
  else if (c == '"')
    in_string_ = false;
}

size_t JsonUnits::outside(std::string_view bytes, size_t at) {
  for (; at < bytes.size(); ++at) {
    const char c = bytes[at];
    line_ += c == '\n';
    if (in_string_) {
      within_string(c);
      if (in_string_ && key_.size() < key_bytes_max) key_ += c;
    } else if (c == '"') {
      in_string_ = true;
      key_.clear();
    } else if (c == '{' || c == '[') {
      open(c == '[');
      if (in_unit_ || fault_ != Fault::none) return at + 1;
    } else if ((c == '}' || c == ']') && !arrays_.empty()) {
      arrays_.pop_back();
      if (!path_.empty()) path_.pop_back();
      key_.clear();
      depth_ = arrays_.size();
      closed_ = closed_ || arrays_.empty();
    }
  }
  return at;
}

size_t JsonUnits::inside(std::string_view bytes, size_t at) {
  for (; at < bytes.size(); ++at) {
    const char c = bytes[at];
    line_ += c == '\n';
    if (in_string_) {
      within_string(c);
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if ((c == '}' || c == ']') && --depth_ == 0) {
      in_unit_ = false;
      ended_now_ = true;
      depth_ = arrays_.size();
      return at + 1;
    }
  }
  return at;
}

}  // namespace yagura::detect
