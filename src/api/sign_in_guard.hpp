// Slows down guessing without handing anybody the means to lock a person out: what is counted most strictly is
// the pair of account and address; the account alone is held only against addresses that never signed in to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace yagura::api {

constexpr int pair_failures_free = 5;            // then each further try waits twice as long
constexpr int64_t pair_wait_seconds_max = 900;   // never longer than a quarter of an hour
constexpr int address_failures_max = 30;         // of one address, whatever the account
constexpr int account_failures_max = 100;        // of one account from unknown addresses
constexpr int code_failure_weight = 10;          // so 10 wrong codes from unknown addresses
constexpr int64_t failure_window_seconds = 600;  // how long the latter two remember
constexpr int64_t known_address_seconds = 30 * 86'400;
constexpr size_t guard_entries_max = 20'000;  // of each kind; the stalest goes first

/// Memory only: a restart forgives. Thread-safe.
class SignInGuard {
 public:
  explicit SignInGuard(Clock clock) : clock_(std::move(clock)) {}

  /// 0 when a try may go on, else the seconds to wait; a refused try is not counted.
  /// `sealed`: a break-glass account, whose password nobody guesses; strangers' tries never hold it.
  int64_t seconds_to_wait(std::string_view login, std::string_view address, bool sealed = false);
  /// `weight`: a wrong one-time code counts code_failure_weight times for its account: there are only a million.
  void failed(std::string_view login, std::string_view address, int weight = 1);
  void succeeded(std::string_view login, std::string_view address);

 private:
  struct Pair {
    int failures = 0;
    Timestamp last_failure;
    Timestamp last_success;
  };
  struct Window {
    int failures = 0;
    Timestamp since;
    Timestamp last;
  };
  using Windows = std::map<std::string, Window, std::less<>>;

  int64_t window_wait(const Windows& windows, std::string_view key, int most, Timestamp now) const;
  static void count(Windows& windows, std::string_view key, Timestamp now, int weight);

  Clock clock_;
  std::mutex mutex_;
  std::map<std::string, Pair, std::less<>> pairs_;
  Windows addresses_;
  Windows accounts_;
};

}  // namespace yagura::api
