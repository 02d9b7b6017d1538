#include "detect/attributes.hpp"

namespace yagura::detect {

std::string text_of(const YAML::Node& document, const char* key) {
  const YAML::Node node = document[key];
  return node.IsDefined() && node.IsScalar() ? node.Scalar() : "";
}

std::vector<std::string> texts_of(const YAML::Node& document, const char* key) {
  std::vector<std::string> out;
  const YAML::Node node = document[key];
  if (!node.IsDefined()) return out;
  if (node.IsScalar()) out.push_back(node.Scalar());
  if (node.IsSequence())
    for (const YAML::Node& item : node)
      if (item.IsScalar()) out.push_back(item.Scalar());
  return out;
}

Diagnosed<Level> level_of(const YAML::Node& document) {
  const YAML::Node node = document["level"];
  if (!node.IsDefined() || node.IsNull()) return Level::medium;
  for (const Level level : {Level::informational, Level::low, Level::medium, Level::high, Level::critical})
    if (node.IsScalar() && node.Scalar() == to_text(level)) return level;
  return std::unexpected(Diagnostic{"sigma.rule.level",
                                    {},
                                    node.Mark().line + 1,
                                    node.Mark().column + 1,
                                    "the level is none of informational, low, medium, high, critical",
                                    ""});
}

}  // namespace yagura::detect
