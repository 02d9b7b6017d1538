// playbooks import FILE and playbooks export ID: CACAO 2.0 documents. Everything else of `playbooks` is the API's.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/given_file.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

constexpr size_t document_bytes_max = 1 << 20;

Result<json::object> document_in(const std::string& file) {
  const auto text = read_given(file, document_bytes_max);
  if (!text) return std::unexpected(text.error());
  boost::system::error_code error;
  json::value parsed = json::parse(*text, error);
  if (error || !parsed.is_object()) return std::unexpected(fault(ErrorKind::invalid, "one_object", {{"file", file}}));
  return std::move(parsed.get_object());
}

Exit import_document(const CommonOptions& common, const RecordOptions& options) {
  json::object body;
  std::string file;
  for (size_t i = 1; i < options.extra.size(); ++i) {
    const std::string& word = options.extra[i];
    const bool named = word == "--set" || word == "--class";
    if (named && i + 1 < options.extra.size())
      body[word.substr(2)] = options.extra[++i];
    else if (!word.starts_with("--") && file.empty())
      file = word;
    else
      return say(fault(ErrorKind::invalid, "playbook_import"));
  }
  if (file.empty()) return say(fault(ErrorKind::invalid, "name_a_file"));
  auto document = document_in(file);
  if (!document) return say(document.error());
  body["document"] = std::move(*document);
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  const auto answer = (*door)->call("POST", "/api/v1/playbooks/import", json::serialize(body));
  if (!answer) return say(answer.error());
  if (answer->status != 201) return say_problem(*answer);
  boost::system::error_code error;
  const json::value record = json::parse(answer->body, error);
  if (common.json || error)
    fmt::print("{}\n", answer->body);
  else
    fmt::print("{}\n", printable(record.at("id").as_string()));
  return Exit::done;
}

Exit export_document(const CommonOptions& common, const RecordOptions& options) {
  if (options.extra.size() != 2) return say(fault(ErrorKind::invalid, "playbook_export"));
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  const auto answer = (*door)->call("GET", "/api/v1/playbooks/" + percent_encode(options.extra[1]) + "/cacao");
  if (!answer) return say(answer.error());
  if (answer->status != 200) return say_problem(*answer);
  fmt::print("{}\n", answer->body);
  return Exit::done;
}

}  // namespace

Exit run_playbooks(const CommonOptions& common, const RecordOptions& options) {
  const std::string verb = options.extra.empty() ? "" : options.extra.front();
  if (verb == "import") return import_document(common, options);
  if (verb == "export") return export_document(common, options);
  return run_records(common, options);
}

}  // namespace yagura::app
