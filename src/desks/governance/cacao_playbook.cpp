#include "desks/governance/cacao_playbook.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
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
  if (from_here && manual) return command;
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
    out["extension_definitions"] =
        json::object{{cacao_extension, json::object{{"type", "extension-definition"},
                                                    {"name", "Yagura playbook"},
                                                    {"description",
                                                     "Criteria set and class of a playbook; deadline of a step in "
                                                     "seconds from the decision, and whether a machine takes it"},
                                                    {"created_by", author()},
                                                    {"schema", "set, class; within, automatic"},
                                                    {"version", "1"}}}};
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
    std::vector<const json::object*> rows;
    for (const json::value& row : array_at(playbook_.body, "steps"))
      if (row.is_object()) rows.push_back(&row.as_object());
    // Lines of the same number stay as they stand.
    std::ranges::sort(rows, {}, [](const json::object* row) { return std::pair(integer_at(*row, "order"), row); });
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
  const json::object& workflow = object_at(document, "workflow");
  for (const std::string& id : reading_order(document)) {
    const json::object& step = object_at(workflow, id);
    const std::string type = text_at(step, "type");
    if (type == "action" || type == "playbook-action")
      steps.push_back(row_of(document, step, static_cast<int64_t>(steps.size()) + 1));
  }
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

json::object cacao_of(const ledger::Record& playbook, std::string_view ledger_id) {
  if (const json::object& document = object_at(playbook.body, "cacao"); !document.empty()) {
    const json::object fields = playbook_fields(document);
    if (same(playbook.body, fields, "title") && same(playbook.body, fields, "purpose") &&
        same(playbook.body, fields, "steps"))
      return document;
  }
  return Writing(playbook, ledger_id).document();
}

}  // namespace yagura::desks::governance
