#include "fixture.hpp"

namespace yagura::ledger::testing {
namespace {

TEST_F(LedgerTest, gives_ids_that_count_up_within_the_year_of_creation) {
  EXPECT_EQ(ticket({}).id.value, "TCK-2026-0001");
  EXPECT_EQ(ticket({}).id.value, "TCK-2026-0002");
  now = *parse_time("2027-01-01T00:00:00Z");
  EXPECT_EQ(ticket({}).id.value, "TCK-2027-0001");
}

TEST_F(LedgerTest, keeps_every_version_and_says_what_each_changed) {
  const Record first = ticket({{"weight", 3}});
  later(60);
  const auto second = ledger->update(suzuki, "response", first.id, 1, {{"weight", 5}, {"text", "found"}});
  ASSERT_TRUE(second) << second.error().error().message;
  EXPECT_EQ(second->version, 2);
  later(60);
  const auto third = ledger->update(sato, "response", first.id, 2, {{"text", nullptr}});
  ASSERT_TRUE(third);
  EXPECT_FALSE(third->body.contains("text"));

  const auto history = ledger->history(first.id);
  ASSERT_TRUE(history);
  ASSERT_EQ(history->size(), 3u);
  EXPECT_EQ((*history)[0].body.at("weight"), 3);
  EXPECT_EQ((*history)[0].changed, (std::vector<std::string>{"title", "weight"}));
  EXPECT_EQ((*history)[1].changed, (std::vector<std::string>{"text", "weight"}));
  EXPECT_EQ((*history)[1].by, "user:suzuki");
  EXPECT_EQ((*history)[2].changed, (std::vector<std::string>{"text"}));
  const auto old = ledger->get_version(first.id, 2);
  ASSERT_TRUE(old);
  EXPECT_EQ(old->body.at("text"), "found");
}

TEST_F(LedgerTest, refuses_a_stale_change_and_loses_nothing) {
  const Record record = ticket({{"weight", 1}});
  ASSERT_TRUE(ledger->update(sato, "response", record.id, 1, {{"weight", 2}}));
  const auto stale = ledger->update(suzuki, "response", record.id, 1, {{"weight", 9}});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::conflict);
  EXPECT_EQ(codes(stale.error()), "record.stale");
  EXPECT_EQ(ledger->get(record.id)->body.at("weight"), 2);
  EXPECT_EQ(ledger->head_seq(), 2);
}

TEST_F(LedgerTest, names_every_fault_of_a_body_at_once) {
  const auto refused = ledger->create(sato, "response", "ticket",
                                      {{"title", " "},
                                       {"weight", 101},
                                       {"ratio", "x"},
                                       {"urgent", 1},
                                       {"seen_at", "yesterday"},
                                       {"level", "medium"},
                                       {"parent", "DRL-2026-0001"},
                                       {"others", {"TCK-2026-0099", 4}},
                                       {"colour", "red"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(codes(refused.error()),
            "field.not_in_type:colour field.missing:title field.out_of_range:weight field.wrong_kind:ratio "
            "field.wrong_kind:urgent field.wrong_kind:seen_at field.not_a_choice:level field.wrong_kind:others[1]");
  EXPECT_EQ(ledger->head_seq(), 0);
}

TEST_F(LedgerTest, refuses_references_to_nothing_and_to_the_wrong_type) {
  const auto refused =
      ledger->create(sato, "response", "ticket",
                     {{"title", "t"}, {"parent", "DRL-2026-0001"}, {"others", {"TCK-2026-0099", "unknown"}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(codes(refused.error()),
            "field.no_such_record:others[0] field.wrong_type_of_record:others[1] field.wrong_type_of_record:parent");
  const Record parent = ticket({});
  EXPECT_TRUE(ledger->create(sato, "response", "ticket", {{"title", "t"}, {"parent", parent.id.value}}));
}

TEST_F(LedgerTest, keeps_unknown_apart_from_empty) {
  const Record record = ticket({{"weight", "不明"}, {"seen_at", "unknown"}, {"text", ""}});
  EXPECT_EQ(record.body.at("weight"), "unknown");
  EXPECT_EQ(record.body.at("seen_at"), "unknown");
  EXPECT_FALSE(record.body.contains("text"));
  const auto refused = ledger->update(sato, "response", record.id, 1, {{"level", "unknown"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(codes(refused.error()), "field.unknown_not_allowed:level");
  const auto filled = ledger->update(sato, "response", record.id, 1, {{"weight", 7}});
  ASSERT_TRUE(filled);
  EXPECT_EQ(filled->body.at("weight"), 7);
}

TEST_F(LedgerTest, keeps_times_in_utc) {
  EXPECT_EQ(ticket({{"seen_at", "2026-04-01T09:00:00+09:00"}}).body.at("seen_at"), "2026-04-01T00:00:00.000000Z");
}

TEST_F(LedgerTest, writes_no_version_when_nothing_changes) {
  const Record record = ticket({{"weight", 1}});
  const auto same = ledger->update(sato, "response", record.id, 1, {{"weight", 1}, {"text", ""}});
  ASSERT_TRUE(same);
  EXPECT_EQ(same->version, 1);
  EXPECT_EQ(ledger->head_seq(), 1);
}

TEST_F(LedgerTest, denies_what_the_actor_may_not_by_default) {
  const Actor stranger{"user:mallory", {}, false};
  const auto created = ledger->create(stranger, "response", "ticket", {{"title", "t"}});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::forbidden);
  EXPECT_EQ(codes(created.error()), "permission.missing");
  const Record record = ticket({});
  EXPECT_EQ(ledger->update(stranger, "response", record.id, 1, {{"weight", 1}}).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(ledger->move(stranger, "response", record.id, 1, "start").error().kind, ErrorKind::forbidden);
  EXPECT_EQ(ledger->get(record.id)->version, 1);
}

TEST_F(LedgerTest, lets_nobody_write_a_sealed_field_that_may_not_see_it) {
  const Record record = ticket({});
  const auto refused = ledger->update(sato, "response", record.id, 1, {{"suspect", "user:kato"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(codes(refused.error()), "field.forbidden:suspect");
  Actor insider = sato;
  insider.permissions.insert("ticket.sealed");
  EXPECT_TRUE(ledger->update(insider, "response", record.id, 1, {{"suspect", "user:kato"}}));
}

TEST_F(LedgerTest, lists_all_that_a_move_lacks) {
  const Record record = ticket({});
  const auto early = ledger->move(sato, "response", record.id, 1, "close");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::refused);
  EXPECT_EQ(codes(early.error()),
            "move.not_from_state move.missing_field:text move.missing_field:weight move.same_person");
}

TEST_F(LedgerTest, passes_a_move_on_a_condition_only_while_the_fields_hold_what_it_wants) {
  const Record record = ticket({{"level", "low"}});
  const auto low = ledger->move(sato, "response", record.id, 1, "hurry");
  ASSERT_FALSE(low);
  EXPECT_EQ(low.error().kind, ErrorKind::refused);
  EXPECT_EQ(codes(low.error()), "move.wrong_value:level move.wrong_value:urgent");
  EXPECT_EQ(low.error().reasons[0].args.at("why_ja"), "急ぐのは高だけです。");
  EXPECT_FALSE(ledger->move(sato, "response", record.id, 1, "hurry", {{"level", "high"}, {"urgent", false}}));
  const auto high = ledger->move(sato, "response", record.id, 1, "hurry", {{"level", "high"}, {"urgent", true}});
  ASSERT_TRUE(high) << high.error().error().message;
  EXPECT_EQ(high->state, "working");
}

TEST_F(LedgerTest, passes_a_move_once_nothing_is_missing) {
  const Record record = ticket({{"text", "done"}, {"weight", "unknown"}});
  later(5);
  const auto started = ledger->move(sato, "response", record.id, 1, "start", {{"level", "high"}});
  ASSERT_TRUE(started) << started.error().error().message;
  EXPECT_EQ(started->state, "working");
  EXPECT_EQ(started->state_since, now);
  EXPECT_EQ(started->body.at("level"), "high");
  const auto own = ledger->move(sato, "response", record.id, 2, "close");
  ASSERT_FALSE(own);
  EXPECT_EQ(codes(own.error()), "move.same_person");
  const auto sneaky = ledger->move(suzuki, "response", record.id, 2, "close", {{"level", "low"}});
  ASSERT_FALSE(sneaky);
  EXPECT_EQ(codes(sneaky.error()), "move.content_fixed:level");
  const auto closed = ledger->move(suzuki, "response", record.id, 2, "close");
  ASSERT_TRUE(closed) << closed.error().error().message;
  EXPECT_EQ(closed->state, "closed");
  const auto locked = ledger->update(sato, "response", record.id, 3, {{"text", "more"}});
  ASSERT_FALSE(locked);
  EXPECT_EQ(codes(locked.error()), "record.locked");
  // What was written before the approval no longer binds its author after it.
  ASSERT_TRUE(ledger->move(suzuki, "response", record.id, 3, "reopen"));
  EXPECT_TRUE(ledger->move(sato, "response", record.id, 4, "close"));
}

TEST_F(LedgerTest, links_records_both_ways_and_only_once) {
  const Record a = ticket({});
  const Record b = ticket({});
  const auto link = [&](bool make) {
    bool changed = false;
    const auto done = ledger->write(sato, "response", [&](Transaction& tx) -> Outcome<void> {
      auto result = make ? tx.link(a.id, "caused_by", b.id) : tx.unlink(a.id, "caused_by", b.id);
      if (!result) return std::unexpected(result.error());
      changed = *result;
      return {};
    });
    EXPECT_TRUE(done);
    return changed;
  };
  EXPECT_TRUE(link(true));
  EXPECT_FALSE(link(true));
  ASSERT_EQ(ledger->links_from(a.id)->size(), 1u);
  EXPECT_EQ(ledger->links_from(a.id)->front().to, b.id);
  EXPECT_EQ(ledger->links_to(b.id, "caused_by")->front().from, a.id);
  EXPECT_TRUE(ledger->links_to(b.id, "other")->empty());
  EXPECT_TRUE(link(false));
  EXPECT_FALSE(link(false));
  EXPECT_TRUE(ledger->links_from(a.id)->empty());
  EXPECT_EQ(ledger->head_seq(), 4);
}

TEST_F(LedgerTest, commits_all_of_a_transaction_or_nothing) {
  const auto done = ledger->write(sato, "response", [&](Transaction& tx) -> Outcome<void> {
    auto record = tx.create("ticket", {{"title", "one"}});
    EXPECT_TRUE(record);
    EXPECT_EQ(tx.get(record->id)->version, 1);
    EXPECT_TRUE(tx.append_fact("response.noted", record->id.value, {{"why", "test"}}));
    return refuse(ErrorKind::refused, "changed my mind");
  });
  EXPECT_FALSE(done);
  EXPECT_EQ(ledger->head_seq(), 0);
  EXPECT_EQ(ledger->get(RecordId{"TCK-2026-0001"}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(ticket({}).id.value, "TCK-2026-0001");
}

TEST_F(LedgerTest, lets_a_desk_not_pretend_a_change_of_a_record) {
  const auto forged = ledger->append_fact(sato, "triage", "ticket.updated", "TCK-2026-0001", {{"record", 1}});
  ASSERT_FALSE(forged);
  EXPECT_EQ(forged.error().kind, ErrorKind::invalid);
  EXPECT_FALSE(ledger->append_fact(sato, "triage", "Not A Kind", "", {}));
  EXPECT_FALSE(ledger->append_fact(sato, "triage", "a.b", "\xFF", {}));
  EXPECT_EQ(ledger->append_fact(sato, "triage", "a.b", "", {{"x", std::string(fact_body_bytes_max, 'x')}}).error().kind,
            ErrorKind::limit);
}

TEST_F(LedgerTest, erases_the_content_and_keeps_the_trace) {
  const Record record = ticket({{"text", "secret plan"}});
  ASSERT_TRUE(ledger->update(sato, "response", record.id, 1, {{"text", "another"}}));
  const auto early = ledger->write(sato, "response", [&](Transaction& tx) { return tx.erase(record.id, "law"); });
  EXPECT_FALSE(early);
  const Actor keeper = system_actor("governance");
  ASSERT_TRUE(ledger->write(keeper, "governance", [&](Transaction& tx) { return tx.erase(record.id, "law"); }));
  const auto erased = ledger->get(record.id);
  EXPECT_TRUE(erased->erased);
  EXPECT_TRUE(erased->body.empty());
  for (const RecordVersion& version : *ledger->history(record.id)) EXPECT_TRUE(version.body.empty());
  EXPECT_EQ(codes(ledger->update(sato, "response", record.id, 2, {{"text", "x"}}).error()), "record.erased");
}

TEST_F(LedgerTest, runs_the_example_of_the_manual) {
  const Actor lead{"user:abe", {"drill.read", "drill.create", "drill.update"}, false};
  const Actor head{"user:ueda", {"drill.approve"}, false};
  const auto planned =
      ledger->create(lead, "exposure", "drill", {{"subject", "フィッシング訓練"}, {"teams", {"SOC", "総務"}}});
  ASSERT_TRUE(planned) << planned.error().error().message;
  EXPECT_EQ(planned->id.value, "DRL-2026-0001");
  EXPECT_EQ(codes(ledger->move(lead, "exposure", planned->id, 1, "hold").error()),
            "move.missing_field:held_on move.missing_field:method");
  ASSERT_TRUE(ledger->move(lead, "exposure", planned->id, 1, "hold", {{"held_on", "2026-04-01"}, {"method", "live"}}));
  const auto wrong = ledger->update(lead, "exposure", planned->id, 2, {{"gaps", {{{"weight", 9}, {"who", "x"}}}}});
  EXPECT_EQ(codes(wrong.error()),
            "field.not_in_type:gaps[0].who field.missing:gaps[0].what field.out_of_range:gaps[0].weight");
  ASSERT_TRUE(
      ledger->update(lead, "exposure", planned->id, 2,
                     {{"gaps", {{{"what", "通報先が分からない"}, {"weight", 3}}}}, {"time_to_detect", "不明"}}));
  EXPECT_TRUE(ledger->move(head, "exposure", planned->id, 3, "evaluate"));
}

}  // namespace
}  // namespace yagura::ledger::testing
