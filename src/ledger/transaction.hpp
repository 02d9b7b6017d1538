#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/actor.hpp"
#include "ledger/blobs.hpp"
#include "ledger/fact.hpp"
#include "ledger/query.hpp"
#include "ledger/record.hpp"
#include "ledger/record_types.hpp"
#include "ledger/refusal.hpp"

namespace yagura::ledger {

class Journal;
class RecordStore;

/// Several changes that become true together or not at all. Handed out by Ledger::write and to reactions;
/// never kept. A command that gives a Refusal has changed nothing, and the others of the transaction still
/// stand: the caller decides whether to go on or to return the Refusal, which undoes everything.
class Transaction {
 public:
  Transaction(RecordStore& store, Journal& journal, const RecordTypes& types, const Actor& actor, std::string desk,
              Timestamp now);

  const Actor& actor() const { return actor_; }
  const std::string& desk() const { return desk_; }
  Timestamp now() const { return now_; }
  const RecordTypes& types() const { return types_; }

  /// A new record in the type's initial state, version 1. Needs permissions.create.
  Outcome<Record> create(std::string_view type, boost::json::object body);

  /// The fields of `changes` replace those of the body, null takes one away. `conflict` when the record is
  /// no longer at `expected_version`. Without any difference nothing is written and the record comes back
  /// as it is. Needs permissions.update; a locked state refuses.
  Outcome<Record> update(const RecordId& id, int64_t expected_version, boost::json::object changes);

  /// Passes the move `move`, changing fields as update() does in the same version. A refusal lists all that
  /// is missing: "move.not_from_state", "move.missing_field" for each field, "move.not_permitted",
  /// "move.same_person".
  Outcome<Record> move(const RecordId& id, int64_t expected_version, std::string_view move,
                       boost::json::object changes = {});

  /// Both records must exist. The same link twice is one link and one fact (false: it was there already).
  /// Needs permissions.update of the type of `from`.
  Outcome<bool> link(const RecordId& from, std::string_view kind, const RecordId& to);
  /// False when there was no such link.
  Outcome<bool> unlink(const RecordId& from, std::string_view kind, const RecordId& to);

  /// Ties a stored blob to a record: a fact with its hash and size, and `name` as the file is called.
  Outcome<void> attach(const RecordId& id, const BlobRef& blob, std::string_view name, std::string_view media_type);

  /// Removes the content of every version after retention or by law; the fact says who and why. Only in a
  /// final state or of a system actor.
  Outcome<void> erase(const RecordId& id, std::string_view why);

  /// A fact that changes no record. `invalid` when the kind is not dotted lower case, the body holds the
  /// reserved key "record" or is longer than fact_body_bytes_max.
  Outcome<Fact> append_fact(std::string_view kind, std::string_view subject, boost::json::object body);

  /// As this transaction sees them, its own changes included.
  Outcome<Record> get(const RecordId& id);
  Outcome<RecordPage> list(const RecordQuery& query);
  Outcome<std::vector<Link>> links_from(const RecordId& id, std::string_view kind = {});
  Outcome<std::vector<Link>> links_to(const RecordId& id, std::string_view kind = {});

  /// A small value of a desk's own, kept in the ledger beside the records and changed with them (a policy's
  /// cache, a counter). Not audited: what must be proved is a fact or a record. Empty text removes it.
  Outcome<std::optional<std::string>> note(std::string_view key);
  Outcome<void> set_note(std::string_view key, std::string_view value);

  /// A failure of the database below, after which nothing of this transaction may be committed.
  const std::optional<Error>& broken() const { return broken_; }

 private:
  struct Draft;  // a record on its way to its next version

  Outcome<Draft> open_draft(const RecordId& id, int64_t expected_version);
  std::vector<Reason> apply(Draft& draft, boost::json::object changes);
  Outcome<Record> store(Draft& draft, const Move* move);
  void check_move(const Draft& draft, const Move& move, std::vector<std::string> changed, std::vector<Reason>& reasons);
  void check_conditions(const boost::json::object& body, const Move& move, std::vector<Reason>& reasons);
  std::vector<Reason> missing_references(const RecordType& type, const boost::json::object& body,
                                         const std::vector<std::string>& fields);
  Outcome<Fact> record_fact(const RecordType& type, const Record& record, std::string_view verb,
                            boost::json::object body);
  Outcome<bool> change_link(const RecordId& from, std::string_view kind, const RecordId& to, bool make);
  std::unexpected<Refusal> fail(Error error);

  RecordStore& store_;
  Journal& journal_;
  const RecordTypes& types_;
  const Actor& actor_;
  std::string desk_;
  Timestamp now_;
  std::optional<Error> broken_;
};

constexpr size_t fact_body_bytes_max = 64 << 10;
constexpr size_t note_bytes_max = 64 << 10;
constexpr size_t links_max = 10'000;  // handed out for one record in one direction

}  // namespace yagura::ledger
