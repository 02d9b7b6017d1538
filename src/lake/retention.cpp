#include <charconv>

#include "base/text.hpp"
#include "lake/event_store.hpp"

namespace yagura::lake {
namespace {

constexpr int64_t day_ns = 86'400 * ns_per_second;
constexpr auto look_time_max = std::chrono::minutes(5);

/// Days of which every event happened (the engine's number of a day may be that of a far year, too: its times decide)
/// and was received before `cutoff`: evidence of an old break-in that is brought in today stays as long as what happens
/// today.
Result<std::vector<ExpiredDay>> days_before(Client& client, Timestamp cutoff) {
  auto answer = client.run(
      {.sql = "SELECT toString(toYYYYMMDD(time)) AS day, count() FROM events WHERE toYYYYMMDD(time) < "
              "toYYYYMMDD(fromUnixTimestamp64Nano({cutoff:Int64}, 'UTC')) GROUP BY day HAVING greatest(max(received), "
              "max(time)) < fromUnixTimestamp64Nano({cutoff:Int64}) ORDER BY day FORMAT TabSeparatedRaw",
       .params = {{"cutoff", std::to_string(cutoff.ns)}},
       .time_max = look_time_max});
  if (!answer) return std::unexpected(answer.error());
  std::vector<ExpiredDay> out;
  for (const std::string_view row : split(answer->body, '\n')) {
    const auto cells = split(row, '\t');
    if (cells.size() != 2) continue;
    ExpiredDay day{std::string(cells[0]), 0};
    std::from_chars(cells[1].data(), cells[1].data() + cells[1].size(), day.events);
    out.push_back(std::move(day));
  }
  return out;
}

}  // namespace

Status EventStore::expire(Timestamp now, std::vector<ExpiredDay>& expired) {
  if (retention_.days <= 0) return {};
  const std::unique_lock alone(expiring_);
  auto days = days_before(*client_, {now.ns - retention_.days * day_ns});
  if (!days) return std::unexpected(days.error());
  for (ExpiredDay& day : *days) {
    // The day is the engine's own number of it, read from its answer: digits.
    auto dropped =
        client_->run({.sql = "ALTER TABLE events DROP PARTITION ID '" + day.day + "'", .time_max = look_time_max});
    if (!dropped) return std::unexpected(dropped.error());
    expired.push_back(std::move(day));
  }
  return {};
}

}  // namespace yagura::lake
