// Who may do what, over the whole route table, and what the contract promises.
#include "api/gate.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <regex>

#include "api/json_schema.hpp"
#include "api/totp.hpp"
#include "platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

std::string filled(const Route& route) {
  return std::regex_replace(route.pattern, std::regex(R"(\{[^}]*\})"), "x");
}

std::string text(const json::value& value) {
  return json::value_to<std::string>(value);
}

TEST(RouteTable, nothing_is_open_that_is_not_meant_to_be) {
  Platform platform(false);
  Harness& harness = platform.api();
  std::vector<std::string> open;
  for (const Route& route : harness.gate->router().routes()) {
    const std::string target = filled(route);
    const Reply reply = harness.call(to_text(route.method), target, {}, route.body ? "{}" : "");
    if (route.permission == open_to_all) {
      open.push_back(route.operation);
      EXPECT_NE(reply.status, 401) << route.operation;
    } else {
      EXPECT_EQ(reply.status, 401) << route.operation;
      EXPECT_EQ(reply.header("WWW-Authenticate"), "Bearer realm=\"yagura\"");
    }
    CallOptions wrong;
    wrong.token = "ygr_wrong";
    if (route.permission != open_to_all)
      EXPECT_EQ(harness.call(to_text(route.method), target, wrong).status, 401) << route.operation;
  }
  std::ranges::sort(open);
  EXPECT_EQ(open, (std::vector<std::string>{"beginFirstRun", "getContract", "getLiveness", "index", "signIn"}))
      << "a new open route needs a reason";
}

TEST(RouteTable, each_route_refuses_who_lacks_exactly_its_permission) {
  Platform platform(false);
  Harness& harness = platform.api();
  desks::Permissions all;
  for (const Route& route : harness.gate->router().routes())
    if (route.permission.size() > 1) all.insert(route.permission);
  for (const std::string& missing : all) {
    std::vector<std::string> others;
    for (const std::string& permission : all)
      if (permission != missing) others.push_back(permission);
    CallOptions with;
    with.token = harness.token_for(others);
    for (const Route& route : harness.gate->router().routes())
      if (route.permission == missing) {
        const Reply reply = harness.call(to_text(route.method), filled(route), with, route.body ? "{}" : "");
        EXPECT_EQ(reply.status, 403) << route.operation;
        EXPECT_EQ(text(reply.json().at("type")), "urn:yagura:problem:permission");
      }
  }
}

TEST(RouteTable, every_permission_that_a_route_names_is_held_by_a_role_of_the_catalogue) {
  const auto roles = desks::AccountRoles::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/permissions.yaml");
  ASSERT_TRUE(roles) << to_text(roles.error());
  desks::Permissions known;
  for (const auto& [id, role] : roles->all()) known.insert(role.permissions.begin(), role.permissions.end());
  Platform platform(false);
  Harness& harness = platform.api();
  for (const Route& route : harness.gate->router().routes())
    if (route.permission.size() > 1) EXPECT_TRUE(known.contains(route.permission)) << route.permission;
}

TEST(Contract, uses_only_keywords_that_are_checked) {
  Platform platform(false);
  Harness& harness = platform.api();
  const json::value& document = harness.gate->document();
  for (const auto& component : document.at("components").at("schemas").as_object())
    EXPECT_EQ(find_unknown_keyword(component.value(), document).value_or(""), "") << component.key();
  for (const Route& route : harness.gate->router().routes()) {
    if (route.body) EXPECT_EQ(find_unknown_keyword(route.body->schema, document).value_or(""), "") << route.operation;
    for (const Answer& answer : route.answers)
      EXPECT_EQ(find_unknown_keyword(answer.schema, document).value_or(""), "") << route.operation;
    for (const Parameter& parameter : route.query)
      EXPECT_EQ(find_unknown_keyword(parameter.schema, document).value_or(""), "") << route.operation;
    if (!route.unlisted) EXPECT_FALSE(route.summary.empty() || route.tag.empty()) << route.operation;
  }
}

TEST(Contract, is_served_as_the_gate_uses_it) {
  Harness harness;
  const Reply reply = harness.call("GET", "/api/v1/openapi.json");
  EXPECT_EQ(reply.json(), harness.gate->document());
  EXPECT_EQ(text(reply.json().at("openapi")), "3.1.0");
}

TEST(Session, carries_a_person_from_sign_in_to_sign_out) {
  Harness harness;
  const Reply reply = harness.call("POST", "/api/v1/session", {},
                                   R"({"login":"admin","password":")" + harness.admin_password + R"("})");
  const std::string cookie = reply.header("Set-Cookie");
  EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("; SameSite=Strict"), std::string::npos);
  EXPECT_EQ(cookie.find("; Secure"), std::string::npos) << "plain loopback";
  const CallOptions admin = harness.sign_in("admin", harness.admin_password);
  EXPECT_EQ(text(harness.call("GET", "/api/v1/session", admin).json().at("login")), "admin");
  EXPECT_EQ(harness.call("GET", "/api/v1/sessions", admin).json().at("sessions").as_array().size(), 2U);
  const Reply out = harness.call("DELETE", "/api/v1/session", admin);
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.header("Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(harness.call("GET", "/api/v1/session", admin).status, 401);
}

TEST(Session, a_write_without_its_csrf_token_is_refused) {
  Harness harness;
  CallOptions admin = harness.sign_in("admin", harness.admin_password);
  const std::string right = std::exchange(admin.csrf, "");
  const std::string body = R"({"name":"t","permissions":["alert.read"],"expires_at":")" +
                           format_time({harness.now.ns + 3600 * ns_per_second}) + R"("})";
  EXPECT_EQ(text(harness.call("POST", "/api/v1/tokens", admin, body).json().at("type")), "urn:yagura:problem:csrf");
  admin.csrf = "wrong";
  EXPECT_EQ(harness.call("POST", "/api/v1/tokens", admin, body).status, 403);
  admin.csrf = harness.sign_in("admin", harness.admin_password).csrf;
  EXPECT_EQ(harness.call("POST", "/api/v1/tokens", admin, body).status, 403) << "another session's token";
  EXPECT_EQ(harness.call("GET", "/api/v1/tokens", admin).status, 200) << "reading needs none";
  admin.csrf = right;
  EXPECT_EQ(harness.call("POST", "/api/v1/tokens", admin, body).status, 201);
}

TEST(Session, a_bad_token_never_falls_back_to_a_cookie) {
  Harness harness;
  CallOptions both = harness.sign_in("admin", harness.admin_password);
  both.token = "ygr_wrong";
  EXPECT_EQ(harness.call("GET", "/api/v1/session", both).status, 401);
  CallOptions basic = harness.sign_in("admin", harness.admin_password);
  basic.headers = {{"Authorization", "Basic YTpi"}};
  EXPECT_EQ(harness.call("GET", "/api/v1/session", basic).status, 401);
  CallOptions twice;
  twice.headers = {{"Authorization", "Bearer a"}, {"Authorization", "Bearer b"}};
  EXPECT_EQ(harness.call("GET", "/api/v1/session", twice).status, 400);
}

TEST(Session, too_many_wrong_passwords_are_told_to_wait) {
  Harness harness;
  for (int i = 0; i < pair_failures_free; ++i)
    EXPECT_EQ(harness.call("POST", "/api/v1/session", {}, R"({"login":"admin","password":"wrong"})").status, 401);
  const Reply reply = harness.call("POST", "/api/v1/session", {}, R"({"login":"admin","password":"wrong"})");
  EXPECT_EQ(reply.status, 429);
  EXPECT_GT(std::stoi(reply.header("Retry-After")), 0);
  harness.now.ns += 20 * ns_per_second;
  harness.sign_in("admin", harness.admin_password);
}

TEST(Session, a_new_person_can_do_nothing_but_change_the_password) {
  Harness harness;
  const CallOptions admin = harness.sign_in("admin", harness.admin_password);
  EXPECT_EQ(harness
                .call("POST", "/api/v1/users", admin,
                      R"({"login":"sato","name":"佐藤","roles":["admin"],"password":"first password!"})")
                .status,
            201);
  const CallOptions sato = harness.sign_in("sato", "first password!");
  EXPECT_EQ(text(harness.call("GET", "/api/v1/users", sato).json().at("type")), "urn:yagura:problem:password_change");
  EXPECT_EQ(text(harness.call("GET", "/api/v1/tokens", sato).json().at("type")), "urn:yagura:problem:password_change");
  EXPECT_EQ(harness
                .call("PUT", "/api/v1/session/password", sato,
                      R"({"old_password":"first password!","new_password":"second password!"})")
                .status,
            204);
  EXPECT_EQ(harness.call("GET", "/api/v1/users", sato).status, 200);
}

TEST(SecondFactor, goes_from_setting_up_to_signing_in_over_http) {
  Harness harness;
  const CallOptions admin = harness.sign_in("admin", harness.admin_password);
  const std::string password = R"({"password":")" + harness.admin_password + R"("})";
  EXPECT_FALSE(harness.call("GET", "/api/v1/session", admin).json().at("second_factor").as_bool());
  EXPECT_EQ(harness.call("POST", "/api/v1/session/second-factor", admin, R"({"password":"wrong"})").status, 403);
  EXPECT_EQ(harness.call("POST", "/api/v1/session/second-factor/confirm", admin, R"({"code":"123456"})").status, 409);
  CallOptions token;
  token.token = harness.token_for({"alert.read"});
  EXPECT_EQ(harness.call("POST", "/api/v1/session/second-factor", token, password).status, 403);
  const Reply offer = harness.call("POST", "/api/v1/session/second-factor", admin, password);
  ASSERT_EQ(offer.status, 200);
  const std::string secret = from_base32(text(offer.json().at("secret")));
  EXPECT_EQ(text(offer.json().at("uri")).find("otpauth://totp/Yagura:admin?secret="), 0U);
  const auto code = [&] { return hotp(secret, static_cast<uint64_t>(totp_step(harness.now))); };
  const auto body = [](const std::string& given) { return R"({"code":")" + given + R"("})"; };
  EXPECT_EQ(harness.call("POST", "/api/v1/session/second-factor/confirm", admin, body("12345x")).status, 422);
  const Reply codes = harness.call("POST", "/api/v1/session/second-factor/confirm", admin, body(code()));
  ASSERT_EQ(codes.status, 200);
  EXPECT_EQ(codes.json().at("recovery_codes").as_array().size(), recovery_codes_count);
  const auto sign_in = [&](const std::string& given) {
    return harness.call(
        "POST", "/api/v1/session", {},
        R"({"login":"admin","password":")" + harness.admin_password + R"(","code":")" + given + R"("})");
  };
  const Reply without = harness.call("POST", "/api/v1/session", {},
                                     R"({"login":"admin","password":")" + harness.admin_password + R"("})");
  EXPECT_EQ(without.status, 401);
  EXPECT_EQ(text(without.json().at("type")), "urn:yagura:problem:sign_in.second_factor");
  EXPECT_EQ(sign_in(code()).status, 401) << "the code that confirmed is spent";
  harness.now.ns += 30 * ns_per_second;
  const Reply in = sign_in(code());
  EXPECT_EQ(in.status, 200);
  EXPECT_TRUE(in.json().at("second_factor").as_bool());
  EXPECT_EQ(in.json().at("recovery_codes_left").as_int64(), static_cast<int64_t>(recovery_codes_count));
  EXPECT_EQ(sign_in(text(codes.json().at("recovery_codes").at(0))).status, 200);
  harness.now.ns += 30 * ns_per_second;
  const Reply fresh = harness.call("POST", "/api/v1/session/second-factor/recovery-codes", admin, body(code()));
  EXPECT_EQ(fresh.status, 200);
  EXPECT_EQ(harness.call("PATCH", "/api/v1/users/admin", admin, R"({"remove_second_factor":true})").status, 409);
  harness.now.ns += 30 * ns_per_second;
  EXPECT_EQ(harness
                .call("POST", "/api/v1/session/second-factor/remove", admin,
                      R"({"password":")" + harness.admin_password + R"(","code":")" + code() + R"("})")
                .status,
            204);
  harness.sign_in("admin", harness.admin_password);
}

TEST(BreakGlass, password_is_made_shown_once_and_made_anew_by_resealing) {
  Harness harness;
  const CallOptions admin = harness.sign_in("admin", harness.admin_password);
  EXPECT_EQ(harness
                .call("POST", "/api/v1/users", admin,
                      R"({"login":"glass","name":"x","roles":["admin"],"break_glass":true,"password":"chosen by one"})")
                .status,
            422);
  const Reply made = harness.call("POST", "/api/v1/users", admin,
                                  R"({"login":"glass","name":"非常用","roles":["admin"],"break_glass":true})");
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(text(made.json().at("break_glass")), "sealed");
  const std::string password = text(made.json().at("password"));
  EXPECT_EQ(harness.call("GET", "/api/v1/users", admin).body.find(password), std::string::npos);
  harness.sign_in("glass", password);
  EXPECT_EQ(text(harness.call("GET", "/api/v1/users/glass", admin).json().at("break_glass")), "used");
  const Reply resealed = harness.call("PATCH", "/api/v1/users/glass", admin, R"({"reseal":true})");
  ASSERT_EQ(resealed.status, 200);
  EXPECT_EQ(text(resealed.json().at("break_glass")), "sealed");
  EXPECT_NE(text(resealed.json().at("password")), password);
  EXPECT_EQ(harness.call("PATCH", "/api/v1/users/admin", admin, R"({"reseal":true})").status, 422);
  for (const ToldFact& fact : harness.facts()) EXPECT_EQ(json::serialize(fact.body).find(password), std::string::npos);
}

TEST(FirstRun, makes_the_first_administrator_once_by_the_secret_of_the_terminal) {
  Harness harness;
  const auto begin = [&](const std::string& secret, const std::string& login = "sato",
                         const std::string& password = "long enough for a test") {
    return harness.call("POST", "/api/v1/first-run", {},
                        R"({"secret":")" + secret + R"(","login":")" + login +
                            R"(","name":"佐藤","lang":"ja","password":")" + password + R"("})");
  };
  EXPECT_EQ(begin("x").status, 403) << "nothing is open before the terminal shows a secret";
  const auto secret = harness.accounts->open_first_run();
  ASSERT_TRUE(secret);
  EXPECT_EQ(text(begin(*secret + "x").json().at("type")), "urn:yagura:problem:first_run.closed");
  EXPECT_EQ(begin(*secret, "Bad Login!").status, 422);
  EXPECT_EQ(begin(*secret, "sato", "short").status, 422);
  CallOptions elsewhere;
  elsewhere.headers = {{"Origin", "https://evil.example"}};
  EXPECT_EQ(
      harness
          .call("POST", "/api/v1/first-run", elsewhere,
                R"({"secret":")" + *secret + R"(","login":"a","name":"a","lang":"ja","password":"long enough pw"})")
          .status,
      403);
  const Reply made = begin(*secret);
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(text(made.json().at("login")), "sato");
  EXPECT_NE(made.header("Set-Cookie").find("HttpOnly"), std::string::npos);
  EXPECT_EQ(begin(*secret, "second").status, 403) << "once";
  EXPECT_EQ(harness.accounts->open_first_run(), std::nullopt);
  EXPECT_TRUE(harness.accounts->user("admin")->disabled) << "the generated account is not left lying about";
  EXPECT_EQ(
      harness.call("POST", "/api/v1/session", {}, R"({"login":"admin","password":")" + harness.admin_password + R"("})")
          .status,
      401);
  const CallOptions sato = harness.sign_in("sato", "long enough for a test");
  EXPECT_EQ(harness.call("GET", "/api/v1/users", sato).status, 200);
  for (const ToldFact& fact : harness.facts()) EXPECT_EQ(json::serialize(fact.body).find(*secret), std::string::npos);
}

TEST(FirstRun, is_over_when_anybody_signs_in) {
  Harness harness;
  const auto secret = harness.accounts->open_first_run();
  ASSERT_TRUE(secret);
  harness.sign_in("admin", harness.admin_password);
  EXPECT_EQ(
      harness
          .call("POST", "/api/v1/first-run", {},
                R"({"secret":")" + *secret + R"(","login":"b","name":"b","lang":"en","password":"long enough pw"})")
          .status,
      403);
  EXPECT_FALSE(harness.accounts->user("admin")->disabled);
}

TEST(Users, are_made_changed_and_listed) {
  Harness harness;
  const CallOptions admin = harness.sign_in("admin", harness.admin_password);
  const Reply made = harness.call("POST", "/api/v1/users", admin,
                                  R"({"login":"sato","name":"佐藤","roles":["analyst"],"password":"first password!"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body.find("argon2"), std::string::npos);
  EXPECT_EQ(harness
                .call("POST", "/api/v1/users", admin,
                      R"({"login":"sato","name":"x","roles":[],"password":"first password!"})")
                .status,
            409);
  EXPECT_EQ(harness
                .call("POST", "/api/v1/users", admin,
                      R"({"login":"Bad Login","name":"x","roles":[],"password":"first password!"})")
                .status,
            422);
  EXPECT_EQ(harness
                .call("POST", "/api/v1/users", admin,
                      R"({"login":"b","name":"x","roles":["none"],"password":"first password!"})")
                .status,
            422);
  EXPECT_EQ(
      harness.call("POST", "/api/v1/users", admin, R"({"login":"b","name":"x","roles":[],"password":"short"})").status,
      422);
  EXPECT_EQ(harness
                .call("POST", "/api/v1/users", admin,
                      R"({"login":"b","name":"x","roles":[],"service":true,"password":"first password!"})")
                .status,
            422);
  EXPECT_EQ(harness.call("PATCH", "/api/v1/users/sato", admin, R"({"lang":"en","disabled":true})")
                .json()
                .at("lang")
                .as_string(),
            "en");
  EXPECT_EQ(harness.call("PATCH", "/api/v1/users/admin", admin, R"({"disabled":true})").status, 409);
  EXPECT_EQ(harness.call("GET", "/api/v1/users/nobody", admin).status, 404);
  EXPECT_EQ(harness.call("GET", "/api/v1/users", admin).json().at("users").as_array().size(), 2U);
  EXPECT_GE(harness.call("GET", "/api/v1/account-roles", admin).json().at("roles").as_array().size(), 2U);
  for (const ToldFact& fact : harness.facts())
    EXPECT_EQ(json::serialize(fact.body).find("password!"), std::string::npos);
}

TEST(Tokens, are_shown_once_listed_without_secret_and_revoked) {
  Harness harness;
  const CallOptions admin = harness.sign_in("admin", harness.admin_password);
  const std::string body = R"({"name":"siem","permissions":["alert.read"],"expires_at":")" +
                           format_time({harness.now.ns + 3600 * ns_per_second}) + R"("})";
  const Reply made = harness.call("POST", "/api/v1/tokens", admin, body);
  ASSERT_EQ(made.status, 201);
  CallOptions token;
  token.token = text(made.json().at("secret"));
  EXPECT_EQ(harness.call("GET", "/api/v1/session", token).status, 200);
  EXPECT_EQ(harness.call("GET", "/api/v1/users", token).status, 403);
  EXPECT_EQ(harness.call("POST", "/api/v1/tokens", token, body).status, 403) << "a token makes no tokens";
  EXPECT_EQ(harness.call("DELETE", "/api/v1/session", token).status, 409);
  EXPECT_EQ(harness.call("GET", "/api/v1/tokens", admin).body.find(token.token), std::string::npos);
  EXPECT_EQ(harness.call("DELETE", "/api/v1/tokens/" + text(made.json().at("id")), admin).status, 204);
  EXPECT_EQ(harness.call("GET", "/api/v1/session", token).status, 401);
  EXPECT_EQ(harness.call("DELETE", "/api/v1/tokens/none", admin).status, 404);
}

TEST(Query, unknown_double_missing_and_wrong_values_are_named) {
  Harness harness;
  const CallOptions admin = harness.sign_in("admin", harness.admin_password);
  const auto pointer = [&](std::string_view target) {
    const Reply reply = harness.call("GET", target, admin);
    EXPECT_EQ(reply.status, 422) << target;
    return reply.status == 422 ? text(reply.json().at("errors").at(0).at("pointer")) + " " +
                                     text(reply.json().at("errors").at(0).at("code"))
                               : "";
  };
  EXPECT_EQ(pointer("/api/v1/sessions?al=true"), "query:al query.unknown");
  EXPECT_EQ(pointer("/api/v1/sessions?all=true&all=true"), "query:all query.twice");
  EXPECT_EQ(pointer("/api/v1/sessions?all=perhaps"), "query:all schema.type");
}

TEST(System, tells_health_and_counters_to_those_who_may) {
  Harness harness;
  EXPECT_EQ(harness.call("GET", "/api/v1/health/live").body, R"({"status":"ok"})");
  CallOptions operator_token;
  operator_token.token = harness.token_for({"system.manage"});
  EXPECT_EQ(text(harness.call("GET", "/api/v1/health", operator_token).json().at("status")), "ok");
  harness.counters.at("formats.lines_too_long").fetch_add(3);
  EXPECT_NE(
      harness.call("GET", "/api/v1/metrics", operator_token).body.find("\nyagura_formats_lines_too_long_total 3\n"),
      std::string::npos);
}

TEST(System, index_speaks_both_languages) {
  Harness harness;
  EXPECT_NE(harness.call("GET", "/?lang=ja").body.find("<html lang=\"ja\">"), std::string::npos);
  EXPECT_NE(harness.call("GET", "/?lang=en").body.find("<html lang=\"en\">"), std::string::npos);
  CallOptions english;
  english.headers = {{"Accept-Language", "en-US,en;q=0.9,ja;q=0.5"}};
  EXPECT_NE(harness.call("GET", "/", english).body.find("<html lang=\"en\">"), std::string::npos);
  EXPECT_EQ(harness.call("GET", "/?lang=en").body.find("[api."), std::string::npos) << "no text is missing";
}

}  // namespace
}  // namespace yagura::api
