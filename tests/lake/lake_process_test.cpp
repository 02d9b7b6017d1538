#include "lake/lake_process.hpp"

#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/json.hpp>
#include <fstream>
#include <thread>

#include "lake_fixture.hpp"

namespace yagura::lake {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<EventStore> open_store(const LakeProcess& process) {
  auto store = EventStore::open(std::make_shared<Client>(process.endpoint()), shipped_mappings());
  EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
  return store ? std::move(*store) : nullptr;
}

event::Batch numbered(uint64_t first, uint64_t count, size_t days = 1) {
  event::Batch batch;
  for (uint64_t n = first; n < first + count; ++n)
    add_event(batch, {at("2026-04-08T00:00:00Z").ns + static_cast<int64_t>(n % days) * 86'400 * ns_per_second},
              "event number " + std::to_string(n), {{"n", std::to_string(n)}}, n);
  return batch;
}

uint64_t count_of(EventStore& store, std::string_view expression) {
  const auto answer = store.sql("SELECT " + std::string(expression) + " FROM events");
  if (!answer || !*answer || (*answer)->rows.empty()) return UINT64_MAX;
  return boost::json::value_to<uint64_t>((*answer)->rows[0][0]);
}

TEST(LakeProcess, keeps_its_socket_and_data_to_its_owner) {
  NEEDS_ENGINE();
  const TemporaryFolder folder;
  auto process = LakeProcess::start(lake_options(folder.path() / "lake"));
  ASSERT_TRUE(process.has_value()) << process.error().message;
  struct stat info{};
  ASSERT_EQ(stat((*process)->endpoint().unix_socket.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(stat((folder.path() / "lake").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
}

TEST(LakeProcess, says_why_it_does_not_start) {
  const TemporaryFolder folder;
  LakeOptions options = lake_options(folder.path() / "lake");
  options.program = "/nowhere/yagura-lake";
  auto process = LakeProcess::start(options);
  ASSERT_FALSE(process.has_value());
  EXPECT_EQ(process.error().kind, ErrorKind::not_found);

  options = lake_options(folder.path() / "lake");
  options.socket = folder.path() / std::string(120, 'x');
  process = LakeProcess::start(options);
  ASSERT_FALSE(process.has_value());
  EXPECT_NE(process.error().message.find("107 bytes"), std::string::npos) << process.error().message;
}

TEST(LakeProcess, ends_with_its_parent_however_that_ends) {
  NEEDS_ENGINE();
  const TemporaryFolder folder;
  int report[2];
  ASSERT_EQ(pipe(report), 0);
  const pid_t parent = fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    auto process = LakeProcess::start(lake_options(folder.path() / "lake"));
    const int pid = process ? (*process)->pid() : 0;
    (void)!write(report[1], &pid, sizeof pid);
    pause();
    _exit(0);
  }
  int lake = 0;
  ASSERT_EQ(read(report[0], &lake, sizeof lake), static_cast<ssize_t>(sizeof lake));
  close(report[0]);
  close(report[1]);
  ASSERT_GT(lake, 0);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  bool gone = false;
  for (int i = 0; i < 200 && !gone; ++i) {
    gone = kill(lake, 0) != 0;
    if (!gone)
      std::ifstream("/proc/" + std::to_string(lake) + "/stat") >> std::ws,
          gone = !std::filesystem::exists("/proc/" + std::to_string(lake) + "/exe");
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_TRUE(gone) << "yagura-lake " << lake << " outlived its parent";
}

/// The oracle stands outside: every acknowledged event is there once, whatever was killed when.
TEST(LakeProcess, keeps_every_acknowledged_event_once_through_kills) {
  NEEDS_ENGINE();
  const TemporaryFolder folder;
  auto process = LakeProcess::start(lake_options(folder.path() / "lake"));
  ASSERT_TRUE(process.has_value()) << process.error().message;
  auto store = open_store(**process);
  ASSERT_TRUE(store);
  constexpr uint64_t rows = 1'000;
  constexpr int kills = 5;
  std::atomic<bool> done{false};
  std::thread killer([&] {
    for (int i = 0; i < kills; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(700 + 137 * i));
      if (const int pid = (*process)->pid(); pid > 0) kill(pid, SIGKILL);
    }
    done = true;
  });
  uint64_t acknowledged = 0;
  for (uint64_t at = 0; !done || acknowledged == 0; at += rows) {
    const event::Batch batch = numbered(at, rows, 3);
    const auto receipt = store->append(batch, "kills");
    EXPECT_TRUE(receipt.has_value()) << receipt.error().message;
    if (!receipt) break;
    acknowledged += rows;
    std::this_thread::sleep_for(20ms);  // some kills between two appends, most within one
  }
  killer.join();
  for (int i = 0; i < 100 && !Client((*process)->endpoint()).ping(); ++i) std::this_thread::sleep_for(100ms);
  EXPECT_GE((*process)->restarts(), 3u);
  EXPECT_EQ(count_of(*store, "count()"), acknowledged);
  EXPECT_EQ(count_of(*store, "uniqExact(event_uid)"), acknowledged);
  EXPECT_EQ(count_of(*store, "uniqExact(raw)"), acknowledged);
}

TEST(LakeProcess, stores_no_event_twice_when_a_stream_is_cut_differently_the_second_time) {
  NEEDS_ENGINE();
  const TemporaryFolder folder;
  auto process = LakeProcess::start(lake_options(folder.path() / "lake"));
  ASSERT_TRUE(process.has_value()) << process.error().message;
  auto store = open_store(**process);
  ASSERT_TRUE(store);
  ASSERT_TRUE(store->append(numbered(0, 700, 4), "stream").has_value());
  const auto again = store->append(numbered(500, 900, 4), "stream", Attempt::again);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->already_stored, 200u);
  EXPECT_EQ(count_of(*store, "count()"), 1400u);
  EXPECT_EQ(count_of(*store, "uniqExact(event_uid)"), 1400u);
}

TEST(LakeProcess, says_so_when_the_disk_is_full_and_goes_on_when_it_is_not) {
  NEEDS_ENGINE();
  const TemporaryFolder folder;
  const auto disk = folder.path() / "disk";
  std::filesystem::create_directories(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=48m") != 0)
    GTEST_SKIP() << "a small disk needs the right to mount: " << std::strerror(errno);
  {
    auto process = LakeProcess::start(lake_options(disk / "lake"));
    ASSERT_TRUE(process.has_value()) << process.error().message;
    auto store = open_store(**process);
    ASSERT_TRUE(store);
    store->retry_time_max = 2s;
    ASSERT_TRUE(store->append(numbered(0, 100), "full").has_value());
    std::ofstream(disk / "ballast", std::ios::binary) << random_bytes(47 << 20);
    event::Batch large;
    for (uint64_t n = 0; n < 200; ++n)
      add_event(large, at("2026-04-08T00:00:00Z"), to_hex(random_bytes(8192)), {}, 10'000 + n);
    const auto refused = store->append(large, "full");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::disk_full) << refused.error().message;
    std::filesystem::remove(disk / "ballast");
    const auto taken = store->append(large, "full", Attempt::again);
    ASSERT_TRUE(taken.has_value()) << taken.error().message;
    EXPECT_EQ(count_of(*store, "count()"), 300u);
    EXPECT_EQ(store->health().events, 300u);
    EXPECT_EQ(store->health().detached_parts, 0u);
  }
  umount2(disk.c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace yagura::lake
