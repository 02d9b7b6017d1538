#include "api/spoken_problem.hpp"

#include <boost/json.hpp>
#include <utility>

#include "api/accepted_language.hpp"
#include "desks/json_fields.hpp"
#include "desks/reason_text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::text_at;

/// The type that the request is about: its path names it, or a record of it.
const ledger::RecordType* type_of(const ledger::RecordTypes& types, const Request& request) {
  for (const auto& [name, value] : request.path_values)
    if (const ledger::RecordType* type = name == "type" ? types.find(value) : types.of_record(value)) return type;
  return nullptr;
}

std::string title_of(const ledger::RecordType* type, const std::string& field) {
  const size_t end = field.find_first_of("[.");
  const std::string name = field.substr(0, end);
  const ledger::Field* known = type ? type->field(name) : nullptr;
  return known ? known->title.ja + (end == std::string::npos ? "" : field.substr(end)) : field;
}

void speak(json::object& fault, const ledger::RecordType* type, const Texts& texts) {
  ledger::Reason reason;
  reason.code = text_at(fault, "code");
  reason.message = text_at(fault, "message");
  for (const auto& one : desks::object_at(fault, "args"))
    if (one.value().is_string()) reason.args[one.key()] = std::string(one.value().get_string());
  if (const auto field = reason.args.find("field"); field != reason.args.end())
    field->second = title_of(type, field->second);
  fault["message"] = desks::reason_text(texts, Lang::ja, reason);
}

Response spoken(Response answer, const Request& request, const ledger::RecordTypes& types, const Texts& texts) {
  if (answer.status < 400 || answer.type != "application/problem+json" || accepted_language(request) != Lang::ja)
    return answer;
  boost::system::error_code error;
  json::value body = json::parse(answer.body, error);
  if (error || !body.is_object()) return answer;
  json::value* const errors = body.get_object().if_contains("errors");
  if (errors == nullptr || !errors->is_array()) return answer;
  const ledger::RecordType* const type = type_of(types, request);
  for (json::value& fault : errors->get_array())
    if (fault.is_object()) speak(fault.get_object(), type, texts);
  answer.body = json::serialize(body);
  answer.headers.emplace_back("Vary", "Accept-Language");
  return answer;
}

}  // namespace

Routes with_spoken_problems(Routes routes, const ledger::RecordTypes& types, std::shared_ptr<const Texts> texts) {
  for (Route& route : routes)
    route.handler = [inner = std::move(route.handler), &types, texts](const Request& request) {
      return spoken(inner(request), request, types, *texts);
    };
  return routes;
}

}  // namespace yagura::api
