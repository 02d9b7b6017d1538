#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "ledger/database.hpp"
#include "ledger/dialect.hpp"
#include "ledger/refusal.hpp"

namespace yagura::ledger {

/// Connections that only read, each used by one thread at a time; opened when first needed.
class ReaderPool {
 public:
  ReaderPool(std::filesystem::path file, size_t connections_max) : file_(std::move(file)), max_(connections_max) {}

  /// Runs `work` on one consistent state of the ledger; waits while all connections are at work.
  template <typename T>
  Outcome<T> read(const std::function<Outcome<T>(Database&)>& work) {
    auto taken = take();
    if (!taken) return std::unexpected(Refusal(taken.error()));
    Outcome<T> result = refuse(ErrorKind::io, "not read");
    if (const auto begun = begin_read(**taken); begun) {
      result = work(**taken);
      (void)(*taken)->run("ROLLBACK");
    } else {
      result = std::unexpected(Refusal(begun.error()));
    }
    give_back(std::move(*taken));
    return result;
  }

 private:
  Result<std::unique_ptr<Database>> take();
  void give_back(std::unique_ptr<Database> connection);

  std::filesystem::path file_;
  size_t max_;
  std::mutex mutex_;
  std::condition_variable free_;
  size_t made_ = 0;
  std::vector<std::unique_ptr<Database>> idle_;
};

}  // namespace yagura::ledger
