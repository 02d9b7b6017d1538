// The part of Accounts that knows a browser again. A cookie that a sign-in leaves behind keeps guessing by others, even
// behind the same address (a proxy, an office), from holding back who signed in there before. It opens nothing.
#include <array>
#include <charconv>

#include "api/accounts.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

constexpr std::string_view purpose = "yagura.device.1";
constexpr size_t nonce_bytes = 16;
constexpr size_t device_bytes_max = 160;

/// A new password makes every device a stranger.
std::string covered(const User& user, std::string_view nonce, std::string_view issued) {
  std::string out;
  for (const std::string_view part :
       {std::string_view(user.login), nonce, issued, std::string_view(user.password_hash)})
    out.append(part).push_back('\n');
  return out;
}

}  // namespace

/// "<nonce>.<seconds since 1970>.<HMAC>"
std::string Accounts::make_device(const User& user) const {
  const std::string nonce = to_hex(random_bytes(nonce_bytes));
  const std::string issued = std::to_string(clock_().ns / ns_per_second);
  return nonce + '.' + issued + '.' + store_->seal().mac(purpose, covered(user, nonce, issued));
}

/// Its nonce, when it was made for `user` within known_address_seconds; the guard counts by it.
std::optional<std::string> Accounts::find_device(const User& user, std::string_view device) const {
  if (device.empty() || device.size() > device_bytes_max) return std::nullopt;
  const auto parts = split(device, '.');
  if (parts.size() != 3 || parts[0].size() != 2 * nonce_bytes) return std::nullopt;
  int64_t issued = 0;
  const auto [end, error] = std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), issued);
  const int64_t age = clock_().ns / ns_per_second - issued;
  if (error != std::errc() || end != parts[1].data() + parts[1].size() || age < 0 || age >= known_address_seconds)
    return std::nullopt;
  if (!equal_in_constant_time(store_->seal().mac(purpose, covered(user, parts[0], parts[1])), parts[2]))
    return std::nullopt;
  return std::string(parts[0]);
}

}  // namespace yagura::api
