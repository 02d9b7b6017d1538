#include "app/input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>
#include <utility>

#include "app/say.hpp"
#include "base/text.hpp"

namespace yagura::app {
namespace {

constexpr std::string_view file_uri = "file://";

}  // namespace

Diagnosed<InputChoice> choose_input(const std::string& format, const std::string& encoding) {
  InputChoice choice;
  if (!format.empty()) {
    choice.format = formats::find_format(format);
    if (!choice.format) {
      std::string known;
      for (const formats::Format* one : formats::all_formats()) known += fmt::format("{} ", one->name);
      return std::unexpected(
          Diagnostic{"input.format", "", 0, 0, "there is no log format '" + format + "'", "known: " + known});
    }
  }
  if (!encoding.empty()) {
    const auto parsed = pipeline::parse_encoding(encoding);
    if (!parsed)
      return std::unexpected(
          Diagnostic{"input.encoding", "", 0, 0, "there is no encoding '" + encoding + "'",
                     "known: auto utf-8 utf-16le utf-16be utf-32le utf-32be shift_jis euc-jp iso-2022-jp binary"});
    choice.encoding = *parsed;
  }
  return choice;
}

std::string path_to_text(const std::filesystem::path& path) {
  const std::string& bytes = path.native();
  if (is_utf8(bytes) && !bytes.starts_with(file_uri)) return bytes;
  std::string out(file_uri);
  for (const char c : bytes) {
    const bool plain = c == '/' || c == '.' || c == '-' || c == '_' || (c >= '0' && c <= '9') ||
                       (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::filesystem::path path_of_text(std::string_view text) {
  if (!text.starts_with(file_uri)) return std::string(text);
  text.remove_prefix(file_uri.size());
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::filesystem::path> to_paths(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

std::optional<Timestamp> moment(const std::string& text, Timestamp now) {
  if (const auto time = parse_time(text)) return time;
  if (const auto day = parse_time(text + "T00:00:00Z")) return day;
  // Timestamps begin in 1678; a span that reaches further back means everything.
  constexpr int64_t back_seconds_max = int64_t{250} * 365 * 86'400;
  const auto span = parse_span(text);
  if (!span) return std::nullopt;
  return Timestamp{now.ns - std::min(*span, back_seconds_max) * ns_per_second};
}

boost::json::object to_json(const pipeline::IngestSummary& summary) {
  boost::json::array failures;
  for (const pipeline::InputFailure& failed : summary.failures)
    failures.push_back(
        boost::json::object{{"name", to_valid_utf8(failed.name)}, {"message", to_valid_utf8(failed.error.message)}});
  return {{"inputs", summary.inputs}, {"events", summary.events},     {"events_before", summary.events_before},
          {"dirty", summary.dirty},   {"findings", summary.findings}, {"failures", std::move(failures)}};
}

Exit say_failures(std::span<const pipeline::InputFailure> failures) {
  for (const pipeline::InputFailure& failure : failures)
    fmt::print(stderr, "yagura: {}{}\n",
               failure.error.message.contains(failure.name) ? "" : printable(failure.name) + ": ",
               printable(failure.error.message));
  return failures.empty() ? Exit::done : Exit::could_not;
}

}  // namespace yagura::app
