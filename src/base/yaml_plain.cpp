// The plain block style: maps and lists by indentation, one key or dash a line, scalars plain, quoted on one line or
// literal ("|"). Everything else (flow style, anchors, tags, tabs, several documents, anything that could be a mistake)
// is left to yaml-cpp, so this file never has to say what is wrong.
#include <algorithm>
#include <unordered_set>

#include "base/yaml.hpp"
#include "base/yaml_tree.hpp"

namespace yagura {

using Kind = YamlNode::Kind;

class PlainYamlReader {
 public:
  explicit PlainYamlReader(YamlTree& tree) : tree_(tree), text_(tree.source_) {}

  bool read() {
    if (!plain_bytes()) return false;
    if (text_.starts_with("---\n")) {
      at_ = 4;
      line_ = 2;
      line_start_ = 4;
    }
    if (!to_content() || at_end() || !read_block(column(), 0)) return false;
    return at_ == text_.size();
  }

 private:
  using Cell = YamlTree::Cell;

  /// No bytes but printable ones and line ends, and no more brackets and dashes than any nesting within bounds needs
  /// (parse_yaml refuses deep nesting by counting them).
  bool plain_bytes() const {
    if (text_.empty() || text_.size() > yaml_bytes_max || text_.back() != '\n') return false;
    size_t brackets = 0;
    size_t odd = 0;
    size_t marks = 0;
    for (const char c : text_) {
      const auto byte = static_cast<unsigned char>(c);
      brackets += byte == '[' || byte == '{';
      marks += byte == '-' || byte == ':' || byte == '?';
      odd += (byte < 0x20 && byte != '\n') || byte == 0x7F;
    }
    return odd == 0 && static_cast<unsigned char>(text_.front()) < 0x80 && brackets <= yaml_depth_max * 4 &&
           (marks <= yaml_depth_max * 4 || longest_run() <= yaml_depth_max * 4);
  }

  size_t longest_run() const {
    size_t run = 0;
    size_t longest = 0;
    for (const char c : text_) {
      if (c == '-' || c == ':' || c == '?')
        longest = std::max(longest, ++run);
      else if (c != ' ')
        run = 0;
    }
    return longest;
  }

  uint32_t column() const { return static_cast<uint32_t>(at_ - line_start_); }  // from 0
  char look(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n'; }
  size_t line_end(size_t from) const { return std::min(text_.find('\n', from), text_.size()); }

  /// To the first content of this line or a later one, over empty lines and comments. At the end of the text at_ is its
  /// size. False when a document marker stands there.
  bool to_content() {
    while (at_ < text_.size()) {
      while (at_ < text_.size() && text_[at_] == ' ') ++at_;
      if (look() == '#') at_ = line_end(at_);
      if (at_ == text_.size()) break;
      if (text_[at_] != '\n')
        return column() != 0 || !(text_.substr(at_).starts_with("---") || text_.substr(at_).starts_with("..."));
      next_line();
    }
    line_start_ = at_;
    return true;
  }

  void next_line() {
    ++at_;
    ++line_;
    line_start_ = at_;
  }

  bool at_end() const { return at_ == text_.size(); }
  bool at_dash() const { return look() == '-' && (look(1) == ' ' || look(1) == '\n'); }

  uint32_t open(Kind kind) {
    Cell cell;
    cell.kind = kind;
    cell.line = line_;
    cell.column = column() + 1;
    tree_.cells_.push_back(cell);
    return static_cast<uint32_t>(tree_.cells_.size() - 1);
  }

  void close(uint32_t cell) { tree_.cells_[cell].end = static_cast<uint32_t>(tree_.cells_.size()); }

  /// A map or a list whose first key or dash is here, at this column. Ends at content further left or at the end.
  bool read_block(uint32_t indent, int depth) {
    if (depth >= yaml_depth_max || tree_.cells_.size() >= yaml_nodes_max) return false;
    return at_dash() ? read_sequence(indent, depth) : read_map(indent, depth);
  }

  bool read_sequence(uint32_t indent, int depth) {
    const uint32_t cell = open(Kind::sequence);
    uint32_t items = 0;
    while (!at_end() && column() == indent && at_dash()) {
      ++at_;
      while (look() == ' ') ++at_;
      if (look() == '\n' || look() == '#') return false;
      // "- key: value" is a map at the key's column; "- - x" is left alone.
      if (at_dash() || !(starts_entry() ? read_block(column(), depth + 1) : read_scalar(indent, depth + 1)))
        return false;
      ++items;
    }
    if (!at_end() && column() > indent) return false;
    tree_.cells_[cell].size = items;
    close(cell);
    return true;
  }

  bool read_map(uint32_t indent, int depth) {
    const uint32_t cell = open(Kind::map);
    uint32_t children = 0;
    while (!at_end() && column() == indent) {
      if (at_dash() || !read_key()) return false;
      if (!read_value(indent, depth)) return false;
      children += 2;
    }
    if (!at_end() && column() > indent) return false;
    tree_.cells_[cell].size = children;
    close(cell);
    return keys_differ(cell);
  }

  /// Behind a key's colon.
  bool read_value(uint32_t indent, int depth) {
    while (look() == ' ') ++at_;
    if (look() != '\n' && look() != '#') return read_scalar(indent, depth + 1);
    if (look() == '#' && text_[at_ - 1] != ' ') return false;
    if (!to_content() || at_end()) return false;
    const bool deeper = column() > indent;
    if (!deeper && !(column() == indent && at_dash())) return false;  // an empty value
    if (deeper && !at_dash() && !starts_entry()) return false;        // a scalar on a line of its own
    return read_block(column(), depth + 1);
  }

  /// Whether a key and its colon stand here.
  bool starts_entry() const {
    size_t at = at_;
    if (look() == '\'' || look() == '"') {
      const char quote = look();
      for (++at; at < text_.size() && text_[at] != quote && text_[at] != '\n'; ++at)
        if (quote == '"' && text_[at] == '\\') ++at;
      return at + 1 < text_.size() && text_[at] == quote && text_[at + 1] == ':';
    }
    const size_t end = line_end(at);
    for (at = text_.find(':', at); at < end; at = text_.find(':', at + 1))
      if (at + 1 == end || text_[at + 1] == ' ') return true;
    return false;
  }

  bool starts_plain() const {
    const char c = look();
    if (c == '-') return look(1) != ' ' && look(1) != '\n';
    constexpr std::string_view others = " ?:,[]{}#&*!|>'\"%@`\n";
    return others.find(c) == std::string_view::npos;
  }

  /// A key and its colon; at_ is then behind the colon.
  bool read_key() {
    constexpr size_t key_bytes_max = 1000;  // yaml-cpp's is 1024
    const size_t start = at_;
    if (look() == '\'' || look() == '"') {
      if (!read_quoted() || look() != ':') return false;
    } else {
      if (!starts_plain()) return false;
      const uint32_t cell = open(Kind::scalar);
      const size_t end = line_end(at_);
      size_t colon = text_.find(':', at_);
      while (colon < end && colon + 1 < end && text_[colon + 1] != ' ') colon = text_.find(':', colon + 1);
      if (colon >= end || text_[colon - 1] == ' ') return false;
      const std::string_view key = text_.substr(at_, colon - at_);
      if (key.find(" #") != std::string_view::npos || is_null(key)) return false;
      put(cell, at_, key.size());
      at_ = colon;
    }
    if (at_ - start > key_bytes_max) return false;
    ++at_;
    return look() == ' ' || look() == '\n';
  }

  static bool is_null(std::string_view text) {
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
  }

  void put(uint32_t cell, size_t offset, size_t size) {
    Cell& into = tree_.cells_[cell];
    into.plain = true;
    into.offset = static_cast<uint32_t>(offset);
    into.size = static_cast<uint32_t>(size);
    close(cell);
  }

  /// A value within a map or list at `indent`; at_ is then at the next content.
  bool read_scalar(uint32_t indent, int depth) {
    if (depth > yaml_depth_max || tree_.cells_.size() >= yaml_nodes_max) return false;
    if (look() == '|') return read_literal(indent);
    if (look() == '\'' || look() == '"') return read_quoted() && end_line(indent);
    return starts_plain() && read_plain(indent);
  }

  /// Nothing but a comment may follow on the line; what comes next stands no deeper.
  bool end_line(uint32_t indent) {
    const size_t start = at_;
    while (look() == ' ') ++at_;
    if (look() != '\n' && (look() != '#' || at_ == start)) return false;
    return to_content() && (at_end() || column() <= indent);
  }

  bool read_quoted() {
    const uint32_t cell = open(Kind::scalar);
    const bool single = look() == '\'';
    const size_t start = ++at_;
    const size_t made = tree_.made_.size();
    bool changed = false;
    for (;; ++at_) {
      const char c = look();
      if (c == '\n') return false;
      if (c == (single ? '\'' : '"')) {
        if (!single || look(1) != '\'') break;
        if (!changed) tree_.made_ += text_.substr(start, at_ - start);
        changed = true;
        ++at_;
        tree_.made_ += '\'';
      } else if (!single && c == '\\') {
        if (!changed) tree_.made_ += text_.substr(start, at_ - start);
        changed = true;
        ++at_;
        if (look() != '\\' && look() != '"') return false;
        tree_.made_ += look();
      } else if (changed) {
        tree_.made_ += c;
      }
    }
    Cell& into = tree_.cells_[cell];
    into.made = changed;
    into.offset = static_cast<uint32_t>(changed ? made : start);
    into.size = static_cast<uint32_t>(changed ? tree_.made_.size() - made : at_ - start);
    close(cell);
    ++at_;
    return true;
  }

  /// The end of a plain scalar's part on this line, before a comment; nothing when it holds what could be a key.
  std::optional<size_t> plain_end(bool& comment) const {
    size_t end = line_end(at_);
    const std::string_view whole = text_.substr(at_, end - at_);
    if (const size_t mark = whole.find(" #"); mark != std::string_view::npos) {
      end = at_ + mark;
      comment = true;
    }
    while (end > at_ && text_[end - 1] == ' ') --end;
    const std::string_view part = text_.substr(at_, end - at_);
    if (part.empty() || part.back() == ':' || part.find(": ") != std::string_view::npos) return std::nullopt;
    return end;
  }

  bool read_plain(uint32_t indent) {
    const uint32_t cell = open(Kind::scalar);
    bool comment = false;
    const auto end = plain_end(comment);
    if (!end) return false;
    const std::string_view first = text_.substr(at_, *end - at_);
    put(cell, at_, first.size());
    if (is_null(first)) {
      tree_.cells_[cell].kind = Kind::null;
      tree_.cells_[cell].plain = false;
      tree_.cells_[cell].size = 0;
    }
    at_ = line_end(at_);
    const uint32_t last_line = line_;
    if (!next_content(comment)) return false;
    if (at_end() || column() <= indent) return true;
    // It goes on: lines are joined by a space, or by the empty lines between them.
    if (comment || is_null(first)) return false;
    return read_folded(cell, indent, first, last_line);
  }

  bool read_folded(uint32_t cell, uint32_t indent, std::string_view first, uint32_t last_line) {
    const size_t made = tree_.made_.size();
    tree_.made_ += first;
    bool comment = false;
    while (!at_end() && column() > indent) {
      if (comment) return false;
      const auto end = plain_end(comment);
      if (!end) return false;
      const uint32_t lines = line_ - last_line;
      if (lines == 1)
        tree_.made_ += ' ';
      else
        tree_.made_.append(lines - 1, '\n');
      tree_.made_ += text_.substr(at_, *end - at_);
      at_ = line_end(at_);
      last_line = line_;
      if (!next_content(comment)) return false;
    }
    Cell& into = tree_.cells_[cell];
    into.made = true;
    into.offset = static_cast<uint32_t>(made);
    into.size = static_cast<uint32_t>(tree_.made_.size() - made);
    return true;
  }

  /// To the next content; `comment` is set when one stood between.
  bool next_content(bool& comment) {
    const size_t from = at_;
    if (!to_content()) return false;
    comment = comment || text_.substr(from, at_ - from).find('#') != std::string_view::npos;
    return true;
  }

  /// "|", "|-" or "|+" and the lines below, all as deep as the first of them.
  bool read_literal(uint32_t indent) {
    const uint32_t cell = open(Kind::scalar);
    ++at_;
    const char chomp = look() == '-' || look() == '+' ? look() : ' ';
    if (chomp != ' ') ++at_;
    while (look() == ' ') ++at_;
    if (look() != '\n') return false;
    next_line();
    size_t margin = 0;
    size_t empty = 0;
    const size_t made = tree_.made_.size();
    for (; !at_end(); next_line()) {
      const size_t end = line_end(at_);
      const size_t first = std::min(text_.find_first_not_of(' ', at_), end);
      const size_t spaces = first - at_;
      if (first == end) {  // of spaces alone
        if (spaces > (margin == 0 ? indent + 1 : margin)) return false;
        ++empty;
        at_ = end;
        continue;
      }
      if (margin == 0) {
        if (spaces <= indent || empty != 0) return false;
        margin = spaces;
      }
      if (spaces < margin) break;
      tree_.made_.append(empty, '\n');
      empty = 0;
      tree_.made_ += text_.substr(at_ + margin, end - at_ - margin);
      tree_.made_ += '\n';
      at_ = end;
    }
    if (margin == 0) return false;
    if (chomp == '-') tree_.made_.pop_back();
    if (chomp == '+') tree_.made_.append(empty, '\n');
    Cell& into = tree_.cells_[cell];
    into.made = true;
    into.offset = static_cast<uint32_t>(made);
    into.size = static_cast<uint32_t>(tree_.made_.size() - made);
    close(cell);
    return to_content() && (at_end() || column() <= indent);
  }

  bool keys_differ(uint32_t cell) const {
    constexpr uint32_t few = 24;
    const YamlNode map(&tree_, cell);
    std::vector<std::string_view> seen;
    std::unordered_set<std::string_view> many;
    const bool hash = map.size() > few;
    bool key = true;
    for (const YamlNode node : map) {
      if (key) {
        if (hash ? !many.insert(node.text()).second : std::ranges::find(seen, node.text()) != seen.end()) return false;
        if (!hash) seen.push_back(node.text());
      }
      key = !key;
    }
    return true;
  }

  YamlTree& tree_;
  const std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  size_t line_start_ = 0;
};

std::optional<YamlTree> YamlTree::read_plain(std::string text) {
  YamlTree out;
  out.source_ = std::move(text);
  out.cells_.reserve(out.source_.size() / 16 + 8);
  if (!PlainYamlReader(out).read()) return std::nullopt;
  return out;
}

}  // namespace yagura
