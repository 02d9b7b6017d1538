#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/anchor.hpp"
#include "ledger/journal.hpp"
#include "ledger/ledger.hpp"
#include "ledger/reader_pool.hpp"
#include "ledger/record_store.hpp"

namespace yagura::ledger {

/// The Ledger over a Database: one writing connection behind a mutex, a pool of reading ones.
class StoredLedger final : public Ledger {
 public:
  StoredLedger(std::filesystem::path folder, std::string id, RecordTypes types, Clock clock,
               std::unique_ptr<Database> writer, Anchor anchor);
  ~StoredLedger() override;

  const RecordTypes& types() const override { return types_; }
  const std::string& id() const override { return id_; }
  const Blobs& blobs() const override { return blobs_; }
  Timestamp now() const override { return clock_(); }

  Outcome<void> write(const Actor& actor, std::string_view desk,
                      const std::function<Outcome<void>(Transaction&)>& work) override;

  Outcome<Record> get(const RecordId& id) override;
  Outcome<Record> get_version(const RecordId& id, int64_t version) override;
  Outcome<RecordPage> list(const RecordQuery& query) override;
  Outcome<int64_t> count(const RecordQuery& query) override;
  Outcome<std::map<std::string, int64_t>> count_by_state(std::string_view type) override;
  Outcome<std::vector<RecordVersion>> history(const RecordId& id) override;
  Outcome<std::vector<Link>> links_from(const RecordId& id, std::string_view kind) override;
  Outcome<std::vector<Link>> links_to(const RecordId& id, std::string_view kind) override;
  Outcome<std::vector<Fact>> facts(const FactQuery& query) override;
  Outcome<Fact> fact(int64_t seq) override;
  int64_t head_seq() const override { return head_seq_.load(); }
  int64_t wait_for_fact(int64_t seq, int64_t timeout_ms) override;
  Outcome<DueList> due(Timestamp now, const DueQuery& query) override;

  Status register_reaction(Reaction reaction) override;
  Result<int64_t> run_reactions(int64_t steps_max) override;
  void start_reactions() override;
  void stop_reactions() override;
  Result<std::vector<ReactionState>> reaction_states() override;
  Result<std::vector<Parked>> parked() override;
  Outcome<void> retry_parked(int64_t parked_id) override;

  Status backup(const std::filesystem::path& to) override;

  /// Rebuilds what is derived from the types when their clocks changed; once, at opening.
  Status follow_types();

 private:
  struct Running {
    Reaction reaction;
    int64_t scanned = 0;  // every fact up to here is done with or none of this reaction's kinds
  };
  struct Turn {
    int64_t done = 0;
    std::optional<Timestamp> retry_at;
  };

  /// Holds the writer for `work` and commits: what write() and the reactions share.
  Outcome<void> commit(const std::function<Outcome<void>(RecordStore&, Timestamp now)>& work);
  Status begin();
  void published();

  Result<Turn> step(Running& running, int64_t facts_max);
  Result<Turn> take_in(Running& running, RecordStore& store, Timestamp now, int64_t facts_max);
  Result<Outcome<void>> act(const Reaction& reaction, RecordStore& store, Timestamp now, const Fact& fact);
  Status save_cursor(const std::string& name, int64_t seq, int attempts, Timestamp retry_at, std::string_view reason);
  Status failed(Running& running, int64_t seq, int attempts_before, Timestamp now, const std::string& reason);
  Result<Turn> run_all(int64_t steps_max);
  void reaction_loop();

  template <typename T>
  Outcome<T> read(const std::function<Outcome<T>(RecordStore&)>& work) {
    return readers_.read<T>([&](Database& db) {
      RecordStore store(db, types_);
      return work(store);
    });
  }

  std::filesystem::path folder_;
  std::string id_;
  RecordTypes types_;
  Clock clock_;
  Blobs blobs_;
  std::unique_ptr<Database> writer_;
  Anchor anchor_;
  Journal journal_;
  ReaderPool readers_;

  std::mutex writing_;
  std::atomic<std::thread::id> writer_thread_{};
  std::atomic<int64_t> head_seq_{0};
  std::mutex waiting_;
  std::condition_variable more_facts_;

  std::mutex reacting_;  // one runner at a time; taken before writing_
  std::vector<Running> reactions_;
  std::thread reaction_thread_;
  bool stopping_ = false;  // under waiting_
};

}  // namespace yagura::ledger
