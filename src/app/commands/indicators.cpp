// indicators import FILE...: a server that runs reads the files itself; over a URL, and from standard input, they are
// sent. Everything else of `indicators` is the API's.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/indicator_files.hpp"
#include "app/input.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

constexpr size_t sent_bytes_max = size_t{1} << 30;  // of one file over a URL: it is held in memory
constexpr size_t rejections_shown = 10;

struct ImportCall {
  std::vector<std::string> paths;
  std::vector<std::pair<std::string, std::string>> named;  // source, tlp, ...
};

Result<ImportCall> take_apart(const std::vector<std::string>& words) {
  constexpr std::string_view known[] = {"source", "format", "type", "tlp", "confidence", "valid_until", "context"};
  ImportCall out;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      out.paths.push_back(word);
      continue;
    }
    if (word == "--replace") {
      out.named.emplace_back("replace", "true");
      continue;
    }
    const size_t equals = word.find('=');
    std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    std::ranges::replace(name, '-', '_');
    if (std::ranges::find(known, name) == std::end(known))
      return std::unexpected(fault(ErrorKind::invalid, "indicators_option", {{"option", word}}));
    if (equals == std::string::npos && i + 1 >= words.size())
      return std::unexpected(fault(ErrorKind::invalid, "needs_value", {{"option", word}}));
    out.named.emplace_back(std::move(name), equals == std::string::npos ? words[++i] : word.substr(equals + 1));
  }
  if (out.paths.empty()) return std::unexpected(fault(ErrorKind::invalid, "name_a_file"));
  return out;
}

void print_import(const Words& words, const json::object& one) {
  const auto number = [&](std::string_view key) { return json::serialize(one.at(key)); };
  fmt::print("{}\n", words("cli.indicators.imported", {{"name", printable(one.at("name").get_string())},
                                                       {"source", printable(one.at("source").get_string())},
                                                       {"format", printable(one.at("format").get_string())},
                                                       {"added", number("added")},
                                                       {"updated", number("updated")},
                                                       {"unchanged", number("unchanged")},
                                                       {"withdrawn", number("withdrawn")},
                                                       {"skipped", number("skipped")},
                                                       {"rejected", number("rejected")}}));
  const json::array& rejections = one.at("rejections").get_array();
  for (size_t i = 0; i < std::min(rejections.size(), rejections_shown); ++i) {
    const json::value& each = rejections[i];
    fmt::print(stderr, "  {}\n",
               words("cli.indicators.rejected", {{"line", json::serialize(each.at("line"))},
                                                 {"what", printable(each.at("what").get_string())},
                                                 {"reason", printable(each.at("reason").get_string())}}));
  }
  if (rejections.size() > rejections_shown)
    fmt::print(stderr, "  {}\n",
               words("cli.indicators.more_rejected",
                     {{"count", std::to_string(one.at("rejected").to_number<uint64_t>() - rejections_shown)}}));
}

Exit print_imports(const CommonOptions& common, const Words& words, const json::array& imports,
                   const json::array& failures) {
  if (common.json)
    fmt::print("{}\n", json::serialize(json::object{{"imports", imports}, {"failures", failures}}));
  else
    for (const json::value& one : imports) print_import(words, one.get_object());
  for (const json::value& failed : failures)
    fmt::print(stderr, "yagura: {}\n", printable(failed.at("message").get_string()));
  return failures.empty() ? Exit::done : Exit::could_not;
}

/// The server, or the house in this process, reads the files.
Exit import_by_path(const CommonOptions& common, const Words& words, Door& door, const ImportCall& call) {
  json::array paths;
  for (const std::string& path : call.paths) paths.emplace_back(std::filesystem::absolute(path).string());
  json::object body{{"paths", std::move(paths)}};
  for (const auto& [name, value] : call.named) {
    boost::system::error_code error;
    const json::value typed = json::parse(value, error);
    const bool plain = error || name == "source" || name == "context" || name == "valid_until";
    body[name] = plain ? json::value(value) : typed;
  }
  const auto answer = door.call("POST", "/api/v1/indicators/import/files", json::serialize(body));
  if (!answer) return say(answer.error());
  if (answer->status != 200) return say_problem(*answer);
  const json::object done = json::parse(answer->body).as_object();
  return print_imports(common, words, done.at("imports").get_array(), done.at("failures").get_array());
}

/// Reads one input whole and sends it.
Result<DoorAnswer> send(Door& door, const std::string& target, pipeline::InputStream& stream) {
  std::string bytes;
  formats::Block block;
  while (stream.next(block)) {
    bytes += block.bytes;
    if (bytes.size() > sent_bytes_max)
      return std::unexpected(fault(ErrorKind::limit, "too_large_to_send", {{"file", stream.name()}}));
  }
  if (const auto failed = stream.failure()) return std::unexpected(*failed);
  if (bytes.empty()) bytes = "\n";
  return door.call("POST", target, bytes, "application/octet-stream");
}

Exit import_by_sending(const CommonOptions& common, const Words& words, Door& door, const ImportCall& call) {
  json::array imports;
  std::vector<pipeline::InputFailure> failures;
  std::optional<DoorAnswer> refused;
  const auto has = [&](std::string_view name) {
    return std::ranges::find(call.named, name, &std::pair<std::string, std::string>::first) != call.named.end();
  };
  for (const pipeline::InputFile& file : pipeline::list_inputs(to_paths(call.paths), failures)) {
    pipeline::InputOutcome outcome;
    const auto status = pipeline::read_input(
        file, {},
        [&](pipeline::InputStream& stream) -> Status {
          const std::string source = source_of_file(stream.name());
          std::string target = "/api/v1/indicators/import?name=" + percent_encode(stream.name());
          if (!has("source")) target += "&source=" + percent_encode(source);
          for (const auto& [name, value] : call.named)
            if (name != "replace" || imports.empty() || !has("source"))
              target += "&" + name + "=" + percent_encode(value);
          auto answer = send(door, target, stream);
          if (!answer) return std::unexpected(answer.error());
          if (answer->status != 200) {
            refused = std::move(*answer);
            return failure(ErrorKind::refused, "refused");
          }
          json::object one = json::parse(answer->body).as_object();
          one["name"] = stream.name();
          one["source"] = source;
          for (const auto& [name, value] : call.named)
            if (name == "source") one["source"] = value;
          imports.push_back(std::move(one));
          return {};
        },
        outcome);
    if (refused) return say_problem(*refused);
    if (!status) return say(status.error());
    std::ranges::move(outcome.failures, std::back_inserter(failures));
  }
  json::array failed;
  for (const pipeline::InputFailure& one : failures)
    failed.push_back(json::object{{"name", one.name}, {"message", one.error.message}});
  return print_imports(common, words, imports, failed);
}

}  // namespace

Exit run_indicators(const CommonOptions& common, const RecordOptions& options) {
  if (options.extra.size() == 2 && options.extra.front() == "find" && !options.extra.back().starts_with("--")) {
    RecordOptions named = options;  // `find VALUE`
    named.extra = {"find", "--value", options.extra.back()};
    return run_records(common, named);
  }
  if (options.extra.empty() || options.extra.front() != "import") return run_records(common, options);
  const auto call = take_apart(options.extra);
  if (!call) {
    say(call.error());
    return Exit::usage;
  }
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  auto door = open_door(common, options.data, NoData::made);
  if (!door) return say(door.error());
  const bool sends = !options.data.url.empty() || std::ranges::find(call->paths, "-") != call->paths.end();
  return sends ? import_by_sending(common, *words, **door, *call) : import_by_path(common, *words, **door, *call);
}

}  // namespace yagura::app
