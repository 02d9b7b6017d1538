// playbooks import FILE and playbooks export ID: CACAO 2.0 documents. Everything else of `playbooks` is the API's.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

constexpr size_t document_bytes_max = 1 << 20;

Result<json::object> document_in(const std::string& file) {
  std::string text;
  if (file == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream in(file, std::ios::binary);
    if (!in) return failure(ErrorKind::not_found, "can't read " + file);
    text.resize(document_bytes_max + 1);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(in.gcount()));
  }
  if (text.size() > document_bytes_max)
    return failure(ErrorKind::limit, fmt::format("{} is larger than {} bytes", file, document_bytes_max));
  boost::system::error_code error;
  json::value parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return failure(ErrorKind::invalid, file + " does not hold one JSON object");
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
      return say(Error{ErrorKind::invalid, "import takes one FILE (- for standard input), --set and --class"});
  }
  if (file.empty()) return say(Error{ErrorKind::invalid, "name the file to import, or - for standard input"});
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
  if (options.extra.size() != 2) return say(Error{ErrorKind::invalid, "export takes the id of one playbook"});
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
