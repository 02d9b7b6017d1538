// Rows of records, versions, links and what is derived from them. Knows the tables, not the rules.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ledger/database.hpp"
#include "ledger/record.hpp"
#include "ledger/record_types.hpp"
#include "ledger/refusal.hpp"

namespace yagura::ledger {

/// A record with its row number: the number is the order of creation.
struct StoredRecord {
  int64_t num = 0;
  Record record;
};

/// A version about to be written.
struct VersionRow {
  std::string move;
  std::string canonical_body;
  int64_t fact_seq = 0;
  std::vector<std::string> changed;
};

class RecordStore {
 public:
  RecordStore(Database& db, const RecordTypes& types) : db_(db), types_(types) {}

  Database& database() { return db_; }

  Result<std::optional<StoredRecord>> find(const RecordId& id);
  Result<bool> exists(const RecordId& id);

  /// "INC-2026-0001" for the next record of that prefix in the year of `now`.
  Result<RecordId> take_id(const RecordType& type, Timestamp now);

  /// A new record with its first version, searchable and with its clocks started.
  Status insert(const RecordType& type, const Record& record, const VersionRow& version);
  /// The record's next version.
  Status advance(const RecordType& type, const StoredRecord& stored, const VersionRow& version);
  /// Blanks the content of every version.
  Status erase(const RecordType* type, const StoredRecord& stored);

  Result<std::vector<RecordVersion>> history(const RecordId& id);
  Result<std::optional<RecordVersion>> version(const RecordId& id, int64_t version);
  /// Who wrote content since the last version that came by one of `moves`; that version left out.
  Result<std::vector<std::string>> authors_since(int64_t num, const std::vector<std::string>& moves);

  Result<bool> link(const Link& link, int64_t fact_seq);
  Result<bool> has_link(const Link& link);
  Result<bool> unlink(const Link& link);
  Result<std::vector<Link>> links(bool outgoing, const RecordId& id, std::string_view kind);

  /// Starts and ends the clocks of a record that has entered `state` at `at`.
  Status step_clocks(const RecordType& type, int64_t num, std::string_view state, Timestamp at);

 private:
  Status add_version(int64_t num, const Record& record, const VersionRow& version);
  Status index(const RecordType& type, int64_t num, const Record& record, bool fresh);
  Status index_lists(const RecordType& type, int64_t num, const Record& record);

  Database& db_;
  const RecordTypes& types_;
};

constexpr std::string_view record_columns =
    "records.num, records.id, records.type, records.version, records.state, records.state_since, records.body, "
    "records.created_by, records.created_at, records.updated_by, records.updated_at, records.erased";

/// A row of record_columns.
Result<StoredRecord> read_record(const Rows& rows);

/// A JSON list of names, as versions keep it.
std::string to_json_list(const std::vector<std::string>& names);

}  // namespace yagura::ledger
