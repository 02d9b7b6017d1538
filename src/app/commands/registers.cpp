// records export TYPE and records import TYPE FILE: registers as files, through the API's own routes.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/given_file.hpp"
#include "app/input.hpp"
#include "app/say.hpp"
#include "registers/export.hpp"
#include "registers/sheet.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::string_view every_register = "all";

/// The words after `export` or `import`.
struct FileCall {
  std::vector<std::string> words;
  std::vector<std::pair<std::string, std::string>> query;
  std::string output;
  bool check = false;

  std::string value_of(std::string_view name) const {
    for (const auto& [key, value] : query)
      if (key == name) return value;
    return "";
  }
};

Result<FileCall> take_apart(const std::vector<std::string>& words, bool outward) {
  const std::vector<std::string_view> known =
      outward ? std::vector<std::string_view>{"format", "heading", "state", "text", "filter"}
              : std::vector<std::string_view>{"format", "key", "name"};
  FileCall out;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "-" || !word.starts_with('-')) {
      out.words.push_back(word);
      continue;
    }
    if (!outward && (word == "--check" || word == "--new" || word == "--states")) {
      out.query.emplace_back(word == "--new" ? "as_new" : word.substr(2), "true");
      out.check |= word == "--check";
      continue;
    }
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (equals == std::string::npos && i + 1 >= words.size())
      return std::unexpected(fault(ErrorKind::invalid, "needs_value", {{"option", word}}));
    const std::string value = equals == std::string::npos ? words[++i] : word.substr(equals + 1);
    if (outward && (name == "--output" || name == "-o")) {
      out.output = value;
    } else if (name.starts_with("--") && std::ranges::find(known, name.substr(2)) != known.end()) {
      out.query.emplace_back(name.substr(2), value);
    } else {
      return std::unexpected(
          fault(ErrorKind::invalid, outward ? "export_option" : "import_option", {{"option", name}}));
    }
  }
  return out;
}

std::string query_text(const FileCall& call) {
  std::string out;
  for (const auto& [name, value] : call.query)
    out += (out.empty() ? "?" : "&") + percent_encode(name) + "=" + percent_encode(value);
  return out;
}

Status write_file(const fs::path& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out) return {};
  return std::unexpected(fault(ErrorKind::io, "unwritable", {{"file", path_to_text(path)}}));
}

Result<std::vector<std::string>> register_names(Door& door) {
  const auto answer = door.call("GET", "/api/v1/record-types");
  if (!answer) return std::unexpected(answer.error());
  boost::system::error_code error;
  const json::value parsed = json::parse(answer->body, error);
  if (error || answer->status != 200)
    return std::unexpected(fault(ErrorKind::network, "answer_unreadable", {{"what", "record-types"}}));
  std::vector<std::string> out;
  for (const json::value& type : parsed.at("types").as_array()) out.emplace_back(type.at("id").as_string());
  return out;
}

/// Every register into the folder --output, a file each; those that the caller may not read are said and passed over.
Exit export_all(Door& door, const FileCall& call) {
  if (call.output.empty()) {
    say(fault(ErrorKind::invalid, "export_all"));
    return Exit::usage;
  }
  std::error_code error;
  fs::create_directories(call.output, error);
  if (error) return say(fault(ErrorKind::io, "unwritable", {{"file", call.output}}));
  const auto names = register_names(door);
  if (!names) return say(names.error());
  const std::string format = call.value_of("format").empty() ? "csv" : call.value_of("format");
  Exit exit = Exit::done;
  for (const std::string& name : *names) {
    const auto answer = door.call("GET", "/api/v1/records/" + percent_encode(name) + "/export" + query_text(call));
    if (!answer) return say(answer.error());
    if (answer->status != 200) {
      fmt::print(stderr, "{}: ", name);
      exit = say_problem(*answer);
    } else if (auto written = write_file(fs::path(call.output) / (name + "." + format), answer->body); !written) {
      return say(written.error());
    }
  }
  return exit;
}

Exit run_export(Door& door, FileCall call) {
  if (call.words.size() != 1) {
    say(fault(ErrorKind::invalid, "export_usage"));
    return Exit::usage;
  }
  if (call.words.front() == every_register) return export_all(door, call);
  if (call.value_of("format").empty() && !call.output.empty()) {
    const std::string ending = fs::path(call.output).extension().string();
    if (ending.size() > 1 && registers::parse_file_format(ending.substr(1)))
      call.query.emplace_back("format", ending.substr(1));
  }
  const auto answer =
      door.call("GET", "/api/v1/records/" + percent_encode(call.words.front()) + "/export" + query_text(call));
  if (!answer) return say(answer.error());
  if (answer->status != 200) return say_problem(*answer);
  if (call.output.empty()) {
    std::cout.write(answer->body.data(), static_cast<std::streamsize>(answer->body.size()));
    std::cout.flush();
    return Exit::done;
  }
  const auto written = write_file(call.output, answer->body);
  return written ? Exit::done : say(written.error());
}

void print_faults(const Words& words, const json::object& report) {
  const json::array& errors = report.at("errors").as_array();
  std::vector<std::vector<std::string>> rows;
  for (const json::value& error : errors)
    rows.push_back({json::serialize(error.at("row")), std::string(error.at("column").as_string()),
                    clip(std::string(error.at("value").as_string()), 40),
                    std::string(error.at("text").at(to_text(words.lang)).as_string())});
  print_table({words("cli.registers.row"), words("cli.registers.column"), words("cli.registers.value"),
               words("cli.registers.reason")},
              rows);
  const int64_t faults = report.at("faults").as_int64();
  if (faults > static_cast<int64_t>(errors.size()))
    fmt::print("{}\n", words("cli.registers.more", {{"count", fmt::format("{}", faults - errors.size())}}));
}

Exit print_report(const CommonOptions& common, const Words& words, const json::object& report) {
  const bool sound = report.at("faults").as_int64() == 0;
  if (common.json) {
    fmt::print("{}\n", json::serialize(report));
    return sound ? Exit::done : Exit::no;
  }
  std::map<std::string, std::string> args;
  for (const char* name : {"rows", "created", "changed", "unchanged", "faults", "moved", "states_left"})
    args[name] = json::serialize(report.at(name));
  const char* key = !sound                          ? "cli.registers.refused"
                    : report.at("loaded").as_bool() ? "cli.registers.imported"
                                                    : "cli.registers.checked";
  if (!sound) print_faults(words, report);
  fmt::print("{}\n", words(key, args));
  for (const auto& [name, line] :
       {std::pair{"moved", "cli.registers.moved"}, std::pair{"states_left", "cli.registers.states_left"}})
    if (sound && args[name] != "0") fmt::print("{}\n", words(line, args));
  return sound ? Exit::done : Exit::no;
}

Exit run_import(const CommonOptions& common, Door& door, FileCall call) {
  if (call.words.size() != 2) {
    say(fault(ErrorKind::invalid, "import_usage"));
    return Exit::usage;
  }
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const std::string& file = call.words[1];
  const auto bytes = read_given(file, registers::import_bytes_max);
  if (!bytes) return say(bytes.error());
  if (call.value_of("name").empty() && file != "-")
    call.query.emplace_back("name", path_to_text(fs::path(file).filename()));
  const auto answer =
      door.call("POST", "/api/v1/records/" + percent_encode(call.words.front()) + "/import" + query_text(call),
                bytes->empty() ? "\n" : *bytes, "application/octet-stream");
  if (!answer) return say(answer.error());
  boost::system::error_code error;
  const json::value parsed = json::parse(answer->body, error);
  if (error || !parsed.is_object()) return say_problem(*answer);
  if (answer->status == 200) return print_report(common, *words, parsed.get_object());
  const json::value* report = parsed.get_object().if_contains("report");
  return report != nullptr && report->is_object() ? print_report(common, *words, report->get_object())
                                                  : say_problem(*answer);
}

}  // namespace

bool is_register_file_call(const RecordOptions& options) {
  const auto& words = options.extra;
  return options.collection == "records" && !words.empty() &&
         (words[0] == "export" || words[0] == "import" ||
          (words.size() > 1 && (words[1] == "export" || words[1] == "import")));
}

Exit run_register_files(const CommonOptions& common, const RecordOptions& options) {
  std::vector<std::string> words = options.extra;
  // `records asset export` means the same as `records export asset`.
  if (words.size() > 1 && words[0] != "export" && words[0] != "import") std::swap(words[0], words[1]);
  const bool outward = !words.empty() && words.front() == "export";
  if (!words.empty()) words.erase(words.begin());
  auto call = take_apart(words, outward);
  if (!call) {
    say(call.error());
    return Exit::usage;
  }
  // A house may begin with the registers that it kept elsewhere.
  auto door = open_door(common, options.data, outward ? NoData::refused : NoData::made);
  if (!door) return say(door.error());
  return outward ? run_export(**door, std::move(*call)) : run_import(common, **door, std::move(*call));
}

}  // namespace yagura::app
