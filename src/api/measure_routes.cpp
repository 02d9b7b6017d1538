#include <array>
#include <boost/json.hpp>
#include <optional>

#include "api/desk_routes.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "desks/governance/effect_report.hpp"
#include "desks/governance/measure_report.hpp"
#include "desks/in_force.hpp"
#include "ledger/files.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
namespace governance = desks::governance;
using governance::MeasureOrder;
using governance::MeasureResult;
using governance::PeriodLength;

constexpr std::array<std::pair<std::string_view, PeriodLength>, 6> lengths{{{"whole", PeriodLength::whole},
                                                                            {"day", PeriodLength::day},
                                                                            {"week", PeriodLength::week},
                                                                            {"month", PeriodLength::month},
                                                                            {"quarter", PeriodLength::quarter},
                                                                            {"year", PeriodLength::year}}};
constexpr int64_t default_days = 30;
constexpr size_t css_bytes_max = 256 * 1024;

/// The last thirty whole days in UTC, when the request names none.
MeasureOrder order_in(const Request& request, Timestamp now) {
  MeasureOrder out;
  const int64_t day_ns = 86'400 * ns_per_second;
  out.first_day = request.param("from").value_or(format_time({now.ns - default_days * day_ns}, 0).substr(0, 10));
  out.last_day = request.param("to").value_or(format_time(now, 0).substr(0, 10));
  if (const auto zone = request.param("zone")) out.zone = *zone;
  if (const auto by = request.param("by")) out.by = *by;
  if (const auto measure = request.param("measure")) out.measures = {std::string(*measure)};
  for (const auto& [name, length] : lengths)
    if (request.param("period") == name) out.length = length;
  return out;
}

std::vector<Parameter> parameters(bool measure_needed = false) {
  const auto day = schema::pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
  return {{"from", day, "first day; default thirty days ago"},
          {"to", day, "last day, included; default today"},
          {"zone", schema::text(1, 64), "IANA zone whose days these are; default Asia/Tokyo"},
          {"period", schema::choice({"whole", "day", "week", "month", "quarter", "year"}), "default whole"},
          {"by", schema::choice({"class", "team", "rule", "attack_type", "origin"}), "groups; default none"},
          {"measure", schema::text(1, 64), "one measure; default all", measure_needed}};
}

Parameter lang_parameter() {
  return {"lang", schema::choice({"ja", "en"}), "default ja"};
}

schema::Value result_schema() {
  const auto count = schema::integer(0);
  const auto value = schema::nullable(schema::number());
  const auto spread = schema::object({{"mean", schema::number()},
                                      {"median", schema::number()},
                                      {"p90", schema::number()},
                                      {"least", schema::number()},
                                      {"most", schema::number()}});
  const auto cell = schema::object(
      {{"n", schema::described(count, "Ended times, or the whole of a share")},
       {"counted", count},
       {"value", schema::described(value, "Times: median in seconds; shares: 0 to 1; null where there is nothing")},
       {"median_with_open", value},
       {"open", schema::described(count, "Begun and not ended yet")},
       {"oldest_open", schema::number()},
       {"unknown", count},
       {"unsound", schema::described(count, "Ended before it began")},
       {"in_time", count},
       {"missed", count},
       {"spread", schema::nullable(spread)}});
  const auto text = schema::text();
  return schema::object(
      {{"zone", text},
       {"by", text},
       {"as_of", schema::time()},
       {"cut", schema::described(schema::boolean(), "There was more than is looked at")},
       {"periods",
        schema::list(schema::object(
            {{"first_day", text}, {"last_day", text}, {"from", schema::time()}, {"until", schema::time()}}))},
       {"rows", schema::list(schema::object({{"measure", text},
                                             {"edition", schema::integer(1)},
                                             {"kind", text},
                                             {"group", text},
                                             {"cells", schema::list(cell)}}))}});
}

/// What the measure routes work on.
struct Desk {
  ledger::Ledger& ledger;
  std::shared_ptr<const governance::MeasureCatalog> catalog;
  std::shared_ptr<const Texts> texts;
  std::shared_ptr<const std::string> css;

  ledger::Outcome<MeasureResult> result(const Request& request) const {
    return governance::measure(ledger, *catalog, order_in(request, ledger.now()));
  }
  governance::MeasureReading reading(const Request& request) const {
    governance::MeasureReading out{*texts, parse_lang(request.param("lang").value_or("")).value_or(Lang::ja)};
    auto found = desks::criteria_in_force(ledger, ledger.now());
    if (!found) return out;  // without their names groups go by their ids
    if (std::optional<desks::Criteria>& criteria = *found; criteria.has_value())
      out.classes = std::move(criteria->classes);
    return out;
  }
};

Route row(std::string path, std::string operation, std::string summary) {
  Route out;
  out.pattern = "/api/v1/" + std::move(path);
  out.operation = std::move(operation);
  out.tag = "measures";
  out.summary = std::move(summary);
  out.permission = "governance.read";
  return out;
}

Route definitions_row(const Desk& desk) {
  Route out = row("measure-definitions", "listMeasureDefinitions", "What is measured, and how: the editions in use");
  const auto both = schema::object({{"ja", schema::text(1)}, {"en", schema::text(1)}});
  out.answers = {
      {.schema = schema::object({{"definitions", schema::list(schema::object({{"id", schema::text(1)},
                                                                              {"edition", schema::integer(1)},
                                                                              {"kind", schema::text(1)},
                                                                              {"of", schema::text(1)},
                                                                              {"title", both},
                                                                              {"definition", both}}))}}),
       .summary = "Definitions"}};
  out.handler = [desk](const Request&) {
    json::array all;
    for (const auto& one : desk.catalog->all()) all.push_back(governance::to_json(one));
    return json_response(200, json::object{{"definitions", std::move(all)}});
  };
  return out;
}

Route measures_row(const Desk& desk) {
  Route out = row("measures", "getMeasures", "Measures of the days, by period and group");
  out.query = parameters();
  out.answers = {{.schema = result_schema(), .summary = "Figures"}};
  out.handler = [desk](const Request& request) {
    auto result = desk.result(request);
    return result ? json_response(200, governance::to_json(*result)) : problem(result.error());
  };
  return out;
}

Route table_row(const Desk& desk) {
  Route out = row("measures/table", "getMeasureTable", "The same for spreadsheets: CSV, UTF-8 with a byte order mark");
  out.query = parameters();
  out.query.push_back(lang_parameter());
  out.answers = {{.type = "text/csv; charset=utf-8", .schema = schema::text(), .summary = "The table"}};
  out.handler = [desk](const Request& request) {
    auto result = desk.result(request);
    if (!result) return problem(result.error());
    Response answer{200, "text/csv; charset=utf-8", to_csv(*result, desk.reading(request)), {}, nullptr};
    answer.headers.emplace_back("Content-Disposition", "attachment; filename=\"measures.csv\"");
    return answer;
  };
  return out;
}

Route chart_row(const Desk& desk) {
  Route out = row("measures/chart", "getMeasureChart", "One measure over the periods, as SVG");
  out.query = parameters(true);
  out.query.push_back(lang_parameter());
  out.answers = {{.type = "image/svg+xml", .schema = schema::text(), .summary = "The chart"}};
  out.handler = [desk](const Request& request) {
    auto result = desk.result(request);
    if (!result) return problem(result.error());
    Response answer{200,
                    "image/svg+xml",
                    governance::chart_svg(*result, request.param("measure").value_or(""), desk.reading(request)),
                    {},
                    nullptr};
    answer.headers.emplace_back("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    return answer;
  };
  return out;
}

Route report_row(const Desk& desk) {
  Route out = row("measures/report", "getMeasureReport", "Every measure with table, chart and definition");
  out.query = parameters();
  out.query.push_back(lang_parameter());
  out.query.push_back({"format", schema::choice({"md", "html"}), "default md"});
  out.answers = {{.type = "text/markdown; charset=utf-8", .schema = schema::text(), .summary = "The report"},
                 {.type = "text/html; charset=utf-8", .schema = schema::text(), .summary = "The report"}};
  out.handler = [desk](const Request& request) {
    auto result = desk.result(request);
    if (!result) return problem(result.error());
    const desks::Document document = governance::report_of(*result, desk.reading(request));
    if (request.param("format") != "html")
      return Response{200, "text/markdown; charset=utf-8", desks::to_markdown(document), {}, nullptr};
    Response answer{200, "text/html; charset=utf-8", desks::to_html(document, *desk.css), {}, nullptr};
    answer.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; "
                                "base-uri 'none'; form-action 'none'; sandbox");
    return answer;
  };
  return out;
}

Route draft_row(const Desk& desk) {
  Route out = row("effect-reports", "draftEffectReport", "A draft report on the days, every figure computed");
  out.method = Method::post;
  out.permission = "governance.write";
  const auto day = schema::pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
  out.body = BodySpec{.schema = schema::object({{"title", schema::text(1, 300)},
                                                {"from", day},
                                                {"to", day},
                                                schema::optional("zone", schema::text(1, 64)),
                                                schema::optional("lang", schema::choice({"ja", "en"}))})};
  out.answers = {{.status = 201, .schema = schema::ref(record_component("effect_report")), .summary = "The draft"}};
  out.handler = [desk](const Request& request) {
    const json::object& body = request.json.get_object();
    MeasureOrder order;
    order.first_day = text_in(body, "from");
    order.last_day = text_in(body, "to");
    order.zone = text_in(body, "zone", "Asia/Tokyo");
    return answer_with(desk.ledger, request,
                       governance::draft_effect_report(desk.ledger, actor_of(request.principal), *desk.catalog,
                                                       std::move(order), text_in(body, "title"), *desk.texts,
                                                       parse_lang(text_in(body, "lang")).value_or(Lang::ja)),
                       201);
  };
  return out;
}

}  // namespace

Diagnosed<RouteSet> measure_routes(ledger::Ledger& ledger, const std::filesystem::path& catalogue,
                                   std::shared_ptr<const Texts> texts) {
  auto definitions = governance::MeasureCatalog::load(catalogue / "measures", ledger.types());
  if (!definitions) return std::unexpected(definitions.error());
  const auto file = catalogue / "reports/report.css";
  auto css = ledger::read_file(file, css_bytes_max);
  if (!css)
    return std::unexpected(
        Diagnostic{"measure.file", file.string(), 0, 0, css.error().message, "restore the shipped catalogue"});
  const Desk desk{ledger, std::make_shared<const governance::MeasureCatalog>(std::move(*definitions)), std::move(texts),
                  std::make_shared<const std::string>(std::move(*css))};
  RouteSet out;
  out.routes = {definitions_row(desk), measures_row(desk), table_row(desk),
                chart_row(desk),       report_row(desk),   draft_row(desk)};
  return out;
}

}  // namespace yagura::api
