// Which columns a register has as a sheet, and what their headings are.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/texts.hpp"
#include "ledger/actor.hpp"
#include "ledger/record_type.hpp"

namespace yagura::registers {

/// How headings are written. Read are all three.
enum class Heading { id, ja, en };

enum class ColumnRole {
  field,
  id,
  version,
  state,
  links,  // outgoing ones, "kind RECORD-ID" a line
  about,  // who and when: goes out, is passed over when it comes in
};

struct Column {
  ColumnRole role = ColumnRole::field;
  std::string name;                      // "id", "created_at", or the field's
  const ledger::Field* field = nullptr;  // of a field's column
  ledger::Title title;
};

class Columns {
 public:
  /// Those of the type that `actor` may see. `type` outlives it.
  Columns(const ledger::RecordType& type, const ledger::Actor& actor, const Texts& texts);

  const std::vector<Column>& all() const { return columns_; }

  /// Unique within the sheet: a title that two columns share is followed by the column's name in brackets.
  std::string heading(const Column& column, Heading how) const;

  enum class Unresolved { unknown, ambiguous };
  /// The column that a heading means: its name, its title in either language, or "title [name]".
  std::expected<const Column*, Unresolved> resolve(std::string_view heading) const;

 private:
  std::vector<Column> columns_;
};

/// The titles that the sheet has beside the type's own: "registers.column.<name>" in catalog/i18n.
constexpr std::string_view about_columns[] = {"created_at", "created_by", "updated_at", "updated_by"};

}  // namespace yagura::registers
