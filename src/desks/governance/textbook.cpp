#include "desks/governance/textbook.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "desks/governance/catalogue_reader.hpp"

namespace yagura::desks::governance {
namespace {

Role read_role(const CatalogueReader& in, const YAML::Node& node) {
  const YAML::Node area = in.child(node, "area");
  Role role{.id = in.text(node, "id"),
            .title_ja = in.text(node, "title_ja"),
            .title_en = in.text(node, "title_en"),
            .function = in.text(node, "function"),
            .area = in.text(area, "chosen"),
            .area_table2 = in.text(area, "table2"),
            .area_figure7 = {},
            .area_reason_ja = {},
            .area_reason_en = {},
            .aliases_ja = in.texts(node, "aliases_ja"),
            .phases = in.texts(node, "phases"),
            .phases_explicit = in.text(node, "phases_basis") == "explicit",
            .teams = {},
            .links = {}};
  if (const YAML::Node figure = in.child(area, "figure7"); !figure.IsNull())
    role.area_figure7 = in.text(area, "figure7");
  if (role.area_table2 != role.area_figure7) {
    role.area_reason_ja = in.text(node, "area_reason_ja");
    role.area_reason_en = in.text(node, "area_reason_en");
  }
  for (const YAML::Node& team : in.child(node, "teams"))
    role.teams.push_back({in.text(team, "title_ja"), in.text(team, "title_en"), in.text(team, "area")});
  for (const YAML::Node& link : in.child(node, "links"))
    role.links.push_back({in.text(link, "to"), in.text(link, "kind"), in.text(link, "basis") == "explicit"});
  return role;
}

std::vector<TextbookFunction> read_functions(const CatalogueReader& in, const YAML::Node& root) {
  std::vector<TextbookFunction> out;
  for (const YAML::Node& node : in.child(root, "functions"))
    out.push_back({in.text(node, "id"), in.text(node, "title_ja"), in.text(node, "title_en"),
                   in.texts(node, "aliases_ja"), in.texts(node, "phases")});
  return out;
}

void read_sourcing(const CatalogueReader& in, const YAML::Node& root, Textbook& book) {
  for (const YAML::Node& node : in.child(root, "indicators"))
    book.indicators.push_back({in.text(node, "id"), in.text(node, "title_ja"), in.text(node, "title_en"),
                               in.text(node, "low"), in.text(node, "high")});
  for (const YAML::Node& node : in.child(root, "areas"))
    book.areas.push_back({in.text(node, "id"), in.text(node, "title_ja"), in.text(node, "title_en"),
                          in.text(node, "information"), in.text(node, "specialist_skill"),
                          in.number(node, "dependence")});
  for (const YAML::Node& node : in.child(root, "patterns")) {
    book.patterns.push_back(
        {in.number(node, "id"), in.text(node, "title_ja"), in.text(node, "title_en"), in.texts(node, "own")});
    for (const std::string& area : book.patterns.back().own)
      if (std::ranges::find(book.areas, area, &Area::id) == book.areas.end())
        in.wrong(node, "textbook.area", "no area " + area);
  }
}

void read_path(const CatalogueReader& in, const YAML::Node& root, Textbook& book) {
  for (const YAML::Node& node : in.child(root, "path"))
    book.path.push_back(
        {in.text(node, "id"), in.text(node, "title_ja"), in.text(node, "title_en"), in.texts(node, "roles")});
  for (const YAML::Node& node : in.child(root, "first_roles")) {
    book.first_roles.push_back(
        {in.text(node, "background"), in.text(node, "title_ja"), in.text(node, "title_en"), in.text(node, "role")});
    if (!book.find(book.first_roles.back().role))
      in.wrong(node, "textbook.role", "no role " + book.first_roles.back().role);
  }
}

/// For comparison: folded, without blanks.
std::string plain(std::string_view text) {
  std::string out = fold_for_search(text);
  std::erase(out, ' ');
  return out;
}

}  // namespace

const Role* Textbook::find(std::string_view id) const {
  const auto found = std::ranges::find(roles, id, &Role::id);
  return found == roles.end() ? nullptr : &*found;
}

std::vector<const Role*> Textbook::named(std::string_view text) const {
  const std::string wanted = plain(text);
  std::vector<const Role*> out;
  for (const Role& role : roles) {
    std::vector<std::string> names{role.id, role.title_ja, role.title_en};
    names.insert(names.end(), role.aliases_ja.begin(), role.aliases_ja.end());
    if (std::ranges::any_of(names, [&](const std::string& name) { return plain(name) == wanted; }))
      out.push_back(&role);
  }
  return out;
}

Diagnosed<Textbook> Textbook::load(const std::filesystem::path& file) {
  const CatalogueReader in(file);
  try {
    const YAML::Node root = in.open();
    Textbook book;
    book.edition = in.text(root, "edition");
    book.source = in.text(root, "source");
    book.functions = read_functions(in, root);
    for (const YAML::Node& node : in.child(root, "phases"))
      book.phases.push_back({in.text(node, "id"), in.text(node, "title_ja"), in.text(node, "title_en")});
    read_sourcing(in, root, book);
    for (const YAML::Node& node : in.child(root, "cycles"))
      book.cycles.push_back({in.text(node, "id"), in.text(node, "title_ja"), in.text(node, "title_en"),
                             in.text(node, "needs") == "new_resources", in.text(node, "decided_in"),
                             in.text(node, "built_in")});
    for (const YAML::Node& node : in.child(root, "teams"))
      book.teams.push_back({in.text(node, "title_ja"), in.text(node, "title_en")});
    for (const YAML::Node& node : in.child(root, "roles")) {
      Role role = read_role(in, node);
      if (std::ranges::find(book.functions, role.function, &TextbookFunction::id) == book.functions.end())
        in.wrong(node, "textbook.function", "no function " + role.function);
      if (book.find(role.id)) in.wrong(node, "textbook.twice", "the role " + role.id + " is given twice");
      book.roles.push_back(std::move(role));
    }
    read_path(in, root, book);
    return book;
  } catch (const CatalogueFault& fault) {
    return std::unexpected(fault.diagnostic);
  }
}

}  // namespace yagura::desks::governance
