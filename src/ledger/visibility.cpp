#include "ledger/visibility.hpp"

#include <boost/json.hpp>

namespace yagura::ledger {
namespace {

/// The table's lines without the columns that the actor may not see.
boost::json::value visible_lines(const RecordType& type, const Field& field, const boost::json::value& lines,
                                 const Actor& actor) {
  if (!lines.is_array()) return lines;
  boost::json::array out;
  for (const auto& line : lines.get_array()) {
    boost::json::object cells;
    if (const auto* given = line.if_object())
      for (const Field& column : field.columns)
        if (const auto* cell = given->if_contains(column.name); cell && may_read(type, column.sensitivity, actor))
          cells.emplace(column.name, *cell);
    out.emplace_back(std::move(cells));
  }
  return out;
}

}  // namespace

bool may_read(const RecordType& type, const Actor& actor) {
  return actor.may(type.permissions.read);
}

bool may_read(const RecordType& type, Sensitivity sensitivity, const Actor& actor) {
  if (!may_read(type, actor)) return false;
  switch (sensitivity) {
    case Sensitivity::normal:
      return true;
    case Sensitivity::personal:
      return type.permissions.read_personal.empty() || actor.may(type.permissions.read_personal);
    case Sensitivity::secret:
      return actor.may(type.permissions.read_secret);
    case Sensitivity::sealed:
      return actor.may(type.permissions.read_sealed);
  }
  return false;
}

boost::json::object visible_body(const RecordType& type, const boost::json::object& body, const Actor& actor) {
  boost::json::object out;
  if (!may_read(type, actor)) return out;
  // Fields that the type no longer knows have lost their sensitivity, so they are not shown.
  for (const Field& field : type.fields) {
    const auto* value = body.if_contains(field.name);
    if (!value || !may_read(type, field.sensitivity, actor)) continue;
    if (field.kind == FieldKind::table)
      out.emplace(field.name, visible_lines(type, field, *value, actor));
    else
      out.emplace(field.name, *value);
  }
  return out;
}

}  // namespace yagura::ledger
