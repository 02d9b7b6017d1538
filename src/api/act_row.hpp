#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "api/record_json.hpp"
#include "api/route.hpp"
#include "desks/actor.hpp"

namespace yagura::api {

/// A desk's command as a row: its body's members, the permission that the desk checks too, and the call. The
/// command gets the actor, the record that the path names (with the body's "version", when given, as the expected
/// one) and the body.
struct Act {
  std::string path;       // below the collection: "{id}/judge"
  std::string operation;  // "judgeAlert"
  std::string summary;
  std::string permission;
  std::vector<schema::Property> members;
  std::function<ledger::Outcome<ledger::Record>(const ledger::Actor&, const desks::Target&, const boost::json::object&)>
      run;
  Method method = Method::post;
  int status = 200;
};

/// The row of `act` under "/api/v1/<collection>/"; its answer is a record of `type`.
Route act_row(ledger::Ledger& ledger, const std::string& collection, std::string_view type, std::string tag, Act act);

/// GET of a list and of one record of `type` under "/api/v1/<collection>". `parameters` are query parameters that
/// stand for a filter on the field of that name.
void add_register(Routes& out, ledger::Ledger& ledger, const std::string& collection, std::string_view type,
                  const std::string& noun, const std::string& tag, const std::vector<std::string>& parameters);

}  // namespace yagura::api
