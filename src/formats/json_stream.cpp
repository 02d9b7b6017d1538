#include "formats/json_stream.hpp"

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace yagura::formats {
namespace {

using event::Dirt;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Bytes between structure that the scan may step over at once.
constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  plain.fill(true);
  for (const char c : {'{', '}', '[', ']', '"', '\n', ' ', '\t', '\r'}) plain[static_cast<unsigned char>(c)] = false;
  return plain;
}
constexpr std::array<bool, 256> plain_bytes = make_plain();

std::string_view padded_copy(std::string_view text, event::Arena& arena) {
  char* out = arena.allocate(text.size() + block_padding_bytes);
  std::memcpy(out, text.data(), text.size());
  std::memset(out + text.size(), 0, block_padding_bytes);
  return {out, text.size()};
}

/// Whether `text` is {"Records":[ and nothing else, white space aside; Azure writes it in small letters.
bool is_records_head(std::string_view text) {
  constexpr std::string_view head = "{\"records\":[";
  size_t matched = 0;
  for (const char c : text) {
    if (is_space(c)) continue;
    if (matched == head.size() || (c | (matched == 2 ? 0x20 : 0)) != head[matched]) return false;
    ++matched;
  }
  return matched == head.size();
}

constexpr char record_separator = '\x1E';

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

/// How much of the text's start is_records_head() may look at.
constexpr size_t records_head_bytes_max = 64;

}  // namespace

void JsonStream::feed(const Block& block, event::Batch& out) {
  if (block.bytes.empty()) return;
  out.keep(block.owner);
  out_ = &out;
  data_ = block.bytes;
  offset_ = block.offset;
  at_ = 0;
  begin_ = 0;
  separator_ = 0;
  while (at_ < data_.size()) {
    if (state_ == State::between)
      between();
    else if (state_ == State::document)
      document();
    else if (state_ == State::garbage)
      garbage();
    else
      tail();
  }
  if (state_ == State::document || state_ == State::garbage) held_.append(data_.substr(begin_));
}

void JsonStream::finish(event::Batch& out) {
  out_ = &out;
  data_ = {};
  at_ = begin_ = 0;
  if (state_ == State::document)
    end(0, Dirt::unparsed | Dirt::truncated);
  else if (state_ == State::garbage)
    end(0, Dirt::unparsed);
  state_ = State::between;
}

void JsonStream::between() {
  while (at_ < data_.size()) {
    const char c = data_[at_];
    if (c == '\n') ++line_;
    if (c == record_separator) {
      in_sequence_ = true;
      in_array_ = in_records_ = false;
    }
    const bool separator = (in_array_ && c == ',') || c == record_separator;
    const bool byte_order_mark = offset_ + at_ < 3 && c == utf8_mark[offset_ + at_];
    if (is_space(c) || separator || byte_order_mark) {
      ++at_;
    } else if (in_array_ && c == ']') {
      ++at_;
      in_array_ = false;
      if (in_records_) {
        state_ = State::tail;
        return;
      }
    } else if (!in_array_ && c == '[') {
      ++at_;
      in_array_ = true;
    } else if (c == '{') {
      if (!whole_line(at_)) return begin(State::document);
    } else {
      return begin(State::garbage);
    }
  }
}

/// The usual case at full speed: the document that starts at `from` ends with its line.
bool JsonStream::whole_line(size_t from) {
  if (offset_ + from < lines_from_) return false;
  const auto* end = static_cast<const char*>(std::memchr(data_.data() + from, '\n', data_.size() - from));
  lines_from_ = offset_ + (end ? static_cast<size_t>(end - data_.data()) : data_.size());
  if (!end) return false;
  std::string_view text(data_.data() + from, static_cast<size_t>(end - data_.data()) - from);
  while (!text.empty() && (is_space(text.back()) || (in_array_ && (text.back() == ',' || text.back() == ']'))))
    text.remove_suffix(1);
  if (text.empty() || text.back() != '}' || text.size() > record_bytes_max) return false;
  const std::string_view head = text.substr(0, records_head_bytes_max);
  if (is_records_head(head.substr(0, head.find('[') + 1))) return false;
  prefetch_line(static_cast<size_t>(end - data_.data()) + 1, text.size());
  if (!sink_.take({text, offset_ + from, line_, Dirt::none, false}, *out_)) return false;
  at_ = from + text.size();
  return true;
}

/// Has memory send what comes next while this line is worked at: lines are of much the same length.
void JsonStream::prefetch_line(size_t from, size_t length) const {
  constexpr size_t ahead_bytes_max = 8192;
  constexpr size_t cache_line_bytes = 64;
  const size_t stop = std::min(data_.size(), from + std::min(length, ahead_bytes_max));
  for (size_t at = from; at < stop; at += cache_line_bytes) _mm_prefetch(data_.data() + at, _MM_HINT_T0);
}

void JsonStream::begin(State state) {
  state_ = state;
  begin_ = at_;
  held_.clear();
  piece_offset_ = offset_ + at_;
  piece_line_ = line_;
  piece_long_ = false;
  depth_ = 0;
  in_string_ = escaped_ = false;
  compact_ = false;
  before_ = last_ = 0;
}

/// Gives the current piece up to `stop` of the current block.
void JsonStream::end(size_t stop, Dirt dirt) {
  std::string_view text = data_.substr(begin_, stop - begin_);
  if (!held_.empty()) {
    held_.append(text);
    text = padded_copy(held_, out_->arena());
    held_.clear();
  }
  begin_ = stop;
  if (piece_long_) dirt = dirt | Dirt::too_long | Dirt::unparsed;
  while (has(dirt, Dirt::unparsed) && !text.empty() && is_space(text.back())) text.remove_suffix(1);
  if (!text.empty()) (void)sink_.take({text, piece_offset_, piece_line_, dirt, true}, *out_);
  piece_offset_ = offset_ + stop;
  piece_line_ = line_;
}

/// `stop`, or the next record separator's place when there is one before it. Each is looked for once.
size_t JsonStream::before_separator(size_t stop) {
  if (!in_sequence_) return stop;
  if (separator_ < at_ || (separator_ < data_.size() && data_[separator_] != record_separator))
    separator_ = std::min(data_.find(record_separator, at_), data_.size());
  return std::min(stop, separator_);
}

/// Whether the scan stopped in front of a record separator.
bool JsonStream::at_separator(size_t stop) {
  return in_sequence_ && at_ == stop && at_ < data_.size() && data_[at_] == record_separator;
}

void JsonStream::document() {
  const size_t room = record_bytes_max - held_bytes();
  const size_t stop = before_separator(data_.size() - at_ > room ? at_ + room : data_.size());
  const bool over = scan(stop);
  if (!over && state_ == State::document && at_separator(stop)) {
    end(at_, Dirt::unparsed | Dirt::truncated);
    state_ = State::between;
    return;
  }
  if (over || state_ != State::document || held_bytes() < record_bytes_max) return;
  end(at_, Dirt::unparsed | Dirt::too_long);
  piece_long_ = true;
}

/// Scans to `stop`. True when the document ended, well or not, and state_ says what comes now.
bool JsonStream::scan(size_t stop) {
  while (at_ < stop) {
    if (in_string_) {
      if (scan_string(stop)) return true;
      continue;
    }
    const char c = data_[at_];
    if (c == '{' || c == '[') {
      if (scan_open(c)) return true;
    } else if (c == '}' || c == ']') {
      --depth_;
      before_ = c;
      if (depth_ == 0) {
        ++at_;
        state_ = State::between;
        end(at_, c == '}' ? Dirt::none : Dirt::unparsed);
        return true;
      }
    } else if (c == '"') {
      in_string_ = true;
      if (before_ == '{' && depth_ == 1) compact_ = line_ == piece_line_;
    } else if (c == '\n') {
      ++line_;
    } else if (!is_space(c)) {
      while (at_ + 1 < stop && plain_bytes[static_cast<unsigned char>(data_[at_ + 1])]) ++at_;
      before_ = data_[at_];
    }
    last_ = data_[at_];
    ++at_;
  }
  return false;
}

/// At an opening bracket. True when it ends the document: the head of an array of records, a new document where
/// none can start, or nesting past all reason, where the rest of the line is given up.
bool JsonStream::scan_open(char c) {
  if (c == '{' && last_ == '\n' && depth_ > 0 && !may_open_object()) {
    end(at_, Dirt::unparsed | Dirt::truncated);
    begin(State::document);
    return true;
  }
  if (c == '[' && depth_ == 1 && opens_records()) {
    ++at_;
    held_.clear();
    begin_ = at_;
    in_array_ = in_records_ = true;
    state_ = State::between;
    return true;
  }
  if (++depth_ > json_nesting_max) {
    state_ = State::garbage;
    return true;
  }
  if (depth_ < depth_bits) arrays_ = c == '[' ? arrays_ | (1ULL << depth_) : arrays_ & ~(1ULL << depth_);
  before_ = c;
  return false;
}

/// Whether an object can start here, at the start of a line within a document. Behind a colon only in a document
/// whose own brace stands alone on its line: in one that began with its first key, a line cut short is likelier.
bool JsonStream::may_open_object() const {
  if (before_ == '[') return true;
  if (before_ == ':') return !compact_;
  return before_ == ',' && (depth_ >= depth_bits || (arrays_ >> depth_ & 1) != 0);
}

bool JsonStream::opens_records() const {
  const size_t here = at_ + 1 - begin_;
  if (piece_long_ || held_.size() + here > records_head_bytes_max) return false;
  return is_records_head(held_ + std::string(data_.substr(begin_, here)));
}

/// Inside a string. True when a line end broke it: JSON has none there, so the document is given up and the next line
/// starts anew.
bool JsonStream::scan_string(size_t stop) {
  if (escaped_) {
    escaped_ = data_[at_] == '\n';  // an escaped line end is broken as well
    if (!escaped_) {
      ++at_;
      return false;
    }
    escaped_ = false;
  }
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i line_end = _mm_set1_epi8('\n');
  while (at_ < stop) {
    // block_padding_bytes make the load safe; hits past `stop` are left for later.
    const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data_.data() + at_));
    const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(piece, quote), _mm_cmpeq_epi8(piece, backslash)),
                                     _mm_cmpeq_epi8(piece, line_end));
    const auto hits = static_cast<uint32_t>(_mm_movemask_epi8(hit));
    at_ = std::min(stop, at_ + (hits == 0 ? sizeof piece : static_cast<size_t>(std::countr_zero(hits))));
    if (hits == 0 || at_ == stop) continue;
    const char c = data_[at_];
    if (c == '\n') {
      end(at_, Dirt::unparsed);
      state_ = State::between;
      return true;
    }
    ++at_;
    last_ = c;
    if (c == '\\') {
      escaped_ = true;
    } else {
      in_string_ = false;
      before_ = '"';
    }
    return false;
  }
  return false;
}

void JsonStream::garbage() {
  const size_t room = record_bytes_max - held_bytes();
  const size_t stop = before_separator(data_.size() - at_ > room ? at_ + room : data_.size());
  const auto* found = static_cast<const char*>(std::memchr(data_.data() + at_, '\n', stop - at_));
  if (found) {
    at_ = static_cast<size_t>(found - data_.data());
    end(at_, Dirt::unparsed);
    state_ = State::between;
    return;
  }
  at_ = stop;
  if (at_separator(stop)) {
    end(at_, Dirt::unparsed);
    state_ = State::between;
    return;
  }
  if (held_bytes() < record_bytes_max) return;
  end(at_, Dirt::unparsed | Dirt::too_long);
  piece_long_ = true;
}

/// Behind the array of records: the end of its object, or members that no event takes.
void JsonStream::tail() {
  while (at_ < data_.size()) {
    const char c = data_[at_];
    if (c == '\n') ++line_;
    if (is_space(c) || c == ',') {
      ++at_;
      continue;
    }
    in_records_ = false;
    if (c == '}') {
      ++at_;
      state_ = State::between;
    } else {
      begin(State::garbage);
    }
    return;
  }
}

}  // namespace yagura::formats
