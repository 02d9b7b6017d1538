// The reacting half of StoredLedger: each reaction walks the journal with a cursor of its own.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "base/check.hpp"
#include "ledger/stored_ledger.hpp"

namespace yagura::ledger {
namespace {

constexpr int64_t facts_a_commit_max = 64;
constexpr int64_t cursor_lag_max = 10'000;  // facts of foreign kinds passed before the cursor is stored
constexpr int64_t idle_wait_ms = 1000;      // another process may have written: look again

struct Cursor {
  int64_t seq = 0;
  int attempts = 0;
  Timestamp retry_at;
  std::string reason;
};

Result<Cursor> read_cursor(Database& db, std::string_view name) {
  auto rows = db.query("SELECT seq, attempts, retry_at, reason FROM cursors WHERE name = ?1", {name});
  if (!rows) return std::unexpected(rows.error());
  const auto some = (*rows)->next();
  if (!some) return std::unexpected(some.error());
  if (!*some) return Cursor{};
  return Cursor{(*rows)->integer(0), static_cast<int>((*rows)->integer(1)), Timestamp{(*rows)->integer(2)},
                std::string((*rows)->text(3))};
}

Result<std::vector<Fact>> next_facts(Database& db, const std::vector<std::string>& kinds, int64_t after,
                                     int64_t limit) {
  const auto condition = kinds_condition(kinds);
  if (!condition) return std::unexpected(condition.error());
  // NOT INDEXED: the facts behind the cursor are few and in order; the index on kinds would fetch all of a kind.
  auto rows = db.query(fmt::format("SELECT {} FROM facts NOT INDEXED WHERE seq > ?1 AND {} ORDER BY seq LIMIT {}",
                                   fact_columns, *condition, limit),
                       {after});
  if (!rows) return std::unexpected(rows.error());
  std::vector<Fact> facts;
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(some.error());
    if (!*some) return facts;
    auto fact = read_fact(**rows);
    if (!fact) return std::unexpected(fact.error());
    facts.push_back(std::move(*fact));
  }
}

}  // namespace

Status StoredLedger::register_reaction(Reaction reaction) {
  if (reaction.name.empty() || !reaction.act) return failure(ErrorKind::invalid, "a reaction needs a name and an act");
  if (const auto condition = kinds_condition(reaction.kinds); !condition) return std::unexpected(condition.error());
  const std::lock_guard lock(reacting_);
  if (std::ranges::any_of(reactions_, [&](const Running& each) { return each.reaction.name == reaction.name; }))
    return failure(ErrorKind::conflict, fmt::format("the reaction '{}' is registered twice", reaction.name));
  Running running{std::move(reaction), 0};
  const auto done = commit([&](RecordStore& store, Timestamp) -> Outcome<void> {
    const auto known =
        store.database().integer("SELECT count(*) FROM cursors WHERE name = ?1", {running.reaction.name});
    if (!known) return std::unexpected(Refusal(known.error()));
    if (*known > 0) return {};
    const int64_t start = running.reaction.from_beginning ? 0 : journal_.head().seq;
    if (auto status = save_cursor(running.reaction.name, start, 0, {}, ""); !status)
      return std::unexpected(Refusal(status.error()));
    return {};
  });
  if (!done) return std::unexpected(done.error().error());
  reactions_.push_back(std::move(running));
  return {};
}

Status StoredLedger::save_cursor(const std::string& name, int64_t seq, int attempts, Timestamp retry_at,
                                 std::string_view reason) {
  return writer_->run(
      "INSERT INTO cursors(name, seq, attempts, retry_at, reason) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT(name) DO "
      "UPDATE SET seq = excluded.seq, attempts = excluded.attempts, retry_at = excluded.retry_at, "
      "reason = excluded.reason",
      {name, seq, int64_t{attempts}, retry_at.ns, reason});
}

/// One fact for one reaction, as if it had a transaction of its own: undone alone when it refuses. The outer
/// Result fails when the database does: then the whole commit is given up, and no reaction is to blame.
Result<Outcome<void>> StoredLedger::act(const Reaction& reaction, RecordStore& store, Timestamp now, const Fact& fact) {
  if (auto status = writer_->run("SAVEPOINT act"); !status) return std::unexpected(status.error());
  const Head before = journal_.head();
  const Actor actor = system_actor(reaction.desk);
  Transaction transaction(store, journal_, types_, actor, reaction.desk, now);
  Outcome<void> outcome;
  try {
    outcome = reaction.act(transaction, fact);
  } catch (const std::exception& e) {
    outcome = refuse(ErrorKind::unavailable, fmt::format("the reaction threw: {}", e.what()));
  }
  if (const auto& broken = transaction.broken()) {
    if (broken->kind == ErrorKind::io || broken->kind == ErrorKind::disk_full || broken->kind == ErrorKind::unavailable)
      return std::unexpected(*broken);
    outcome = std::unexpected(Refusal(*broken));
  }
  if (!outcome) {
    journal_.rewind(before);
    if (auto status = writer_->run("ROLLBACK TO act"); !status) return std::unexpected(status.error());
  }
  if (auto status = writer_->run("RELEASE act"); !status) return std::unexpected(status.error());
  return outcome;
}

Status StoredLedger::failed(Running& running, int64_t seq, int attempts_before, Timestamp now,
                            const std::string& reason) {
  const int attempts = attempts_before + 1;
  if (attempts < reaction_attempts_max) {
    const Timestamp retry_at{now.ns + (reaction_backoff_ns_first << (attempts - 1))};
    return save_cursor(running.reaction.name, seq - 1, attempts, retry_at, reason);
  }
  const auto status =
      writer_->run("INSERT INTO parked(reaction, fact_seq, reason, attempts, at) VALUES (?1, ?2, ?3, ?4, ?5)",
                   {running.reaction.name, seq, reason, int64_t{attempts}, now.ns});
  if (!status) return status;
  return save_cursor(running.reaction.name, seq, 0, {}, "");
}

Result<StoredLedger::Turn> StoredLedger::take_in(Running& running, RecordStore& store, Timestamp now,
                                                 int64_t facts_max) {
  Turn turn;
  auto cursor = read_cursor(*writer_, running.reaction.name);
  if (!cursor) return std::unexpected(cursor.error());
  if (cursor->attempts > 0 && cursor->retry_at > now) {
    turn.retry_at = cursor->retry_at;
    return turn;
  }
  const int64_t head = journal_.head().seq;
  auto facts = next_facts(*writer_, running.reaction.kinds, std::max(cursor->seq, running.scanned), facts_max);
  if (!facts) return std::unexpected(facts.error());
  int64_t seq = facts->size() < static_cast<size_t>(facts_max) ? head : facts->back().seq;
  for (const Fact& fact : *facts) {
    const auto acted = act(running.reaction, store, now, fact);
    if (!acted) return std::unexpected(acted.error());
    const Outcome<void>& outcome = *acted;
    if (outcome) {
      turn.done += 1;
      cursor->attempts = 0;
      continue;
    }
    const int before = cursor->attempts;
    if (auto status = failed(running, fact.seq, before, now, outcome.error().error().message); !status)
      return std::unexpected(status.error());
    const bool parked = before + 1 >= reaction_attempts_max;
    turn.done += parked ? 1 : 0;
    running.scanned = parked ? fact.seq : fact.seq - 1;
    if (!parked) turn.retry_at = Timestamp{now.ns + (reaction_backoff_ns_first << before)};
    return turn;
  }
  if (turn.done > 0 || seq - cursor->seq > cursor_lag_max)
    if (auto status = save_cursor(running.reaction.name, seq, 0, {}, ""); !status)
      return std::unexpected(status.error());
  running.scanned = seq;
  return turn;
}

Result<StoredLedger::Turn> StoredLedger::step(Running& running, int64_t facts_max) {
  Turn turn;
  const int64_t scanned_before = running.scanned;
  const auto done = commit([&](RecordStore& store, Timestamp now) -> Outcome<void> {
    auto taken = take_in(running, store, now, facts_max);
    if (!taken) return std::unexpected(Refusal(taken.error()));
    turn = *taken;
    return {};
  });
  if (done) return turn;
  running.scanned = scanned_before;
  return std::unexpected(done.error().error());
}

Result<StoredLedger::Turn> StoredLedger::run_all(int64_t steps_max) {
  const std::lock_guard lock(reacting_);
  Turn all;
  for (bool more = true; more && all.done < steps_max;) {
    more = false;
    all.retry_at.reset();
    for (Running& running : reactions_) {
      const int64_t left = steps_max - all.done;
      if (left <= 0) break;
      const auto turn = step(running, std::min(left, facts_a_commit_max));
      if (!turn) return std::unexpected(turn.error());
      all.done += turn->done;
      const auto& retry_at = turn->retry_at;
      more = more || turn->done > 0 || (!retry_at && running.scanned < head_seq_.load());
      if (retry_at && (!all.retry_at || *retry_at < *all.retry_at)) all.retry_at = retry_at;
    }
  }
  return all;
}

Result<int64_t> StoredLedger::run_reactions(int64_t steps_max) {
  const auto turn = run_all(steps_max);
  if (!turn) return std::unexpected(turn.error());
  return turn->done;
}

void StoredLedger::start_reactions() {
  check(!reaction_thread_.joinable(), "reactions are started once");
  {
    const std::lock_guard lock(waiting_);
    stopping_ = false;
  }
  reaction_thread_ = std::thread([this] { reaction_loop(); });
}

void StoredLedger::stop_reactions() {
  {
    const std::lock_guard lock(waiting_);
    stopping_ = true;
  }
  more_facts_.notify_all();
  if (reaction_thread_.joinable()) reaction_thread_.join();
}

void StoredLedger::reaction_loop() {
  for (;;) {
    const int64_t seen = head_seq_.load();
    const auto turn = run_all(facts_a_commit_max * 16);
    int64_t wait_ms = idle_wait_ms;
    if (const auto retry_at = turn ? turn->retry_at : std::nullopt)
      wait_ms = std::clamp((retry_at->ns - clock_().ns) / 1'000'000, int64_t{1}, idle_wait_ms);
    std::unique_lock lock(waiting_);
    more_facts_.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return stopping_ || head_seq_ > seen; });
    if (stopping_) return;
  }
}

Result<std::vector<ReactionState>> StoredLedger::reaction_states() {
  using States = std::vector<ReactionState>;
  auto states = readers_.read<States>([&](Database& db) -> Outcome<States> {
    auto rows = db.query(
        "SELECT name, seq, attempts, retry_at, reason, (SELECT count(*) FROM parked WHERE reaction = name) "
        "FROM cursors ORDER BY name");
    if (!rows) return std::unexpected(Refusal(rows.error()));
    States all;
    for (;;) {
      const auto some = (*rows)->next();
      if (!some) return std::unexpected(Refusal(some.error()));
      if (!*some) return all;
      const Rows& row = **rows;
      all.push_back({std::string(row.text(0)), row.integer(1), static_cast<int>(row.integer(2)),
                     Timestamp{row.integer(3)}, std::string(row.text(4)), row.integer(5)});
    }
  });
  if (!states) return std::unexpected(states.error().error());
  return std::move(*states);
}

Result<std::vector<Parked>> StoredLedger::parked() {
  using All = std::vector<Parked>;
  auto found = readers_.read<All>([&](Database& db) -> Outcome<All> {
    auto rows = db.query("SELECT id, reaction, fact_seq, reason, attempts, at FROM parked ORDER BY id");
    if (!rows) return std::unexpected(Refusal(rows.error()));
    All all;
    for (;;) {
      const auto some = (*rows)->next();
      if (!some) return std::unexpected(Refusal(some.error()));
      if (!*some) return all;
      const Rows& row = **rows;
      all.push_back({row.integer(0), std::string(row.text(1)), row.integer(2), std::string(row.text(3)),
                     static_cast<int>(row.integer(4)), Timestamp{row.integer(5)}});
    }
  });
  if (!found) return std::unexpected(found.error().error());
  return std::move(*found);
}

Outcome<void> StoredLedger::retry_parked(int64_t parked_id) {
  const std::lock_guard lock(reacting_);
  const auto list = parked();
  if (!list) return std::unexpected(Refusal(list.error()));
  const auto found = std::ranges::find(*list, parked_id, &Parked::id);
  if (found == list->end()) return refuse(ErrorKind::not_found, fmt::format("nothing is parked as {}", parked_id));
  const auto running =
      std::ranges::find_if(reactions_, [&](const Running& each) { return each.reaction.name == found->reaction; });
  if (running == reactions_.end())
    return refuse(ErrorKind::refused,
                  fmt::format("the reaction '{}' is no longer part of the program", found->reaction));
  const auto the_fact = fact(found->fact_seq);
  if (!the_fact) return std::unexpected(the_fact.error());
  std::optional<Refusal> refusal;
  auto done = commit([&](RecordStore& store, Timestamp now) -> Outcome<void> {
    const auto acted = act(running->reaction, store, now, *the_fact);
    if (!acted) return std::unexpected(Refusal(acted.error()));
    const Outcome<void>& outcome = *acted;
    if (!outcome) refusal = outcome.error();
    const std::string reason = refusal ? refusal->error().message : std::string();
    const auto status =
        outcome ? writer_->run("DELETE FROM parked WHERE id = ?1", {parked_id})
                : writer_->run("UPDATE parked SET attempts = attempts + 1, reason = ?2, at = ?3 WHERE id = ?1",
                               {parked_id, reason, now.ns});
    if (!status) return std::unexpected(Refusal(status.error()));
    return {};
  });
  if (!done) return done;
  if (refusal) return std::unexpected(std::move(*refusal));
  return {};
}

}  // namespace yagura::ledger
