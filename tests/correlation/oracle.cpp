#include "oracle.hpp"

#include <algorithm>
#include <cmath>

namespace yagura::detect::correlation::test {
namespace {

constexpr int64_t second = 1'000'000'000;
constexpr size_t evidence_told = 100;

bool holds(const Bound& bound, __int128 value) {
  if (bound.op == "gt") return value > bound.millionths;
  if (bound.op == "gte") return value >= bound.millionths;
  if (bound.op == "lt") return value < bound.millionths;
  if (bound.op == "lte") return value <= bound.millionths;
  if (bound.op == "eq") return value == bound.millionths;
  return value != bound.millionths;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// `chosen` stands for rules asked for plainly, `present` for those behind a negation.
bool evaluate(const Formula& formula, uint64_t chosen, uint64_t present, bool negated = false) {
  switch (formula.op) {
    case Formula::Op::rule:
      return ((negated ? present : chosen) >> formula.rule & 1) != 0;
    case Formula::Op::negate:
      return !evaluate(formula.parts[0], chosen, present, !negated);
    case Formula::Op::all:
      return std::ranges::all_of(formula.parts,
                                 [&](const Formula& part) { return evaluate(part, chosen, present, negated); });
    case Formula::Op::any:
      return std::ranges::any_of(formula.parts,
                                 [&](const Formula& part) { return evaluate(part, chosen, present, negated); });
  }
  return false;
}

double number(const std::string& text) {
  return std::stod(text);
}

__int128 millionths(const std::string& text) {
  return static_cast<__int128>(std::llround(number(text) * 1e6));
}

}  // namespace

std::string millionths_text(__int128 value) {
  const bool negative = value < 0;
  if (negative) value = -value;
  std::string rest = std::to_string(static_cast<int64_t>(value % 1'000'000));
  rest.insert(0, 6 - rest.size(), '0');
  while (!rest.empty() && rest.back() == '0') rest.pop_back();
  return (negative ? "-" : "") + std::to_string(static_cast<int64_t>(value / 1'000'000)) +
         (rest.empty() ? "" : "." + rest);
}

std::string Formula::text(const std::vector<std::string>& rules) const {
  if (op == Op::rule) return rules[rule];
  if (op == Op::negate) return "not (" + parts[0].text(rules) + ")";
  std::string out = "(";
  for (const Formula& part : parts) {
    if (out.size() > 1) out += op == Op::all ? " and " : " or ";
    out += part.text(rules);
  }
  return out + ")";
}

std::string Spec::yaml() const {
  const auto list = [](const std::vector<std::string>& items) {
    std::string out = "[";
    for (const std::string& item : items) out += (out.size() > 1 ? ", " : "") + item;
    return out + "]";
  };
  std::string out = "title: " + id + "\nid: " + id + "\nname: " + id + "\ncorrelation:\n  type: " + type +
                    "\n  rules: " + list(rules) + "\n  generate: true\n  timespan: " + std::to_string(span_seconds) +
                    "s\n";
  if (!group_by.empty()) out += "  group-by: " + list(group_by) + "\n";
  if (!aliases.empty()) {
    out += "  aliases:\n";
    for (const auto& [alias, by_rule] : aliases) {
      out += "    " + alias + ":\n";
      for (const auto& [rule, field] : by_rule) out += "      " + rule + ": " + field + "\n";
    }
  }
  if (formula) return out + "  condition: " + formula->text(rules) + "\n";
  if (bounds.empty()) return out;
  out += "  condition:\n";
  if (!fields.empty()) out += "    field: " + list(fields) + "\n";
  for (const Bound& bound : bounds) out += "    " + bound.op + ": " + bound.text + "\n";
  if (percentile_tenths)
    out += "    percentile: " + std::to_string(*percentile_tenths / 10) + "." +
           std::to_string(*percentile_tenths % 10) + "\n";
  return out;
}

std::string Found::text() const {
  std::string out = correlation + " [" + group + "] " + uid + " at " + std::to_string(time) + " value " + value +
                    " of " + std::to_string(events) + ":";
  for (const std::string& one : uids) out += ' ' + one.substr(one.size() - 4);
  return out;
}

Oracle::Oracle(std::vector<Spec> specs, uint32_t lateness_seconds)
    : specs_(std::move(specs)), lateness_(lateness_seconds), states_(specs_.size()) {}

bool Oracle::read(const Spec& spec, const std::string& by, const Given& event, std::string& key,
                  std::string& value) const {
  const auto field = [&](const std::string& name) -> std::string {
    std::string place = name;
    if (const auto alias = spec.aliases.find(name); alias != spec.aliases.end())
      if (const auto rule = alias->second.find(by); rule != alias->second.end()) place = rule->second;
    const auto it = event.fields.find(place);
    return it == event.fields.end() ? "" : lower(it->second);
  };
  for (const std::string& name : spec.group_by) {
    const std::string one = field(name);
    if (one.empty()) return false;
    key += (key.empty() ? "" : ", ") + name + '=' + one;
  }
  for (const std::string& name : spec.fields) {
    const std::string one = field(name);
    if (one.empty()) return false;
    if (spec.type == "value_sum" || spec.type == "value_avg" || spec.percentile_tenths)
      if (one.find_first_not_of("0123456789.-") != std::string::npos) return false;
    value += one + '|';
  }
  if (!value.empty()) value.pop_back();
  return true;
}

/// What rules or a correlation (`by`) give to the correlations that name them; rules of one event that go to the same
/// group go there together.
std::vector<Oracle::Offered> Oracle::offered(const Given& event, const std::string& by,
                                             const std::vector<char>& kinds) const {
  std::vector<Offered> out;
  std::vector<std::string> names;
  for (const char kind : kinds) names.emplace_back(1, kind);
  if (!by.empty()) names = {by};
  for (const std::string& name : names)
    for (size_t i = 0; i < specs_.size(); ++i) {
      const auto at = std::ranges::find(specs_[i].rules, name);
      if (at == specs_[i].rules.end()) continue;
      Offered one{i, "", "", uint64_t{1} << (at - specs_[i].rules.begin())};
      if (!read(specs_[i], name, event, one.key, one.value)) continue;
      const auto same = std::ranges::find_if(out, [&](const Offered& o) { return o.spec == i && o.key == one.key; });
      if (same == out.end())
        out.push_back(one);
      else
        same->mask |= one.mask;
    }
  return out;
}

std::vector<Found> Oracle::take(const Given& event) {
  std::vector<Found> out;
  for (const Offered& one : offered(event, "", {event.kinds.begin(), event.kinds.end()}))
    process(one, event, event.time, out);
  return out;
}

/// The newest of the window, and the newest of each rule.
std::vector<std::string> Oracle::told(const Spec& spec, const std::vector<Seen>& window) {
  std::set<size_t> chosen;
  for (size_t rule = 0; rule < spec.rules.size() && spec.type.starts_with("temporal"); ++rule)
    for (size_t i = window.size(); i-- > 0;)
      if ((window[i].mask >> rule & 1) != 0) {
        chosen.insert(i);
        break;
      }
  for (size_t i = window.size(); i-- > 0 && chosen.size() < evidence_told;) chosen.insert(i);
  std::vector<std::string> out;
  for (const size_t i : chosen) out.push_back(window[i].uid);
  return out;
}

void Oracle::process(const Offered& offer, const Given& event, int64_t time, std::vector<Found>& out) {
  const Spec& spec = specs_[offer.spec];
  State& state = states_[offer.spec][offer.key];
  const int64_t span = spec.span_seconds * second;
  const uint64_t keep = static_cast<uint64_t>(spec.span_seconds) + lateness_;
  while (!state.seen.empty() && state.seen.front().arrival + keep < event.arrival) state.seen.erase(state.seen.begin());
  std::erase_if(state.fired, [&](const Fired& f) { return f.arrival + keep < event.arrival; });

  const bool temporal = spec.type.starts_with("temporal");
  const auto same =
      std::ranges::find_if(state.seen, [&](const Seen& seen) { return seen.time == time && seen.uid == event.uid; });
  if (same != state.seen.end()) {
    if (!temporal || (offer.mask & ~same->mask) == 0) return;
    same->mask |= offer.mask;
  } else {
    const auto at = std::ranges::find_if(state.seen, [&](const Seen& seen) { return seen.time > time; });
    state.seen.insert(at, {time, event.arrival, event.uid, offer.mask, offer.value});
  }
  std::set<int64_t> ends;
  for (const Seen& seen : state.seen)
    if (seen.time >= time && seen.time < time + span) ends.insert(seen.time);
  for (const int64_t end : ends) {
    std::vector<Seen> window;
    for (const Seen& seen : state.seen)
      if (seen.time <= end && seen.time > end - span) window.push_back(seen);
    const auto [held, value] = measure(spec, window);
    if (!held) continue;
    const std::string whose = spec.type == "value_percentile" && !spec.percentile_tenths ? window.back().value : "";
    const bool rests = std::ranges::any_of(
        state.fired, [&](const Fired& f) { return std::abs(end - f.end) < span && f.value == whose; });
    if (!rests) {
      state.fired.push_back({end, event.arrival, whose});
      Found found{spec.id, offer.key, event.uid, end, millionths_text(value), window.size(), {}};
      const std::vector<std::string> own = told(spec, window);
      for (const std::string& uid : own) {
        std::vector<std::string> all;
        if (const auto inner = told_.find(uid); inner != told_.end()) all = inner->second;
        all.push_back(uid);
        for (const std::string& one : all)
          if (std::ranges::find(found.uids, one) == found.uids.end()) found.uids.push_back(one);
      }
      if (found.uids.size() > evidence_told)
        found.uids.erase(found.uids.begin(), found.uids.end() - static_cast<std::ptrdiff_t>(evidence_told));
      if (std::ranges::any_of(specs_,
                              [&](const Spec& s) { return std::ranges::find(s.rules, spec.id) != s.rules.end(); }))
        told_[event.uid] = own;
      out.push_back(std::move(found));
    }
    for (const Offered& outer : offered(event, spec.id, {}))
      if (!rests || specs_[outer.spec].type.starts_with("temporal")) process(outer, event, end, out);
  }
}

std::pair<bool, __int128> Oracle::measure(const Spec& spec, const std::vector<Seen>& window) const {
  if (spec.type.starts_with("temporal")) return measure_rules(spec, window);
  __int128 value = 0;
  const auto count = static_cast<int64_t>(window.size());
  if (spec.type == "event_count") {
    value = count * 1'000'000;
  } else if (spec.type == "value_count") {
    std::set<std::string> distinct;
    for (const Seen& seen : window) distinct.insert(seen.value);
    value = static_cast<int64_t>(distinct.size()) * 1'000'000;
  } else if (spec.percentile_tenths) {
    std::vector<double> sorted;
    for (const Seen& seen : window) sorted.push_back(number(seen.value));
    std::ranges::sort(sorted);
    const int64_t rank = std::max<int64_t>(1, (*spec.percentile_tenths * count + 999) / 1000);
    value = std::llround(sorted[static_cast<size_t>(rank - 1)] * 1e6);
  } else if (spec.type == "value_percentile") {
    const auto own = std::ranges::count(window, window.back().value, &Seen::value);
    value = own * __int128{100'000'000} / count;
  } else {
    for (const Seen& seen : window) value += millionths(seen.value);
    if (spec.type == "value_avg") value /= count;
  }
  return {std::ranges::all_of(spec.bounds, [&, v = value](const Bound& bound) { return holds(bound, v); }), value};
}

std::pair<bool, __int128> Oracle::measure_rules(const Spec& spec, const std::vector<Seen>& window) const {
  uint64_t present = 0;
  for (const Seen& seen : window) present |= seen.mask;
  const bool ordered = spec.type == "temporal_ordered";
  /// Whether the rules of `set` occurred one after the other in the order of the list, each by an event of its own.
  const auto in_order = [&](uint64_t set) {
    size_t from = 0;
    for (size_t rule = 0; rule < spec.rules.size(); ++rule) {
      if ((set >> rule & 1) == 0) continue;
      while (from < window.size() && (window[from].mask >> rule & 1) == 0) ++from;
      if (from == window.size()) return false;
      ++from;
    }
    return true;
  };
  bool held = false;
  int64_t most = 0;
  for (uint64_t chosen = 0; chosen < uint64_t{1} << spec.rules.size(); ++chosen) {
    if ((chosen & ~present) != 0 || (ordered && !in_order(chosen))) continue;
    most = std::max<int64_t>(most, __builtin_popcountll(chosen));
    held = held || (spec.formula && evaluate(*spec.formula, chosen, present));
  }
  if (spec.formula) return {held, static_cast<__int128>(__builtin_popcountll(present)) * 1'000'000};
  std::vector<Bound> bounds = spec.bounds;
  if (bounds.empty()) bounds.push_back({"gte", static_cast<int64_t>(spec.rules.size()) * 1'000'000, ""});
  const __int128 value = static_cast<__int128>(most) * 1'000'000;
  const bool all = ordered && bounds.size() == 1 && bounds[0].op == "gte" &&
                   bounds[0].millionths == static_cast<int64_t>(spec.rules.size()) * 1'000'000;
  return {std::ranges::all_of(bounds, [&](const Bound& bound) { return holds(bound, value); }),
          all ? static_cast<__int128>(__builtin_popcountll(present)) * 1'000'000 : value};
}

}  // namespace yagura::detect::correlation::test
