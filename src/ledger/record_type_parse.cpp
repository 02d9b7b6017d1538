#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.hpp"
#include "base/yaml.hpp"
#include "ledger/field_parse.hpp"
#include "ledger/move_condition.hpp"
#include "ledger/record_types.hpp"
#include "ledger/yaml_reader.hpp"

namespace yagura::ledger {
namespace {

constexpr size_t states_max = 50;
constexpr size_t moves_max = 100;
constexpr size_t clocks_max = 20;

/// Remembers an id that must be unique among its kind; a Diagnostic when it is not.
bool first_time(YamlReader& reader, const YAML::Node& node, std::set<std::string>& seen, const std::string& id,
                std::string_view what) {
  if (id.empty()) return false;
  if (seen.insert(id).second) return true;
  reader.wrong(node, "given_twice", fmt::format("the {} '{}' is given twice", what, id), "rename one");
  return false;
}

void read_states(YamlReader& reader, const YAML::Node& root, RecordType& type) {
  std::set<std::string> seen;
  for (const YAML::Node& item : reader.items(root, "states", true, states_max)) {
    if (!reader.map_of(item, "a state", {"id", "title", "initial", "final", "locked"})) continue;
    State state;
    state.id = reader.name(item, "id", true);
    state.title = reader.title(item, "title", true);
    state.initial = reader.boolean(item, "initial", false);
    state.final = reader.boolean(item, "final", false);
    state.locked = reader.boolean(item, "locked", false) || state.final;
    if (first_time(reader, item, seen, state.id, "state")) type.states.push_back(std::move(state));
  }
  if (type.states.empty()) return;
  const auto initial = std::ranges::count(type.states, true, &State::initial);
  if (initial != 1)
    reader.wrong(reader.at(root, "states", false), "one_initial",
                 fmt::format("{} states are initial; exactly one must be", initial), "mark it `initial: true`");
}

void check_states_known(YamlReader& reader, const YAML::Node& map, std::string_view key, const RecordType& type,
                        const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (!type.state(name))
      reader.wrong(reader.at(map, key, false), "state_unknown", fmt::format("there is no state '{}'", name),
                   "name one of `states`");
}

void check_permissions(YamlReader& reader, const YAML::Node& map, std::string_view key,
                       const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (!name.empty() && !is_dotted_name(name))
      reader.wrong(reader.at(map, key, false), "permission_shape", fmt::format("'{}' is no permission", name),
                   "names joined by dots: incident.close");
}

void read_moves(YamlReader& reader, const YAML::Node& root, RecordType& type) {
  std::set<std::string> seen;
  for (const YAML::Node& item : reader.items(root, "moves", false, moves_max)) {
    if (!reader.map_of(item, "a move", {"id", "title", "from", "to", "permissions", "requires", "where", "approval"}))
      continue;
    Move move;
    move.id = reader.name(item, "id", true);
    move.title = reader.title(item, "title", true);
    move.from = reader.texts(item, "from", true);
    move.to = reader.name(item, "to", true);
    move.permissions = reader.texts(item, "permissions", true);
    move.requires_fields = reader.texts(item, "requires", false);
    check_states_known(reader, item, "from", type, move.from);
    if (!move.to.empty()) check_states_known(reader, item, "to", type, {move.to});
    check_permissions(reader, item, "permissions", move.permissions);
    for (const std::string& field : move.requires_fields)
      if (!type.field(field))
        reader.wrong(reader.at(item, "requires", false), "field_unknown", fmt::format("there is no field '{}'", field),
                     "name one of `fields`");
    move.where = read_move_conditions(reader, item, type);
    const std::string approval = reader.text(item, "approval", false);
    move.another_person = approval == "another_person";
    if (!approval.empty() && !move.another_person)
      reader.wrong(reader.at(item, "approval", false), "approval", fmt::format("there is no approval '{}'", approval),
                   "`another_person`, or leave the key away");
    if (first_time(reader, item, seen, move.id, "move")) type.moves.push_back(std::move(move));
  }
}

void read_clocks(YamlReader& reader, const YAML::Node& root, RecordType& type) {
  std::set<std::string> seen;
  for (const YAML::Node& item : reader.items(root, "clocks", false, clocks_max)) {
    if (!reader.map_of(item, "a clock", {"id", "title", "from", "until", "within"})) continue;
    TypeClock clock;
    clock.id = reader.name(item, "id", true);
    clock.title = reader.title(item, "title", true);
    clock.from = reader.texts(item, "from", true);
    clock.until = reader.texts(item, "until", true);
    clock.within_seconds = reader.duration(item, "within", true).value_or(0);
    check_states_known(reader, item, "from", type, clock.from);
    check_states_known(reader, item, "until", type, clock.until);
    for (const std::string& state : clock.from)
      if (std::ranges::find(clock.until, state) != clock.until.end())
        reader.wrong(item, "clock_both", fmt::format("the state '{}' starts and ends the clock", state),
                     "take it out of `from` or `until`");
    if (first_time(reader, item, seen, clock.id, "clock")) type.clocks.push_back(std::move(clock));
  }
}

/// Each state can be reached from the initial one, and each that is not final can be left again.
void check_ways(YamlReader& reader, const YAML::Node& root, const RecordType& type) {
  const YAML::Node place = reader.at(root, "states", false);
  std::set<std::string> reached;
  for (const State& state : type.states)
    if (state.initial) reached.insert(state.id);
  for (size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const Move& move : type.moves)
      if (std::ranges::any_of(move.from, [&](const std::string& from) { return reached.contains(from); }))
        reached.insert(move.to);
  }
  for (size_t i = 0; i < type.states.size(); ++i) {
    const State& state = type.states[i];
    const bool left = std::ranges::any_of(
        type.moves, [&](const Move& move) { return std::ranges::find(move.from, state.id) != move.from.end(); });
    if (!reached.contains(state.id))
      reader.wrong(place[i], "state_without_way_in", fmt::format("no move leads to the state '{}'", state.id),
                   "add a move to it or take the state away");
    if (!left && !state.final && type.states.size() > 1)
      reader.wrong(place[i], "state_without_way_out", fmt::format("no move leaves the state '{}'", state.id),
                   "mark it `final: true` or add a move from it");
  }
}

void read_permissions(YamlReader& reader, const YAML::Node& root, RecordType& type) {
  const YAML::Node map = reader.at(root, "permissions", true);
  if (!map.IsDefined() ||
      !reader.map_of(map, "permissions", {"read", "create", "update", "read_personal", "read_secret", "read_sealed"}))
    return;
  TypePermissions& p = type.permissions;
  const auto take = [&](std::string_view key, bool must) {
    std::string value = reader.text(map, key, must);
    check_permissions(reader, map, key, {value});
    return value;
  };
  p.read = take("read", true);
  p.create = take("create", true);
  p.update = take("update", true);
  p.read_personal = take("read_personal", false);
  p.read_secret = take("read_secret", false);
  p.read_sealed = take("read_sealed", false);
}

void check_readable(YamlReader& reader, const YAML::Node& place, const std::vector<Field>& fields,
                    const TypePermissions& permissions) {
  const auto place_of = [&](const std::string& name) -> YAML::Node {
    for (const YAML::Node item : place)  // NOLINT(cppcoreguidelines-slicing): an element is read as the node that it is
      if (item.IsMap() && item["name"].IsDefined() && item["name"].IsScalar() && item["name"].Scalar() == name)
        return item;
    return place;
  };
  for (const Field& field : fields) {
    const bool locked_away = (field.sensitivity == Sensitivity::secret && permissions.read_secret.empty()) ||
                             (field.sensitivity == Sensitivity::sealed && permissions.read_sealed.empty());
    if (locked_away)
      reader.wrong(place_of(field.name), "sensitive_unreadable",
                   fmt::format("nobody could read the {} field '{}'", to_text(field.sensitivity), field.name),
                   fmt::format("give `permissions` the key read_{}", to_text(field.sensitivity)));
    check_readable(reader, reader.at(place_of(field.name), "columns", false), field.columns, permissions);
  }
}

void read_heading(YamlReader& reader, const YAML::Node& root, RecordType& type) {
  type.id = reader.name(root, "id", true);
  type.prefix = reader.text(root, "prefix", true);
  const bool capitals = type.prefix.size() >= 2 && type.prefix.size() <= 6 &&
                        std::ranges::all_of(type.prefix, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!type.prefix.empty() && !capitals)
    reader.wrong(reader.at(root, "prefix", false), "prefix_shape", fmt::format("'{}' is no prefix", type.prefix),
                 "2 to 6 capital letters: INC");
  type.desk = reader.name(root, "desk", true);
  type.roles = reader.texts(root, "roles", true);
  for (const std::string& role : type.roles)
    if (role.size() < 3 || role[0] < 'A' || role[0] > 'Z' || role[1] != '-' ||
        !std::ranges::all_of(role.substr(2), [](char c) { return c >= '0' && c <= '9'; }))
      reader.wrong(reader.at(root, "roles", false), "role_shape", fmt::format("'{}' is no role id", role),
                   "a capital, a hyphen and a number: B-3");
  type.title = reader.title(root, "title", true);
  type.description = reader.title(root, "description", false);
  type.review_seconds = reader.duration(root, "review", false);
  type.retention_seconds = reader.duration(root, "retention", false);
}

}  // namespace

std::expected<RecordType, std::vector<Diagnostic>> parse_record_type(const std::string& text, const std::string& file) {
  const auto documents = parse_yaml(text, file);
  if (!documents) return std::unexpected(std::vector{documents.error()});
  YamlReader reader(file);
  if (documents->size() != 1)
    return std::unexpected(
        std::vector{Diagnostic{"record_type.one_document", file, 1, 1,
                               "a record type file holds exactly one YAML document", "one file a type"}});
  const YAML::Node& root = documents->front();
  RecordType type;
  type.file = file;
  if (reader.map_of(root, "a record type",
                    {"id", "prefix", "desk", "roles", "title", "description", "fields", "states", "moves", "clocks",
                     "review", "retention", "permissions"})) {
    read_heading(reader, root, type);
    type.fields = parse_fields(reader, root, "fields", false);
    read_states(reader, root, type);
    read_moves(reader, root, type);
    read_clocks(reader, root, type);
    if (!type.states.empty()) check_ways(reader, root, type);
    read_permissions(reader, root, type);
    check_readable(reader, reader.at(root, "fields", false), type.fields, type.permissions);
  }
  if (reader.diagnostics().empty()) return type;
  return std::unexpected(std::move(reader.diagnostics()));
}

}  // namespace yagura::ledger
