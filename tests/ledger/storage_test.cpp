#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "fixture.hpp"
#include "ledger/backup.hpp"
#include "ledger/verify.hpp"

namespace yagura::ledger::testing {
namespace {

std::string fault_names(const std::filesystem::path& folder) {
  const auto report = verify(folder);
  if (!report) return report.error().message;
  std::string out;
  for (const VerifyFault& fault : report->faults) out += fault.code + " " + fault.subject + "; ";
  return out;
}

TEST_F(LedgerTest, keeps_a_blob_under_its_hash_and_never_writes_it_again) {
  const Blobs& blobs = ledger->blobs();
  const auto put = blobs.put("hello");
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  EXPECT_EQ(put->size_bytes, 5);
  EXPECT_EQ(*blobs.read(put->sha256), "hello");
  const auto file = blobs.path_of(put->sha256);
  EXPECT_EQ(file, data() / "blobs/2c/f24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  struct stat before{};
  stat(file.c_str(), &before);
  EXPECT_EQ(before.st_mode & 07777, 0400u);
  ASSERT_TRUE(blobs.put("hello"));
  struct stat after{};
  stat(file.c_str(), &after);
  EXPECT_EQ(before.st_ino, after.st_ino);
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(blobs.folder()))
    files += entry.is_regular_file();
  EXPECT_EQ(files, 1) << "no draft is left";
}

TEST_F(LedgerTest, reads_no_changed_blob_and_nothing_outside_its_folder) {
  const Blobs& blobs = ledger->blobs();
  const auto put = blobs.put(std::string(3 << 20, 'x'));
  ASSERT_TRUE(put);
  EXPECT_EQ(blobs.read(put->sha256, 100).error().kind, ErrorKind::limit);
  std::filesystem::permissions(blobs.path_of(put->sha256), std::filesystem::perms::owner_all);
  std::ofstream(blobs.path_of(put->sha256), std::ios::app) << "y";
  EXPECT_EQ(blobs.read(put->sha256).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(blobs.put(std::string(3 << 20, 'x')).error().kind, ErrorKind::corrupt);
  for (const char* name : {"../../../../../../../etc/passwd", "", "zz", "2CF24DBA"}) {
    EXPECT_EQ(blobs.read(name).error().kind, ErrorKind::not_found) << name;
    EXPECT_FALSE(blobs.has(name));
  }
}

TEST_F(LedgerTest, leaves_nothing_of_a_blob_whose_source_fails) {
  int pieces = 0;
  const auto put = ledger->blobs().put([&]() -> Result<std::string> {
    if (++pieces > 2) return failure(ErrorKind::network, "the peer went away");
    return std::string(1000, 'x');
  });
  EXPECT_EQ(put.error().kind, ErrorKind::network);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data() / "blobs"))
    EXPECT_FALSE(entry.is_regular_file()) << entry.path();
}

TEST_F(LedgerTest, gives_its_content_back_after_reopening) {
  const Record record = ticket({{"text", "kept"}});
  open();
  EXPECT_EQ(ledger->get(record.id)->body.at("text"), "kept");
  EXPECT_EQ(ledger->head_seq(), 1);
  EXPECT_EQ(ticket({}).id.value, "TCK-2026-0002");
  EXPECT_EQ(fault_names(data()), "");
}

TEST_F(LedgerTest, never_lets_the_journal_go_back_in_time) {
  ticket({});
  now.ns -= 3600 * ns_per_second;
  const Record record = ticket({});
  EXPECT_EQ(ledger->fact(2)->time, ledger->fact(1)->time);
  EXPECT_EQ(record.created_at, ledger->fact(1)->time);
  EXPECT_EQ(fault_names(data()), "");
}

TEST_F(LedgerTest, refuses_what_a_newer_program_wrote) {
  ledger.reset();
  sqlite3* db = nullptr;
  sqlite3_open((data() / "ledger.db").c_str(), &db);
  sqlite3_exec(db, "PRAGMA user_version = 99", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  EXPECT_EQ(Ledger::open(data(), test_types()).error().kind, ErrorKind::refused);
}

TEST_F(LedgerTest, says_so_when_the_file_is_no_database) {
  std::filesystem::create_directories(folder.path / "junk");
  std::ofstream(folder.path / "junk/ledger.db") << std::string(5000, 'j');
  EXPECT_EQ(Ledger::open(folder.path / "junk", test_types()).error().kind, ErrorKind::corrupt);
}

TEST_F(LedgerTest, lets_many_threads_read_and_write_at_once) {
  const Record record = ticket({{"weight", 0}});
  std::atomic<int> conflicts = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const Actor actor{"user:t" + std::to_string(t), sato.permissions, false};
      for (int done = 0; done < 25;) {
        const auto current = ledger->get(record.id);
        ASSERT_TRUE(current);
        const auto changed = ledger->update(actor, "response", record.id, current->version,
                                            {{"weight", current->body.at("weight").as_int64() + 1}});
        if (changed)
          ++done;
        else if (changed.error().kind == ErrorKind::conflict)
          ++conflicts;
        else
          FAIL() << changed.error().message;
      }
    });
  threads.emplace_back([&] {
    while (!stop) {
      const auto history = ledger->history(record.id);
      ASSERT_TRUE(history);
      EXPECT_EQ(history->back().body.at("weight").as_int64(), static_cast<int64_t>(history->size()) - 1);
    }
  });
  for (int t = 0; t < 4; ++t) threads[static_cast<size_t>(t)].join();
  stop = true;
  threads.back().join();
  EXPECT_EQ(ledger->get(record.id)->body.at("weight"), 100);
  EXPECT_EQ(ledger->get(record.id)->version, 101);
  EXPECT_EQ(fault_names(data()), "");
}

TEST_F(LedgerTest, takes_turns_with_another_process_on_the_same_folder) {
  auto other = Ledger::open(data(), test_types(), [this] { return now; }, seeded_ids(9));
  ASSERT_TRUE(other) << other.error().message;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(ledger->append_fact(sato, "test", "a.b", "", {}));
    ASSERT_TRUE((*other)->append_fact(suzuki, "test", "a.b", "", {}));
  }
  EXPECT_EQ(ledger->facts({})->size(), 10u);
  EXPECT_EQ(fault_names(data()), "");
}

TEST_F(LedgerTest, wakes_who_waits_for_a_fact) {
  EXPECT_EQ(ledger->wait_for_fact(0, 10), 0);
  std::thread writer([&] { ASSERT_TRUE(ledger->append_fact(sato, "test", "a.b", "", {})); });
  EXPECT_EQ(ledger->wait_for_fact(0, 20'000), 1);
  writer.join();
}

TEST_F(LedgerTest, comes_back_whole_from_a_backup_taken_while_it_works) {
  const Record record = ticket({{"text", "kept"}});
  const auto blob = ledger->blobs().put("evidence");
  ASSERT_TRUE(
      ledger->write(sato, "response", [&](Transaction& tx) { return tx.attach(record.id, *blob, "e", "text/plain"); }));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) ASSERT_TRUE(ledger->append_fact(sato, "test", "a.b", "", {}));
  });
  const auto to = folder.path / "backup";
  const auto made = ledger->backup(to);
  stop = true;
  writer.join();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(ledger->backup(to).error().kind, ErrorKind::conflict);
  EXPECT_TRUE(check_backup(to));
  const auto back = folder.path / "restored";
  const auto report = restore(to, back);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->sound()) << report->faults.front().what;
  EXPECT_EQ(restore(to, back).error().kind, ErrorKind::conflict);
  auto again = Ledger::open(back, test_types());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->get(record.id)->body.at("text"), "kept");
  EXPECT_EQ(*(*again)->blobs().read(blob->sha256), "evidence");
}

TEST_F(LedgerTest, refuses_a_backup_that_is_damaged_or_unfinished) {
  ticket({});
  const auto blob = ledger->blobs().put("evidence");
  const auto to = folder.path / "backup";
  ASSERT_TRUE(ledger->backup(to));
  const auto copy = to / "blobs" / blob->sha256.substr(0, 2) / blob->sha256.substr(2);
  std::filesystem::permissions(copy, std::filesystem::perms::owner_all);
  std::ofstream(copy) << "forged";
  EXPECT_EQ(check_backup(to).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(restore(to, folder.path / "restored").error().kind, ErrorKind::corrupt);
  EXPECT_FALSE(std::filesystem::exists(folder.path / "restored/ledger.db"));
  const std::string manifest = read_text(to / "manifest.json");
  std::string hostile = manifest;
  hostile.replace(hostile.find("journal.key"), 11, "../../../ev");
  std::ofstream(to / "manifest.json") << hostile;
  EXPECT_EQ(restore(to, folder.path / "restored").error().kind, ErrorKind::corrupt);
  std::filesystem::remove(to / "manifest.json");
  EXPECT_EQ(restore(to, folder.path / "restored").error().kind, ErrorKind::not_found);
}

/// A child that writes records and facts for ever and tells over a pipe what was acknowledged.
[[noreturn]] void write_for_ever(const std::filesystem::path& data, int pipe) {
  auto ledger = Ledger::open(data, test_types());
  if (!ledger) _exit(1);
  const Actor actor = system_actor("child");
  for (;;) {
    const auto record = (*ledger)->create(actor, "test", "ticket", {{"title", "from the child"}});
    if (!record) _exit(2);
    const auto fact = (*ledger)->append_fact(actor, "test", "child.wrote", record->id.value, {});
    if (!fact) _exit(3);
    const auto blob = (*ledger)->blobs().put(record->id.value);
    if (!blob) _exit(4);
    const std::string line = std::to_string(fact->seq) + " " + fact->hash + " " + record->id.value + "\n";
    if (write(pipe, line.data(), line.size()) < 0) _exit(5);
  }
}

TEST_F(LedgerTest, holds_everything_acknowledged_after_kill_9) {
  ledger.reset();
  std::string last_line;
  int lines = 0;
  for (int round = 0; round < 4; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      write_for_ever(data(), ends[1]);
    }
    close(ends[1]);
    std::string told;
    char piece[4096];
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(300 + 150 * round);
    while (std::chrono::steady_clock::now() < end || told.empty()) {
      const ssize_t got = read(ends[0], piece, sizeof piece);
      if (got <= 0) break;
      told.append(piece, static_cast<size_t>(got));
    }
    kill(child, SIGKILL);
    for (ssize_t got; (got = read(ends[0], piece, sizeof piece)) > 0;) told.append(piece, static_cast<size_t>(got));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);

    EXPECT_EQ(fault_names(data()), "");
    auto opened = Ledger::open(data(), test_types());
    ASSERT_TRUE(opened) << opened.error().message;
    for (const std::string_view line : split(std::string_view(told).substr(0, told.rfind('\n')), '\n')) {
      const auto parts = split(line, ' ');
      ASSERT_EQ(parts.size(), 3u) << line;
      const auto fact = (*opened)->fact(std::stoll(std::string(parts[0])));
      ASSERT_TRUE(fact) << line;
      EXPECT_EQ(fact->hash, parts[1]);
      EXPECT_TRUE((*opened)->get(RecordId{std::string(parts[2])}));
      EXPECT_EQ(*(*opened)->blobs().read(sha256_hex(parts[2])), parts[2]);
      ++lines;
    }
  }
  EXPECT_GT(lines, 10);
}

TEST_F(LedgerTest, says_that_the_disk_is_full_and_stores_nothing_half) {
  const auto small = folder.path / "small";
  std::filesystem::create_directories(small);
  if (mount("tmpfs", small.c_str(), "tmpfs", 0, "size=2m") != 0) GTEST_SKIP() << "this user can't mount a small disk";
  {
    auto opened = Ledger::open(small, test_types());
    ASSERT_TRUE(opened) << opened.error().message;
    const Actor actor = system_actor("test");
    int64_t stored = 0;
    Outcome<Record> record;
    do {
      record = (*opened)->create(actor, "test", "ticket", {{"title", "t"}, {"text", std::string(20'000, 'x')}});
      stored += record.has_value();
    } while (record && stored < 1000);
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().kind, ErrorKind::disk_full) << record.error().message;
    EXPECT_NE(record.error().message.find("full"), std::string::npos) << record.error().message;
    EXPECT_EQ((*opened)->blobs().put(std::string(4 << 20, 'b')).error().kind, ErrorKind::disk_full);
    EXPECT_EQ((*opened)->head_seq(), stored);
    EXPECT_EQ(*(*opened)->count({.type = "ticket"}), stored);
    EXPECT_EQ(fault_names(small), "");
    EXPECT_EQ(mount("tmpfs", small.c_str(), "tmpfs", MS_REMOUNT, "size=16m"), 0);
    EXPECT_TRUE((*opened)->create(actor, "test", "ticket", {{"title", "t"}})) << "with room again it goes on";
  }
  EXPECT_EQ(fault_names(small), "");
  umount(small.c_str());
}

}  // namespace
}  // namespace yagura::ledger::testing
