// A running lake for tests, in a folder of its own that goes with it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "lake/event_store.hpp"
#include "lake/lake_process.hpp"

namespace yagura::lake {

inline bool cpu_can() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2");
}

#define NEEDS_ENGINE() \
  if (!cpu_can()) GTEST_SKIP() << "this CPU has no AVX2, which the embedded ClickHouse needs"

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / ("yagura-lake-" + to_hex(random_bytes(6)))) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::shared_ptr<const event::Normaliser> shipped_mappings() {
  auto loaded = event::Normaliser::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/mappings");
  EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : to_text(loaded.error()));
  return std::make_shared<event::Normaliser>(std::move(*loaded));
}

inline LakeOptions lake_options(const std::filesystem::path& folder) {
  LakeOptions options;
  options.program = YAGURA_LAKE_PROGRAM;
  options.data = folder;
  options.memory_bytes_max = 1ull << 30;
  return options;
}

/// One lake for all tests of a suite: starting costs more than most tests.
class LakeTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!cpu_can()) return;
    folder_ = std::make_unique<TemporaryFolder>();
    auto process = LakeProcess::start(lake_options(folder_->path() / "lake"));
    ASSERT_TRUE(process.has_value()) << process.error().message;
    process_ = std::move(*process);
    client_ = std::make_shared<Client>(process_->endpoint());
    auto store = EventStore::open(client_, shipped_mappings());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    store_ = std::move(*store);
  }
  static void TearDownTestSuite() {
    store_.reset();
    client_.reset();
    process_.reset();
    folder_.reset();
  }
  void SetUp() override { NEEDS_ENGINE(); }

  /// The one cell of an answer.
  static std::string ask(std::string_view sql, Params params = {}) {
    auto answer = client_->run({.sql = sql, .params = std::move(params)});
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : answer.error().message);
    return answer ? std::string(trim(answer->body)) : std::string();
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
  static inline std::unique_ptr<LakeProcess> process_;
  static inline std::shared_ptr<Client> client_;
  static inline std::unique_ptr<EventStore> store_;
};

inline Timestamp at(std::string_view text) {
  return *parse_time(text);
}
inline const TimeRange all_time{{INT64_MIN}, {INT64_MAX}};

/// An event with its fields as "name=value" pairs; raw is what it says.
inline void add_event(event::Batch& batch, Timestamp time, std::string_view raw,
                      const std::vector<std::pair<std::string, std::string>>& fields, uint64_t offset) {
  event::Event& event = batch.begin("test");
  event.time = time;
  event.raw = batch.arena().copy(raw);
  event.offset = offset;
  for (const auto& [name, value] : fields) {
    batch.add_copy(event::known_field(name), event::Kind::string, value);
    const std::string_view kept = batch.fields(event).back().value().text;
    if (name == "Computer") event.host = kept;
    if (name == "Channel") event.channel = kept;
    if (name == "EventID") event.event_id = std::stoll(value);
  }
}

}  // namespace yagura::lake
