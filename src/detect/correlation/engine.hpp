// Correlations over the matches of all sources: takes offers, keeps the state of every group, gives findings.
// docs/correlation.md says what each correlation means and when it fires. Not thread-safe: whoever shares one holds a
// lock around it; making offers, which is most of the work, is done outside.
//
//   Engine engine;
//   engine.use(rules);
//   OfferReader reader(rules, engine.key());       // one a thread
//   reader.read(batch, matches, uids, offers);
//   engine.take(offers, to_arrival(now.ns), findings);
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "detect/correlation/bytes.hpp"
#include "detect/correlation/offers.hpp"
#include "detect/correlation/table.hpp"
#include "detect/finding.hpp"
#include "detect/rule_set.hpp"

namespace yagura::detect::correlation {

/// An event may arrive so much later than those that it belongs with.
constexpr uint32_t lateness_seconds_default = 3600;
constexpr uint64_t state_bytes_max_default = 256ULL << 20;
constexpr uint64_t groups_max_default = 4'000'000;
constexpr size_t told_max = 65'536;  // firings of inner correlations whose events are remembered for outer ones

struct Limits {
  uint32_t lateness_seconds = lateness_seconds_default;
  uint64_t bytes_max = state_bytes_max_default;
  uint64_t groups_max = groups_max_default;
};

class Engine {
 public:
  /// The key is drawn at random.
  explicit Engine(const Limits& limits = {});
  Engine(const Limits& limits, const HashKey& key) : limits_(limits), key_(key) {}

  const HashKey& key() const { return key_; }
  const Totals& totals() const { return totals_; }
  const RuleSet* rules() const { return rules_.get(); }

  /// The set in force from now on. State of correlations that it holds unchanged (Set::fingerprint) stays, that of
  /// others goes.
  void use(std::shared_ptr<const RuleSet> rules);

  /// Takes what one batch offers, at `arrival` (to_arrival), and adds what fires to `findings`. Arrivals never go back:
  /// an earlier one counts as the last. Offers of another set than that in force count for what both hold. An event
  /// that is offered again changes nothing, as long as it is remembered.
  void take(const Offers& offers, uint32_t arrival, std::vector<Finding>& findings);
  /// The same of one of the offers, which must be of the set in force.
  void take(const Offers& offers, size_t offer, uint32_t arrival, std::vector<Finding>& findings);

  /// The arrival that take() will count, and the offers, as bytes that replay() understands.
  std::string encode(const Offers& offers, uint32_t arrival) const;
  /// What take() did. `corrupt` when the bytes are no record; nothing is changed then.
  Status replay(std::string_view record, std::vector<Finding>& findings);

  /// The state of every correlation.
  std::string save() const;
  /// In place of the current state, for the set in force; what the set does not hold any more is left out. `corrupt`
  /// when the bytes are no state: the engine is empty then.
  Status load(std::string_view state);

  /// Memory and number of live groups of one correlation, for benches and tests.
  const Table* table(uint32_t correlation) const { return tables_[correlation].get(); }

 private:
  struct Told {
    std::vector<Uid> events;
    uint32_t arrival = 0;
  };
  struct UidHash {
    size_t operator()(const Uid& uid) const { return uid.high ^ uid.low; }
  };

  std::shared_ptr<Table> make_table(const Set& set, uint32_t correlation);
  void take_one(const Offers& offers, const Offer& offer, const std::vector<uint32_t>& numbers,
                std::vector<Finding>& findings);
  void process(const Offers& offers, const Offer& offer, uint32_t reading, int64_t time,
               const std::vector<uint32_t>& numbers, uint32_t arrival, std::vector<Finding>& findings);
  Finding make_finding(const Offers& offers, const Offer& offer, const Reading& reading, uint32_t correlation,
                       const Hold& hold) const;
  void remember(const Uid& uid, const Hold& hold, uint32_t arrival);
  void expand(const std::vector<Uid>& from, std::vector<std::string>& into) const;
  void keep_within_limits();
  void load_table(BytesIn& in, Table* table) const;

  Limits limits_;
  HashKey key_;
  Totals totals_;  // before the tables, which take themselves out of it
  std::shared_ptr<const RuleSet> rules_;
  std::vector<std::shared_ptr<Table>> tables_;  // by correlation of the set in force
  std::unordered_map<Uid, Told, UidHash> told_;
  std::deque<Uid> told_order_;
  uint32_t last_arrival_ = 0;
};

}  // namespace yagura::detect::correlation
