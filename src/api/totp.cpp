#include "api/totp.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

std::string without_blanks(std::string_view text) {
  std::string out = ascii_lower(text);
  std::erase_if(out, [](char c) { return c == ' ' || c == '-'; });
  return out;
}

}  // namespace

std::string hotp(std::string_view secret, uint64_t counter, int digits) {
  check(digits >= 6 && digits <= 8, "a code has 6 to 8 digits");
  std::array<unsigned char, 8> message{};
  for (size_t i = 0; i < message.size(); ++i) message[i] = static_cast<unsigned char>(counter >> (8 * (7 - i)));
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  const auto* made = HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(), message.size(),
                          mac.data(), &size);
  check(made != nullptr && size == 20, "HMAC-SHA-1 failed");
  const size_t at = mac[size - 1] & 0x0FU;
  const uint32_t bits = (static_cast<uint32_t>(mac[at] & 0x7FU) << 24U) | (static_cast<uint32_t>(mac[at + 1]) << 16U) |
                        (static_cast<uint32_t>(mac[at + 2]) << 8U) | mac[at + 3];
  uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  return fmt::format("{:0{}}", bits % modulus, digits);
}

int64_t totp_step(Timestamp at) {
  return std::max<int64_t>(0, at.ns / ns_per_second / totp_step_seconds);
}

std::optional<int64_t> find_totp_step(std::string_view secret, std::string_view code, Timestamp now,
                                      int64_t last_step) {
  const std::string given = without_blanks(code);
  const int64_t here = totp_step(now);
  std::optional<int64_t> found;
  // Every step is tried, so that the time it takes says nothing.
  for (int64_t step = here - totp_drift_steps_max; step <= here + totp_drift_steps_max; ++step)
    if (step >= 0 && equal_in_constant_time(hotp(secret, static_cast<uint64_t>(step)), given) && step > last_step)
      found = step;
  return found;
}

std::string to_base32(std::string_view bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (held += 8; held >= 5; held -= 5) out += letters[(bits >> static_cast<unsigned>(held - 5)) & 31U];
    bits &= 0xFFU;
  }
  if (held > 0) out += letters[(bits << static_cast<unsigned>(5 - held)) & 31U];
  return out;
}

std::string otpauth_uri(std::string_view secret, std::string_view login) {
  return fmt::format("otpauth://totp/Yagura:{}?secret={}&issuer=Yagura&algorithm=SHA1&digits={}&period={}", login,
                     to_base32(secret), totp_digits, totp_step_seconds);
}

std::string generate_recovery_code() {
  constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";  // 32, none that look alike
  const std::string bytes = random_bytes(16);
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && i % 4 == 0) out += '-';
    out += letters[static_cast<unsigned char>(bytes[i]) % letters.size()];
  }
  return out;
}

std::string hash_recovery_code(std::string_view code) {
  return sha256_hex("recovery:" + without_blanks(code));
}

}  // namespace yagura::api
