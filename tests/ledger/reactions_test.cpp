#include <atomic>
#include <thread>

#include "fixture.hpp"

namespace yagura::ledger::testing {
namespace {

class Reactions : public LedgerTest {
 protected:
  void react(std::string name, std::vector<std::string> kinds,
             std::function<Outcome<void>(Transaction&, const Fact&)> act, bool from_beginning = true) {
    const auto done =
        ledger->register_reaction({std::move(name), "test", std::move(kinds), std::move(act), from_beginning});
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<int64_t> seen;
};

TEST_F(Reactions, take_in_each_fact_of_their_kinds_once_and_in_order) {
  react("a", {"ticket.created"}, [&](Transaction& tx, const Fact& fact) -> Outcome<void> {
    seen.push_back(fact.seq);
    auto echo = tx.append_fact("echo.heard", fact.subject, {});
    if (!echo) return std::unexpected(echo.error());
    EXPECT_EQ(echo->actor, "system:test");
    return {};
  });
  for (int i = 0; i < 3; ++i) ticket({});
  EXPECT_EQ(*ledger->run_reactions(), 3);
  EXPECT_EQ(*ledger->run_reactions(), 0);
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(ledger->head_seq(), 6);
}

TEST_F(Reactions, go_on_where_they_were_after_a_restart) {
  const auto act = [&](Transaction& tx, const Fact& fact) -> Outcome<void> {
    seen.push_back(fact.seq);
    auto echo = tx.append_fact("echo.heard", fact.subject, {});
    return echo ? Outcome<void>() : std::unexpected(echo.error());
  };
  react("a", {"ticket.*"}, act);
  ticket({});
  ASSERT_EQ(*ledger->run_reactions(), 1);
  open();
  react("a", {"ticket.*"}, act);
  ticket({});
  ASSERT_EQ(*ledger->run_reactions(), 1);
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 3}));
}

TEST_F(Reactions, leave_no_trace_of_an_attempt_that_failed) {
  int attempts = 0;
  react("a", {"ticket.created"}, [&](Transaction& tx, const Fact& fact) -> Outcome<void> {
    EXPECT_TRUE(tx.append_fact("echo.heard", fact.subject, {}));
    EXPECT_TRUE(tx.set_note("count", std::to_string(++attempts)));
    if (attempts < 3) return refuse(ErrorKind::unavailable, "not yet");
    return {};
  });
  ticket({});
  EXPECT_EQ(*ledger->run_reactions(), 0);
  EXPECT_EQ(ledger->head_seq(), 1);
  EXPECT_EQ(ledger->reaction_states()->front().attempts, 1);
  EXPECT_EQ(ledger->reaction_states()->front().reason, "not yet");
  EXPECT_EQ(*ledger->run_reactions(), 0) << "the retry waits for its time";
  EXPECT_EQ(attempts, 1);
  later(1);
  EXPECT_EQ(*ledger->run_reactions(), 0);
  later(1);
  EXPECT_EQ(*ledger->run_reactions(), 0) << "the second wait is twice as long";
  EXPECT_EQ(attempts, 2);
  later(1);
  EXPECT_EQ(*ledger->run_reactions(), 1);
  EXPECT_EQ(ledger->head_seq(), 2);
  EXPECT_EQ(ledger->reaction_states()->front().attempts, 0);
}

TEST_F(Reactions, park_what_keeps_failing_and_go_on_with_the_rest) {
  bool mended = false;
  react("a", {"ticket.created"}, [&](Transaction&, const Fact& fact) -> Outcome<void> {
    if (fact.seq == 2 && !mended) return refuse(ErrorKind::refused, "can't digest it");
    seen.push_back(fact.seq);
    return {};
  });
  for (int i = 0; i < 3; ++i) ticket({});
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(ledger->run_reactions());
    later(1);
  }
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 3}));
  const auto parked = ledger->parked();
  ASSERT_EQ(parked->size(), 1u);
  EXPECT_EQ(parked->front().fact_seq, 2);
  EXPECT_EQ(parked->front().attempts, reaction_attempts_max);
  EXPECT_EQ(parked->front().reason, "can't digest it");
  EXPECT_FALSE(ledger->retry_parked(parked->front().id));
  EXPECT_EQ(ledger->parked()->front().attempts, reaction_attempts_max + 1);
  mended = true;
  EXPECT_TRUE(ledger->retry_parked(parked->front().id));
  EXPECT_TRUE(ledger->parked()->empty());
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 3, 2}));
  EXPECT_FALSE(ledger->retry_parked(parked->front().id));
}

TEST_F(Reactions, treat_a_thrown_exception_as_a_failure) {
  react("a", {"ticket.created"}, [](Transaction&, const Fact&) -> Outcome<void> { throw std::runtime_error("boom"); });
  ticket({});
  EXPECT_EQ(*ledger->run_reactions(), 0);
  EXPECT_NE(ledger->reaction_states()->front().reason.find("boom"), std::string::npos);
}

TEST_F(Reactions, that_answer_each_other_stop_at_the_bound) {
  react("ping", {"game.pong"}, [](Transaction& tx, const Fact&) -> Outcome<void> {
    return tx.append_fact("game.ping", "", {}) ? Outcome<void>() : refuse(ErrorKind::io, "");
  });
  react("pong", {"game.ping"}, [](Transaction& tx, const Fact&) -> Outcome<void> {
    return tx.append_fact("game.pong", "", {}) ? Outcome<void>() : refuse(ErrorKind::io, "");
  });
  ASSERT_TRUE(ledger->append_fact(sato, "test", "game.ping", "", {}));
  EXPECT_EQ(*ledger->run_reactions(50), 50);
}

TEST_F(Reactions, of_a_new_name_may_start_at_the_present) {
  ticket({});
  react(
      "late", {"ticket.created"},
      [&](Transaction&, const Fact& fact) -> Outcome<void> {
        seen.push_back(fact.seq);
        return {};
      },
      false);
  ticket({});
  EXPECT_EQ(*ledger->run_reactions(), 1);
  EXPECT_EQ(seen, (std::vector<int64_t>{2}));
}

TEST_F(Reactions, wake_up_by_themselves_when_a_fact_arrives) {
  std::atomic<int> heard = 0;
  react("a", {"ticket.created"}, [&](Transaction&, const Fact&) -> Outcome<void> {
    ++heard;
    return {};
  });
  ledger->start_reactions();
  for (int i = 0; i < 100; ++i) ticket({});
  for (int i = 0; i < 500 && heard < 100; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ledger->stop_reactions();
  EXPECT_EQ(heard, 100);
}

TEST_F(Reactions, refuse_a_name_twice_and_a_malformed_kind) {
  const auto nothing = [](Transaction&, const Fact&) -> Outcome<void> { return {}; };
  react("a", {"a.b"}, nothing);
  EXPECT_FALSE(ledger->register_reaction({"a", "test", {"a.b"}, nothing}));
  EXPECT_FALSE(ledger->register_reaction({"b", "test", {"a' OR 1"}, nothing}));
}

}  // namespace
}  // namespace yagura::ledger::testing
