// alerts, incidents, records and the other registers: words of a call become one request to the API.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/contract.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/given_file.hpp"
#include "app/list_text.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

/// In front of a field's name that means something else to the command: --field-data.
constexpr std::string_view field_prefix = "field_";

constexpr size_t body_bytes_max = 64 << 20;         // of a file with a JSON object; the API takes less
constexpr size_t sent_bytes_max = size_t{1} << 30;  // of a file sent as it is: it is held in memory

/// What the command itself takes, and so hides of a record.
constexpr std::string_view own_options[] = {"data", "url", "token", "ca", "body", "json", "catalog", "lang", "help"};

/// How a field is named on the command line.
std::string option_of(std::string_view field) {
  const bool hidden = std::ranges::find(own_options, field) != std::end(own_options);
  return hidden ? fmt::format("--{}{}", "field-", field) : fmt::format("--{}", field);
}

/// The words of a call, taken apart: verb and ids, and --name value pairs.
struct Call {
  std::vector<std::string> words;
  std::vector<std::pair<std::string, std::string>> named;
  bool help = false;
};

Result<Call> take_apart(const std::vector<std::string>& extra) {
  Call call;
  for (size_t i = 0; i < extra.size(); ++i) {
    const std::string& word = extra[i];
    if (word == "--help-fields") {
      call.help = true;
    } else if (word.starts_with("--")) {
      const size_t equals = word.find('=');
      std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
      std::ranges::replace(name, '-', '_');
      if (equals != std::string::npos) {
        call.named.emplace_back(std::move(name), word.substr(equals + 1));
      } else if (i + 1 < extra.size()) {
        call.named.emplace_back(std::move(name), extra[++i]);
      } else {
        return std::unexpected(fault(ErrorKind::invalid, "needs_value", {{"option", word}}));
      }
    } else {
      call.words.push_back(word);
    }
  }
  return call;
}

void print_operations(const std::vector<Operation>& operations, FILE* out) {
  for (const Operation& operation : operations) {
    std::string line = "  " + operation.verb;
    for (const std::string& place : operation.path_names) line += " <" + place + ">";
    for (const auto& property : operation.body_properties) line += fmt::format(" [{}]", option_of(property.key()));
    for (const std::string& name : operation.query_names) line += fmt::format(" [--{}]", name);
    fmt::print(out, "{}\n      {}\n", line, operation.summary);
  }
}

/// The fields of a register, as create, update and move take them.
void print_fields(Door& door, const std::string& type) {
  const auto fields = fields_of(door, type);
  if (!fields) return;
  std::string line = "  " + type;
  for (const auto& field : *fields) line += fmt::format(" [{}]", option_of(field.key()));
  fmt::print("{}\n", line);
}

/// The operation that the words mean, and the values of its places. An id alone means "show".
const Operation* choose(const std::vector<Operation>& operations, const std::string& collection,
                        std::vector<std::string>& words) {
  // records TYPE VERB ID: the type is the first place.
  const size_t lead = collection == "records" ? 1 : 0;
  if (words.size() <= lead) words.insert(words.end(), words.size() == lead ? "list" : "");
  if (words.size() < lead + 1) return nullptr;
  std::string verb = words[lead];
  const auto has_verb = [&](const Operation& one) { return one.verb == verb; };
  if (std::ranges::none_of(operations, has_verb) && words.size() == lead + 1) {
    verb = "show";
  } else {
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(lead));
  }
  for (const Operation& one : operations)
    if (one.verb == verb && one.path_names.size() == words.size()) return &one;
  return nullptr;
}

Result<json::object> read_body(const std::string& file) {
  if (file.empty()) return json::object{};
  const auto text = read_given(file, body_bytes_max);
  if (!text) return std::unexpected(text.error());
  boost::system::error_code error;
  const json::value parsed = json::parse(*text, error);
  if (error || !parsed.is_object()) return std::unexpected(fault(ErrorKind::invalid, "one_object", {{"file", file}}));
  return parsed.get_object();
}

/// The member of a request about any register that holds a record's own fields; empty where there is none.
std::string_view fields_member(const Operation& operation) {
  for (const std::string_view member : {"body", "changes"})
    if (operation.body_properties.contains(member) && operation.path_names.size() <= 2) return member;
  return {};
}

/// Puts a value of the record's own where the request holds those; false when the record has no such field.
Result<bool> place_field(const Operation& operation, const json::object& fields, const std::string& name,
                         const std::string& value, json::object& body) {
  const std::string_view member = fields_member(operation);
  const bool whole = member.empty();  // a request whose body is the record's fields themselves
  const json::value* schema = (whole ? operation.body_properties : fields).if_contains(name);
  if (schema == nullptr) return false;
  auto typed = to_typed(value, *schema);
  if (!typed) return std::unexpected(fault(ErrorKind::invalid, "not_expected", {{"option", name}, {"value", value}}));
  json::value* holder = whole ? nullptr : &body[member];
  if (holder != nullptr && !holder->is_object()) holder->emplace_object();
  (whole ? body : holder->get_object())[name] = std::move(*typed);
  return true;
}

/// Puts each named value into the body or the query, whichever knows it. `fields` are those of the register; a field
/// that an option of the command hides is named with the prefix: --field-data.
Status place_named(const Operation& operation, const json::object& fields, const Call& call, json::object& body,
                   std::string& query) {
  for (const auto& [name, value] : call.named) {
    const bool asks_field = name.starts_with(field_prefix);
    if (asks_field) {
      const auto placed = place_field(operation, fields, name.substr(field_prefix.size()), value, body);
      if (!placed) return std::unexpected(placed.error());
      if (*placed) continue;
    }
    if (const json::value* schema = operation.body_properties.if_contains(name)) {
      auto typed = to_typed(value, *schema);
      if (!typed)
        return std::unexpected(fault(ErrorKind::invalid, "not_expected", {{"option", name}, {"value", value}}));
      body[name] = std::move(*typed);
    } else if (const auto placed = place_field(operation, fields, name, value, body); !placed || *placed) {
      if (!placed) return std::unexpected(placed.error());
    } else if (std::ranges::find(operation.query_names, name) != operation.query_names.end()) {
      query += (query.empty() ? "?" : "&") + percent_encode(name) + "=" + percent_encode(value);
    } else if (operation.takes_body) {
      const auto typed = to_typed(value, json::object{});
      body[name] = typed ? *typed : json::value(value);
    } else {
      return std::unexpected(fault(ErrorKind::invalid, "no_option", {{"option", name}}));
    }
  }
  return {};
}

std::string cell(const json::object& record, std::string_view name) {
  const json::value* value = record.if_contains(name);
  if (!value)
    if (const json::value* body = record.if_contains("body"); body && body->is_object())
      value = body->get_object().if_contains(name);
  if (!value || value->is_null()) return "";
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

/// What a record is called, by whichever of these fields its type has.
std::string title_cell(const json::object& record) {
  for (const std::string_view name : {"title", "name", "subject", "what"})
    if (std::string text = cell(record, name); !text.empty()) return text;
  return "";
}

/// A page of records as a table: the columns that tell them apart in any register; those of hand-overs only where
/// there are some.
void print_page(const json::array& records) {
  std::vector<std::string> header{"id",        "state",   "class", "priority",  "host",
                                  "from_role", "to_role", "title", "created_at"};
  constexpr size_t from_column = 5;
  std::vector<std::vector<std::string>> rows;
  bool handed_over = false;
  for (const json::value& one : records) {
    if (!one.is_object()) continue;
    const json::object& record = one.get_object();
    std::vector<std::string> row;
    for (const std::string& name : header) row.push_back(name == "title" ? title_cell(record) : cell(record, name));
    handed_over |= !row[from_column].empty();
    rows.push_back(std::move(row));
  }
  if (!handed_over) {
    const auto drop = [](std::vector<std::string>& line) {
      line.erase(line.begin() + from_column, line.begin() + from_column + 2);
    };
    drop(header);
    std::ranges::for_each(rows, drop);
  }
  print_table(header, rows);
}

/// Collections whose answers hold lists of their own kind beside records.
constexpr std::string_view list_collections[] = {"people",       "skills",     "resources",
                                                 "improvements", "role-links", "policy-documents"};

/// Prints lists as tables where the collection has such; whether it did.
bool print_as_lists(const CommonOptions& common, const std::string& collection, const json::value& answer) {
  if (common.json || !answer.is_object() || answer.get_object().contains("version") ||
      std::ranges::find(list_collections, collection) == std::end(list_collections))
    return false;
  const auto catalog = find_catalog(common);
  if (!catalog) return false;
  const auto words = load_words(common, *catalog);
  if (!words) return false;
  print_lists(answer.get_object(), words->lang);
  return true;
}

/// The request that the words and named values make, and its answer.
Result<DoorAnswer> ask(Door& door, const Operation& operation, const json::object& fields, const Call& call,
                       const std::string& body_file) {
  if (operation.takes_file && body_file.empty()) return std::unexpected(fault(ErrorKind::invalid, "body_is_file"));
  auto body = operation.takes_file ? Result<json::object>(json::object{}) : read_body(body_file);
  if (!body) return std::unexpected(body.error());
  std::string query;
  if (auto placed = place_named(operation, fields, call, *body, query); !placed) return std::unexpected(placed.error());
  const std::string target = fill_pattern(operation, call.words) + query;
  if (!operation.takes_file)
    return door.call(operation.method, target, operation.takes_body ? json::serialize(*body) : "");
  const auto bytes = read_given(body_file, sent_bytes_max);
  if (!bytes) return std::unexpected(bytes.error());
  return door.call(operation.method, target, *bytes, "application/octet-stream");
}

/// The fields of the register that the call is about, where it is one of any register and names some.
Result<json::object> fields_for(Door& door, const std::string& collection, const Operation& operation,
                                const Call& call) {
  if (collection != "records" || call.named.empty() || call.words.empty() || fields_member(operation).empty())
    return json::object{};
  return fields_of(door, call.words.front());
}

Exit print_answer(const CommonOptions& common, const std::string& collection, const DoorAnswer& answer) {
  if (answer.status >= 400) return say_problem(answer);
  boost::system::error_code error;
  const json::value parsed = json::parse(answer.body, error);
  if (error) {
    fmt::print("{}", answer.body);
    return Exit::done;
  }
  const json::value* records = parsed.is_object() ? parsed.get_object().if_contains("records") : nullptr;
  if (!common.json && records && records->is_array())
    print_page(records->get_array());
  else if (!print_as_lists(common, collection, parsed))
    fmt::print("{}\n", json::serialize(parsed));
  return Exit::done;
}

}  // namespace

Exit run_records(const CommonOptions& common, const RecordOptions& options) {
  auto call = take_apart(options.extra);
  if (!call) return say(call.error());
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  const auto operations = operations_of(**door, options.collection);
  if (!operations) return say(operations.error());
  if (call->help) {
    print_operations(*operations, stdout);
    if (options.collection == "records" && !call->words.empty()) print_fields(**door, call->words.front());
    return Exit::done;
  }
  const Operation* operation = choose(*operations, options.collection, call->words);
  if (!operation) {
    fmt::print(stderr, "yagura: {}\n", fault_text("knows_these", {{"collection", options.collection}}));
    print_operations(*operations, stderr);
    return Exit::usage;
  }
  // --lang is every command's; what speaks a language of its own is told it too.
  const bool speaks = operation->body_properties.contains("lang") ||
                      std::ranges::find(operation->query_names, "lang") != operation->query_names.end();
  if (speaks && !common.lang.empty()) call->named.emplace_back("lang", common.lang);
  auto fields = fields_for(**door, options.collection, *operation, *call);
  if (!fields) return say(fields.error());
  const auto answer = ask(**door, *operation, *fields, *call, options.body_file);
  return answer ? print_answer(common, options.collection, *answer) : say(answer.error());
}

}  // namespace yagura::app
