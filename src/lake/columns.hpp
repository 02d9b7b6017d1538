// The columns of the lake's table of events: one list from which schema, encoder, query compiler and answers
// follow.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "event/ocsf.hpp"

namespace yagura::lake {

enum class ColumnKind { uuid, time, word, text, number, attributes, raw, search_text };

/// In the query language and in answers a column goes by `name` ("process.cmd_line"); in SQL by `sql`
/// ("process_cmd_line").
struct Column {
  std::string name;
  std::string sql;
  ColumnKind kind;
  std::string type;                           // ClickHouse's
  std::optional<event::Attribute> attribute;  // of OCSF
  std::string number_sql;                     // of an ip: the IPv6 column that ranges are asked of; else empty
};

/// In the table's order. Append only.
std::span<const Column> columns();

const Column* find_column(std::string_view name);

/// The source's coordinates stand first; then the OCSF attributes.
constexpr size_t first_attribute_column = 17;

/// "src_endpoint.ip" -> "src_endpoint_ip".
std::string sql_name(std::string_view name);

}  // namespace yagura::lake
