// skills load FILE --framework NAME --edition EDITION: an overlay of skills is sent as it is. Everything else of
// `skills` is the API's.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/given_file.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

constexpr size_t overlay_bytes_max = 16 << 20;

struct LoadCall {
  std::string file;
  std::string framework;
  std::string edition;
};

Result<LoadCall> take_apart(const std::vector<std::string>& words) {
  LoadCall out;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    std::string* value = word == "--framework" ? &out.framework : word == "--edition" ? &out.edition : nullptr;
    if (!value && word.starts_with("--"))
      return std::unexpected(fault(ErrorKind::invalid, "skills_option", {{"option", word}}));
    if (!value) {
      out.file = word;
    } else if (i + 1 < words.size()) {
      *value = words[++i];
    } else {
      return std::unexpected(fault(ErrorKind::invalid, "needs_value", {{"option", word}}));
    }
  }
  if (out.file.empty() || out.framework.empty() || out.edition.empty())
    return std::unexpected(fault(ErrorKind::invalid, "skills_usage"));
  return out;
}

}  // namespace

Exit run_skills(const CommonOptions& common, const RecordOptions& options) {
  if (options.extra.empty() || options.extra.front() != "load") return run_records(common, options);
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const auto call = take_apart(options.extra);
  if (!call) {
    (void)say(call.error());
    return Exit::usage;
  }
  const auto bytes = read_given(call->file, overlay_bytes_max);
  if (!bytes) return say(bytes.error());
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  const auto answer = (*door)->call("POST",
                                    fmt::format("/api/v1/skills/overlay?framework={}&edition={}",
                                                percent_encode(call->framework), percent_encode(call->edition)),
                                    *bytes, "application/octet-stream");
  if (!answer) return say(answer.error());
  if (answer->status >= 400) return say_problem(*answer);
  if (common.json) {
    fmt::print("{}\n", answer->body);
    return Exit::done;
  }
  boost::system::error_code broken;
  const json::value done = json::parse(answer->body, broken);
  if (broken) return say(fault(ErrorKind::network, "answer_unreadable", {{"what", "skills"}}));
  const auto number = [&](const char* key) { return std::to_string(done.at(key).to_number<int64_t>()); };
  fmt::print("{}\n", (*words)("cli.skills.loaded", {{"framework", printable(done.at("framework").as_string())},
                                                    {"edition", printable(done.at("edition").as_string())},
                                                    {"created", number("created")},
                                                    {"changed", number("changed")},
                                                    {"unchanged", number("unchanged")},
                                                    {"replaced", number("replaced")}}));
  return Exit::done;
}

}  // namespace yagura::app
