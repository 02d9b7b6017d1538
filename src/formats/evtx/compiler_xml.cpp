// The XML text around a template's substitutions.
#include <algorithm>

#include "formats/evtx/compiler.hpp"
#include "formats/evtx/xml_text.hpp"

namespace yagura::formats::evtx {

/// Appends text that always stands in the event's XML, joined to the text before it when nothing is between.
void Compiler::xml(std::string_view text) {
  if (!want_xml_) return;
  const bool joins = !xml_apart_ && store_.xml.size() > program_.first_xml &&
                     store_.xml.back().kind == XmlOp::Kind::literal &&
                     store_.xml.back().open + store_.xml.back().open_size == store_.xml_text.size();
  xml_apart_ = false;
  if (!joins)
    store_.xml.push_back({.kind = XmlOp::Kind::literal, .open = static_cast<uint32_t>(store_.xml_text.size())});
  store_.xml.back().open_size += static_cast<uint32_t>(text.size());
  store_.xml_text += text;
}

void Compiler::xml_open(Element& element) {
  if (want_xml_) xml("<" + xml_name(element.name));
}

void Compiler::xml_pieces(const std::vector<Piece>& pieces, size_t first, bool in_attribute) {
  if (!want_xml_) return;
  std::string escaped;
  for (size_t i = first; i < pieces.size(); ++i) {
    if (pieces[i].value != Piece::literal_only) {
      const auto kind = in_attribute ? XmlOp::Kind::attribute : XmlOp::Kind::value;
      store_.xml.push_back(
          {.kind = kind, .place = open_.back().inside, .value = static_cast<uint32_t>(pieces[i].value)});
      continue;
    }
    escaped.clear();
    in_attribute ? append_xml_attribute(escaped, pieces[i].literal) : append_xml_content(escaped, pieces[i].literal);
    xml(escaped);
  }
}

void Compiler::xml_attribute(Element& element, const std::string& name, const std::vector<Piece>& pieces) {
  if (!want_xml_) return;
  const std::string safe = xml_name(name);
  if (std::ranges::find(element.attribute_names, safe) != element.attribute_names.end())
    return;  // twice is not well-formed
  element.attribute_names.push_back(safe);
  if (pieces.size() != 1 || pieces[0].value == Piece::literal_only) {
    xml(" " + safe + "=\"");
    xml_pieces(pieces, 0, true);
    return xml("\"");
  }
  XmlOp op{.kind = XmlOp::Kind::attribute, .value = static_cast<uint32_t>(pieces[0].value)};
  const std::string open = " " + safe + "=\"";
  op.open = static_cast<uint32_t>(store_.xml_text.size());
  op.open_size = static_cast<uint32_t>(open.size());
  store_.xml_text += open + "\"";
  op.close = op.open + op.open_size;
  op.close_size = 1;
  store_.xml.push_back(op);
}

void Compiler::xml_close(Element& element, bool empty_tag) {
  if (!want_xml_) return;
  if (empty_tag) return xml("/>");
  const std::string close = "</" + xml_name(element.name) + ">";
  auto& ops = store_.xml;
  const Piece* only = pieces_.size() == element.first_piece + 1 ? &pieces_.back() : nullptr;
  const bool optional = only && only->optional && element.children == 0 && !element.is_root;
  // An element that holds one value and whose start tag is plain text becomes one operation, so that an array can
  // repeat it and null leave it out.
  const bool one_value = ops.size() == element.xml_ops + 1 && ops.back().kind == XmlOp::Kind::value;
  const bool plain_tag = element.xml_ops > program_.first_xml &&
                         ops[element.xml_ops - 1].kind == XmlOp::Kind::literal &&
                         ops[element.xml_ops - 1].open <= element.xml_start;
  if (!one_value || !plain_tag) {
    xml(close);
    if (optional) xml_leave_out(element, static_cast<uint32_t>(only->value));
    return;
  }
  XmlOp& before = ops[element.xml_ops - 1];
  XmlOp& op = ops.back();
  op.kind = XmlOp::Kind::element;
  op.optional = optional;
  op.open = static_cast<uint32_t>(element.xml_start);
  op.open_size = before.open + before.open_size - op.open;
  op.close = static_cast<uint32_t>(store_.xml_text.size());
  op.close_size = static_cast<uint32_t>(close.size());
  store_.xml_text += close;
  before.open_size -= op.open_size;
}

/// Puts a condition before the closed element's operations, whose first may be the end of the literal before.
void Compiler::xml_leave_out(const Element& element, uint32_t value) {
  auto& ops = store_.xml;
  size_t begin = element.xml_begin;
  if (begin > program_.first_xml && ops[begin - 1].kind == XmlOp::Kind::literal) {
    XmlOp& before = ops[begin - 1];
    if (before.open + before.open_size > element.xml_start) {
      XmlOp tail = before;
      tail.open = static_cast<uint32_t>(element.xml_start);
      tail.open_size = before.open + before.open_size - tail.open;
      before.open_size -= tail.open_size;
      ops.insert(ops.begin() + static_cast<std::ptrdiff_t>(begin), tail);
    }
  }
  const auto count = static_cast<uint32_t>(ops.size() - begin);
  ops.insert(ops.begin() + static_cast<std::ptrdiff_t>(begin),
             {.kind = XmlOp::Kind::unless, .value = value, .skip = count});
  xml_apart_ = true;
}

}  // namespace yagura::formats::evtx
