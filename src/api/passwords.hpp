#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yagura::api {

constexpr size_t password_length_min = 12;      // code points
constexpr size_t password_bytes_max = 1024;     // more would only cost time
constexpr uint32_t argon2_memory_kib = 19'456;  // 19 MiB and two passes: OWASP's floor for Argon2id
constexpr uint32_t argon2_passes = 2;
constexpr int password_checks_at_once = 2;  // each holds argon2_memory_kib; the others wait

/// The Argon2id hash of `password` with a fresh salt, in the encoded form that carries its parameters
/// ("$argon2id$v=19$m=19456,t=2,p=1$..."). About 70 ms; blocks while password_checks_at_once others run.
std::string hash_password(std::string_view password);

/// True when `password` gives `encoded`. With an empty `encoded` (nobody of that name) the same time is spent and
/// the answer is no, so that a stranger can't tell who exists.
bool verify_password(std::string_view encoded, std::string_view password);

/// Why `password` is refused for this login, in one sentence; nothing when it is good enough.
std::optional<std::string> find_password_fault(std::string_view password, std::string_view login);

/// A password that a person can type: 24 characters in groups, 120 bits.
std::string generate_password();

/// `bytes_count` random bytes in URL-safe base64 without padding (RFC 4648 section 5).
std::string generate_secret(size_t bytes_count = 32);

}  // namespace yagura::api
