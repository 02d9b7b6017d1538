#include "api/sign_in_guard.hpp"

#include <algorithm>

namespace yagura::api {
namespace {

std::string pair_key(std::string_view login, std::string_view address) {
  return std::string(login) + '\n' + std::string(address);
}

int64_t seconds_between(Timestamp from, Timestamp to) {
  return (to.ns - from.ns) / ns_per_second;
}

/// Makes room by forgetting the entry that was touched longest ago.
template <typename Map, typename Touched>
void bound(Map& map, Touched touched) {
  if (map.size() < guard_entries_max) return;
  map.erase(std::ranges::min_element(map, {}, [&](const auto& each) { return touched(each.second); }));
}

int64_t pair_wait_seconds(int failures) {
  if (failures < pair_failures_free) return 0;
  return std::min(pair_wait_seconds_max, int64_t{2} << std::min(failures - pair_failures_free, 20));
}

}  // namespace

int64_t SignInGuard::window_wait(const Windows& windows, std::string_view key, int most, Timestamp now) const {
  const auto found = windows.find(key);
  if (found == windows.end() || found->second.failures < most) return 0;
  return std::max<int64_t>(0, failure_window_seconds - seconds_between(found->second.since, now));
}

void SignInGuard::count(Windows& windows, std::string_view key, Timestamp now, int weight) {
  if (!windows.contains(key)) bound(windows, [](const Window& window) { return window.last; });
  Window& window = windows[std::string(key)];
  if (window.failures == 0 || seconds_between(window.since, now) >= failure_window_seconds) window = {0, now, now};
  window.failures += weight;
  window.last = now;
}

int64_t SignInGuard::seconds_to_wait(std::string_view login, std::string_view address, bool sealed) {
  const std::lock_guard lock(mutex_);
  const Timestamp now = clock_();
  int64_t wait = window_wait(addresses_, address, address_failures_max, now);
  const auto pair = pairs_.find(pair_key(login, address));
  bool known = false;
  if (pair != pairs_.end()) {
    const Pair& seen = pair->second;
    known = seen.last_success.ns > 0 && seconds_between(seen.last_success, now) < known_address_seconds;
    wait = std::max(wait, pair_wait_seconds(seen.failures) - seconds_between(seen.last_failure, now));
  }
  if (!known && !sealed) wait = std::max(wait, window_wait(accounts_, login, account_failures_max, now));
  return std::max<int64_t>(0, wait);
}

void SignInGuard::failed(std::string_view login, std::string_view address, int weight) {
  const std::lock_guard lock(mutex_);
  const Timestamp now = clock_();
  const std::string key = pair_key(login, address);
  if (!pairs_.contains(key))
    bound(pairs_, [](const Pair& pair) { return std::max(pair.last_failure, pair.last_success); });
  Pair& pair = pairs_[key];
  ++pair.failures;
  pair.last_failure = now;
  count(addresses_, address, now, 1);
  const bool known = pair.last_success.ns > 0 && seconds_between(pair.last_success, now) < known_address_seconds;
  if (!known) count(accounts_, login, now, weight);
}

void SignInGuard::succeeded(std::string_view login, std::string_view address) {
  const std::lock_guard lock(mutex_);
  const std::string key = pair_key(login, address);
  if (!pairs_.contains(key))
    bound(pairs_, [](const Pair& pair) { return std::max(pair.last_failure, pair.last_success); });
  pairs_[key] = {0, {}, clock_()};
}

}  // namespace yagura::api
