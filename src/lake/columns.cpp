#include "lake/columns.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/check.hpp"

namespace yagura::lake {
namespace {

std::vector<Column> make_columns() {
  constexpr const char* word = "LowCardinality(String)";
  std::vector<Column> out{
      {"event_uid", "event_uid", ColumnKind::uuid, "UUID", {}, {}},
      {"time", "time", ColumnKind::time, "DateTime64(9, 'UTC')", {}, {}},
      {"received", "received", ColumnKind::time, "DateTime64(9, 'UTC')", {}, {}},
      {"source", "source", ColumnKind::word, word, {}, {}},
      {"format", "format", ColumnKind::word, word, {}, {}},
      {"host", "host", ColumnKind::word, word, {}, {}},
      {"channel", "channel", ColumnKind::word, word, {}, {}},
      {"provider", "provider", ColumnKind::word, word, {}, {}},
      {"event_id", "event_id", ColumnKind::number, "Int64", {}, {}},
      {"record_id", "record_id", ColumnKind::number, "UInt64", {}, {}},
      {"line", "line", ColumnKind::number, "UInt64", {}, {}},
      {"offset", "byte_offset", ColumnKind::number, "UInt64", {}, {}},  // OFFSET is a word of SQL
      {"dirt", "dirt", ColumnKind::word, word, {}, {}},
      {"class_uid", "class_uid", ColumnKind::number, "UInt32", {}, {}},
      {"category_uid", "category_uid", ColumnKind::number, "UInt8", {}, {}},
      {"activity_id", "activity_id", ColumnKind::number, "Int32", {}, {}},
      {"severity_id", "severity_id", ColumnKind::number, "UInt8", {}, {}},
  };
  check(out.size() == first_attribute_column, "first_attribute_column does not count the columns before it");
  for (size_t i = 0; i < event::attribute_count; ++i) {
    const event::AttributeInfo& info = event::attributes[i];
    Column column{
        std::string(info.name), sql_name(info.name), ColumnKind::text, "String", static_cast<event::Attribute>(i), {}};
    if (info.kind == event::AttributeKind::word) {
      column.kind = ColumnKind::word;
      column.type = word;
    } else if (info.kind == event::AttributeKind::number) {
      column.kind = ColumnKind::number;
      column.type = "Nullable(Int64)";
    } else if (info.kind == event::AttributeKind::ip) {
      column.number_sql = column.sql + "6";
    }
    out.push_back(std::move(column));
  }
  out.push_back({"attributes", "attributes", ColumnKind::attributes, "Map(LowCardinality(String), String)", {}, {}});
  out.push_back({"raw", "raw", ColumnKind::raw, "String", {}, {}});
  out.push_back({"text", "text", ColumnKind::search_text, "String", {}, {}});
  return out;
}

const std::vector<Column>& all() {
  static const std::vector<Column> made = make_columns();
  return made;
}

}  // namespace

std::span<const Column> columns() {
  return all();
}

const Column* find_column(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const Column*> out;
    for (const Column& column : all()) out.emplace(column.name, &column);
    return out;
  }();
  const auto it = by_name.find(name);
  return it == by_name.end() ? nullptr : it->second;
}

std::string sql_name(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '.', '_');
  return out;
}

}  // namespace yagura::lake
