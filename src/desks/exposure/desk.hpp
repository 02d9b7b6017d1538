// exposure: function E. Here the judgement of a vulnerability by the criteria in force (role E-3). It hears from and
// tells governance by facts in the journal alone.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "desks/actor.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::exposure {

/// Roles of the textbook that this desk performs.
constexpr std::array<std::string_view, 1> role_ids{"E-3"};

/// Empty members: as the record has them, else as the published facts and the assets say.
struct VulnerabilityJudgement {
  std::string damage;
  std::string ease;
  std::string importance;
  std::string class_id;  // a decision against the criteria, or where they say nothing
  int64_t priority = 0;  // with class_id; 0: as the criteria have it
  std::string reason;    // required with a class that the criteria do not give
};

class ExposureDesk {
 public:
  explicit ExposureDesk(ledger::Ledger& ledger) : ledger_(ledger) {}

  /// exposure.write: decides class and priority by the criteria in force, keeps row and edition, and writes down what
  /// the action policy asks for with its deadlines. Off the criteria without a class it is refused; with one it is
  /// told by the fact "vulnerability.judged_off_criteria". Judging again keeps what of the actions is done.
  ledger::Outcome<ledger::Record> judge(const ledger::Actor& actor, const Target& vulnerability,
                                        const VulnerabilityJudgement& judgement);

 private:
  ledger::Ledger& ledger_;
};

}  // namespace yagura::desks::exposure
