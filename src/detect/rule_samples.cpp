#include "detect/rule_samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "detect/condition_ways.hpp"
#include "detect/sample_assembly.hpp"
#include "detect/sample_values.hpp"

namespace yagura::detect {
namespace {

bool contains(const auto& list, const auto& item) {
  return std::ranges::find(list, item) != std::ranges::end(list);
}

using Kind = Predicate::Kind;

/// A place of the rule's log source.
struct Place {
  const EventTest* test;
  const FieldMap* map;
  bool named_by_itself;  // by logsource.product and so on
};

std::vector<Place> places_of(const std::vector<Route>& routes) {
  std::vector<Place> out;
  std::vector<Place> by_itself;  // last
  for (const Route& route : routes)
    for (const EventTest& test : route.tests) {
      const bool itself =
          !test.equal.empty() && test.formats.empty() &&
          std::ranges::all_of(test.equal, [](const auto& e) { return e.first.starts_with("logsource."); });
      (itself ? by_itself : out).push_back({&test, route.fields.get(), itself});
    }
  std::ranges::move(by_itself, std::back_inserter(out));
  return out;
}

std::string shown(const Predicate& predicate) {
  std::string text = predicate.kind == Kind::regex ? predicate.regex->source() : to_text(predicate.pattern);
  if (text.size() > 60) text = text.substr(0, 60) + "...";
  return predicate.written + (text.empty() ? "" : " '" + text + "'");
}

class SampleMaker {
 public:
  SampleMaker(const Rule& rule, const Taxonomy& taxonomy, const SampleLimits& limits)
      : rule_(rule), limits_(limits), answer_(taxonomy.routes(rule.logsource)), places_(places_of(answer_.routes)) {}

  RuleSamples make() {
    const auto ways = ways_of(rule_.condition, true, limits_.ways_max);
    out_.ways = ways.size();
    if (ways.empty()) note("the condition contradicts itself");
    std::vector<Made> made;
    for (size_t i = 0; i < ways.size(); ++i) positive(ways, i, made);
    const auto filtered = filtered_ways(rule_.condition, limits_.filtered_ways_max);
    for (size_t i = 0; i < filtered.size(); ++i) filter(filtered[i], i, made);
    for (const Made& one : made) near_misses(one);
    if (!made.empty()) elsewhere(made.front());
    return std::move(out_);
  }

 private:
  struct Made {
    Way way;
    RuleValues values;
    const Place* place;
    size_t variant;
  };

  void note(std::string reason) {
    if (!contains(out_.reasons, reason)) out_.reasons.push_back(std::move(reason));
  }

  bool keep(RuleSample::Kind kind, bool expected, std::string name, PlainEvent event) {
    std::string key = fmt::format("{}\n{}\n{}\n{}\n", event.format, event.channel, event.provider, event.event_id);
    for (const PlainField& field : event.fields)
      key += fmt::format("{}:{}:{}:{}", field.name, static_cast<int>(field.kind), field.text.size(), field.text);
    if (!seen_.insert(std::move(key)).second) return false;
    out_.samples.push_back({kind, expected, std::move(name), std::move(event)});
    return true;
  }

  /// Values for every field that the way speaks of; nothing when none were found.
  std::optional<RuleValues> values_for(const Way& way, bool missing_first);
  void refer(const Way& way, RuleValues& values) const;

  /// An event of the place with these values for which the rule's verdict is `wanted`.
  std::optional<Made> event_for(const Way& way, const Place& place, bool wanted, PlainEvent& event);

  void positive(const std::vector<Way>& ways, size_t index, std::vector<Made>& made) {
    const Way& way = ways[index];
    const size_t known = std::max<size_t>(1, std::ranges::count(places_, false, &Place::named_by_itself));
    bool found = false;
    for (size_t i = 0; i < places_.size(); ++i) {
      // Every way at one place, and the first at all of them.
      if (found && index > 0) break;
      const Place& place = places_[i < known ? (index + i) % known : i];
      PlainEvent event;
      auto one = event_for(way, place, true, event);
      if (!one) continue;
      if (!found) made.push_back(std::move(*one));
      found = true;
      keep(RuleSample::Kind::positive, true, name_of(way), std::move(event));
    }
    if (!found) ++out_.ways_without_sample;
  }

  void filter(const Way& way, size_t index, std::vector<Made>& made) {
    for (size_t i = 0; i < places_.size(); ++i) {
      PlainEvent event;
      auto one = event_for(way, places_[(index + i) % places_.size()], false, event);
      if (!one) continue;
      keep(RuleSample::Kind::near_miss, false, "filtered: " + name_of(way), std::move(event));
      made.push_back(std::move(*one));
      return;
    }
  }

  void near_misses(const Made& made);

  void elsewhere(const Made& made) {
    const EventTest nowhere{{"json"}, {"zq-elsewhere"}, {}, {}, {}, {}};
    PlainEvent event = assemble(made.values, nowhere, *made.place->map, made.variant);
    event.format = "zq-elsewhere";
    const bool expected = judge_.holds(rule_, answer_.routes, event);
    keep(RuleSample::Kind::elsewhere, expected, "the same fields in an event of another log source", std::move(event));
  }

  std::string name_of(const Way& way) const {
    std::string out;
    size_t count = 0;
    for (const auto& [predicate, holds] : way)
      if (holds && ++count <= 3) out += (out.empty() ? "" : ", ") + shown(rule_.predicates[predicate]);
    if (count > 3) out += fmt::format(" and {} more", count - 3);
    return out.empty() ? "nothing of what it excludes" : out;
  }

  const Rule& rule_;
  SampleLimits limits_;
  Taxonomy::Answer answer_;
  std::vector<Place> places_;
  PlainJudge judge_;
  SampleValues maker_{judge_};
  RuleSamples out_;
  std::set<std::string> seen_;
  std::set<uint32_t> spoiled_;
  size_t near_misses_ = 0;
};

std::optional<RuleValues> SampleMaker::values_for(const Way& way, bool missing_first) {
  std::map<std::string, FieldAsks> asks;
  for (const auto& [index, wanted] : way) {
    const Predicate& predicate = rule_.predicates[index];
    FieldAsks& field = asks[predicate.field];
    (wanted ? field.must : field.must_not).push_back(&predicate);
  }
  RuleValues out;
  size_t salt = 0;
  for (const auto& [field, asked] : asks) {
    ++salt;
    if (!field.empty()) {
      // A header's own fields are left to the log source where the rule only says what they must not be.
      const bool header = field == "EventID" || field == "Channel" || field == "Provider_Name" || field == "Computer";
      const auto values = maker_.make(asked, salt, asked.must.empty() && (header || missing_first));
      if (!values) {
        const auto regex = std::ranges::find(asked.must, Kind::regex, &Predicate::kind);
        note(regex != asked.must.end() ? "no text was found for the regular expression " + shown(**regex)
                                       : "no value of '" + field + "' is all that is asked of it");
        return std::nullopt;
      }
      out[field] = *values;
      continue;
    }
    for (const Predicate* keyword : asked.must) {  // each may stand in a value of its own
      const auto values = maker_.make({{keyword}, asked.must_not}, salt, false);
      if (!values) {
        note("no text was found for a keyword");
        return std::nullopt;
      }
      out[field].insert(out[field].end(), values->begin(), values->end());
    }
  }
  refer(way, out);
  return out;
}

void SampleMaker::refer(const Way& way, RuleValues& values) const {
  for (const auto& [index, wanted] : way) {
    const Predicate& predicate = rule_.predicates[index];
    if (predicate.kind != Kind::field_ref) continue;
    auto& other = values[predicate.other_field];
    if (other.empty()) other.push_back({"", "zqother"});
    auto& own = values[predicate.field];
    if (wanted) own = {other.front()};
    if (!wanted && own.empty()) own.push_back({"", "zqown"});
  }
}

std::optional<SampleMaker::Made> SampleMaker::event_for(const Way& way, const Place& place, bool wanted,
                                                        PlainEvent& event) {
  for (const bool missing_first : {false, true}) {
    const auto values = values_for(way, missing_first);
    if (!values) return std::nullopt;
    const size_t variants = std::max({assembly_variants, place.test->event_ids.size(), place.test->channels.size()});
    for (size_t variant = 0; variant < variants; ++variant) {
      event = assemble(*values, *place.test, *place.map, variant);
      if (judge_.holds(rule_, answer_.routes, event) == wanted) return Made{way, *values, &place, variant};
    }
  }
  note("the log source and the condition ask for different events");
  return std::nullopt;
}

void SampleMaker::near_misses(const Made& made) {
  for (const auto& [index, holds] : made.way) {
    const Predicate& predicate = rule_.predicates[index];
    const auto own = made.values.find(predicate.field);
    if (!holds || own == made.values.end() || !spoiled_.insert(index).second) continue;
    const PlainField value = own->second.empty() ? PlainField{"", "zq"} : own->second.front();
    for (const SampleValues::Spoiled& spoiled : maker_.spoil(predicate, value)) {
      if (near_misses_ >= limits_.near_misses_max) return;
      RuleValues changed = made.values;
      changed[predicate.field] = spoiled.values;
      PlainEvent event = assemble(changed, *made.place->test, *made.place->map, made.variant);
      const bool expected = judge_.holds(rule_, answer_.routes, event);
      if (keep(RuleSample::Kind::near_miss, expected, shown(predicate) + ": " + spoiled.what, std::move(event)))
        ++near_misses_;
    }
  }
}

}  // namespace

size_t RuleSamples::positives() const {
  return static_cast<size_t>(std::ranges::count(samples, RuleSample::Kind::positive, &RuleSample::kind));
}

event::Batch RuleSamples::batch() const {
  event::Batch out;
  out.source = "samples";
  for (const RuleSample& sample : samples) add_to(out, sample.event);
  return out;
}

RuleSamples make_samples(const Rule& rule, const Taxonomy& taxonomy, const SampleLimits& limits) {
  return SampleMaker(rule, taxonomy, limits).make();
}

}  // namespace yagura::detect
