// tooling: function G. Here the rules that the organisation itself writes and puts in force, and those of others that
// it takes out of force (role G-6). How a rule is read and matched is detect's matter, how sets are swapped pipeline's.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "desks/actor.hpp"
#include "desks/tooling/rule_files.hpp"
#include "detect/rule_set.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::tooling {

constexpr int64_t own_rules_max = ledger::page_records_max;  // in force at a time
constexpr size_t rule_faults_told_max = 50;

/// How the rules on the disk come into force, and whether a rule stands its samples: handed in from above.
struct RuleBench {
  std::function<detect::LoadReport()> reload;  // reads what changed; what it gives is in force
  /// The samples that failed, in words; empty: it stands them.
  std::function<std::vector<std::string>(const std::string& yaml, const std::string& samples)> failed_samples;
};

/// A rule of one's own with the id of one from elsewhere has its place as long as it is in force.
/// Every command needs tooling.write and a reason. A text that is broken is refused ("tooling.rule.rejected", each
/// fault with its place) and everything stays as it was: it is tried among all the other rules before its record is
/// written. When a command returns, the rules are in force, durable, and the journal tells who, what and why.
class RuleDesk {
 public:
  RuleDesk(ledger::Ledger& ledger, RuleFiles files, std::shared_ptr<const detect::Taxonomy> taxonomy, RuleBench bench);

  /// Makes the files as the records have them; before rules are first read. Cost: a read of each file.
  static Status lay_out(ledger::Ledger& ledger, const RuleFiles& files);

  ledger::Outcome<ledger::Record> put(const ledger::Actor& actor, const RuleText& text, const std::string& why);
  /// Another text for a rule that is there; one that was taken out comes into force again.
  ledger::Outcome<ledger::Record> replace(const ledger::Actor& actor, const Target& rule, const RuleText& text,
                                          const std::string& why);
  ledger::Outcome<ledger::Record> withdraw(const ledger::Actor& actor, const Target& rule, const std::string& why);
  ledger::Outcome<ledger::Record> restore(const ledger::Actor& actor, const Target& rule, const std::string& why);

  /// Takes a rule that somebody else wrote (one in force from the product's or the configuration's folders) out of
  /// force; the record is one a rule, `out_of_force` now. Refused as not_found when no such rule is in force, and when
  /// it is one of our own.
  ledger::Outcome<ledger::Record> withdraw_shipped(const ledger::Actor& actor, const std::string& rule_id,
                                                   const std::string& why);
  ledger::Outcome<ledger::Record> restore_shipped(const ledger::Actor& actor, const Target& withdrawal,
                                                  const std::string& why);

 private:
  using Change = std::function<ledger::Outcome<ledger::Record>(ledger::Transaction&)>;

  ledger::Outcome<boost::json::object> body_of(const RuleText& text, const std::string& why) const;
  ledger::Outcome<ledger::Record> run(const ledger::Actor& actor, const Change& change);
  ledger::Outcome<void> try_out(const ledger::Record& record);

  ledger::Ledger& ledger_;
  RuleFiles files_;
  std::shared_ptr<const detect::Taxonomy> taxonomy_;
  RuleBench bench_;
};

}  // namespace yagura::desks::tooling
