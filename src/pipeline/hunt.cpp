#include "pipeline/hunt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <tuple>

#include "detect/correlation/engine.hpp"
#include "detect/finding_text.hpp"
#include "detect/matcher.hpp"
#include "lake/stored_event.hpp"

namespace yagura::pipeline {
namespace {

namespace json = boost::json;
using detect::correlation::Offers;

constexpr size_t filter_terms_max = 400;
constexpr size_t pieces_max = 500;  // of the period, each asked for by itself

/// A text as the query language has it to the letter.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string one_of(std::string_view field, const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : " OR ") + std::string(field) + ':' + value;
  return '(' + out + ')';
}

/// What passes the test, as a query; empty when that is everything.
std::string query_of(const detect::EventTest& test, size_t& terms) {
  std::string out;
  const auto add = [&](std::string_view field, const std::vector<std::string>& values) {
    if (values.empty()) return;
    terms += values.size();
    out += (out.empty() ? "" : " AND ") + one_of(field, values);
  };
  const auto all_quoted = [](const std::vector<std::string>& texts) {
    std::vector<std::string> quotes;
    for (const std::string& text : texts) quotes.push_back(quoted(text));
    return quotes;
  };
  add("format", all_quoted(test.formats));
  add("channel", all_quoted(test.channels));
  add("provider", all_quoted(test.providers));
  std::vector<std::string> ids;
  for (const int64_t id : test.event_ids) ids.push_back(std::to_string(id));
  add("event_id", ids);
  // Only names that the lake can't take for a column of its own.
  for (const auto& [field, values] : test.equal)
    if (field.starts_with("logsource.")) add(field, all_quoted(values));
  return out;
}

/// What correlations remember while events go by.
struct Correlating {
  explicit Correlating(const std::shared_ptr<const detect::RuleSet>& rules) : reader(rules, engine.key()) {
    engine.use(rules);
  }
  detect::correlation::Engine engine;
  detect::correlation::OfferReader reader;
};

class Hunt {
 public:
  Hunt(const std::shared_ptr<const detect::RuleSet>& rules, lake::EventStore& store, uint64_t events_max,
       Counters& counters, HuntProgress& progress)
      : rules_(rules), store_(store), events_max_(events_max), progress_(progress), matcher_(rules, &counters) {
    for (const detect::Rule& rule : rules_->rules()) out_.rules.push_back({rule.id, rule.title, rule.level, false, 0});
    const auto& correlations = rules_->correlations();
    for (uint32_t i = 0; i < correlations.size(); ++i) {
      const auto& one = correlations.definition(i);
      out_.rules.push_back({one.id, one.title, one.level, true, 0});
    }
    if (correlations.empty()) return;
    correlating_ = std::make_unique<Correlating>(rules_);
  }

  Result<HuntResult> run(const lake::Query& query, const lake::TimeRange& range) {
    constexpr int64_t hour_ns = 3600 * ns_per_second;
    const auto pieces =
        static_cast<size_t>(std::clamp<int64_t>((range.to.ns - range.from.ns) / hour_ns, 1, pieces_max));
    auto buckets = store_.histogram(query, range, pieces);
    if (!buckets) return std::unexpected(buckets.error());
    uint64_t total = 0;
    for (const lake::Bucket& bucket : *buckets) total += bucket.count;
    progress_.total = std::min(total, events_max_);
    for (size_t i = 0; i < buckets->size() && !out_.cut; ++i) {
      if ((*buckets)[i].count == 0) continue;
      const Timestamp end = i + 1 < buckets->size() ? (*buckets)[i + 1].start : range.to;
      if (auto looked = look(query, {std::max((*buckets)[i].start, range.from), std::min(end, range.to)}); !looked)
        return std::unexpected(looked.error());
    }
    if (!out_.cut) out_.reached = range.to;
    std::ranges::sort(out_.matches, {}, [](const HuntMatch& match) {
      return std::tuple(match.time, std::string_view(match.event_uid), match.rule);
    });
    return std::move(out_);
  }

 private:
  Status look(const lake::Query& query, const lake::TimeRange& range) {
    std::string cursor;
    do {
      if (progress_.cancelled) return failure(ErrorKind::refused, "the hunt was cancelled");
      const auto left = std::min<uint64_t>(hunt_page_events, events_max_ - out_.events_looked_at);
      if (left == 0) {
        out_.cut = true;
        return {};
      }
      auto page = store_.search(query, range, left, lake::Order::oldest_first, cursor);
      if (!page) return std::unexpected(page.error());
      judge(page->rows);
      cursor = page->next_cursor;
    } while (!cursor.empty());
    return {};
  }

  void judge(const std::vector<json::object>& rows) {
    event::Batch batch;
    std::vector<std::string> uids;
    for (const json::object& row : rows) {
      lake::add_stored_event(batch, row);
      uids.emplace_back(row.at("event_uid").as_string());
    }
    matches_.clear();
    matcher_.match(batch, matches_);
    for (const detect::Match& match : matches_) {
      if (!rules_->correlations().rule_emits(match.rule)) continue;
      const event::Event& event = batch.events()[match.event];
      add({match.rule,
           uids[match.event],
           event.time,
           std::string(event.host),
           detect::user_of(batch, event),
           std::string(event.channel),
           event.event_id,
           {},
           1});
    }
    if (correlating_ && correlating_->reader.wants(matches_)) correlate(*correlating_, batch, uids);
    out_.events_looked_at += batch.size();
    if (!batch.empty()) out_.reached = batch.events().back().time;
    progress_.events = out_.events_looked_at;
    progress_.matches = out_.matches_total;
  }

  /// Events come by time, so each arrives when it happened: no window waits for what is late.
  void correlate(Correlating& with, const event::Batch& batch, const std::vector<std::string>& uids) {
    Offers offers;
    offers.rules = rules_;
    with.reader.read(batch, matches_, uids, offers);
    std::vector<detect::Finding> findings;
    for (size_t i = 0; i < offers.offers.size(); ++i)
      with.engine.take(offers, i, detect::correlation::to_arrival(offers.offers[i].time), findings);
    for (detect::Finding& finding : findings) {
      const auto rule = std::ranges::find_if(
          out_.rules, [&](const HuntRule& one) { return one.correlation && one.id == finding.rule_id; });
      add({static_cast<uint32_t>(rule - out_.rules.begin()), finding.event_uid, finding.time, finding.host,
           finding.user, finding.channel, finding.event_id, finding.group,
           static_cast<uint32_t>(finding.event_uids.size())});
    }
  }

  void add(HuntMatch match) {
    ++out_.matches_total;
    if (match.rule < out_.rules.size()) ++out_.rules[match.rule].matches;
    if (out_.matches.size() < hunt_matches_max) out_.matches.push_back(std::move(match));
  }

  std::shared_ptr<const detect::RuleSet> rules_;
  lake::EventStore& store_;
  uint64_t events_max_;
  HuntProgress& progress_;
  detect::Matcher matcher_;
  std::unique_ptr<Correlating> correlating_;  // null: the rules have no correlations
  std::vector<detect::Match> matches_;
  HuntResult out_;
};

}  // namespace

lake::Query hunt_filter(const detect::RuleSet& rules, const detect::Taxonomy& taxonomy) {
  std::set<std::string> parts;
  size_t terms = 0;
  for (const detect::SharedRule& rule : rules.shared_rules())
    for (const detect::Route& route : taxonomy.routes(rule->head().logsource).routes)
      for (const detect::EventTest& test : route.tests) {
        std::string part = query_of(test, terms);
        if (part.empty() || terms > filter_terms_max) return {};
        parts.insert(std::move(part));
      }
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "(" : " OR (") + part + ')';
  auto query = lake::parse_query(text, system_now());
  return query ? std::move(*query) : lake::Query{};
}

Result<HuntResult> hunt(const std::shared_ptr<const detect::RuleSet>& rules, const detect::Taxonomy& taxonomy,
                        lake::EventStore& store, const lake::TimeRange& range, uint64_t events_max, Counters& counters,
                        HuntProgress& progress) {
  return Hunt(rules, store, std::min(events_max, hunt_events_max), counters, progress)
      .run(hunt_filter(*rules, taxonomy), range);
}

}  // namespace yagura::pipeline
