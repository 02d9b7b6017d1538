// URLs: RFC 3986 section 6.2, syntax-based.
#include <charconv>
#include <vector>

#include "base/text.hpp"
#include "detect/indicators/normal_form.hpp"

namespace yagura::detect {
namespace {

constexpr std::string_view upper_hex = "0123456789ABCDEF";

bool is_unreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_encoded(std::string& out, unsigned char c) {
  out += '%';
  out += upper_hex[c >> 4];
  out += upper_hex[c & 15];
}

/// Percent-encoding as section 6.2.2.2 wants it; a '%' that encodes nothing is one that stands for itself.
void append_component(std::string& out, std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    char byte = 0;
    if (c == '%' && i + 2 < text.size() && pack_hex(text.substr(i + 1, 2), &byte) == 1) {
      if (is_unreserved(static_cast<unsigned char>(byte)))
        out += byte;
      else
        append_encoded(out, static_cast<unsigned char>(byte));
      i += 2;
    } else if (c <= ' ' || c >= 0x7F || c == '"' || c == '<' || c == '>' || c == '%') {
      append_encoded(out, c);
    } else {
      out += text[i];
    }
  }
}

/// Section 5.2.4, over a path that starts with '/'.
std::string without_dots(std::string_view path) {
  std::string out;
  const auto parts = split(path.substr(1), '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    if (parts[i] == "..") {
      if (const size_t slash = out.rfind('/'); slash != std::string::npos) out.resize(slash);
      if (last) out += '/';
    } else if (parts[i] == ".") {
      if (last) out += '/';
    } else {
      out += '/';
      out += parts[i];
    }
  }
  return out.empty() ? "/" : out;
}

std::string_view default_port(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws") return "80";
  if (scheme == "https" || scheme == "wss") return "443";
  return scheme == "ftp" ? "21" : "";
}

bool append_host(std::string_view host, NormalUrl& out) {
  char bytes[16];
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (const size_t size = pack_address(host, bytes)) {
    const std::string text = unpack(IndicatorType::ip, {bytes, size});
    const bool v6 = size == 16;
    out.host_at = out.text.size() + (v6 ? 1 : 0);
    out.host_size = text.size();
    out.text += v6 ? "[" + text + "]" : text;
    return true;
  }
  std::string name;
  // A name may come percent-encoded (RFC 3986 section 3.2.2); as such it is taken for none.
  if (bracketed || !normal_domain(host, name)) return false;
  out.host_at = out.text.size();
  out.host_size = name.size();
  out.text += name;
  return true;
}

bool append_authority(std::string_view authority, std::string_view scheme, NormalUrl& out) {
  if (const size_t user = authority.rfind('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  std::string_view port;
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (!port.empty() && (error != std::errc() || end != port.data() + port.size() || number > 65535)) return false;
  if (!append_host(authority, out)) return false;
  const std::string text = std::to_string(number);
  if (!port.empty() && text != default_port(scheme)) out.text += ":" + text;
  return true;
}

}  // namespace

bool normal_url(std::string_view text, NormalUrl& out) {
  text = trim(text);
  const size_t colon = text.find("://");
  if (colon == 0 || colon == std::string_view::npos || colon > 16 || text.size() > 4 * indicator_bytes_max)
    return false;
  const std::string scheme = ascii_lower(text.substr(0, colon));
  for (const char c : scheme)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')) return false;
  text.remove_prefix(colon + 3);
  text = text.substr(0, text.find('#'));
  const size_t authority_end = std::min(text.find_first_of("/?\\"), text.size());
  out.text = scheme + "://";
  if (!append_authority(text.substr(0, authority_end), scheme, out)) return false;
  text.remove_prefix(authority_end);
  const size_t question = text.find('?');
  std::string path;
  append_component(path, text.substr(0, question));
  for (char& c : path)
    if (c == '\\') c = '/';
  out.text += path.empty() ? "/" : without_dots(path);
  if (question != std::string_view::npos) {
    out.text += '?';
    append_component(out.text, text.substr(question + 1));
  }
  return out.text.size() <= indicator_bytes_max;
}

}  // namespace yagura::detect
