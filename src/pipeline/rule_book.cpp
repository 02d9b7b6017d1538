#include "pipeline/rule_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "pipeline/rule_tests.hpp"

namespace yagura::pipeline {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

int64_t number_of(const json::value& value) {
  boost::system::error_code ignored;
  return value.is_number() ? value.to_number<int64_t>(ignored) : 0;
}

/// Samples beside the rules' files, run with nothing generated.
void test_by_samples(const std::shared_ptr<const detect::RuleSet>& rules, const detect::Taxonomy& taxonomy,
                     Counters& counters, std::vector<RuleStanding>& standing) {
  std::vector<fs::path> files;
  for (uint32_t i = 0; i < rules->shared_rules().size(); ++i) {
    const fs::path samples = samples_beside(rules->shared_rules()[i]->head().file);
    std::error_code ignored;
    if (!fs::is_regular_file(samples, ignored)) continue;
    standing[i].samples = samples.string();
    if (std::ranges::find(files, samples) == files.end()) files.push_back(samples);
  }
  if (files.empty()) return;
  RuleTestOptions options;
  options.generated = false;
  options.counters = &counters;
  const RuleTestReport report = test_rules(rules, taxonomy, read_rule_cases(files, *rules, counters), options);
  for (const RuleTested& tested : report.rules) {
    standing[tested.rule].cases = tested.cases;
    standing[tested.rule].cases_failed = tested.cases_failed;
    standing[tested.rule].failures = tested.failures;
  }
}

}  // namespace

fs::path samples_beside(const fs::path& rule_file) {
  return fs::path(rule_file).replace_extension("samples.yaml");
}

RuleBook::RuleBook(const RuleStore& rules, std::shared_ptr<const detect::Taxonomy> taxonomy, lake::EventStore& store,
                   Counters& counters, Clock clock)
    : rules_(rules), taxonomy_(std::move(taxonomy)), store_(store), counters_(counters), clock_(std::move(clock)) {}

/// Logs that were brought in as files are older than today: what arrives is counted back from the newest event.
Result<Timestamp> RuleBook::newest(Timestamp now) {
  std::string text = format_time(now, 0).substr(0, 19);
  text[10] = ' ';
  const auto answer = store_.sql(
      fmt::format("SELECT toUnixTimestamp(max(time)), count() FROM events WHERE time <= toDateTime64('{}', 9, 'UTC')",
                  text),
      {.time_max = seen_time_max, .rows_max = 1});
  if (!answer) return failure(ErrorKind::corrupt, to_text(answer.error()));
  if (!*answer) return std::unexpected(answer->error());
  if ((*answer)->rows.empty() || (*answer)->rows[0].size() < 2) return now;
  const json::array& row = (*answer)->rows[0];
  return number_of(row[1]) == 0 ? now : Timestamp{number_of(row[0]) * ns_per_second};
}

Result<RuleBook::Look> RuleBook::look(int64_t days, Timestamp now) {
  const auto until = newest(now);
  if (!until) return std::unexpected(until.error());
  Look out{{}, {until->ns - days * 86'400 * ns_per_second}, *until, now, nullptr};
  std::string from = format_time(out.since, 0).substr(0, 19);
  from[10] = ' ';
  // A name that is a word of SQL stands in backticks: the guard takes it for one otherwise.
  const auto answer = store_.sql(
      fmt::format("SELECT `format`, channel, provider, event_id, count() AS events, "
                  "groupUniqArrayArray(1000)(mapKeys(attributes)) AS fields FROM events WHERE time >= "
                  "toDateTime64('{}', 9, 'UTC') GROUP BY `format`, channel, provider, event_id ORDER BY events DESC",
                  from),
      {.time_max = seen_time_max, .rows_max = seen_headers_max});
  if (!answer) return failure(ErrorKind::corrupt, to_text(answer.error()));
  if (!*answer) return std::unexpected(answer->error());
  for (const json::array& row : (*answer)->rows) {
    if (row.size() < 6) continue;
    detect::SeenEvents& one = out.seen.emplace_back();
    one.format = text_of(row[0]);
    one.channel = text_of(row[1]);
    one.provider = text_of(row[2]);
    one.event_id = number_of(row[3]);
    one.events = static_cast<uint64_t>(number_of(row[4]));
    if (row[5].is_array())
      for (const json::value& field : row[5].get_array()) one.fields.insert(text_of(field));
  }
  return out;
}

Result<std::shared_ptr<const RuleBookPage>> RuleBook::page(int64_t days) {
  const std::lock_guard lock(mutex_);
  const auto rules = rules_.in_force();
  const Timestamp now = clock_();
  auto found = looks_.find(days);
  if (found == looks_.end() || now.ns - found->second.at.ns > seen_again_seconds * ns_per_second) {
    auto looked = look(days, now);
    if (!looked) return std::unexpected(looked.error());
    if (found == looks_.end() && looks_.size() >= seen_looks_max)
      looks_.erase(std::ranges::min_element(looks_, {}, [](const auto& one) { return one.second.at.ns; }));
    found = looks_.insert_or_assign(days, std::move(*looked)).first;
  }
  Look& seen = found->second;
  if (seen.page && seen.page->rules == rules) return seen.page;
  auto made = std::make_shared<RuleBookPage>();
  made->rules = rules;
  made->seen_since = seen.since;
  made->seen_until = seen.until;
  made->seen_at = seen.at;
  made->headers_seen = seen.seen.size();
  for (const detect::SeenEvents& one : seen.seen) made->events_seen += one.events;
  const auto& set = rules->report.rules;
  made->standing.resize(set->rules().size());
  if (page_ && page_->rules == rules)
    made->standing = page_->standing;  // the same rules stand the same samples
  else
    test_by_samples(set, *taxonomy_, counters_, made->standing);
  for (detect::RuleCoverage& coverage : detect::coverage_of(*set, *taxonomy_, seen.seen))
    made->standing[coverage.rule].coverage = std::move(coverage);
  page_ = seen.page = std::move(made);
  return page_;
}

}  // namespace yagura::pipeline
