// Keeps the few secrets that have to be read again (of one-time codes) unreadable to who holds accounts.db alone:
// AES-256-GCM (NIST SP 800-38D) under a key in a file of its own, bound to whose secret it is.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::api {

class SecretSeal {
 public:
  /// Reads the key from `file`, or makes it there (mode 0600). `corrupt` when it is no key.
  static Result<SecretSeal> open(const std::filesystem::path& file);

  /// Nonce, ciphertext and tag. The same secret never seals to the same bytes twice.
  std::string seal(std::string_view secret, std::string_view owner) const;
  /// `corrupt` when it was not sealed by this key for this owner, or was changed.
  Result<std::string> unseal(std::string_view sealed, std::string_view owner) const;
  /// HMAC-SHA-256 of `text` in hexadecimal, under a key made from the file's for `purpose` alone.
  std::string mac(std::string_view purpose, std::string_view text) const;

 private:
  explicit SecretSeal(std::string key) : key_(std::move(key)) {}

  std::string key_;
};

}  // namespace yagura::api
