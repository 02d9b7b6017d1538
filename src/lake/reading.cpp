#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "lake/columns.hpp"
#include "lake/event_block.hpp"
#include "lake/event_store.hpp"
#include "lake/query/compiler.hpp"
#include "lake/sql_guard.hpp"

namespace yagura::lake {
namespace {

namespace json = boost::json;

constexpr auto search_time_max = std::chrono::seconds(60);

/// What every reading statement is held to; `readonly` stands last so that nothing after it can be set.
Params reading_settings(std::chrono::milliseconds time_max) {
  return {{"max_execution_time", fmt::format("{}", std::max<int64_t>(1, time_max.count() / 1000))},
          {"output_format_json_quote_64bit_integers", "0"},
          {"output_format_json_named_tuples_as_objects", "0"},
          {"readonly", "1"}};
}

/// The columns of a row as search() selects them, in order.
std::string row_columns() {
  std::string out = "toString(event_uid), toUnixTimestamp64Nano(time), toUnixTimestamp64Nano(received)";
  for (const Column& column : columns().subspan(3, columns().size() - 3 - 3)) out += ", " + column.sql;
  return out + ", mapKeys(attributes), mapValues(attributes), raw";
}

json::object fields_of(const json::array& keys, const json::array& values) {
  json::object out;
  for (size_t i = 0; i < keys.size() && i < values.size(); ++i) {
    const auto& name = keys[i].get_string();
    json::value* there = out.if_contains(name);
    if (there == nullptr) {
      out[name] = values[i];
    } else if (there->is_array()) {
      there->get_array().push_back(values[i]);
    } else {
      json::value first = std::move(*there);
      *there = json::array{std::move(first), values[i]};
    }
  }
  return out;
}

bool empty(const json::value& value) {
  return value.is_null() || (value.is_string() && value.get_string().empty());
}

json::object row_of(const json::array& cells) {
  json::object out;
  json::object ocsf;
  out["event_uid"] = cells[0];
  out["time"] = format_time({cells[1].to_number<int64_t>()}, 9);
  out["received"] = format_time({cells[2].to_number<int64_t>()}, 3);
  size_t at = 3;
  for (const Column& column : columns().subspan(3, columns().size() - 3 - 3)) {
    const json::value& cell = cells[at++];
    if (empty(cell)) continue;
    if (column.attribute) {
      ocsf[column.name] = cell;
    } else if (column.name == "dirt") {
      json::array names;
      for (const std::string_view name : split(std::string_view(cell.get_string()), ','))
        names.push_back(json::string(name));
      out["dirt"] = std::move(names);
    } else if (cell.is_string() || cell.to_number<int64_t>() != 0) {
      out[column.name] = cell;
    }
  }
  out["class_uid"] = out.contains("class_uid") ? out["class_uid"] : json::value(0);
  out["class_name"] = json::string(event::ocsf::class_name(out["class_uid"].to_number<int32_t>()));
  out["ocsf"] = std::move(ocsf);
  out["fields"] = fields_of(cells[at].get_array(), cells[at + 1].get_array());
  out["raw"] = cells[at + 2];
  return out;
}

/// Every line of the answer through `take`; what is no JSON array is the engine's fault, not the user's.
Status each_row(std::string_view body, auto&& take) {
  try {
    while (!body.empty()) {
      const size_t end = std::min(body.find('\n'), body.size());
      const std::string_view line = body.substr(0, end);
      body.remove_prefix(std::min(end + 1, body.size()));
      if (!line.empty()) take(json::parse(line).as_array());
    }
  } catch (const std::exception& e) {
    return failure(ErrorKind::corrupt, std::string("the lake's answer can't be read: ") + e.what());
  }
  return {};
}

struct Where {
  std::string sql;
  Params params;
};

Where where(const Query& query, const TimeRange& range) {
  CompiledFilter filter = compile(query);
  Where out{
      "time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Nano({to:Int64}, 'UTC')",
      std::move(filter.params)};
  out.params.emplace_back("from", std::to_string(stored_time(range.from).ns));
  out.params.emplace_back("to", std::to_string(stored_time(range.to).ns));
  if (filter.sql != "1") out.sql += " AND " + filter.sql;
  return out;
}

struct Cursor {
  int64_t ns = 0;
  std::string uid;
};

std::optional<Cursor> read_cursor(std::string_view text) {
  const size_t colon = text.find(':');
  Cursor out;
  const auto [end, error] = std::from_chars(text.data(), text.data() + std::min(colon, text.size()), out.ns);
  if (colon == std::string_view::npos || error != std::errc() || end != text.data() + colon) return std::nullopt;
  out.uid = text.substr(colon + 1);
  if (out.uid.size() != 36 || out.uid.find_first_not_of("0123456789abcdef-") != std::string::npos) return std::nullopt;
  return out;
}

}  // namespace

TimeRange last_day(Timestamp now) {
  return {{now.ns - 86'400 * ns_per_second}, now};
}

Result<SearchPage> EventStore::search(const Query& query, const TimeRange& range, size_t limit, Order order,
                                      std::string_view cursor) {
  if (limit == 0 || limit > search_rows_max)
    return failure(ErrorKind::invalid, fmt::format("a page holds 1 to {} events", search_rows_max));
  Where filter = where(query, range);
  const bool newest = order == Order::newest_first;
  if (!cursor.empty()) {
    const auto at = read_cursor(cursor);
    if (!at) return failure(ErrorKind::invalid, "this cursor was not made by the lake");
    filter.sql += fmt::format(
        " AND time {0}= fromUnixTimestamp64Nano({{at:Int64}}, 'UTC') AND (time, event_uid) {0} "
        "(fromUnixTimestamp64Nano({{at:Int64}}, 'UTC'), {{uid:UUID}})",
        newest ? "<" : ">");
    filter.params.emplace_back("at", std::to_string(at->ns));
    filter.params.emplace_back("uid", at->uid);
  }
  const std::string sql = fmt::format(
      "SELECT {0} FROM events WHERE {1} ORDER BY time {2}, event_uid {2} LIMIT {3} FORMAT "
      "JSONCompactEachRow",
      row_columns(), filter.sql, newest ? "DESC" : "ASC", limit + 1);
  auto answer = client_->run({.sql = sql,
                              .params = std::move(filter.params),
                              .settings = reading_settings(search_time_max),
                              .time_max = search_time_max});
  if (!answer) return std::unexpected(answer.error());
  SearchPage page;
  std::string last;
  auto read = each_row(answer->body, [&](const json::array& cells) {
    if (page.rows.size() == limit) {
      page.next_cursor = last;
      return;
    }
    page.rows.push_back(row_of(cells));
    last = fmt::format("{}:{}", cells[1].to_number<int64_t>(), std::string_view(cells[0].get_string()));
  });
  if (!read) return std::unexpected(read.error());
  return page;
}

Result<std::vector<Bucket>> EventStore::histogram(const Query& query, const TimeRange& range, size_t buckets) {
  if (buckets == 0 || buckets > histogram_buckets_max || range.to <= range.from)
    return failure(ErrorKind::invalid,
                   fmt::format("a histogram has 1 to {} buckets over a time that passes", histogram_buckets_max));
  Where filter = where(query, range);
  int64_t span = 0;
  if (__builtin_sub_overflow(range.to.ns, range.from.ns, &span))
    return failure(ErrorKind::invalid, "the time range is too long");
  const int64_t width =
      std::max<int64_t>(1, (span + static_cast<int64_t>(buckets) - 1) / static_cast<int64_t>(buckets));
  filter.params.emplace_back("width", std::to_string(width));
  auto answer = client_->run(
      {.sql = "SELECT intDiv(toUnixTimestamp64Nano(time) - {from:Int64}, {width:Int64}) AS bucket, count() "
              "FROM events WHERE " +
              filter.sql + " GROUP BY bucket FORMAT JSONCompactEachRow",
       .params = std::move(filter.params),
       .settings = reading_settings(search_time_max),
       .time_max = search_time_max});
  if (!answer) return std::unexpected(answer.error());
  std::vector<Bucket> out(buckets);
  const int64_t start = stored_time(range.from).ns;
  for (size_t i = 0; i < buckets; ++i) out[i].start = {start + static_cast<int64_t>(i) * width};
  auto read = each_row(answer->body, [&](const json::array& cells) {
    const auto at = cells[0].to_number<size_t>();
    if (at < out.size()) out[at].count += cells[1].to_number<uint64_t>();
  });
  if (!read) return std::unexpected(read.error());
  return out;
}

Result<uint64_t> EventStore::count(const Query& query, const TimeRange& range) {
  Where filter = where(query, range);
  auto answer = client_->run({.sql = "SELECT count() FROM events WHERE " + filter.sql,
                              .params = std::move(filter.params),
                              .settings = reading_settings(search_time_max),
                              .time_max = search_time_max});
  if (!answer) return std::unexpected(answer.error());
  uint64_t out = 0;
  std::from_chars(answer->body.data(), answer->body.data() + answer->body.size(), out);
  return out;
}

Result<json::object> EventStore::get(std::string_view event_uid) {
  const std::string uid = ascii_lower(event_uid);
  if (!read_cursor("0:" + uid)) return failure(ErrorKind::invalid, "an event uid is a UUID");
  auto answer = client_->run(
      {.sql = "SELECT " + row_columns() + " FROM events WHERE event_uid = {uid:UUID} LIMIT 1 FORMAT JSONCompactEachRow",
       .params = {{"uid", uid}},
       .settings = reading_settings(search_time_max),
       .time_max = search_time_max});
  if (!answer) return std::unexpected(answer.error());
  std::optional<json::object> out;
  auto read = each_row(answer->body, [&](const json::array& cells) { out = row_of(cells); });
  if (!read) return std::unexpected(read.error());
  if (!out) return failure(ErrorKind::not_found, "no event has the uid " + uid);
  return std::move(*out);
}

Result<std::vector<json::object>> EventStore::get_all(std::span<const std::string> event_uids,
                                                      const std::optional<TimeRange>& range) {
  Params params;
  std::string list;
  for (const std::string& each : event_uids) {
    const std::string uid = ascii_lower(each);
    if (!read_cursor("0:" + uid)) continue;  // no event can have it
    if (params.size() == events_by_uid_max)
      return failure(ErrorKind::invalid, fmt::format("at most {} events are asked for at once", events_by_uid_max));
    list += fmt::format("{}{{u{}:UUID}}", list.empty() ? "" : ", ", params.size());
    params.emplace_back(fmt::format("u{}", params.size()), uid);
  }
  std::vector<json::object> out;
  if (params.empty()) return out;
  std::string sql = "SELECT " + row_columns() + " FROM events WHERE event_uid IN (" + list + ")";
  if (range) {
    sql +=
        " AND time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Nano({to:Int64}, "
        "'UTC')";
    params.emplace_back("from", std::to_string(stored_time(range->from).ns));
    params.emplace_back("to", std::to_string(stored_time(range->to).ns));
  }
  auto answer = client_->run({.sql = sql + " ORDER BY time, event_uid FORMAT JSONCompactEachRow",
                              .params = std::move(params),
                              .settings = reading_settings(search_time_max),
                              .time_max = search_time_max});
  if (!answer) return std::unexpected(answer.error());
  auto read = each_row(answer->body, [&](const json::array& cells) { out.push_back(row_of(cells)); });
  if (!read) return std::unexpected(read.error());
  return out;
}

Diagnosed<Result<SqlAnswer>> EventStore::sql(std::string_view text, const SqlLimits& limits) {
  if (auto forbidden = find_forbidden(text)) return std::unexpected(*forbidden);
  Params settings = reading_settings(limits.time_max);
  settings.insert(settings.end() - 1, {{"max_result_rows", std::to_string(limits.rows_max + 1)},
                                       {"result_overflow_mode", "break"},
                                       {"max_memory_usage", std::to_string(1ull << 30)},
                                       {"max_result_bytes", std::to_string(answer_bytes_max / 2)},
                                       {"default_format", "JSONCompactEachRowWithNames"}});
  auto answer = client_->run(
      {.sql = text, .settings = std::move(settings), .time_max = limits.time_max + std::chrono::seconds(5)});
  if (!answer) return Result<SqlAnswer>(std::unexpected(answer.error()));
  SqlAnswer out;
  bool first = true;
  auto read = each_row(answer->body, [&](const json::array& cells) {
    if (std::exchange(first, false))
      for (const json::value& cell : cells) out.columns.emplace_back(cell.as_string());
    else if (out.rows.size() < limits.rows_max)
      out.rows.push_back(cells);
    else
      out.cut = true;
  });
  if (!read) return Result<SqlAnswer>(std::unexpected(read.error()));
  return Result<SqlAnswer>(std::move(out));
}

LakeHealth EventStore::health() {
  LakeHealth out;
  auto answer = client_->run(
      {.sql =
           "SELECT (SELECT sum(rows) FROM system.parts WHERE active AND database = {db:String} AND table = 'events'), "
           "(SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = {db:String}), "
           "(SELECT count() FROM system.parts WHERE active AND database = {db:String}), "
           "(SELECT count() FROM system.detached_parts WHERE database = {db:String}), "
           "(SELECT min(free_space) FROM system.disks), "
           "(SELECT min(partition) FROM system.parts WHERE active AND database = {db:String} AND table = 'events') "
           "FORMAT JSONCompactEachRow",
       .params = {{"db", client_->endpoint().database}},
       .settings = reading_settings(std::chrono::seconds(5)),
       .time_max = std::chrono::seconds(5)});
  if (!answer) {
    out.message = answer.error().message;
    return out;
  }
  auto read = each_row(answer->body, [&](const json::array& cells) {
    const auto number = [&](size_t i) { return cells[i].is_null() ? 0 : cells[i].to_number<uint64_t>(); };
    out = {true, number(0), number(1), number(2), number(3), number(4), "", retention_.days, ""};
    if (out.events > 0 && cells[5].is_string()) out.oldest_day = cells[5].get_string();
  });
  if (!read) out.message = read.error().message;
  if (out.detached_parts > 0)
    out.message =
        fmt::format("{} broken parts of the lake were put aside; see system.detached_parts and restore a backup",
                    out.detached_parts);
  return out;
}

}  // namespace yagura::lake
