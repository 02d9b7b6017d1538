// Registers as files: what goes out and what comes in.
#include <boost/json.hpp>

#include "api/ledger_routes.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "base/text.hpp"
#include "desks/reason_text.hpp"
#include "ledger/visibility.hpp"
#include "pipeline/encoding.hpp"
#include "registers/export.hpp"
#include "registers/import.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using ledger::Ledger;
using registers::FileFormat;

Response export_register(Ledger& ledger, const Texts& texts, const Request& request) {
  const ledger::RecordType* type = ledger.types().find(request.path_value("type"));
  if (type == nullptr) return problem(404, "no_such_type", "there is no such record type");
  const ledger::Actor actor = actor_of(request.principal);
  if (!ledger::may_read(*type, actor))
    return problem(403, "permission", "needs the permission " + type->permissions.read);
  auto query = record_query(request, *type);
  if (!query) return query.error();
  registers::ExportOptions options;
  options.format = registers::parse_file_format(request.param("format").value_or("csv")).value_or(FileFormat::csv);
  const auto heading = request.param("heading");
  options.heading = heading == "ja"   ? registers::Heading::ja
                    : heading == "en" ? registers::Heading::en
                                      : registers::Heading::id;
  options.query = std::move(*query);
  auto file = registers::export_records(ledger, actor, options, texts);
  if (!file) return problem(file.error());
  Response out;
  out.type = registers::media_type_of(options.format);
  out.body = std::move(file->bytes);
  out.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file->name + "\"");
  return out;
}

/// What Japanese spreadsheet programs save as CSV by themselves (CP932, UTF-16) as UTF-8; anything else as it is.
std::string as_utf8(std::string bytes) {
  if (is_utf8(bytes)) return bytes;
  const pipeline::Encoding encoding = pipeline::detect_encoding(bytes, true);
  if (encoding != pipeline::Encoding::shift_jis && encoding != pipeline::Encoding::utf16le &&
      encoding != pipeline::Encoding::utf16be && encoding != pipeline::Encoding::utf32le &&
      encoding != pipeline::Encoding::utf32be && encoding != pipeline::Encoding::euc_jp)
    return bytes;
  std::string out;
  pipeline::Transcoder transcoder(encoding);
  transcoder.convert(bytes, true, out);
  return transcoder.replaced() == 0 ? out : bytes;
}

std::expected<std::string, Response> read_all(BodyReader& stream) {
  std::string out;
  for (;;) {
    auto piece = stream.read();
    if (!piece) return std::unexpected(problem(piece.error()));
    if (piece->empty()) return out;
    if (out.size() + piece->size() > registers::import_bytes_max)
      return std::unexpected(problem(413, "limit", "one import takes at most 64 MiB; split the file"));
    out += *piece;
  }
}

std::string text_of(const Texts& texts, Lang lang, const ledger::Reason& reason) {
  const std::string key = "registers.reason." + reason.code;
  return texts.has(lang, key) ? texts.get(lang, key, reason.args) : desks::reason_text(texts, lang, reason);
}

json::object report_json(const registers::ImportReport& report, const Texts& texts) {
  json::array errors;
  for (const registers::ImportFault& fault : report.faults.kept)
    errors.push_back(json::object{
        {"row", fault.row},
        {"column", fault.column},
        {"value", fault.value},
        {"code", fault.reason.code},
        {"message", to_valid_utf8(fault.reason.message)},
        {"hint", to_valid_utf8(fault.reason.hint)},
        {"text", {{"ja", text_of(texts, Lang::ja, fault.reason)}, {"en", text_of(texts, Lang::en, fault.reason)}}}});
  json::array records;
  if (report.faults.count == 0)
    for (const registers::ImportedRow& row : report.touched) {
      json::object one{{"row", row.row},
                       {"outcome", row.outcome == registers::RowOutcome::created ? "created" : "changed"},
                       {"id", row.record.value},
                       {"changed", json::value_from(row.changed)}};
      if (!row.was.empty()) one["was"] = to_valid_utf8(row.was);
      records.push_back(std::move(one));
    }
  const bool sound = report.faults.count == 0;
  return {{"format", registers::to_text(report.format)},
          {"check", report.check},
          {"loaded", report.loaded()},
          {"rows", report.rows},
          {"created", sound ? report.created : 0},
          {"changed", sound ? report.changed : 0},
          {"unchanged", sound ? report.unchanged : 0},
          {"moved", sound ? report.moved : 0},
          {"states_left", sound ? report.states_left : 0},
          {"faults", report.faults.count},
          {"errors", std::move(errors)},
          {"records", std::move(records)}};
}

schema::Value report_schema() {
  using namespace schema;
  const auto count = integer(0);
  return object({{"format", choice({"csv", "json", "xlsx"})},
                 {"check", boolean()},
                 {"loaded", described(boolean(), "false: nothing was changed")},
                 {"rows", count},
                 {"created", count},
                 {"changed", count},
                 {"unchanged", count},
                 {"moved", described(count, "of the created and changed ones: to the state of their row")},
                 {"states_left", described(count, "new records whose row stood at another state than the first one")},
                 {"faults", described(count, "all of them; `errors` holds the first")},
                 {"errors", list(object({{"row", described(count, "as a spreadsheet counts; 0 is the file itself")},
                                         {"column", schema::text()},
                                         {"value", schema::text()},
                                         {"code", schema::text(1)},
                                         {"message", schema::text()},
                                         {"hint", schema::text()},
                                         {"text", ref("Title")}}),
                                 registers::faults_kept_max)},
                 {"records", list(object({{"row", count},
                                          {"outcome", choice({"created", "changed"})},
                                          {"id", schema::text(1)},
                                          {"changed", list(schema::text())},
                                          optional("was", schema::text())}),
                                  registers::imported_rows_kept_max)}});
}

Response import_register(Ledger& ledger, const Texts& texts, const Request& request) {
  registers::ImportOptions options;
  options.type = request.path_value("type");
  if (ledger.types().find(options.type) == nullptr) return problem(404, "no_such_type", "there is no such record type");
  if (const auto format = request.param("format")) options.format = registers::parse_file_format(*format);
  options.check = request.param("check") == "true";
  options.as_new = request.param("as_new") == "true";
  options.states = request.param("states") == "true";
  options.key = request.param("key").value_or("");
  options.name = request.param("name").value_or("");
  auto bytes = read_all(*request.stream);
  if (!bytes) return bytes.error();
  if (options.format.value_or(registers::recognise(*bytes)) == FileFormat::csv) *bytes = as_utf8(std::move(*bytes));
  const auto report = registers::import_records(ledger, actor_of(request.principal), *bytes, options, texts);
  if (!report) return problem(report.error());
  json::object body = report_json(*report, texts);
  if (options.check || report->faults.count == 0) return json_response(200, body);
  const int status = report->forbidden ? 403 : report->conflict ? 409 : 422;
  Response out = problem(status, "import", "nothing was loaded; `report` says which rows and why");
  json::object document = json::parse(out.body).as_object();
  document["report"] = std::move(body);
  out.body = json::serialize(document);
  return out;
}

Route file_route(Method method, std::string pattern, std::string operation, std::string summary) {
  Route out;
  out.method = method;
  out.pattern = "/api/v1/records/{type}/" + std::move(pattern);
  out.operation = std::move(operation);
  out.tag = "records";
  out.summary = std::move(summary);
  out.permission = signed_in;  // the type's own permissions decide
  return out;
}

}  // namespace

RouteSet register_file_routes(Ledger& ledger, const Texts& texts) {
  RouteSet out;
  out.components["ImportReport"] = report_schema();
  json::value refusal = problem_schema();
  refusal.as_object()["properties"].as_object()["report"] = schema::ref("ImportReport");
  out.components["ImportProblem"] = std::move(refusal);

  Route outward = file_route(Method::get, "export", "exportRecords",
                             "A register as a file; what is exported can be imported again");
  outward.query = {{"format", schema::choice({"csv", "json", "xlsx"}), "default csv"},
                   {"heading", schema::choice({"id", "ja", "en"}), "headings as field ids or as titles; default id"}};
  for (Parameter& parameter : list_parameters())
    if (parameter.name == "state" || parameter.name == "text" || parameter.name == "filter")
      outward.query.push_back(std::move(parameter));
  for (const FileFormat format : {FileFormat::csv, FileFormat::json, FileFormat::xlsx})
    outward.answers.push_back({.type = std::string(registers::media_type_of(format)), .summary = "The file"});
  outward.handler = [&ledger, &texts](const Request& request) { return export_register(ledger, texts, request); };
  out.routes.push_back(std::move(outward));

  Route inward = file_route(Method::post, "import", "importRecords",
                            "Make and change records from a CSV, JSON or XLSX file: all rows or none");
  inward.query = {
      {"format", schema::choice({"csv", "json", "xlsx"}), "recognised without"},
      {"check", schema::boolean(), "say what would happen, change nothing"},
      {"as_new", schema::boolean(), "every row becomes a new record, whatever its id"},
      {"states", schema::boolean(), "bring records to the state of their row, by the moves that you may make"},
      {"key", schema::text(1, 64), "a field by whose value a row without id means the living record that has it"},
      {"name", schema::text(1, 500), "the file's name, for the journal"}};
  inward.body = BodySpec{.types = {"*"}, .bytes_max = registers::import_bytes_max, .stream = true};
  inward.answers = {{.schema = schema::ref("ImportReport"), .summary = "What was loaded, or with check would be"}};
  for (const int status : {403, 409, 422})
    inward.answers.push_back({.status = status,
                              .type = "application/problem+json",
                              .schema = schema::ref("ImportProblem"),
                              .summary = "Nothing was loaded"});
  inward.handler = [&ledger, &texts](const Request& request) { return import_register(ledger, texts, request); };
  out.routes.push_back(std::move(inward));
  return out;
}

}  // namespace yagura::api
