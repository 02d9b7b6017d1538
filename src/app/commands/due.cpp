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

std::string text_of(const json::object& item, std::string_view name) {
  const json::value* value = item.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::string joined(const json::value* list) {
  std::string out;
  if (list != nullptr && list->is_array())
    for (const json::value& one : list->get_array()) out += (out.empty() ? "" : ", ") + std::string(one.get_string());
  return out;
}

/// What has to be done, in the reader's language.
std::string duty_of(const Words& words, const json::object& item) {
  if (const json::value* title = item.if_contains("title"))
    return std::string(title->at(to_text(words.lang)).as_string());
  return words("cli.due." + text_of(item, "kind"));
}

void print_items(const Words& words, const json::object& answer) {
  const json::array& items = answer.at("items").as_array();
  std::vector<std::vector<std::string>> rows;
  for (const json::value& value : items) {
    const json::object& item = value.as_object();
    const std::string from = text_of(item, "from");
    constexpr size_t minutes_end = 16;  // 2026-04-08T10:58
    rows.push_back({text_of(item, "due_at").substr(0, minutes_end) + "Z",
                    item.at("overdue").as_bool() ? words("cli.due.late") : "", joined(item.if_contains("acts")),
                    from.empty() ? "" : from + " > " + text_of(item, "to"), text_of(item, "record"),
                    clip(text_of(item, "what"), 40), duty_of(words, item), text_of(item, "who")});
  }
  if (rows.empty()) {
    fmt::print("{}\n", words("cli.due.none"));
    return;
  }
  print_table({words("cli.due.by"), "", words("cli.due.acts"), words("cli.due.from_to"), words("cli.due.record"),
               words("cli.due.what"), words("cli.due.duty"), words("cli.due.who")},
              rows);
  if (answer.at("more").as_bool()) fmt::print("{}\n", words("cli.due.more"));
}

}  // namespace

Exit run_due(const CommonOptions& common, const DueOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  std::string query;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name, percent_encode(value));
  };
  add("role", options.role);
  add("type", options.type);
  add("kind", options.kind);
  add("overdue", options.overdue ? "true" : "");
  const auto answer = (*door)->call("GET", "/api/v1/due" + query);
  if (!answer) return say(answer.error());
  if (answer->status != 200) return say_problem(*answer);
  if (common.json) {
    fmt::print("{}\n", answer->body);
    return Exit::done;
  }
  boost::system::error_code error;
  const json::value parsed = json::parse(answer->body, error);
  if (error || !parsed.is_object()) return say(fault(ErrorKind::network, "answer_unreadable", {{"what", "due"}}));
  print_items(*words, parsed.get_object());
  return Exit::done;
}

}  // namespace yagura::app
