// links: yagura_ledger
// A record type file from anywhere: it loads or is refused with diagnostics that name a place in it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.hpp"
#include "ledger/record_types.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace yagura;
  constexpr size_t bytes_max = 64 << 10;
  if (size > bytes_max) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto type = ledger::parse_record_type(text, "fuzz.yaml");
  if (!type) {
    check(!type.error().empty(), "a refused file is told why");
    for (const Diagnostic& fault : type.error())
      check(!fault.code.empty() && !fault.what.empty() && fault.file == "fuzz.yaml",
            "a diagnostic says what and where");
    return 0;
  }
  check(type->initial_state().initial && !type->fields.empty(), "a loaded type can hold a record");
  return 0;
}
