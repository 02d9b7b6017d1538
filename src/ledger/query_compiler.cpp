#include "ledger/query_compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "ledger/dialect.hpp"
#include "ledger/fact.hpp"
#include "ledger/record_store.hpp"
#include "ledger/search_text.hpp"

namespace yagura::ledger {
namespace {

/// A column of every record, and what kind of values it holds.
struct OwnColumn {
  std::string_view name;
  std::string_view expression;
  FieldKind kind;
};

constexpr std::array<OwnColumn, 7> own_columns{{{"id", "records.id", FieldKind::text},
                                                {"state", "records.state", FieldKind::text},
                                                {"version", "records.version", FieldKind::integer},
                                                {"created_at", "records.created_at", FieldKind::integer},
                                                {"created_by", "records.created_by", FieldKind::text},
                                                {"updated_at", "records.updated_at", FieldKind::integer},
                                                {"updated_by", "records.updated_by", FieldKind::text}}};

const OwnColumn* own_column(std::string_view name) {
  const auto found = std::ranges::find(own_columns, name, &OwnColumn::name);
  return found == own_columns.end() ? nullptr : &*found;
}

bool is_numeric(FieldKind kind) {
  return kind == FieldKind::integer || kind == FieldKind::number || kind == FieldKind::duration ||
         kind == FieldKind::boolean;
}

template <typename T>
std::optional<T> whole(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return std::nullopt;
}

/// A text that stands for a number, as query strings hand them over.
std::optional<FilterValue> as_number(std::string_view text) {
  if (text == "true") return int64_t{1};
  if (text == "false") return int64_t{0};
  if (const auto integer = whole<int64_t>(text)) return *integer;
  if (const auto real = whole<double>(text)) return *real;
  return std::nullopt;
}

/// The value as the record's column holds it; nothing when it can't be one of this kind.
std::optional<FilterValue> fit(const FilterValue& value, FieldKind kind, bool as_nanoseconds) {
  const auto* text = std::get_if<std::string>(&value);
  if (text && as_nanoseconds) {
    const auto time = parse_time(*text);
    return time ? std::optional<FilterValue>(time->ns) : std::nullopt;
  }
  if (text && *text == unknown_value) return value;
  if (is_numeric(kind)) {
    if (text) return as_number(*text);
    if (const auto* yes = std::get_if<bool>(&value)) return int64_t{*yes};
    return value;
  }
  if (!text) return std::nullopt;
  if (kind == FieldKind::time) {
    const auto time = parse_time(*text);
    return time ? std::optional<FilterValue>(format_time(*time)) : std::nullopt;
  }
  return value;
}

}  // namespace

QueryCompiler::QueryCompiler(const RecordTypes& types, const RecordQuery& query) : query_(query) {
  const RecordType* type = types.find(query.type);
  if (!type) {
    wrong("query.no_such_type", "type", fmt::format("there is no record type '{}'", query.type));
    return;
  }
  if (query.limit < 1 || query.limit > page_records_max)
    wrong("query.limit", "limit", fmt::format("a page holds 1 to {} records", page_records_max));
  if (query.filters.size() > filter_terms_max) {
    wrong("query.limit", "filters", fmt::format("at most {} conditions", filter_terms_max));
    return;
  }
  // The words are the first parameter, so that a statement without them has no parameter beyond its last.
  if (query.text.size() > search_text_bytes_max) {
    wrong("query.limit", "text", fmt::format("search for at most {} bytes", search_text_bytes_max));
  } else if (const std::string words = search_expression(query.text); !words.empty()) {
    bind_text(words);
    words_ = search_condition(static_cast<int>(values_.size()));
  }
  // The type stands in the text, not as a parameter: the indexes on fields belong to one type each.
  where_ = fmt::format("records.type = '{}'", type->id);
  if (!query.states.empty()) {
    std::string states;
    for (const std::string& state : query.states) {
      if (!type->state(state)) wrong("query.state", "state", fmt::format("there is no state '{}'", state));
      states += (states.empty() ? "" : ", ") + bind(std::string_view(state));
    }
    where_ += fmt::format(" AND records.state IN ({})", states);
  }
  for (const Filter& each : query.filters) filter(*type, each);
  descending_ = query.descending ? "DESC" : "ASC";
  const Field* field = type->field(query.sort);
  if (const OwnColumn* own = own_column(query.sort); own && own->name != "id")
    sort_ = own->expression;
  else if (field && field->kind != FieldKind::list && field->kind != FieldKind::table && field->kind != FieldKind::json)
    sort_ = field_expression(field->name);
  else if (!query.sort.empty() && query.sort != "id")
    wrong("query.field", query.sort, fmt::format("records can't be sorted by '{}'", query.sort));
  if (!query.cursor.empty()) continue_after(query.cursor);
}

void QueryCompiler::wrong(std::string code, const std::string& field, std::string message, std::string hint) {
  reasons_.push_back({std::move(code), field, std::move(message), std::move(hint), {{"field", field}}});
}

std::string QueryCompiler::bind(Value value) {
  values_.push_back(value);
  return fmt::format("?{}", values_.size());
}

std::string QueryCompiler::bind_text(std::string text) {
  texts_.push_back(std::move(text));
  return bind(std::string_view(texts_.back()));
}

void QueryCompiler::filter(const RecordType& type, const Filter& filter) {
  const OwnColumn* own = own_column(filter.field);
  const Field* field = own ? nullptr : type.field(filter.field);
  if (!own && !field)
    return wrong("query.field", filter.field,
                 fmt::format("a record of type {} has no field '{}'", type.id, filter.field));
  if (filter.values.size() > filter_values_max)
    return wrong("query.limit", filter.field, fmt::format("at most {} values", filter_values_max));
  const std::string expression = own ? std::string(own->expression) : field_expression(field->name);
  if (filter.op == FilterOp::empty || filter.op == FilterOp::filled) {
    where_ += fmt::format(" AND {} {} ''", expression, filter.op == FilterOp::empty ? "=" : "<>");
    return;
  }
  if (field && field->kind == FieldKind::list) return filter_list(type, *field, filter);
  if (field && (field->kind == FieldKind::table || field->kind == FieldKind::json))
    return wrong("query.op", filter.field, "a field of this type can only be asked for empty or filled");
  if (filter.op == FilterOp::contains) return wrong("query.op", filter.field, "only a list contains something");
  const FieldKind kind = own ? own->kind : field->kind;
  const bool as_nanoseconds = own && own->name.ends_with("_at");
  std::vector<std::string> bound;
  for (const FilterValue& value : filter.values) {
    auto fitting = fit(value, kind, as_nanoseconds);
    if (!fitting) return wrong("query.value", filter.field, fmt::format("not a value of type {}", to_text(kind)));
    if (auto* text = std::get_if<std::string>(&*fitting))
      bound.push_back(bind_text(std::move(*text)));
    else if (const auto* real = std::get_if<double>(&*fitting))
      bound.push_back(bind(*real));
    else
      bound.push_back(bind(std::get<int64_t>(*fitting)));
  }
  if (bound.empty() || (filter.op != FilterOp::in && bound.size() != 1))
    return wrong("query.value", filter.field, "the condition needs exactly one value");
  // Numbers sort before texts, and "" and "unknown" are texts: a range must not run into them.
  const std::string guard = is_numeric(kind) ? fmt::format(" AND {} < ''", expression)
                            : kind == FieldKind::time || kind == FieldKind::date
                                ? fmt::format(" AND {0} > '' AND {0} < ':'", expression)
                                : fmt::format(" AND {} > ''", expression);
  switch (filter.op) {
    case FilterOp::equals:
      where_ += fmt::format(" AND {} = {}", expression, bound[0]);
      break;
    case FilterOp::not_equals:
      where_ += fmt::format(" AND {} <> {}", expression, bound[0]);
      break;
    case FilterOp::at_least:
      where_ += fmt::format(" AND {} >= {}{}", expression, bound[0], guard);
      break;
    case FilterOp::at_most:
      where_ += fmt::format(" AND {} <= {}{}", expression, bound[0], guard);
      break;
    default: {
      std::string list;
      for (const std::string& each : bound) list += (list.empty() ? "" : ", ") + each;
      where_ += fmt::format(" AND {} IN ({})", expression, list);
    }
  }
}

void QueryCompiler::filter_list(const RecordType& type, const Field& field, const Filter& filter) {
  if (filter.op != FilterOp::contains && filter.op != FilterOp::in)
    return wrong("query.op", filter.field, "a list can be asked for contains, in, empty and filled");
  if (filter.values.empty()) return wrong("query.value", filter.field, "the condition needs a value");
  std::string list;
  for (const FilterValue& value : filter.values) {
    auto fitting = fit(value, field.items, false);
    if (!fitting)
      return wrong("query.value", filter.field, fmt::format("not a value of type {}", to_text(field.items)));
    std::string bound;
    if (auto* text = std::get_if<std::string>(&*fitting))
      bound = bind_text(std::move(*text));
    else if (const auto* real = std::get_if<double>(&*fitting))
      bound = bind(*real);
    else
      bound = bind(std::get<int64_t>(*fitting));
    list += (list.empty() ? "" : ", ") + bound;
  }
  if (!field.indexed)
    return wrong("query.op", filter.field, "the items of this list are not indexed", "`indexed: true` in its type");
  // One value of one list, newest first: the items themselves stand in that order, so the first page is all that is
  // read.
  if (filter.values.size() == 1 && query_.sort.empty() && query_.text.empty() && items_.empty()) {
    items_ = fmt::format("list_items.type = '{}' AND list_items.field = '{}' AND list_items.value = {}", type.id,
                         field.name, list);
    where_ += " AND " + items_;
    return;
  }
  where_ += fmt::format(
      " AND records.num IN (SELECT num FROM list_items WHERE type = '{}' AND field = '{}' AND value IN ({}))", type.id,
      field.name, list);
}

std::string QueryCompiler::cursor(const Value& sort_value, int64_t num) {
  boost::json::array parts;
  if (const auto* integer = std::get_if<int64_t>(&sort_value))
    parts.emplace_back(*integer);
  else if (const auto* real = std::get_if<double>(&sort_value))
    parts.emplace_back(fmt::format("{}", *real)), parts.emplace_back("real");
  else if (const auto* text = std::get_if<std::string_view>(&sort_value))
    parts.emplace_back(boost::json::string_view(text->data(), text->size()));
  else
    parts.emplace_back(nullptr);
  parts.emplace_back(num);
  return to_hex(canonical_json(parts));
}

void QueryCompiler::continue_after(const std::string& cursor) {
  constexpr size_t cursor_bytes_max = 16 << 10;
  const auto foreign = [&] {
    wrong("query.cursor", "cursor", "not a cursor of this query", "start at the first page");
  };
  std::string text;
  for (size_t i = 0; i + 1 < cursor.size() && cursor.size() <= cursor_bytes_max; i += 2) {
    unsigned byte = 0;
    if (std::from_chars(cursor.data() + i, cursor.data() + i + 2, byte, 16).ptr != cursor.data() + i + 2) break;
    text += static_cast<char>(byte);
  }
  boost::system::error_code error;
  const auto value = boost::json::parse(text, error);
  const auto* parts = error ? nullptr : value.if_array();
  if (!parts || parts->size() < 2 || !parts->back().is_int64()) return foreign();
  const std::string_view beyond = query_.descending ? "<" : ">";
  const int64_t num = parts->back().get_int64();
  if (sort_.empty()) {
    if (!parts->front().is_null()) return foreign();
    // The rowid of the search table is the same number, and the one that it can seek by.
    const std::string place = bind(num);
    where_ += fmt::format(" AND records.num {} {}", beyond, place);
    if (!words_.empty()) words_ += fmt::format(" AND search.rowid {} {}", beyond, place);
    if (!items_.empty()) where_ += fmt::format(" AND list_items.num {} {}", beyond, place);
    return;
  }
  std::string place;
  if (parts->front().is_int64()) {
    place = bind(parts->front().get_int64());
  } else if (parts->front().is_string() && parts->size() == 3) {
    const auto real = whole<double>(std::string_view(parts->front().get_string()));
    if (!real) return foreign();
    place = bind(*real);
  } else if (parts->front().is_string()) {
    place = bind_text(std::string(parts->front().get_string().c_str(), parts->front().get_string().size()));
  } else {
    return foreign();
  }
  const std::string after = bind(num);
  where_ += fmt::format(" AND {0} {1}= {2} AND ({0} {1} {2} OR records.num {1} {3})", sort_, beyond, place, after);
}

std::string QueryCompiler::from() const {
  if (!items_.empty()) return "list_items CROSS JOIN records ON records.num = list_items.num";
  if (words_.empty()) return "records";
  // CROSS JOIN keeps the order: the left side is walked, the right side looked up.
  return conditions_first_ ? "records CROSS JOIN search ON search.rowid = records.num"
                           : "search CROSS JOIN records ON records.num = search.rowid";
}

std::string QueryCompiler::where() const {
  return words_.empty() ? where_ : fmt::format("{} AND {}", where_, words_);
}

bool QueryCompiler::has_order_and_conditions() const {
  if (!words_.empty() || sort_.empty()) return false;
  // A range of what is sorted by is a stretch of its index already: there is nothing else to begin with.
  return !query_.states.empty() ||
         std::ranges::any_of(query_.filters, [&](const Filter& filter) { return filter.field != query_.sort; });
}

std::string QueryCompiler::select_sql() const {
  const std::string_view key = !items_.empty()                       ? "list_items.num"
                               : words_.empty() || conditions_first_ ? "records.num"
                                                                     : "search.rowid";
  // What stands behind a + is no column of an index: SQLite sorts, and walks what the conditions ask for.
  const std::string_view sorted = words_.empty() && conditions_first_ ? "+" : "";
  const std::string order = sort_.empty()
                                ? fmt::format("{} {}", key, descending_)
                                : fmt::format("{}{} {}, records.num {}", sorted, sort_, descending_, descending_);
  return fmt::format("SELECT {}, {} FROM {} WHERE {} ORDER BY {} LIMIT {}", record_columns,
                     sort_.empty() ? "NULL" : sort_, from(), where(), order, query_.limit + 1);
}

std::string QueryCompiler::count_sql() const {
  return fmt::format("SELECT count(*) FROM {} WHERE {}", from(), where());
}

std::string QueryCompiler::more_than_sql(int64_t rows) const {
  return fmt::format("SELECT count(*) > {} FROM (SELECT 1 FROM records WHERE {} LIMIT {})", rows, where_, rows + 1);
}

}  // namespace yagura::ledger
