#pragma once

#include <string>
#include <string_view>

namespace yagura::formats::evtx {

/// Appends `utf8` to `out` as XML 1.0 element content: what has to be escaped is, and nothing more, so that a search
/// over the text still finds quotes and line ends. Characters that XML can't hold become U+FFFD.
void append_xml_content(std::string& out, std::string_view utf8);

/// The same inside double quotes: the quote, tabs and line ends are escaped too.
void append_xml_attribute(std::string& out, std::string_view utf8);

/// `utf8` as an XML name: characters that a name can't hold become '_'. Never empty.
std::string xml_name(std::string_view utf8);

}  // namespace yagura::formats::evtx
