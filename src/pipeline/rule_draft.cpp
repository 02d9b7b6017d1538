#include "pipeline/rule_draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "detect/rule_set.hpp"
#include "pipeline/rule_draft_fields.hpp"

namespace yagura::pipeline {
namespace {

using lake::Node;
using Piece = lake::Pattern::Piece;

/// A text as a YAML scalar in quotes.
std::string yaml_text(const std::string& text) {
  const bool odd = std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (odd) return boost::json::serialize(boost::json::string(text));
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + '\'';
}

/// Literal text of a Sigma string: `\` means itself but before what it would escape.
std::string sigma_text(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '*';
    if (c == '*' || c == '?' || (c == '\\' && (next == '*' || next == '?' || next == '\\'))) out += '\\';
    out += c;
  }
  return out;
}

std::string shown(const lake::Pattern& pattern) {
  std::string out;
  for (const auto& part : pattern.parts)
    out += part.piece == Piece::text ? part.text : part.piece == Piece::any_run ? "*" : "?";
  return out;
}

std::string shown(const lake::FieldRef& field) {
  return field.columns.empty() ? field.source_field : field.columns.front();
}

/// The part of the query as people know it.
std::string shown(const Node& node) {
  switch (node.kind) {
    case Node::Kind::text:
      return shown(node.pattern);
    case Node::Kind::matches:
      return shown(node.field) + ":" + shown(node.pattern);
    case Node::Kind::exists:
      return shown(node.field) + ":*";
    case Node::Kind::network:
      return shown(node.field) + ":" + node.network;
    case Node::Kind::compare: {
      constexpr const char* signs[] = {"<", "<=", ">", ">="};
      return shown(node.field) + ":" + signs[static_cast<size_t>(node.comparison)] +
             (node.time ? format_time(*node.time) : fmt::format("{}", node.number));
    }
    default:
      return "(...)";
  }
}

/// "key: values" of a selection.
struct Item {
  std::string key;
  std::vector<std::string> values;  // YAML scalars
};

/// Alternatives of items.
using Selection = std::vector<std::vector<Item>>;

struct Refusal {
  Diagnostic diagnostic;
};

[[noreturn]] void refuse(const Node& node, std::string code, const std::string& why, std::string hint = "") {
  throw Refusal{{std::move(code), {}, 0, 0, "'" + shown(node) + "' can't be said in a rule: " + why, std::move(hint)}};
}

class Drafting {
 public:
  explicit Drafting(std::map<std::string, std::vector<DraftField>> fields) : fields_(std::move(fields)) {}

  std::string condition(const Node& node, bool negated = false, bool inside = false) {
    switch (node.kind) {
      case Node::Kind::nothing:
        throw Refusal{{"rule.draft.empty",
                       {},
                       0,
                       0,
                       "the query asks for nothing in particular",
                       "say first what the rule shall find"}};
      case Node::Kind::negation: {
        const Node& child = node.children.front();
        const bool group = child.kind == Node::Kind::all || child.kind == Node::Kind::any;
        const std::string inner = condition(child, !negated);
        return "not " + (group && inner.contains(' ') ? '(' + inner + ')' : inner);
      }
      case Node::Kind::all:
      case Node::Kind::any:
        return joined(node, negated, inside);
      default:
        return named(leaf(node), negated);
    }
  }

  std::vector<std::pair<std::string, Selection>> selections;
  std::set<std::string> notes;

 private:
  static bool is_leaf(const Node& node) {
    return node.kind != Node::Kind::all && node.kind != Node::Kind::any && node.kind != Node::Kind::negation &&
           node.kind != Node::Kind::nothing;
  }

  /// What of the children fits into one selection goes there; the rest follows.
  std::string joined(const Node& node, bool negated, bool inside) {
    const bool all = node.kind == Node::Kind::all;
    std::vector<std::string> parts;
    Selection together;
    std::vector<Selection> alone;
    for (const Node& child : node.children) {
      if (!is_leaf(child)) continue;
      Selection one = leaf(child);
      if (!merge(together, one, all)) alone.push_back(std::move(one));
    }
    if (!together.empty()) parts.push_back(named(std::move(together), negated));
    for (Selection& one : alone) parts.push_back(named(std::move(one), negated));
    for (const Node& child : node.children)
      if (!is_leaf(child)) parts.push_back(condition(child, negated, true));
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : all ? " and " : " or ") + part;
    return inside && parts.size() > 1 ? '(' + out + ')' : out;
  }

  static bool merge(Selection& into, const Selection& one, bool all) {
    if (into.empty()) {
      into = one;
      return true;
    }
    if (one.size() != 1 || one.front().size() != 1 || into.size() != 1) return false;
    const Item& item = one.front().front();
    std::vector<Item>& items = into.front();
    const bool keyword = item.key.empty() || items.front().key.empty();
    if (all) {
      if (keyword || std::ranges::any_of(items, [&](const Item& has) { return has.key == item.key; })) return false;
      items.push_back(item);
      return true;
    }
    if (items.size() != 1 || items.front().key != item.key) return false;
    items.front().values.insert(items.front().values.end(), item.values.begin(), item.values.end());
    return true;
  }

  std::string named(Selection selection, bool negated) {
    const std::string stem = negated ? "filter" : "selection";
    size_t number = 1;
    for (const auto& [name, other] : selections)
      if (name == stem || name.starts_with(stem + "_")) ++number;
    std::string name = number == 1 ? stem : fmt::format("{}_{}", stem, number);
    selections.emplace_back(name, std::move(selection));
    return name;
  }

  Selection leaf(const Node& node) {
    if (node.kind == Node::Kind::text) {
      notes.insert("free text: a rule tells full and half width and kana apart, a search does not");
      return {{{"", {pattern_item("", node.pattern).values.front()}}}};
    }
    if (node.kind == Node::Kind::compare && node.time)
      refuse(node, "rule.draft.time", "a rule has no period", "run it over the past with from and until");
    std::vector<DraftField> names;
    if (node.field.columns.empty()) names.push_back({node.field.source_field, FieldForm::plain});
    for (const std::string& column : node.field.columns)
      if (const auto found = fields_.find(column); found != fields_.end())
        names.insert(names.end(), found->second.begin(), found->second.end());
    if (names.empty())
      refuse(node, "rule.draft.field", "events of this log source have no field for " + shown(node.field),
             "name the source's own field, or choose another log source");
    Selection out;
    for (const DraftField& name : names)
      for (Item& item : items_for(node, name)) {
        const auto same = [&](const std::vector<Item>& other) {
          return other.front().key == item.key && other.front().values == item.values;
        };
        if (std::ranges::none_of(out, same)) out.push_back({std::move(item)});
      }
    return out;
  }

  /// Alternatives for one field.
  std::vector<Item> items_for(const Node& node, const DraftField& field) {
    switch (node.kind) {
      case Node::Kind::exists:
        return {{field.name + "|exists", {"true"}}};
      case Node::Kind::network:
        return {{field.name + "|cidr", {yaml_text(node.network)}}};
      case Node::Kind::compare: {
        constexpr const char* modifiers[] = {"lt", "lte", "gt", "gte"};
        return {{field.name + "|" + modifiers[static_cast<size_t>(node.comparison)], {fmt::format("{}", node.number)}}};
      }
      default:
        break;
    }
    lake::Pattern pattern = node.pattern;
    if (field.form == FieldForm::plain) return {pattern_item(field.name, pattern)};
    if (field.form == FieldForm::hash) {
      notes.insert(field.name + ": the rule looks for the digest among all of the event's");
      pattern.parts.insert(pattern.parts.begin(), {Piece::any_run, {}});
      pattern.parts.push_back({Piece::any_run, {}});
      return {pattern_item(field.name, pattern)};
    }
    lake::Pattern behind = pattern;
    if (behind.parts.empty() || behind.parts.front().piece != Piece::any_run) {
      behind.parts.insert(behind.parts.begin(), {{Piece::any_run, {}}, {Piece::text, "\\"}});
      if (behind.parts.size() > 2 && behind.parts[2].piece == Piece::text) {
        behind.parts[1].text += behind.parts[2].text;
        behind.parts.erase(behind.parts.begin() + 2);
      }
      return {pattern_item(field.name, behind), pattern_item(field.name, pattern)};
    }
    return {pattern_item(field.name, pattern)};
  }

  /// A pattern with the modifier that says it best.
  static Item pattern_item(const std::string& field, const lake::Pattern& pattern) {
    std::vector<lake::Pattern::Part> parts;
    for (const auto& part : pattern.parts)
      if (parts.empty() || part.piece != Piece::any_run || parts.back().piece != Piece::any_run) parts.push_back(part);
    const auto is = [&](size_t i, Piece piece) { return parts[i].piece == piece; };
    const auto text = [&](size_t i) { return std::vector{yaml_text(sigma_text(parts[i].text))}; };
    if (parts.size() == 3 && is(0, Piece::any_run) && is(1, Piece::text) && is(2, Piece::any_run))
      return field.empty() ? Item{"", text(1)} : Item{field + "|contains", text(1)};
    if (parts.size() == 2 && is(0, Piece::any_run) && is(1, Piece::text) && !field.empty())
      return {field + "|endswith", text(1)};
    if (parts.size() == 2 && is(0, Piece::text) && is(1, Piece::any_run) && !field.empty())
      return {field + "|startswith", text(0)};
    std::string whole;
    for (const auto& part : parts)
      whole += part.piece == Piece::text ? sigma_text(part.text) : part.piece == Piece::any_run ? "*" : "?";
    const bool number = !whole.empty() && whole.size() < 10 &&
                        whole.find_first_not_of("0123456789") == std::string::npos && whole.front() != '0';
    return {field, {number && !field.empty() ? whole : yaml_text(whole)}};
  }

  std::map<std::string, std::vector<DraftField>> fields_;
};

void write_values(std::string& out, const std::vector<std::string>& values, const std::string& indent) {
  if (values.size() == 1) {
    out += " " + values.front() + "\n";
    return;
  }
  out += "\n";
  for (const std::string& value : values) out += indent + "- " + value + "\n";
}

void write_selection(std::string& out, const std::string& name, const Selection& selection) {
  out += "  " + name + ":\n";
  if (selection.size() == 1 && selection.front().front().key.empty()) {
    for (const std::string& value : selection.front().front().values) out += "    - " + value + "\n";
    return;
  }
  for (const std::vector<Item>& items : selection)
    for (size_t i = 0; i < items.size(); ++i) {
      out += selection.size() == 1 ? "    " : i == 0 ? "    - " : "      ";
      out += items[i].key + ":";
      write_values(out, items[i].values, selection.size() == 1 ? "      " : "        ");
    }
}

std::string written(const DraftRequest& request, const Drafting& drafting, const std::string& condition) {
  std::string out = "title: " + yaml_text(request.title) + "\nid: " + request.id + "\nstatus: experimental\n";
  out += "description: " + yaml_text("Drafted from the search: " + request.query_text) + "\n";
  out += "date: " + format_time(request.now).substr(0, 10) + "\nlogsource:\n";
  for (const auto& [key, value] :
       {std::pair("product", request.logsource.product), std::pair("category", request.logsource.category),
        std::pair("service", request.logsource.service)})
    if (!value.empty()) out += std::string("  ") + key + ": " + yaml_text(value) + "\n";
  out += "detection:\n";
  for (const auto& [name, selection] : drafting.selections) write_selection(out, name, selection);
  out += "  condition: " + condition + "\nlevel: " + std::string(to_text(request.level)) + "\n";
  return out;
}

}  // namespace

Diagnosed<RuleDrafter> RuleDrafter::load(const std::filesystem::path& mappings,
                                         std::shared_ptr<const detect::Taxonomy> taxonomy) {
  RuleDrafter out;
  out.taxonomy_ = std::move(taxonomy);
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator it(mappings, error), end; !error && it != end; it.increment(error))
    if (it->path().extension() == ".yaml") files.push_back(it->path());
  std::ranges::sort(files);
  for (const auto& file : files) {
    auto rules = event::read_mapping(file.string());
    if (!rules) return std::unexpected(rules.error());
    std::ranges::move(*rules, std::back_inserter(out.mappings_));
  }
  return out;
}

Diagnosed<RuleDraft> RuleDrafter::draft(const DraftRequest& request) const {
  if (request.logsource == detect::LogSource{})
    return std::unexpected(Diagnostic{
        "rule.draft.logsource", {}, 0, 0, "a rule is of a log source", "name its product, category or service"});
  Drafting drafting(draft_fields(taxonomy_->routes(request.logsource).routes, mappings_));
  RuleDraft out;
  try {
    const std::string condition = drafting.condition(request.query.root);
    out.yaml = written(request, drafting, condition);
  } catch (const Refusal& refusal) {
    return std::unexpected(refusal.diagnostic);
  }
  const detect::LoadReport report = detect::RuleSet::load_text(out.yaml, "draft", *taxonomy_);
  for (const detect::Rejection& one : report.rejected)
    return std::unexpected(Diagnostic{one.code, {}, 0, 0, one.reason, one.hint});
  out.notes.assign(drafting.notes.begin(), drafting.notes.end());
  for (const detect::Rejection& one : report.warnings) out.notes.push_back(one.reason);
  return out;
}

}  // namespace yagura::pipeline
