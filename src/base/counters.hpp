// Named counters that an operator sees. Whatever is dropped, cut or marked adds to one of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace yagura {

class Counters {
 public:
  /// The counter of that name, made on first use; the reference stays valid as long as this object.
  /// Names are dotted: "formats.lines_too_long". Take the reference once, outside hot loops.
  std::atomic<uint64_t>& at(const std::string& name);

  /// Every counter with its value now, by name.
  std::map<std::string, uint64_t> snapshot() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<std::atomic<uint64_t>>> counters_;
};

}  // namespace yagura
