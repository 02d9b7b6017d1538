#include "desks/response/report_catalog.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>

#include "base/yaml.hpp"

namespace yagura::desks::response {
namespace {

constexpr std::array<std::string_view, 6> tables{"timeline", "tasks", "measures", "alerts", "evidence", "analysis"};

/// Thrown and caught in this file: a template is read in one sweep and stops at its first mistake.
struct Wrong {
  Diagnostic diagnostic;
};

class TemplateReader {
 public:
  TemplateReader(std::string file, const Texts& texts) : file_(std::move(file)), texts_(texts) {}

  ReportTemplate read(const YAML::Node& root) const {
    ReportTemplate out;
    only(root, {"edition", "title", "title_field", "title_plain", "banner", "sensitivity", "mask", "grain", "requires",
                "sections"});
    const std::string edition = text(root, "edition");
    out.edition = edition == "external" ? Edition::external : Edition::internal;
    if (to_text(out.edition) != edition) fail(root["edition"], "'edition' is internal or external");
    out.title = key(root, "title");
    if (root["title_field"]) out.title_field = text(root, "title_field");
    if (root["title_plain"]) out.title_plain = key(root, "title_plain");
    out.banner = key(root, "banner");
    out.sensitivity = sensitivity(root);
    out.mask = flag(root, "mask", false);
    out.grain = text(root, "grain") == "day" ? Grain::day : Grain::minute;
    out.required_fields = list(root["requires"]);
    for (const auto& item : root["sections"]) out.sections.push_back(section(item));
    if (out.sections.empty()) fail(root, "'sections' is empty");
    return out;
  }

 private:
  [[noreturn]] void fail(const YAML::Node& node, std::string what) const {
    const YAML::Mark mark = node.IsDefined() ? node.Mark() : YAML::Mark::null_mark();
    throw Wrong{
        {"report_template.file", file_, mark.line + 1, mark.column + 1, std::move(what), "see the shipped file"}};
  }

  void only(const YAML::Node& node, const std::vector<std::string_view>& keys) const {
    if (!node.IsMap()) fail(node, "this must be a map");
    for (const auto& entry : node)
      if (std::ranges::find(keys, std::string_view(entry.first.Scalar())) == keys.end())
        fail(entry.first, "'" + entry.first.Scalar() + "' is not understood here");
  }

  std::string text(const YAML::Node& node, const char* name) const {
    if (!node[name] || !node[name].IsScalar() || node[name].Scalar().empty())
      fail(node, std::string("'") + name + "' is missing");
    return node[name].Scalar();
  }

  std::string key(const YAML::Node& node, const char* name) const {
    std::string out = text(node, name);
    if (!texts_.has(Lang::ja, out) || !texts_.has(Lang::en, out))
      fail(node[name], "there is no text '" + out + "' in both languages");
    return out;
  }

  bool flag(const YAML::Node& node, const char* name, bool otherwise) const {
    if (!node[name]) return otherwise;
    if (node[name].Scalar() != "true" && node[name].Scalar() != "false")
      fail(node[name], std::string("'") + name + "' is true or false");
    return node[name].Scalar() == "true";
  }

  std::vector<std::string> list(const YAML::Node& node) const {
    std::vector<std::string> out;
    if (!node) return out;
    if (!node.IsSequence()) fail(node, "this must be a list");
    for (const auto& item : node) out.push_back(item.Scalar());
    return out;
  }

  ledger::Sensitivity sensitivity(const YAML::Node& root) const {
    for (const auto one : {ledger::Sensitivity::normal, ledger::Sensitivity::personal, ledger::Sensitivity::secret})
      if (ledger::to_text(one) == text(root, "sensitivity")) return one;
    fail(root["sensitivity"], "'sensitivity' is normal, personal or secret");
  }

  ReportSection section(const YAML::Node& node) const {
    only(node, {"heading", "facts", "text", "table", "columns", "public_only", "hide_empty", "mask"});
    ReportSection out;
    out.heading = key(node, "heading");
    out.mask = flag(node, "mask", true);
    out.public_only = flag(node, "public_only", false);
    out.hide_empty = flag(node, "hide_empty", false);
    if (node["facts"]) {
      out.kind = SectionKind::facts;
      out.fields = list(node["facts"]);
    } else if (node["text"]) {
      out.fields = {text(node, "text")};
    } else {
      out.kind = SectionKind::table;
      out.table = text(node, "table");
      out.columns = list(node["columns"]);
      if (std::ranges::find(tables, std::string_view(out.table)) == tables.end() || out.columns.empty())
        fail(node["table"], "'" + out.table + "' is no table of a report, or has no columns");
      for (const std::string& column : out.columns)
        if (const std::string name = "reports.column." + column;
            !texts_.has(Lang::ja, name) || !texts_.has(Lang::en, name))
          fail(node["columns"], "there is no text '" + name + "' in both languages");
    }
    return out;
  }

  std::string file_;
  const Texts& texts_;
};

Diagnosed<ReportTemplate> read_template(const std::filesystem::path& file, const Texts& texts) {
  auto documents = load_yaml(file);
  if (!documents) return std::unexpected(documents.error());
  try {
    return TemplateReader(file.string(), texts).read(documents->empty() ? YAML::Node() : documents->front());
  } catch (const Wrong& wrong) {
    return std::unexpected(wrong.diagnostic);
  } catch (const YAML::Exception& e) {
    return std::unexpected(Diagnostic{"report_template.file", file.string(), e.mark.line + 1, e.mark.column + 1, e.msg,
                                      "see the shipped file"});
  }
}

}  // namespace

std::string_view to_text(Edition edition) {
  return edition == Edition::internal ? "internal" : "external";
}

Diagnosed<ReportCatalog> ReportCatalog::load(const std::filesystem::path& folder, std::shared_ptr<const Texts> texts) {
  ReportCatalog out;
  out.texts_ = std::move(texts);
  auto internal = read_template(folder / "internal.yaml", *out.texts_);
  if (!internal) return std::unexpected(internal.error());
  auto external = read_template(folder / "external.yaml", *out.texts_);
  if (!external) return std::unexpected(external.error());
  out.internal_ = std::move(*internal);
  out.external_ = std::move(*external);
  std::ifstream style(folder / "report.css", std::ios::binary);
  std::ostringstream css;
  css << style.rdbuf();
  if (!style)
    return std::unexpected(Diagnostic{"report_template.style", (folder / "report.css").string(), 0, 0,
                                      "the file can't be read", "point --catalog at the project's catalog folder"});
  out.css_ = css.str();
  if (out.css_.find("</") != std::string::npos || out.css_.find("url(") != std::string::npos)
    return std::unexpected(Diagnostic{"report_template.style", (folder / "report.css").string(), 0, 0,
                                      "the style holds a tag or loads something", "a report is one file"});
  return out;
}

}  // namespace yagura::desks::response
