#include "desks/governance/organisation.hpp"

namespace yagura::desks::governance {

Diagnosed<std::unique_ptr<Organisation>> Organisation::open(ledger::Ledger& ledger,
                                                            const std::filesystem::path& catalog,
                                                            std::function<bool(std::string_view)> is_person) {
  auto book = Textbook::load(catalog / "textbook/isog-j-1.0.yaml");
  if (!book) return std::unexpected(book.error());
  auto cadences = Cadences::load(catalog / "roles/cadence.yaml", *book, ledger.types());
  if (!cadences) return std::unexpected(cadences.error());
  return std::unique_ptr<Organisation>(
      new Organisation(ledger, std::move(*book), std::move(*cadences), std::move(is_person)));
}

}  // namespace yagura::desks::governance
