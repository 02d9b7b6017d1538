#include "ledger/ledger.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

#include "ledger/anchor.hpp"
#include "ledger/dialect.hpp"
#include "ledger/files.hpp"
#include "ledger/journal.hpp"
#include "ledger/stored_ledger.hpp"

namespace yagura::ledger {
namespace {

/// The ledger's id, made when the database is new.
Result<std::string> read_or_make_id(Database& db, const IdSource& ids) {
  if (auto status = begin_write(db); !status) return std::unexpected(status.error());
  auto id = db.text("SELECT value FROM meta WHERE key = 'ledger_id'", {});
  if (id && id->empty()) {
    id = ids();
    if (auto status = db.run("INSERT INTO meta(key, value) VALUES ('ledger_id', ?1)", {*id}); !status)
      id = std::unexpected(status.error());
  }
  if (auto status = db.run("COMMIT"); !status) {
    (void)db.run("ROLLBACK");
    return std::unexpected(status.error());
  }
  return id;
}

/// The cheap look at opening: the anchored head must stand in the journal. What it can't see, verify() does.
Result<Anchor> open_anchor(Database& db, const std::filesystem::path& folder, const std::string& id) {
  const auto head = read_head(db, id);
  if (!head) return std::unexpected(head.error());
  if (head->seq == 0 && !std::filesystem::exists(folder / "journal.anchor"))
    return Anchor::create(folder, id, {0, genesis_hash(id)});
  const auto doubtful = [&](const std::string& what) {
    return failure(ErrorKind::corrupt, fmt::format("{}: {}; run yagura verify, then restore a backup",
                                                   (folder / "ledger.db").string(), what));
  };
  auto anchor = Anchor::open(folder, id);
  if (!anchor) return doubtful(anchor.error().message);
  const auto anchored = anchor->read();
  if (!anchored) return doubtful(anchored.error().message);
  if (anchored->seq > head->seq)
    return doubtful(fmt::format("the journal ends at fact {}, but had come to {}", head->seq, anchored->seq));
  const auto hash = anchored->seq == 0 ? Result<std::string>(genesis_hash(id))
                                       : db.text("SELECT hash FROM facts WHERE seq = ?1", {anchored->seq});
  if (!hash) return std::unexpected(hash.error());
  if (*hash != anchored->hash) return doubtful(fmt::format("fact {} is not the one that was anchored", anchored->seq));
  return anchor;
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(const std::filesystem::path& folder, RecordTypes types, Clock clock,
                                             IdSource ids) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return failure(ErrorKind::io, fmt::format("can't make {}: {}", folder.string(), error.message()));
  auto db = open_database(folder / "ledger.db", OpenMode::write);
  if (!db) return std::unexpected(db.error());
  if (auto status = migrate(**db); !status) return std::unexpected(status.error());
  const auto id = read_or_make_id(**db, ids);
  if (!id) return std::unexpected(id.error());
  auto anchor = open_anchor(**db, folder, *id);
  if (!anchor) return std::unexpected(anchor.error());
  if (auto status = index_fields(**db, types); !status) return std::unexpected(status.error());
  if (auto status = sync_folder(folder); !status) return std::unexpected(status.error());
  auto ledger = std::make_unique<StoredLedger>(folder, *id, std::move(types), std::move(clock), std::move(*db),
                                               std::move(*anchor));
  if (auto status = ledger->follow_types(); !status) return std::unexpected(status.error());
  return ledger;
}

Outcome<Record> Ledger::create(const Actor& actor, std::string_view desk, std::string_view type,
                               boost::json::object body) {
  Outcome<Record> record;
  const auto done = write(actor, desk, [&](Transaction& tx) -> Outcome<void> {
    record = tx.create(type, std::move(body));
    if (!record) return std::unexpected(record.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return record;
}

Outcome<Record> Ledger::update(const Actor& actor, std::string_view desk, const RecordId& id, int64_t expected_version,
                               boost::json::object changes) {
  Outcome<Record> record;
  const auto done = write(actor, desk, [&](Transaction& tx) -> Outcome<void> {
    record = tx.update(id, expected_version, std::move(changes));
    if (!record) return std::unexpected(record.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return record;
}

Outcome<Record> Ledger::move(const Actor& actor, std::string_view desk, const RecordId& id, int64_t expected_version,
                             std::string_view move, boost::json::object changes) {
  Outcome<Record> record;
  const auto done = write(actor, desk, [&](Transaction& tx) -> Outcome<void> {
    record = tx.move(id, expected_version, move, std::move(changes));
    if (!record) return std::unexpected(record.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return record;
}

Outcome<Fact> Ledger::append_fact(const Actor& actor, std::string_view desk, std::string_view kind,
                                  std::string_view subject, boost::json::object body) {
  Outcome<Fact> fact;
  const auto done = write(actor, desk, [&](Transaction& tx) -> Outcome<void> {
    fact = tx.append_fact(kind, subject, std::move(body));
    if (!fact) return std::unexpected(fact.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return fact;
}

}  // namespace yagura::ledger
