#include "api/record_conflict.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "ledger/validation.hpp"
#include "ledger/visibility.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

json::value value_in(const json::object& body, const std::string& name) {
  const json::value* value = body.if_contains(name);
  return value == nullptr ? json::value(nullptr) : *value;
}

/// One line a field that either side changed; `clash` when both did, and not to the same.
json::array field_differences(const json::object& read, const json::object& now, const json::object& wanted) {
  std::set<std::string> names;
  for (const json::object* side : {&read, &now, &wanted})
    for (const auto& entry : *side) names.emplace(entry.key());
  json::array out;
  for (const std::string& name : names) {
    const json::value before = value_in(read, name);
    const json::value theirs = value_in(now, name);
    const json::value yours = wanted.contains(name) ? wanted.at(name) : before;
    const bool changed_there = before != theirs;
    const bool changed_here = before != yours;
    if (!changed_there && !changed_here) continue;
    out.push_back(json::object{{"field", name},
                               {"read", before},
                               {"theirs", theirs},
                               {"yours", yours},
                               {"clash", changed_there && changed_here && theirs != yours}});
  }
  return out;
}

}  // namespace

Response stale_record(ledger::Ledger& ledger, const Request& request, const ledger::Refusal& refusal,
                      const std::string& id, int64_t read_version, const json::object& wanted) {
  Response out = problem(refusal);
  const bool stale = std::ranges::any_of(refusal.reasons, [](const auto& each) { return each.code == "record.stale"; });
  if (!stale) return out;
  const auto current = ledger.get({id});
  if (!current) return out;
  const ledger::RecordType& type = *ledger.types().find(current->type);
  const ledger::Actor actor = actor_of(request.principal);
  json::object now = ledger::visible_body(type, current->body, actor);
  // A version that never was is compared with the present one: then nothing differs but what was wanted.
  const auto read = ledger.get_version({id}, read_version);
  const json::object before = read ? ledger::visible_body(type, read->body, actor) : now;
  json::object normal;
  for (const auto& entry : wanted)
    if (!entry.value().is_null()) normal.emplace(entry.key(), entry.value());
  ledger::normalise_body(type, normal);
  json::object yours;
  for (const auto& entry : wanted) yours[entry.key()] = value_in(normal, std::string(entry.key()));
  json::object document = json::parse(out.body).as_object();
  document["conflict"] = json::object{{"read_version", read_version},
                                      {"current", record_json(*current, type, actor)},
                                      {"fields", field_differences(before, now, yours)}};
  out.body = json::serialize(document);
  return out;
}

schema::Value conflict_schema() {
  using namespace schema;
  json::value out = problem_schema();
  out.as_object()["properties"].as_object()["conflict"] =
      object({{"read_version", integer()},
              {"current", ref("Record")},
              {"fields", list(object({{"field", text(1)},
                                      {"read", described(anything(), "when you read it")},
                                      {"theirs", described(anything(), "as it is now")},
                                      {"yours", described(anything(), "as you wanted it")},
                                      {"clash", described(boolean(), "both changed it, to different values")}}))}});
  return out;
}

}  // namespace yagura::api
