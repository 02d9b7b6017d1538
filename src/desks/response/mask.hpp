#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::desks::response {

/// What may not leave: `names` (machines, people) as whole words without regard to ASCII case, together with
/// the domain behind them; IPv4 and IPv6 addresses; mail addresses.
class Mask {
 public:
  /// Masks short forms too ("sato" of "CORP\\sato", "dc01" of "dc01.corp.example"). Names shorter than 2
  /// characters and accounts that everybody has ("root", "SYSTEM") are left alone.
  Mask(std::vector<std::string> names, std::string replacement);

  /// `text` with each such place replaced; adds their number to masked(). Cost: text x names.
  std::string apply(std::string_view text);

  int64_t masked() const { return masked_; }

 private:
  size_t length_at(std::string_view text, size_t at) const;

  std::vector<std::string> names_;  // longest first
  std::string replacement_;
  int64_t masked_ = 0;
};

}  // namespace yagura::desks::response
