#include "formats/xml_event_stream.hpp"

#include <algorithm>
#include <array>

#include "formats/windows_event.hpp"

namespace yagura::formats {
namespace {

using event::Dirt;

constexpr std::string_view spaces = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr size_t append_bytes = 8 << 10;  // by which an event that straddles blocks is put together

enum class Markup : uint8_t {
  undecided,
  event_start,
  event_end,
  events,
  user_data_start,
  user_data_end,
  comment,
  section,
  instruction,
  declaration,
  other,
};

struct Known {
  std::string_view text;
  Markup markup;
  bool is_name;  // must end behind `text`
};

/// The first that fits counts.
constexpr std::array<Known, 10> known = {{
    {"<Event", Markup::event_start, true},
    {"</Event", Markup::event_end, true},
    {"<Events", Markup::events, true},
    {"</Events", Markup::events, true},
    {"<UserData", Markup::user_data_start, true},
    {"</UserData", Markup::user_data_end, true},
    {"<!--", Markup::comment, false},
    {"<![CDATA[", Markup::section, false},
    {"<?", Markup::instruction, false},
    {"<!", Markup::declaration, false},
}};

/// What the `<` at the start of `text` begins. `last`: nothing comes behind `text`.
Markup markup_of(std::string_view text, bool last) {
  bool undecided = false;
  for (const Known& one : known) {
    const std::string_view start = text.substr(0, one.text.size());
    if (!one.text.starts_with(start)) continue;
    const bool whole = start.size() == one.text.size();
    if (whole &&
        (!one.is_name || (text.size() > start.size() && (spaces.contains(text[start.size()]) ||
                                                         text[start.size()] == '>' || text[start.size()] == '/'))))
      return undecided ? Markup::undecided : one.markup;
    const bool cut = text.size() <= start.size();
    undecided |= cut && !last;
  }
  return undecided ? Markup::undecided : Markup::other;
}

struct TagEnd {
  enum class Found : uint8_t { yes, undecided, no };
  Found found = Found::no;
  size_t end = 0;  // behind its '>'
  bool empty_tag = false;
};

/// Where the tag that starts at `at` ends.
TagEnd end_of_tag(std::string_view text, size_t at, bool last) {
  const size_t stop = std::min(text.size(), at + xml_event_tag_bytes_max);
  char quote = 0;
  for (size_t i = at + 1; i < stop; ++i) {
    const char c = text[i];
    if (c == '<') return {};
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return {TagEnd::Found::yes, i + 1, text[i - 1] == '/'};
    }
  }
  if (last || stop == at + xml_event_tag_bytes_max) return {};
  return {TagEnd::Found::undecided};
}

/// Lines that evtx_dump puts in front of its records.
bool is_record_number(std::string_view line) {
  constexpr std::string_view word = "Record ";
  if (!line.starts_with(word) || line.size() == word.size()) return false;
  return line.find_first_not_of("0123456789", word.size()) == std::string_view::npos;
}

std::string_view without_end_space(std::string_view text) {
  const size_t end = text.find_last_not_of(spaces);
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

}  // namespace

void XmlEventStream::feed(const Block& block, event::Batch& out) {
  if (block.bytes.empty()) return;
  out.keep(block.owner);
  std::string_view rest = block.bytes;
  if (held_.empty()) offset_ = block.offset;
  while (!rest.empty()) {
    if (!held_.empty()) {
      hold(rest, out);
      continue;
    }
    const std::string_view window = rest.substr(0, xml_event_bytes_max);
    Step found = step(window, false);
    if (found.more && window.size() < xml_event_bytes_max) {
      held_.assign(rest);
      return;
    }
    if (found.more) found = cut();
    give(window.substr(0, found.end), found, out);
    rest.remove_prefix(found.end);
  }
}

/// Goes on with what is held and some of `rest`, until all that is left of it is in held_ or back in `rest`.
void XmlEventStream::hold(std::string_view& rest, event::Batch& out) {
  const size_t fresh = std::min({rest.size(), append_bytes, xml_event_bytes_max - held_.size()});
  held_.append(rest.substr(0, fresh));
  while (true) {
    Step found = step(held_, false);
    if (found.more && held_.size() < xml_event_bytes_max) break;
    if (found.more) found = cut();
    const std::string_view text = std::string_view(held_).substr(0, found.end);
    give(found.passed_over ? text : out.arena().copy(text), found, out);
    const size_t left = held_.size() - found.end;
    if (left <= fresh) {
      rest.remove_prefix(fresh - left);
      held_.clear();
      return;
    }
    held_.erase(0, found.end);
  }
  rest.remove_prefix(fresh);
}

void XmlEventStream::finish(event::Batch& out) {
  while (!held_.empty()) {
    Step found = step(held_, true);
    if (found.more) {
      const bool cut_short = state_ != State::other;
      const auto kind = state_ == State::event ? XmlPiece::Kind::event : XmlPiece::Kind::other;
      found = {false, false, held_.size(), kind, cut_short ? Dirt::unparsed | Dirt::truncated : Dirt::unparsed};
    }
    const std::string_view text = std::string_view(held_).substr(0, found.end);
    give(found.passed_over ? text : out.arena().copy(text), found, out);
    held_.erase(0, found.end);
  }
  begin(State::between);
}

void XmlEventStream::begin(State state) {
  state_ = state;
  inside_ = Inside::markup;
  at_ = 0;
  started_ = long_ = user_data_ = false;
  nested_ = 0;
}

/// Hands on the window's first bytes; the window goes on behind them.
void XmlEventStream::give(std::string_view text, const Step& step, event::Batch& out) {
  const bool goes_on = has(step.dirt, Dirt::too_long);
  Dirt dirt = step.dirt;
  if (long_) dirt = dirt | Dirt::too_long | Dirt::unparsed;
  const std::string_view shown = step.kind == XmlPiece::Kind::event ? text : without_end_space(text);
  const bool silent = step.passed_over || shown.empty() || (!long_ && !goes_on && is_record_number(shown));
  if (!silent) sink_.take({step.kind, shown, offset_, line_, dirt}, out);
  offset_ += text.size();
  line_ += static_cast<uint64_t>(std::ranges::count(text, '\n'));
  if (goes_on) {
    at_ -= text.size();
    long_ = true;
  } else {
    begin(State::between);
  }
}

/// The window is full and its piece has not ended: what is settled of it is given.
XmlEventStream::Step XmlEventStream::cut() {
  const auto kind = state_ == State::event ? XmlPiece::Kind::event : XmlPiece::Kind::other;
  return {false, false, at_, kind, Dirt::unparsed | Dirt::too_long};
}

XmlEventStream::Step XmlEventStream::step(std::string_view window, bool last) {
  if (state_ == State::between) {
    const Step found = between(window, last);
    if (state_ == State::between) return found;
  }
  return state_ == State::event ? event(window, last) : other(window, last);
}

XmlEventStream::Step XmlEventStream::between(std::string_view window, bool last) {
  const size_t printed = window.find_first_not_of(spaces);
  if (printed != 0) return {false, true, printed == std::string_view::npos ? window.size() : printed};
  if (window.starts_with(byte_order_mark)) return {false, true, byte_order_mark.size()};
  if (byte_order_mark.starts_with(window) && !last) return {true};
  Step found;
  switch (window[0] == '<' ? markup_of(window, last) : Markup::other) {
    case Markup::undecided:
      return {true};
    case Markup::event_start:
      begin(State::event);
      return {true};
    case Markup::events: {
      const TagEnd tag = end_of_tag(window, 0, last);
      if (tag.found == TagEnd::Found::undecided) return {true};
      if (tag.found == TagEnd::Found::yes) return {false, true, tag.end};
      break;
    }
    case Markup::comment:
      found = prolog(window, "-->", last);
      break;
    case Markup::instruction:
      found = prolog(window, "?>", last);
      break;
    case Markup::declaration:
      found = declaration(window, last);
      break;
    default:
      break;
  }
  if (found.more || found.end > 0) return found;
  begin(State::other);
  return {true};
}

/// A comment or an instruction, which is passed over; an empty step when it does not end within its limit.
XmlEventStream::Step XmlEventStream::prolog(std::string_view window, std::string_view end, bool last) const {
  const size_t found = window.substr(0, xml_prolog_bytes_max).find(end, 2);
  if (found != std::string_view::npos) return {false, true, found + end.size()};
  return {!last && window.size() < xml_prolog_bytes_max};
}

/// <!DOCTYPE ...> with what stands in its brackets; an empty step when it does not end within its limit.
XmlEventStream::Step XmlEventStream::declaration(std::string_view window, bool last) const {
  const std::string_view text = window.substr(0, xml_prolog_bytes_max);
  char quote = 0;
  size_t brackets = 0;
  for (size_t i = 2; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[') {
      ++brackets;
    } else if (c == ']' && brackets > 0) {
      --brackets;
    } else if (c == '>' && brackets == 0) {
      return {false, false, i + 1, XmlPiece::Kind::declaration, Dirt::unparsed};
    }
  }
  return {!last && window.size() < xml_prolog_bytes_max};
}

XmlEventStream::Step XmlEventStream::event(std::string_view window, bool last) {
  while (true) {
    if (inside_ != Inside::markup && !pass_inside(window)) return {true};
    const size_t found = window.find('<', at_);
    at_ = found == std::string_view::npos ? window.size() : found;
    if (found == std::string_view::npos) return {true};
    const Markup markup = markup_of(window.substr(at_), last);
    if (markup == Markup::undecided) return {true};
    if (markup == Markup::event_start) {
      const Step start = event_start(window, last);
      if (start.more || start.kind == XmlPiece::Kind::event) return start;
      continue;
    }
    if (markup == Markup::event_end) {
      const TagEnd tag = end_of_tag(window, at_, last);
      if (tag.found == TagEnd::Found::undecided) return {true};
      at_ = tag.found == TagEnd::Found::yes ? tag.end : at_ + 1;
      if (tag.found != TagEnd::Found::yes) continue;
      if (nested_ == 0) return {false, false, at_, XmlPiece::Kind::event, Dirt::none};
      --nested_;
      continue;
    }
    if (markup == Markup::user_data_start) user_data_ = true;
    if (markup == Markup::user_data_end) user_data_ = false;
    if (markup == Markup::comment) inside_ = Inside::comment;
    if (markup == Markup::section) inside_ = Inside::section;
    if (markup == Markup::instruction) inside_ = Inside::instruction;
    at_ += inside_ == Inside::comment ? 4 : 1;
  }
}

/// At <Event> in an event: its own tag, one that its <UserData> holds, or the next event, before which this one ends. A
/// step of kind `other` says that the event goes on.
XmlEventStream::Step XmlEventStream::event_start(std::string_view window, bool last) {
  const TagEnd tag = end_of_tag(window, at_, last);
  if (tag.found == TagEnd::Found::undecided) return {true};
  const bool ended = tag.found == TagEnd::Found::yes;  // else it starts nothing
  if (started_ && ended) {
    const bool held = user_data_ && !window.substr(at_, tag.end - at_).contains(windows_event_namespace);
    if (!held) return {false, false, at_, XmlPiece::Kind::event, Dirt::unparsed | Dirt::truncated};
    if (!tag.empty_tag) ++nested_;
  }
  at_ = ended ? tag.end : at_ + 1;
  if (!started_ && tag.empty_tag) return {false, false, at_, XmlPiece::Kind::event, Dirt::none};
  started_ = true;
  return {};
}

/// Steps over a comment, section or instruction. False when its end is not in the window.
bool XmlEventStream::pass_inside(std::string_view window) {
  const std::string_view end = inside_ == Inside::comment ? "-->" : inside_ == Inside::section ? "]]>" : "?>";
  const size_t found = window.find(end, at_);
  if (found == std::string_view::npos) {
    at_ = std::max(at_, window.size() - std::min(window.size(), end.size() - 1));
    return false;
  }
  at_ = found + end.size();
  inside_ = Inside::markup;
  return true;
}

XmlEventStream::Step XmlEventStream::other(std::string_view window, bool last) {
  while (true) {
    const size_t found = window.find_first_of("\n<", at_);
    at_ = found == std::string_view::npos ? window.size() : found;
    if (found == std::string_view::npos) return {true};
    const Step ended{false, false, at_, XmlPiece::Kind::other, Dirt::unparsed};
    if (window[at_] == '\n') return ended;
    const Markup markup = markup_of(window.substr(at_), last);
    if (markup == Markup::undecided) return {true};
    if ((at_ > 0 || long_) && (markup == Markup::event_start || markup == Markup::events)) return ended;
    ++at_;
  }
}

}  // namespace yagura::formats
