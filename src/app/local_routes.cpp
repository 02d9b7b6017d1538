#include "app/local_routes.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "app/backup.hpp"
#include "app/house.hpp"
#include "app/input.hpp"
#include "pipeline/ingest_files.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;
namespace schema = api::schema;

constexpr size_t paths_max = 10'000;

api::Response ingest_paths(House& house, const api::Request& request) {
  const json::object& body = request.json.get_object();
  const auto choice = choose_input(api::text_in(body, "format"), api::text_in(body, "encoding"));
  if (!choice) return api::problem(choice.error());
  std::vector<std::filesystem::path> paths;
  for (const json::value& path : body.at("paths").get_array()) paths.push_back(path_of_text(path.get_string()));
  pipeline::IngestFilesOptions options;
  options.format = choice->format;
  options.input.encoding = choice->encoding;
  const auto summary = pipeline::ingest_files(paths, house.ingest(), house.checkpoints(), house.counters(), options);
  if (!summary) return api::problem(summary.error());
  return api::json_response(200, to_json(*summary));
}

}  // namespace

api::RouteSet local_routes(House& house) {
  const auto count = schema::integer(0);
  api::Route files;
  files.method = api::Method::post;
  files.pattern = "/api/v1/ingest/files";
  files.operation = "ingestFiles";
  files.tag = "ingest";
  files.summary = "Store files of the server's machine, with detection (only for the owner of the data folder)";
  files.permission = ingest_files_permission;
  files.body = api::BodySpec{.schema = schema::object({{"paths", schema::list(schema::text(1, 4096), paths_max)},
                                                       schema::optional("format", schema::text(0, 64)),
                                                       schema::optional("encoding", schema::text(0, 64))})};
  files.answers = {
      {.schema = schema::object(
           {{"inputs", count},
            {"events", count},
            {"events_before", count},
            {"dirty", count},
            {"findings", count},
            {"failures",
             schema::list(schema::object({{"name", schema::text()}, {"message", schema::text()}}), 1'000'000)}}),
       .summary = "What was stored"}};
  files.handler = [&house](const api::Request& request) { return ingest_paths(house, request); };
  api::Route backup;
  backup.method = api::Method::post;
  backup.pattern = "/api/v1/backup";
  backup.operation = "backUp";
  backup.tag = "system";
  backup.summary =
      "Copy ledger, blobs and accounts, and on demand the events, into a new folder of the server's machine";
  backup.permission = backup_permission;
  backup.body = api::BodySpec{
      .schema = schema::object({{"folder", schema::text(1, 4096)}, schema::optional("events", schema::boolean())})};
  backup.answers = {{.status = 204, .type = "", .summary = "Copied"}};
  backup.handler = [&house](const api::Request& request) {
    const std::string folder = api::text_in(request.json.get_object(), "folder");
    const bool events = api::flag_in(request.json.get_object(), "events");
    const auto copied = back_up(house.ledger(), events ? &house.store() : nullptr, house.data(), folder);
    return copied ? api::no_content() : api::problem(copied.error());
  };
  api::RouteSet out;
  out.routes.push_back(std::move(files));
  out.routes.push_back(std::move(backup));
  return out;
}

api::PartHealth lake_health(const lake::LakeHealth& lake) {
  if (!lake.reachable) return {"lake", "down", lake.message};
  if (lake.detached_parts > 0)
    return {"lake", "degraded", fmt::format("{} broken parts were put aside", lake.detached_parts)};
  if (lake.free_bytes < lake_free_bytes_min)
    return {"lake", "degraded",
            fmt::format("only {} MiB are free on its disk; events that don't fit are refused", lake.free_bytes >> 20)};
  const std::string kept =
      lake.retention_days > 0 ? fmt::format("kept for {} days", lake.retention_days) : "kept for ever";
  if (lake.events == 0) return {"lake", "ok", "no events; " + kept};
  return {"lake", "ok", fmt::format("{} events, the oldest of {}; {}", lake.events, lake.oldest_day, kept)};
}

api::PartHealth rules_health(const detect::LoadReport& report) {
  if (!report.held.empty())
    return {"rules", "degraded",
            fmt::format("{} rules stay in force as they were, because their files are broken now; look at "
                        "/api/v1/rules/status",
                        report.held.size())};
  return {"rules", "ok", ""};
}

std::vector<api::PartHealth> part_health(ledger::Ledger& ledger, lake::EventStore& store,
                                         const detect::LoadReport& rules) {
  std::vector<api::PartHealth> parts;
  const auto parked = ledger.parked();
  if (!parked)
    parts.push_back({"ledger", "down", parked.error().message});
  else if (!parked->empty())
    parts.push_back({"ledger", "degraded", fmt::format("{} facts are parked; look at /api/v1/parked", parked->size())});
  else
    parts.push_back({"ledger", "ok", ""});
  parts.push_back(lake_health(store.health()));
  parts.push_back(rules_health(rules));
  return parts;
}

}  // namespace yagura::app
