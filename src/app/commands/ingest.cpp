#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <optional>

#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/given_file.hpp"
#include "app/house.hpp"
#include "app/input.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "pipeline/ingest_files.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

constexpr std::string_view standard_input = "-";
constexpr size_t sent_bytes_max = size_t{1} << 30;  // of standard input beside a server: it is held in memory

/// What both ways print: the same members, so that scripts need not know whether a server ran.
Exit print_summary(const CommonOptions& common, const Words& words, const json::object& summary) {
  if (common.json) {
    fmt::print("{}\n", json::serialize(summary));
  } else {
    const auto number = [&](std::string_view key) { return json::serialize(summary.at(key)); };
    fmt::print("{}\n", words("cli.ingest.summary", {{"inputs", number("inputs")},
                                                    {"events", number("events")},
                                                    {"before", number("events_before")},
                                                    {"dirty", number("dirty")},
                                                    {"findings", number("findings")}}));
  }
  const json::array& failures = summary.at("failures").get_array();
  for (const json::value& failed : failures)
    fmt::print(stderr, "yagura: {}\n", printable(failed.at("message").get_string()));
  return failures.empty() ? Exit::done : Exit::could_not;
}

/// Before the error's own words: what became of the events, and what to do.
void say_disk_full(const Words& words) {
  fmt::print(stderr, "yagura: {}\n", words("cli.ingest.disk_full"));
}

Result<DoorAnswer> ask_for_files(Door& door, const IngestOptions& options) {
  json::array paths;
  for (const std::string& path : options.paths)
    if (path != standard_input) paths.push_back(json::string(path_to_text(std::filesystem::absolute(path))));
  return door.call("POST", "/api/v1/ingest/files",
                   json::serialize(json::object{
                       {"paths", std::move(paths)}, {"format", options.input_format}, {"encoding", options.encoding}}));
}

/// The server can't read what this program is given: it is sent whole.
Result<DoorAnswer> send_standard_input(Door& door, const IngestOptions& options) {
  auto bytes = read_given(std::string(standard_input), sent_bytes_max);
  if (!bytes) return std::unexpected(bytes.error());
  std::string target = "/api/v1/ingest?source=-";
  if (!options.input_format.empty()) target += "&format=" + percent_encode(options.input_format);
  if (!options.encoding.empty()) target += "&encoding=" + percent_encode(options.encoding);
  if (bytes->empty()) *bytes = "\n";  // without a body there is nothing to take in
  return door.call("POST", target, *bytes, "application/octet-stream");
}

Exit ingest_by_door(const CommonOptions& common, const Words& words, Door& door, const IngestOptions& options) {
  const auto sent = std::ranges::count(options.paths, standard_input);
  json::object summary{{"inputs", 0}, {"events", 0},   {"events_before", 0},
                       {"dirty", 0},  {"findings", 0}, {"failures", json::array()}};
  const auto ask = [&](const Result<DoorAnswer>& answer) -> std::optional<Exit> {
    if (!answer) return say(answer.error());
    if (answer->status == 507) say_disk_full(words);
    if (answer->status != 200) return say_problem(*answer);
    for (const auto& [name, value] : json::parse(answer->body).as_object()) {
      if (value.is_array())
        summary[name] = value;
      else
        summary[name] = summary[name].to_number<int64_t>() + value.to_number<int64_t>();
    }
    return std::nullopt;
  };
  if (options.paths.size() > static_cast<size_t>(sent))
    if (const auto failed = ask(ask_for_files(door, options))) return *failed;
  if (sent > 0) {
    if (const auto failed = ask(send_standard_input(door, options))) return *failed;
    summary["inputs"] = summary["inputs"].to_number<int64_t>() + 1;
  }
  return print_summary(common, words, summary);
}

Exit ingest_here(const CommonOptions& common, const Words& words, const InputChoice& choice,
                 const IngestOptions& options) {
  Config config;
  config.rules = options.rules;
  auto house = House::open(common, options.data.data, config);
  if (!house) return say(house.error());
  pipeline::IngestFilesOptions files;
  files.format = choice.format;
  files.input.encoding = choice.encoding;
  Progress progress(words("cli.progress.events"));
  files.on_progress = [&](uint64_t done, uint64_t total, uint64_t events) { progress.update(done, total, events); };
  const auto summary = pipeline::ingest_files(to_paths(options.paths), (*house)->ingest(), (*house)->checkpoints(),
                                              (*house)->counters(), files);
  if (!summary && summary.error().kind == ErrorKind::disk_full) say_disk_full(words);
  if (!summary) return say(summary.error());
  if (auto settled = (*house)->ledger().run_reactions(); !settled) return say(settled.error());
  return print_summary(common, words, to_json(*summary));
}

}  // namespace

Exit run_ingest(const CommonOptions& common, const IngestOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const auto choice = choose_input(options.input_format, options.encoding);
  if (!choice) return say(choice.error());
  if (!options.data.url.empty()) return say(fault(ErrorKind::invalid, "ingest_url"));
  auto running = open_control_door(common, options.data.data);
  if (!running) return say(running.error());
  if (*running) {
    if (!options.rules.empty()) return say(fault(ErrorKind::invalid, "ingest_rules"));
    return ingest_by_door(common, *words, **running, options);
  }
  return ingest_here(common, *words, *choice, options);
}

}  // namespace yagura::app
