#include "desks/governance/organisation.hpp"

namespace yagura::desks::governance {

Diagnosed<std::unique_ptr<Organisation>> Organisation::open(ledger::Ledger& ledger,
                                                            const std::filesystem::path& catalog,
                                                            std::function<bool(std::string_view)> is_person) {
  auto book = Textbook::load(catalog / "textbook/isog-j-1.0.yaml");
  if (!book) return std::unexpected(book.error());
  auto cadences = Cadences::load(catalog / "roles/cadence.yaml", *book, ledger.types());
  if (!cadences) return std::unexpected(cadences.error());
  auto staffing = load_staffing(catalog / "textbook/staffing-isog-j-1.0.yaml");
  if (!staffing) return std::unexpected(staffing.error());
  auto demand = StaffingDemand::load(catalog / "staffing/demand.yaml");
  if (!demand) return std::unexpected(demand.error());
  auto sources = WorkSources::load(catalog / "staffing/measured.yaml", *demand, ledger.types());
  if (!sources) return std::unexpected(sources.error());
  std::unique_ptr<Organisation> out(
      new Organisation(ledger, std::move(*book), std::move(*cadences), std::move(is_person)));
  out->staffing_ = std::move(*staffing);
  out->demand_ = std::move(*demand);
  out->work_sources_ = std::move(*sources);
  return out;
}

}  // namespace yagura::desks::governance
