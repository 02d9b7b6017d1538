#include "api/act_row.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "api/record_conflict.hpp"
#include "base/check.hpp"

namespace yagura::api {

Route act_row(ledger::Ledger& ledger, const std::string& collection, std::string_view type, std::string tag, Act act) {
  const bool about_one = act.path.starts_with("{id}");
  if (about_one)
    act.members.push_back(schema::optional(
        "version", schema::described(schema::integer(1), "Refuse when the record is no longer at this version")));
  Route out;
  out.method = act.method;
  out.pattern = "/api/v1/" + collection + (act.path.empty() ? "" : "/" + act.path);
  out.operation = std::move(act.operation);
  out.tag = std::move(tag);
  out.summary = std::move(act.summary);
  out.permission = std::move(act.permission);
  const bool required = std::ranges::any_of(act.members, &schema::Property::required);
  out.body = BodySpec{.schema = schema::object(act.members), .bytes_max = 2 << 20, .required = required};
  out.answers = {
      {.status = act.status, .schema = schema::ref(record_component(type)), .summary = "The record as it is now"}};
  if (about_one)
    out.answers.push_back({.status = 409,
                           .type = "application/problem+json",
                           .schema = schema::ref("RecordConflict"),
                           .summary = "Somebody changed it first, or a rule forbids it"});
  out.handler = [&ledger, about_one, status = act.status, run = std::move(act.run)](const Request& request) {
    const boost::json::object none;
    const boost::json::object& body = request.json.is_object() ? request.json.get_object() : none;
    const desks::Target target({about_one ? request.path_value("id") : ""}, integer_in(body, "version"));
    const auto outcome = run(actor_of(request.principal), target, body);
    // Who comes second gets both versions, as with a change by hand.
    if (!outcome && about_one)
      return stale_record(ledger, request, outcome.error(), target.id.value, target.expected_version, {});
    return answer_with(ledger, request, outcome, status);
  };
  return out;
}

void add_register(Routes& out, ledger::Ledger& ledger, const std::string& collection, std::string_view type,
                  const std::string& noun, const std::string& tag, const std::vector<std::string>& parameters) {
  const ledger::RecordType* known = ledger.types().find(type);
  check(known != nullptr, "a register's record type is not in the catalogue");
  Route list;
  list.pattern = "/api/v1/" + collection;
  list.operation = "list" + noun + "s";
  list.tag = tag;
  list.summary = known->title.en + ": a page of the register";
  list.permission = known->permissions.read;
  list.query = list_parameters();
  for (const std::string& name : parameters)
    list.query.push_back({name, schema::text(1, 500), "only with this value of the field"});
  list.answers = {{.schema = list_schema(record_component(type)), .summary = "A page"}};
  list.handler = [&ledger, type = std::string(type), parameters](const Request& request) {
    std::vector<ledger::Filter> filters;
    for (const std::string& name : parameters)
      if (const auto value = request.param(name))
        filters.push_back({name, ledger::FilterOp::equals, {std::string(*value)}});
    return list_records(ledger, request, type, std::move(filters));
  };
  Route one;
  one.pattern = list.pattern + "/{id}";
  one.operation = "get" + noun;
  one.tag = tag;
  one.summary = known->title.en + ": one record";
  one.permission = known->permissions.read;
  one.answers = {{.schema = schema::ref(record_component(type)), .summary = "The record"}};
  one.handler = [&ledger, type = std::string(type)](const Request& request) {
    return show_record(ledger, request, type, request.path_value("id"));
  };
  out.push_back(std::move(list));
  out.push_back(std::move(one));
}

}  // namespace yagura::api
