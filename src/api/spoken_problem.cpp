#include "api/spoken_problem.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "api/accepted_language.hpp"
#include "desks/json_fields.hpp"
#include "desks/reason_text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::text_at;

constexpr const char* rules_prefix = "rules.fault.";

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

/// What a check of rules or queries says, in the words of its code; names and values in quotes are carried over.
std::optional<std::string> spoken_fault(const Texts& texts, Lang lang, const std::string& prefix,
                                        const std::string& code, const std::string& reason) {
  const std::string key = prefix + code;
  if (!texts.has(lang, key)) return std::nullopt;
  std::string names;
  for (size_t at = reason.find('\''); at != std::string::npos;) {
    const size_t end = reason.find('\'', at + 1);
    if (end == std::string::npos) break;
    names += (names.empty() ? "「" : "、「") + reason.substr(at + 1, end - at - 1) + "」";
    at = reason.find('\'', end + 1);
  }
  return texts.get(lang, key, {{"what", names.empty() ? names : "：" + names}});
}

void speak(json::object& fault, const ledger::RecordType* type, const Texts& texts) {
  ledger::Reason reason;
  reason.code = text_at(fault, "code");
  reason.message = text_at(fault, "message");
  for (const auto& one : desks::object_at(fault, "args"))
    if (one.value().is_string()) reason.args[one.key()] = std::string(one.value().get_string());
  if (const auto field = reason.args.find("field"); field != reason.args.end())
    field->second = title_of(type, field->second);
  if (const auto code = reason.args.find("rule_code"); code != reason.args.end())
    if (auto said = spoken_fault(texts, Lang::ja, rules_prefix, code->second, reason.args["reason"])) {
      reason.args["reason"] = std::move(*said);
      fault["hint"] = "";
    }
  fault["message"] = desks::reason_text(texts, Lang::ja, reason);
}

/// The lists of rules' faults in an answer, wherever they stand in it.
void speak_rule_faults(json::value& value, const Texts& texts) {
  if (auto* const list = value.if_array()) {
    for (json::value& each : *list) speak_rule_faults(each, texts);
    return;
  }
  auto* const object = value.if_object();
  if (object == nullptr) return;
  if (!object->contains("code") || !object->contains("rule_id")) {
    for (auto& member : *object) speak_rule_faults(member.value(), texts);
    return;
  }
  const std::string reason = text_at(*object, "reason");
  const std::string hint = text_at(*object, "hint");
  auto said = spoken_fault(texts, Lang::ja, rules_prefix, text_at(*object, "code"), reason);
  if (!said) return;
  (*object)["reason"] = *said;
  (*object)["hint"] = "";
  (*object)["detail"] = hint.empty() ? reason : reason + " — " + hint;
}

Response with_spoken_faults(Response answer, const Request& request, const Texts& texts) {
  if (answer.status != 200 || accepted_language(request) != Lang::ja) return answer;
  boost::system::error_code error;
  json::value body = json::parse(answer.body, error);
  if (error) return answer;
  speak_rule_faults(body, texts);
  answer.body = json::serialize(body);
  answer.headers.emplace_back("Vary", "Accept-Language");
  return answer;
}

/// Operations whose answers tell what is wrong with rules.
constexpr std::array<std::string_view, 4> checks{"checkRules", "testRules", "getRuleSetStatus", "reloadRules"};

/// A query that can't be read: its detail by its code, and of its hint the names that come near.
void speak_query_fault(json::object& body, const Texts& texts) {
  const std::string type = text_at(body, "type");
  const std::string code = type.substr(type.rfind(':') + 1);
  auto said = spoken_fault(texts, Lang::ja, "search.fault.", code, text_at(body, "detail"));
  if (!said) return;
  constexpr std::string_view near = "did you mean ";
  const std::string hint = text_at(body, "hint");
  std::string names;
  if (const size_t end = hint.find('?'); hint.starts_with(near) && end != std::string::npos) {
    names = hint.substr(near.size(), end - near.size());
    for (size_t at = names.find(" or "); at != std::string::npos; at = names.find(" or ")) names.replace(at, 4, "、");
  }
  body["detail"] = *said;
  body["hint"] = names.empty() ? texts.get(Lang::ja, "search.hint." + code)
                               : texts.get(Lang::ja, "search.hint.near", {{"names", names}});
}

Response spoken(Response answer, const Request& request, const ledger::RecordTypes& types, const Texts& texts) {
  if (answer.status < 400 || answer.type != "application/problem+json" || accepted_language(request) != Lang::ja)
    return answer;
  boost::system::error_code error;
  json::value body = json::parse(answer.body, error);
  if (error || !body.is_object()) return answer;
  if (text_at(body.get_object(), "type").starts_with("urn:yagura:problem:query.")) {
    speak_query_fault(body.get_object(), texts);
    answer.body = json::serialize(body);
    answer.headers.emplace_back("Vary", "Accept-Language");
    return answer;
  }
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
    route.handler = [inner = std::move(route.handler), &types, texts,
                     tells = std::ranges::find(checks, route.operation) != checks.end()](const Request& request) {
      Response answer = spoken(inner(request), request, types, *texts);
      return tells ? with_spoken_faults(std::move(answer), request, *texts) : answer;
    };
  return routes;
}

}  // namespace yagura::api
