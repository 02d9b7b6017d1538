#include <boost/json.hpp>

#include "api/act_row.hpp"
#include "api/desk_routes.hpp"
#include "api/problem.hpp"
#include "desks/governance/quality.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::Target;
using desks::governance::QualityDesk;
using ledger::Actor;

schema::Value day() {
  return schema::pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
}

std::vector<Act> review_acts(ledger::Ledger& ledger) {
  return {
      {"",
       "drawQualityReview",
       "Draw a sample of what was closed in those days, for another person to judge again",
       "governance.write",
       {{"title", schema::text(1, 300)},
        {"kind", schema::choice({"alerts", "incidents", "reports", "deep_analysis"})},
        {"from", day()},
        {"to", day()},
        {"reviewer", schema::text(1, 200)},
        schema::optional("size", schema::integer(1, desks::governance::sample_size_max)),
        schema::optional("seed", schema::described(schema::integer(0), "To draw the same again")),
        schema::optional("zone", schema::text(1, 64))},
       [&ledger](const Actor& actor, const Target&, const json::object& body) {
         desks::governance::DrawOrder order;
         order.title = text_in(body, "title");
         order.kind = text_in(body, "kind");
         order.first_day = text_in(body, "from");
         order.last_day = text_in(body, "to");
         order.zone = text_in(body, "zone", "Asia/Tokyo");
         order.reviewer = text_in(body, "reviewer");
         order.size = integer_in(body, "size", order.size);
         if (body.contains("seed")) order.seed = integer_in(body, "seed");
         return QualityDesk(ledger).draw(actor, order);
       },
       Method::post,
       201},
      {"{id}/judge",
       "judgeQualityItem",
       "The reviewer's verdict on one item; again, to correct it",
       "governance.read",
       {{"item", schema::text(1, 64)},
        {"verdict", schema::text(1, 100)},
        schema::optional("note", schema::text(1, 1000))},
       [&ledger](const Actor& actor, const Target& review, const json::object& body) {
         return QualityDesk(ledger).judge(actor, review, text_in(body, "item"), text_in(body, "verdict"),
                                          text_in(body, "note"));
       }},
      {"{id}/compare",
       "compareQualityReview",
       "Both verdicts side by side, agreement and kappa; when every item is judged",
       "governance.read",
       {},
       [&ledger](const Actor& actor, const Target& review, const json::object&) {
         return QualityDesk(ledger).compare(actor, review);
       }},
  };
}

Act corrective_act(ledger::Ledger& ledger) {
  return {"{id}/findings",
          "addCorrectiveItem",
          "What is to be corrected, by whom and by when",
          "governance.write",
          {{"title", schema::text(1, 300)},
           {"due", day()},
           schema::optional("item", schema::text(1, 64)),
           schema::optional("cause", schema::text(1, 20'000)),
           schema::optional("measure", schema::text(1, 20'000)),
           schema::optional("owner", schema::text(1, 200))},
          [&ledger](const Actor& actor, const Target& review, const json::object& body) {
            return QualityDesk(ledger).correct(
                actor, review.id,
                {text_in(body, "title"), text_in(body, "item"), text_in(body, "cause"), text_in(body, "measure"),
                 text_in(body, "owner"), text_in(body, "due")});
          },
          Method::post,
          201};
}

Route items_row(ledger::Ledger& ledger) {
  Route out;
  out.pattern = "/api/v1/quality-reviews/{id}/items";
  out.operation = "getQualityItems";
  out.tag = "quality";
  out.summary = "What the reviewer judges by; nothing of what was decided first";
  out.permission = "governance.read";
  out.answers = {{.schema = schema::object({{"items", schema::list(schema::object({{"id", schema::text(1)},
                                                                                   {"type", schema::text(1)},
                                                                                   {"body", schema::any_object()}}))},
                                            {"verdicts", schema::list(schema::any_object())}}),
                  .summary = "Items"}};
  out.handler = [&ledger](const Request& request) {
    auto items = QualityDesk(ledger).items(actor_of(request.principal), {request.path_value("id")});
    return items ? json_response(200, *items) : problem(items.error());
  };
  return out;
}

}  // namespace

RouteSet quality_routes(ledger::Ledger& ledger) {
  RouteSet out;
  add_register(out.routes, ledger, "quality-reviews", "quality_review", "QualityReview", "quality",
               {"kind", "reviewer"});
  for (Act& act : review_acts(ledger))
    out.routes.push_back(act_row(ledger, "quality-reviews", "quality_review", "quality", std::move(act)));
  out.routes.push_back(act_row(ledger, "quality-reviews", "quality_finding", "quality", corrective_act(ledger)));
  out.routes.push_back(items_row(ledger));
  return out;
}

}  // namespace yagura::api
