#include "app/scan_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "app/say.hpp"
#include "app/terminal.hpp"
#include "event/event_json.hpp"

namespace yagura::app {
namespace {

using Match = pipeline::ScanMatch;
using Subject = pipeline::ScanSubject;

std::string_view kind_text(detect::FindingKind kind) {
  switch (kind) {
    case detect::FindingKind::correlation:
      return "correlation";
    case detect::FindingKind::indicator:
      return "indicator";
    default:
      return "rule";
  }
}

std::string_view short_level(detect::Level level) {
  constexpr std::string_view names[] = {"info", "low", "med", "high", "crit"};
  return names[static_cast<size_t>(level)];
}

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += between;
    out += text;
  }
  return out;
}

std::string details_text(const Match& match) {
  std::string out;
  for (const auto& [name, value] : match.details) out += fmt::format("{}{}: {}", out.empty() ? "" : " | ", name, value);
  return out;
}

class JsonlOutput final : public ScanOutput {
 public:
  JsonlOutput(std::FILE* out, bool details) : out_(out), details_(details) {}

  void print(std::span<const Match> matches) override {
    text_.clear();
    for (const Match& match : matches) add(match);
    std::fwrite(text_.data(), 1, text_.size(), out_);
  }
  void finish(const pipeline::ScanStats&, const ScanSummary&) override {}
  bool wants_details() const override { return details_; }

 private:
  void put(std::string_view key, std::string_view value) {
    text_ += '"';
    text_ += key;
    text_ += "\":";
    event::append_json_string(text_, value);
    text_ += ',';
  }

  void add(const Match& match) {
    const Subject& subject = *match.subject;
    text_ += '{';
    put("rule_id", subject.id);
    put("rule_title", subject.title);
    put("level", detect::to_text(subject.level));
    put("time", format_time(match.time));
    put("host", match.host);
    put("channel", match.channel);
    fmt::format_to(std::back_inserter(text_), "\"event_id\":{},\"record_id\":{},", match.event_id, match.record_id);
    put("file", match.file);
    fmt::format_to(std::back_inserter(text_), "\"line\":{}", match.line);
    if (details_) add_details(match);
    text_ += "}\n";
  }

  void add_details(const Match& match) {
    text_ += ',';
    put("kind", kind_text(match.subject->kind));
    put("user", match.user);
    put("process", match.process);
    put("command_line", match.command_line);
    put("rule_file", match.subject->file);
    text_ += "\"tags\":[";
    for (const std::string& tag : match.subject->tags) {
      event::append_json_string(text_, tag);
      text_ += ',';
    }
    if (text_.back() == ',') text_.pop_back();
    text_ += "],\"details\":{";
    for (const auto& [name, value] : match.details) {
      event::append_json_string(text_, name);
      text_ += ':';
      event::append_json_string(text_, value);
      text_ += ',';
    }
    if (text_.back() == ',') text_.pop_back();
    text_ += '}';
  }

  std::FILE* out_;
  bool details_;
  std::string text_;
};

/// A field of RFC 4180; what a spreadsheet would take for a formula is defused by an apostrophe, and what would act on
/// the terminal of who looks at the file is made visible.
std::string csv(std::string_view raw) {
  const std::string text = printable(raw, "\n\r\t");
  std::string out;
  if (!text.empty() && std::string_view("=+-@\t\r").contains(text.front())) out += '\'';
  bool quote = !out.empty();
  for (const char c : text) {
    quote |= c == '"' || c == ',' || c == '\n' || c == '\r';
    out += c;
    if (c == '"') out += '"';
  }
  return quote ? '"' + out + '"' : out;
}

class CsvOutput final : public ScanOutput {
 public:
  CsvOutput(std::FILE* out, const ScanOutputChoice& choice)
      : out_(out), details_(choice.details), terminal_(terminal_columns(out) > 0) {
    if (choice.to_file) std::fputs("\xEF\xBB\xBF", out_);  // without it spreadsheets take UTF-8 for something else
    std::fputs("rule_id,rule_title,level,time,host,channel,event_id,record_id,file,line", out_);
    if (details_) std::fputs(",kind,user,process,command_line,techniques,tags,rule_file,details", out_);
    std::fputc('\n', out_);
  }

  void print(std::span<const Match> matches) override {
    std::string text;
    for (const Match& match : matches) {
      const Subject& subject = *match.subject;
      text += fmt::format("{},{},{},{},{},{},{},{},{},{}", csv(subject.id), csv(subject.title),
                          detect::to_text(subject.level), format_time(match.time), csv(match.host), csv(match.channel),
                          match.event_id, match.record_id, csv(match.file), match.line);
      if (details_)
        text += fmt::format(",{},{},{},{},{},{},{},{}", kind_text(subject.kind), csv(match.user), csv(match.process),
                            csv(match.command_line), csv(joined(techniques_of(subject), " ")),
                            csv(joined(subject.tags, " ")), csv(subject.file), csv(details_text(match)));
      if (terminal_) text = printable(text);  // a log must not drive it
      text += '\n';
      if (!terminal_) continue;
      std::fwrite(text.data(), 1, text.size(), out_);
      text.clear();
    }
    std::fwrite(text.data(), 1, text.size(), out_);
  }
  void finish(const pipeline::ScanStats&, const ScanSummary&) override {}
  bool wants_details() const override { return details_; }

 private:
  std::FILE* out_;
  bool details_;
  bool terminal_;
};

/// For a terminal: lines as they come, as wide as it is.
class TerminalOutput final : public ScanOutput {
 public:
  TerminalOutput(std::FILE* out, const Words& words, size_t width)
      : out_(out), layout_(table_columns(words), width), coloured_(coloured(out)) {}

  void print(std::span<const Match> matches) override {
    std::string text;
    if (!begun_) text += layout_.header() + '\n';
    begun_ = true;
    for (const Match& match : matches) {
      const detect::Level level = match.subject->level;
      text += layout_.line(cells(match), 1, coloured_ ? level_colour(level) : "", coloured_ ? "\033[0m" : "");
      text += '\n';
    }
    std::fwrite(text.data(), 1, text.size(), out_);
  }
  void finish(const pipeline::ScanStats&, const ScanSummary&) override {}
  bool wants_details() const override { return layout_.shows(6) || layout_.shows(7); }

 private:
  static std::vector<TableColumn> table_columns(const Words& words) {
    const auto column = [&](const char* key, size_t least, size_t wished, int rank, bool right = false,
                            bool from_end = false) {
      return TableColumn{words(std::string("cli.scan.") + key), least, wished, rank, right, from_end};
    };
    return {column("time", 19, 24, 0), column("level", 5, 13, 1),         column("host", 10, 24, 3),
            column("rule", 24, 64, 2), column("channel", 8, 24, 5),       column("event_id", 5, 11, 4, true),
            column("user", 12, 24, 7), column("command_line", 30, 80, 6), column("place", 24, 48, 8, false, true)};
  }

  std::vector<std::string> cells(const Match& match) const {
    constexpr size_t whole_time = 24;
    constexpr size_t whole_level = 13;
    return {layout_.width(0) < whole_time ? format_time(match.time, 0).substr(0, 19) : format_time(match.time, 3),
            std::string(layout_.width(1) < whole_level ? short_level(match.subject->level)
                                                       : detect::to_text(match.subject->level)),
            match.host,
            match.subject->title,
            short_channel(match.channel),
            std::to_string(match.event_id),
            match.user,
            match.command_line.empty() ? match.process : match.command_line,
            match.line != 0 ? fmt::format("{}:{}", match.file, match.line) : match.file};
  }

  std::FILE* out_;
  TableLayout layout_;
  bool coloured_;
  bool begun_ = false;
};

/// For a pipe: as wide as the cells, so all of them are held until the end, up to table_rows_held at a time.
class TableOutput final : public ScanOutput {
 public:
  TableOutput(std::FILE* out, const Words& words, bool details) : out_(out), details_(details) {
    for (const char* key : {"time", "level", "host", "rule", "channel", "event_id", "place"})
      columns_.push_back({words(std::string("cli.scan.") + key)});
    if (details)
      for (const char* key : {"user", "command_line"}) columns_.push_back({words(std::string("cli.scan.") + key)});
  }

  void print(std::span<const Match> matches) override {
    for (const Match& match : matches) {
      rows_.push_back({format_time(match.time, 3), std::string(detect::to_text(match.subject->level)), match.host,
                       match.subject->title, match.channel, std::to_string(match.event_id),
                       match.line != 0 ? fmt::format("{}:{}", match.file, match.line) : match.file});
      if (!details_) continue;
      rows_.back().push_back(match.user);
      rows_.back().push_back(match.command_line.empty() ? match.process : match.command_line);
    }
    if (rows_.size() >= table_rows_held) flush();
  }
  void finish(const pipeline::ScanStats&, const ScanSummary&) override {
    if (!rows_.empty() || !begun_) flush();
  }
  bool wants_details() const override { return details_; }

 private:
  static constexpr size_t table_rows_held = 100'000;

  void flush() {
    const std::string text = table_text(columns_, rows_, 0);
    std::fwrite(text.data(), 1, text.size(), out_);
    rows_.clear();
    begun_ = true;
  }

  std::FILE* out_;
  bool details_;
  bool begun_ = false;
  std::vector<TableColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace

std::unique_ptr<ScanOutput> jsonl_output(std::FILE* out, const ScanOutputChoice& choice) {
  return std::make_unique<JsonlOutput>(out, choice.details);
}

std::unique_ptr<ScanOutput> csv_output(std::FILE* out, const ScanOutputChoice& choice) {
  return std::make_unique<CsvOutput>(out, choice);
}

std::unique_ptr<ScanOutput> table_output(std::FILE* out, const Words& words, const ScanOutputChoice& choice) {
  const size_t width = terminal_columns(out);
  if (width > 0) return std::make_unique<TerminalOutput>(out, words, width);
  return std::make_unique<TableOutput>(out, words, choice.details);
}

std::vector<std::string> techniques_of(const Subject& subject) {
  std::vector<std::string> out;
  for (const std::string& tag : subject.tags)
    if (auto technique = technique_of(tag); !technique.empty() && std::ranges::find(out, technique) == out.end())
      out.push_back(std::move(technique));
  return out;
}

std::string short_channel(const std::string& channel) {
  std::string_view out = channel;
  constexpr std::string_view front = "Microsoft-Windows-";
  constexpr std::string_view back = "/Operational";
  if (out.starts_with(front)) out.remove_prefix(front.size());
  if (out.ends_with(back)) out.remove_suffix(back.size());
  return std::string(out);
}

const char* level_colour(detect::Level level) {
  switch (level) {
    case detect::Level::critical:
      return "\033[1;97;41m";
    case detect::Level::high:
      return "\033[1;31m";
    case detect::Level::medium:
      return "\033[33m";
    case detect::Level::low:
      return "\033[36m";
    default:
      return "\033[2m";
  }
}

}  // namespace yagura::app
