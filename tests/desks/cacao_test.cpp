#include "desks/governance/cacao.hpp"

#include <fmt/format.h>

#include "desks/governance/cacao_playbook.hpp"
#include "desks/governance/playbook_exchange.hpp"
#include "fixture.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Record;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string uuid(int number) {
  return fmt::format("00000000-0000-4000-8000-{:012}", number);
}

/// Start, an analyst's action, a branch whose two arms a firewall and an analyst take, what follows both, the end.
json::object sample() {
  const std::string start = "start--" + uuid(1);
  const std::string look = "action--" + uuid(2);
  const std::string whether = "if-condition--" + uuid(3);
  const std::string block = "action--" + uuid(4);
  const std::string tell = "action--" + uuid(5);
  const std::string ended = "end--" + uuid(6);
  const std::string arm_ended = "end--" + uuid(7);
  const std::string other = "playbook-action--" + uuid(8);
  const std::string analyst = "individual--" + uuid(20);
  const std::string firewall = "security-category--" + uuid(21);
  const auto manual = [](const char* words) {
    return json::array{json::object{{"type", "manual"}, {"command", words}}};
  };
  json::object workflow;
  workflow[start] = json::object{{"type", "start"}, {"on_completion", look}};
  workflow[look] = json::object{{"type", "action"},   {"name", "Look at the alert"}, {"commands", manual("open it")},
                                {"agent", analyst},   {"timeout", 1'800'500},        {"on_success", whether},
                                {"on_failure", ended}};
  workflow[whether] = json::object{{"type", "if-condition"},
                                   {"condition", "__bad__:value == 'yes'"},
                                   {"on_true", block},
                                   {"on_false", tell},
                                   {"on_completion", other}};
  workflow[block] = json::object{
      {"type", "action"},
      {"commands",
       json::array{json::object{{"type", "openc2-http"}, {"command", "deny"}, {"headers", json::object{}}}}},
      {"agent", firewall},
      {"targets", json::array{"net-address--" + uuid(30)}},
      {"on_completion", arm_ended}};
  workflow[tell] = json::object{{"type", "action"},
                                {"name", "利用者へ知らせる"},
                                {"commands", manual("電話する")},
                                {"agent", analyst},
                                {"on_completion", arm_ended}};
  workflow[other] = json::object{{"type", "playbook-action"},
                                 {"name", "Recover"},
                                 {"playbook_id", "playbook--" + uuid(90)},
                                 {"on_completion", ended}};
  workflow[ended] = json::object{{"type", "end"}};
  workflow[arm_ended] = json::object{{"type", "end"}};
  json::object out{{"type", "playbook"},
                   {"spec_version", "cacao-2.0"},
                   {"id", "playbook--" + uuid(100)},
                   {"name", "Bad address"},
                   {"description", "What to do about it.\nTwo lines."},
                   {"playbook_types", json::array{"mitigation"}},
                   {"created_by", "identity--" + uuid(101)},
                   {"created", "2026-03-01T09:00:00.000Z"},
                   {"modified", "2026-03-02T09:00:00.000Z"},
                   {"priority", 3},
                   {"labels", json::array{"network"}},
                   {"playbook_variables", json::object{{"__bad__", json::object{{"type", "string"}}}}},
                   {"workflow_start", start},
                   {"workflow", std::move(workflow)}};
  out["agent_definitions"] =
      json::object{{analyst, json::object{{"type", "individual"}, {"name", "当番"}}},
                   {firewall, json::object{{"type", "security-category"}, {"name", "Firewall"}}}};
  out["target_definitions"] =
      json::object{{"net-address--" + uuid(30), json::object{{"type", "net-address"}, {"name", "Bad"}}}};
  return out;
}

json::object& step(json::object& document, const std::string& id) {
  return document.at("workflow").as_object().at(id).as_object();
}

std::vector<std::string> faults(const json::object& document) {
  std::vector<std::string> out;
  for (const ledger::Reason& reason : check_cacao(document)) out.push_back(reason.code + " " + reason.field);
  return out;
}

TEST(A_3_Cacao, document_that_holds_together_has_no_fault) {
  EXPECT_THAT(faults(sample()), IsEmpty());
  json::object unknown = sample();
  unknown["x_of_somebody"] = json::object{{"anything", 1}};
  EXPECT_THAT(faults(unknown), IsEmpty()) << "what we do not know is kept, not refused";
}

TEST(A_3_Cacao, required_properties_are_named_when_they_are_missing) {
  for (const char* name :
       {"type", "spec_version", "id", "name", "created_by", "created", "modified", "workflow_start"}) {
    json::object document = sample();
    document.erase(name);
    EXPECT_THAT(faults(document), ::testing::Contains("governance.cacao.missing " + std::string(name))) << name;
  }
  json::object none = sample();
  none.erase("workflow");
  EXPECT_THAT(faults(none), ElementsAre("governance.cacao.missing workflow"));
  for (const char* name : {"commands", "agent"}) {
    json::object document = sample();
    step(document, "action--" + uuid(2)).erase(name);
    EXPECT_THAT(faults(document), ElementsAre("governance.cacao.missing workflow.action--" + uuid(2) + "." + name));
  }
  json::object condition = sample();
  step(condition, "if-condition--" + uuid(3)).erase("condition");
  EXPECT_THAT(faults(condition),
              ElementsAre("governance.cacao.missing workflow.if-condition--" + uuid(3) + ".condition"));
  json::object start = sample();
  step(start, "start--" + uuid(1)).erase("on_completion");
  EXPECT_THAT(faults(start), ElementsAre("governance.cacao.missing workflow.start--" + uuid(1) + ".on_completion"));
  json::object agent = sample();
  agent.at("agent_definitions").at("individual--" + uuid(20)).as_object().erase("name");
  EXPECT_THAT(faults(agent),
              ElementsAre("governance.cacao.missing agent_definitions.individual--" + uuid(20) + ".name"));
}

TEST(A_3_Cacao, references_to_what_is_not_there_are_named) {
  json::object next = sample();
  step(next, "action--" + uuid(2))["on_success"] = "action--" + uuid(77);
  EXPECT_THAT(faults(next), ElementsAre("governance.cacao.dangling workflow.action--" + uuid(2) + ".on_success"));
  json::object agent = sample();
  step(agent, "action--" + uuid(2))["agent"] = "individual--" + uuid(77);
  EXPECT_THAT(faults(agent), ElementsAre("governance.cacao.dangling workflow.action--" + uuid(2) + ".agent"));
  json::object target = sample();
  target.erase("target_definitions");
  EXPECT_THAT(faults(target), ElementsAre("governance.cacao.dangling workflow.action--" + uuid(4) + ".targets"));
  json::object exception = sample();
  exception["workflow_exception"] = "action--" + uuid(77);
  EXPECT_THAT(faults(exception), ElementsAre("governance.cacao.dangling workflow_exception"));
  json::object many = sample();
  step(many, "if-condition--" + uuid(3))["on_true"] = "no identifier";
  EXPECT_THAT(faults(many), ::testing::Contains("governance.cacao.id workflow.if-condition--" + uuid(3) + ".on_true"));
}

TEST(A_3_Cacao, graph_starts_once_ends_and_never_leads_back) {
  json::object back = sample();
  step(back, "action--" + uuid(5))["on_completion"] = "action--" + uuid(2);
  EXPECT_THAT(faults(back), ElementsAre("governance.cacao.cycle workflow.action--" + uuid(2)));
  json::object to_start = sample();
  step(to_start, "action--" + uuid(5))["on_completion"] = "start--" + uuid(1);
  EXPECT_THAT(faults(to_start), ElementsAre("governance.cacao.start workflow.action--" + uuid(5) + ".on_completion"));
  json::object alone = sample();
  alone.at("workflow").as_object()["end--" + uuid(66)] = json::object{{"type", "end"}};
  EXPECT_THAT(faults(alone), ElementsAre("governance.cacao.unreachable workflow.end--" + uuid(66)));
  json::object two = sample();
  two.at("workflow").as_object()["start--" + uuid(65)] =
      json::object{{"type", "start"}, {"on_completion", "end--" + uuid(6)}};
  EXPECT_THAT(faults(two), ElementsAre("governance.cacao.start workflow"));
  json::object both = sample();
  step(both, "action--" + uuid(2))["on_completion"] = "end--" + uuid(6);
  EXPECT_THAT(faults(both), ElementsAre("governance.cacao.both_ways workflow.action--" + uuid(2) + ".on_completion"));
}

TEST(A_3_Cacao, bounds_hold) {
  json::object version = sample();
  version["spec_version"] = "1.1";
  EXPECT_THAT(faults(version), ElementsAre("governance.cacao.wrong spec_version"));
  json::object times = sample();
  times["modified"] = "2026-02-01T00:00:00.000Z";
  EXPECT_THAT(faults(times), ElementsAre("governance.cacao.wrong modified"));
  json::object priority = sample();
  priority["priority"] = 101;
  EXPECT_THAT(faults(priority), ElementsAre("governance.cacao.wrong priority"));
  json::object wait = sample();
  step(wait, "action--" + uuid(2))["timeout"] = -1;
  EXPECT_THAT(faults(wait), ElementsAre("governance.cacao.wrong workflow.action--" + uuid(2) + ".timeout"));
  json::object name = sample();
  name["name"] = std::string(cacao_name_chars_max + 1, 'x');
  EXPECT_THAT(faults(name), ElementsAre("governance.cacao.wrong name"));
  json::object big = sample();
  big["x"] = std::string(cacao_bytes_max, 'x');
  EXPECT_THAT(faults(big), ElementsAre("governance.cacao.too_big "));
  json::object many = sample();
  for (size_t i = 0; i < cacao_steps_max; ++i)
    many.at("workflow").as_object()["end--" + uuid(1000 + static_cast<int>(i))] = json::object{{"type", "end"}};
  EXPECT_THAT(faults(many), ElementsAre("governance.cacao.wrong workflow"));
  json::object wrong = sample();
  for (int i = 0; i < 70; ++i) wrong.at("agent_definitions").as_object()[fmt::format("agent {}", i)] = 1;
  const auto named = check_cacao(wrong);
  ASSERT_EQ(named.size(), cacao_faults_max + 1);
  EXPECT_EQ(named.back().code, "governance.cacao.more");
  EXPECT_EQ(named.back().args.at("count"), "20");
}

TEST(A_3_Cacao, identifiers_are_a_kind_and_a_uuid) {
  EXPECT_TRUE(is_cacao_id("action--" + uuid(1)));
  EXPECT_TRUE(is_cacao_id("if-condition--" + uuid(1), "if-condition"));
  EXPECT_FALSE(is_cacao_id("action--" + uuid(1), "end"));
  EXPECT_FALSE(is_cacao_id(uuid(1)));
  EXPECT_FALSE(is_cacao_id("--" + uuid(1)));
  EXPECT_FALSE(is_cacao_id("Action--" + uuid(1)));
  EXPECT_FALSE(is_cacao_id("action--00000000-0000-4000-8000-00000000000g"));
}

TEST(A_3_Cacao, steps_are_read_branch_by_branch_then_what_follows) {
  EXPECT_THAT(reading_order(sample()),
              ElementsAre("start--" + uuid(1), "action--" + uuid(2), "if-condition--" + uuid(3), "action--" + uuid(4),
                          "end--" + uuid(7), "action--" + uuid(5), "playbook-action--" + uuid(8), "end--" + uuid(6)));
  const json::object fields = playbook_fields(sample());
  EXPECT_EQ(json::serialize(fields.at("steps")),
            R"([{"order":1,"action":"Look at the alert","by":"当番","within":1801},)"
            R"({"order":2,"action":"deny","by":"Firewall","automatic":true},)"
            R"({"order":3,"action":"利用者へ知らせる","by":"当番"},{"order":4,"action":"Recover"}])");
  EXPECT_EQ(text_at(fields, "purpose"), "What to do about it.\nTwo lines.");
}

TEST(A_3_Cacao, chain_as_long_as_may_be_takes_no_stack) {
  json::object document = sample();
  json::object workflow;
  workflow["start--" + uuid(1)] = json::object{{"type", "start"}, {"on_completion", "action--" + uuid(1000)}};
  const int last = 1000 + static_cast<int>(cacao_steps_max) - 3;
  for (int i = 1000; i <= last; ++i)
    workflow["action--" + uuid(i)] =
        json::object{{"type", "action"},
                     {"commands", json::array{json::object{{"type", "manual"}, {"command", "x"}}}},
                     {"agent", "individual--" + uuid(20)},
                     {"on_completion", i == last ? "end--" + uuid(6) : "action--" + uuid(i + 1)}};
  workflow["end--" + uuid(6)] = json::object{{"type", "end"}};
  document["workflow"] = std::move(workflow);
  EXPECT_THAT(faults(document), IsEmpty());
  EXPECT_EQ(reading_order(document).size(), cacao_steps_max);
}

class Exchanging : public testing::DesksTest {
 protected:
  Exchanging() { install_defaults(); }
  ledger::Outcome<Record> take_in(const json::object& document, const std::string& set = {},
                                  const std::string& class_id = {}) {
    return import_playbook(*ledger, handler, {document, set, class_id});
  }
  ledger::Actor handler = person("kenji", {"handler"});
  ledger::Actor manager = person("tanaka", {"manager"});
  ledger::Actor analyst = person("hana", {"analyst"});
};

using A_3_Playbook = Exchanging;

TEST_F(A_3_Playbook, goes_out_as_it_came_to_the_letter) {
  const Record record = ok(take_in(sample(), "incident", "major"));
  EXPECT_EQ(record.state, "draft");
  EXPECT_EQ(text_at(record.body, "class"), "major");
  EXPECT_EQ(integer_at(record.body, "edition"), 1);
  EXPECT_EQ(ok(export_playbook(*ledger, analyst, record.id)), sample());
  EXPECT_EQ(facts("governance.playbook_imported").size(), 1U);
  forbidden(import_playbook(*ledger, analyst, {sample(), "", ""}));
  EXPECT_THAT(refused(take_in(sample())), ElementsAre("governance.playbook.not_newer"));
  json::object other = sample();
  other["id"] = "playbook--" + uuid(102);
  EXPECT_THAT(refused(take_in(other, "vulnerability", "major")), ElementsAre("governance.playbook.class"));
}

TEST_F(A_3_Playbook, of_a_broken_document_is_not_made_and_every_fault_is_told_in_words) {
  json::object document = sample();
  document.erase("created");
  step(document, "action--" + uuid(2))["on_success"] = "action--" + uuid(77);
  document["priority"] = 1000;
  EXPECT_THAT(refused(take_in(document)),
              ElementsAre("governance.cacao.missing", "governance.cacao.wrong", "governance.cacao.dangling"));
  EXPECT_THAT(all("playbook"), IsEmpty());
}

TEST_F(A_3_Playbook, written_here_goes_out_and_comes_in_again_as_it_was) {
  const json::array steps{
      json::object{{"order", 1}, {"action", "端末を切り離す"}, {"by", "情報システム部"}, {"within", 1800}},
      json::object{{"order", 2}, {"action", std::string(900, 'x')}, {"automatic", true}},
      json::object{{"order", 3}, {"action", "報告する"}, {"by", "当番"}}};
  const Record here = ok(ledger->create(handler, "governance", "playbook",
                                        {{"title", "重大インシデント"},
                                         {"purpose", "被害を広げない"},
                                         {"set", "incident"},
                                         {"class", "major"},
                                         {"steps", steps},
                                         {"edition", 1}}));
  const json::object document = ok(export_playbook(*ledger, handler, here.id));
  EXPECT_THAT(faults(document), IsEmpty());
  EXPECT_EQ(document, ok(export_playbook(*ledger, handler, here.id))) << "identifiers stay";
  const Record again = ok(take_in(document));
  for (const char* name : {"title", "purpose", "set", "class", "steps"})
    EXPECT_EQ(again.body.at(name), here.body.at(name)) << name;
  EXPECT_EQ(ok(export_playbook(*ledger, handler, again.id)), document);
}

TEST_F(A_3_Playbook, changed_here_goes_out_with_the_change_under_its_own_id) {
  const Record record = ok(take_in(sample()));
  const Record changed = ok(ledger->update(handler, "governance", record.id, record.version, {{"title", "別の名前"}}));
  const json::object document = ok(export_playbook(*ledger, handler, changed.id));
  EXPECT_THAT(faults(document), IsEmpty());
  EXPECT_EQ(text_at(document, "id"), "playbook--" + uuid(100));
  EXPECT_EQ(text_at(document, "name"), "別の名前");
  EXPECT_EQ(text_at(document, "created"), "2026-03-01T09:00:00.000Z");
  EXPECT_EQ(playbook_fields(document).at("steps"), record.body.at("steps"));
  json::object expected = sample();
  expected["name"] = "別の名前";
  expected["modified"] = document.at("modified");
  EXPECT_EQ(document, expected) << "its branches, variables and targets are as they were";
}

TEST_F(A_3_Playbook, with_branches_keeps_them_when_the_words_of_its_steps_are_changed) {
  const Record record = ok(take_in(sample()));
  json::array steps = record.body.at("steps").as_array();
  ASSERT_EQ(steps.size(), 4U);
  steps[1].as_object()["action"] = "遮断を依頼する";
  steps[1].as_object()["by"] = "ネットワーク担当";
  steps[1].as_object()["within"] = 600;
  steps[1].as_object()["automatic"] = false;
  steps[2].as_object()["by"] = "Firewall";
  const Record changed = ok(ledger->update(handler, "governance", record.id, record.version, {{"steps", steps}}));
  json::object document = ok(export_playbook(*ledger, handler, changed.id));
  EXPECT_THAT(faults(document), IsEmpty());
  const std::string block = "action--" + uuid(4);
  EXPECT_EQ(text_at(step(document, "if-condition--" + uuid(3)), "on_true"), block);
  EXPECT_EQ(text_at(step(document, block), "name"), "遮断を依頼する");
  EXPECT_EQ(text_at(step(document, block).at("commands").as_array()[0].as_object(), "type"), "manual");
  EXPECT_EQ(texts_at(step(document, block), "targets"), std::vector<std::string>{"net-address--" + uuid(30)});
  EXPECT_EQ(text_at(step(document, "action--" + uuid(5)), "agent"), "security-category--" + uuid(21));
  EXPECT_EQ(document, ok(export_playbook(*ledger, handler, changed.id))) << "identifiers stay";
  const json::array again = playbook_fields(document).at("steps").as_array();
  EXPECT_EQ(text_at(again[1].as_object(), "by"), "ネットワーク担当");
  EXPECT_EQ(integer_at(again[1].as_object(), "within"), 600);
  EXPECT_FALSE(flag_at(again[1].as_object(), "automatic"));
}

TEST_F(A_3_Playbook, with_branches_is_not_flattened_when_its_steps_are_moved_about) {
  const Record record = ok(take_in(sample()));
  const json::array steps = record.body.at("steps").as_array();
  const auto exported = [&](json::array changed) {
    const Record before = get(record.id);
    ok(ledger->update(handler, "governance", before.id, before.version, {{"steps", std::move(changed)}}));
    return export_playbook(*ledger, handler, record.id);
  };
  json::array fewer = steps;
  fewer.pop_back();
  EXPECT_THAT(refused(exported(fewer)), ElementsAre("governance.playbook.branches"));
  json::array turned = steps;
  std::swap(turned[1].as_object()["action"], turned[2].as_object()["action"]);
  EXPECT_THAT(refused(exported(turned)), ElementsAre("governance.playbook.branches"));
  json::array more = steps;
  more.push_back(json::object{{"order", 5}, {"action", "記録する"}});
  EXPECT_THAT(refused(exported(more)), ElementsAre("governance.playbook.branches"));
  EXPECT_EQ(ok(exported(steps)), sample()) << "put back, it is the document that came";
}

TEST_F(A_3_Playbook, without_branches_is_made_anew_when_steps_are_added) {
  json::object document = sample();
  json::object& workflow = document.at("workflow").as_object();
  for (const std::string& gone : {"if-condition--" + uuid(3), "action--" + uuid(4), "action--" + uuid(5),
                                  "end--" + uuid(7), "playbook-action--" + uuid(8)})
    workflow.erase(gone);
  json::object& look = step(document, "action--" + uuid(2));
  look.erase("on_success");
  look.erase("on_failure");
  look["on_completion"] = "end--" + uuid(6);
  const Record record = ok(take_in(document));
  json::array steps = record.body.at("steps").as_array();
  ASSERT_EQ(steps.size(), 1U);
  steps.push_back(json::object{{"order", 2}, {"action", "記録する"}});
  ok(ledger->update(handler, "governance", record.id, record.version, {{"steps", steps}}));
  const json::object out = ok(export_playbook(*ledger, handler, record.id));
  EXPECT_THAT(faults(out), IsEmpty());
  EXPECT_EQ(playbook_fields(out).at("steps").as_array().size(), 2U);
}

TEST_F(A_3_Playbook, later_version_goes_into_the_draft_and_after_approval_becomes_an_edition_that_retires_it) {
  const Record first = ok(take_in(sample(), "incident", "major"));
  json::object later = sample();
  later["modified"] = "2026-03-03T09:00:00.000Z";
  later["name"] = "Bad address, again";
  later.erase("description");
  const Record draft = ok(take_in(later));
  EXPECT_EQ(draft.id, first.id);
  EXPECT_EQ(text_at(draft.body, "title"), "Bad address, again");
  EXPECT_FALSE(draft.body.contains("purpose"));
  ok(ledger->move(manager, "governance", draft.id, draft.version, "approve", {{"owner", "user:kenji"}}));
  later["modified"] = "2026-03-04T09:00:00.000Z";
  const Record second = ok(take_in(later));
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(integer_at(second.body, "edition"), 2);
  react();
  EXPECT_EQ(get(first.id).state, "approved") << "until the next is approved";
  ok(ledger->move(manager, "governance", second.id, second.version, "approve", {{"owner", "user:kenji"}}));
  react();
  EXPECT_EQ(get(first.id).state, "retired");
  EXPECT_EQ(get(second.id).state, "approved");
}

}  // namespace
}  // namespace yagura::desks::governance
