#include "detect/rule_reader.hpp"

#include <array>

#include "base/digest.hpp"
#include "detect/detection.hpp"

namespace yagura::detect {
namespace {

struct Refusal {
  Diagnostic diagnostic;
};

[[noreturn]] void refuse(YamlNode at, std::string code, std::string what, std::string hint = "") {
  throw Refusal{{std::move(code), {}, at.line(), at.column(), std::move(what), std::move(hint)}};
}

std::string text_of(YamlNode document, const char* key) {
  const YamlNode node = document[key];
  return node.is_defined() && node.is_scalar() ? std::string(node.text()) : std::string();
}

/// A text or a list of texts; what is neither is left out: these attributes are shown, never evaluated.
std::vector<std::string> texts_of(YamlNode document, const char* key) {
  std::vector<std::string> out;
  const YamlNode node = document[key];
  if (!node.is_defined()) return out;
  if (node.is_scalar()) out.emplace_back(node.text());
  if (node.is_sequence())
    for (const YamlNode item : node)
      if (item.is_scalar()) out.emplace_back(item.text());
  return out;
}

Level level_of(YamlNode document) {
  const YamlNode node = document["level"];
  if (!node.is_defined() || node.is_null()) return Level::medium;
  for (const Level level : {Level::informational, Level::low, Level::medium, Level::high, Level::critical})
    if (node.is_scalar() && node.text() == to_text(level)) return level;
  refuse(node, "sigma.rule.level", "the level is none of informational, low, medium, high, critical");
}

LogSource logsource_of(YamlNode document) {
  const YamlNode node = document["logsource"];
  if (!node.is_defined()) refuse(document, "sigma.rule.logsource_missing", "the rule has no logsource");
  if (!node.is_map()) refuse(node, "sigma.rule.logsource_type", "logsource is a map");
  LogSource out;
  const std::array<std::pair<const char*, std::string*>, 3> parts{
      {{"product", &out.product}, {"category", &out.category}, {"service", &out.service}}};
  for (const auto& [key, into] : parts) {
    const YamlNode part = node[key];
    if (!part.is_defined() || part.is_null()) continue;
    if (!part.is_scalar()) refuse(part, "sigma.rule.logsource_type", std::string(key) + " is a text");
    *into = part.text();
  }
  if (out == LogSource{}) refuse(node, "sigma.rule.logsource_empty", "logsource names no category, product or service");
  return out;
}

void read_attributes(YamlNode document, Rule& rule) {
  rule.id = text_of(document, "id");
  rule.name = text_of(document, "name");
  rule.title = text_of(document, "title");
  if (rule.title.empty()) refuse(document, "sigma.rule.title_missing", "the rule has no title");
  if (const std::string taxonomy = text_of(document, "taxonomy"); !taxonomy.empty() && taxonomy != "sigma")
    refuse(document["taxonomy"], "sigma.rule.taxonomy", "the taxonomy '" + taxonomy + "' is not known here",
           "only the default taxonomy 'sigma' is");
  rule.level = level_of(document);
  rule.status = text_of(document, "status");
  rule.description = text_of(document, "description");
  rule.author = text_of(document, "author");
  rule.date = text_of(document, "date");
  rule.modified = text_of(document, "modified");
  rule.tags = texts_of(document, "tags");
  rule.references = texts_of(document, "references");
  rule.falsepositives = texts_of(document, "falsepositives");
  rule.fields = texts_of(document, "fields");
  rule.logsource = logsource_of(document);
}

/// An id for a rule that has none: the same as long as its title, log source and detection stay.
std::string made_id(const Rule& rule, const YAML::Node& document) {
  YAML::Emitter emitted;
  emitted << document["logsource"] << document["detection"];
  return "unnamed-" + sha256_hex(rule.title + '\n' + emitted.c_str()).substr(0, 32);
}

void read_into(YamlNode document, const Placeholders& placeholders, RuleReading& out) {
  if (!document.is_map()) refuse(document, "sigma.rule.not_a_map", "a rule is a map of attributes");
  out.rule_id = text_of(document, "id");
  out.rule_title = text_of(document, "title");
  const auto skip = [&](const char* code, const char* why) {
    out.skipped = Diagnostic{code, {}, document.line(), 0, why, ""};
  };
  if (document["correlation"].is_defined())
    return skip("sigma.skipped.correlation", "not a detection rule: correlation");
  if (document["filter"].is_defined()) return skip("sigma.skipped.filter", "not a detection rule: filter");
  if (text_of(document, "status") == "unsupported")
    return skip("sigma.skipped.unsupported", "its status says that it can't be used as it is");
  Rule rule;
  rule.line = document.line();
  read_attributes(document, rule);
  const YamlNode detection = document["detection"];
  if (!detection.is_defined()) refuse(document, "sigma.rule.detection_missing", "the rule has no detection");
  if (!detection.is_map()) refuse(detection, "sigma.rule.detection_type", "detection is a map");
  if (auto read = read_detection(detection, placeholders, rule, out.warnings); !read) throw Refusal{read.error()};
  out.rule = std::move(rule);
}

/// `over` laid over `under`: maps join, all else is replaced.
YAML::Node laid_over(const YAML::Node& under, const YAML::Node& over) {
  if (!under.IsMap() || !over.IsMap()) return over;
  YAML::Node out(YAML::NodeType::Map);
  for (const auto& entry : under) {
    const YAML::Node upper = over[entry.first.Scalar()];
    out[entry.first] = upper.IsDefined() ? laid_over(entry.second, upper) : entry.second;
  }
  for (const auto& entry : over)
    if (!under[entry.first.Scalar()].IsDefined()) out[entry.first] = entry.second;
  return out;
}

/// `whole` gives the document as yaml-cpp has it, for the few that need it.
template <typename Whole>
RuleReading read(YamlNode document, const std::string& file, const Placeholders& placeholders, Whole&& whole) {
  RuleReading out;
  try {
    read_into(document, placeholders, out);
    if (out.rule && out.rule->id.empty()) out.rule_id = out.rule->id = made_id(*out.rule, whole());
  } catch (const Refusal& refusal) {
    out.rejected = refusal.diagnostic;
  } catch (const YAML::Exception& e) {
    out.rejected = Diagnostic{"sigma.rule.yaml", {}, e.mark.line + 1, e.mark.column + 1, e.msg, ""};
  }
  if (out.rejected) out.rejected->file = file;
  if (out.skipped) out.skipped->file = file;
  if (out.rule) out.rule->file = file;
  for (Diagnostic& warning : out.warnings) warning.file = file;
  return out;
}

}  // namespace

RuleReading read_rule(const YAML::Node& document, const std::string& file, const Placeholders& placeholders) {
  const YamlTree tree = YamlTree::from_yaml_cpp(document);
  return read(tree.root(), file, placeholders, [&] { return document; });
}

RuleReading read_rule(const YamlTree& tree, const std::string& file, const Placeholders& placeholders) {
  return read(tree.root(), file, placeholders, [&] { return YAML::Load(tree.source()); });
}

bool is_rule_of_its_own(const YamlTree& tree) {
  const YamlNode root = tree.root();
  for (const char* key : {"correlation", "filter", "action"})
    if (root[key].is_defined()) return false;
  return true;
}

bool is_about_rules(const YAML::Node& document) {
  return document.IsMap() && (document["correlation"].IsDefined() || document["filter"].IsDefined());
}

Diagnosed<std::vector<YAML::Node>> resolve_actions(std::vector<YAML::Node> documents, const std::string& file) {
  std::vector<YAML::Node> out;
  YAML::Node global(YAML::NodeType::Map);
  YAML::Node before(YAML::NodeType::Map);
  for (YAML::Node& document : documents) {
    const YAML::Node action = document.IsMap() ? document["action"] : YAML::Node();
    const std::string word = document.IsMap() && action.IsDefined() && action.IsScalar() ? action.Scalar() : "";
    if (word.empty() || word == "repeat") {
      const bool plain = word.empty() && global.size() == 0;
      YAML::Node made = plain ? document : laid_over(word.empty() ? global : before, document);
      if (!word.empty()) made.remove("action");
      before.reset(made);  // operator= would write through to documents that share the node
      out.push_back(made);
    } else if (word == "global") {
      global.reset(laid_over(global, document));
      global.remove("action");
    } else if (word == "reset") {
      global.reset(YAML::Node(YAML::NodeType::Map));
    } else {
      return std::unexpected(Diagnostic{"sigma.rule.action", file, action.Mark().line + 1, action.Mark().column + 1,
                                        "'" + word + "' is none of global, reset, repeat",
                                        "Sigma 2 knows no 'action'; write each rule in full"});
    }
  }
  return out;
}

}  // namespace yagura::detect
