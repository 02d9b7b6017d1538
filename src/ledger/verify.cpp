#include "ledger/verify.hpp"
namespace yagura::ledger {
Result<VerifyReport> verify(const std::filesystem::path&, const VerifyOptions&) {
  return failure(ErrorKind::io, "x");
}
}  // namespace yagura::ledger
