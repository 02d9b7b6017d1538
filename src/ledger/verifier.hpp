#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/anchor.hpp"
#include "ledger/database.hpp"
#include "ledger/fact.hpp"
#include "ledger/verify.hpp"

namespace yagura::ledger {

/// Collects faults; only the first are kept, all are counted.
class FaultList {
 public:
  explicit FaultList(VerifyReport& report) : report_(report) {}
  void add(std::string code, std::string subject, std::string what);

 private:
  VerifyReport& report_;
};

/// What the facts say must be there, gathered while the journal streams by.
struct Promised {
  std::set<std::string> erased;  // ids of records
  std::set<std::string> links;   // "from kind to"
  std::set<std::string> blobs;   // SHA-256
};

/// The journal's chain, one fact after the other.
class ChainVerifier {
 public:
  ChainVerifier(Database& db, std::string_view ledger_id, FaultList& faults);

  /// The next fact as it is stored, with its body's text.
  void take(const Fact& fact, std::string_view body);
  /// After the last fact: against the witnesses.
  void finish(const std::optional<AnchoredHead>& anchor, const std::optional<KnownHead>& known);
  /// Heads to look for while the facts pass.
  void watch(int64_t seq, std::string hash);

  int64_t seq() const { return seq_; }
  const std::string& hash() const { return hash_; }

 private:
  void name_gap(int64_t from, int64_t until, std::string_view code);
  void name_broken(const Fact& fact, std::string_view body);

  FaultList& faults_;
  int64_t last_stored_seq_ = 0;
  int64_t seq_ = 0;
  std::string hash_;
  bool trusted_ = true;     // the fact before was as it was written
  int64_t shift_ = 0;       // how far the last misplaced fact stood from its place
  int searches_left_ = 16;  // a search over all places costs a hash each
  std::vector<AnchoredHead> watched_;
};

/// Versions against the facts that tell of them, merged by the fact's number.
class VersionVerifier {
 public:
  VersionVerifier(Database& db, VerifyReport& report, FaultList& faults);
  Status start();
  /// A fact that says "record X has now version n".
  Status take(const Fact& fact, const boost::json::object& record, bool makes_version);
  Status finish();

 private:
  Status next();
  void compare(const Fact& fact, const boost::json::object& record);

  Database& db_;
  VerifyReport& report_;
  FaultList& faults_;
  std::unique_ptr<Rows> rows_;
  bool some_ = false;
};

/// Records against their last versions, and erased ones against their facts.
Status verify_records(Database& db, const Promised& promised, VerifyReport& report, FaultList& faults);
Status verify_links(Database& db, Promised& promised, FaultList& faults);
Status verify_blobs(const std::filesystem::path& folder, const Promised& promised, bool read_bytes,
                    VerifyReport& report, FaultList& faults);

}  // namespace yagura::ledger
