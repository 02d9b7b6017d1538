// One-time codes by time (RFC 6238 over RFC 4226) and the recovery codes that stand in for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace yagura::api {

constexpr int64_t totp_step_seconds = 30;
constexpr int totp_digits = 6;
constexpr int64_t totp_drift_steps_max = 1;  // clocks may be off by one step either way, 30 seconds
constexpr size_t totp_secret_bytes = 20;     // RFC 4226 section 4, R6: 160 bits
constexpr size_t recovery_codes_count = 10;

/// The code of `counter` (RFC 4226 section 5.3), HMAC-SHA-1; `digits` is 6 to 8.
std::string hotp(std::string_view secret, uint64_t counter, int digits = totp_digits);

/// The number of whole steps since 1970 (RFC 6238 section 4.2); never negative.
int64_t totp_step(Timestamp at);

/// Which step `code` belongs to, within the drift around `now` and after `last_step`: a code that was taken once, or
/// any older one, is never taken again. Spaces in `code` don't count. Nothing when it fits none.
std::optional<int64_t> find_totp_step(std::string_view secret, std::string_view code, Timestamp now, int64_t last_step);

/// RFC 4648 section 6, without padding: how authenticators want a secret typed.
std::string to_base32(std::string_view bytes);

/// otpauth://totp/Yagura:<login>?secret=...: what the QR code says.
std::string otpauth_uri(std::string_view secret, std::string_view login);

/// 80 bits in four groups of letters and digits that can't be mistaken: "k3mw-7qzt-...".
std::string generate_recovery_code();
/// What is stored of it. Case, spaces and hyphens don't count.
std::string hash_recovery_code(std::string_view code);

}  // namespace yagura::api
