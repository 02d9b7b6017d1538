// Improvements: what each cycle lets pass, and how long they have been open.
#include "desks/governance/cycles.hpp"

#include "fixture.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using testing::DesksTest;
using testing::Record;
using testing::RecordId;
using Codes = std::vector<std::string>;

class A_1_Improvement : public DesksTest {
 protected:
  Record raise(const std::string& cycle) {
    return ok(
        ledger->create(handler, "api", "improvement",
                       {{"title", "手順の見直し"}, {"cycle", cycle}, {"role", "B-1"}, {"why", "見落としがあった"}}));
  }
  ledger::Outcome<Record> move(const Record& record, std::string_view move, json::object changes = {}) {
    return move_improvement(*ledger, move == "decide" ? manager : handler, record.id, move, std::move(changes));
  }
  const json::object owned{{"owner", "user:ito"}, {"due", "2026-05-01"}};
  const json::object decided{{"owner", "user:ito"}, {"due", "2026-05-01"}, {"decision", "導入する"}};
  ledger::Actor handler = person("sato", {"handler"});
  ledger::Actor manager = person("kondo", {"manager"});
};

TEST_F(A_1_Improvement, of_the_short_cycle_is_done_within_todays_resources) {
  const Record item = raise("short");
  EXPECT_EQ(refused(move(item, "decide", decided)), (Codes{"improvement.short_needs_no_decision"}));
  EXPECT_EQ(refused(move(item, "build")), (Codes{"improvement.short_needs_no_decision"}));
  EXPECT_EQ(refused(move(item, "start")), (Codes{"move.missing_field", "move.missing_field"}));
  EXPECT_EQ(ok(move(item, "start", owned)).state, "doing");
  EXPECT_EQ(refused(move(item, "finish")), (Codes{"move.missing_field"}));
  EXPECT_EQ(ok(move(item, "finish", {{"result", "手順を改めた"}})).state, "done");
}

TEST_F(A_1_Improvement, of_the_long_cycle_is_decided_built_and_returned) {
  const Record item = raise("long");
  EXPECT_EQ(refused(move(item, "start", owned)), (Codes{"improvement.long_needs_decision"}));
  forbidden(move_improvement(*ledger, handler, item.id, "decide", decided));
  EXPECT_EQ(ok(move(item, "decide", decided)).state, "decided");
  EXPECT_EQ(refused(move(item, "start", owned)), (Codes{"improvement.long_needs_decision"}));
  EXPECT_EQ(ok(move(item, "build")).state, "building");
  EXPECT_EQ(refused(move(item, "return")), (Codes{"move.missing_field"}));
  const Record study = ok(ledger->create(
      handler, "api", "tool_study",
      {{"title", "調査"}, {"need", "検知の自動化"}, {"requirements", json::array{{{"what", "API"}, {"weight", 3}}}}}));
  EXPECT_EQ(ok(move(item, "return", {{"built_by", json::array{study.id.value}}})).state, "doing");
  EXPECT_EQ(ok(move(item, "finish", {{"result", "運用に乗った"}})).state, "done");
}

TEST_F(A_1_Improvement, passes_no_move_but_by_its_cycle) {
  const Record item = raise("long");
  forbidden(ledger->move(manager, "api", item.id, 1, "start", owned));
  EXPECT_EQ(refused(move(item, "decide", {{"cycle", "short"}, {"decision", "x"}})), (Codes{"improvement.cycle_fixed"}));
  const Record turned = raise("short");
  const Record doing = ok(move(turned, "start", owned));
  ok(ledger->update(handler, "api", doing.id, doing.version, {{"cycle", "long"}}));
  EXPECT_EQ(refused(move(turned, "finish", {{"result", "x"}})), (Codes{"improvement.not_built"}));
  EXPECT_EQ(ok(move(turned, "decline", {{"result", "長いサイクルで起こし直す"}})).state, "declined");
  const auto nothing = move_improvement(*ledger, handler, RecordId{"IMP-2026-9999"}, "start");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, ErrorKind::not_found);
}

TEST_F(A_1_Improvement, notices_that_somebody_else_changed_it) {
  const Record item = raise("short");
  ok(ledger->update(handler, "api", item.id, 1, {{"why", "別の理由"}}));
  const auto late = move_improvement(*ledger, handler, {item.id, 1}, "start", owned);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::conflict);
}

TEST_F(A_1_Improvement, ages_from_the_day_it_was_raised) {
  const Record old = raise("long");
  later(int64_t{100} * 24 * 60);
  ok(move(old, "decide", decided));
  const Record young = raise("short");
  const Record finished = raise("short");
  ok(move(finished, "start", owned));
  ok(move(finished, "finish", {{"result", "済"}}));
  later(int64_t{30} * 24 * 60);
  const Ageing ageing = ok(age_improvements(*ledger));
  ASSERT_EQ(ageing.open.size(), 2U);
  EXPECT_EQ(ageing.open[0].record, old.id.value);
  EXPECT_EQ(ageing.open[0].age_days, 130);
  EXPECT_EQ(ageing.open[0].state_days, 30);
  EXPECT_TRUE(ageing.open[0].overdue);
  EXPECT_EQ(ageing.open[1].record, young.id.value);
  EXPECT_EQ(ageing.open[1].age_days, 30);
  EXPECT_FALSE(ageing.open[1].overdue);
  EXPECT_EQ(ageing.buckets.at("long"), (std::vector<int64_t>{0, 0, 1, 0}));
  EXPECT_EQ(ageing.buckets.at("short"), (std::vector<int64_t>{1, 0, 0, 0}));
}

}  // namespace
}  // namespace yagura::desks::governance
