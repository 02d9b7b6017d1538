#include "app/scan_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <sstream>

#include "app/say.hpp"
#include "app/scan_charts.hpp"
#include "app/scan_summary_text.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace yagura::app {
namespace {

using Match = pipeline::ScanMatch;

Result<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  if (!file) return failure(ErrorKind::not_found, "can't read " + path.string());
  return std::move(out).str();
}

/// As a content security policy names it.
std::string policy_hash(std::string_view text) {
  const std::string hex = sha256_hex(text);
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return "'sha256-" + to_base64(bytes) + "'";
}

class Page final : public ScanOutput {
 public:
  Page(std::FILE* out, const Words& words, ScanOutputChoice choice, std::string style, std::string script)
      : out_(out), words_(words), choice_(std::move(choice)), style_(std::move(style)), script_(std::move(script)) {}

  void print(std::span<const Match> matches) override {
    for (const Match& match : matches) {
      auto& kept = kept_[static_cast<size_t>(match.subject->level)];
      if (kept.size() < page_rows_max) kept.push_back({order_, shortened(match)});
      ++order_;
    }
  }

  void finish(const pipeline::ScanStats& stats, const ScanSummary& summary) override {
    head();
    tiles(stats, summary);
    failures(stats);
    section("timeline", timeline_chart(summary, words_));
    section("hosts", hosts_chart(summary, words_));
    section("attack", attack_matrix(summary, words_));
    rules(summary);
    rows(summary);
    put("</main><script>" + script_ + "</script></body></html>\n");
  }
  bool wants_details() const override { return true; }

 private:
  struct Kept {
    uint64_t order;  // in which it came
    Match match;
  };

  void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), out_); }
  std::string say(std::string_view key, const std::map<std::string, std::string>& args = {}) const {
    return escape_html(words_("cli.scan.page." + std::string(key), args));
  }
  std::string column(std::string_view key) const { return escape_html(words_("cli.scan." + std::string(key))); }

  static std::string shortened(std::string_view text) {
    if (text.size() <= page_cell_bytes_max) return std::string(text);
    size_t end = page_cell_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return std::string(text.substr(0, end)) + "…";
  }

  static Match shortened(const Match& match) {
    Match out = match;
    out.command_line = shortened(match.command_line);
    out.process = shortened(match.process);
    out.host = shortened(match.host);
    for (auto& [name, value] : out.details) {
      name = shortened(std::string_view(name));
      value = shortened(std::string_view(value));
    }
    return out;
  }

  void head() {
    put(fmt::format(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; script-src {}; "
        "base-uri 'none'; form-action 'none'\"><meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\"><meta name=\"color-scheme\" content=\"light "
        "dark\"><title>{}</title><style>{}</style></head><body><header><h1>{}</h1>",
        words_.lang == Lang::ja ? "ja" : "en", policy_hash(style_), policy_hash(script_), say("title"), style_,
        say("title")));
    std::string paths;
    for (const std::string& path : choice_.paths) paths += (paths.empty() ? "" : ", ") + html_text(path);
    put(fmt::format("<p class=\"note\">{}: <code>{}</code> · {}: <code>{}</code> · {} · Yagura {}</p></header><main>",
                    say("scanned"), paths, say("rules"), html_text(choice_.rules), format_time(system_now(), 0),
                    YAGURA_VERSION));
  }

  void tiles(const pipeline::ScanStats& stats, const ScanSummary& summary) {
    put("<div class=\"tiles\">");
    for (size_t i = level_count; i-- > 0;) {
      const std::string_view level = to_text(static_cast<detect::Level>(i));
      put(fmt::format("<div class=\"tile l{}\"><b>{}</b><span>{}</span></div>", i, grouped(summary.all().by_level[i]),
                      level));
    }
    put("</div><p>");
    const std::string seconds = fmt::format("{:.1f}", stats.seconds);
    put(say("events", {{"files", grouped(stats.files)},
                       {"events", grouped(stats.events)},
                       {"megabytes", fmt::format("{:.1f}", static_cast<double>(stats.bytes) / 1e6)},
                       {"seconds", seconds}}));
    if (summary.all().matches > 0)
      put(" " + say("matches", {{"matches", grouped(summary.all().matches)},
                                {"rules", grouped(summary.subject_count())},
                                {"hosts", grouped(summary.host_count())},
                                {"first", format_time(summary.all().first, 0)},
                                {"last", format_time(summary.all().last, 0)}}));
    else
      put(" " + say("nothing"));
    put("</p>");
  }

  void failures(const pipeline::ScanStats& stats) {
    if (stats.failures.empty()) return;
    constexpr size_t shown = 20;
    put(fmt::format("<details class=\"warning\"><summary>{}</summary><ul>",
                    say("failures", {{"count", grouped(stats.failures.size())}})));
    for (size_t i = 0; i < std::min(shown, stats.failures.size()); ++i)
      put("<li>" + html_text(stats.failures[i].error.message) + "</li>");
    put("</ul></details>");
  }

  void section(std::string_view key, const std::string& content) {
    if (!content.empty()) put(fmt::format("<section><h2>{}</h2>{}</section>", say(key), content));
  }

  void rules(const ScanSummary& summary) {
    if (summary.all().matches == 0) return;
    constexpr size_t shown = 25;
    put(fmt::format(
        "<section><h2>{}</h2><div class=\"wide\"><table><thead><tr><th>{}</th><th>{}</th><th "
        "class=\"n\">{}</th><th class=\"n\">{}</th><th>{}</th><th>{}</th></tr></thead><tbody>",
        say("by_rule"), column("level"), column("rule"), say("count"), say("host_count"), say("first"), say("last")));
    size_t count = 0;
    for (size_t i = level_count; i-- > 0 && count < shown;)
      for (const auto* subject : summary.subjects(static_cast<detect::Level>(i))) {
        if (count++ >= shown) break;
        put(fmt::format(
            "<tr><td><i class=\"dot l{}\"></i>{}</td><td>{}</td><td class=\"n\">{}</td><td "
            "class=\"n\">{}</td><td>{}</td><td>{}</td></tr>",
            i, to_text(subject->what->level), html_text(subject->what->title), grouped(subject->tally.matches),
            grouped(subject->hosts.size()), format_time(subject->tally.first, 0), format_time(subject->tally.last, 0)));
      }
    put("</tbody></table></div>");
    if (summary.subject_count() > shown)
      put("<p class=\"note\">" +
          escape_html(words_("cli.scan.summary.more", {{"count", grouped(summary.subject_count() - shown)}})) + "</p>");
    put("</section>");
  }

  /// The rows that are listed: the worst levels first until there is no room, in the order in which they came.
  std::vector<const Kept*> listed() const {
    std::vector<const Kept*> out;
    for (size_t i = level_count; i-- > 0;)
      for (const Kept& kept : kept_[i])
        if (out.size() < page_rows_max) out.push_back(&kept);
    std::ranges::sort(out, [](const Kept* a, const Kept* b) {
      return a->match.time.ns != b->match.time.ns ? a->match.time.ns < b->match.time.ns : a->order < b->order;
    });
    return out;
  }

  void rows(const ScanSummary& summary) {
    const auto list = listed();
    if (list.empty()) return;
    put(fmt::format("<section><h2>{}</h2>", say("list")));
    if (list.size() < summary.all().matches)
      put(fmt::format("<p class=\"warning\">{}</p>",
                      say("cut", {{"shown", grouped(list.size())}, {"matches", grouped(summary.all().matches)}})));
    put(
        fmt::format("<div class=\"tools\" hidden><input type=\"search\" id=\"find\" placeholder=\"{0}\" "
                    "aria-label=\"{0}\">",
                    say("find")));
    for (size_t i = level_count; i-- > 0;)
      put(
          fmt::format("<label><input type=\"checkbox\" class=\"level\" value=\"{0}\" checked><i class=\"dot "
                      "l{0}\"></i>{1}</label>",
                      i, to_text(static_cast<detect::Level>(i))));
    put(
        fmt::format("<span id=\"seen\" data-text=\"{}\"></span><span class=\"pages\"><button type=\"button\" "
                    "id=\"back\">{}</button><button type=\"button\" id=\"on\">{}</button></span></div>",
                    say("seen", {{"shown", "{shown}"}, {"all", "{all}"}}), say("page_back"), say("page_on")));
    put("<div class=\"wide\"><table id=\"matches\"><thead><tr>");
    for (const char* key : {"time", "level", "host", "rule", "channel", "event_id", "user", "command_line"})
      put(fmt::format("<th{}><button type=\"button\">{}</button></th>",
                      std::string_view(key) == "event_id" ? " class=\"n\"" : "", column(key)));
    put("</tr></thead><tbody>");
    for (const Kept* kept : list) row(kept->match);
    put("</tbody></table></div></section>");
  }

  void row(const Match& match) {
    const auto& subject = *match.subject;
    const auto level = static_cast<size_t>(subject.level);
    std::string out = fmt::format(
        "<tr data-level=\"{}\"><td class=\"t\">{}</td><td data-key=\"{}\"><i class=\"dot l{}\"></i>{}</td><td>{}</td>"
        "<td><details><summary>{}</summary><dl>",
        level, format_time(match.time, 3), level, level, to_text(subject.level), html_text(match.host),
        html_text(subject.title));
    const auto item = [&](const std::string& name, const std::string& value) {
      if (!value.empty()) out += "<dt>" + name + "</dt><dd>" + value + "</dd>";
    };
    for (const auto& [name, value] : match.details) item(html_text(name), html_text(value));
    std::string techniques;
    for (const std::string& one : techniques_of(subject))
      techniques += (techniques.empty() ? "" : ", ") + html_text(one);
    item(say("technique"), techniques);
    item(say("rule_file"), html_text(subject.file));
    item(say("rule_id"), html_text(subject.id));
    item(say("record"), match.record_id != 0 ? std::to_string(match.record_id) : std::string());
    item(column("place"), html_text(match.line != 0 ? fmt::format("{}:{}", match.file, match.line) : match.file));
    const std::string& command = match.command_line.empty() ? match.process : match.command_line;
    out +=
        fmt::format("</dl></details></td><td>{}</td><td class=\"n\">{}</td><td>{}</td><td class=\"c\">{}</td></tr>\n",
                    html_text(short_channel(match.channel)), match.event_id, html_text(match.user), html_text(command));
    put(out);
  }

  std::FILE* out_;
  const Words& words_;
  ScanOutputChoice choice_;
  std::string style_;
  std::string script_;
  uint64_t order_ = 0;
  std::array<std::deque<Kept>, level_count> kept_;
};

}  // namespace

Result<std::unique_ptr<ScanOutput>> page_output(std::FILE* out, const Words& words, const ScanOutputChoice& choice,
                                                const std::filesystem::path& catalog) {
  auto style = read_text(catalog / "reports/scan.css");
  auto script = read_text(catalog / "reports/scan.js");
  if (!style) return std::unexpected(style.error());
  if (!script) return std::unexpected(script.error());
  return std::make_unique<Page>(out, words, choice, std::move(*style), std::move(*script));
}

}  // namespace yagura::app
