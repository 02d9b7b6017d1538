#include <algorithm>
#include <boost/json.hpp>

#include "api/passwords.hpp"
#include "api/problem.hpp"
#include "api/services.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using schema::ref;

json::array names(const auto& list) {
  json::array out;
  for (const std::string& name : list) out.push_back(json::value(name));
  return out;
}

json::object user_json(const User& user) {
  json::object out{{"login", user.login},
                   {"name", user.name},
                   {"lang", user.lang},
                   {"roles", names(user.roles)},
                   {"service", user.service},
                   {"disabled", user.disabled},
                   {"must_change_password", user.must_change_password},
                   {"second_factor", user.second_factor.on()},
                   {"created_at", format_time(user.created_at, 3)}};
  if (user.break_glass != BreakGlass::no)
    out["break_glass"] = user.break_glass == BreakGlass::sealed ? "sealed" : "used";
  if (user.last_sign_in) out["last_sign_in"] = format_time(*user.last_sign_in, 3);
  return out;
}

json::object token_json(const TokenRow& token) {
  json::object out{{"id", token.id},
                   {"name", token.name},
                   {"login", token.login},
                   {"permissions", names(token.permissions)},
                   {"created_at", format_time(token.created_at, 3)},
                   {"expires_at", format_time(token.expires_at, 3)}};
  if (token.revoked_at) out["revoked_at"] = format_time(*token.revoked_at, 3);
  if (token.last_used) out["last_used"] = format_time(*token.last_used, 3);
  return out;
}

std::string text_of(const json::object& body, std::string_view key, std::string_view otherwise = {}) {
  const json::value* value = body.if_contains(key);
  return value == nullptr ? std::string(otherwise) : json::value_to<std::string>(*value);
}

bool flag_of(const json::object& body, std::string_view key) {
  const json::value* value = body.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

std::optional<std::string> maybe_text(const json::object& body, std::string_view key) {
  if (!body.contains(key)) return std::nullopt;
  return text_of(body, key);
}

Response create_user(const SystemServices& services, const Request& request) {
  const json::object& body = request.json.get_object();
  User user;
  user.login = text_of(body, "login");
  user.name = text_of(body, "name");
  user.lang = text_of(body, "lang", "ja");
  user.roles = json::value_to<std::vector<std::string>>(body.at("roles"));
  user.service = body.contains("service") && body.at("service").as_bool();
  std::string password = text_of(body, "password");
  if (flag_of(body, "break_glass")) {
    if (!password.empty()) return problem(422, "break_glass.password", "the password of a break-glass account is made");
    user.break_glass = BreakGlass::sealed;
    password = generate_password();
  }
  auto made = services.accounts.create_user(request.principal, user, password);
  if (!made) return problem(made.error());
  json::object out = user_json(*made);
  if (made->break_glass != BreakGlass::no) out["password"] = password;
  return json_response(201, out);
}

Response change_user(const SystemServices& services, const Request& request) {
  const json::object& body = request.json.get_object();
  UserChanges changes{maybe_text(body, "name"),
                      maybe_text(body, "lang"),
                      std::nullopt,
                      std::nullopt,
                      maybe_text(body, "password"),
                      flag_of(body, "reseal"),
                      flag_of(body, "remove_second_factor")};
  if (changes.reseal) {
    if (changes.password) return problem(422, "break_glass.password", "the password of a break-glass account is made");
    changes.password = generate_password();
  }
  if (body.contains("roles")) changes.roles = json::value_to<std::vector<std::string>>(body.at("roles"));
  if (body.contains("disabled")) changes.disabled = body.at("disabled").as_bool();
  auto changed = services.accounts.change_user(request.principal, request.path_value("login"), changes);
  if (!changed) return problem(changed.error());
  json::object out = user_json(*changed);
  if (changes.reseal) out["password"] = *changes.password;
  return json_response(200, out);
}

Response show_user(const SystemServices& services, const Request& request) {
  const auto user = services.accounts.user(request.path_value("login"));
  return user ? json_response(200, user_json(*user)) : problem(404, "not_found", "there is no such user");
}

Response list_users(const SystemServices& services) {
  json::array out;
  for (const User& user : services.accounts.users()) out.push_back(user_json(user));
  return json_response(200, json::object{{"users", std::move(out)}});
}

Response list_roles(const SystemServices& services) {
  json::array out;
  for (const auto& [id, role] : services.accounts.roles().all())
    out.push_back(json::object{
        {"id", id}, {"title", {{"ja", role.ja}, {"en", role.en}}}, {"permissions", names(role.permissions)}});
  return json_response(200, json::object{{"roles", std::move(out)}});
}

Response list_tokens(const SystemServices& services, const Request& request) {
  const bool all = request.param("all") == "true";
  if (all && !request.principal.may("token.manage"))
    return problem(403, "permission", "needs the permission token.manage");
  json::array out;
  for (const TokenRow& token : services.accounts.tokens(all ? "" : request.principal.user_id))
    out.push_back(token_json(token));
  return json_response(200, json::object{{"tokens", std::move(out)}});
}

Response create_token(const SystemServices& services, const Request& request) {
  const json::object& body = request.json.get_object();
  const auto expires = parse_time(text_of(body, "expires_at"));
  auto made = services.accounts.create_token(
      request.principal, text_of(body, "login", request.principal.user_id), text_of(body, "name"),
      json::value_to<std::vector<std::string>>(body.at("permissions")), expires.value_or(Timestamp{}));
  if (!made) return problem(made.error());
  json::object out = token_json(made->token);
  out["secret"] = made->secret;
  return json_response(201, out);
}

std::vector<schema::Property> token_properties() {
  return {{"id", schema::text(1)},
          {"name", schema::text()},
          {"login", schema::text(1)},
          {"permissions", schema::list(schema::text())},
          {"created_at", schema::time()},
          {"expires_at", schema::time()},
          schema::optional("revoked_at", schema::time()),
          schema::optional("last_used", schema::time())};
}

Components account_components() {
  Components out;
  std::vector<schema::Property> user = {
      {"login", schema::text(1)},
      {"name", schema::text()},
      {"lang", schema::choice({"ja", "en"})},
      {"roles", schema::list(schema::text())},
      {"service", schema::boolean()},
      {"disabled", schema::boolean()},
      {"must_change_password", schema::boolean()},
      {"second_factor", schema::boolean()},
      schema::optional("break_glass", schema::described(schema::choice({"sealed", "used"}), "For emergencies alone")),
      {"created_at", schema::time()},
      schema::optional("last_sign_in", schema::time())};
  out["User"] = schema::object(user);
  user.push_back(schema::optional(
      "password",
      schema::described(schema::text(1), "Of a break-glass account made or resealed now: shown this once")));
  out["ChangedUser"] = schema::object(user);
  out["Title"] = schema::object({{"ja", schema::text()}, {"en", schema::text()}});
  out["AccountRole"] =
      schema::object({{"id", schema::text(1)}, {"title", ref("Title")}, {"permissions", schema::list(schema::text())}});
  auto properties = token_properties();
  out["Token"] = schema::object(properties);
  properties.push_back({"secret", schema::described(schema::text(1), "Shown this once")});
  out["NewToken"] = schema::object(properties);
  return out;
}

schema::Value user_changes() {
  return schema::object(
      {schema::optional("name", schema::text(1, 200)), schema::optional("lang", schema::choice({"ja", "en"})),
       schema::optional("roles", schema::list(schema::text(1, 64), 32)),
       schema::optional("disabled", schema::boolean()), schema::optional("password", schema::text(1, 1024)),
       schema::optional("reseal", schema::described(schema::boolean(), "A new password for a break-glass account")),
       schema::optional("remove_second_factor", schema::boolean())});
}

schema::Value new_user() {
  return schema::object({{"login", schema::pattern("^[a-z0-9_][a-z0-9._-]{0,63}$")},
                         {"name", schema::text(1, 200)},
                         {"roles", schema::list(schema::text(1, 64), 32)},
                         schema::optional("lang", schema::choice({"ja", "en"})),
                         schema::optional("service", schema::boolean()),
                         schema::optional("break_glass", schema::boolean()),
                         schema::optional("password", schema::text(1, 1024))});
}

schema::Value new_token() {
  return schema::object({{"name", schema::text(1, 100)},
                         {"permissions", schema::list(schema::text(1, 100), 200)},
                         {"expires_at", schema::time()},
                         schema::optional("login", schema::text(1, 64))});
}

void add_user_routes(Routes& out, const SystemServices& services) {
  const std::string manage = "user.manage";
  out.push_back({.method = Method::get,
                 .pattern = "/api/v1/users",
                 .operation = "listUsers",
                 .tag = "accounts",
                 .summary = "All accounts",
                 .permission = manage,
                 .answers = {{.schema = schema::object({{"users", schema::list(ref("User"))}}), .summary = "Accounts"}},
                 .handler = [services](const Request&) { return list_users(services); }});
  out.push_back({.method = Method::post,
                 .pattern = "/api/v1/users",
                 .operation = "createUser",
                 .tag = "accounts",
                 .summary =
                     "Make an account; a service account has no password and acts by tokens, a break-glass account is "
                     "given one",
                 .permission = manage,
                 .body = BodySpec{.schema = new_user()},
                 .answers = {{.status = 201, .schema = ref("ChangedUser"), .summary = "Made"}},
                 .handler = [services](const Request& request) { return create_user(services, request); }});
  out.push_back({.method = Method::get,
                 .pattern = "/api/v1/users/{login}",
                 .operation = "getUser",
                 .tag = "accounts",
                 .summary = "One account",
                 .permission = manage,
                 .answers = {{.schema = ref("User"), .summary = "The account"}},
                 .handler = [services](const Request& request) { return show_user(services, request); }});
  out.push_back({.method = Method::patch,
                 .pattern = "/api/v1/users/{login}",
                 .operation = "changeUser",
                 .tag = "accounts",
                 .summary = "Change an account",
                 .permission = manage,
                 .body = BodySpec{.schema = user_changes()},
                 .answers = {{.schema = ref("ChangedUser"), .summary = "Changed"}},
                 .handler = [services](const Request& request) { return change_user(services, request); }});
  out.push_back(
      {.method = Method::get,
       .pattern = "/api/v1/account-roles",
       .operation = "listAccountRoles",
       .tag = "accounts",
       .summary = "The roles that an account can hold",
       .permission = std::string(signed_in),
       .answers = {{.schema = schema::object({{"roles", schema::list(ref("AccountRole"))}}), .summary = "Roles"}},
       .handler = [services](const Request&) { return list_roles(services); }});
}

void add_token_routes(Routes& out, const SystemServices& services) {
  const std::string anybody(signed_in);
  out.push_back({.method = Method::get,
                 .pattern = "/api/v1/tokens",
                 .operation = "listTokens",
                 .tag = "accounts",
                 .summary = "Tokens: the own ones, or all with token.manage",
                 .permission = anybody,
                 .query = {{"all", schema::boolean(), "tokens of every account"}},
                 .answers = {{.schema = schema::object({{"tokens", schema::list(ref("Token"))}}), .summary = "Tokens"}},
                 .handler = [services](const Request& request) { return list_tokens(services, request); }});
  out.push_back({.method = Method::post,
                 .pattern = "/api/v1/tokens",
                 .operation = "createToken",
                 .tag = "accounts",
                 .summary = "Make a token for oneself or, with token.manage, for a service account",
                 .permission = anybody,
                 .body = BodySpec{.schema = new_token()},
                 .answers = {{.status = 201, .schema = ref("NewToken"), .summary = "Made"}},
                 .handler = [services](const Request& request) { return create_token(services, request); }});
  out.push_back({.method = Method::del,
                 .pattern = "/api/v1/tokens/{id}",
                 .operation = "revokeToken",
                 .tag = "accounts",
                 .summary = "Revoke a token",
                 .permission = anybody,
                 .answers = {{.status = 204, .type = "", .summary = "Revoked"}},
                 .handler = [services](const Request& request) {
                   auto done = services.accounts.revoke_token(request.principal, request.path_value("id"));
                   return done ? no_content() : problem(done.error());
                 }});
}

}  // namespace

RouteSet account_routes(const SystemServices& services) {
  RouteSet out{{}, account_components()};
  add_user_routes(out.routes, services);
  add_token_routes(out.routes, services);
  return out;
}

}  // namespace yagura::api
