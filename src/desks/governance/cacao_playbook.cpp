#include "desks/governance/cacao_playbook.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "desks/actor.hpp"
#include "desks/blank.hpp"
#include "desks/governance/cacao.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;

constexpr size_t action_chars_max = 1000;
constexpr size_t by_chars_max = 200;
constexpr std::string_view nobody = "group--0d9b5b1e-93c1-4e0c-8f5e-3f6f2f0a7c10";  // the agent of a step without one

std::string cut(std::string_view text, size_t chars_max) {
  size_t end = 0;
  for (size_t chars = 0; end < text.size(); ++end)
    if ((static_cast<unsigned char>(text[end]) & 0xC0u) != 0x80u && chars++ == chars_max) break;
  return std::string(text.substr(0, end));
}

/// One line: records hold a step's action as a line of text.
std::string one_line(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(out, [](char c) { return c >= 0 && c < ' '; }, ' ');
  return std::string(trim_blank(out));
}

const json::object& ours(const json::object& step_or_playbook, std::string_view name) {
  return object_at(object_at(step_or_playbook, name), cacao_extension);
}

std::string words_of(const json::object& step, bool from_here) {
  std::string command;
  bool manual = false;
  for (const json::value& one : array_at(step, "commands"))
    if (one.is_object() && command.empty()) {
      command = text_at(one.as_object(), "command");
      manual = text_at(one.as_object(), "type") == "manual";
    }
  // Written here, the name is the beginning of the command; changed here, it may be the name alone that is shown.
  if (from_here && manual && command.starts_with(text_at(step, "name"))) return command;
  for (const std::string& said : {text_at(step, "name"), text_at(step, "description"), command})
    if (!one_line(said).empty()) return said;
  return text_at(step, text_at(step, "playbook_id").empty() ? "type" : "playbook_id");
}

json::object row_of(const json::object& document, const json::object& step, int64_t order) {
  const json::object& extension = ours(step, "step_extensions");
  std::string action = one_line(words_of(step, !extension.empty()));
  if (action.empty()) action = text_at(step, "type");
  json::object row{{"order", order}, {"action", cut(action, action_chars_max)}};
  if (const std::string agent = text_at(step, "agent"); !agent.empty() && agent != nobody)
    if (std::string by = one_line(text_at(object_at(object_at(document, "agent_definitions"), agent), "name"));
        !by.empty())
      row["by"] = cut(by, by_chars_max);
  constexpr int64_t ms_per_second = 1000;
  const int64_t timeout_ms = integer_at(step, "timeout");
  const int64_t within =
      extension.empty() ? (timeout_ms + ms_per_second - 1) / ms_per_second : integer_at(extension, "within");
  if (within > 0) row["within"] = within;
  const bool by_machine = std::ranges::any_of(array_at(step, "commands"), [](const json::value& one) {
    return one.is_object() && text_at(one.as_object(), "type") != "manual";
  });
  if (by_machine || flag_at(extension, "automatic")) row["automatic"] = true;
  return row;
}

/// The same for the same seed, shaped as UUID version 5 (RFC 9562) but of SHA-256.
std::string uuid_of(std::string_view seed) {
  std::string hex = sha256_hex(seed).substr(0, 32);
  hex[12] = '5';
  hex[16] = "89ab"[static_cast<size_t>(hex[16]) % 4];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

json::object extension_definition(const std::string& author) {
  return {
      {"type", "extension-definition"},
      {"name", "Yagura playbook"},
      {"description",
       "Criteria set and class of a playbook; deadline of a step in seconds from the decision, and whether a machine "
       "takes it"},
      {"created_by", author},
      {"schema", "set, class; within, automatic"},
      {"version", "1"}};
}

/// The lines of the record's table in their order; lines of the same number stay as they stand.
std::vector<const json::object*> rows_of(const ledger::Record& playbook) {
  std::vector<const json::object*> out;
  for (const json::value& row : array_at(playbook.body, "steps"))
    if (row.is_object()) out.push_back(&row.as_object());
  std::ranges::stable_sort(out, {}, [](const json::object* row) { return integer_at(*row, "order"); });
  return out;
}

std::vector<std::string> actions_of(const json::object& document) {
  std::vector<std::string> out;
  const json::object& workflow = object_at(document, "workflow");
  for (const std::string& id : reading_order(document))
    if (const std::string type = text_at(object_at(workflow, id), "type");
        type == "action" || type == "playbook-action")
      out.push_back(id);
  return out;
}

/// True when one action follows the other and a list says all that the document says of their order.
bool is_plain_sequence(const json::object& document) {
  return text_at(document, "workflow_exception").empty() &&
         std::ranges::all_of(object_at(document, "workflow"), [](const auto& member) {
           if (!member.value().is_object()) return false;
           const json::object& step = member.value().as_object();
           const std::string type = text_at(step, "type");
           return (type == "start" || type == "end" || type == "action") && text_at(step, "on_failure").empty();
         });
}

/// A document that came from elsewhere, with what was changed here written into its own steps, so that its branches,
/// variables and targets stay.
class Amending {
 public:
  Amending(const ledger::Record& playbook, const json::object& document, std::string_view ledger_id)
      : playbook_(playbook), out_(document), seed_(std::string(ledger_id) + "\n") {}

  /// Nothing when the lines of the table are no longer the document's actions, each in its place.
  std::optional<json::object> document() {
    const json::array before = playbook_fields(out_).at("steps").as_array();
    const std::vector<const json::object*> rows = rows_of(playbook_);
    const std::vector<std::string> ids = actions_of(out_);
    if (rows.size() != ids.size() || is_shuffled(before, rows)) return std::nullopt;
    out_["name"] = text_at(playbook_.body, "title");
    if (const std::string purpose = text_at(playbook_.body, "purpose"); !purpose.empty())
      out_["description"] = purpose;
    else
      out_.erase("description");
    if (const std::string now = format_time(playbook_.updated_at, 3); text_at(out_, "modified") < now)
      out_["modified"] = now;
    if (playbook_.state == "retired") out_["revoked"] = true;
    for (size_t i = 0; i < rows.size(); ++i)
      if (!is_same_line(before[i].as_object(), *rows[i]))
        amend(out_["workflow"].as_object()[ids[i]].as_object(), before[i].as_object(), *rows[i]);
    return says_the_same() ? std::optional(std::move(out_)) : std::nullopt;
  }

 private:
  static bool is_same_line(const json::object& before, const json::object& row) {
    return text_at(before, "action") == text_at(row, "action") && text_at(before, "by") == text_at(row, "by") &&
           integer_at(before, "within") == integer_at(row, "within") &&
           flag_at(before, "automatic") == flag_at(row, "automatic");
  }

  /// True when the words of one action stand in the place of another: somebody moved lines about.
  static bool is_shuffled(const json::array& before, const std::vector<const json::object*>& rows) {
    std::vector<std::string> words;
    for (const json::value& line : before) words.push_back(text_at(line.as_object(), "action"));
    for (size_t i = 0; i < rows.size(); ++i)
      if (const std::string now = text_at(*rows[i], "action");
          now != words[i] && std::ranges::find(words, now) != words.end())
        return true;
    return false;
  }

  void amend(json::object& step, const json::object& before, const json::object& row) {
    const std::string words = text_at(row, "action");
    const bool reworded = text_at(before, "action") != words;
    const bool acts = text_at(step, "type") == "action";
    if (reworded) step["name"] = cut(words, cacao_name_chars_max);
    // What was reworded here is done by who reads it: the machine's command did what stood there before.
    if (reworded && acts) step["commands"] = json::array{json::object{{"type", "manual"}, {"command", words}}};
    if (acts && text_at(before, "by") != text_at(row, "by")) step["agent"] = agent(text_at(row, "by"));
    json::object extension;
    if (const int64_t within = integer_at(row, "within"); within > 0) extension["within"] = within;
    extension["automatic"] = flag_at(row, "automatic");
    if (!step.contains("step_extensions")) step["step_extensions"] = json::object();
    step["step_extensions"].as_object()[cacao_extension] = std::move(extension);
    if (!out_.contains("extension_definitions")) out_["extension_definitions"] = json::object();
    if (json::object& all = out_["extension_definitions"].as_object(); !all.contains(cacao_extension))
      all[cacao_extension] = extension_definition("identity--" + uuid_of(seed_));
  }

  std::string agent(const std::string& by) {
    if (!out_.contains("agent_definitions")) out_["agent_definitions"] = json::object();
    json::object& all = out_["agent_definitions"].as_object();
    for (const auto& known : all)
      if (known.value().is_object() && !by.empty() && text_at(known.value().as_object(), "name") == by)
        return known.key();
    std::string id(nobody);
    if (!by.empty()) id = "group--" + uuid_of(seed_ + by);
    all[id] = json::object{{"type", "group"}, {"name", by.empty() ? "anybody" : by}};
    return id;
  }

  /// Whether who takes the document in would read what stands here.
  bool says_the_same() const {
    const json::object fields = playbook_fields(out_);
    const json::array& lines = fields.at("steps").as_array();
    const std::vector<const json::object*> rows = rows_of(playbook_);
    for (size_t i = 0; i < rows.size(); ++i)
      if (i >= lines.size() || !is_same_line(lines[i].as_object(), *rows[i])) return false;
    return lines.size() == rows.size() && check_cacao(out_).empty();
  }

  const ledger::Record& playbook_;
  json::object out_;
  std::string seed_;
};

class Writing {
 public:
  Writing(const ledger::Record& playbook, std::string_view ledger_id)
      : playbook_(playbook), seed_(std::string(ledger_id) + "\n" + playbook.id.value + "\n") {}

  json::object document() {
    const json::object& before = object_at(playbook_.body, "cacao");
    const std::string from_elsewhere = text_at(before, "id");
    json::object out{{"type", "playbook"},
                     {"spec_version", "cacao-2.0"},
                     {"id", from_elsewhere.empty() ? id("playbook", "") : from_elsewhere},
                     {"name", text_at(playbook_.body, "title")}};
    if (const std::string purpose = text_at(playbook_.body, "purpose"); !purpose.empty()) out["description"] = purpose;
    out["created_by"] = from_elsewhere.empty() ? author() : text_at(before, "created_by");
    out["created"] = from_elsewhere.empty() ? format_time(playbook_.created_at, 3) : text_at(before, "created");
    out["modified"] = format_time(playbook_.updated_at, 3);
    if (playbook_.state == "retired") out["revoked"] = true;
    json::object extension{{"set", text_at(playbook_.body, "set")}};
    if (const std::string class_id = text_at(playbook_.body, "class"); !class_id.empty()) {
      out["labels"] = json::array{class_id};
      extension["class"] = class_id;
    }
    out["playbook_extensions"] = json::object{{cacao_extension, std::move(extension)}};
    workflow(out);
    out["agent_definitions"] = std::move(agents_);
    out["extension_definitions"] = json::object{{cacao_extension, extension_definition(author())}};
    return out;
  }

 private:
  std::string id(std::string_view kind, std::string_view what) const {
    return std::string(kind) + "--" + uuid_of(seed_ + std::string(kind) + "\n" + std::string(what));
  }
  std::string author() const { return "identity--" + uuid_of(seed_.substr(0, seed_.find('\n'))); }

  std::string agent(const std::string& by) {
    const std::string named = by.empty() ? std::string(nobody) : id("group", by);
    agents_[named] = json::object{{"type", "group"}, {"name", by.empty() ? "anybody" : by}};
    return named;
  }

  void workflow(json::object& out) {
    const std::vector<const json::object*> rows = rows_of(playbook_);
    json::object steps;
    const std::string start = id("start", "");
    const std::string end = id("end", "");
    std::vector<std::string> ids;
    for (size_t i = 0; i < rows.size(); ++i) ids.push_back(id("action", std::to_string(i)));
    ids.push_back(end);
    steps[start] = json::object{{"type", "start"}, {"on_completion", ids.front()}};
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string words = text_at(*rows[i], "action");
      json::object extension;
      if (const int64_t within = integer_at(*rows[i], "within"); within > 0) extension["within"] = within;
      extension["automatic"] = flag_at(*rows[i], "automatic");
      steps[ids[i]] = json::object{{"type", "action"},
                                   {"name", cut(words, cacao_name_chars_max)},
                                   {"commands", json::array{json::object{{"type", "manual"}, {"command", words}}}},
                                   {"agent", agent(text_at(*rows[i], "by"))},
                                   {"on_completion", ids[i + 1]},
                                   {"step_extensions", json::object{{cacao_extension, std::move(extension)}}}};
    }
    steps[end] = json::object{{"type", "end"}};
    out["workflow_start"] = start;
    out["workflow"] = std::move(steps);
  }

  const ledger::Record& playbook_;
  std::string seed_;
  json::object agents_;
};

/// What stands in a record and in the fields that a document gives, whether an absent one is written or not.
bool same(const json::object& record, const json::object& fields, std::string_view name) {
  const json::value* one = record.if_contains(name);
  const json::value* other = fields.if_contains(name);
  const bool none = one == nullptr || one->is_null();
  if (none || other == nullptr) return none && other == nullptr;
  return *one == *other;
}

}  // namespace

json::object playbook_fields(const json::object& document) {
  json::array steps;
  for (const std::string& id : actions_of(document))
    steps.push_back(
        row_of(document, object_at(object_at(document, "workflow"), id), static_cast<int64_t>(steps.size()) + 1));
  std::string title = one_line(text_at(document, "name"));
  if (title.empty()) title = text_at(document, "id");
  json::object out{{"title", std::move(title)},
                   {"steps", std::move(steps)},
                   {"cacao", document},
                   {"cacao_id", text_at(document, "id")}};
  if (const std::string purpose = text_at(document, "description"); !purpose.empty()) out["purpose"] = purpose;
  const json::object& extension = ours(document, "playbook_extensions");
  for (const char* name : {"set", "class"})
    if (const std::string value = text_at(extension, name); !value.empty()) out[name] = value;
  return out;
}

ledger::Outcome<json::object> cacao_of(const ledger::Record& playbook, std::string_view ledger_id) {
  const json::object& document = object_at(playbook.body, "cacao");
  if (document.empty()) return Writing(playbook, ledger_id).document();
  const json::object fields = playbook_fields(document);
  if (same(playbook.body, fields, "title") && same(playbook.body, fields, "purpose") &&
      same(playbook.body, fields, "steps"))
    return document;
  if (auto amended = Amending(playbook, document, ledger_id).document()) return std::move(*amended);
  if (is_plain_sequence(document)) return Writing(playbook, ledger_id).document();
  return refuse_because(
      "governance.playbook.branches",
      "the document of " + playbook.id.value +
          " has branches, and its steps were added, removed or moved since; a list does not say where "
          "the branches lead now",
      "put the steps back and change their words alone, or import a document that was edited",
      {{"id", playbook.id.value}});
}

}  // namespace yagura::desks::governance
