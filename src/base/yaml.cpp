#include "base/yaml.hpp"

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "base/text.hpp"

namespace yagura {
namespace {

std::optional<Diagnostic> find_fault(const YAML::Node& node, const std::string& file, int depth, size_t& nodes) {
  const auto wrong = [&](const YAML::Mark& mark, std::string code, std::string what, std::string hint) {
    return Diagnostic{std::move(code), file, mark.line + 1, mark.column + 1, std::move(what), std::move(hint)};
  };
  if (depth > yaml_depth_max)
    return wrong(node.Mark(), "yaml.too_deep", "nested deeper than 64 levels", "flatten the document");
  if (++nodes > yaml_nodes_max)
    return wrong(node.Mark(), "yaml.too_many_nodes", "more than 1,000,000 nodes, aliases spelled out",
                 "split the file, or leave out the aliases");
  if (node.IsMap()) {
    std::set<std::string> seen;
    for (const auto& entry : node) {
      if (entry.first.IsScalar() && !seen.insert(entry.first.Scalar()).second)
        return wrong(entry.first.Mark(), "yaml.duplicate_key", "the key '" + entry.first.Scalar() + "' is given twice",
                     "join both values or rename one key");
      if (auto fault = find_fault(entry.second, file, depth + 1, nodes)) return fault;
    }
  } else if (node.IsSequence()) {
    for (const auto& item : node)
      if (auto fault = find_fault(item, file, depth + 1, nodes)) return fault;
  }
  return std::nullopt;
}

/// yaml-cpp recurses while it parses, so the depth has to be bounded before it sees the text: brackets
/// nest by count, blocks by indentation ("- - - -" nests too).
bool nests_too_deep(const std::string& text) {
  int open = 0;
  int run = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') {
      if (++open > 4 * yaml_depth_max) return true;
    } else if ((c == ']' || c == '}') && open > 0) {
      --open;
    }
    if (c == '-' || c == '?' || c == ':') {
      if (++run > 4 * yaml_depth_max) return true;
    } else if (c != ' ') {
      run = 0;
    }
  }
  return false;
}

/// Sees documents go by and nothing else. yaml-cpp 0.7 takes a ',' behind a whole document for the start of another,
/// reads nothing of it, and never ends: two documents from one place are that.
class EndlessWatch : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos == last_) throw YAML::ParserException(mark, "',' is not expected here");
    last_ = mark.pos;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  int last_ = -1;
};

/// Documents that are block maps or lists, each key or dash at the line's start, can't hold such a ','; nearly every
/// file is so and needs no second reading.
bool only_blocks(const std::string& text) {
  bool fresh = true;  // no content of the document yet
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trim(std::string_view(text).substr(at, end - at));
    const char first = text[at];
    at = end + 1;
    if (line.empty() || line.front() == '#') continue;
    if (line == "---" || line == "...") {
      fresh = true;
      continue;
    }
    const bool indented = first == ' ' || first == '\t';
    if (indented && !fresh) continue;
    const bool word = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_';
    const bool key = word && (line.back() == ':' || line.find(": ") != std::string_view::npos);
    const bool item = line.starts_with("- ") || line == "-";
    if (indented || !(key || item)) return false;
    fresh = false;
  }
  return true;
}

void refuse_endless(const std::string& text) {
  if (only_blocks(text)) return;
  std::istringstream in(text);
  YAML::Parser parser(in);
  EndlessWatch watch;
  while (parser.HandleNextDocument(watch)) {
  }
}

}  // namespace

Diagnosed<std::vector<YAML::Node>> parse_yaml(const std::string& text, const std::string& file) {
  const auto whole_file = [&](std::string code, std::string what, std::string hint) {
    return std::unexpected(Diagnostic{std::move(code), file, 0, 0, std::move(what), std::move(hint)});
  };
  if (text.size() > yaml_bytes_max) return whole_file("yaml.too_long", "longer than 4 MiB", "split the file");
  if (nests_too_deep(text)) return whole_file("yaml.too_deep", "nested deeper than 64 levels", "flatten the document");
  try {
    refuse_endless(text);
    std::vector<YAML::Node> documents = YAML::LoadAll(text);
    size_t nodes = 0;
    for (const YAML::Node& document : documents)
      if (auto fault = find_fault(document, file, 0, nodes)) return std::unexpected(*fault);
    return documents;
  } catch (const YAML::Exception& e) {
    return std::unexpected(Diagnostic{"yaml.syntax", file, e.mark.line + 1, e.mark.column + 1, e.msg,
                                      "check indentation and quoting near this place"});
  }
}

Diagnosed<std::vector<YAML::Node>> load_yaml(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    return std::unexpected(Diagnostic{"yaml.unreadable", file.string(), 0, 0, "the file can't be read",
                                      "check that it exists and may be read"});
  return parse_yaml(text.str(), file.string());
}

}  // namespace yagura
