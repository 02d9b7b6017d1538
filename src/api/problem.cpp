#include "api/problem.hpp"

#include <boost/json.hpp>

#include "api/schema.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

json::object document(int status, std::string_view code, std::string_view detail) {
  json::object body;
  body["type"] = "urn:yagura:problem:" + std::string(code);
  body["title"] = std::string(reason_phrase(status));
  body["status"] = status;
  body["detail"] = to_valid_utf8(detail);
  return body;
}

Response answer(int status, const json::object& body) {
  Response out = json_response(status, body);
  out.type = "application/problem+json";
  return out;
}

/// "lines[0].amount" as the JSON pointer "/lines/0/amount".
std::string to_pointer(std::string_view field) {
  std::string out;
  if (!field.empty()) out += '/';
  for (const char c : field) {
    if (c == '.' || c == '[') {
      out += '/';
    } else if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else if (c != ']') {
      out += c;
    }
  }
  return out;
}

Response problem_of(ErrorKind kind, std::string_view message, const std::vector<Fault>& faults) {
  switch (kind) {
    case ErrorKind::not_found:
      return problem(404, "not_found", message, faults);
    case ErrorKind::conflict:
      return problem(409, "conflict", message, faults);
    case ErrorKind::refused:
      return problem(409, "refused", message, faults);
    case ErrorKind::forbidden:
      return problem(403, "forbidden", message, faults);
    case ErrorKind::invalid:
      return problem(422, "invalid", message, faults);
    case ErrorKind::limit:
      return problem(413, "limit", message, faults);
    case ErrorKind::unavailable: {
      Response out = problem(503, "unavailable", message, faults);
      out.headers.emplace_back("Retry-After", "2");
      return out;
    }
    case ErrorKind::disk_full:
      return problem(507, "disk_full", message, faults);
    case ErrorKind::io:
    case ErrorKind::network:
    case ErrorKind::corrupt:
      break;
  }
  return problem(500, "failed", message, faults);
}

}  // namespace

Response problem(int status, std::string_view code, std::string_view detail, const std::vector<Fault>& faults) {
  json::object body = document(status, code, detail);
  if (!faults.empty()) {
    body["errors"] = faults_json(faults);
  }
  return answer(status, body);
}

Response problem(const Error& error) {
  return problem_of(error.kind, error.message, {});
}

std::vector<Fault> to_faults(const std::vector<ledger::Reason>& reasons) {
  std::vector<Fault> faults;
  for (const ledger::Reason& reason : reasons)
    faults.push_back({to_pointer(reason.field), reason.code,
                      reason.hint.empty() ? reason.message : reason.message + " (" + reason.hint + ")"});
  return faults;
}

/// Each reason as a fault, and the places of its text, so that whoever speaks another language can fill them in.
Response problem(const ledger::Refusal& refusal) {
  Response out = problem_of(refusal.kind, refusal.message, to_faults(refusal.reasons));
  if (refusal.reasons.empty()) return out;
  json::object body = json::parse(out.body).as_object();
  json::array& errors = body.at("errors").as_array();
  for (size_t i = 0; i < errors.size(); ++i) {
    json::object args;
    for (const auto& [name, value] : refusal.reasons[i].args) args[name] = to_valid_utf8(value);
    if (!args.empty()) errors[i].as_object()["args"] = std::move(args);
  }
  out.body = json::serialize(body);
  return out;
}

Response problem(const Diagnostic& diagnostic) {
  json::object body = document(400, diagnostic.code, diagnostic.what);
  if (diagnostic.line > 0) body["line"] = diagnostic.line;
  if (diagnostic.column > 0) body["column"] = diagnostic.column;
  if (!diagnostic.hint.empty()) body["hint"] = to_valid_utf8(diagnostic.hint);
  return answer(400, body);
}

json::array faults_json(const std::vector<Fault>& faults) {
  json::array out;
  for (const Fault& fault : faults)
    out.push_back(json::object{
        {"pointer", to_valid_utf8(fault.pointer)}, {"code", fault.code}, {"message", to_valid_utf8(fault.message)}});
  return out;
}

json::value fault_schema() {
  return schema::object({{"pointer", schema::text()},
                         {"code", schema::text()},
                         {"message", schema::text()},
                         schema::optional("args", schema::any_object())});
}

json::value problem_schema() {
  using namespace schema;
  return object({{"type", text()},
                 {"title", text()},
                 {"status", integer(400, 599)},
                 {"detail", text()},
                 optional("errors", list(fault_schema())),
                 optional("line", integer(1)),
                 optional("column", integer(1)),
                 optional("hint", text())});
}

}  // namespace yagura::api
