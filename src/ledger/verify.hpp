// yagura verify: reads a ledger that nobody has open, changes nothing and names what is not as it was written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace yagura::ledger {

struct VerifyFault {
  // "fact.changed", "fact.missing", "fact.reordered", "journal.cut", "anchor.missing", "anchor.changed",
  // "version.changed", "version.missing", "version.unexplained", "record.changed", "record.missing",
  // "link.missing", "link.unexplained", "blob.changed", "blob.missing", "database.corrupt"
  std::string code;
  std::string subject;  // "fact 17", "record INC-2026-0001 version 3", "blob ab12..."
  std::string what;     // one sentence in English
};

struct VerifyReport {
  std::string ledger_id;
  int64_t facts = 0;
  int64_t records = 0;
  int64_t versions = 0;
  int64_t blobs = 0;
  std::string head_hash;
  int64_t faults_total = 0;
  std::vector<VerifyFault> faults;  // the first verify_faults_max

  bool sound() const { return faults_total == 0; }
};

constexpr size_t verify_faults_max = 1000;

/// A head that somebody wrote down elsewhere (a printout, another machine): the journal must contain it.
struct KnownHead {
  int64_t seq = 0;
  std::string hash;
};

struct VerifyOptions {
  bool blobs = true;  // false: blobs must exist but their bytes are not read
  std::optional<KnownHead> known_head;
  std::function<void(int64_t done, int64_t total)> progress;
};

/// Streams over journal, records and blobs in `folder`; a million facts take seconds. Fails only when there
/// is no ledger or it can't be read; what it finds is in the report.
Result<VerifyReport> verify(const std::filesystem::path& folder, const VerifyOptions& options = {});

}  // namespace yagura::ledger
