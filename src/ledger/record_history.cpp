// The reading half of RecordStore that looks back: versions, authors, links.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <set>

#include "ledger/journal.hpp"
#include "ledger/record_store.hpp"
#include "ledger/transaction.hpp"

namespace yagura::ledger {
namespace {

constexpr std::string_view version_columns =
    "versions.version, versions.state, versions.move, versions.body, versions.by, versions.at, versions.fact_seq, "
    "versions.changed";

Result<RecordVersion> read_version(const Rows& rows, const RecordId& id) {
  RecordVersion version;
  version.version = rows.integer(0);
  version.state = rows.text(1);
  version.move = rows.text(2);
  auto body = parse_stored_object(rows.text(3), fmt::format("version {} of {}", version.version, id.value));
  if (!body) return std::unexpected(body.error());
  version.body = std::move(*body);
  version.by = rows.text(4);
  version.at = Timestamp{rows.integer(5)};
  version.fact_seq = rows.integer(6);
  boost::system::error_code error;
  const std::string_view list = rows.text(7);
  const auto changed = boost::json::parse(boost::json::string_view(list.data(), list.size()), error);
  if (error || !changed.is_array())
    return failure(ErrorKind::corrupt, fmt::format("version {} of {} is damaged", version.version, id.value));
  for (const auto& name : changed.get_array())
    if (name.is_string()) version.changed.emplace_back(name.get_string().c_str());
  return version;
}

Result<std::vector<RecordVersion>> read_versions(Result<std::unique_ptr<Rows>> rows, const RecordId& id) {
  if (!rows) return std::unexpected(rows.error());
  std::vector<RecordVersion> versions;
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(some.error());
    if (!*some) return versions;
    auto version = read_version(**rows, id);
    if (!version) return std::unexpected(version.error());
    versions.push_back(std::move(*version));
  }
}

}  // namespace

Result<std::vector<RecordVersion>> RecordStore::history(const RecordId& id) {
  return read_versions(db_.query(fmt::format("SELECT {} FROM versions JOIN records ON records.num = versions.num "
                                             "WHERE records.id = ?1 ORDER BY versions.version",
                                             version_columns),
                                 {id.value}),
                       id);
}

Result<std::optional<RecordVersion>> RecordStore::version(const RecordId& id, int64_t version) {
  auto found = read_versions(db_.query(fmt::format("SELECT {} FROM versions JOIN records ON records.num = versions.num "
                                                   "WHERE records.id = ?1 AND versions.version = ?2",
                                                   version_columns),
                                       {id.value, version}),
                             id);
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

Result<std::vector<std::string>> RecordStore::authors_since(int64_t num, const std::vector<std::string>& moves) {
  const std::set<std::string> approvals(moves.begin(), moves.end());
  auto rows = db_.query("SELECT by, move, changed FROM versions WHERE num = ?1 ORDER BY version DESC", {num});
  if (!rows) return std::unexpected(rows.error());
  std::set<std::string> authors;
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(some.error());
    if (!*some || approvals.contains(std::string((*rows)->text(1)))) break;
    if ((*rows)->text(2) != "[]") authors.emplace((*rows)->text(0));
  }
  return std::vector<std::string>(authors.begin(), authors.end());
}

Result<bool> RecordStore::has_link(const Link& link) {
  const auto count = db_.integer("SELECT count(*) FROM links WHERE from_id = ?1 AND kind = ?2 AND to_id = ?3",
                                 {link.from.value, link.kind, link.to.value});
  if (!count) return std::unexpected(count.error());
  return *count > 0;
}

Result<bool> RecordStore::link(const Link& link, int64_t fact_seq) {
  const auto status =
      db_.run("INSERT OR IGNORE INTO links(from_id, kind, to_id, by, at, fact_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
              {link.from.value, link.kind, link.to.value, link.by, link.at.ns, fact_seq});
  if (!status) return std::unexpected(status.error());
  return db_.rows_changed() > 0;
}

Result<bool> RecordStore::unlink(const Link& link) {
  const auto status = db_.run("DELETE FROM links WHERE from_id = ?1 AND kind = ?2 AND to_id = ?3",
                              {link.from.value, link.kind, link.to.value});
  if (!status) return std::unexpected(status.error());
  return db_.rows_changed() > 0;
}

Result<std::vector<Link>> RecordStore::links(bool outgoing, const RecordId& id, std::string_view kind) {
  auto rows = db_.query(fmt::format("SELECT from_id, kind, to_id, by, at FROM links WHERE {} = ?1 AND (?2 = '' OR "
                                    "kind = ?2) ORDER BY kind, at, from_id, to_id LIMIT {}",
                                    outgoing ? "from_id" : "to_id", links_max),
                        {id.value, kind});
  if (!rows) return std::unexpected(rows.error());
  std::vector<Link> links;
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(some.error());
    if (!*some) return links;
    const Rows& row = **rows;
    links.push_back({RecordId{std::string(row.text(0))}, std::string(row.text(1)), RecordId{std::string(row.text(2))},
                     std::string(row.text(3)), Timestamp{row.integer(4)}});
  }
}

}  // namespace yagura::ledger
