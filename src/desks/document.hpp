// A report as headings, paragraphs and tables, before it is Markdown or HTML. All texts are plain: each
// renderer escapes what its language would read as markup.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/texts.hpp"

namespace yagura::desks {

struct Heading {
  std::string text;
};

/// Lines as a person typed them: an empty line parts paragraphs, lines that start with "- " or "・" are a list.
struct Prose {
  std::string text;
};

struct Facts {
  std::vector<std::pair<std::string, std::string>> rows;  // name, value
};

struct Table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
};

struct Note {
  std::string text;
};

/// A drawing of ours: `svg` goes into HTML as it is, so nothing that somebody else wrote may stand in it unescaped.
struct Figure {
  std::string svg;
  std::string caption;  // all that Markdown shows
};

using Block = std::variant<Heading, Prose, Facts, Table, Note, Figure>;

struct Document {
  Lang lang = Lang::ja;
  std::string title;
  std::string banner;  // who may read it
  Facts head;          // number, dates, recipients
  std::vector<Block> blocks;
  std::string footer;
};

/// Prose in paragraphs and lists.
struct Paragraph {
  bool list = false;
  std::vector<std::string> lines;
};
std::vector<Paragraph> paragraphs(std::string_view text);

/// What every renderer makes of a text first: line ends become \n, characters that act or hide become visible.
std::string shown(std::string_view text);

std::string to_markdown(const Document& document);

/// One self-contained file: `css` inline, a content policy that lets nothing be loaded or run.
std::string to_html(const Document& document, std::string_view css);

}  // namespace yagura::desks
