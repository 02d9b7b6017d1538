// What one role owes another and by when: catalog/obligations.yaml says which records stand for a duty, the ledger says
// which of them are there. Nothing is stored: an obligation shows until the record itself says that it is met.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks {

/// One duty as the catalogue states it; docs/obligations.md is the manual of the keys.
struct Obligation {
  std::string id;
  std::string from;        // who owes: a role
  std::string to;          // whom: a role or a function's letter
  std::string from_field;  // instead of from and to: fields of the record that hold them
  std::string to_field;
  bool receiver_acts = false;  // the next step is the receiver's
  ledger::Title title;
  ledger::Title why;

  std::string type;
  std::vector<std::string> states;
  std::vector<ledger::Filter> where;
  /// A duty for each line of a table field whose `flag` is true and whose `missing` is empty.
  struct Lines {
    std::string field;
    std::string flag;
    std::string missing;
    std::string label;  // the column that says what the line is
  };
  std::optional<Lines> lines;

  bool since_creation = false;  // else since the record entered its state
  int64_t within_seconds = 0;
  std::string due_field;  // a date or time of the record that takes precedence over `within`

  /// Met while a record of `type` in one of `states` refers to this one by `field`, for `every_seconds` (0: for ever)
  /// since it entered that state; then it is due again, and shows `within_seconds` before.
  struct MetBy {
    std::string type;
    std::string field;
    std::vector<std::string> states;
    int64_t every_seconds = 0;
  };
  std::optional<MetBy> met_by;
};

/// One duty that stands open.
struct Owed {
  const Obligation* obligation = nullptr;
  std::string from;
  std::string to;
  std::string acts;  // whichever of the two has the next step
  ledger::RecordId record;
  std::string type;
  std::string what;  // the record's title or name, or the line's label; text that a reader of the record may see
  std::string who;   // the account that the record names as responsible; empty when it names none
  Timestamp since;
  Timestamp due_at;
  bool overdue = false;
};

struct OwedQuery {
  std::string role;  // on either side; a function's letter means each of its roles. Empty: all
  std::string type;
  bool overdue_only = false;
  size_t limit = 1000;
};

struct OwedList {
  std::vector<Owed> items;  // soonest first
  bool more = false;
};

constexpr size_t owed_records_max = 50'000;  // looked at for one obligation

class Obligations {
 public:
  /// Every mistake at once: keys, and types, states and fields that are not there.
  static std::expected<Obligations, std::vector<Diagnostic>> load(const std::filesystem::path& file,
                                                                  const ledger::RecordTypes& types);

  const std::vector<Obligation>& all() const { return obligations_; }

  /// What stands open at `now` among registers that `actor` may read. Cost: one indexed list an obligation.
  ledger::Outcome<OwedList> owed(ledger::Ledger& ledger, const ledger::Actor& actor, Timestamp now,
                                 const OwedQuery& query) const;

 private:
  std::vector<Obligation> obligations_;
};

/// The text of the record's `title` or `name` (the first of its required texts else), and the account that it names as
/// assignee, owner or receiver; what `actor` may not see is empty.
std::string title_of(const ledger::RecordType& type, const ledger::Record& record, const ledger::Actor& actor);
std::string responsible_of(const ledger::RecordType& type, const ledger::Record& record, const ledger::Actor& actor);

}  // namespace yagura::desks
