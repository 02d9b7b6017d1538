// The ledger: records that people decide, versioned, and the hash-chained journal of everything that was
// done to them. Not the lake: no log event ever comes here. Above it stand the desks and the API; below it
// SQLite, reached through ledger/database.hpp alone so that another database can come behind the same face.
//
// Everything that a command acknowledged is on the disk. One writer at a time, readers beside it.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "ledger/actor.hpp"
#include "ledger/blobs.hpp"
#include "ledger/clocks.hpp"
#include "ledger/query.hpp"
#include "ledger/reaction.hpp"
#include "ledger/record.hpp"
#include "ledger/record_types.hpp"
#include "ledger/refusal.hpp"
#include "ledger/transaction.hpp"

namespace yagura::ledger {

/// What lies in a data folder: ledger.db, blobs/, journal.anchor, journal.key.
class Ledger {
 public:
  /// Opens or makes the ledger in `folder`. Several processes may have it open; their writers take turns.
  /// `corrupt` when the head of the journal does not fit its anchor; `refused` when a newer program wrote it.
  static Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& folder, RecordTypes types,
                                              Clock clock = system_now, IdSource ids = random_ids());
  virtual ~Ledger() = default;

  virtual const RecordTypes& types() const = 0;
  virtual const std::string& id() const = 0;
  virtual const Blobs& blobs() const = 0;
  virtual Timestamp now() const = 0;

  /// Runs `work` alone among writers and commits when it gives a value: durable when write() returns. With a
  /// Refusal, or when the commit fails (`io`), nothing happened. Never call it from inside `work`.
  virtual Outcome<void> write(const Actor& actor, std::string_view desk,
                              const std::function<Outcome<void>(Transaction&)>& work) = 0;

  // One command, one transaction.
  Outcome<Record> create(const Actor& actor, std::string_view desk, std::string_view type, boost::json::object body);
  Outcome<Record> update(const Actor& actor, std::string_view desk, const RecordId& id, int64_t expected_version,
                         boost::json::object changes);
  Outcome<Record> move(const Actor& actor, std::string_view desk, const RecordId& id, int64_t expected_version,
                       std::string_view move, boost::json::object changes = {});
  Outcome<Fact> append_fact(const Actor& actor, std::string_view desk, std::string_view kind, std::string_view subject,
                            boost::json::object body);

  // Reading: a consistent view each, beside any writer. No permission is checked here; the caller asks
  // may_read() and shows visible_body() (ledger/visibility.hpp).
  virtual Outcome<Record> get(const RecordId& id) = 0;
  virtual Outcome<Record> get_version(const RecordId& id, int64_t version) = 0;
  virtual Outcome<RecordPage> list(const RecordQuery& query) = 0;
  virtual Outcome<int64_t> count(const RecordQuery& query) = 0;
  /// How many records stand in each state of the type.
  virtual Outcome<std::map<std::string, int64_t>> count_by_state(std::string_view type) = 0;
  virtual Outcome<std::vector<RecordVersion>> history(const RecordId& id) = 0;
  virtual Outcome<std::vector<Link>> links_from(const RecordId& id, std::string_view kind = {}) = 0;
  virtual Outcome<std::vector<Link>> links_to(const RecordId& id, std::string_view kind = {}) = 0;
  virtual Outcome<std::vector<Fact>> facts(const FactQuery& query) = 0;
  virtual Outcome<Fact> fact(int64_t seq) = 0;
  virtual int64_t head_seq() const = 0;
  /// Waits until a fact after `seq` is there or `timeout_ms` are over; the head's seq then.
  virtual int64_t wait_for_fact(int64_t seq, int64_t timeout_ms) = 0;

  /// Clocks, reviews and retention of the records, measured at `now`: ledger/clocks.hpp.
  virtual Outcome<DueList> due(Timestamp now, const DueQuery& query = {}) = 0;

  // Reactions. Register all of them before the first run.
  virtual Status register_reaction(Reaction reaction) = 0;
  /// Steps every reaction until none has anything left that is due; how many facts were taken in or parked.
  /// At most `steps_max`: two reactions that answer each other would go on for ever.
  virtual Result<int64_t> run_reactions(int64_t steps_max = 1'000'000) = 0;
  /// A thread that does the same whenever facts arrive or a retry is due, until stop_reactions().
  virtual void start_reactions() = 0;
  virtual void stop_reactions() = 0;
  virtual Result<std::vector<ReactionState>> reaction_states() = 0;
  virtual Result<std::vector<Parked>> parked() = 0;
  /// Tries a parked fact once more, out of its order; on failure it stays parked and the Refusal says why.
  virtual Outcome<void> retry_parked(int64_t parked_id) = 0;

  /// A copy of everything in the new folder `to`, taken while work goes on: ledger/backup.hpp.
  virtual Status backup(const std::filesystem::path& to) = 0;
};

}  // namespace yagura::ledger
