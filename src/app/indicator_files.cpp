#include "app/indicator_files.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/indicator_routes.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;
namespace schema = api::schema;

constexpr size_t paths_max = 1000;

/// A member of the body as the text that a query would hold.
std::string text_of(const json::object& body, std::string_view key) {
  const json::value* value = body.if_contains(key);
  if (!value) return {};
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

api::Response import_files(desks::intel::IntelDesk& intel, const api::Request& request) {
  const json::object& body = request.json.get_object();
  auto options =
      api::indicator_import_options([&](std::string_view name) { return text_of(body, name); }, system_now());
  if (!options) return api::problem(options.error());
  std::vector<std::filesystem::path> paths;
  for (const json::value& path : body.at("paths").get_array()) paths.emplace_back(std::string(path.get_string()));
  const bool named = !options->defaults.listing.source.empty();
  const auto* format = options->format;
  std::optional<ledger::Refusal> refused;
  json::array imports;
  std::vector<pipeline::InputFailure> failures;
  const auto read = read_indicator_files(
      paths,
      [&](const std::string& name, const std::function<Status(detect::IndicatorIntake&)>& feed) -> Status {
        options->format = format;
        if (!named) options->defaults.listing.source = source_of_file(name);
        auto report = intel.import(api::actor_of(request.principal), *options, name, feed);
        if (!report) {
          refused = report.error();
          return std::unexpected(report.error().error());
        }
        json::object one = api::intake_json(*report);
        one["name"] = name;
        one["source"] = options->defaults.listing.source;
        imports.push_back(std::move(one));
        if (named) options->replace = false;  // the second file is not to replace the first
        return {};
      },
      failures);
  if (refused) return api::problem(*refused);
  if (!read) return api::problem(read.error());
  json::array failed;
  for (const pipeline::InputFailure& one : failures)
    failed.push_back(json::object{{"name", one.name}, {"message", one.error.message}});
  return api::json_response(200, json::object{{"imports", std::move(imports)}, {"failures", std::move(failed)}});
}

}  // namespace

Diagnosed<std::shared_ptr<const detect::FieldClasses>> load_field_classes(const std::filesystem::path& catalog) {
  auto loaded = detect::FieldClasses::load(catalog / "indicators/fields.yaml");
  if (!loaded) return std::unexpected(loaded.error());
  return std::make_shared<const detect::FieldClasses>(std::move(*loaded));
}

api::PartHealth indicators_health(const detect::IndicatorStore& indicators) {
  if (indicators.broken().empty()) return {"indicators", "ok", ""};
  return {"indicators", "degraded",
          fmt::format("{} files were not what was written and are put aside; import their lists again",
                      indicators.broken().size())};
}

std::string source_of_file(std::string_view name) {
  name = name.substr(name.find_last_of("/\\!") + 1);
  if (const size_t dot = name.find('.'); dot != std::string_view::npos && dot > 0) name = name.substr(0, dot);
  const std::string out = detect::source_name(name);
  return out.empty() ? "list" : out;
}

Status read_indicator_files(std::span<const std::filesystem::path> paths, const TakeInput& take,
                            std::vector<pipeline::InputFailure>& failures) {
  for (const pipeline::InputFile& file : pipeline::list_inputs(paths, failures)) {
    pipeline::InputOutcome outcome;
    const auto status = pipeline::read_input(
        file, {},
        [&](pipeline::InputStream& stream) -> Status {
          return take(stream.name(), [&](detect::IndicatorIntake& intake) -> Status {
            formats::Block block;
            while (stream.next(block))
              if (auto fed = intake.feed(block.bytes); !fed) return fed;
            if (stream.failure()) return std::unexpected(*stream.failure());
            return {};
          });
        },
        outcome);
    std::ranges::move(outcome.failures, std::back_inserter(failures));
    if (!status) return status;
  }
  return {};
}

api::RouteSet indicator_file_routes(desks::intel::IntelDesk& intel) {
  std::vector<schema::Property> members{{"paths", schema::list(schema::text(1, 4096), paths_max)}};
  for (const api::Parameter& parameter : api::indicator_import_parameters())
    if (parameter.name != "name") members.push_back(schema::optional(parameter.name, parameter.schema));
  schema::Value one = api::intake_schema();
  one.at("properties").as_object()["name"] = schema::text();
  one.at("properties").as_object()["source"] = schema::text();
  api::Route route;
  route.method = api::Method::post;
  route.pattern = "/api/v1/indicators/import/files";
  route.operation = "importIndicatorFiles";
  route.tag = "indicators";
  route.summary = "Take in files of the server's machine (only for the owner of the data folder)";
  route.permission = indicator_files_permission;
  route.body = api::BodySpec{.schema = schema::object(members)};
  route.answers = {
      {.schema = schema::object(
           {{"imports", schema::list(one)},
            {"failures", schema::list(schema::object({{"name", schema::text()}, {"message", schema::text()}}))}}),
       .summary = "What was taken in and what not"}};
  route.handler = [&intel](const api::Request& request) { return import_files(intel, request); };
  api::RouteSet out;
  out.routes.push_back(std::move(route));
  return out;
}

Result<std::unique_ptr<detect::IndicatorStore>> load_indicators(std::span<const std::filesystem::path> paths) {
  auto store = detect::IndicatorStore::open({});
  if (!store) return store;
  std::vector<pipeline::InputFailure> failures;
  const auto read = read_indicator_files(
      paths,
      [&](const std::string& name, const std::function<Status(detect::IndicatorIntake&)>& feed) -> Status {
        detect::IntakeOptions options;
        options.defaults.listing.source = source_of_file(name);
        detect::IndicatorIntake intake(**store, options);
        if (auto fed = feed(intake); !fed) return fed;
        auto report = intake.finish();
        if (!report) return std::unexpected(report.error());
        if (report->rejected > 0) {
          const detect::IndicatorRejection& first = report->rejections.front();
          fmt::print(stderr, "yagura: {}: {} of its indicators are rejected, the first on line {}: {}\n",
                     printable(name), report->rejected, first.line, printable(first.reason));
        }
        return {};
      },
      failures);
  if (!read) return std::unexpected(read.error());
  if (!failures.empty()) return std::unexpected(failures.front().error);
  return store;
}

}  // namespace yagura::app
