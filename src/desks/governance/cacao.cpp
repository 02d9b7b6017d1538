#include "desks/governance/cacao.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "base/time.hpp"
#include "desks/blank.hpp"
#include "desks/governance/cacao_graph.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 8> step_types{"start",    "end",          "action",          "playbook-action",
                                                     "parallel", "if-condition", "while-condition", "switch-condition"};

class Check {
 public:
  explicit Check(const json::object& document) : document_(document) {}

  std::vector<ledger::Reason> run() {
    if (json::serialize(document_).size() > cacao_bytes_max) {
      fault("too_big", "", fmt::format("the document is larger than {} bytes", cacao_bytes_max));
      return std::move(faults_);
    }
    head();
    definitions();
    steps();
    if (faults_.empty()) graph();
    if (more_ > 0)
      faults_.push_back({"governance.cacao.more",
                         "",
                         fmt::format("and {} more", more_),
                         "mend these first",
                         {{"count", std::to_string(more_)}}});
    return std::move(faults_);
  }

 private:
  void fault(std::string_view code, const std::string& place, const std::string& what) {
    if (faults_.size() == cacao_faults_max) {
      ++more_;
      return;
    }
    faults_.push_back({"governance.cacao." + std::string(code),
                       place,
                       what,
                       "see CACAO Security Playbooks 2.0",
                       {{"place", place.empty() ? std::string("-") : place}}});
  }

  /// The text of a property; a fault when it must be there and is not, or is none, or is too long.
  std::string text(const json::object& from, const std::string& place, std::string_view name, bool must,
                   size_t chars_max = cacao_text_chars_max) {
    const json::value* value = from.if_contains(name);
    const std::string at = place + std::string(name);
    if (value == nullptr) {
      if (must) fault("missing", at, at + " is required");
      return {};
    }
    if (!value->is_string()) {
      fault("wrong", at, at + " is no text");
      return {};
    }
    std::string out(value->as_string());
    if (must && trim_blank(out).empty()) fault("missing", at, at + " is empty");
    if (code_points(out) > chars_max) fault("wrong", at, fmt::format("{} is longer than {} characters", at, chars_max));
    return out;
  }

  std::string id(const json::object& from, const std::string& place, std::string_view name, bool must,
                 std::string_view kind = {}) {
    std::string out = text(from, place, name, must);
    if (!out.empty() && !is_cacao_id(out, kind)) {
      const std::string at = place + std::string(name);
      fault("id", at, fmt::format("{} is no identifier {}--UUID", at, kind.empty() ? "type" : kind));
    }
    return out;
  }

  std::optional<Timestamp> time(std::string_view name, bool must) {
    const std::string written = text(document_, "", name, must, 64);
    if (written.empty()) return std::nullopt;
    const auto out = parse_time(written);
    if (!out) fault("wrong", std::string(name), std::string(name) + " is no time such as 2026-04-01T09:00:00.000Z");
    return out;
  }

  void whole_number(const json::object& from, const std::string& place, std::string_view name, int64_t max) {
    const json::value* value = from.if_contains(name);
    if (value == nullptr) return;
    const int64_t number = integer_at(from, name, -1);
    const std::string at = place + std::string(name);
    if (number < 0 || number > max) fault("wrong", at, fmt::format("{} is a whole number from 0 to {}", at, max));
  }

  void text_list(std::string_view name) {
    const json::value* value = document_.if_contains(name);
    if (value == nullptr) return;
    const bool good =
        value->is_array() && value->as_array().size() <= cacao_items_max &&
        std::ranges::all_of(value->as_array(), [](const json::value& one) {
          return one.is_string() && !one.as_string().empty() && one.as_string().size() <= cacao_text_chars_max;
        });
    if (!good) fault("wrong", std::string(name), std::string(name) + " is a list of texts");
  }

  /// A dictionary's members, which are objects; a fault for what is none.
  std::vector<std::pair<std::string, const json::object*>> members(const json::object& from, const std::string& place,
                                                                   std::string_view name) {
    std::vector<std::pair<std::string, const json::object*>> out;
    const json::value* value = from.if_contains(name);
    if (value == nullptr) return out;
    const std::string at = place + std::string(name);
    if (!value->is_object() || value->as_object().size() > cacao_items_max) {
      fault("wrong", at, fmt::format("{} is a map of at most {} objects", at, cacao_items_max));
      return out;
    }
    for (const auto& member : value->as_object()) {
      const std::string key(member.key());
      if (member.value().is_object())
        out.emplace_back(key, &member.value().as_object());
      else
        fault("wrong", at + "." + shown_key(key), "this is no object");
    }
    return out;
  }

  /// A key as a fault names it: an identifier whole, longer ones cut between characters.
  static std::string shown_key(std::string_view key) {
    constexpr size_t shown_bytes_max = 120;
    if (key.size() <= shown_bytes_max) return std::string(key);
    size_t end = shown_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(key[end]) & 0xC0u) == 0x80u) --end;
    return std::string(key.substr(0, end)) + "...";
  }

  void head() {
    if (text(document_, "", "type", true) != "playbook") fault("wrong", "type", "type is 'playbook'");
    if (text(document_, "", "spec_version", true) != "cacao-2.0")
      fault("wrong", "spec_version", "spec_version is 'cacao-2.0'");
    id(document_, "", "id", true, "playbook");
    text(document_, "", "name", true, cacao_name_chars_max);
    text(document_, "", "description", false);
    id(document_, "", "created_by", true, "identity");
    const auto created = time("created", true);
    const auto modified = time("modified", true);
    if (created && modified && *modified < *created) fault("wrong", "modified", "modified is earlier than created");
    const auto from = time("valid_from", false);
    const auto until = time("valid_until", false);
    if (from && until && *until <= *from) fault("wrong", "valid_until", "valid_until is not later than valid_from");
    for (const std::string_view name : {"priority", "severity", "impact"}) whole_number(document_, "", name, 100);
    for (const std::string_view name : {"playbook_types", "playbook_activities", "labels", "industry_sectors",
                                        "derived_from", "related_to", "markings"})
      text_list(name);
    if (const json::value* revoked = document_.if_contains("revoked"); revoked != nullptr && !revoked->is_bool())
      fault("wrong", "revoked", "revoked is true or false");
  }

  void definitions() {
    for (const auto& [key, one] : members(document_, "", "playbook_variables"))
      text(*one, "playbook_variables." + shown_key(key) + ".", "type", true);
    for (const std::string_view name : {"agent_definitions", "target_definitions"})
      for (const auto& [key, one] : members(document_, "", name)) {
        const std::string place = std::string(name) + "." + shown_key(key);
        if (!is_cacao_id(key)) fault("id", place, "the key is no identifier type--UUID");
        text(*one, place + ".", "type", true);
        text(*one, place + ".", "name", true);
        (name == "agent_definitions" ? agents_ : targets_).insert(key);
      }
    for (const auto& [key, one] : members(document_, "", "extension_definitions")) {
      const std::string place = "extension_definitions." + shown_key(key);
      if (!is_cacao_id(key, "extension-definition")) fault("id", place, "the key is no extension-definition--UUID");
      for (const std::string_view name : {"type", "name", "created_by", "schema", "version"})
        text(*one, place + ".", name, true);
    }
    for (const std::string_view name :
         {"authentication_info_definitions", "data_marking_definitions", "playbook_extensions"})
      members(document_, "", name);
  }

  void steps() {
    const json::value* workflow = document_.if_contains("workflow");
    if (workflow == nullptr || !workflow->is_object()) {
      fault("missing", "workflow", "workflow is required: a map of steps");
      return;
    }
    if (workflow->as_object().size() > cacao_steps_max) {
      fault("wrong", "workflow", fmt::format("workflow holds more than {} steps", cacao_steps_max));
      return;
    }
    int starts = 0;
    bool ends = false;
    bool acts = false;
    for (const auto& [key, one] : members(document_, "", "workflow")) {
      const std::string type = step(key, *one);
      starts += type == "start" ? 1 : 0;
      ends = ends || type == "end";
      acts = acts || type == "action" || type == "playbook-action";
    }
    if (starts != 1) fault("start", "workflow", "a workflow has exactly one start step");
    if (!ends) fault("no_step", "workflow", "a workflow has an end step");
    if (!acts) fault("no_step", "workflow", "a workflow has an action or playbook-action step");
    const std::string first = id(document_, "", "workflow_start", true);
    if (!first.empty() && text_at(object_at(workflow->as_object(), first), "type") != "start")
      fault("start", "workflow_start", "workflow_start names the start step");
    if (document_.contains("workflow_exception"))
      refer(id(document_, "", "workflow_exception", true), "workflow_exception");
  }

  /// A reference to a step, which may not be the start.
  void refer(const std::string& to, const std::string& place) {
    if (to.empty()) return;
    const json::object& workflow = object_at(document_, "workflow");
    if (!workflow.contains(to))
      fault("dangling", place, "there is no step " + shown_key(to));
    else if (text_at(object_at(workflow, to), "type") == "start")
      fault("start", place, "nothing leads back to the start step");
  }

  std::string step(const std::string& key, const json::object& one) {
    const std::string place = "workflow." + shown_key(key) + ".";
    const std::string type = text(one, place, "type", true);
    if (!type.empty() && std::ranges::find(step_types, type) == step_types.end())
      fault("wrong", place + "type", "there is no step of type " + shown_key(type));
    if (!is_cacao_id(key, type) && !is_cacao_id(key, "step"))
      fault("id", place.substr(0, place.size() - 1), "the key is not its type and a UUID");
    text(one, place, "name", false, cacao_name_chars_max);
    text(one, place, "description", false);
    for (const std::string_view name : {"delay", "timeout"}) whole_number(one, place, name, cacao_wait_ms_max);
    const bool on_outcome = one.contains("on_success") || one.contains("on_failure");
    if (one.contains("on_completion") && on_outcome)
      fault("both_ways", place + "on_completion", "on_completion stands alone, or on_success and on_failure do");
    for (const std::string_view name : {"on_completion", "on_success", "on_failure"}) {
      if (type == "end" && one.contains(name)) fault("wrong", place + std::string(name), "nothing follows an end step");
      refer(id(one, place, name, type == "start" && name == "on_completion"), place + std::string(name));
    }
    branches(type, place, one);
    return type;
  }

  void branches(const std::string& type, const std::string& place, const json::object& one) {
    if (type == "action") action(place, one);
    if (type == "playbook-action") id(one, place, "playbook_id", true, "playbook");
    if (type == "if-condition" || type == "while-condition") {
      text(one, place, "condition", true);
      refer(id(one, place, "on_true", true), place + "on_true");
      if (one.contains("on_false")) refer(id(one, place, "on_false", true), place + "on_false");
    }
    if (type == "parallel") {
      const json::array& next = array_at(one, "next_steps");
      if (next.empty()) fault("missing", place + "next_steps", "next_steps is a list of steps");
      if (next.size() > cacao_edges_max)
        fault("wrong", place + "next_steps", fmt::format("more than {} steps at once", cacao_edges_max));
      for (const json::value& to : next)
        if (to.is_string())
          refer(std::string(to.as_string()), place + "next_steps");
        else
          fault("wrong", place + "next_steps", "next_steps is a list of steps");
    }
    if (type == "switch-condition") {
      text(one, place, "switch", true);
      const json::object& cases = object_at(one, "cases");
      if (cases.empty()) fault("missing", place + "cases", "cases is a map from values to steps");
      if (cases.size() > cacao_edges_max)
        fault("wrong", place + "cases", fmt::format("more than {} cases", cacao_edges_max));
      for (const auto& entry : cases)
        refer(id(cases, place + "cases.", entry.key(), true), place + "cases." + shown_key(entry.key()));
    }
  }

  void action(const std::string& place, const json::object& one) {
    const json::array& commands = array_at(one, "commands");
    if (commands.empty()) fault("missing", place + "commands", "an action has at least one command");
    if (commands.size() > cacao_edges_max)
      fault("wrong", place + "commands", fmt::format("more than {} commands", cacao_edges_max));
    for (const json::value& command : commands) {
      if (!command.is_object()) {
        fault("wrong", place + "commands", "a command is an object");
        continue;
      }
      const std::string at = place + "commands.";
      const std::string type = text(command.as_object(), at, "type", true);
      const bool said = !text(command.as_object(), at, "command", false).empty() ||
                        !text(command.as_object(), at, "command_b64", false, cacao_bytes_max).empty();
      if (!said && type != "caldera-cmd") fault("missing", at + "command", "command or command_b64 is required");
    }
    const std::string agent = id(one, place, "agent", true);
    if (!agent.empty() && !agents_.contains(agent))
      fault("dangling", place + "agent", "agent_definitions has no " + shown_key(agent));
    for (const std::string& target : texts_at(one, "targets"))
      if (!targets_.contains(target))
        fault("dangling", place + "targets", "target_definitions has no " + shown_key(target));
  }

  void graph() {
    const CacaoGraph seen = walk(document_);
    if (!seen.cycle.empty()) fault("cycle", "workflow." + shown_key(seen.cycle), "this step leads back to itself");
    for (const auto& member : object_at(document_, "workflow"))
      if (!seen.reached.contains(member.key()))
        fault("unreachable", "workflow." + shown_key(member.key()), "nothing leads to this step");
  }

  const json::object& document_;
  std::set<std::string, std::less<>> agents_;
  std::set<std::string, std::less<>> targets_;
  std::vector<ledger::Reason> faults_;
  int64_t more_ = 0;
};

bool is_hexadecimal(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

bool is_cacao_id(std::string_view text, std::string_view kind) {
  constexpr size_t uuid_chars = 36;
  constexpr std::string_view between = "--";
  if (text.size() < uuid_chars + between.size() + 1) return false;
  const std::string_view uuid = text.substr(text.size() - uuid_chars);
  const std::string_view lead = text.substr(0, text.size() - uuid_chars);
  if (!lead.ends_with(between)) return false;
  const std::string_view named = lead.substr(0, lead.size() - between.size());
  if (!kind.empty() && named != kind) return false;
  if (named.size() > cacao_name_chars_max || !std::ranges::all_of(named, [](char c) {
        return c == '-' || c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      }))
    return false;
  for (size_t i = 0; i < uuid_chars; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? uuid[i] != '-' : !is_hexadecimal(uuid[i])) return false;
  }
  return true;
}

std::vector<ledger::Reason> check_cacao(const json::object& document) {
  return Check(document).run();
}

std::vector<std::string> reading_order(const json::object& document) {
  return walk(document).order;
}

}  // namespace yagura::desks::governance
