// Policies, their owners' answers, playbooks and the statement through the API; every answer is held against the
// contract.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

std::string text(const json::value& value) {
  return json::value_to<std::string>(value);
}

class PolicyRoutes : public ::testing::Test {
 protected:
  Reply get(const std::string& target, const CallOptions& who) { return platform.api().call("GET", target, who); }
  Reply post(const std::string& target, const CallOptions& who, const std::string& body = "{}") {
    return platform.api().call("POST", target, who, body);
  }
  json::value ok(const Reply& reply, int status = 200) {
    EXPECT_EQ(reply.status, status) << reply.body;
    return reply.status == status ? reply.json() : json::value(json::object{{"id", ""}});
  }

  Platform platform;
};

TEST_F(PolicyRoutes, A_3_owners_answer_for_themselves_and_the_standing_says_how_far) {
  const CallOptions tanaka = platform.as("tanaka", {"manager"});
  const CallOptions suzuki = platform.as("suzuki", {"system_owner"});
  const json::value current = ok(get("/api/v1/action-policies/current", tanaka));
  const std::string policy = "/api/v1/action-policies/" + text(current.at("id"));
  const json::value shipped = ok(get(policy + "/standing", suzuki));
  EXPECT_TRUE(shipped.at("in_force").as_bool());
  EXPECT_EQ(text(shipped.at("acknowledged")), "no_owners");
  const std::string owner = R"({"person":"鈴木","organisation":"会計システム","account":"user:suzuki"})";
  EXPECT_EQ(post(policy + "/owners", suzuki, owner).status, 403);
  const json::value asked = ok(post(policy + "/owners", tanaka, owner), 201);
  EXPECT_EQ(post(policy + "/owners", tanaka, owner).status, 409);
  const std::string question = "/api/v1/policy-acknowledgements/" + text(asked.at("id"));
  EXPECT_EQ(post(question + "/acknowledge", tanaka).status, 403) << "only who was asked";
  EXPECT_EQ(post("/api/v1/records/policy_acknowledgement/" + text(asked.at("id")) + "/move", tanaka,
                 R"({"move":"acknowledge","version":1})")
                    .status /
                100,
            4)
      << "by no other way either";
  EXPECT_EQ(post(question + "/object", suzuki).status, 422) << "an objection says why";
  EXPECT_EQ(text(ok(post(question + "/acknowledge", suzuki, R"({"remarks":"夜間は電話で"})")).at("state")),
            "acknowledged");
  const json::value after = ok(get(policy + "/standing", tanaka));
  EXPECT_EQ(text(after.at("acknowledged")), "acknowledged");
  EXPECT_EQ(text(after.at("owners").at(0).at("answered_by")), "user:suzuki");
}

TEST_F(PolicyRoutes, A_3_playbook_comes_in_whole_or_with_every_fault_and_goes_out_as_it_came) {
  const CallOptions kenji = platform.as("kenji", {"handler"});
  std::ifstream in(YAGURA_SOURCE_DIR "/fuzz/corpus/cacao/branches.json");
  const std::string document{std::istreambuf_iterator<char>(in), {}};
  const json::value record =
      ok(post("/api/v1/playbooks/import", kenji, R"({"set":"incident","class":"major","document":)" + document + "}"),
         201);
  EXPECT_EQ(text(record.at("body").at("steps").at(0).at("by")), "Network");
  EXPECT_EQ(ok(get("/api/v1/playbooks/" + text(record.at("id")) + "/cacao", kenji)), json::parse(document));
  const Reply broken = post("/api/v1/playbooks/import", kenji, R"({"document":{"type":"playbook"}})");
  EXPECT_EQ(broken.status, 422);
  EXPECT_THAT(broken.body, HasSubstr("workflow"));
  EXPECT_EQ(post("/api/v1/playbooks/import", platform.as("hana", {"analyst"}), R"({"document":{}})").status, 403);
}

TEST_F(PolicyRoutes, A_1_statement_tells_what_holds_and_a_document_is_revised) {
  const CallOptions kenji = platform.as("kenji", {"handler"});
  const CallOptions tanaka = platform.as("tanaka", {"manager"});
  EXPECT_EQ(ok(get("/api/v1/policy-documents/statement", kenji)).at("missing").as_array().size(), 5U);
  const json::value draft = ok(
      post(
          "/api/v1/records/policy_document", kenji,
          R"({"body":{"title":"全体方針","kind":"overall","edition":1,"scope":"全端末","owner":"user:kenji","review_on":"2099-01-01"}})"),
      201);
  EXPECT_EQ(post("/api/v1/policy-documents/" + text(draft.at("id")) + "/revise", kenji).status, 409);
  EXPECT_EQ(get("/api/v1/policy-documents/statement", platform.as("c", {"collector"})).status, 403);
  EXPECT_TRUE(ok(get("/api/v1/policy-documents", tanaka)).at("records").as_array().size() == 1U);
}

}  // namespace
}  // namespace yagura::api
