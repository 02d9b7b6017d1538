#include <boost/json.hpp>

#include "api/act_row.hpp"
#include "api/desk_routes.hpp"
#include "api/problem.hpp"
#include "desks/governance/policy_document.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
namespace governance = desks::governance;
using desks::Target;
using ledger::Actor;

schema::Value statement_schema() {
  const auto text = schema::text();
  const auto day = schema::nullable(text);
  const auto said = schema::list(schema::object(
      {{"document", schema::text(1)}, {"text", schema::text(1)}, schema::optional("note", schema::text())}));
  const auto items = schema::list(schema::object({{"id", schema::text(1)},
                                                  {"title", text},
                                                  {"state", text},
                                                  {"owner", text},
                                                  {"due", day},
                                                  {"overdue", schema::boolean()}}));
  return schema::object(
      {{"day", schema::text(1)},
       {"documents", schema::list(schema::object({{"id", schema::text(1)},
                                                  {"title", text},
                                                  {"kind", text},
                                                  {"edition", schema::integer(1)},
                                                  {"in_force_from", text},
                                                  {"owner", text},
                                                  {"review_on", day},
                                                  {"review_overdue", schema::boolean()}}))},
       {"missing", schema::described(schema::list(schema::text(1)), "What no document in force says")},
       {"scope", said},
       {"out_of_scope", said},
       {"hours", said},
       {"assets", said},
       {"means", said},
       {"triage_basis", said},
       {"roadmap", items},
       {"long_measures", items}});
}

Route statement_row(ledger::Ledger& ledger) {
  Route out;
  out.pattern = "/api/v1/policy-documents/statement";
  out.operation = "getPolicyStatement";
  out.tag = "governance";
  out.summary =
      "Scope, hours, assets, means and roadmap as the documents in force say today, and what none of them says";
  out.permission = "governance.read";
  out.answers = {{.schema = statement_schema(), .summary = "The statement"}};
  out.handler = [&ledger](const Request& request) {
    auto statement = governance::policy_statement(ledger, actor_of(request.principal));
    return statement ? json_response(200, *statement) : problem(statement.error());
  };
  return out;
}

}  // namespace

RouteSet policy_document_routes(ledger::Ledger& ledger) {
  RouteSet out;
  out.routes.push_back(statement_row(ledger));
  add_register(out.routes, ledger, "policy-documents", "policy_document", "PolicyDocument", "governance", {"kind"});
  out.routes.push_back(act_row(ledger, "policy-documents", "policy_document", "governance",
                               {"{id}/revise",
                                "revisePolicyDocument",
                                "The next edition of a document in force, as a draft",
                                "governance.write",
                                {schema::optional("change_note", schema::text(0, 20'000))},
                                [&ledger](const Actor& actor, const Target& document, const json::object& body) {
                                  return governance::revise_document(ledger, actor, document.id,
                                                                     text_in(body, "change_note"));
                                },
                                Method::post,
                                201}));
  return out;
}

}  // namespace yagura::api
