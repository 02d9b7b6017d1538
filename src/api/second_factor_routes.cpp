#include <boost/json.hpp>

#include "api/problem.hpp"
#include "api/services.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

std::string text_of(const Request& request, std::string_view key) {
  return json::value_to<std::string>(request.json.get_object().at(key));
}

Response codes_response(const Result<std::vector<std::string>>& codes) {
  if (!codes) return problem(codes.error());
  json::array out;
  for (const std::string& code : *codes) out.push_back(json::value(code));
  return json_response(200, json::object{{"recovery_codes", std::move(out)}});
}

Response begin(const SystemServices& services, const Request& request) {
  auto offer = services.accounts.begin_second_factor(request.principal, text_of(request, "password"));
  if (!offer) return problem(offer.error());
  return json_response(200, json::object{{"secret", offer->secret}, {"uri", offer->uri}});
}

}  // namespace

RouteSet second_factor_routes(const SystemServices& services) {
  const auto password = schema::text(1, 1024);
  const auto code = schema::text(1, 64);
  const auto codes = schema::object({{"recovery_codes", schema::described(schema::list(schema::text(1)),
                                                                          "Each stands in for one code; shown once")}});
  RouteSet out;
  out.routes = {
      {.method = Method::post,
       .pattern = "/api/v1/session/second-factor",
       .operation = "beginSecondFactor",
       .tag = "accounts",
       .summary = "Begin a second factor (TOTP, RFC 6238) for oneself; it counts once it is confirmed",
       .permission = std::string(signed_in),
       .body = BodySpec{.schema = schema::object({{"password", password}})},
       .answers = {{.schema = schema::object(
                        {{"secret", schema::described(schema::text(1), "Base32; shown this once")},
                         {"uri", schema::described(schema::text(1), "otpauth://, what a QR code would say")}}),
                    .summary = "What an authenticator needs; valid for ten minutes"}},
       .handler = [services](const Request& request) { return begin(services, request); }},
      {.method = Method::post,
       .pattern = "/api/v1/session/second-factor/confirm",
       .operation = "confirmSecondFactor",
       .tag = "accounts",
       .summary = "Put the second factor in force by a first code of it",
       .permission = std::string(signed_in),
       .body = BodySpec{.schema = schema::object({{"code", code}})},
       .answers = {{.schema = codes, .summary = "In force; the recovery codes"}},
       .handler =
           [services](const Request& request) {
             return codes_response(
                 services.accounts.confirm_second_factor(request.principal, text_of(request, "code")));
           }},
      {.method = Method::post,
       .pattern = "/api/v1/session/second-factor/recovery-codes",
       .operation = "renewRecoveryCodes",
       .tag = "accounts",
       .summary = "New recovery codes; the old ones are void",
       .permission = std::string(signed_in),
       .body = BodySpec{.schema = schema::object({{"code", code}})},
       .answers = {{.schema = codes, .summary = "The new ones"}},
       .handler =
           [services](const Request& request) {
             return codes_response(services.accounts.renew_recovery_codes(request.principal, text_of(request, "code")));
           }},
      {.method = Method::post,
       .pattern = "/api/v1/session/second-factor/remove",
       .operation = "removeSecondFactor",
       .tag = "accounts",
       .summary = "Take the own second factor away; needs the password and a code",
       .permission = std::string(signed_in),
       .body = BodySpec{.schema = schema::object({{"password", password}, {"code", code}})},
       .answers = {{.status = 204, .type = "", .summary = "Taken away"}},
       .handler =
           [services](const Request& request) {
             auto done = services.accounts.remove_second_factor(request.principal, text_of(request, "password"),
                                                                text_of(request, "code"));
             return done ? no_content() : problem(done.error());
           }},
  };
  return out;
}

}  // namespace yagura::api
