#include "base/text.hpp"
#include "desks/document.hpp"

namespace yagura::desks {
namespace {

std::string markup_of(std::string_view text) {
  return escape_html(shown(text));
}

void prose_into(std::string& out, std::string_view text) {
  for (const Paragraph& paragraph : paragraphs(text)) {
    out += paragraph.list ? "<ul>" : "<p>";
    for (size_t i = 0; i < paragraph.lines.size(); ++i) {
      if (paragraph.list)
        out += "<li>" + markup_of(paragraph.lines[i]) + "</li>";
      else
        out += (i == 0 ? "" : "<br>") + markup_of(paragraph.lines[i]);
    }
    out += paragraph.list ? "</ul>\n" : "</p>\n";
  }
}

/// Lines of a cell are kept as they were typed.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : markup_of(text)) {
    if (c == '\n')
      out += "<br>";
    else
      out += c;
  }
  return out;
}

struct Writer {
  std::string& out;

  void operator()(const Heading& heading) const { out += "<h2>" + markup_of(heading.text) + "</h2>\n"; }
  void operator()(const Note& note) const { out += "<p class=\"note\">" + markup_of(note.text) + "</p>\n"; }
  void operator()(const Figure& figure) const {
    out += "<figure>\n" + figure.svg + "<figcaption>" + markup_of(figure.caption) + "</figcaption>\n</figure>\n";
  }
  void operator()(const Prose& prose) const { prose_into(out, prose.text); }
  void operator()(const Facts& facts) const {
    out += "<table class=\"facts\"><tbody>\n";
    for (const auto& [name, value] : facts.rows)
      out += "<tr><th scope=\"row\">" + markup_of(name) + "</th><td>" + cell(value) + "</td></tr>\n";
    out += "</tbody></table>\n";
  }
  void operator()(const Table& table) const {
    out += "<table><thead><tr>";
    for (const std::string& name : table.head) out += "<th scope=\"col\">" + markup_of(name) + "</th>";
    out += "</tr></thead><tbody>\n";
    for (const auto& row : table.rows) {
      out += "<tr>";
      for (const std::string& text : row) out += "<td>" + cell(text) + "</td>";
      out += "</tr>\n";
    }
    out += "</tbody></table>\n";
  }
};

}  // namespace

std::string to_html(const Document& document, std::string_view css) {
  std::string out = "<!doctype html>\n<html lang=\"";
  out += to_text(document.lang);
  out += "\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         markup_of(document.title) + "</title>\n<style>\n";
  out += css;
  out += "</style>\n</head>\n<body>\n<header>\n<div class=\"banner\">" + markup_of(document.banner) + "</div>\n<h1>" +
         markup_of(document.title) + "</h1>\n";
  const Writer writer{out};
  writer(document.head);
  out += "</header>\n<main>\n";
  for (const Block& block : document.blocks) std::visit(writer, block);
  out += "</main>\n<footer>" + markup_of(document.footer) + "</footer>\n</body>\n</html>\n";
  return out;
}

}  // namespace yagura::desks
