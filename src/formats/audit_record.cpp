#include "formats/audit_record.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "formats/log_time.hpp"
#include "formats/syscall_names.hpp"

namespace yagura::formats {
namespace {

using event::Kind;

/// Keys whose values auditd writes in hexadecimal when they hold anything unusual.
constexpr std::array<std::string_view, 17> encoded_keys = {"proctitle", "name", "exe",  "comm", "cwd",  "path",
                                                           "cmd",       "acct", "data", "key",  "dir",  "file",
                                                           "vm",        "old",  "new",  "grp",  "watch"};

bool is_argument(std::string_view key) {
  return key.size() > 1 && key[0] == 'a' && (all_digits(key.substr(1)) || key.substr(1).contains('['));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The decoded text in the arena, or nothing when `text` is not such hexadecimal.
std::optional<std::string_view> decode_hex(std::string_view text, FieldWriter& out) {
  if (text.size() < 2 || text.size() % 2 != 0) return std::nullopt;
  for (const char c : text)
    if (hex_digit(c) < 0) return std::nullopt;
  std::string decoded;
  decoded.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    const char byte = static_cast<char>(hex_digit(text[i]) * 16 + hex_digit(text[i + 1]));
    decoded += byte == 0 ? ' ' : byte;
  }
  if (!is_utf8(decoded)) {
    decoded = to_valid_utf8(decoded);
    event::Event& event = out.batch().current();
    event.dirt = event.dirt | event::Dirt::bad_encoding;
  }
  return out.batch().arena().copy(decoded);
}

bool is_space(char c) {
  return c == ' ' || c == '\x1D' || c == '\t';  // 0x1D stands before the names of an enriched log
}

bool is_key_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '[' || c == ']';
}

struct Pair {
  std::string_view key;
  std::string_view value;
  char quote = 0;
};

/// The next key=value; text between that is none is stepped over.
bool next_pair(std::string_view& rest, Pair& pair) {
  while (!rest.empty()) {
    while (!rest.empty() && (is_space(rest.front()) || rest.front() == ',')) rest.remove_prefix(1);
    size_t end = 0;
    while (end < rest.size() && is_key_byte(rest[end])) ++end;
    if (end == 0 || end == rest.size() || rest[end] != '=') {
      while (end < rest.size() && !is_space(rest[end])) ++end;
      rest.remove_prefix(end);
      continue;
    }
    pair = {rest.substr(0, end), {}, 0};
    rest.remove_prefix(end + 1);
    if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) {
      const size_t close = rest.find(rest.front(), 1);
      if (close != std::string_view::npos) {
        pair.quote = rest.front();
        pair.value = rest.substr(1, close - 1);
        rest.remove_prefix(close + 1);
        return true;
      }
    }
    size_t stop = 0;
    while (stop < rest.size() && !is_space(rest[stop])) ++stop;
    pair.value = rest.substr(0, stop);
    rest.remove_prefix(stop);
    return true;
  }
  return false;
}

}  // namespace

void parse_audit_fields(std::string_view text, std::string_view type, FieldWriter& out) {
  static const auto syscall_field = event::known_field("SYSCALL");
  std::string_view arch;
  std::string_view call;
  bool enriched = false;
  Pair pair;
  while (next_pair(text, pair)) {
    if (pair.key == "msg" && pair.quote == '\'') {
      parse_audit_fields(pair.value, type, out);
      continue;
    }
    if (pair.key == "arch") arch = pair.value;
    if (pair.key == "syscall") call = pair.value;
    if (pair.key == "SYSCALL") enriched = true;
    if (pair.quote != 0) {
      out.named(pair.key, Kind::string, pair.value);
      continue;
    }
    const bool may_be_hex =
        (type == "EXECVE" && is_argument(pair.key)) || std::ranges::find(encoded_keys, pair.key) != encoded_keys.end();
    if (may_be_hex)
      if (const auto decoded = decode_hex(pair.value, out)) {
        out.named(pair.key, Kind::string, *decoded);
        continue;
      }
    out.named_value(pair.key, pair.value);
  }
  unsigned number = 0;
  if (enriched || std::from_chars(call.data(), call.data() + call.size(), number).ec != std::errc{}) return;
  if (const auto name = syscall_name(arch, number); !name.empty()) out.text(syscall_field, name);
}

bool parse_audit_record(std::string_view text, FieldWriter& out, AuditHead& head) {
  static const auto type_field = event::known_field("type");
  static const auto node_field = event::known_field("node");
  head = {};
  TextCursor in{text};
  if (in.skip("node=")) {
    head.node = in.word();
    out.text(node_field, head.node);
  }
  if (!in.skip("type=")) return false;
  const std::string_view type = in.word();
  std::string_view stamp;
  if (type.empty() || !in.skip("msg=audit(") || !in.until(")", stamp)) return false;
  in.skip(":");
  const size_t colon = stamp.rfind(':');
  if (colon == std::string_view::npos || !all_digits(stamp.substr(colon + 1))) return false;
  const std::string_view serial = stamp.substr(colon + 1);
  std::from_chars(serial.data(), serial.data() + serial.size(), head.serial);
  if (const auto time = parse_log_time(stamp.substr(0, colon), 0)) head.time = time->time;
  out.text(type_field, type);
  parse_audit_fields(in.rest, type, out);
  return true;
}

}  // namespace yagura::formats
