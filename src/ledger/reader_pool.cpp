#include "ledger/reader_pool.hpp"

namespace yagura::ledger {

Result<std::unique_ptr<Database>> ReaderPool::take() {
  std::unique_lock lock(mutex_);
  free_.wait(lock, [&] { return !idle_.empty() || made_ < max_; });
  if (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  ++made_;
  lock.unlock();
  auto connection = open_database(file_, OpenMode::read);
  if (!connection) {
    lock.lock();
    --made_;
    free_.notify_one();
  }
  return connection;
}

void ReaderPool::give_back(std::unique_ptr<Database> connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
  free_.notify_one();
}

}  // namespace yagura::ledger
