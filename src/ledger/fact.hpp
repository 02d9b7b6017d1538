// A fact of the journal: what happened, who did it, and the hash that chains it to the fact before. The
// canonical form that is hashed is an on-disk promise: docs/decisions/journal-hash.md.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace yagura::ledger {

/// The ledger itself writes one fact for each change of a record: kind "<type>.created", "<type>.updated",
/// "<type>.moved", "<type>.linked", "<type>.unlinked", "<type>.attached", "<type>.erased"; subject is the
/// record's id and body["record"] = {type, version, state, sha256}, beside it "changed" (names of fields),
/// for a move "move", "from", "to", for links "link" and "to", for an attachment "blob" (its SHA-256). The key
/// "record" is reserved. Whatever fact names a blob in "blob" or "blobs", verify() wants that blob there.
struct Fact {
  int64_t seq = 0;  // from 1, without gaps
  Timestamp time;   // never before the fact before it
  std::string actor;
  std::string desk;
  std::string kind;     // dotted: "incident.moved", "session.refused"
  std::string subject;  // a record's id or "<what>:<id>"; may be empty
  boost::json::object body;
  std::string prev_hash;
  std::string hash;  // 64 lower-case hexadecimal characters
};

/// Where a journal starts: the prev_hash of fact 1 in the ledger of that id.
std::string genesis_hash(std::string_view ledger_id);

/// The hash of a fact whose body is `canonical_body`; fact.body and fact.hash are not read.
std::string fact_hash(const Fact& fact, std::string_view canonical_body);

/// JSON with keys sorted by bytes, no white space, numbers with 15 significant digits (integers with all), the shortest
/// escapes: equal values give equal bytes, and parsing the bytes and writing them again gives the same bytes.
std::string canonical_json(const boost::json::value& value);

/// `utf8` as a canonical JSON string, quotes included, added to `out`.
void append_json_text(std::string_view utf8, std::string& out);

}  // namespace yagura::ledger
