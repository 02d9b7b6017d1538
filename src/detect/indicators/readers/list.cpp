// Plain lists: one value a line, whatever it is, or a hosts file. '#', ';' and '//' start comments, also behind a
// value.
#include "base/text.hpp"
#include "detect/indicators/normal_form.hpp"
#include "detect/indicators/reader.hpp"
#include "detect/indicators/record_lines.hpp"

namespace yagura::detect {
namespace {

bool is_comment(std::string_view text) {
  return text.starts_with('#') || text.starts_with(';') || text.starts_with("//");
}

/// Up to a comment that a space or tab sets apart: a '#' within a URL is its own.
std::string_view without_comment(std::string_view text) {
  for (size_t at = 1; at < text.size(); ++at)
    if ((text[at - 1] == ' ' || text[at - 1] == '\t') && is_comment(text.substr(at))) return trim(text.substr(0, at));
  return text;
}

/// "0.0.0.0 evil.example": the address is where the name is to be led, not what is bad.
std::string_view of_hosts_file(std::string_view text) {
  const size_t space = text.find_first_of(" \t");
  if (space == std::string_view::npos) return text;
  const std::string_view first = text.substr(0, space);
  for (const std::string_view sink : {"0.0.0.0", "127.0.0.1", "::", "::1"})
    if (first == sink) return trim(text.substr(space));
  return text;
}

class ListReader final : public IndicatorReader {
 public:
  explicit ListReader(ReadDefaults defaults) : defaults_(std::move(defaults)) {}

  void feed(std::string_view bytes, IndicatorSink& sink) override {
    lines_.feed(bytes, [&](std::string_view text, uint64_t line, bool too_long) { take(text, line, too_long, sink); });
  }
  void finish(IndicatorSink& sink) override {
    lines_.finish([&](std::string_view text, uint64_t line, bool too_long) { take(text, line, too_long, sink); });
  }

 private:
  void take(std::string_view line_text, uint64_t line, bool too_long, IndicatorSink& sink) {
    std::string_view text = trim(line_text);
    if (text.empty() || is_comment(text) || sink.stopped()) return;
    if (too_long) return sink.reject(text, "the line is too long", line);
    text = without_comment(text);
    while (text.ends_with(',')) text.remove_suffix(1);
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
      text = trim(text.substr(1, text.size() - 2));
    text = of_hosts_file(text);
    const std::string value = refang(text);
    const auto type = defaults_.type ? defaults_.type : guess_type(value);
    if (!type) return sink.reject(text, why_no_type(value), line);
    sink.add(*type, value, defaults_.listing, line);
  }

  ReadDefaults defaults_;
  RecordLines lines_;
};

int sniff(std::string_view) {
  return 1;
}

std::unique_ptr<IndicatorReader> open(const ReadDefaults& defaults) {
  return std::make_unique<ListReader>(defaults);
}

}  // namespace

extern const IndicatorFormat list_indicators{"list", "one value a line, defanged or not, with comments; hosts files",
                                             sniff, open};

}  // namespace yagura::detect
