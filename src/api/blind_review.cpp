#include "api/blind_review.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "api/problem.hpp"
#include "desks/governance/quality.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using Veiled = std::set<std::string, std::less<>>;

/// A veiled id anywhere in the text: lists of sources and free texts name records too.
bool names_veiled(std::string_view text, const Veiled& veiled) {
  return std::ranges::any_of(veiled, [&](const std::string& id) { return text.contains(id); });
}

bool names_veiled(const json::value& value, const Veiled& veiled) {
  if (value.is_string()) return names_veiled(std::string_view(value.get_string()), veiled);
  if (value.is_array())
    return std::ranges::any_of(value.get_array(), [&](const json::value& item) { return names_veiled(item, veiled); });
  if (value.is_object())
    return std::ranges::any_of(value.get_object(),
                               [&](const auto& member) { return names_veiled(member.value(), veiled); });
  return false;
}

bool is_review(const json::object& object) {
  const json::value* type = object.if_contains("type");
  return type != nullptr && type->is_string() && type->get_string() == "quality_review";
}

/// Takes out of every list the objects that name a veiled id; reviews themselves stay, they name what they drew.
void take_out(json::value& value, const Veiled& veiled) {
  if (value.is_object()) {
    if (is_review(value.get_object())) return;
    for (auto& member : value.get_object()) take_out(member.value(), veiled);
    return;
  }
  if (!value.is_array()) return;
  json::array kept;
  for (json::value& item : value.get_array()) {
    if (item.is_object() && !is_review(item.get_object()) && names_veiled(item, veiled)) continue;
    take_out(item, veiled);
    kept.push_back(std::move(item));
  }
  value = std::move(kept);
}

Response veil() {
  return problem(403, "blind_review", "you are judging this again and may not see what was decided before");
}

Response veiled_answer(Response answer, const Veiled& veiled) {
  if (answer.status >= 300 || !names_veiled(answer.body, veiled)) return answer;
  if (!answer.type.starts_with("application/json")) return veil();
  boost::system::error_code error;
  json::value body = json::parse(answer.body, error);
  if (error || !body.is_object()) return veil();
  json::object& whole = body.get_object();
  const bool one_record = whole.contains("id") && whole.contains("body") && !is_review(whole);
  if (one_record && names_veiled(body, veiled)) return veil();
  take_out(body, veiled);
  if (whole.contains("records")) whole.erase("total");  // how many were left out tells too
  answer.body = json::serialize(body);
  return answer;
}

bool is_own_route(std::string_view pattern) {
  return pattern.starts_with("/api/v1/quality-reviews") || pattern.starts_with("/api/v1/records/quality_review");
}

}  // namespace

Routes with_blind_review(Routes routes, ledger::Ledger& ledger) {
  for (Route& route : routes) {
    if (route.permission == open_to_all || is_own_route(route.pattern)) continue;
    route.handler = [inner = std::move(route.handler), &ledger](const Request& request) {
      const auto veiled = desks::governance::veiled_from(ledger, request.principal.id);
      if (!veiled) return problem(veiled.error());
      if (veiled->empty()) return inner(request);
      for (const auto& [name, value] : request.path_values)
        if (veiled->contains(value)) return veil();
      return veiled_answer(inner(request), *veiled);
    };
  }
  return routes;
}

}  // namespace yagura::api
