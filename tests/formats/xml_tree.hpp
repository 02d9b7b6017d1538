#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yagura::formats {

struct XmlElement {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;  // its own, without that of its children
  std::vector<XmlElement> children;
};

enum class XmlCharacters {
  strict,       // as XML 1.0 says
  control_too,  // as evtxexport writes: control characters of the event as they are
};

/// The one element of a document without declarations, comments and CDATA sections: what the reader writes. Anything
/// that is not well-formed is the error, with its offset.
std::expected<XmlElement, std::string> read_xml(std::string_view document,
                                                XmlCharacters characters = XmlCharacters::strict);

}  // namespace yagura::formats
