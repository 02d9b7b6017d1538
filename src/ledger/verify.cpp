#include "ledger/verify.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

#include "ledger/dialect.hpp"
#include "ledger/files.hpp"
#include "ledger/journal.hpp"
#include "ledger/verifier.hpp"

namespace yagura::ledger {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int64_t progress_every = 16'384;

void promise_blob(const json::value& value, Promised& promised) {
  if (const auto* text = value.if_string(); text && text->size() == 64) promised.blobs.emplace(text->c_str());
}

/// What a fact obliges the ledger to hold.
void promise(const Fact& fact, std::string_view verb, Promised& promised) {
  if (const auto* blob = fact.body.if_contains("blob")) promise_blob(*blob, promised);
  if (const auto* blobs = fact.body.if_contains("blobs"); blobs && blobs->is_array())
    for (const auto& blob : blobs->get_array()) promise_blob(blob, promised);
  if (!fact.body.contains("record")) return;
  if (verb == "erased") promised.erased.insert(fact.subject);
  if (verb != "linked" && verb != "unlinked") return;
  const auto* kind = fact.body.if_contains("link");
  const auto* to = fact.body.if_contains("to");
  if (!kind || !to || !kind->is_string() || !to->is_string()) return;
  const std::string link = fmt::format("{} {} {}", fact.subject, kind->get_string().c_str(), to->get_string().c_str());
  if (verb == "linked")
    promised.links.insert(link);
  else
    promised.links.erase(link);
}

Status verify_journal(Database& db, ChainVerifier& chain, VersionVerifier& versions, Promised& promised,
                      VerifyReport& report, const VerifyOptions& options, FaultList& faults) {
  const auto total = db.integer("SELECT count(*) FROM facts", {});
  if (!total) return std::unexpected(total.error());
  auto rows = db.query(fmt::format("SELECT {} FROM facts ORDER BY seq", fact_columns));
  if (!rows) return std::unexpected(rows.error());
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(some.error());
    if (!*some) return {};
    const Rows& row = **rows;
    Fact fact{row.integer(0),
              Timestamp{row.integer(1)},
              std::string(row.text(2)),
              std::string(row.text(3)),
              std::string(row.text(4)),
              std::string(row.text(5)),
              {},
              std::string(row.text(7)),
              std::string(row.text(8))};
    const std::string_view body = row.text(6);
    chain.take(fact, body);
    report.facts += 1;
    if (options.progress && report.facts % progress_every == 0) options.progress(report.facts, *total);
    if (body.find("\"record\":{") == body.npos && body.find("\"blob") == body.npos) continue;
    auto parsed = parse_stored_object(body, "fact");
    if (!parsed) {
      faults.add("fact.changed", fmt::format("fact {}", fact.seq), "its body is no JSON");
      continue;
    }
    fact.body = std::move(*parsed);
    const std::string_view kind = fact.kind;
    const std::string_view verb = kind.substr(kind.rfind('.') + 1);
    promise(fact, verb, promised);
    const auto* record = fact.body.if_contains("record");
    if (!record || !record->is_object()) continue;
    const bool makes_version = verb == "created" || verb == "updated" || verb == "moved";
    if (auto status = versions.take(fact, record->get_object(), makes_version); !status) return status;
  }
}

std::optional<AnchoredHead> read_anchor(const fs::path& folder, const std::string& ledger_id, FaultList& faults) {
  const auto anchor = Anchor::open(folder, ledger_id);
  const auto head = anchor ? anchor->read() : Result<AnchoredHead>(std::unexpected(anchor.error()));
  if (head) return *head;
  const bool missing = head.error().kind == ErrorKind::not_found;
  faults.add(missing ? "anchor.missing" : "anchor.changed", anchor ? "journal.anchor" : "journal.key",
             head.error().message + ": nothing tells whether the newest facts were cut off");
  return std::nullopt;
}

Status check_pages(Database& db, FaultList& faults) {
  auto rows = db.query("PRAGMA quick_check(20)");
  if (!rows) return std::unexpected(rows.error());
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(some.error());
    if (!*some) return {};
    if ((*rows)->text(0) != "ok") faults.add("database.corrupt", "ledger.db", std::string((*rows)->text(0)));
  }
}

/// Damage that stops the reading is a finding, not a failure.
Status note_damage(Status status, FaultList& faults) {
  if (status || status.error().kind != ErrorKind::corrupt) return status;
  faults.add("database.corrupt", "ledger.db", status.error().message);
  return {};
}

Status verify_all(Database& db, const fs::path& folder, const VerifyOptions& options, VerifyReport& report) {
  FaultList faults(report);
  const auto anchor = read_anchor(folder, report.ledger_id, faults);
  if (auto status = begin_read(db); !status) return status;
  if (auto status = note_damage(check_pages(db, faults), faults); !status) return status;
  ChainVerifier chain(db, report.ledger_id, faults);
  if (anchor && anchor->seq > 0) chain.watch(anchor->seq, anchor->hash);
  if (options.known_head) chain.watch(options.known_head->seq, options.known_head->hash);
  VersionVerifier versions(db, report, faults);
  Promised promised;
  auto status = versions.start();
  if (status) status = verify_journal(db, chain, versions, promised, report, options, faults);
  if (status) status = versions.finish();
  if (status) chain.finish(anchor, options.known_head);
  report.head_hash = chain.hash();
  if (status) status = verify_records(db, promised, report, faults);
  if (status) status = verify_links(db, promised, faults);
  if (status = note_damage(std::move(status), faults); !status) return status;
  return verify_blobs(folder / "blobs", promised, options.blobs, report, faults);
}

}  // namespace

Status verify_links(Database& db, Promised& promised, FaultList& faults) {
  auto rows = db.query("SELECT from_id, kind, to_id FROM links");
  if (!rows) return std::unexpected(rows.error());
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(some.error());
    if (!*some) break;
    const std::string link = fmt::format("{} {} {}", (*rows)->text(0), (*rows)->text(1), (*rows)->text(2));
    if (promised.links.erase(link) == 0) faults.add("link.unexplained", "link " + link, "no fact tells of it");
  }
  for (const std::string& link : promised.links)
    faults.add("link.missing", "link " + link, "a fact tells of it, but it is not there");
  return {};
}

Status verify_blobs(const fs::path& folder, const Promised& promised, bool read_bytes, VerifyReport& report,
                    FaultList& faults) {
  std::error_code error;
  for (const std::string& name : promised.blobs) {
    const fs::path file = folder / name.substr(0, 2) / name.substr(2);
    if (!fs::is_regular_file(file, error)) faults.add("blob.missing", "blob " + name, "its file is not there");
  }
  if (!fs::exists(folder, error)) return {};
  for (auto entry = fs::recursive_directory_iterator(folder, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_directory() || entry->path().filename().string().starts_with(".draft-")) continue;
    const std::string name = entry->path().parent_path().filename().string() + entry->path().filename().string();
    report.blobs += 1;
    if (!entry->is_regular_file() || entry->is_symlink()) {
      faults.add("blob.changed", "blob " + name, "it is no plain file");
      continue;
    }
    if (!read_bytes) continue;
    const auto hash = hash_file(entry->path());
    if (!hash) return std::unexpected(hash.error());
    if (*hash != name) faults.add("blob.changed", "blob " + name, "its bytes are not those that gave it its name");
  }
  if (error) return failure(ErrorKind::io, fmt::format("can't list {}: {}", folder.string(), error.message()));
  return {};
}

Result<VerifyReport> verify(const fs::path& folder, const VerifyOptions& options) {
  std::error_code error;
  if (!fs::exists(folder / "ledger.db", error))
    return failure(ErrorKind::not_found, fmt::format("there is no ledger in {}", folder.string()));
  auto db = open_database(folder / "ledger.db", OpenMode::verify);
  if (!db) return std::unexpected(db.error());
  const auto form = (*db)->integer("PRAGMA user_version", {});
  if (!form) return std::unexpected(form.error());
  if (*form != schema_version)
    return failure(ErrorKind::refused,
                   fmt::format("{} has form {}, this program knows {}: open it first with the program "
                               "that belongs to it",
                               (folder / "ledger.db").string(), *form, schema_version));
  VerifyReport report;
  auto id = (*db)->text("SELECT value FROM meta WHERE key = 'ledger_id'", {});
  if (!id) return std::unexpected(id.error());
  report.ledger_id = std::move(*id);
  if (auto status = verify_all(**db, folder, options, report); !status) return std::unexpected(status.error());
  return report;
}

}  // namespace yagura::ledger
