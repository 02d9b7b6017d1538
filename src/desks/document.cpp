#include "desks/document.hpp"

#include "base/printable.hpp"
#include "base/text.hpp"
#include "desks/blank.hpp"

namespace yagura::desks {

std::string shown(std::string_view text) {
  std::string unix_lines;
  unix_lines.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') unix_lines += text[i];
  return printable(unix_lines, "\n\t");
}

std::vector<Paragraph> paragraphs(std::string_view text) {
  std::vector<Paragraph> out;
  bool open = false;
  for (std::string_view line : split(text, '\n')) {
    line = trim_blank(line);
    if (line.empty()) {
      open = false;
      continue;
    }
    bool item = false;
    for (const std::string_view mark : {"- ", "* ", "・"})
      if (line.starts_with(mark)) {
        line = trim_blank(line.substr(mark.size()));
        item = true;
        break;
      }
    if (!open || out.back().list != item) out.push_back({item, {}});
    out.back().lines.emplace_back(line);
    open = true;
  }
  return out;
}

}  // namespace yagura::desks
