#include "desks/governance/measured_demand.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <map>
#include <unordered_map>

#include "desks/governance/catalogue_reader.hpp"
#include "desks/governance/deeds.hpp"

namespace yagura::desks::governance {
namespace {

using ledger::Fact;
using ledger::Outcome;

constexpr int64_t minute_ns = 60 * ns_per_second;

/// People's facts since `from`, oldest first.
Outcome<std::vector<Fact>> people_facts(ledger::Ledger& ledger, Timestamp from, bool& cut) {
  std::vector<Fact> out;
  for (const char* actors : {"user:*", "owner:*"}) {
    ledger::FactQuery query;
    query.actor = actors;
    query.from = from;
    query.descending = true;
    query.limit = ledger::page_facts_max;
    for (int64_t read = 0;;) {
      auto page = ledger.facts(query);
      if (!page) return page;
      read += static_cast<int64_t>(page->size());
      const bool last = static_cast<int64_t>(page->size()) < query.limit;
      if (!page->empty()) query.before_seq = page->back().seq;
      std::ranges::move(*page, std::back_inserter(out));
      if (last) break;
      if (read >= measured_facts_max) {
        cut = true;
        break;
      }
    }
  }
  std::ranges::sort(out, {}, &Fact::seq);
  return out;
}

/// Minutes that people spent, by work and record.
using Effort = std::map<std::string, std::unordered_map<std::string, double>>;

Effort effort_of(const std::vector<Fact>& facts, const WorkSources& sources) {
  std::map<std::string, std::string, std::less<>> work_of;  // record type -> work
  for (const WorkSource& one : sources.work)
    for (const std::string& type : one.effort) work_of.emplace(type, one.work);
  std::unordered_map<std::string, Timestamp> last;  // by actor
  Effort out;
  for (const Fact& fact : facts) {
    const auto [seen, first] = last.try_emplace(fact.actor, fact.time);
    const int64_t gap_ns = fact.time.ns - seen->second.ns;
    seen->second = fact.time;
    const auto work = work_of.find(std::string_view(fact.kind).substr(0, fact.kind.find('.')));
    if (work == work_of.end() || fact.subject.empty()) continue;
    const bool goes_on = !first && gap_ns <= sources.pause_minutes * minute_ns;
    out[work->second][fact.subject] +=
        goes_on ? static_cast<double>(gap_ns) / minute_ns : static_cast<double>(sources.first_minutes);
  }
  return out;
}

/// Mean and coefficient of variation of the minutes of each record.
void set_minutes(WorkKind& kind, const std::unordered_map<std::string, double>& minutes) {
  double sum = 0;
  for (const auto& [record, one] : minutes) sum += one;
  const auto n = static_cast<double>(minutes.size());
  const double mean = sum / n;
  if (mean <= 0) return;  // everything at once: no time was seen
  double squares = 0;
  for (const auto& [record, one] : minutes) squares += (one - mean) * (one - mean);
  kind.minutes = std::max(mean, 0.1);
  kind.variation = n > 1 ? std::sqrt(squares / (n - 1)) / mean : 1;
}

Outcome<int64_t> arrived(ledger::Ledger& ledger, const WorkSource& source, Timestamp from) {
  int64_t out = 0;
  for (const std::string& type : source.arrivals) {
    ledger::RecordQuery query;
    query.type = type;
    query.filters = {{"created_at", ledger::FilterOp::at_least, {format_time(from)}}};
    auto count = ledger.count(query);
    if (!count) return count;
    out += *count;
  }
  return out;
}

}  // namespace

Diagnosed<WorkSources> WorkSources::load(const std::filesystem::path& file, const StaffingDemand& demand,
                                         const ledger::RecordTypes& types) {
  const CatalogueReader in(file);
  try {
    const YAML::Node root = in.open();
    WorkSources out{.pause_minutes = in.number(root, "pause_minutes"),
                    .first_minutes = in.number(root, "first_minutes"),
                    .least = in.number(root, "least"),
                    .work = {}};
    for (const YAML::Node& node : in.child(root, "work")) {
      WorkSource one{in.text(node, "id"), in.texts(node, "arrivals"), in.texts(node, "effort")};
      if (std::ranges::find(demand.work, one.work, &WorkKind::id) == demand.work.end())
        in.wrong(node, "staffing.work", "there is no kind of work '" + one.work + "'");
      for (const auto* list : {&one.arrivals, &one.effort})
        for (const std::string& type : *list)
          if (!types.find(type)) in.wrong(node, "staffing.type", "there is no record type '" + type + "'");
      out.work.push_back(std::move(one));
    }
    return out;
  } catch (const CatalogueFault& fault) {
    return std::unexpected(fault.diagnostic);
  }
}

Outcome<MeasuredDemand> measure_demand(ledger::Ledger& ledger, const StaffingDemand& base, const WorkSources& sources,
                                       int days) {
  MeasuredDemand out;
  out.demand = base;
  ledger::FactQuery first_fact;
  first_fact.limit = 1;
  auto first = ledger.facts(first_fact);
  if (!first) return std::unexpected(first.error());
  const Timestamp now = ledger.now();
  const Timestamp oldest = first->empty() ? now : first->front().time;
  const Timestamp from = std::max(Timestamp{now.ns - days * day_ns}, oldest);
  out.days = static_cast<double>(now.ns - from.ns) / static_cast<double>(day_ns);
  auto facts = people_facts(ledger, from, out.cut);
  if (!facts) return std::unexpected(facts.error());
  const Effort effort = effort_of(*facts, sources);
  for (WorkKind& kind : out.demand.work) {
    MeasuredWork measured{.id = kind.id};
    const auto source = std::ranges::find(sources.work, kind.id, &WorkSource::work);
    if (source != sources.work.end()) {
      auto count = arrived(ledger, *source, from);
      if (!count) return std::unexpected(count.error());
      measured.arrived = *count;
      // A day's worth at least: of an hour nobody can say what a day brings.
      measured.arrivals_measured = out.days >= 1 && *count >= sources.least;
      if (measured.arrivals_measured) kind.per_day = static_cast<double>(*count) / out.days;
      if (const auto spent = effort.find(kind.id); spent != effort.end()) {
        measured.worked_on = static_cast<int64_t>(spent->second.size());
        measured.minutes_measured = measured.worked_on >= sources.least;
        if (measured.minutes_measured) set_minutes(kind, spent->second);
      }
    }
    out.work.push_back(std::move(measured));
  }
  for (WorkKind& kind : out.demand.work)
    std::erase_if(kind.leads_to, [&](const auto& next) {
      const auto found = std::ranges::find(out.work, next.first, &MeasuredWork::id);
      return found != out.work.end() && found->arrivals_measured;
    });
  return out;
}

}  // namespace yagura::desks::governance
