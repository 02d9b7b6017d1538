#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

#include "base/digest.hpp"
#include "ledger/verifier.hpp"

namespace yagura::ledger {
namespace {

std::string version_name(std::string_view record, int64_t version) {
  return fmt::format("record {} version {}", record, version);
}

std::string_view text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(boost::json::string_view(key.data(), key.size()));
  if (!value || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

int64_t integer_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(boost::json::string_view(key.data(), key.size()));
  return value && value->is_int64() ? value->get_int64() : -1;
}

}  // namespace

VersionVerifier::VersionVerifier(Database& db, VerifyReport& report, FaultList& faults)
    : db_(db), report_(report), faults_(faults) {}

Status VersionVerifier::start() {
  auto rows = db_.query(
      "SELECT versions.fact_seq, coalesce(records.id, ''), versions.version, versions.state, versions.move, "
      "versions.body, versions.by, versions.at, coalesce(records.erased, 0), versions.num FROM versions "
      "LEFT JOIN records ON records.num = versions.num ORDER BY versions.fact_seq");
  if (!rows) return std::unexpected(rows.error());
  rows_ = std::move(*rows);
  return next();
}

Status VersionVerifier::next() {
  const auto some = rows_->next();
  if (!some) return std::unexpected(some.error());
  some_ = *some;
  report_.versions += some_ ? 1 : 0;
  return {};
}

void VersionVerifier::compare(const Fact& fact, const boost::json::object& record) {
  const std::string_view id = rows_->text(1);
  const std::string name = version_name(fact.subject, integer_of(record, "version"));
  if (id.empty()) return faults_.add("record.missing", "record " + fact.subject, "its versions are there, it is not");
  const auto differs = [&](std::string_view what) {
    faults_.add("version.changed", name, fmt::format("{} is not what fact {} says", what, fact.seq));
  };
  if (id != fact.subject) return differs("the record's id");
  if (rows_->integer(2) != integer_of(record, "version")) return differs("the number");
  if (rows_->text(3) != text_of(record, "state")) return differs("the state");
  if (rows_->text(4) != text_of(fact.body, "move")) return differs("the move");
  if (rows_->text(6) != fact.actor) return differs("the author");
  if (rows_->integer(7) != fact.time.ns) return differs("the time");
  const bool erased = rows_->integer(8) != 0 && rows_->text(5) == "{}";  // that it may be is checked later
  if (!erased && sha256_hex(rows_->text(5)) != text_of(record, "sha256")) differs("the content");
}

Status VersionVerifier::take(const Fact& fact, const boost::json::object& record, bool makes_version) {
  if (!makes_version) return {};
  for (; some_ && rows_->integer(0) < fact.seq;) {
    faults_.add("version.unexplained", version_name(rows_->text(1), rows_->integer(2)), "no fact tells of it");
    if (auto status = next(); !status) return status;
  }
  if (!some_ || rows_->integer(0) != fact.seq) {
    faults_.add("version.missing", version_name(fact.subject, integer_of(record, "version")),
                fmt::format("fact {} tells of it, but it is not there", fact.seq));
    return {};
  }
  compare(fact, record);
  return next();
}

Status VersionVerifier::finish() {
  while (some_) {
    faults_.add("version.unexplained", version_name(rows_->text(1), rows_->integer(2)), "no fact tells of it");
    if (auto status = next(); !status) return status;
  }
  return {};
}

Status verify_records(Database& db, const Promised& promised, VerifyReport& report, FaultList& faults) {
  // The versions were held against the facts; so each record only has to be its own last version.
  auto rows = db.query(
      "SELECT r.id, r.erased, r.version IS v.version, r.state IS v.state, r.body IS v.body, r.updated_by IS v.by, "
      "r.updated_at IS v.at, r.created_by IS f.by AND r.created_at IS f.at, r.state_since IS (SELECT max(at) FROM "
      "versions WHERE num = r.num AND (version = 1 OR move <> '')), v.version IS NULL FROM records r "
      "LEFT JOIN versions v ON v.num = r.num AND v.version = (SELECT max(version) FROM versions WHERE num = r.num) "
      "LEFT JOIN versions f ON f.num = r.num AND f.version = 1");
  if (!rows) return std::unexpected(rows.error());
  constexpr std::string_view columns[] = {"version", "state", "content", "author", "time", "creation", "state's time"};
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(some.error());
    if (!*some) return {};
    const Rows& row = **rows;
    report.records += 1;
    const std::string name = fmt::format("record {}", row.text(0));
    if (row.integer(9) != 0) {
      faults.add("record.changed", name, "it has no version at all");
      continue;
    }
    for (int i = 0; i < 7; ++i)
      if (row.integer(2 + i) == 0)
        faults.add("record.changed", name, fmt::format("its {} is not that of its last version", columns[i]));
    const bool explained = promised.erased.contains(std::string(row.text(0)));
    if (row.integer(1) != 0 && !explained)
      faults.add("record.changed", name, "it was emptied, and no fact tells of it");
    if (row.integer(1) == 0 && explained) faults.add("record.changed", name, "it is back although a fact erased it");
  }
}

}  // namespace yagura::ledger
