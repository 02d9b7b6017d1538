#include <boost/json.hpp>

#include "api/act_row.hpp"
#include "api/desk_routes.hpp"
#include "desks/exposure/desk.hpp"

namespace yagura::api {

RouteSet exposure_routes(ledger::Ledger& ledger) {
  RouteSet out;
  add_register(out.routes, ledger, "vulnerabilities", "vulnerability", "Vulnerability", "exposure", {"cve", "class"});
  Act judge{"{id}/judge",
            "judgeVulnerability",
            "Decide class and priority by the criteria in force; a class against them needs its reason",
            "exposure.write",
            {schema::optional("damage", schema::text(1, 64)), schema::optional("ease", schema::text(1, 64)),
             schema::optional("importance", schema::text(1, 64)), schema::optional("class", schema::text(1, 64)),
             schema::optional("priority", schema::integer(1, 5)), schema::optional("reason", schema::text(1, 5000))},
            [&ledger](const ledger::Actor& actor, const desks::Target& target, const boost::json::object& body) {
              return desks::exposure::ExposureDesk(ledger).judge(
                  actor, target,
                  {text_in(body, "damage"), text_in(body, "ease"), text_in(body, "importance"), text_in(body, "class"),
                   integer_in(body, "priority"), text_in(body, "reason")});
            }};
  out.routes.push_back(act_row(ledger, "vulnerabilities", "vulnerability", "exposure", std::move(judge)));
  return out;
}

}  // namespace yagura::api
