// Who does each role, own organisation or specialists, seen on the four areas and against the four patterns of chapter
// 6. It describes; it ranks nothing: doing everything oneself is no goal in itself (footnote 5), and a role that is
// taken in without anybody doing it is worse than one that specialists do.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desks/governance/assignments.hpp"
#include "desks/governance/pulse.hpp"
#include "desks/governance/textbook.hpp"

namespace yagura::desks::governance {

/// By whom a role is done.
enum class DoneBy { own, shared, specialist, none, undecided };
std::string_view to_text(DoneBy done_by);

struct SourcedRole {
  const Role* role = nullptr;
  DoneBy done_by = DoneBy::undecided;  // of the newest assignment that says so
  DoneBy aimed = DoneBy::undecided;    // what its assignment aims at
  bool own_led = false;                // counts for the own organisation: see own_led()
  Standing standing = Standing::missing;
  std::vector<std::string> records;  // its assignments
};

struct AreaCover {
  const Area* area = nullptr;
  int roles = 0;
  std::map<DoneBy, int> by;
  bool own = false;  // more than half of its decided, performed roles are led by the own organisation
};

/// One role that a pattern would place elsewhere.
struct SourcingMove {
  const Role* role = nullptr;
  DoneBy from = DoneBy::undecided;
  DoneBy to = DoneBy::own;
};

struct SourcingWarning {
  enum class Kind {
    area_one_outsourced,      // must be done by the own organisation
    insourced_without_deeds,  // own or shared, and nobody performs it
    insourced_without_owner,
    nobody_named,   // shared or by specialists, and neither provider nor department is named
    contradicting,  // two assignments in force say different things
  } kind = Kind::area_one_outsourced;
  const Role* role = nullptr;
  std::vector<std::string> records;
};
std::string_view to_text(SourcingWarning::Kind kind);

struct SourcingView {
  std::vector<SourcedRole> roles;  // as the textbook orders them
  std::vector<AreaCover> areas;
  const SourcingPattern* pattern = nullptr;  // the one it is in or comes nearest to; null while nothing is decided
  bool exact = false;                        // the areas that it covers are those of the pattern
  int undecided = 0;
  const SourcingPattern* target = nullptr;
  std::vector<SourcingMove> moves;  // what the target asks for; what assignments aim at when none was named
  std::vector<SourcingWarning> warnings;
};

/// What "shared" means is the area's: in I and II the own organisation leads and specialists support, in III and IV
/// specialists lead. A role of all areas counts in none.
bool own_led(std::string_view area, DoneBy done_by);

/// `target`: a pattern's id.
SourcingView view_sourcing(const Textbook& book, const PulseBoard& board, std::optional<int> target = std::nullopt);

}  // namespace yagura::desks::governance
