#include "desks/governance/textbook.hpp"

#include <set>

#include "base/yaml.hpp"

namespace yagura::desks::governance {
namespace {

/// Thrown inside this file only: reading stops at the first fault.
struct Fault {
  Diagnostic diagnostic;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file.string()) {}

  YAML::Node open() const {
    auto documents = load_yaml(file_);
    if (!documents) throw Fault{documents.error()};
    if (documents->size() != 1 || !documents->front().IsMap())
      throw Fault{{"textbook.file", file_, 1, 1, "the file must be one map", "compare with the shipped edition"}};
    return documents->front();
  }

  [[noreturn]] void wrong(const YAML::Node& at, std::string code, std::string what) const {
    throw Fault{{std::move(code), file_, at.Mark().line + 1, at.Mark().column + 1, std::move(what),
                 "compare with the shipped edition"}};
  }

  YAML::Node child(const YAML::Node& map, const char* key) const {
    if (!map.IsMap() || !map[key]) wrong(map, "textbook.missing", std::string("the key '") + key + "' is missing");
    return map[key];
  }

  std::string text(const YAML::Node& map, const char* key) const {
    const YAML::Node value = child(map, key);
    if (!value.IsScalar()) wrong(value, "textbook.type", std::string("'") + key + "' must be a text");
    return value.Scalar();
  }

  int number(const YAML::Node& map, const char* key) const {
    const YAML::Node value = child(map, key);
    int out = 0;
    if (!YAML::convert<int>::decode(value, out) || out < 0)
      wrong(value, "textbook.type", std::string("'") + key + "' must be a number of at least 0");
    return out;
  }

 private:
  std::string file_;
};

Role read_role(const Reader& in, const YAML::Node& node) {
  const YAML::Node area = in.child(node, "area");
  Role role{.id = in.text(node, "id"),
            .title_ja = in.text(node, "title_ja"),
            .title_en = in.text(node, "title_en"),
            .function = in.text(node, "function"),
            .area = in.text(area, "chosen"),
            .area_table2 = in.text(area, "table2"),
            .area_figure7 = {},
            .teams = {},
            .links = {}};
  if (const YAML::Node figure = in.child(area, "figure7"); !figure.IsNull())
    role.area_figure7 = in.text(area, "figure7");
  for (const YAML::Node& team : in.child(node, "teams"))
    role.teams.push_back({in.text(team, "title_ja"), in.text(team, "title_en"), in.text(team, "area")});
  for (const YAML::Node& link : in.child(node, "links"))
    role.links.push_back({in.text(link, "to"), in.text(link, "kind"), in.text(link, "basis") == "explicit"});
  return role;
}

}  // namespace

Diagnosed<Textbook> Textbook::load(const std::filesystem::path& file) {
  const Reader in(file);
  try {
    const YAML::Node root = in.open();
    Textbook book{in.text(root, "edition"), in.text(root, "source"), {}};
    std::set<std::string> functions;
    for (const YAML::Node& function : in.child(root, "functions")) functions.insert(in.text(function, "id"));
    std::set<std::string> seen;
    for (const YAML::Node& node : in.child(root, "roles")) {
      Role role = read_role(in, node);
      if (!functions.contains(role.function)) in.wrong(node, "textbook.function", "no function " + role.function);
      if (!seen.insert(role.id).second) in.wrong(node, "textbook.twice", "the role " + role.id + " is given twice");
      book.roles.push_back(std::move(role));
    }
    return book;
  } catch (const Fault& fault) {
    return std::unexpected(fault.diagnostic);
  }
}

Diagnosed<std::map<int, StaffingLevel>> load_staffing(const std::filesystem::path& file) {
  const Reader in(file);
  try {
    std::map<int, StaffingLevel> levels;
    const YAML::Node root = in.open();
    for (const auto& entry : in.child(root, "levels")) {
      StaffingLevel level;
      level.total = in.number(entry.second, "total");
      int sum = 0;
      for (const YAML::Node& node : in.child(entry.second, "teams")) {
        StaffedTeam team{in.text(node, "title_ja"),   in.text(node, "title_en"), in.text(node, "mode"), 0, {},
                         in.number(node, "headcount")};
        if (node["seats"]) team.seats = in.number(node, "seats");
        if (node["by"]) team.by = in.text(node, "by");
        sum += team.headcount;
        level.teams.push_back(std::move(team));
      }
      if (sum != level.total) in.wrong(entry.first, "textbook.total", "the total is not the sum of its teams");
      int key = 0;
      if (!YAML::convert<int>::decode(entry.first, key)) in.wrong(entry.first, "textbook.type", "a level is a number");
      levels.emplace(key, std::move(level));
    }
    return levels;
  } catch (const Fault& fault) {
    return std::unexpected(fault.diagnostic);
  }
}

}  // namespace yagura::desks::governance
