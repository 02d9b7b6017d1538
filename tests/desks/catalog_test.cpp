// The files that the desks ship hold together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/yaml.hpp"
#include "desks/account_roles.hpp"
#include "desks/attack_names.hpp"
#include "desks/governance/textbook.hpp"
#include "ledger/record_types.hpp"

namespace yagura::desks {
namespace {

const std::filesystem::path catalog = YAGURA_SOURCE_DIR "/catalog";

TEST(Catalog, holds_record_types_that_load) {
  const auto types = ledger::RecordTypes::load(catalog / "records");
  if (!types)
    for (const Diagnostic& fault : types.error()) ADD_FAILURE() << to_text(fault);
  ASSERT_TRUE(types);
  for (const char* type :
       {"alert", "analysis_report", "incident_criteria", "action_policy", "criteria_proposal", "vulnerability_criteria",
        "attack_naming", "long_measure", "incident", "incident_task", "incident_report"})
    EXPECT_NE(types->find(type), nullptr) << type;
}

TEST(Catalog, has_a_register_for_each_of_the_54_roles_and_none_for_a_role_that_the_textbook_lacks) {
  const auto types = ledger::RecordTypes::load(catalog / "records");
  const auto textbook = governance::Textbook::load(catalog / "textbook/isog-j-1.0.yaml");
  ASSERT_TRUE(types && textbook);
  std::set<std::string> served;
  for (const auto& [id, type] : types->all()) served.insert(type.roles.begin(), type.roles.end());
  std::set<std::string> roles;
  for (const governance::Role& role : textbook->roles) roles.insert(role.id);
  EXPECT_EQ(roles.size(), 54U);
  EXPECT_EQ(served, roles);
}

TEST(AccountRoles, of_the_catalogue_deny_by_default_and_include_others) {
  const auto roles = AccountRoles::load(catalog / "permissions.yaml");
  ASSERT_TRUE(roles) << to_text(roles.error());
  const AccountRole* handler = roles->find("handler");
  ASSERT_NE(handler, nullptr);
  EXPECT_TRUE(handler->permissions.contains("incident.close"));
  EXPECT_TRUE(handler->permissions.contains("alert.escalate"));  // of the analyst
  EXPECT_FALSE(handler->permissions.contains("criteria.approve"));
  EXPECT_FALSE(roles->find("analyst")->permissions.contains("incident.close"));
  EXPECT_FALSE(roles->find("auditor")->permissions.contains("alert.acknowledge"));
  EXPECT_TRUE(roles->find("ciso")->permissions.contains("criteria.approve"));
  const std::vector<std::string> held{"auditor", "no such role"};
  EXPECT_EQ(roles->permissions_of(held), roles->find("auditor")->permissions);
}

TEST(AccountRoles, read_every_kind_of_record_that_somebody_works_on) {
  const auto roles = AccountRoles::load(catalog / "permissions.yaml");
  const auto types = ledger::RecordTypes::load(catalog / "records");
  ASSERT_TRUE(roles && types);
  for (const auto& [id, type] : types->all())
    EXPECT_TRUE(roles->find("admin")->permissions.contains(type.permissions.read)) << id;
}

TEST(AccountRoles, refuse_circles_unknown_roles_and_the_desks_own_keys) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"roles: {a: {ja: あ, en: a, includes: [b]}, b: {ja: い, en: b, includes: [a]}}", "circle"},
      {"roles: {a: {ja: あ, en: a, includes: [c]}}", "unknown role"},
      {"roles: {a: {ja: あ, en: a, permissions: [alert.desk]}}", "desk's own key"},
      {"roles: {a: {ja: あ, en: a, permissions: ['*']}}", "is no permission"},
      {"roles: {a: {ja: あ, permissions: [alert.read]}}", "no name"},
      {"roles: {a: {ja: あ, en: a, permision: [alert.read]}}", "not understood"},
      {"roles: [a]", "no map"}};
  for (const auto& [text, words] : cases) {
    const auto roles = AccountRoles::parse(text, "permissions.yaml");
    ASSERT_FALSE(roles) << text;
    EXPECT_THAT(roles.error().what, testing::HasSubstr(words));
    EXPECT_EQ(roles.error().line, 1);
  }
}

TEST(B_1_AttackNames, name_the_attack_by_the_first_entry_that_a_tag_meets) {
  const auto names = AttackNames::load(catalog / "criteria/attack_names.yaml");
  ASSERT_TRUE(names) << to_text(names.error());
  EXPECT_EQ(names->name({"attack.credential-access", "attack.t1003.001"}, detect::Level::high).attack_type,
            "credential_theft");
  EXPECT_EQ(names->name({"attack.Lateral_Movement", "attack.t1021"}, detect::Level::high).attack_type,
            "lateral_movement");
  EXPECT_EQ(names->name({"attack.execution", "attack.t1486"}, detect::Level::critical).attack_type, "destruction");
  EXPECT_EQ(names->name({"attack.t10030"}, detect::Level::high).attack_type, unclassified);  // not below t1003
  EXPECT_EQ(names->name({}, detect::Level::high).attack_type, unclassified);
}

TEST(B_1_AttackNames, take_the_furthest_stage_within_the_bounds_of_the_level) {
  const auto names = AttackNames::load(catalog / "criteria/attack_names.yaml");
  ASSERT_TRUE(names);
  const std::vector<std::string> tags{"attack.execution", "attack.exfiltration"};
  EXPECT_EQ(names->name(tags, detect::Level::critical).progress, "damage");
  EXPECT_EQ(names->name(tags, detect::Level::high).progress, "spread");
  EXPECT_EQ(names->name(tags, detect::Level::medium).progress, "intrusion");
  EXPECT_EQ(names->name(tags, detect::Level::low).progress, "attempt");
  EXPECT_EQ(names->name(tags, detect::Level::informational).progress, "trace");
  EXPECT_EQ(names->name({"attack.initial-access"}, detect::Level::critical).progress, "intrusion");
  EXPECT_EQ(names->name({}, detect::Level::medium).progress, "attempt");
}

TEST(B_1_AttackNames, use_only_what_the_shipped_criteria_know) {
  const auto names = load_yaml(catalog / "criteria/attack_names.yaml");
  const auto criteria = load_yaml(catalog / "criteria/incident_criteria.yaml");
  ASSERT_TRUE(names && criteria);
  std::set<std::string> types;
  for (const auto& value : criteria->front()["attack_types"]) types.insert(value["id"].Scalar());
  for (const auto& entry : names->front()["attack_types"])
    EXPECT_TRUE(types.contains(entry["type"].Scalar())) << entry["type"].Scalar();
  for (const auto& entry : names->front()["products"])
    if (entry["type"]) EXPECT_TRUE(types.contains(entry["type"].Scalar())) << entry["type"].Scalar();
  std::set<std::string> stages;
  for (const auto& value : criteria->front()["progress"]) stages.insert(value["id"].Scalar());
  for (const auto& stage : names->front()["order"]) EXPECT_TRUE(stages.contains(stage.Scalar())) << stage.Scalar();
}

}  // namespace
}  // namespace yagura::desks
