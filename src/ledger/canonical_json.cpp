#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/check.hpp"
#include "ledger/fact.hpp"

namespace yagura::ledger {

void append_json_text(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
          out += c;
    }
  }
  out += '"';
}

namespace {

void write_number(double number, std::string& out) {
  constexpr double exact_integers_below = 1e15;  // as many digits as other numbers get
  check(std::isfinite(number), "JSON has no infinite number");
  if (std::trunc(number) == number && std::abs(number) < exact_integers_below)
    out += fmt::format("{}", static_cast<int64_t>(number));  // 1.0 and 1 are one value; so are -0.0 and 0
  else
    out += fmt::format("{:.15g}", number);  // 15 digits survive a reader that errs by one unit in the last place
}

void write(const boost::json::value& value, std::string& out);

void write_object(const boost::json::object& object, std::string& out) {
  std::vector<const boost::json::key_value_pair*> entries;
  entries.reserve(object.size());
  for (const auto& entry : object) entries.push_back(&entry);
  std::ranges::sort(entries, {}, [](const auto* entry) { return std::string_view(entry->key()); });
  out += '{';
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) out += ',';
    append_json_text(entries[i]->key(), out);
    out += ':';
    write(entries[i]->value(), out);
  }
  out += '}';
}

void write(const boost::json::value& value, std::string& out) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      break;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case boost::json::kind::int64:
      out += fmt::format("{}", value.get_int64());
      break;
    case boost::json::kind::uint64:
      out += fmt::format("{}", value.get_uint64());
      break;
    case boost::json::kind::double_:
      write_number(value.get_double(), out);
      break;
    case boost::json::kind::string:
      append_json_text(std::string_view(value.get_string()), out);
      break;
    case boost::json::kind::array: {
      out += '[';
      bool first = true;
      for (const auto& item : value.get_array()) {
        if (!first) out += ',';
        first = false;
        write(item, out);
      }
      out += ']';
      break;
    }
    case boost::json::kind::object:
      write_object(value.get_object(), out);
      break;
  }
}

}  // namespace

std::string canonical_json(const boost::json::value& value) {
  std::string out;
  write(value, out);
  return out;
}

}  // namespace yagura::ledger
