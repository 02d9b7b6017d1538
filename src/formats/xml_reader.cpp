#include "formats/xml_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "formats/evtx/utf16.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view spaces = " \t\r\n";
constexpr std::string_view section_start = "<![CDATA[";
constexpr std::string_view section_end = "]]>";
constexpr size_t entity_bytes_max = 12;  // "&#x0010FFFF;"
constexpr uint32_t replacement = 0xFFFD;

constexpr std::pair<std::string_view, char> entities[] = {
    {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};

/// The character that "#65" or "#x41" names; what is none is U+FFFD, what is no number nothing.
std::optional<uint32_t> character_of(std::string_view reference) {
  const bool hexadecimal = reference.starts_with("#x");
  const std::string_view digits = reference.substr(hexadecimal ? 2 : 1);
  uint32_t code = 0;
  const char* last = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), last, code, hexadecimal ? 16 : 10);
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != last) return std::nullopt;
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code == 0 || code > 0x10FFFF || surrogate ? replacement : code;
}

}  // namespace

void XmlReader::open(std::string_view element, event::Arena& arena) {
  element_ = element;
  arena_ = &arena;
  at_ = 0;
  open_.clear();
  deeper_ = 0;
  root_met_ = end_is_next_ = too_deep_ = met_declaration_ = false;
  unknown_entities_ = 0;
}

XmlReader::Token XmlReader::next() {
  if (end_is_next_) {
    end_is_next_ = false;
    open_.pop_back();
    return Token::end;
  }
  while (at_ < element_.size()) {
    if (element_[at_] == '<') {
      const bool section = element_.substr(at_).starts_with(section_start);
      const Token token = section ? this->section() : markup();
      if (token != Token::text || (section && deeper_ == 0 && !text_.empty())) return token;
      continue;
    }
    const size_t end = std::min(element_.find('<', at_), element_.size());
    const std::string_view written = element_.substr(at_, end - at_);
    at_ = end;
    if (open_.empty()) {
      if (written.find_first_not_of(spaces) != std::string_view::npos) return Token::malformed;
      continue;
    }
    if (deeper_ > 0) continue;
    text_ = decoded(written);
    return Token::text;
  }
  return root_met_ && open_.empty() ? Token::finished : Token::malformed;
}

XmlReader::Token XmlReader::section() {
  const size_t start = at_ + section_start.size();
  const size_t end = element_.find(section_end, start);
  if (end == std::string_view::npos || open_.empty()) return Token::malformed;
  text_ = element_.substr(start, end - start);
  at_ = end + section_end.size();
  return Token::text;
}

/// At a `<` that begins no section. Token::text stands for what says nothing: comments and instructions.
XmlReader::Token XmlReader::markup() {
  const std::string_view here = element_.substr(at_);
  if (here.starts_with("<!--")) return pass("<!--", "-->") ? Token::text : Token::malformed;
  if (here.starts_with("<?")) return pass("<?", "?>") ? Token::text : Token::malformed;
  if (here.starts_with("<!")) {
    met_declaration_ = true;
    return Token::malformed;
  }
  return here.starts_with("</") ? end_tag() : start_tag();
}

bool XmlReader::pass(std::string_view start, std::string_view end) {
  const size_t found = element_.find(end, at_ + start.size());
  if (found == std::string_view::npos) return false;
  at_ = found + end.size();
  return true;
}

XmlReader::Token XmlReader::start_tag() {
  ++at_;
  name_ = name_here();
  if (name_.empty() || (open_.empty() && root_met_)) return Token::malformed;
  root_met_ = true;
  attributes_.clear();
  while (true) {
    const size_t before = at_;
    pass_space();
    if (at_ >= element_.size()) return Token::malformed;
    const char c = element_[at_];
    if (c == '>' || c == '/') break;
    if (at_ == before || attributes_.size() == xml_attributes_max || !attribute()) return Token::malformed;
  }
  empty_tag_ = element_[at_] == '/';
  if (empty_tag_ && (at_ + 1 >= element_.size() || element_[at_ + 1] != '>')) return Token::malformed;
  at_ += empty_tag_ ? 2 : 1;
  if (open_.size() == xml_depth_max) {
    too_deep_ = true;
    if (!empty_tag_) ++deeper_;
    return Token::text;
  }
  open_.push_back(name_);
  end_is_next_ = empty_tag_;
  return Token::start;
}

XmlReader::Token XmlReader::end_tag() {
  at_ += 2;
  const std::string_view name = name_here();
  pass_space();
  if (name.empty() || at_ >= element_.size() || element_[at_] != '>') return Token::malformed;
  ++at_;
  if (deeper_ > 0) {
    --deeper_;
    return Token::text;
  }
  if (open_.empty() || open_.back() != name) return Token::malformed;
  open_.pop_back();
  return Token::end;
}

bool XmlReader::attribute() {
  const std::string_view name = name_here();
  pass_space();
  if (name.empty() || at_ >= element_.size() || element_[at_] != '=') return false;
  ++at_;
  pass_space();
  if (at_ >= element_.size() || (element_[at_] != '"' && element_[at_] != '\'')) return false;
  const size_t end = element_.find(element_[at_], at_ + 1);
  if (end == std::string_view::npos) return false;
  const std::string_view written = element_.substr(at_ + 1, end - at_ - 1);
  if (written.contains('<')) return false;
  attributes_.push_back({name, decoded(written)});
  at_ = end + 1;
  return true;
}

std::string_view XmlReader::name_here() {
  const size_t end = std::min(element_.find_first_of(" \t\r\n/>=<\"'", at_), element_.size());
  const std::string_view name = element_.substr(at_, end - at_);
  at_ = end;
  return name;
}

void XmlReader::pass_space() {
  at_ = std::min(element_.find_first_not_of(spaces, at_), element_.size());
}

/// `written` with its references resolved. It never grows: no reference is shorter than its character.
std::string_view XmlReader::decoded(std::string_view written) {
  size_t next = written.find('&');
  if (next == std::string_view::npos) return written;
  char* const begin = arena_->allocate(written.size());
  char* out = begin;
  size_t at = 0;
  while (next != std::string_view::npos) {
    std::memcpy(out, written.data() + at, next - at);
    out += next - at;
    at = next + put_entity(written.substr(next, entity_bytes_max), out);
    next = written.find('&', at);
  }
  std::memcpy(out, written.data() + at, written.size() - at);
  out += written.size() - at;
  const auto used = static_cast<size_t>(out - begin);
  arena_->shrink_last(written.size(), used);
  return {begin, used};
}

/// Puts what the reference at the start of `written` means; how many bytes it took.
size_t XmlReader::put_entity(std::string_view written, char*& out) {
  const size_t end = written.find(';');
  const std::string_view name = end == std::string_view::npos ? std::string_view() : written.substr(1, end - 1);
  const auto* found = std::ranges::find(entities, name, &std::pair<std::string_view, char>::first);
  if (found != std::end(entities)) {
    *out++ = found->second;
    return end + 1;
  }
  if (name.starts_with('#')) {
    if (const auto code = character_of(name)) {
      out += evtx::put_utf8(*code, out);
      return end + 1;
    }
  }
  ++unknown_entities_;
  *out++ = '&';
  return 1;
}

}  // namespace yagura::formats
