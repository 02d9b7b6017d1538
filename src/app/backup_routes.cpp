#include "app/backup_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <mutex>

#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "app/backup.hpp"
#include "app/house.hpp"
#include "base/text.hpp"
#include "ledger/files.hpp"

namespace yagura::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
namespace schema = api::schema;

constexpr std::string_view note_name = "backup.json";
constexpr size_t note_bytes_max = 64 * 1024;

struct Backups {
  House& house;
  fs::path folder;
  std::mutex making;  // one at a time
};

uintmax_t bytes_in(const fs::path& folder) {
  uintmax_t sum = 0;
  std::error_code error;
  for (auto each = fs::recursive_directory_iterator(folder, error);
       !error && each != fs::recursive_directory_iterator(); each.increment(error)) {
    std::error_code gone;
    const uintmax_t size = each->is_regular_file(gone) ? each->file_size(gone) : 0;
    if (!gone) sum += size;
  }
  return sum;
}

/// What was noted when it was made; nothing for a folder without a note: it was not finished, or is no backup.
std::optional<json::object> note_of(const fs::path& backup) {
  const auto text = ledger::read_file(backup / note_name, note_bytes_max);
  if (!text) return std::nullopt;
  boost::system::error_code error;
  json::value note = json::parse(*text, error);
  if (error || !note.is_object() || !note.get_object().contains("made_at")) return std::nullopt;
  return std::move(note.get_object());
}

std::vector<json::object> notes_in(const fs::path& folder) {
  std::vector<json::object> out;
  std::error_code error;
  for (auto each = fs::directory_iterator(folder, error); !error && each != fs::directory_iterator();
       each.increment(error)) {
    auto note = note_of(each->path());
    if (!note) continue;
    (*note)["name"] = to_valid_utf8(each->path().filename().string());
    out.push_back(std::move(*note));
  }
  std::ranges::sort(out, std::greater(),
                    [](const json::object& note) { return std::string(note.at("name").as_string()); });
  return out;
}

api::Response list(const Backups& backups) {
  json::array out;
  for (json::object& note : notes_in(backups.folder)) out.push_back(std::move(note));
  return api::json_response(
      200, json::object{{"folder", to_valid_utf8(backups.folder.string())}, {"backups", std::move(out)}});
}

/// "20261123T120000Z"
std::string name_of(Timestamp at) {
  std::string name = format_time(at, 0);
  std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
  return name;
}

Result<json::object> make(Backups& backups, const api::Principal& who, bool events) {
  House& house = backups.house;
  if (notes_in(backups.folder).size() >= backups_max)
    return failure(ErrorKind::limit,
                   fmt::format("{} holds as many backups as it may; move old ones away", backups.folder.string()));
  const Timestamp now = system_now();
  const std::string name = name_of(now);
  const fs::path to = backups.folder / name;
  if (auto copied = back_up(house.ledger(), events ? &house.store() : nullptr, house.data(), to); !copied)
    return std::unexpected(copied.error());
  auto report = ledger::verify(backed_up_ledger(to));
  if (!report) return std::unexpected(report.error());
  json::object note{{"made_at", format_time(now, 0)},
                    {"by", who.id},
                    {"events", events},
                    {"bytes", bytes_in(to)},
                    {"facts", report->facts},
                    {"records", report->records},
                    {"head_hash", report->head_hash},
                    {"sound", report->sound()}};
  if (auto written = ledger::write_file(to / note_name, json::serialize(note), 0600); !written)
    return std::unexpected(written.error());
  json::object told = note;
  told["folder"] = to_valid_utf8(to.string());
  auto fact = house.ledger().append_fact(api::actor_of(who), "tooling", "system.backed_up", "backup:" + name, told);
  if (!fact) return std::unexpected(fact.error().error());
  note["name"] = name;
  return note;
}

api::Response make_one(Backups& backups, const api::Request& request) {
  const std::unique_lock lock(backups.making, std::try_to_lock);
  if (!lock.owns_lock()) return api::problem(409, "backup.running", "a backup is being made; wait for it");
  const bool events = request.json.is_object() && api::flag_in(request.json.get_object(), "events");
  auto made = make(backups, request.principal, events);
  return made ? api::json_response(201, *made) : api::problem(made.error());
}

}  // namespace

api::RouteSet backup_routes(House& house, fs::path folder) {
  auto backups = std::make_shared<Backups>(house, std::move(folder));
  api::RouteSet out;
  out.components["Backup"] = schema::object({{"name", schema::text(1)},
                                             {"made_at", schema::time()},
                                             {"by", schema::text()},
                                             {"events", schema::described(schema::boolean(), "The lake's too")},
                                             {"bytes", schema::integer(0)},
                                             {"facts", schema::integer(0)},
                                             {"records", schema::integer(0)},
                                             {"head_hash", schema::text()},
                                             {"sound", schema::described(schema::boolean(), "Verified when made")}});
  out.routes = {
      {.method = api::Method::get,
       .pattern = "/api/v1/backups",
       .operation = "listBackups",
       .tag = "system",
       .summary = "Backups in the server's folder for them, the latest first",
       .permission = "system.manage",
       .answers = {{.schema =
                        schema::object({{"folder", schema::text()}, {"backups", schema::list(schema::ref("Backup"))}}),
                    .summary = "Backups"}},
       .handler = [backups](const api::Request&) { return list(*backups); }},
      {.method = api::Method::post,
       .pattern = "/api/v1/backups",
       .operation = "createBackup",
       .tag = "system",
       .summary = "Copy ledger, blobs, accounts and indicators, and on demand the events, into the server's folder for "
                  "backups, and "
                  "verify the copy",
       .permission = "system.manage",
       .body =
           api::BodySpec{.schema = schema::object({schema::optional("events", schema::boolean())}), .required = false},
       .answers = {{.status = 201, .schema = schema::ref("Backup"), .summary = "Made"}},
       .handler = [backups](const api::Request& request) { return make_one(*backups, request); }},
  };
  return out;
}

}  // namespace yagura::app
