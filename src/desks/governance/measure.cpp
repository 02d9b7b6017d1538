#include "desks/governance/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <functional>
#include <set>
#include <unordered_set>

#include "desks/actor.hpp"
#include "desks/governance/measure_source.hpp"
#include "desks/governance/measure_ways.hpp"
#include "desks/governance/record_walk.hpp"
#include "desks/json_fields.hpp"
#include "desks/local_time.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Ledger;
using ledger::Outcome;
using ledger::Record;

constexpr std::array<std::string_view, 5> groupings{"class", "team", "rule", "attack_type", "origin"};

double seconds_between(Timestamp from, Timestamp until) {
  return static_cast<double>(until.ns - from.ns) / static_cast<double>(ns_per_second);
}

/// A cell in the making.
struct Tally {
  MeasureCell cell;
  std::vector<double> ended;  // seconds, or the numbers
  std::vector<double> open;   // ages in seconds

  MeasureCell done(MeasureKind kind) {
    cell.spread = spread_of(ended);
    cell.open = static_cast<int64_t>(open.size());
    if (!open.empty()) cell.oldest_open = std::ranges::max(open);
    switch (kind) {
      case MeasureKind::time:
        cell.n = static_cast<int64_t>(ended.size());
        cell.median_with_open = median_with_open(ended, open);
        if (cell.spread) cell.value = cell.spread->median;
        break;
      case MeasureKind::number:
        cell.n = static_cast<int64_t>(ended.size());
        if (cell.spread) cell.value = cell.spread->mean;
        break;
      case MeasureKind::count:
        cell.value = static_cast<double>(cell.n);
        break;
      case MeasureKind::share:
      case MeasureKind::unknowns:
      case MeasureKind::late:
        if (cell.n > 0) cell.value = static_cast<double>(cell.counted) / static_cast<double>(cell.n);
        break;
    }
    return cell;
  }
};

using Groups = std::map<std::string, std::vector<Tally>>;

class Measuring {
 public:
  Measuring(Ledger& ledger, const MeasureOrder& order, MeasureResult& out)
      : ledger_(ledger), order_(order), out_(out) {}

  Outcome<void> run(const std::vector<const MeasureDefinition*>& definitions) {
    if (order_.by == "team") {
      auto teams = teams_of_accounts(ledger_);
      if (!teams) return std::unexpected(teams.error());
      teams_ = std::move(*teams);
    }
    std::set<std::string> types;
    for (const MeasureDefinition* one : definitions) types.insert(one->of);
    for (const std::string& type : types)
      if (auto done = over(type, definitions); !done) return done;
    for (const MeasureDefinition* one : definitions) {
      Groups& groups = tallies_[one];
      if (groups.empty()) groups[std::string(ungrouped)].resize(out_.periods.size());
      for (auto& [group, tallies] : groups) {
        MeasureRow row{one, group, {}};
        for (Tally& tally : tallies) row.cells.push_back(tally.done(one->kind));
        out_.rows.push_back(std::move(row));
      }
    }
    return {};
  }

 private:
  Outcome<void> over(const std::string& type, const std::vector<const MeasureDefinition*>& definitions) {
    const Timestamp since = out_.periods.front().from;
    const Timestamp until = out_.periods.back().until;
    auto times = StateTimes::read(ledger_, type, since, until, order_.facts_max);
    if (!times) return std::unexpected(times.error());
    out_.cut = out_.cut || times->cut();
    const MomentReader moments(ledger_, *times);
    final_.clear();
    for (const ledger::State& state : ledger_.types().find(type)->states)
      if (state.final) final_.insert(state.id);
    std::vector<const MeasureDefinition*> of_type;
    for (const MeasureDefinition* one : definitions)
      if (one->of == type) of_type.push_back(one);
    std::unordered_set<std::string> seen;  // several ways lead to a record
    for (const ledger::RecordQuery& query : ways_into(*ledger_.types().find(type), of_type, since, until)) {
      const auto whole = walk(query, [&](const Record& record) -> Outcome<void> {
        if (!seen.insert(record.id.value).second) return {};
        for (const MeasureDefinition* one : of_type)
          if (hold(record, one->where))
            if (auto taken = take(*one, record, moments); !taken) return taken;
        return {};
      });
      if (!whole) return whole;
    }
    for (const MeasureDefinition* one : of_type)
      if (one->kind == MeasureKind::late)
        if (auto done = over_waiting(*one, since); !done) return done;
    return {};
  }

  /// What is not ended and was left alone since before the first day.
  Outcome<void> over_waiting(const MeasureDefinition& definition, Timestamp since) {
    ledger::RecordQuery query;
    query.type = definition.of;
    for (const ledger::State& state : ledger_.types().find(definition.of)->states)
      if (std::ranges::find(definition.ended, state.id) == definition.ended.end()) query.states.push_back(state.id);
    query.filters = {{"updated_at", ledger::FilterOp::at_most, {format_time({since.ns - 1})}}};
    return walk(std::move(query), [&](const Record& record) -> Outcome<void> {
      if (hold(record, definition.where)) take_late(definition, record);
      return {};
    });
  }

  Outcome<void> walk(ledger::RecordQuery query, const std::function<Outcome<void>(const Record&)>& look) {
    auto whole = each_record(ledger_, std::move(query), order_.records_max, look);
    if (!whole) return std::unexpected(whole.error());
    out_.cut = out_.cut || !*whole;
    return {};
  }

  std::string group_of(const Record& record) const {
    if (order_.by.empty()) return std::string(ungrouped);
    if (order_.by != "team") return text_at(record.body, order_.by);
    for (const std::string_view field : {"assignee", "owner", "reviewer"})
      if (const auto team = teams_.find(text_at(record.body, field)); team != teams_.end()) return team->second;
    return std::string(ungrouped);
  }

  std::vector<Tally>& tallies(const MeasureDefinition& definition, const Record& record) {
    Groups& groups = tallies_[&definition];
    std::string group = group_of(record);
    if (!groups.contains(group) && groups.size() >= measure_groups_max) group = other_group;
    auto& out = groups[group];
    out.resize(out_.periods.size());
    return out;
  }

  /// The tally of the period that holds `at`; null when none does.
  Tally* tally_at(const MeasureDefinition& definition, const Record& record, Timestamp at) {
    const auto after = std::ranges::upper_bound(out_.periods, at, {}, &Period::from);
    if (after == out_.periods.begin() || at >= std::prev(after)->until) return nullptr;
    return &tallies(definition, record)[static_cast<size_t>(std::prev(after) - out_.periods.begin())];
  }

  Outcome<void> take(const MeasureDefinition& definition, const Record& record, const MomentReader& moments) {
    if (definition.kind == MeasureKind::late) {
      // Who was left alone since before the first day comes by over_waiting.
      if (record.updated_at >= out_.periods.front().from) take_late(definition, record);
      return {};
    }
    const auto placed = moments.at(record, definition.placed);
    if (!placed) return std::unexpected(placed.error());
    // Of what nobody knows the beginning, the record's own is taken, so that it is seen at all.
    Tally* tally = tally_at(definition, record, placed->at.value_or(record.created_at));
    if (tally == nullptr) return {};
    switch (definition.kind) {
      case MeasureKind::time:
        return take_time(definition, record, moments, *placed, *tally);
      case MeasureKind::share:
        ++tally->cell.n;
        tally->cell.counted += hold(record, definition.counts) ? 1 : 0;
        break;
      case MeasureKind::count:
        ++tally->cell.n;
        break;
      case MeasureKind::number:
        take_number(definition, record, *tally);
        break;
      case MeasureKind::unknowns:
        return take_unknowns(definition, record, *tally);
      case MeasureKind::late:
        break;
    }
    return {};
  }

  Outcome<void> take_time(const MeasureDefinition& definition, const Record& record, const MomentReader& moments,
                          const When& start, Tally& tally) {
    const bool not_begun = !start.at && !start.unknown && !final_.contains(record.state);
    if (not_begun && definition.start.of == Moment::Of::state) return {};  // its time has not come
    const auto end = moments.at(record, definition.end);
    if (!end) return std::unexpected(end.error());
    if (!start.at || end->unknown || (!end->at && final_.contains(record.state))) {
      ++tally.cell.unknown;
      return {};
    }
    const double seconds = seconds_between(*start.at, end->at.value_or(out_.as_of));
    const auto clock = static_cast<double>(definition.clock_seconds);
    if (end->at && seconds < 0) {
      ++tally.cell.unsound;
      return {};
    }
    (end->at ? tally.ended : tally.open).push_back(std::max(seconds, 0.0));
    if (definition.clock.empty()) return {};
    if (seconds > clock)
      ++tally.cell.missed;
    else if (end->at)
      ++tally.cell.in_time;
    return {};
  }

  static void take_number(const MeasureDefinition& definition, const Record& record, Tally& tally) {
    const json::value* value = record.body.if_contains(definition.value);
    if (value != nullptr && value->is_number())
      tally.ended.push_back(value->to_number<double>());
    else
      ++tally.cell.unknown;
  }

  Outcome<void> take_unknowns(const MeasureDefinition& definition, const Record& record, Tally& tally) {
    auto versions = ledger_.history(record.id);
    if (!versions) return std::unexpected(versions.error());
    for (const std::string& field : definition.fields) {
      const bool once = std::ranges::any_of(*versions, [&](const ledger::RecordVersion& version) {
        return text_at(version.body, field) == ledger::unknown_value;
      });
      if (!once) continue;
      ++tally.cell.n;
      const json::value* now = record.body.if_contains(field);
      const bool answered =
          now != nullptr && !now->is_null() && !(now->is_string() && now->as_string() == ledger::unknown_value);
      tally.cell.counted += answered ? 1 : 0;
    }
    return {};
  }

  /// How it stood when each period ended, or stands now in the one that has not.
  void take_late(const MeasureDefinition& definition, const Record& record) {
    std::optional<Timestamp> ended;
    if (std::ranges::find(definition.ended, record.state) != definition.ended.end()) ended = record.state_since;
    const std::string due = text_at(record.body, definition.due);
    const auto day = parse_time(due.empty() ? due : due + "T00:00:00Z");
    const auto overdue_from =
        day ? std::optional(start_of_day(day->ns / (86'400 * ns_per_second) + 1, out_.zone)) : std::nullopt;
    for (size_t i = 0; i < out_.periods.size(); ++i) {
      const Period& period = out_.periods[i];
      const Timestamp at = std::min(period.until, out_.as_of);
      if (period.from > out_.as_of || record.created_at >= at || (ended && *ended < at)) continue;
      MeasureCell& cell = tallies(definition, record)[i].cell;
      ++cell.n;
      cell.counted += overdue_from && *overdue_from <= at ? 1 : 0;
    }
  }

  Ledger& ledger_;
  const MeasureOrder& order_;
  MeasureResult& out_;
  std::map<std::string, std::string, std::less<>> teams_;
  std::set<std::string> final_;  // states of the type at hand
  std::map<const MeasureDefinition*, Groups> tallies_;
};

json::value or_null(const std::optional<double>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::object to_json(const MeasureCell& cell) {
  json::object out{{"n", cell.n},
                   {"counted", cell.counted},
                   {"value", or_null(cell.value)},
                   {"median_with_open", or_null(cell.median_with_open)},
                   {"open", cell.open},
                   {"oldest_open", cell.oldest_open},
                   {"unknown", cell.unknown},
                   {"unsound", cell.unsound},
                   {"in_time", cell.in_time},
                   {"missed", cell.missed},
                   {"spread", nullptr}};
  if (cell.spread)
    out["spread"] = json::object{{"mean", cell.spread->mean},
                                 {"median", cell.spread->median},
                                 {"p90", cell.spread->p90},
                                 {"least", cell.spread->least},
                                 {"most", cell.spread->most}};
  return out;
}

}  // namespace

Outcome<MeasureResult> measure(Ledger& ledger, const MeasureCatalog& catalog, const MeasureOrder& order) {
  if (!order.by.empty() && std::ranges::find(groupings, std::string_view(order.by)) == groupings.end())
    return refuse_because("governance.measure.by", "'" + order.by + "' is nothing to group by",
                          "use class, team, rule, attack_type or origin", {{"by", order.by}});
  std::vector<const MeasureDefinition*> definitions;
  for (const std::string& id : order.measures) {
    const MeasureDefinition* one = catalog.find(id);
    if (one == nullptr)
      return refuse_because("governance.measure.unknown", "there is no measure '" + id + "'",
                            "the definitions name them", {{"measure", id}});
    definitions.push_back(one);
  }
  if (definitions.empty())
    for (const MeasureDefinition& one : catalog.all()) definitions.push_back(&one);
  MeasureResult out;
  auto periods = periods_of(order.first_day, order.last_day, order.length, order.zone);
  if (!periods) return std::unexpected(periods.error());
  out.periods = std::move(*periods);
  out.zone = order.zone;
  out.by = order.by;
  out.as_of = ledger.now();
  if (auto done = Measuring(ledger, order, out).run(definitions); !done) return std::unexpected(done.error());
  return out;
}

json::object to_json(const MeasureResult& result) {
  json::array periods;
  for (const Period& period : result.periods)
    periods.push_back({{"first_day", period.first_day},
                       {"last_day", period.last_day},
                       {"from", format_time(period.from)},
                       {"until", format_time(period.until)}});
  json::array rows;
  for (const MeasureRow& row : result.rows) {
    json::array cells;
    for (const MeasureCell& cell : row.cells) cells.push_back(to_json(cell));
    rows.push_back({{"measure", row.definition->id},
                    {"edition", row.definition->edition},
                    {"kind", to_text(row.definition->kind)},
                    {"group", row.group},
                    {"cells", std::move(cells)}});
  }
  return {{"zone", result.zone},
          {"by", result.by},
          {"as_of", format_time(result.as_of)},
          {"cut", result.cut},
          {"periods", std::move(periods)},
          {"rows", std::move(rows)}};
}

json::object to_json(const MeasureDefinition& definition) {
  return {{"id", definition.id},
          {"edition", definition.edition},
          {"kind", to_text(definition.kind)},
          {"of", definition.of},
          {"title", json::object{{"ja", definition.title_ja}, {"en", definition.title_en}}},
          {"definition", json::object{{"ja", definition.definition_ja}, {"en", definition.definition_en}}}};
}

}  // namespace yagura::desks::governance
