#include "ledger/verify.hpp"

#include <sqlite3.h>

#include "fixture.hpp"
#include "ledger/fact.hpp"

namespace yagura::ledger::testing {
namespace {

/// A ledger with six facts, two versions of a ticket, a link and a blob, closed; tests tamper with its files.
class Verify : public LedgerTest {
 protected:
  void SetUp() override {
    first = ticket({{"text", "one"}});                                                   // fact 1
    second = ticket({{"text", "two"}});                                                  // fact 2
    ASSERT_TRUE(ledger->update(sato, "response", first.id, 1, {{"text", "changed"}}));   // fact 3
    ASSERT_TRUE(ledger->write(sato, "response", [&](Transaction& tx) -> Outcome<void> {  // fact 4
      return tx.link(first.id, "caused_by", second.id) ? Outcome<void>() : refuse(ErrorKind::io, "");
    }));
    const auto put = ledger->blobs().put("evidence");
    ASSERT_TRUE(put);
    blob = *put;
    ASSERT_TRUE(ledger->write(sato, "response", [&](Transaction& tx) {  // fact 5
      return tx.attach(first.id, blob, "証拠.txt", "text/plain");
    }));
    ASSERT_TRUE(ledger->move(sato, "response", first.id, 2, "start"));  // fact 6
    blob_file = ledger->blobs().path_of(blob.sha256);
    ledger.reset();
  }

  void tamper(const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((data() / "ledger.db").c_str(), &db), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    sqlite3_close(db);
  }

  /// "code subject" of each fault, joined by "; ".
  std::string faults(const VerifyOptions& options = {}) {
    const auto report = verify(data(), options);
    if (!report) return "failed: " + report.error().message;
    std::string out;
    for (const VerifyFault& fault : report->faults) out += (out.empty() ? "" : "; ") + fault.code + " " + fault.subject;
    EXPECT_EQ(report->sound(), out.empty());
    return out;
  }

  /// Gives fact `seq` the hash that fits its changed content, as somebody would who knows the form.
  void forge_hash(int64_t seq) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((data() / "ledger.db").c_str(), &db), SQLITE_OK);
    sqlite3_stmt* row = nullptr;
    sqlite3_prepare_v2(db, "SELECT seq, time, actor, desk, kind, subject, body, prev_hash FROM facts WHERE seq = ?", -1,
                       &row, nullptr);
    sqlite3_bind_int64(row, 1, seq);
    ASSERT_EQ(sqlite3_step(row), SQLITE_ROW);
    const auto text = [&](int i) { return std::string(reinterpret_cast<const char*>(sqlite3_column_text(row, i))); };
    const Fact fact{seq, Timestamp{sqlite3_column_int64(row, 1)}, text(2), text(3), text(4), text(5), {}, text(7), {}};
    const std::string hash = fact_hash(fact, text(6));
    sqlite3_finalize(row);
    sqlite3_close(db);
    tamper("UPDATE facts SET hash = '" + hash + "' WHERE seq = " + std::to_string(seq));
  }

  Record first;
  Record second;
  BlobRef blob;
  std::filesystem::path blob_file;
};

TEST_F(Verify, finds_nothing_where_nothing_was_done) {
  EXPECT_EQ(faults(), "");
  const auto report = verify(data());
  EXPECT_EQ(report->facts, 6);
  EXPECT_EQ(report->records, 2);
  EXPECT_EQ(report->versions, 4);
  EXPECT_EQ(report->blobs, 1);
}

TEST_F(Verify, can_look_while_the_ledger_is_open) {
  open();
  ASSERT_TRUE(ledger->append_fact(sato, "test", "a.b", "", {}));
  EXPECT_EQ(faults(), "");
}

TEST_F(Verify, names_a_changed_fact_whatever_part_was_changed) {
  for (const char* change : {"time = time + 1", "actor = 'user:x'", "desk = 'x'", "kind = 'ticket.seen'",
                             "subject = 'x'", "body = '{}'", "hash = prev_hash"}) {
    tamper("CREATE TABLE IF NOT EXISTS saved AS SELECT * FROM facts");
    tamper(std::string("UPDATE facts SET ") + change + " WHERE seq = 2");
    EXPECT_NE(faults().find("fact.changed fact 2"), std::string::npos) << change << ": " << faults();
    EXPECT_EQ(faults().find("fact.changed fact 3"), std::string::npos) << change << ": " << faults();
    tamper("DELETE FROM facts; INSERT INTO facts SELECT * FROM saved; DROP TABLE saved");
    EXPECT_EQ(faults(), "");
  }
}

TEST_F(Verify, names_a_changed_fact_even_with_a_forged_hash) {
  tamper("UPDATE facts SET actor = 'user:x' WHERE seq = 4");
  forge_hash(4);
  EXPECT_EQ(faults(), "fact.changed fact 4");
}

TEST_F(Verify, names_the_last_fact_when_it_was_changed_with_a_forged_hash) {
  tamper("UPDATE facts SET desk = 'triage' WHERE seq = 6");
  forge_hash(6);
  EXPECT_EQ(faults(), "fact.changed fact 6");
}

TEST_F(Verify, finds_a_whole_chain_written_anew) {
  tamper("UPDATE facts SET desk = 'triage' WHERE seq = 4");
  forge_hash(4);
  for (int seq = 5; seq <= 6; ++seq) {
    tamper("UPDATE facts SET prev_hash = (SELECT hash FROM facts WHERE seq = " + std::to_string(seq - 1) +
           ") WHERE seq = " + std::to_string(seq));
    forge_hash(seq);
  }
  EXPECT_EQ(faults(), "fact.changed fact 6");
}

TEST_F(Verify, names_a_missing_fact) {
  tamper("DELETE FROM facts WHERE seq = 4");
  EXPECT_EQ(faults(), "fact.missing fact 4; link.unexplained link TCK-2026-0001 caused_by TCK-2026-0002");
}

TEST_F(Verify, names_the_missing_first_fact) {
  tamper("DELETE FROM facts WHERE seq = 1");
  EXPECT_EQ(faults(), "fact.missing fact 1; version.unexplained record TCK-2026-0001 version 1");
}

TEST_F(Verify, names_facts_that_changed_places) {
  tamper(
      "UPDATE facts SET seq = 99 WHERE seq = 4; UPDATE facts SET seq = 4 WHERE seq = 5; UPDATE facts SET seq = 5 WHERE "
      "seq = 99");
  EXPECT_EQ(faults(), "fact.reordered fact 4; fact.reordered fact 5");
}

TEST_F(Verify, names_what_moved_up_into_a_gap) {
  tamper("DELETE FROM facts WHERE seq = 4; UPDATE facts SET seq = seq - 1 WHERE seq > 4");
  EXPECT_EQ(faults(),
            "fact.reordered fact 4; fact.reordered fact 5; version.missing record TCK-2026-0001 version 3; "
            "version.unexplained record TCK-2026-0001 version 3; journal.cut fact 6; "
            "link.unexplained link TCK-2026-0001 caused_by TCK-2026-0002");
}

TEST_F(Verify, names_facts_cut_off_at_the_end) {
  tamper("DELETE FROM facts WHERE seq > 4");
  EXPECT_EQ(faults(), "version.unexplained record TCK-2026-0001 version 3; journal.cut fact 5; journal.cut fact 6");
}

TEST_F(Verify, misses_the_anchor_and_mistrusts_a_foreign_one) {
  const auto anchor = data() / "journal.anchor";
  const std::string kept = read_text(anchor);
  std::filesystem::remove(anchor);
  EXPECT_EQ(faults(), "anchor.missing journal.anchor");
  std::string changed = kept;
  for (char& c : changed)
    if (c == '6') c = '3';
  std::ofstream(anchor) << changed;
  EXPECT_EQ(faults(), "anchor.changed journal.anchor");
  std::ofstream(anchor) << kept;
  EXPECT_EQ(faults(), "");
  std::filesystem::remove(data() / "journal.key");
  EXPECT_EQ(faults(), "anchor.missing journal.key");
}

TEST_F(Verify, survives_one_torn_line_of_the_anchor) {
  const auto anchor = data() / "journal.anchor";
  std::string text = read_text(anchor);
  text.replace(20, 60, std::string(60, '\0'));
  std::ofstream(anchor) << text;
  const std::string found = faults();
  EXPECT_EQ(found, "") << found;
}

TEST_F(Verify, holds_the_journal_against_a_head_that_was_written_down) {
  VerifyOptions options;
  options.known_head = KnownHead{6, verify(data())->head_hash};
  EXPECT_EQ(faults(options), "");
  options.known_head->seq = 7;
  EXPECT_EQ(faults(options), "journal.cut fact 7");
  options.known_head = KnownHead{5, std::string(64, '0')};
  EXPECT_EQ(faults(options), "fact.changed fact 5");
}

TEST_F(Verify, names_a_changed_version) {
  tamper("UPDATE versions SET body = json_set(body, '$.text', 'fake') WHERE num = 1 AND version = 1");
  EXPECT_EQ(faults(), "version.changed record TCK-2026-0001 version 1");
}

TEST_F(Verify, names_a_changed_state_author_and_time_of_a_version) {
  for (const char* change : {"state = 'closed'", "by = 'user:x'", "at = at + 1", "move = ''"}) {
    tamper("CREATE TABLE saved AS SELECT * FROM versions");
    tamper(std::string("UPDATE versions SET ") + change + " WHERE num = 1 AND version = 3");
    EXPECT_EQ(faults().substr(0, 46), "version.changed record TCK-2026-0001 version 3") << change;
    tamper("DELETE FROM versions; INSERT INTO versions SELECT * FROM saved; DROP TABLE saved");
    EXPECT_EQ(faults(), "");
  }
}

TEST_F(Verify, names_a_missing_version_and_one_that_no_fact_explains) {
  tamper("UPDATE versions SET fact_seq = 77 WHERE num = 2");
  EXPECT_EQ(faults(),
            "version.missing record TCK-2026-0002 version 1; version.unexplained record TCK-2026-0002 version 1");
}

TEST_F(Verify, names_a_changed_record) {
  tamper("UPDATE records SET body = json_set(body, '$.text', 'fake') WHERE id = 'TCK-2026-0002'");
  EXPECT_EQ(faults(), "record.changed record TCK-2026-0002");
}

TEST_F(Verify, names_a_record_set_back_to_an_older_version) {
  tamper(
      "UPDATE records SET version = 2, state = 'open', body = (SELECT body FROM versions WHERE num = 1 AND version = "
      "2) "
      "WHERE num = 1; DELETE FROM versions WHERE num = 1 AND version = 3");
  const std::string found = faults();
  EXPECT_NE(found.find("version.missing record TCK-2026-0001 version 3"), std::string::npos) << found;
}

TEST_F(Verify, names_a_missing_record) {
  tamper("DELETE FROM records WHERE id = 'TCK-2026-0002'");
  EXPECT_EQ(faults(), "record.missing record TCK-2026-0002");
}

TEST_F(Verify, names_a_record_that_somebody_slipped_in) {
  tamper(
      "INSERT INTO records SELECT 9, 'TCK-2026-0009', type, version, state, state_since, body, created_by, created_at, "
      "updated_by, updated_at, erased FROM records WHERE num = 2");
  EXPECT_EQ(faults(), "record.changed record TCK-2026-0009");
}

TEST_F(Verify, names_a_record_that_was_emptied_without_a_fact) {
  tamper("UPDATE records SET body = '{}', erased = 1 WHERE num = 2; UPDATE versions SET body = '{}' WHERE num = 2");
  EXPECT_EQ(faults(), "record.changed record TCK-2026-0002");
}

TEST_F(Verify, accepts_a_record_that_was_erased_with_a_fact) {
  open();
  const Actor keeper = system_actor("governance");
  ASSERT_TRUE(ledger->write(keeper, "governance", [&](Transaction& tx) { return tx.erase(second.id, "law"); }));
  EXPECT_EQ(faults(), "");
}

TEST_F(Verify, names_a_link_that_is_missing_and_one_that_was_slipped_in) {
  tamper("UPDATE links SET kind = 'similar_to'");
  EXPECT_EQ(faults(),
            "link.unexplained link TCK-2026-0001 similar_to TCK-2026-0002; "
            "link.missing link TCK-2026-0001 caused_by TCK-2026-0002");
}

TEST_F(Verify, names_a_missing_blob) {
  std::filesystem::remove(blob_file);
  EXPECT_EQ(faults(), "blob.missing blob " + blob.sha256);
}

TEST_F(Verify, names_a_changed_blob) {
  std::filesystem::permissions(blob_file, std::filesystem::perms::owner_all);
  std::ofstream(blob_file) << "evidence!";
  EXPECT_EQ(faults(), "blob.changed blob " + blob.sha256);
}

TEST_F(Verify, reports_broken_pages_instead_of_failing) {
  tamper("PRAGMA wal_checkpoint(TRUNCATE)");
  std::fstream file(data() / "ledger.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096 * 3);
  file << std::string(4096 * 4, '\x5A');
  file.close();
  EXPECT_NE(faults().find("database.corrupt ledger.db"), std::string::npos) << faults();
}

TEST_F(Verify, fails_where_there_is_no_ledger) {
  EXPECT_EQ(verify(folder.path / "nowhere").error().kind, ErrorKind::not_found);
}

TEST_F(Verify, opening_notices_a_cut_and_a_replaced_head) {
  tamper("DELETE FROM facts WHERE seq = 6");
  const auto opened = Ledger::open(data(), test_types(), [this] { return now; }, seeded_ids(7));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::corrupt);
  EXPECT_NE(opened.error().message.find("ends at fact 5, but had come to 6"), std::string::npos)
      << opened.error().message;
}

TEST(FactHash, is_made_of_the_documented_form) {
  const Fact fact{17,
                  Timestamp{1'775'000'000'000'000'001},
                  "user:佐藤",
                  "triage",
                  "alert.dismissed",
                  "ALR-1",
                  {},
                  std::string(64, 'a'),
                  {}};
  EXPECT_EQ(
      fact_hash(fact, R"({"why":"\"noise\""})"),
      sha256_hex("[\"yagura.fact.1\",17,1775000000000000001,\"user:佐藤\",\"triage\",\"alert.dismissed\",\"ALR-1\","
                 "{\"why\":\"\\\"noise\\\"\"},\"" +
                 std::string(64, 'a') + "\"]"));
}

TEST(CanonicalJson, gives_equal_bytes_for_equal_values) {
  EXPECT_EQ(canonical_json(json::parse(
                R"({"b":1.0,"a":[true,null,-0.0,1e2,0.1,1e300,-7,18446744073709551615],"あ":"\u0001\n\"\\/é"})")),
            "{\"a\":[true,null,0,100,0.1,1e+300,-7,18446744073709551615],\"b\":1,\"あ\":\"\\u0001\\n\\\"\\\\/é\"}");
  for (const char* text :
       {"0.30000000000000004", "123456789.123456789", "9.9999999999999999e299", "5e-324", "9007199254740993.5"}) {
    const std::string once = canonical_json(json::parse(text));
    EXPECT_EQ(canonical_json(json::parse(once)), once) << text;
  }
}

}  // namespace
}  // namespace yagura::ledger::testing
