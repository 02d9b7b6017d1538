#include "desks/governance/acknowledgement.hpp"

#include "desks/in_force.hpp"
#include "desks/table_file.hpp"
#include "fixture.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Record;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Asking : public testing::DesksTest {
 protected:
  Asking() {
    install_defaults();
    react();
  }
  /// The shipped policy with owners, proposed by one person and approved by another.
  Record approved(const char* file, json::array owners) {
    auto table = read_table_file(testing::catalog / "criteria" / file);
    EXPECT_TRUE(table);
    json::object body = *table;
    body["owners"] = std::move(owners);
    later(1);
    const Record draft = ok(governance->propose_policy(handler, std::move(body)));
    const auto out = ok(governance->approve(manager, {.policy = draft.id}));
    react();
    return out.policy.value_or(Record{});
  }
  static json::object owner(const char* name, const char* organisation, const char* account = "") {
    json::object out{{"person", name}, {"organisation", organisation}};
    if (*account != 0) out["account"] = account;
    return out;
  }
  PolicyStanding standing(const ledger::RecordId& id) { return ok(standing_of(*ledger, handler, id)); }

  ledger::Actor handler = person("kenji", {"manager"});
  ledger::Actor manager = person("tanaka", {"manager"});
  ledger::Actor clerk = person("rika", {"handler"});
  ledger::Actor suzuki = person("suzuki", {"system_owner"});
};

using A_3_Acknowledgement = Asking;

TEST_F(A_3_Acknowledgement, is_asked_of_each_owner_when_the_policy_is_approved_and_shown_until_all_have_given_it) {
  const Record policy =
      approved("action_policy.yaml", {owner("鈴木", "会計システム", "user:suzuki"), owner("佐藤", "工場ネットワーク"),
                                      owner("佐藤", "工場ネットワーク")});
  PolicyStanding now_is = standing(policy.id);
  EXPECT_TRUE(now_is.in_force);
  EXPECT_EQ(now_is.acknowledged, Acknowledged::waiting);
  ASSERT_EQ(now_is.owners.size(), 2U) << "the same owner is asked once";
  const Record with_account = now_is.owners[0].record;
  const Record without = now_is.owners[1].record;
  EXPECT_EQ(text_at(with_account.body, "account"), "user:suzuki");
  EXPECT_EQ(now_is.owners[0].due_at->ns - with_account.state_since.ns, 14 * 86'400 * ns_per_second);

  forbidden(answer_policy(*ledger, manager, with_account.id, Answer::acknowledge, ""));
  forbidden(answer_policy(*ledger, suzuki, without.id, Answer::acknowledge, ""));
  ok(answer_policy(*ledger, suzuki, with_account.id, Answer::acknowledge, "夜間は電話で"));
  EXPECT_EQ(standing(policy.id).acknowledged, Acknowledged::waiting);
  ok(answer_policy(*ledger, clerk, without.id, Answer::acknowledge, ""));
  now_is = standing(policy.id);
  EXPECT_EQ(now_is.acknowledged, Acknowledged::yes);
  const json::object told = to_json(now_is);
  EXPECT_EQ(text_at(told, "acknowledged"), "acknowledged");
  const json::object& first = told.at("owners").as_array()[0].as_object();
  EXPECT_EQ(text_at(first, "answered_by"), "user:suzuki");
  EXPECT_EQ(text_at(first, "remarks"), "夜間は電話で");
  EXPECT_TRUE(first.at("due_at").is_null());
}

TEST_F(A_3_Acknowledgement, objections_say_why_stand_out_and_may_be_taken_back) {
  const Record policy = approved("action_policy.yaml", {owner("鈴木", "会計システム", "user:suzuki")});
  const Record asked = standing(policy.id).owners.at(0).record;
  EXPECT_THAT(refused(answer_policy(*ledger, suzuki, asked.id, Answer::object, "　")),
              ElementsAre("move.missing_field"));
  ok(answer_policy(*ledger, suzuki, asked.id, Answer::object, "月末は止められない"));
  EXPECT_EQ(standing(policy.id).acknowledged, Acknowledged::objected);
  EXPECT_TRUE(standing(policy.id).in_force) << "an objection stops nobody in the night";
  ok(answer_policy(*ledger, suzuki, asked.id, Answer::acknowledge, "月末の扱いが決まった"));
  EXPECT_EQ(standing(policy.id).acknowledged, Acknowledged::yes);
}

TEST_F(A_3_Acknowledgement, shipped_policies_have_no_owners_and_say_so_until_one_is_asked) {
  const std::string shipped = ok(governance->current("action_policy", now));
  EXPECT_EQ(standing({shipped}).acknowledged, Acknowledged::no_owners);
  EXPECT_THAT(all("policy_acknowledgement"), IsEmpty());
  const Record asked = ok(ask_owner(*ledger, manager, {shipped}, {" 鈴木　", "会計システム", "user:suzuki"}));
  EXPECT_EQ(text_at(asked.body, "person"), "鈴木");
  EXPECT_THAT(refused(ask_owner(*ledger, manager, {shipped}, {"鈴木", "会計システム", ""})),
              ElementsAre("governance.acknowledgement.asked"));
  forbidden(ask_owner(*ledger, suzuki, {shipped}, {"x", "y", ""}));
  EXPECT_EQ(standing({shipped}).late, 0);
  later(15 * 24 * 60);
  EXPECT_EQ(standing({shipped}).late, 1);
  auto table = read_table_file(testing::catalog / "criteria/action_policy.yaml");
  ASSERT_TRUE(table);
  const Record draft = ok(governance->propose_policy(handler, *table));
  EXPECT_THAT(refused(ask_owner(*ledger, manager, draft.id, {"鈴木", "会計システム", ""})),
              ElementsAre("governance.acknowledgement.not_approved"));
}

TEST_F(A_3_Acknowledgement, open_questions_end_with_the_next_edition_of_the_same_set_only) {
  const Record first =
      approved("action_policy.yaml", {owner("鈴木", "会計システム", "user:suzuki"), owner("佐藤", "工場")});
  const Record other = approved("vulnerability_policy.yaml", {owner("鈴木", "会計システム", "user:suzuki")});
  ok(answer_policy(*ledger, suzuki, standing(first.id).owners.at(0).record.id, Answer::acknowledge, ""));
  const Record second = approved("action_policy.yaml", {owner("鈴木", "会計システム", "user:suzuki")});
  EXPECT_EQ(standing(first.id).owners.size(), 1U) << "the answer stays, the open question does not";
  EXPECT_FALSE(standing(first.id).in_force);
  EXPECT_EQ(standing(second.id).acknowledged, Acknowledged::waiting) << "each edition is acknowledged anew";
  EXPECT_EQ(standing(other.id).acknowledged, Acknowledged::waiting);
  EXPECT_TRUE(standing(other.id).in_force);
}

TEST_F(A_3_Acknowledgement, tasks_arise_from_the_policy_in_force_whether_it_is_acknowledged_or_not) {
  const Record policy = approved("action_policy.yaml", {owner("鈴木", "会計システム", "user:suzuki")});
  ok(triage->take_findings(std::vector{credential_dump("dc01", format_time(now))}));
  ok(triage->escalate(person("hana", {"analyst"}), all("alert").front().id, "本物"));
  react();
  ASSERT_FALSE(all("incident_task").empty());
  for (const Record& task : all("incident_task")) EXPECT_EQ(text_at(task.body, "policy"), policy.id.value);
}

}  // namespace
}  // namespace yagura::desks::governance
