// The gate stands between the server and the handlers: which route, who asks, may they, is the request what the
// contract says. A handler only ever sees requests that passed; every refusal is a problem document.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>

#include "api/accounts.hpp"
#include "api/message.hpp"
#include "api/router.hpp"
#include "base/counters.hpp"

namespace yagura::api {

constexpr std::string_view session_cookie = "yagura_session";
constexpr std::string_view device_cookie = "yagura_device";

/// A body that nobody asked for is read so far, so that its sender can be told.
constexpr size_t unasked_body_bytes_max = 4 * 1024;

/// How much of a body the server reads for a request before it asks for an answer.
struct BodyPlan {
  size_t bytes_max = 0;  // as sent; more is refused with 413
  bool stream = false;   // the handler pulls the body itself
};

/// Thread-safe: everything it holds is immutable or guards itself.
class Gate {
 public:
  /// `components` are the schemas that the routes' $refs name.
  Gate(Routes routes, std::map<std::string, boost::json::value> components, Accounts& accounts, Counters& counters);

  /// Requests whose bearer secret is `secret` act as `who`: for the command line of whoever owns the data folder.
  /// Call it before the server starts.
  void trust(std::string secret, Principal who);

  /// Quick, no lock: called on the network's threads as soon as a header is read.
  BodyPlan plan(Method method, std::string_view path) const;

  /// Runs on a worker; never throws. Sets principal, path values and json of `request`.
  Response answer(Request& request) const;

  /// The same for a caller of this process who is known already: no credentials are looked at.
  Response answer_as(Principal who, Request& request) const;

  const boost::json::value& document() const { return document_; }
  const Router& router() const { return router_; }

 private:
  Response guarded(Request& request, bool known) const;
  Response pass(Request& request, bool known) const;
  std::optional<Response> check_credentials(Request& request, const Route& route) const;
  static std::optional<Response> check_permission(const Principal& who, const Route& route, Counters& counters);
  std::optional<Response> check_query(const Request& request, const Route& route) const;
  std::optional<Response> check_body(Request& request, const BodySpec& spec) const;
  Principal identify(const Request& request) const;

  Router router_;
  boost::json::value document_;
  Accounts& accounts_;
  Counters& counters_;
  std::string trusted_hash_;
  Principal trusted_;
};

}  // namespace yagura::api
