#include "api/rule_draft_routes.hpp"

#include <boost/json.hpp>

#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

detect::Level level_of(std::string_view text) {
  for (const auto level :
       {detect::Level::informational, detect::Level::low, detect::Level::high, detect::Level::critical})
    if (detect::to_text(level) == text) return level;
  return detect::Level::medium;
}

Response draft(lake::EventStore& store, const pipeline::RuleDrafter& drafter, Timestamp now, const Request& request) {
  const json::object& body = request.json.get_object();
  pipeline::DraftRequest asked;
  asked.query_text = text_in(body, "q");
  auto query = store.parse(asked.query_text, now);
  if (!query) return problem(query.error());
  asked.query = std::move(*query);
  asked.logsource = {text_in(body, "product"), text_in(body, "category"), text_in(body, "service")};
  asked.title = text_in(body, "title", "Drafted from a search");
  asked.level = level_of(text_in(body, "level"));
  asked.now = now;
  asked.id = random_ids()();
  const auto made = drafter.draft(asked);
  if (!made) return problem(made.error());
  json::array notes;
  for (const std::string& note : made->notes) notes.push_back(json::value(to_valid_utf8(note)));
  return json_response(200, json::object{{"yaml", to_valid_utf8(made->yaml)}, {"notes", std::move(notes)}});
}

}  // namespace

RouteSet rule_draft_routes(lake::EventStore& store, std::shared_ptr<const pipeline::RuleDrafter> drafter, Clock clock) {
  using namespace schema;
  RouteSet out;
  out.routes = {
      {.method = Method::post,
       .pattern = "/api/v1/rules/draft",
       .operation = "draftRule",
       .tag = "rules",
       .summary = "Make a search into a Sigma rule, or say which part of it no rule can say; nothing is stored",
       .permission = "event.read",
       .body = BodySpec{.schema = object(
                            {{"q", described(text(1, 8000), "As in searching events")},
                             optional("product", described(text(0, 100), "The log source: at least one of the three")),
                             optional("category", text(0, 100)),
                             optional("service", text(0, 100)),
                             optional("title", text(1, 200)),
                             optional("level", choice({"informational", "low", "medium", "high", "critical"}))})},
       .answers = {{.schema = object(
                        {{"yaml", text(1)}, {"notes", described(list(text()), "Where the rule means a little else")}}),
                    .summary = "The draft"}},
       .handler = [&store, drafter, clock](const Request& request) {
         return draft(store, *drafter, clock(), request);
       }}};
  return out;
}

}  // namespace yagura::api
