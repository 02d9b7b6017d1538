// What is measured (role A-5), written down: one file catalog/measures/<id>.yaml says of which records, between which
// stored moments, and what is left out. A changed meaning is another edition of the file; results name theirs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "ledger/record_types.hpp"

namespace yagura::desks::governance {

constexpr size_t measures_max = 500;

enum class MeasureKind {
  time,      // between two moments, seconds
  share,     // of the records that `where` leaves, those that `counts` holds for
  count,     // how many
  number,    // the field `value`
  unknowns,  // of the fields that were once unknown, those that have an answer
  late,      // of what was not ended when the period was, what was due by then
};

std::string_view to_text(MeasureKind kind);
std::optional<MeasureKind> parse_measure_kind(std::string_view text);

/// A stored time of a record, as a file writes it: "created", "field received_at", "state closed" (entered for the
/// first time), "last_state closed" (entered last, as long as it is in one of them now), "alerts first_seen" and
/// "alerts created" (the earliest of an incident's alerts that were not dismissed).
struct Moment {
  enum class Of { created, field, state, last_state, alerts_field, alerts_created };
  Of of = Of::created;
  std::string field;
  std::vector<std::string> states;
};

/// A condition on a record, as a file writes it: "verdict is false_positive benign", "state is_not merged",
/// "class filled", "class empty", "feedback_count at_least 1".
struct Condition {
  enum class Op { is, is_not, filled, empty, at_least };
  std::string field;
  Op op = Op::filled;
  std::vector<std::string> values;
  int64_t least = 0;
};

struct MeasureDefinition {
  std::string id;
  int64_t edition = 0;
  int64_t order = 0;  // in reports
  std::string title_ja;
  std::string title_en;
  std::string definition_ja;
  std::string definition_en;
  MeasureKind kind = MeasureKind::count;
  std::string of;  // a record type
  std::vector<Condition> where;
  std::vector<Condition> counts;    // share
  Moment placed;                    // which period a record belongs to; of a time: its start
  Moment start;                     // time
  Moment end;                       // time
  std::string clock;                // time: a clock of the type, for the share in time; may be empty
  int64_t clock_seconds = 0;        //
  std::string value;                // number: a field
  std::vector<std::string> fields;  // unknowns
  std::string due;                  // late: a date field
  std::vector<std::string> ended;   // late: states
};

class MeasureCatalog {
 public:
  /// Every *.yaml of `folder`, in their order. A Diagnostic names file and line of what is missing, not understood, or
  /// names a type, field, state or clock that `types` lack.
  static Diagnosed<MeasureCatalog> load(const std::filesystem::path& folder, const ledger::RecordTypes& types);

  const std::vector<MeasureDefinition>& all() const { return definitions_; }
  const MeasureDefinition* find(std::string_view id) const;

 private:
  std::vector<MeasureDefinition> definitions_;
};

}  // namespace yagura::desks::governance
