// The organisation as the catalogue and the ledger tell of it together: the textbook's roles, who has them, whether
// they are performed, how it is staffed.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include "base/diagnostic.hpp"
#include "desks/governance/cadence.hpp"
#include "desks/governance/measured_demand.hpp"
#include "desks/governance/pulse.hpp"
#include "desks/governance/staffing_table.hpp"
#include "desks/governance/textbook.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

class Organisation {
 public:
  /// Reads textbook/, roles/ and staffing/ of `catalog`. `is_person` says whether an actor ("user:sato") is one:
  /// accounts of programs are not. `ledger` outlives it.
  static Diagnosed<std::unique_ptr<Organisation>> open(
      ledger::Ledger& ledger, const std::filesystem::path& catalog,
      std::function<bool(std::string_view actor)> is_person = [](std::string_view) { return true; });

  Organisation(const Organisation&) = delete;
  Organisation& operator=(const Organisation&) = delete;

  const Textbook& book() const { return book_; }
  const Cadences& cadences() const { return cadences_; }
  Pulse& pulse() { return pulse_; }
  /// The textbook's table by level, what arrives by the catalogue's example, and which records tell of it.
  const std::map<int, StaffingLevel>& staffing() const { return staffing_; }
  const StaffingDemand& demand() const { return demand_; }
  const WorkSources& work_sources() const { return work_sources_; }

 private:
  Organisation(ledger::Ledger& ledger, Textbook book, Cadences cadences,
               std::function<bool(std::string_view)> is_person)
      : book_(std::move(book)),
        cadences_(std::move(cadences)),
        pulse_(ledger, book_, cadences_, std::move(is_person)) {}

  Textbook book_;
  Cadences cadences_;
  Pulse pulse_;
  std::map<int, StaffingLevel> staffing_;
  StaffingDemand demand_;
  WorkSources work_sources_;
};

}  // namespace yagura::desks::governance
