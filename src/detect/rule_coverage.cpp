#include "detect/rule_coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.hpp"
#include "detect/plain_event.hpp"

namespace yagura::detect {
namespace {

constexpr size_t places_named_max = 4;  // of a log source, in words

/// What is known of a condition without the values of an event.
enum class Answer { no, maybe, yes };

Answer negated(Answer answer) {
  return answer == Answer::no ? Answer::yes : answer == Answer::yes ? Answer::no : Answer::maybe;
}

/// Seen events with every name under which rules may ask for their fields.
struct Seen {
  const SeenEvents* events;
  std::set<std::string> names;
  PlainEvent header;
};

bool is_header(const std::string& field) {
  return field == "EventID" || field == "Channel" || field == "Provider_Name";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : "/") + text;
  return out;
}

/// "Security 4688", "syslog sshd", "json with logsource.product"
std::string in_words(const EventTest& test) {
  std::string out = joined(test.channels.empty() ? test.formats : test.channels);
  const auto add = [&](const std::string& text) { out += (out.empty() || text.empty() ? "" : " ") + text; };
  if (!test.providers.empty()) add("[" + joined(test.providers) + "]");
  std::string ids;
  for (const int64_t id : test.event_ids) ids += (ids.empty() ? "" : ",") + std::to_string(id);
  add(ids);
  if (!test.present.empty()) add("(" + joined(test.present) + ")");
  return out;
}

std::string in_words(const std::vector<Route>& routes) {
  std::string out;
  size_t count = 0;
  for (const Route& route : routes)
    for (const EventTest& test : route.tests) {
      const bool itself =
          test.formats.empty() && !test.equal.empty() && test.equal.begin()->first.starts_with("logsource.");
      if (itself || ++count > places_named_max) continue;
      out += (out.empty() ? "" : " | ") + in_words(test);
    }
  return count > places_named_max ? out + fmt::format(" | +{}", count - places_named_max) : out;
}

class Survey {
 public:
  Survey(const RuleSet& rules, const Taxonomy& taxonomy, std::span<const SeenEvents> seen)
      : rules_(rules), taxonomy_(taxonomy) {
    for (const SeenEvents& one : seen) {
      Seen& made = seen_.emplace_back();
      made.events = &one;
      made.header.format = one.format;
      made.header.channel = one.channel;
      made.header.provider = one.provider;
      made.header.event_id = one.event_id;
      for (const std::string& field : one.fields)
        for (std::string& name : names_asked_for(field)) made.names.insert(std::move(name));
    }
  }

  RuleCoverage cover(uint32_t index) {
    const Rule& rule = rules_.rule(index);
    const Source& source = source_of(rule.logsource);
    RuleCoverage out{index, Coverage::can_fire, source.words, 0, {}};
    bool header_may = false;  // as far as channel, provider and event id go
    bool may = false;
    std::set<std::string> present;
    for (const auto& [seen, map] : source.seen) {
      out.events += seen->events->events;
      present_ = &present;
      may = answer(rule, rule.condition, *seen, *map, true) != Answer::no || may;
      present_ = nullptr;
      header_may = header_may || answer(rule, rule.condition, *seen, *map, false) != Answer::no;
    }
    for (const Predicate& predicate : rule.predicates)
      if (!predicate.is_keyword() && !is_header(predicate.field) && !source.seen.empty() &&
          !present.contains(predicate.field) &&
          std::ranges::find(out.missing_fields, predicate.field) == out.missing_fields.end())
        out.missing_fields.push_back(predicate.field);
    if (source.seen.empty())
      out.coverage = source.known ? Coverage::source_never_seen : Coverage::unmapped;
    else if (!header_may)
      out.coverage = Coverage::events_never_seen;
    else if (!may)
      out.coverage = Coverage::fields_never_seen;
    return out;
  }

 private:
  struct Source {
    std::vector<Route> routes;
    bool known = false;
    std::string words;
    std::vector<std::pair<const Seen*, const FieldMap*>> seen;  // that its routes let in
  };

  const Source& source_of(const LogSource& logsource) {
    const auto key = std::tuple(logsource.product, logsource.category, logsource.service);
    const auto [it, fresh] = sources_.try_emplace(key);
    Source& out = it->second;
    if (!fresh) return out;
    auto answer = taxonomy_.routes(logsource);
    out.routes = std::move(answer.routes);
    out.known = answer.known;
    out.words = in_words(out.routes);
    for (const Seen& seen : seen_)
      for (const Route& route : out.routes)
        if (std::ranges::any_of(route.tests, [&](const EventTest& test) { return may_pass(test, seen); }))
          out.seen.emplace_back(&seen, route.fields.get());
    return out;
  }

  /// The header passes, and the fields that the test asks for have been seen (with whatever value).
  static bool may_pass(const EventTest& test, const Seen& seen) {
    const auto among = [](const auto& list, const auto& item) {
      return list.empty() || std::ranges::find(list, item) != list.end();
    };
    const auto there = [&](const std::string& field) { return seen.names.contains(field); };
    return among(test.formats, seen.header.format) && among(test.channels, ascii_lower(seen.header.channel)) &&
           among(test.providers, ascii_lower(seen.header.provider)) && among(test.event_ids, seen.header.event_id) &&
           std::ranges::all_of(test.present, there) && std::ranges::all_of(test.equal, [&](const auto& entry) {
             const auto known = seen.events->values.find(entry.first);
             if (known == seen.events->values.end()) return there(entry.first);
             return std::ranges::any_of(entry.second,
                                        [&](const std::string& value) { return known->second.contains(value); });
           });
  }

  bool has(const Seen& seen, const std::string& field, const FieldMap& map) const {
    const auto found = map.find(field);
    const bool there = found == map.end() ? seen.names.contains(field)
                                          : std::ranges::any_of(found->second.names, [&](const std::string& name) {
                                              return seen.names.contains(name);
                                            });
    if (there && present_) present_->insert(field);
    return there;
  }

  Answer answer(const Rule& rule, const Expr& expr, const Seen& seen, const FieldMap& map, bool by_fields) {
    if (expr.op == Expr::Op::leaf) return answer(rule.predicates[expr.predicate], seen, map, by_fields);
    if (expr.op == Expr::Op::negate) return negated(answer(rule, expr.children.front(), seen, map, by_fields));
    // Every child is asked, so that present_ sees each field.
    const bool all = expr.op == Expr::Op::all;
    Answer out = all ? Answer::yes : Answer::no;
    for (const Expr& child : expr.children) {
      const Answer one = answer(rule, child, seen, map, by_fields);
      out = all ? std::min(out, one) : std::max(out, one);
    }
    return out;
  }

  Answer answer(const Predicate& predicate, const Seen& seen, const FieldMap& map, bool by_fields) {
    if (predicate.is_keyword()) return Answer::maybe;
    if (is_header(predicate.field) && !map.contains(predicate.field)) {
      const auto values = judge_.values(predicate.field, map, seen.header);
      if (!values.empty() && predicate.kind != Predicate::Kind::field_ref)
        return judge_.predicate_holds(predicate, values, {}) ? Answer::yes : Answer::no;
    }
    if (!by_fields) return Answer::maybe;
    const bool there = has(seen, predicate.field, map);
    if (predicate.kind == Predicate::Kind::field_ref)
      return there && has(seen, predicate.other_field, map) ? Answer::maybe : Answer::no;
    if (there || predicate.field == "Computer") return Answer::maybe;
    return judge_.predicate_holds(predicate, {}, {}) ? Answer::yes : Answer::no;
  }

  const RuleSet& rules_;
  const Taxonomy& taxonomy_;
  std::vector<Seen> seen_;
  std::map<std::tuple<std::string, std::string, std::string>, Source> sources_;
  PlainJudge judge_;
  mutable std::set<std::string>* present_ = nullptr;  // where has() notes what is there
};

}  // namespace

std::string_view to_text(Coverage coverage) {
  switch (coverage) {
    case Coverage::unmapped:
      return "unmapped";
    case Coverage::source_never_seen:
      return "source_never_seen";
    case Coverage::events_never_seen:
      return "events_never_seen";
    case Coverage::fields_never_seen:
      return "fields_never_seen";
    default:
      return "can_fire";
  }
}

std::set<std::string> fields_by_value(const RuleSet& rules, const Taxonomy& taxonomy) {
  std::set<std::string> out;
  for (const Rule& rule : rules.rules())
    for (const Route& route : taxonomy.routes(rule.logsource).routes)
      for (const EventTest& test : route.tests)
        for (const auto& [field, values] : test.equal) out.insert(field);
  return out;
}

std::vector<RuleCoverage> coverage_of(const RuleSet& rules, const Taxonomy& taxonomy,
                                      std::span<const SeenEvents> seen) {
  Survey survey(rules, taxonomy, seen);
  std::vector<RuleCoverage> out;
  for (uint32_t i = 0; i < rules.rules().size(); ++i) out.push_back(survey.cover(i));
  return out;
}

}  // namespace yagura::detect
