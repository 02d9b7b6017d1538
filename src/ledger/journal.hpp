#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "ledger/database.hpp"
#include "ledger/fact.hpp"
#include "ledger/query.hpp"
#include "ledger/refusal.hpp"

namespace yagura::ledger {

/// The end of the chain.
struct Head {
  int64_t seq = 0;
  std::string hash;
  Timestamp time;
};

/// Adds to the chain within the writer's transaction.
class Journal {
 public:
  Journal(Database& db, std::string ledger_id) : db_(db), ledger_id_(std::move(ledger_id)) {}

  /// Reads the head that is stored; first thing in each transaction, since another process may write too.
  Status start();
  /// Takes time, actor, desk, kind, subject and body of `fact` and fills in the rest. The time is moved up to
  /// the head's when the clock went back.
  Result<Fact> append(Fact fact);

  const Head& head() const { return head_; }
  /// Back to a head of before, when the facts since then were undone.
  void rewind(Head head) { head_ = std::move(head); }

 private:
  Database& db_;
  std::string ledger_id_;
  Head head_;
};

/// The stored head; seq 0 and the genesis hash in an empty journal.
Result<Head> read_head(Database& db, std::string_view ledger_id);

/// The columns that read_fact() takes, in their order.
constexpr std::string_view fact_columns = "seq, time, actor, desk, kind, subject, body, prev_hash, hash";
Result<Fact> read_fact(const Rows& rows);

/// Facts of a query; `invalid` when its limit is out of 1..page_facts_max or a kind is malformed.
Outcome<std::vector<Fact>> find_facts(Database& db, const FactQuery& query);

/// SQL that holds for a row of facts whose kind is one of `kinds` ("incident.*" is a prefix). Every kind is
/// checked, so nothing foreign enters the text; empty `kinds` give "1".
Result<std::string> kinds_condition(const std::vector<std::string>& kinds);

/// "word.word", small letters, digits and _; at most 128 bytes.
bool is_fact_kind(std::string_view kind);

/// `text` as a JSON object; `corrupt` when it isn't one.
Result<boost::json::object> parse_stored_object(std::string_view text, std::string_view what);

}  // namespace yagura::ledger
