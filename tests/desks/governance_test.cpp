#include "fixture.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;
using ledger::Record;
using ledger::RecordId;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Governance : public testing::DesksTest {
 protected:
  ledger::Actor manager = person("tanaka", {"manager"});
  ledger::Actor ciso = person("suzuki", {"ciso"});

  /// A proposal that was held against the past.
  Record replayed(const Record& proposal) {
    ok(governance->replay(ciso, {.proposal = proposal.id, .beside = {}}));
    return proposal;
  }
  Record propose(json::object body) { return replayed(ok(governance->propose_criteria(manager, std::move(body)))); }

  /// The table in force, to be changed.
  json::object table(const std::string& type) {
    json::object body = all(type).front().body;
    for (const char* field : {"edition", "in_force_from", "approved_by"}) body.erase(field);
    return body;
  }
};

using A_2_CriteriaInForce = Governance;
using A_3_PolicyInForce = Governance;

TEST_F(A_2_CriteriaInForce, come_from_the_catalogue_at_the_first_start_and_only_then) {
  EXPECT_FALSE(ok(governance->current_criteria(now)).has_value());
  install_defaults();
  const auto criteria = ok(governance->current_criteria(now));
  ASSERT_TRUE(criteria);
  EXPECT_EQ(criteria->edition, 1);
  EXPECT_EQ(criteria->rows.size(), 23U);
  ASSERT_TRUE(ok(governance->current_policy(now)));
  const auto told = facts("criteria.default_approved");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].actor, "system:default");
  EXPECT_EQ(get({criteria->record_id}).created_by, "system:catalogue");

  open();
  install_defaults();
  EXPECT_EQ(all("incident_criteria").size(), 1U);
  EXPECT_EQ(all("action_policy").size(), 2U);  // of incidents and of vulnerabilities
  EXPECT_EQ(facts("criteria.default_approved").size(), 1U);
}

TEST_F(A_2_CriteriaInForce, decide_every_combination_of_the_default_exactly_once) {
  install_defaults();
  const auto criteria = *ok(governance->current_criteria(now));
  for (const auto& attack : criteria.attack_types())
    for (const auto& progress : criteria.progress())
      for (const auto& importance : criteria.importance()) {
        int covering = 0;
        for (const auto& row : criteria.rows)
          covering += covers(row.cells[0], attack.id) && covers(row.cells[1], progress.id) &&
                      covers(row.cells[2], importance.id);
        EXPECT_EQ(covering, 1) << attack.id << " x " << progress.id << " x " << importance.id;
      }
}

TEST_F(A_2_CriteriaInForce, are_approved_by_another_person_than_the_author) {
  install_defaults();
  const ledger::Actor both = person("tanaka", {"manager", "ciso"});
  const Record proposed = replayed(ok(governance->propose_criteria(both, table("incident_criteria"))));
  EXPECT_EQ(integer_at(proposed.body, "edition"), 2);
  later(1);
  EXPECT_THAT(refused(governance->approve(both, {.criteria = proposed.id, .policy = {}, .in_force_from = {}})),
              ElementsAre("move.same_person"));
  const auto approved = ok(governance->approve(ciso, {.criteria = proposed.id, .policy = {}, .in_force_from = {}}));
  ASSERT_TRUE(approved.criteria);
  EXPECT_EQ(text_at(approved.criteria->body, "approved_by"), "user:suzuki");
  EXPECT_EQ(ok(governance->current_criteria(now))->edition, 2);
}

TEST_F(A_2_CriteriaInForce, hold_from_their_moment_on_and_the_past_stays_as_it_was) {
  install_defaults();
  const Timestamp first = now;
  later(10);
  const Record proposed = propose(table("incident_criteria"));
  const Timestamp start{now.ns + 3600 * ns_per_second};
  ok(governance->approve(ciso, {.criteria = proposed.id, .policy = {}, .in_force_from = start}));
  EXPECT_EQ(ok(governance->current_criteria(now))->edition, 1);
  EXPECT_EQ(ok(governance->current_criteria({start.ns - 1000}))->edition, 1);
  EXPECT_EQ(ok(governance->current_criteria(start))->edition, 2);
  EXPECT_EQ(ok(governance->current_criteria(first))->edition, 1);
  EXPECT_FALSE(ok(governance->current_criteria({first.ns - ns_per_second})));

  const Record earlier = propose(table("incident_criteria"));
  EXPECT_THAT(refused(governance->approve(ciso, {.criteria = earlier.id, .policy = {}, .in_force_from = {}})),
              ElementsAre("governance.approve.not_later"));
  EXPECT_THAT(refused(governance->approve(ciso, {.criteria = earlier.id, .policy = {}, .in_force_from = first})),
              ElementsAre("governance.approve.past", "governance.approve.not_later"));
}

TEST_F(A_2_CriteriaInForce, are_not_approved_with_a_gap_although_it_may_be_proposed) {
  install_defaults();
  json::object body = table("incident_criteria");
  body["rows"].as_array().erase(body["rows"].as_array().begin());
  const Record proposed = propose(body);
  later(1);
  const auto faults = ok(governance->check(ciso, {.criteria = proposed.id, .policy = {}, .in_force_from = {}}));
  EXPECT_EQ(faults.size(), 28U);  // 14 attack types x trace x (ordinary, important)
  EXPECT_THAT(refused(governance->approve(ciso, {.criteria = proposed.id, .policy = {}, .in_force_from = {}})),
              ::testing::Each("governance.criteria.gap"));
  EXPECT_EQ(get(proposed.id).state, "draft");
  ok(governance->revise(manager, proposed.id, {{"rows", table("incident_criteria")["rows"]}}));
  EXPECT_THAT(testing::codes(ok(governance->check(ciso, {.criteria = proposed.id, .policy = {}, .in_force_from = {}}))),
              ElementsAre("governance.approve.not_replayed"));
  replayed(proposed);
  EXPECT_THAT(ok(governance->check(ciso, {.criteria = proposed.id, .policy = {}, .in_force_from = {}})), IsEmpty());
}

TEST_F(A_2_CriteriaInForce, refuse_a_table_that_is_no_table) {
  install_defaults();
  EXPECT_THAT(refused(governance->propose_criteria(manager, {{"title_ja", "表"}})),
              ElementsAre("governance.table.shape"));
  forbidden(governance->propose_criteria(person("ito", {"handler"}), table("incident_criteria")));
  forbidden(governance->approve(person("ito", {"handler"}),
                                {.criteria = RecordId{"CRI-2026-0001"}, .policy = {}, .in_force_from = {}}));
}

TEST_F(A_2_CriteriaInForce, can_be_rejected_with_a_reason) {
  install_defaults();
  const Record proposed = propose(table("incident_criteria"));
  EXPECT_THAT(refused(governance->reject(ciso, proposed.id, " ")), ElementsAre("move.missing_field"));
  EXPECT_EQ(ok(governance->reject(ciso, proposed.id, "粒度が粗い")).state, "rejected");
  EXPECT_THAT(refused(governance->approve(ciso, {.criteria = proposed.id, .policy = {}, .in_force_from = {}})),
              Contains("governance.approve.not_a_proposal"));
}

TEST_F(A_3_PolicyInForce, answers_new_classes_only_together_with_their_criteria) {
  install_defaults();
  json::object criteria = table("incident_criteria");
  criteria["classes"].as_array().push_back({{"id", "crisis"}, {"ja", "危機"}, {"en", "Crisis"}});
  for (json::value& row : criteria["rows"].as_array())
    if (text_at(row.as_object(), "id") == "R23") row.as_object()["class"] = "crisis";
  const Record proposed = propose(criteria);
  later(1);
  EXPECT_THAT(refused(governance->approve(ciso, {.criteria = proposed.id, .policy = {}, .in_force_from = {}})),
              ElementsAre("governance.policy.class_without_action"));

  json::object policy = table("action_policy");
  json::object crisis = policy["actions"].as_array().front().as_object();
  crisis["class"] = "crisis";
  policy["actions"].as_array().push_back(crisis);
  const Record answer = ok(governance->propose_policy(manager, policy));
  EXPECT_THAT(refused(governance->approve(ciso, {.criteria = {}, .policy = answer.id, .in_force_from = {}})),
              ElementsAre("governance.policy.action_without_class"));
  const auto approved =
      ok(governance->approve(ciso, {.criteria = proposed.id, .policy = answer.id, .in_force_from = {}}));
  EXPECT_TRUE(approved.criteria && approved.policy);
  EXPECT_EQ(ok(governance->current_policy(now))->edition, 2);
}

TEST_F(A_3_PolicyInForce, of_the_future_is_answered_too) {
  install_defaults();
  json::object criteria = table("incident_criteria");
  criteria["classes"].as_array().push_back({{"id", "crisis"}, {"ja", "危機"}, {"en", "Crisis"}});
  for (json::value& row : criteria["rows"].as_array())
    if (text_at(row.as_object(), "id") == "R23") row.as_object()["class"] = "crisis";
  json::object policy = table("action_policy");
  json::object crisis = policy["actions"].as_array().front().as_object();
  crisis["class"] = "crisis";
  policy["actions"].as_array().push_back(crisis);
  const Record c = propose(criteria);
  const Record p = ok(governance->propose_policy(manager, policy));
  const Timestamp start{now.ns + 3600 * ns_per_second};
  ok(governance->approve(ciso, {.criteria = c.id, .policy = p.id, .in_force_from = start}));
  // A policy without "crisis" from now on would answer today's criteria, but not those of the next hour.
  const Record old = ok(governance->propose_policy(manager, table("action_policy")));
  EXPECT_THAT(refused(governance->approve(ciso, {.criteria = {}, .policy = old.id, .in_force_from = {}})),
              Contains("governance.approve.not_later"));
  EXPECT_THAT(refused(governance->approve(
                  ciso, {.criteria = {}, .policy = old.id, .in_force_from = Timestamp{start.ns + 60 * ns_per_second}})),
              ElementsAre("governance.policy.class_without_action"));
}

TEST_F(A_3_PolicyInForce, is_refused_when_nothing_is_named) {
  install_defaults();
  EXPECT_THAT(refused(governance->approve(ciso, {})), ElementsAre("governance.approve.nothing"));
}

}  // namespace
}  // namespace yagura::desks
