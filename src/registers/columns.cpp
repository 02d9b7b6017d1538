#include "registers/columns.hpp"

#include "base/text.hpp"
#include "ledger/visibility.hpp"

namespace yagura::registers {

Columns::Columns(const ledger::RecordType& type, const ledger::Actor& actor, const Texts& texts) {
  const auto own = [&](ColumnRole role, std::string_view name) {
    const std::string key = "registers.column." + std::string(name);
    columns_.push_back({role, std::string(name), nullptr, {texts.get(Lang::ja, key), texts.get(Lang::en, key)}});
  };
  own(ColumnRole::id, "id");
  own(ColumnRole::version, "version");
  own(ColumnRole::state, "state");
  for (const ledger::Field& field : type.fields)
    if (ledger::may_read(type, field.sensitivity, actor))
      columns_.push_back({ColumnRole::field, field.name, &field, field.title});
  own(ColumnRole::links, "links");
  for (const std::string_view name : about_columns) own(ColumnRole::about, name);
}

std::string Columns::heading(const Column& column, Heading how) const {
  if (how == Heading::id) return column.name;
  const std::string& title = how == Heading::ja ? column.title.ja : column.title.en;
  const auto meant = resolve(title);
  return meant && *meant == &column ? title : title + " [" + column.name + "]";
}

std::expected<const Column*, Columns::Unresolved> Columns::resolve(std::string_view heading) const {
  heading = trim(heading);
  // A field may be called "links": then the field is meant, and its own column goes by its title.
  const Column* found = nullptr;
  for (const Column& column : columns_)
    if (column.name == heading && (found == nullptr || column.role == ColumnRole::field)) found = &column;
  if (found != nullptr) return found;
  if (heading.ends_with(']'))
    if (const size_t open = heading.rfind(" ["); open != std::string_view::npos) {
      const std::string_view name = heading.substr(open + 2, heading.size() - open - 3);
      for (const Column& column : columns_)
        if (column.name == name) return &column;
    }
  for (const Column& column : columns_) {
    if (trim(column.title.ja) != heading && trim(column.title.en) != heading) continue;
    if (found != nullptr) return std::unexpected(Unresolved::ambiguous);
    found = &column;
  }
  if (found == nullptr) return std::unexpected(Unresolved::unknown);
  return found;
}

}  // namespace yagura::registers
