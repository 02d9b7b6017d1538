// A record type is data: one file catalog/records/<id>.yaml says what a register holds, which states a
// record passes through and who may move it. docs/record-types.md is the manual of the file's keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::ledger {

/// A title in both languages; neither is ever empty.
struct Title {
  std::string ja;
  std::string en;
};

enum class FieldKind {
  text,       // one line, JSON string
  markdown,   // many lines, JSON string
  integer,    // JSON integer, 64 bits signed
  number,     // JSON number
  boolean,    // JSON true or false
  time,       // RFC 3339 string; kept in UTC
  date,       // "2026-04-08"
  duration,   // JSON integer, seconds, not negative
  choice,     // the id of one of `choices`
  reference,  // the id of a record of one of `to`
  user,       // an account's id
  blob,       // SHA-256 of an attached blob, 64 hexadecimal characters
  json,       // any JSON
  list,       // JSON array of `items`
  table,      // JSON array of objects with `columns`
};

enum class Sensitivity { normal, personal, secret, sealed };

std::string_view to_text(FieldKind kind);
std::string_view to_text(Sensitivity sensitivity);

struct Choice {
  std::string id;
  Title title;
};

struct Field {
  std::string name;
  Title title;
  Title description;  // both empty when the file gives none
  FieldKind kind = FieldKind::text;
  bool required = false;         // in every version; what only a move needs stands in Move::requires_fields
  bool unknown_allowed = false;  // the value "unknown" (不明) may stand here; it counts as filled
  bool indexed = false;          // filtering and sorting by it is fast (scalars: chosen by kind unless given)
  bool searched = true;          // full text; secret and sealed fields never are
  Sensitivity sensitivity = Sensitivity::normal;
  std::vector<Choice> choices;        // choice, or list of choice
  std::vector<std::string> to;        // reference, or list of reference: ids of record types
  FieldKind items = FieldKind::text;  // list: the kind of each item
  std::vector<Field> columns;         // table
  std::optional<int64_t> min;         // integer, number, duration: value; list, table: count
  std::optional<int64_t> max;         // the same; text and markdown: code points
};

struct State {
  std::string id;
  Title title;
  bool initial = false;
  bool final = false;
  bool locked = false;  // the content changes only together with a move; always so when final
};

/// What a field has to hold before a move; why it must.
struct MoveCondition {
  std::string field;
  std::string of_referred;          // then `field` is a reference and this the field of the record it refers to
  std::vector<std::string> values;  // any of them
  Title why;
};

struct Move {
  std::string id;
  Title title;
  std::vector<std::string> from;
  std::string to;
  std::vector<std::string> permissions;      // any one of them is enough; never empty
  std::vector<std::string> requires_fields;  // must be filled ("unknown" counts where it is allowed)
  std::vector<MoveCondition> where;          // all must hold
  bool another_person = false;               // who moves must not have written the content since the last such move
};

/// Runs while a record is in one of `from`, ends when it enters one of `until`.
struct TypeClock {
  std::string id;
  Title title;
  std::vector<std::string> from;
  std::vector<std::string> until;
  int64_t within_seconds = 0;
};

/// Names of permissions. Empty read_personal: whoever may read; empty read_secret, read_sealed: no person.
struct TypePermissions {
  std::string read;
  std::string create;
  std::string update;
  std::string read_personal;
  std::string read_secret;
  std::string read_sealed;
};

struct RecordType {
  std::string id;                  // "incident"; [a-z][a-z0-9_]*
  std::string prefix;              // "INC": ids are INC-2026-0001
  std::string desk;                // whose register it is; free of meaning for the ledger
  std::vector<std::string> roles;  // role ids of the textbook that it serves: "D-2"
  Title title;
  Title description;
  std::vector<Field> fields;
  std::vector<State> states;  // exactly one initial
  std::vector<Move> moves;
  std::vector<TypeClock> clocks;
  std::optional<int64_t> review_seconds;     // how often a living record wants a look
  std::optional<int64_t> retention_seconds;  // kept so long after it reached a final state
  TypePermissions permissions;
  std::string file;

  const Field* field(std::string_view name) const;
  const State* state(std::string_view id) const;
  const Move* move(std::string_view id) const;
  const State& initial_state() const;
};

/// The value that says "we asked and do not know (yet)": different from empty, allowed where the type says so.
constexpr std::string_view unknown_value = "unknown";

}  // namespace yagura::ledger
