#include "api/passwords.hpp"

#include <argon2.h>

#include <semaphore>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

constexpr size_t salt_bytes = 16;
constexpr size_t hash_bytes = 32;

std::counting_semaphore<password_checks_at_once>& places() {
  static std::counting_semaphore<password_checks_at_once> all(password_checks_at_once);
  return all;
}

struct Place {
  Place() { places().acquire(); }
  ~Place() { places().release(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
};

/// A hash of a password that nobody knows, for names that nobody has.
const std::string& nobodys_hash() {
  static const std::string hash = hash_password(generate_secret());
  return hash;
}

}  // namespace

std::string hash_password(std::string_view password) {
  const Place place;
  const std::string salt = random_bytes(salt_bytes);
  std::string encoded(argon2_encodedlen(argon2_passes, argon2_memory_kib, 1, salt_bytes, hash_bytes, Argon2_id), '\0');
  const int failed = argon2id_hash_encoded(argon2_passes, argon2_memory_kib, 1, password.data(), password.size(),
                                           salt.data(), salt.size(), hash_bytes, encoded.data(), encoded.size());
  check(failed == ARGON2_OK, "Argon2id failed");
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool verify_password(std::string_view encoded, std::string_view password) {
  if (password.size() > password_bytes_max) return false;
  const std::string hash(encoded.empty() ? nobodys_hash() : encoded);
  const Place place;
  const bool right = argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
  return right && !encoded.empty();
}

std::optional<std::string> find_password_fault(std::string_view password, std::string_view login) {
  if (code_points(password) < password_length_min) return "the password needs at least 12 characters";
  if (password.size() > password_bytes_max) return "the password is longer than 1024 bytes";
  if (!is_utf8(password)) return "the password is not UTF-8";
  if (!login.empty() && ascii_lower(password).find(ascii_lower(login)) != std::string::npos)
    return "the password contains the login";
  bool all_the_same = true;
  for (const char c : password) all_the_same = all_the_same && c == password.front();
  if (all_the_same) return "the password is one character repeated";
  return std::nullopt;
}

std::string generate_password() {
  constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";  // 32, none that look alike
  const std::string bytes = random_bytes(24);
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && i % 6 == 0) out += '-';
    out += letters[static_cast<unsigned char>(bytes[i]) % letters.size()];
  }
  return out;
}

std::string generate_secret(size_t bytes_count) {
  std::string out = to_base64(random_bytes(bytes_count));
  while (out.ends_with('=')) out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

}  // namespace yagura::api
