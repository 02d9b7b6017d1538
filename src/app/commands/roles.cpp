#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>

#include "api/role_json.hpp"
#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/house.hpp"
#include "app/say.hpp"
#include "desks/governance/cadence.hpp"
#include "ledger/record_types.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

/// Without data every role is there, nobody's, and none was performed.
Result<json::object> roles_without_data(const std::filesystem::path& catalog) {
  const auto wrong = [](const Diagnostic& diagnostic) { return failure(ErrorKind::invalid, to_text(diagnostic)); };
  const auto book = desks::governance::Textbook::load(catalog / "textbook/isog-j-1.0.yaml");
  if (!book) return wrong(book.error());
  const auto types = ledger::RecordTypes::load(catalog / "records");
  if (!types) return wrong(types.error().front());
  const auto cadences = desks::governance::Cadences::load(catalog / "roles/cadence.yaml", *book, *types);
  if (!cadences) return wrong(cadences.error());
  json::array roles;
  for (const desks::governance::RoleCadence& cadence : cadences->roles) {
    json::object role = api::role_head_json(*book->find(cadence.role), cadence.home);
    role["hidden"] = false;
    role["pulse"] =
        json::object{{"score", 0},         {"standing", "missing"},     {"cadence_days", cadence.every_days},
                     {"facts", 0},         {"last_performed", nullptr}, {"duties_open", 0},
                     {"duties_overdue", 0}};
    roles.push_back(std::move(role));
  }
  return json::object{{"roles", std::move(roles)}, {"unknown_roles", json::array()}};
}

std::string joined(const json::array& texts, std::string_view key = {}) {
  std::string out;
  for (const json::value& one : texts)
    out += (out.empty() ? "" : ", ") + std::string((key.empty() ? one : one.at(key)).as_string());
  return out;
}

std::vector<std::string> row_of(const Words& words, const json::object& role) {
  const std::string lang(to_text(words.lang));
  const json::value& owner = role.at("owner");
  std::vector<std::string> row{std::string(role.at("id").as_string()),
                               std::string(role.at("title_" + lang).as_string()),
                               std::string(role.at("area").as_string()),
                               owner.is_null() ? words("cli.roles.nobody") : std::string(owner.as_string())};
  const json::object* pulse = role.at("pulse").if_object();
  if (!pulse) {
    row.push_back(words("cli.roles.hidden"));
    row.resize(row.size() + 3);
  } else {
    const json::value& last = pulse->at("last_performed");
    row.push_back(words("cli.roles.standing." + std::string(pulse->at("standing").as_string())));
    row.push_back(std::to_string(pulse->at("score").to_number<int64_t>()));
    row.push_back(last.is_null() ? words("cli.roles.never") : std::string(last.as_string()));
    row.push_back(fmt::format("{} / {}", pulse->at("duties_overdue").to_number<int64_t>(),
                              pulse->at("duties_open").to_number<int64_t>()));
  }
  row.push_back(joined(role.at("home").as_array()));
  row.push_back(joined(role.at("teams").as_array(), lang));
  return row;
}

void print_roles(const Words& words, const json::object& board) {
  std::vector<std::vector<std::string>> rows;
  for (const json::value& role : board.at("roles").as_array()) rows.push_back(row_of(words, role.as_object()));
  print_table({words("cli.roles.role"), words("cli.roles.title"), words("cli.roles.area"), words("cli.roles.owner"),
               words("cli.roles.standing"), words("cli.roles.score"), words("cli.roles.last"), words("cli.roles.due"),
               words("cli.roles.home"), words("cli.roles.teams")},
              rows);
  for (const json::value& one : board.at("unknown_roles").as_array())
    fmt::print("{}\n", words("cli.roles.unknown", {{"record", std::string(one.at("record").as_string())},
                                                   {"role", printable(one.at("role").as_string())}}));
}

}  // namespace

Exit run_roles(const CommonOptions& common, const DataOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  json::object board;
  std::error_code error;
  if (!options.url.empty() || std::filesystem::exists(DataLayout{options.data}.ledger_file(), error)) {
    auto door = open_door(common, options);
    if (!door) return say(door.error());
    const auto answer = (*door)->call("GET", "/api/v1/roles");
    if (!answer) return say(answer.error());
    if (answer->status >= 400) return say_problem(*answer);
    boost::system::error_code broken;
    json::value parsed = json::parse(answer->body, broken);
    if (broken || !parsed.is_object()) return say(fault(ErrorKind::network, "answer_unreadable", {{"what", "roles"}}));
    board = std::move(parsed.get_object());
  } else {
    auto without = roles_without_data(*catalog);
    if (!without) return say(without.error());
    board = std::move(*without);
  }
  if (common.json)
    fmt::print("{}\n", json::serialize(board.at("roles")));
  else
    print_roles(*words, board);
  return Exit::done;
}

}  // namespace yagura::app
