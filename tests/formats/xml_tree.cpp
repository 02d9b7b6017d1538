#include "xml_tree.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "formats/evtx/utf16.hpp"

namespace yagura::formats {
namespace {

struct NotWellFormed {
  std::string what;
};

class Reader {
 public:
  Reader(std::string_view document, XmlCharacters characters) : text_(document), characters_(characters) {}

  XmlElement document() {
    space();
    XmlElement root = element();
    space();
    if (at_ != text_.size()) fail("something after the root element");
    return root;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw NotWellFormed{what + " at " + std::to_string(at_)}; }

  bool at(std::string_view text) const { return text_.substr(at_).starts_with(text); }
  bool take(std::string_view text) {
    if (!at(text)) return false;
    at_ += text.size();
    return true;
  }
  void need(std::string_view text) {
    if (!take(text)) fail("no " + std::string(text));
  }
  bool space() {
    const size_t start = at_;
    while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
    return at_ > start;
  }

  std::string name() {
    const auto start = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto later = [&](char c) { return start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':'; };
    const size_t begin = at_;
    if (at_ >= text_.size() || !start(text_[at_])) fail("no name");
    while (at_ < text_.size() && later(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  void reference(std::string& out) {
    const size_t end = text_.find(';', at_);
    if (end == std::string_view::npos) fail("an unended reference");
    const std::string_view entity = text_.substr(at_ + 1, end - at_ - 1);
    static constexpr std::pair<std::string_view, char> known[] = {
        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    const auto* found = std::ranges::find(known, entity, &std::pair<std::string_view, char>::first);
    if (found != std::end(known)) {
      out += found->second;
    } else {
      uint32_t code = 0;
      const bool hex = entity.starts_with("#x");
      if (!entity.starts_with('#')) fail("an unknown entity");
      const char* last = entity.data() + entity.size();
      const auto parsed = std::from_chars(entity.data() + (hex ? 2 : 1), last, code, hex ? 16 : 10);
      if (parsed.ptr != last || !legal(code)) fail("a wrong character reference");
      char utf8[4];
      out.append(utf8, evtx::put_utf8(code, utf8));
    }
    at_ = end + 1;
  }

  bool legal(uint32_t c) const {
    return c == '\t' || c == '\n' || c == '\r' || c >= 0x20 || characters_ == XmlCharacters::control_too;
  }

  std::string content(std::string_view stops) {
    std::string out;
    while (at_ < text_.size() && !stops.contains(text_[at_])) {
      if (text_[at_] == '&') {
        reference(out);
        continue;
      }
      if (text_[at_] == '<' || at("]]>")) fail("an unescaped character");
      if (!legal(static_cast<uint8_t>(text_[at_])) || at("\xEF\xBF\xBE") || at("\xEF\xBF\xBF"))
        fail("a character that XML can't hold");
      out += text_[at_++];
    }
    return out;
  }

  XmlElement element() {
    XmlElement out;
    need("<");
    out.name = name();
    while (space()) {
      if (at("/") || at(">")) break;
      std::string attribute = name();
      need("=\"");
      std::string value = content("\"");
      need("\"");
      for (const auto& [other, unused] : out.attributes)
        if (other == attribute) fail("an attribute given twice");
      out.attributes.emplace_back(std::move(attribute), std::move(value));
    }
    if (take("/>")) return out;
    need(">");
    while (true) {
      out.text += content("<");
      if (take("</")) break;
      if (!at("<")) fail("an element without its end");
      out.children.push_back(element());
    }
    if (name() != out.name) fail("an end tag of another element");
    space();
    need(">");
    return out;
  }

  std::string_view text_;
  XmlCharacters characters_;
  size_t at_ = 0;
};

}  // namespace

std::expected<XmlElement, std::string> read_xml(std::string_view document, XmlCharacters characters) {
  if (!is_utf8(document)) return std::unexpected("not UTF-8");
  try {
    return Reader(document, characters).document();
  } catch (const NotWellFormed& error) {
    return std::unexpected(error.what);
  }
}

}  // namespace yagura::formats
