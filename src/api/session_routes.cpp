#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/gate.hpp"
#include "api/problem.hpp"
#include "api/services.hpp"
#include "api/target.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using schema::ref;

std::string cookie(const Request& request, std::string_view value, int64_t seconds) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", session_cookie, value, seconds,
                     request.secure ? "; Secure" : "");
}

/// Sent with sign-ins alone.
std::string device_cookie_of(const Request& request, std::string_view device) {
  return fmt::format("{}={}; Path=/api/v1/session; Max-Age={}; HttpOnly; SameSite=Strict{}", device_cookie, device,
                     known_address_seconds, request.secure ? "; Secure" : "");
}

json::array permissions_of(const desks::Permissions& permissions) {
  json::array out;
  for (const std::string& permission : permissions) out.push_back(json::value(permission));
  return out;
}

json::value who_json(const Principal& who, const Accounts& accounts) {
  const auto user = accounts.user(who.user_id);
  json::object out{{"login", who.user_id},
                   {"name", who.name},
                   {"lang", user ? user->lang : "ja"},
                   {"permissions", permissions_of(who.permissions)},
                   {"must_change_password", who.must_change_password},
                   {"second_factor", user && user->second_factor.on()},
                   {"recovery_codes_left", user ? user->second_factor.recovery_hashes.size() : 0},
                   {"break_glass", user && user->break_glass != BreakGlass::no}};
  if (!who.csrf.empty()) out["csrf_token"] = who.csrf;
  return out;
}

json::value session_json(const SessionRow& session, const Principal& who) {
  return json::object{{"id", session.id},
                      {"login", session.login},
                      {"address", session.address},
                      {"agent", session.agent},
                      {"created_at", format_time(session.created_at, 3)},
                      {"last_seen", format_time(session.last_seen, 3)},
                      {"this_one", session.id == who.session_id}};
}

Response welcome(const SystemServices& services, const Request& request, const SignedIn& opened) {
  const Principal who = services.accounts.find_session(opened.secret);
  Response out = json_response(200, who_json(who, services.accounts));
  out.headers.emplace_back("Set-Cookie", cookie(request, opened.secret, session_seconds_max));
  out.headers.emplace_back("Set-Cookie", device_cookie_of(request, opened.device));
  return out;
}

Response told_to_wait(const SignInRefused& refused) {
  Response out = problem(429, "sign_in.wait", refused.error.message);
  out.headers.emplace_back("Retry-After", std::to_string(refused.retry_after_seconds));
  return out;
}

std::string device_of(const Request& request) {
  const auto header = request.headers.get("Cookie");
  const auto device = header ? find_cookie(*header, device_cookie) : std::nullopt;
  return device ? std::string(*device) : std::string();
}

Response sign_in(const SystemServices& services, const Request& request) {
  const json::object& body = request.json.get_object();
  auto opened = services.accounts.sign_in(
      json::value_to<std::string>(body.at("login")), json::value_to<std::string>(body.at("password")), request.peer,
      std::string(request.headers.get("User-Agent").value_or("")),
      body.contains("code") ? json::value_to<std::string>(body.at("code")) : "", device_of(request));
  if (opened) return welcome(services, request, *opened);
  const SignInRefused& refused = opened.error();
  services.counters.at("api.sign_ins_refused").fetch_add(1);
  if (refused.retry_after_seconds > 0) return told_to_wait(refused);
  if (refused.needs_code) return problem(401, "sign_in.second_factor", refused.error.message);
  return refused.error.kind == ErrorKind::forbidden ? problem(401, "sign_in.wrong", refused.error.message)
                                                    : problem(refused.error);
}

bool is_loopback(std::string_view peer) {
  return peer == "::1" || peer.starts_with("127.") || peer.starts_with("::ffff:127.");
}

Response first_run(const SystemServices& services, const Request& request) {
  if (!is_loopback(request.peer))
    return problem(403, "first_run.remote", "the first run is done in a browser on the server's own machine");
  const json::object& body = request.json.get_object();
  const auto text = [&](std::string_view key) { return json::value_to<std::string>(body.at(key)); };
  auto opened =
      services.accounts.first_run(text("secret"), {text("login"), text("name"), text("lang"), text("password")},
                                  request.peer, std::string(request.headers.get("User-Agent").value_or("")));
  if (opened) return welcome(services, request, *opened);
  const SignInRefused& refused = opened.error();
  if (refused.retry_after_seconds > 0) return told_to_wait(refused);
  return refused.error.kind == ErrorKind::forbidden ? problem(403, "first_run.closed", refused.error.message)
                                                    : problem(refused.error);
}

Response sign_out(const SystemServices& services, const Request& request) {
  if (request.principal.session_id.empty())
    return problem(409, "session.none", "a token has no session to end; revoke the token");
  if (auto ended = services.accounts.end_session(request.principal, request.principal.session_id); !ended)
    return problem(ended.error());
  Response out = no_content();
  out.headers.emplace_back("Set-Cookie", cookie(request, "", 0));
  return out;
}

Response list_sessions(const SystemServices& services, const Request& request) {
  const bool all = request.param("all") == "true";
  if (all && !request.principal.may("user.manage"))
    return problem(403, "permission", "needs the permission user.manage");
  json::array out;
  for (const SessionRow& session : services.accounts.sessions(all ? "" : request.principal.user_id))
    out.push_back(session_json(session, request.principal));
  return json_response(200, json::object{{"sessions", std::move(out)}});
}

Response change_password(const SystemServices& services, const Request& request) {
  const json::object& body = request.json.get_object();
  auto done =
      services.accounts.change_own_password(request.principal, json::value_to<std::string>(body.at("old_password")),
                                            json::value_to<std::string>(body.at("new_password")));
  return done ? no_content() : problem(done.error());
}

Route first_run_route(const SystemServices& services) {
  return {
      .method = Method::post,
      .pattern = "/api/v1/first-run",
      .operation = "beginFirstRun",
      .tag = "accounts",
      .summary =
          "Make the first administrator, once, by the secret that the terminal showed at the first start; only from "
          "the server's own machine, and only until anybody has signed in",
      .permission = std::string(open_to_all),
      .body = BodySpec{.schema = schema::object({{"secret", schema::text(1, 200)},
                                                 {"login", schema::text(1, 64)},
                                                 {"name", schema::text(1, 200)},
                                                 {"lang", schema::choice({"ja", "en"})},
                                                 {"password", schema::text(1, 1024)}})},
      .answers = {{.schema = ref("Who"), .summary = "Made and signed in"}},
      .handler = [services](const Request& request) { return first_run(services, request); }};
}

}  // namespace

RouteSet session_routes(const SystemServices& services) {
  RouteSet out;
  out.components["Who"] = schema::object({{"login", schema::text(1)},
                                          {"name", schema::text()},
                                          {"lang", schema::choice({"ja", "en"})},
                                          {"permissions", schema::list(schema::text())},
                                          {"must_change_password", schema::boolean()},
                                          {"second_factor", schema::boolean()},
                                          {"recovery_codes_left", schema::integer(0)},
                                          {"break_glass", schema::boolean()},
                                          schema::optional("csrf_token", schema::text(1))});
  out.components["Session"] = schema::object({{"id", schema::text(1)},
                                              {"login", schema::text(1)},
                                              {"address", schema::text()},
                                              {"agent", schema::text()},
                                              {"created_at", schema::time()},
                                              {"last_seen", schema::time()},
                                              {"this_one", schema::boolean()}});
  const auto credentials = schema::object({{"login", schema::text(1, 64)},
                                           {"password", schema::text(1, 1024)},
                                           schema::optional("code", schema::text(1, 64))});
  const auto passwords =
      schema::object({{"old_password", schema::text(1, 1024)}, {"new_password", schema::text(1, 1024)}});
  out.routes = {
      {.method = Method::post,
       .pattern = "/api/v1/session",
       .operation = "signIn",
       .tag = "accounts",
       .summary =
           "Sign in by password and, where the account has one, second factor or recovery code; sets the session "
           "cookie. Without the code the refusal is sign_in.second_factor",
       .permission = std::string(open_to_all),
       .body = BodySpec{.schema = credentials},
       .answers = {{.schema = ref("Who"), .summary = "Signed in"}},
       .handler = [services](const Request& request) { return sign_in(services, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/session",
       .operation = "getSession",
       .tag = "accounts",
       .summary = "Who is asking, what they may do, and the session's CSRF token",
       .permission = std::string(signed_in),
       .answers = {{.schema = ref("Who"), .summary = "The account"}},
       .handler =
           [services](const Request& request) {
             return json_response(200, who_json(request.principal, services.accounts));
           }},
      {.method = Method::del,
       .pattern = "/api/v1/session",
       .operation = "signOut",
       .tag = "accounts",
       .summary = "Sign out",
       .permission = std::string(signed_in),
       .answers = {{.status = 204, .type = "", .summary = "Signed out"}},
       .handler = [services](const Request& request) { return sign_out(services, request); }},
      {.method = Method::put,
       .pattern = "/api/v1/session/password",
       .operation = "changePassword",
       .tag = "accounts",
       .summary = "Change the own password; ends the account's other sessions",
       .permission = std::string(signed_in),
       .body = BodySpec{.schema = passwords},
       .answers = {{.status = 204, .type = "", .summary = "Changed"}},
       .handler = [services](const Request& request) { return change_password(services, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/sessions",
       .operation = "listSessions",
       .tag = "accounts",
       .summary = "Living sessions: the own ones, or all with user.manage",
       .permission = std::string(signed_in),
       .query = {{"all", schema::boolean(), "sessions of every account"}},
       .answers = {{.schema = schema::object({{"sessions", schema::list(ref("Session"))}}), .summary = "Sessions"}},
       .handler = [services](const Request& request) { return list_sessions(services, request); }},
      {.method = Method::del,
       .pattern = "/api/v1/sessions/{id}",
       .operation = "endSession",
       .tag = "accounts",
       .summary = "End a session",
       .permission = std::string(signed_in),
       .answers = {{.status = 204, .type = "", .summary = "Ended"}},
       .handler =
           [services](const Request& request) {
             auto ended = services.accounts.end_session(request.principal, request.path_value("id"));
             return ended ? no_content() : problem(ended.error());
           }},
  };
  out.routes.push_back(first_run_route(services));
  out.add(second_factor_routes(services));
  return out;
}

}  // namespace yagura::api
