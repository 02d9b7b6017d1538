#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace yagura {

/// SHA-256 (FIPS 180-4) of `bytes` as 64 lower-case hexadecimal characters.
std::string sha256_hex(std::string_view bytes);

/// The same over several pieces, for what does not fit into memory.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view bytes);
  /// Ends the digest; nothing may be added after it.
  std::string finish_hex();

 private:
  evp_md_ctx_st* context_;
};

/// `count` bytes from the system's cryptographic generator.
std::string random_bytes(size_t count);

/// Compares without telling by its time where the first difference is.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// Standard base64 (RFC 4648 section 4) with padding.
std::string to_base64(std::string_view bytes);

}  // namespace yagura
