#include "desks/governance/policy_document.hpp"

#include "desks/obligations.hpp"
#include "fixture.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Record;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Documents : public testing::DesksTest {
 protected:
  Record draft(json::object more = {}) {
    json::object body{{"title", "全体方針"},     {"kind", "overall"},     {"edition", 1},
                      {"scope", "社内の全端末"}, {"owner", "user:kenji"}, {"review_on", "2026-10-01"}};
    for (auto& field : more) body[field.key()] = field.value();
    return ok(ledger->create(writer, "governance", "policy_document", std::move(body)));
  }
  Record move(const ledger::Actor& who, const Record& record, const char* how, json::object changes = {}) {
    return ok(ledger->move(who, "governance", record.id, record.version, how, std::move(changes)));
  }
  Record in_force(const Record& record, const char* from = "2026-04-08") {
    return move(manager, move(writer, record, "propose"), "approve", {{"in_force_from", from}});
  }
  json::object statement() { return ok(policy_statement(*ledger, writer)); }
  std::vector<std::string> documents() {
    std::vector<std::string> out;
    for (const json::value& one : statement().at("documents").as_array()) out.emplace_back(one.at("id").as_string());
    return out;
  }

  ledger::Actor writer = person("kenji", {"handler"});
  ledger::Actor manager = person("tanaka", {"manager"});
};

using A_1_Policy = Documents;

TEST_F(A_1_Policy, comes_into_force_by_another_person_with_a_day_and_a_review) {
  json::object without{{"review_on", nullptr}};
  Record plain = draft();
  plain = ok(ledger->update(writer, "governance", plain.id, plain.version, {{"review_on", nullptr}}));
  EXPECT_THAT(refused(ledger->move(writer, "governance", plain.id, plain.version, "propose")),
              ElementsAre("move.missing_field"));
  plain = ok(ledger->update(writer, "governance", plain.id, plain.version, {{"review_on", "2026-10-01"}}));
  const ledger::Actor both = person("kenji", {"handler", "manager"});
  const Record proposed = move(writer, plain, "propose");
  EXPECT_FALSE(
      ledger->move(both, "governance", proposed.id, proposed.version, "approve", {{"in_force_from", "2026-04-08"}}))
      << "not by who wrote it";
  const Record approved = move(manager, proposed, "approve", {{"in_force_from", "2026-04-08"}});
  EXPECT_EQ(approved.state, "in_force");
  EXPECT_FALSE(ledger->update(writer, "governance", approved.id, approved.version, {{"scope", "x"}})) << "locked";
  EXPECT_THAT(documents(), ElementsAre(approved.id.value));
}

TEST_F(A_1_Policy, is_revised_as_the_next_edition_which_withdraws_it_when_its_day_has_come) {
  const Record first = in_force(draft({{"hours", "always"}}));
  EXPECT_THAT(refused(revise_document(*ledger, writer, draft({{"edition", 9}}).id, "")),
              ElementsAre("governance.policy_document.not_in_force"));
  forbidden(revise_document(*ledger, person("hana", {"analyst"}), first.id, ""));
  const Record second = ok(revise_document(*ledger, writer, first.id, "工場を対象に加える"));
  EXPECT_EQ(second.state, "draft");
  EXPECT_EQ(integer_at(second.body, "edition"), 2);
  EXPECT_EQ(text_at(second.body, "replaces"), first.id.value);
  EXPECT_EQ(text_at(second.body, "hours"), "always");
  EXPECT_FALSE(second.body.contains("in_force_from"));
  EXPECT_FALSE(second.body.contains("review_on")) << "each edition has a review of its own";
  EXPECT_THAT(refused(revise_document(*ledger, writer, first.id, "")),
              ElementsAre("governance.policy_document.revised_already"));
  const Record dated =
      ok(ledger->update(writer, "governance", second.id, second.version, {{"review_on", "2027-04-01"}}));
  const Record next = in_force(dated, "2026-05-01");
  react();
  EXPECT_EQ(get(first.id).state, "in_force") << "its successor's day has not come";
  ok(withdraw_replaced_by_now(*ledger));
  EXPECT_EQ(get(first.id).state, "in_force");
  EXPECT_THAT(documents(), ElementsAre(first.id.value));
  later(30 * 24 * 60);
  EXPECT_THAT(documents(), ElementsAre(next.id.value)) << "on the day, without anybody's doing";
  const int64_t head = ledger->head_seq();
  ok(withdraw_replaced_by_now(*ledger));
  EXPECT_EQ(get(first.id).state, "withdrawn") << "as days turn";
  EXPECT_EQ(get(next.id).state, "in_force");
  EXPECT_EQ(ledger->head_seq(), head + 1) << "told by one fact";
  ok(withdraw_replaced_by_now(*ledger));
  EXPECT_EQ(ledger->head_seq(), head + 1) << "and not again";

  const Record third = ok(revise_document(*ledger, writer, next.id, ""));
  in_force(ok(ledger->update(writer, "governance", third.id, third.version, {{"review_on", "2027-04-01"}})),
           "2026-05-08");
  react();
  EXPECT_EQ(get(next.id).state, "withdrawn");
}

TEST_F(A_1_Policy, statement_says_what_documents_say_together_and_what_none_says) {
  EXPECT_THAT(json::serialize(statement().at("missing")), R"(["scope","hours","assets","means","roadmap"])");
  in_force(draft({{"hours", "extended"}, {"hours_note", "夜間は呼び出し"}}));
  in_force(draft({{"title", "守る資産"}, {"kind", "scope"}, {"assets", "会計システム"}, {"review_on", "2026-04-09"}}));
  ok(ledger->create(writer, "governance", "roadmap_item",
                    {{"title", "監視の拡大"}, {"purpose", "工場"}, {"due", "2026-04-01"}}));
  json::object told = statement();
  EXPECT_THAT(json::serialize(told.at("missing")), R"(["means"])");
  EXPECT_EQ(told.at("scope").as_array().size(), 2U);
  EXPECT_EQ(text_at(told.at("hours").as_array()[0].as_object(), "note"), "夜間は呼び出し");
  EXPECT_TRUE(told.at("roadmap").as_array()[0].at("overdue").as_bool());
  EXPECT_FALSE(told.at("documents").as_array()[1].at("review_overdue").as_bool());
  later(2 * 24 * 60);
  EXPECT_TRUE(statement().at("documents").as_array()[1].at("review_overdue").as_bool());
}

TEST_F(A_1_Policy, long_measures_stand_in_it_and_are_due_until_they_end) {
  const Record incident = ok(response->report_incident(
      writer, {.title = "持ち出し", .summary = "", .origin = "external_report", .channel = "mail"}));
  const ledger::Actor system = ledger::system_actor("test");
  const auto add = [&](const char* number, const char* due) {
    return ok(ledger->create(system, "governance", "long_measure",
                             {{"title", number},
                              {"incident", incident.id.value},
                              {"measure", number},
                              {"owner", "情報システム"},
                              {"due", due}}));
  };
  const Record late = add("遅い", "2026-04-01");
  const Record soon = add("近い", "2026-06-01");
  const auto names = [&] {
    std::vector<std::string> out;
    for (const json::value& one : statement().at("long_measures").as_array())
      out.emplace_back(one.at("title").as_string());
    return out;
  };
  EXPECT_THAT(names(), ElementsAre("遅い", "近い"));
  const auto book = Obligations::load(testing::catalog / "obligations.yaml", ledger->types());
  ASSERT_TRUE(book);
  const auto owed = [&] {
    std::vector<std::string> out;
    for (const Owed& one : ok(book->owed(*ledger, manager, now, {.role = "A-1", .type = "long_measure"})).items)
      out.push_back(one.obligation->id + " " + one.what + (one.overdue ? " late" : ""));
    return out;
  };
  Record at_work = ok(ledger->move(manager, "governance", late.id, late.version, "start"));
  EXPECT_THAT(owed(), ElementsAre("long_measure_done 遅い late", "long_measure_taken_up 近い"));
  ok(ledger->move(manager, "governance", at_work.id, at_work.version, "finish", {{"result", "終えた"}}));
  ok(ledger->move(manager, "governance", soon.id, soon.version, "drop", {{"result", "不要になった"}}));
  EXPECT_THAT(owed(), IsEmpty());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(A_1_Policy, review_is_due_on_its_day_until_it_was_done) {
  Record document = in_force(draft({{"review_on", "2026-05-01"}}));
  const auto book = Obligations::load(testing::catalog / "obligations.yaml", ledger->types());
  ASSERT_TRUE(book);
  const auto owed = [&] {
    std::vector<std::string> out;
    for (const Owed& one : ok(book->owed(*ledger, manager, now, {.role = "A-1", .type = "policy_document"})).items)
      out.push_back(format_time(one.due_at, 0) + (one.overdue ? " late" : ""));
    return out;
  };
  EXPECT_THAT(owed(), ElementsAre("2026-05-02T00:00:00Z"));
  later(30 * 24 * 60);
  EXPECT_THAT(owed(), ElementsAre("2026-05-02T00:00:00Z late"));
  EXPECT_THAT(refused(ledger->move(writer, "governance", document.id, document.version, "review",
                                   {{"review_on", "2027-05-01"}})),
              ElementsAre("move.missing_field"));
  document = move(writer, document, "review", {{"review_on", "2027-05-01"}, {"review_note", "変更の必要はない"}});
  EXPECT_EQ(document.state, "in_force");
  EXPECT_THAT(owed(), ElementsAre("2027-05-02T00:00:00Z"));
}

}  // namespace
}  // namespace yagura::desks::governance
