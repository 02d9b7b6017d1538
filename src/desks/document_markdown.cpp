// CommonMark with tables. Every text is escaped, so that no log line or host name becomes markup.
#include <algorithm>

#include "base/text.hpp"
#include "desks/document.hpp"

namespace yagura::desks {
namespace {

/// At a line's start some more characters mean something: lists, quotes, numbered items, rules.
void escape_into(std::string& out, std::string_view line) {
  const size_t first = line.find_first_not_of("0123456789");
  if (first != 0 && first != std::string_view::npos && (line[first] == '.' || line[first] == ')')) {
    out += line.substr(0, first);
    out += '\\';
    out += line[first];
    line.remove_prefix(first + 1);
  } else if (!line.empty() && (line[0] == '+' || line[0] == '-' || line[0] == '=')) {
    out += '\\';
  }
  for (const char c : line) {
    if (std::string_view("\\`*_[]<>#|~!&$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
}

std::string escaped(std::string_view line) {
  std::string plain = shown(line);
  std::ranges::replace_if(plain, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  std::string out;
  escape_into(out, plain);
  return out;
}

/// A table's cell is one line.
std::string cell(std::string_view text) {
  std::string flat;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    if (!flat.empty()) flat += " / ";
    flat += trim(line);
  }
  return flat.empty() ? std::string(" ") : escaped(flat);
}

void row_into(std::string& out, const std::vector<std::string>& cells) {
  out += '|';
  for (const std::string& text : cells) out += " " + cell(text) + " |";
  out += '\n';
}

void table_into(std::string& out, const Table& table) {
  row_into(out, table.head);
  out += '|';
  for (size_t i = 0; i < table.head.size(); ++i) out += " --- |";
  out += '\n';
  for (const auto& row : table.rows) row_into(out, row);
  out += '\n';
}

struct Writer {
  std::string& out;
  Lang lang;

  void operator()(const Heading& heading) const { out += "## " + escaped(heading.text) + "\n\n"; }
  void operator()(const Figure& figure) const { (*this)(Note{figure.caption}); }
  void operator()(const Note& note) const { out += "*" + escaped(note.text) + "*\n\n"; }
  void operator()(const Table& table) const { table_into(out, table); }
  void operator()(const Facts& facts) const {
    Table table{
        lang == Lang::ja ? std::vector<std::string>{"項目", "内容"} : std::vector<std::string>{"Item", "Content"}, {}};
    for (const auto& [name, value] : facts.rows) table.rows.push_back({name, value});
    table_into(out, table);
  }
  void operator()(const Prose& prose) const {
    for (const Paragraph& paragraph : paragraphs(prose.text)) {
      for (size_t i = 0; i < paragraph.lines.size(); ++i) {
        out += (paragraph.list ? "- " : "") + escaped(paragraph.lines[i]);
        // A backslash at the end keeps the line break that the author typed.
        out += !paragraph.list && i + 1 < paragraph.lines.size() ? "\\\n" : "\n";
      }
      out += '\n';
    }
  }
};

}  // namespace

std::string to_markdown(const Document& document) {
  std::string out = "# " + escaped(document.title) + "\n\n**" + escaped(document.banner) + "**\n\n";
  const Writer writer{out, document.lang};
  writer(document.head);
  for (const Block& block : document.blocks) std::visit(writer, block);
  out += "---\n\n" + escaped(document.footer) + "\n";
  return out;
}

}  // namespace yagura::desks
