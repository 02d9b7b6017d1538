#include "registers/row_references.hpp"

#include <boost/json.hpp>
#include <set>
#include <utility>

namespace yagura::registers {
namespace {

namespace json = boost::json;

/// Visits the text of every reference in `fields`, which may be const.
template <typename Fields, typename Visit>
void for_each_reference(const ledger::RecordType& type, Fields& fields, const Visit& visit) {
  const auto visit_value = [&](const ledger::Field& field, auto& value) {
    if (field.kind == ledger::FieldKind::reference && value.is_string()) visit(value.get_string());
    if (field.kind == ledger::FieldKind::list && field.items == ledger::FieldKind::reference && value.is_array())
      for (auto& item : value.get_array())
        if (item.is_string()) visit(item.get_string());
  };
  for (const ledger::Field& field : type.fields) {
    auto* value = fields.if_contains(field.name);
    if (value == nullptr) continue;
    visit_value(field, *value);
    if (field.kind != ledger::FieldKind::table || !value->is_array()) continue;
    for (auto& line : value->get_array())
      if (auto* cells = line.if_object())
        for (const ledger::Field& column : field.columns)
          if (auto* cell = cells->if_contains(column.name)) visit_value(column, *cell);
  }
}

}  // namespace

std::vector<const ImportRow*> in_order_of_reference(const std::vector<ImportRow>& rows,
                                                    const ledger::RecordType& type) {
  std::vector<const ImportRow*> order;
  std::map<std::string_view, const ImportRow*> by_id;
  for (const ImportRow& row : rows)
    if (!row.id.empty()) by_id.emplace(row.id, &row);
  std::set<const ImportRow*> begun;
  // An explicit stack: a chain of references in a hostile file may be as long as the file.
  for (const ImportRow& start : rows) {
    std::vector<std::pair<const ImportRow*, bool>> stack{{&start, false}};
    while (!stack.empty()) {
      const auto [row, ready] = stack.back();
      stack.pop_back();
      if (ready) {
        order.push_back(row);
      } else if (begun.insert(row).second) {
        stack.emplace_back(row, true);
        for_each_reference(type, row->fields, [&](const json::string& id) {
          const auto found = by_id.find(std::string_view(id.data(), id.size()));
          if (found != by_id.end() && !begun.contains(found->second)) stack.emplace_back(found->second, false);
        });
      }
    }
  }
  return order;
}

void rename_references(const ledger::RecordType& type, const std::map<std::string, std::string>& new_ids,
                       json::object& body) {
  for_each_reference(type, body, [&](json::string& id) {
    const auto found = new_ids.find(std::string(id));
    if (found != new_ids.end()) id = found->second;
  });
}

}  // namespace yagura::registers
