// What each role of the catalogue may and may not do, route by route, as the served contract names them.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <regex>

#include "platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

std::string text(const json::value& value) {
  return json::value_to<std::string>(value);
}

bool refused_by_the_gate(const Reply& reply) {
  return reply.status == 403 && text(reply.json().at("type")) == "urn:yagura:problem:permission";
}

/// A feed is answered for as long as its reader stays.
bool is_feed(const json::object& operation) {
  return json::serialize(operation).contains("text/event-stream");
}

struct Operation {
  std::string method;
  std::string target;
  std::string id;
  std::string permission;  // empty: for every account
  bool body = false;
  bool feed = false;
};

/// What the document that the server serves says that there is; routes that are open to all are left out.
std::vector<Operation> guarded_operations(Harness& harness) {
  std::vector<Operation> out;
  const json::value document = harness.call("GET", "/api/v1/openapi.json").json();
  for (const auto& path : document.at("paths").as_object())
    for (const auto& entry : path.value().as_object()) {
      const json::object* operation = entry.value().if_object();
      if (operation == nullptr || !operation->contains("x-permission")) continue;
      Operation one;
      one.method = entry.key();
      std::ranges::transform(one.method, one.method.begin(), [](char c) { return c >= 'a' ? c - 32 : c; });
      one.target = std::regex_replace(std::string(path.key()), std::regex(R"(\{[^}]*\})"), "x");
      one.id = text(operation->at("operationId"));
      one.permission = text(operation->at("x-permission"));
      if (one.permission == "any signed-in account") one.permission.clear();
      one.body = operation->contains("requestBody");
      one.feed = is_feed(*operation);
      out.push_back(std::move(one));
    }
  return out;
}

TEST(Roles, may_do_what_the_catalogue_says_and_nothing_else) {
  Platform platform;
  Harness& harness = platform.api();
  const auto operations = guarded_operations(harness);
  ASSERT_GT(operations.size(), 40U);
  for (const auto& [id, role] : harness.accounts->roles().all()) {
    const CallOptions who = platform.as("walker-" + id, {id});
    for (const Operation& operation : operations) {
      if (operation.permission.empty()) continue;
      const bool may = role.permissions.contains(operation.permission);
      if (may && operation.feed) continue;
      const Reply reply = harness.call(operation.method, operation.target, who, operation.body ? "{}" : "");
      EXPECT_EQ(refused_by_the_gate(reply), !may) << id << " " << operation.id << ": " << reply.status << reply.body;
    }
  }
}

TEST(Roles, read_only_the_registers_that_the_catalogue_opens_to_them) {
  Platform platform;
  Harness& harness = platform.api();
  for (const auto& [id, role] : harness.accounts->roles().all()) {
    const CallOptions who = platform.as("reader-" + id, {id});
    for (const auto& [type, record_type] : platform.ledger().types().all()) {
      const int status = harness.call("GET", "/api/v1/records/" + type, who).status;
      EXPECT_EQ(status, role.permissions.contains(record_type.permissions.read) ? 200 : 403) << id << " " << type;
    }
  }
}

TEST(Roles, an_account_without_any_can_do_nothing_that_a_role_is_for) {
  Platform platform;
  Harness& harness = platform.api();
  const CallOptions nobody = platform.as("nobody", {});
  for (const Operation& operation : guarded_operations(harness)) {
    if (operation.permission.empty()) continue;
    const Reply reply = harness.call(operation.method, operation.target, nobody, operation.body ? "{}" : "");
    EXPECT_TRUE(refused_by_the_gate(reply)) << operation.id << ": " << reply.status;
  }
}

}  // namespace
}  // namespace yagura::api
