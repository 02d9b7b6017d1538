// The embedded ClickHouse: loaded, configured, capped, and spoken to one statement a session.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "lake/host/chdb_abi.hpp"

namespace yagura::lake::host {

/// Below the data; the only place that the engine's BACKUP writes to and RESTORE reads from.
constexpr std::string_view lake_backups_folder = "backups";

struct EngineOptions {
  std::filesystem::path library;  // libchdb.so
  std::filesystem::path data;     // made when missing
  uint64_t memory_bytes_max = 0;  // 0: 40 % of the machine's, between 1 and 8 GiB
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Where a statement's rows go; `text` is the engine's "Code: N. DB::Exception: ..." when it failed.
struct Outcome {
  std::string error;
  std::string body;
  uint64_t rows_read = 0;
  uint64_t bytes_read = 0;
  uint64_t rows_written = 0;
  uint64_t bytes_written = 0;
  double seconds = 0;
};

class Session;

class Engine {
 public:
  /// Says so when the CPU lacks AVX2, the library is missing or of another version, or the data folder is
  /// held by another engine (waits up to 20 s for one that is ending).
  static Result<std::unique_ptr<Engine>> start(const EngineOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;

  /// A connection of its own with those settings, exactly as if each were SET; 0.3 ms. `error` holds the
  /// engine's text when a setting is unknown or refused.
  std::unique_ptr<Session> open(const Pairs& settings, const std::string& database, std::string& error);

  const ChdbCalls& calls() const { return calls_; }

 private:
  Engine() = default;
  Status load(const std::filesystem::path& library);
  Status lock(const std::filesystem::path& data);
  Status configure(const EngineOptions& options);
  ChdbConnection** connect() const;

  ChdbCalls calls_{};
  std::vector<std::string> arguments_;
  ChdbConnection** keeper_ = nullptr;  // the engine ends with its last connection
  int lock_fd_ = -1;
};

/// One engine connection. One statement at a time.
class Session {
 public:
  Session(const ChdbCalls& calls, ChdbConnection** connection) : calls_(calls), connection_(connection) {}
  ~Session() { calls_.close_conn(connection_); }
  Session(const Session&) = delete;

  /// Runs `sql` with `{name:Type}` bound from `params` (values in ClickHouse's escaped text form).
  Outcome run(std::string_view sql, std::string_view format, const Pairs& params);

  /// Begins an INSERT (without its FORMAT clause); feed it, then finish it. False, with `error`, on failure.
  bool begin_insert(std::string_view sql, std::string_view format, const Pairs& params, std::string& error);
  bool feed(std::string_view bytes);
  /// Commits; durable when the statement's settings asked for it.
  Outcome finish_insert();
  void cancel_insert();

 private:
  Outcome take(ChdbResult* result);

  const ChdbCalls& calls_;
  ChdbConnection** connection_;
  ChdbInsertStream* insert_ = nullptr;
};

}  // namespace yagura::lake::host
