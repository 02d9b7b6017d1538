#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>
#include <map>
#include <optional>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/say.hpp"
#include "desks/governance/measure_report.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;
namespace governance = desks::governance;

std::string text_of(const json::object& item, std::string_view name) {
  const json::value* value = item.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::string query_of(const MeasureOptions& options) {
  std::string out;
  for (const auto& [name, value] :
       {std::pair{"from", &options.from}, std::pair{"to", &options.to}, std::pair{"zone", &options.zone},
        std::pair{"period", &options.period}, std::pair{"by", &options.by}, std::pair{"measure", &options.measure}})
    if (!value->empty()) out += fmt::format("{}{}={}", out.empty() ? "?" : "&", name, percent_encode(*value));
  return out;
}

std::string target_of(const MeasureOptions& options, const std::string& format, Lang lang) {
  std::string query = query_of(options);
  const std::string tongue = fmt::format("{}lang={}", query.empty() ? "?" : "&", to_text(lang));
  if (format == "csv") return "/api/v1/measures/table" + query + tongue;
  if (format == "svg") return "/api/v1/measures/chart" + query + tongue;
  if (format == "md" || format == "html") return "/api/v1/measures/report" + query + tongue + "&format=" + format;
  return "/api/v1/measures" + query;
}

Result<json::object> object_of(const DoorAnswer& answer) {
  boost::system::error_code error;
  json::value parsed = json::parse(answer.body, error);
  if (error || !parsed.is_object())
    return std::unexpected(fault(ErrorKind::network, "answer_unreadable", {{"what", "measures"}}));
  return std::move(parsed.get_object());
}

/// What the server says of its measures, by id.
struct Definition {
  governance::MeasureDefinition shape;
  std::string title;
};

std::map<std::string, Definition> definitions_of(const json::object& answer, Lang lang) {
  std::map<std::string, Definition> out;
  for (const json::value& value : answer.at("definitions").as_array()) {
    const json::object& one = value.as_object();
    Definition read;
    read.shape.kind = governance::parse_measure_kind(text_of(one, "kind")).value_or(governance::MeasureKind::count);
    read.title = text_of(one.at("title").as_object(), to_text(lang));
    out.emplace(text_of(one, "id"), std::move(read));
  }
  return out;
}

std::optional<double> number_at(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value != nullptr && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
}

std::vector<std::string> row_of(const Definition& definition, const json::object& cell,
                                const governance::MeasureReading& reading) {
  std::optional<double> p90;
  std::optional<double> mean;
  if (const json::object* spread = cell.at("spread").if_object(); spread != nullptr) {
    p90 = number_at(*spread, "p90");
    mean = number_at(*spread, "mean");
  }
  const bool spreads = definition.shape.kind == governance::MeasureKind::time ||
                       definition.shape.kind == governance::MeasureKind::number;
  const auto shown = [&](const std::optional<double>& value) {
    return spreads ? value_text(definition.shape, value, reading) : std::string();
  };
  const auto count = [&](std::string_view name) {
    const int64_t value = cell.at(name).to_number<int64_t>();
    return value == 0 ? std::string() : std::to_string(value);
  };
  return {std::to_string(cell.at("n").to_number<int64_t>()),
          value_text(definition.shape, number_at(cell, "value"), reading),
          shown(p90),
          shown(mean),
          count("open"),
          count("unknown")};
}

void print_measures(const Words& words, const json::object& answer, const json::object& definitions) {
  const governance::MeasureReading reading{words.texts, words.lang};
  const auto known = definitions_of(definitions, words.lang);
  const json::array& periods = answer.at("periods").as_array();
  const bool grouped = !text_of(answer, "by").empty();
  std::vector<std::string> head{words("cli.measures.measure"), words("measures.column.period")};
  if (grouped) head.push_back(words("measures.column.group"));
  for (const char* column : {"cli.measures.of", "cli.measures.value", "measures.column.p90", "measures.column.mean",
                             "measures.column.open", "measures.column.unknown"})
    head.push_back(words(column));
  std::vector<std::vector<std::string>> rows;
  for (const json::value& value : answer.at("rows").as_array()) {
    const json::object& row = value.as_object();
    const auto definition = known.find(text_of(row, "measure"));
    if (definition == known.end()) continue;
    const json::array& cells = row.at("cells").as_array();
    for (size_t i = 0; i < cells.size() && i < periods.size(); ++i) {
      const json::object& period = periods[i].as_object();
      rows.push_back({definition->second.title, text_of(period, "first_day") + " – " + text_of(period, "last_day")});
      if (grouped) rows.back().push_back(clip(group_text(text_of(row, "group"), reading), 30));
      std::ranges::move(row_of(definition->second, cells[i].as_object(), reading), std::back_inserter(rows.back()));
    }
  }
  print_table(head, rows);
  if (answer.at("cut").as_bool()) fmt::print("{}\n", words("measures.report.cut"));
  fmt::print("{}\n", words("cli.measures.note", {{"zone", text_of(answer, "zone")}}));
}

void print_definitions(const Words& words, const json::object& answer) {
  for (const json::value& value : answer.at("definitions").as_array()) {
    const json::object& one = value.as_object();
    fmt::print("{} ({})\n  {}\n", text_of(one.at("title").as_object(), to_text(words.lang)), text_of(one, "id"),
               words("measures.report.definition",
                     {{"edition", std::to_string(one.at("edition").to_number<int64_t>())},
                      {"text", text_of(one.at("definition").as_object(), to_text(words.lang))}}));
  }
}

Exit print_raw(const DoorAnswer& answer) {
  fmt::print("{}{}", answer.body, answer.body.ends_with('\n') ? "" : "\n");
  return Exit::done;
}

Exit draft(Door& door, const CommonOptions& common, const MeasureOptions& options) {
  json::object body{
      {"title", options.draft}, {"from", options.from}, {"to", options.to}, {"lang", to_text(choose_lang(common))}};
  if (!options.zone.empty()) body["zone"] = options.zone;
  const auto answer = door.call("POST", "/api/v1/effect-reports", json::serialize(body));
  if (!answer) return say(answer.error());
  if (answer->status != 201) return say_problem(*answer);
  if (common.json) return print_raw(*answer);
  const auto record = object_of(*answer);
  if (!record) return say(record.error());
  fmt::print("{}\n", text_of(*record, "id"));
  return Exit::done;
}

}  // namespace

Exit run_measures(const CommonOptions& common, const MeasureOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  if (!options.draft.empty()) return draft(**door, common, options);
  const auto definitions = (*door)->call("GET", "/api/v1/measure-definitions");
  if (!definitions) return say(definitions.error());
  if (definitions->status != 200) return say_problem(*definitions);
  const auto written = object_of(*definitions);
  if (!written) return say(written.error());
  if (options.definitions) {
    if (common.json) return print_raw(*definitions);
    print_definitions(*words, *written);
    return Exit::done;
  }
  const std::string format = common.json ? "table" : options.format;
  const auto answer = (*door)->call("GET", target_of(options, format, words->lang));
  if (!answer) return say(answer.error());
  if (answer->status != 200) return say_problem(*answer);
  if (common.json || format != "table") return print_raw(*answer);
  const auto result = object_of(*answer);
  if (!result) return say(result.error());
  print_measures(*words, *result, *written);
  return Exit::done;
}

}  // namespace yagura::app
