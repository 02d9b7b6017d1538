#include "formats/line_splitter.hpp"

#include <algorithm>
#include <cstring>

namespace yagura::formats {
namespace {

std::string_view without_cr(std::string_view text) {
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

std::string_view padded_copy(std::string_view text, event::Arena& arena) {
  char* out = arena.allocate(text.size() + block_padding_bytes);
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  std::memset(out + text.size(), 0, block_padding_bytes);
  return {out, text.size()};
}

}  // namespace

void LineSplitter::feed(const Block& block, event::Batch& out) {
  rest_ = block.bytes;
  if (!rest_.empty()) out.keep(block.owner);
}

void LineSplitter::give(std::string_view text, bool too_long, event::Batch& out, Line& line) {
  line = {held_.empty() ? text : std::string_view(), offset_, number_, too_long};
  offset_ += held_.size() + text.size();
  if (held_.empty()) return;
  held_.append(text);
  line.text = padded_copy(held_, out.arena());
  held_.clear();
}

bool LineSplitter::next(event::Batch& out, Line& line) {
  while (!rest_.empty()) {
    const size_t room = record_bytes_max - held_.size();
    const auto* end = static_cast<const char*>(std::memchr(rest_.data(), '\n', rest_.size()));
    const size_t length = end ? static_cast<size_t>(end - rest_.data()) : rest_.size();
    if (length > room) {
      give(rest_.substr(0, room), true, out, line);
      rest_.remove_prefix(room);
      inside_long_ = true;
      return true;
    }
    if (!end) {
      held_.append(rest_);
      rest_ = {};
      return false;
    }
    give(rest_.substr(0, length), inside_long_, out, line);
    line.text = without_cr(line.text);
    rest_.remove_prefix(length + 1);
    ++offset_;
    ++number_;
    inside_long_ = false;
    return true;
  }
  return false;
}

bool LineSplitter::last(event::Batch& out, Line& line) {
  if (held_.empty()) return false;
  give({}, inside_long_, out, line);
  line.text = without_cr(line.text);
  inside_long_ = false;
  return true;
}

}  // namespace yagura::formats
