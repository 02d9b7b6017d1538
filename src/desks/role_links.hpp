// The textbook's links between roles as ways along which something may be handed over.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "ledger/record_type.hpp"

namespace yagura::desks {

/// Which way something goes along a link, seen from the role that has it.
enum class Flow { out, in, both };

struct LinkKind {
  std::string id;  // "feedback_to"
  Flow flow = Flow::both;
  ledger::Title title;
};

struct RoleLink {
  std::string role;  // "D-4"
  std::string to;    // a role, a function's letter (any role in it), "*" (every role) or "ext:..." (outside)
  std::string kind;
  bool explicit_in_text = false;
};

class RoleLinks {
 public:
  /// The links of an edition (isog-j-1.0.yaml) with the kinds of link-kinds.yaml beside it. A kind that is not
  /// explained is a Diagnostic.
  static std::expected<RoleLinks, std::vector<Diagnostic>> load(const std::filesystem::path& edition,
                                                                const std::filesystem::path& kinds);

  const std::vector<RoleLink>& all() const { return links_; }
  const LinkKind& kind(std::string_view id) const;  // of a link of this set
  bool is_role(std::string_view id) const;

  /// The links along which `from` (a role) may send to `to` (a role, a function's letter or "ext:...").
  std::vector<const RoleLink*> between(std::string_view from, std::string_view to) const;
  /// Whom `from` can send to, as the links name them, each once.
  std::vector<std::string> receivers_of(std::string_view from) const;

 private:
  std::vector<RoleLink> links_;
  std::map<std::string, LinkKind, std::less<>> kinds_;
};

/// True when what a link names ("B", "*", "B-3") means the role or letter `role`.
bool covers(std::string_view named, std::string_view role);

}  // namespace yagura::desks
