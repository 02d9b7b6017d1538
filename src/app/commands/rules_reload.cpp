#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

void print_faults(const json::value& status, std::string_view list) {
  for (const json::value& fault : status.at(list).as_array())
    fmt::print(stderr, "yagura: {}:{}: {} [{}]\n", printable(fault.at("file").get_string()),
               fault.at("line").as_int64(), printable(fault.at("reason").get_string()),
               printable(fault.at("code").get_string()));
}

}  // namespace

Exit run_rules_reload(const CommonOptions& common, const DataOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  auto door = options.url.empty() ? open_control_door(common, options.data) : open_url_door(common, options);
  if (!door) return say(door.error());
  if (!*door) return say(fault(ErrorKind::unavailable, "no_server"));
  const auto answer = (*door)->call("POST", "/api/v1/rules/reload");
  if (!answer) return say(answer.error());
  if (answer->status != 200) return say_problem(*answer);
  boost::system::error_code error;
  const json::value body = json::parse(answer->body, error);
  if (error || !body.is_object()) return say(fault(ErrorKind::network, "answer_unreadable", {{"what", "rules"}}));
  const json::value& status = body.at("status");
  if (common.json) {
    fmt::print("{}\n", json::serialize(body));
  } else {
    const auto number = [](const json::value& from, std::string_view key) { return json::serialize(from.at(key)); };
    fmt::print("{}\n", (*words)("cli.rules.reloaded", {{"changed", number(body, "rules_changed")},
                                                       {"removed", number(body, "rules_removed")},
                                                       {"loaded", number(status, "loaded")},
                                                       {"rejected", number(status, "rejected")},
                                                       {"held", number(status, "held")}}));
    print_faults(status, "rejections");
    print_faults(status, "holds");
  }
  return status.at("rejected").as_int64() == 0 ? Exit::done : Exit::no;
}

}  // namespace yagura::app
