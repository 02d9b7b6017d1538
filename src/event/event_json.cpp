#include "event/event_json.hpp"

#include <unordered_map>

#include "base/text.hpp"

namespace yagura::event {
namespace {

bool digits(std::string_view text, size_t& at) {
  const size_t start = at;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at > start;
}

/// RFC 8259 section 6.
bool is_json_number(std::string_view text) {
  size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const size_t first = at;
  if (!digits(text, at) || (text[first] == '0' && at - first > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits(text, at)) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits(text, at)) return false;
  }
  return at == text.size();
}

void append_value(std::string& out, const Value& value) {
  const bool number = value.kind == Kind::integer || value.kind == Kind::real;
  if (value.is_null())
    out += "null";
  else if (value.kind == Kind::boolean)
    out += value.text == "true" ? "true" : "false";
  else if (number && is_json_number(value.text))
    out += value.text;
  else
    append_json_string(out, value.text);
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  append_json_string(out, name);
  out += ':';
  append_json_string(out, text);
  out += ',';
}

void append_number(std::string& out, std::string_view name, const std::string& digits) {
  if (digits == "0") return;
  append_json_string(out, name);
  out += ':' + digits + ',';
}

void append_fields(std::string& out, std::span<const Field> fields) {
  std::unordered_map<FieldId, uint32_t> times;
  for (const Field& field : fields) ++times[field.id];
  bool first = true;
  for (size_t i = 0; i < fields.size(); ++i) {
    auto& count = times[fields[i].id];
    if (count == 0) continue;  // stands in an array above
    if (!first) out += ',';
    first = false;
    append_json_string(out, FieldNames::instance().name(fields[i].id));
    out += ':';
    if (count == 1) {
      append_value(out, fields[i].value());
      continue;
    }
    char before = '[';
    for (size_t j = i; j < fields.size() && count > 0; ++j) {
      if (fields[j].id != fields[i].id) continue;
      out += before;
      before = ',';
      append_value(out, fields[j].value());
      --count;
    }
    out += ']';
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  std::string repaired;
  if (!is_utf8(text)) text = repaired = to_valid_utf8(text);
  out += '"';
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte == 0xC2 && next < 0xA0) {  // U+0080 to U+009F: a terminal obeys them like ESC
      out += "\\u00";
      out += hex[next >> 4];
      out += hex[next & 15];
      ++i;
    } else if (byte >= 0x20 && byte != 0x7F) {
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  out += '"';
}

std::string event_to_json(const Batch& batch, const Event& event) {
  std::string out = "{";
  append_member(out, "time", format_time(event.time, 9));
  append_member(out, "format", event.format);
  append_member(out, "host", event.host);
  append_member(out, "channel", event.channel);
  append_member(out, "provider", event.provider);
  append_number(out, "event_id", std::to_string(event.event_id));
  append_number(out, "record_id", std::to_string(event.record_id));
  append_number(out, "line", std::to_string(event.line));
  append_number(out, "offset", std::to_string(event.offset));
  append_member(out, "dirt", to_text(event.dirt));
  out += "\"fields\":{";
  append_fields(out, batch.fields(event));
  out += "},\"raw\":";
  append_json_string(out, event.raw);
  out += '}';
  return out;
}

}  // namespace yagura::event
