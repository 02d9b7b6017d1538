// The journal's second witness: a small file beside the database that says how far the chain had come, so
// that cutting off the newest facts is noticed. Sealed with a key of its own (journal.key, 0600; it may be a
// symbolic link to another medium), so that it can't be written anew without it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace yagura::ledger {

struct AnchoredHead {
  int64_t seq = 0;
  std::string hash;
};

class Anchor {
 public:
  /// The anchor of the ledger in `folder`; `create` makes key and file, at the head given, where none is.
  static Result<Anchor> open(const std::filesystem::path& folder, std::string ledger_id);
  static Result<Anchor> create(const std::filesystem::path& folder, std::string ledger_id, const AnchoredHead& head);

  /// The newest head that carries a right seal. `not_found` when the file is gone, `corrupt` when no line of it
  /// is sealed rightly. One torn line is no fault: the file holds two, written in turn.
  Result<AnchoredHead> read() const;

  /// Writes the head, after it was committed. Not forced to the disk: an anchor may lag behind the journal,
  /// never run ahead of it.
  Status write(const AnchoredHead& head) const;
  Status sync() const;

 private:
  Anchor(std::filesystem::path file, std::string ledger_id, std::string key);
  std::string line(const AnchoredHead& head) const;

  std::filesystem::path file_;
  std::string ledger_id_;
  std::string key_;
};

}  // namespace yagura::ledger
