#include "api/secret_seal.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>
#include <system_error>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "ledger/files.hpp"

namespace yagura::api {
namespace {

constexpr size_t key_bytes = 32;
constexpr size_t nonce_bytes = 12;  // SP 800-38D section 8.2.2: random, 96 bits
constexpr size_t tag_bytes = 16;
constexpr uintmax_t key_file_bytes_max = 4096;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* room_in(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  const auto* made =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), out.data(), &size);
  check(made != nullptr, "HMAC-SHA-256 works");
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace

std::string SecretSeal::mac(std::string_view purpose, std::string_view text) const {
  return to_hex(hmac(hmac(key_, purpose), text));
}

Result<SecretSeal> SecretSeal::open(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    if (auto made = ledger::write_file(file, random_bytes(key_bytes), 0600); !made)
      return std::unexpected(made.error());
  auto key = ledger::read_file(file, key_file_bytes_max);
  if (!key) return std::unexpected(key.error());
  if (key->size() != key_bytes) return failure(ErrorKind::corrupt, fmt::format("{} is not a key", file.string()));
  return SecretSeal(std::move(*key));
}

std::string SecretSeal::seal(std::string_view secret, std::string_view owner) const {
  const std::string nonce = random_bytes(nonce_bytes);
  std::string hidden(secret.size(), '\0');
  std::string tag(tag_bytes, '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  const bool done =
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key_), bytes_of(nonce)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes_of(owner), static_cast<int>(owner.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), room_in(hidden), &size, bytes_of(secret), static_cast<int>(secret.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), room_in(tag), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()) == 1;
  check(done, "AES-256-GCM works");
  return nonce + hidden + tag;
}

Result<std::string> SecretSeal::unseal(std::string_view sealed, std::string_view owner) const {
  const auto refused = [&] {
    return failure(ErrorKind::corrupt, fmt::format("a secret of {} does not fit the key beside it", owner));
  };
  if (sealed.size() < nonce_bytes + tag_bytes) return refused();
  const std::string_view hidden = sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
  std::string tag(sealed.substr(sealed.size() - tag_bytes));
  std::string secret(hidden.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  std::array<unsigned char, tag_bytes> rest{};
  const bool done =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key_), bytes_of(sealed)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &size, bytes_of(owner), static_cast<int>(owner.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), room_in(secret), &size, bytes_of(hidden), static_cast<int>(hidden.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), rest.data(), &size) == 1;
  if (!done) return refused();
  return secret;
}

}  // namespace yagura::api
