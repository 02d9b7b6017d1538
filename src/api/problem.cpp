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

}  // namespace

Response problem(int status, std::string_view code, std::string_view detail, const std::vector<Fault>& faults) {
  json::object body = document(status, code, detail);
  if (!faults.empty()) {
    json::array list;
    for (const Fault& fault : faults)
      list.push_back(
          {{"pointer", to_valid_utf8(fault.pointer)}, {"code", fault.code}, {"message", to_valid_utf8(fault.message)}});
    body["errors"] = std::move(list);
  }
  return answer(status, body);
}

Response problem(const Error& error) {
  switch (error.kind) {
    case ErrorKind::not_found:
      return problem(404, "not_found", error.message);
    case ErrorKind::conflict:
      return problem(409, "conflict", error.message);
    case ErrorKind::refused:
      return problem(409, "refused", error.message);
    case ErrorKind::forbidden:
      return problem(403, "forbidden", error.message);
    case ErrorKind::invalid:
      return problem(422, "invalid", error.message);
    case ErrorKind::limit:
      return problem(413, "limit", error.message);
    case ErrorKind::unavailable: {
      Response out = problem(503, "unavailable", error.message);
      out.headers.emplace_back("Retry-After", "2");
      return out;
    }
    case ErrorKind::io:
    case ErrorKind::network:
    case ErrorKind::corrupt:
      break;
  }
  return problem(500, "failed", error.message);
}

Response problem(const Diagnostic& diagnostic) {
  json::object body = document(400, diagnostic.code, diagnostic.what);
  if (diagnostic.line > 0) body["line"] = diagnostic.line;
  if (diagnostic.column > 0) body["column"] = diagnostic.column;
  if (!diagnostic.hint.empty()) body["hint"] = to_valid_utf8(diagnostic.hint);
  return answer(400, body);
}

json::value problem_schema() {
  using namespace schema;
  return object({{"type", text()},
                 {"title", text()},
                 {"status", integer(400, 599)},
                 {"detail", text()},
                 optional("errors", list(object({{"pointer", text()}, {"code", text()}, {"message", text()}}))),
                 optional("line", integer(1)),
                 optional("column", integer(1)),
                 optional("hint", text())});
}

}  // namespace yagura::api
