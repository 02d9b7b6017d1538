// How often each role wants to be performed, and which facts show that it was: catalog/roles/cadence.yaml.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "desks/governance/textbook.hpp"
#include "ledger/record_types.hpp"

namespace yagura::desks::governance {

constexpr int64_t cadence_days_max = 400;

/// A fact that counts as a deed: its kind, and the move or the changed field that it must tell of (empty: any).
struct DeedRule {
  std::string kind;  // "incident.moved"
  std::string word;
};

struct RoleCadence {
  std::string role;
  int64_t every_days = 0;  // 1 to cadence_days_max
  bool on_demand = false;
  std::vector<std::string> home;  // record types that serve the role, sorted
  std::vector<DeedRule> deeds;    // never empty
};

/// The rule of the pulse and the cadence of every role.
struct Cadences {
  std::string edition;
  int periods = 4;
  int overdue_cost = 0;
  int overdue_cost_max = 0;
  std::vector<RoleCadence> roles;  // as the textbook orders them

  const RoleCadence* find(std::string_view role) const;

  /// A role of `book` that is missing, one that is given twice or unknown, a cadence that is no span of whole days, a
  /// deed of no record type is a Diagnostic with its place.
  static Diagnosed<Cadences> load(const std::filesystem::path& file, const Textbook& book,
                                  const ledger::RecordTypes& types);
};

}  // namespace yagura::desks::governance
