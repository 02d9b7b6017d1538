#include "detect/correlation/set.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/digest.hpp"

namespace yagura::detect::correlation {
namespace {

/// What a name in `rules:` stands for.
struct Target {
  bool correlation = false;
  uint32_t index = 0;

  bool operator==(const Target&) const = default;
};

std::string number_text(Exact value) {
  return std::to_string(static_cast<int64_t>(value / exact_one)) + '.' +
         std::to_string(static_cast<int64_t>(value % exact_one));
}

}  // namespace

class SetBuilder {
 public:
  SetBuilder(std::vector<Definition> definitions, std::span<const SharedRule> rules, const Taxonomy& taxonomy,
             std::vector<Set::Rejected>& rejected)
      : definitions_(std::move(definitions)),
        rules_(rules),
        taxonomy_(taxonomy),
        rejected_(rejected),
        targets_(definitions_.size()),
        state_(definitions_.size(), State::new_),
        depth_(definitions_.size()) {}

  Set build() {
    index_names();
    for (uint32_t i = 0; i < definitions_.size(); ++i) resolve(i);
    number();
    for (uint32_t i = 0; i < definitions_.size(); ++i)
      if (state_[i] == State::good) note_targets(i);
    decide_who_speaks();
    out_.feeds_.resize(rules_.size());
    out_.routes_.resize(rules_.size());
    for (uint32_t rule = 0; rule < rules_.size(); ++rule) feed(rule);
    return std::move(out_);
  }

 private:
  enum class State : uint8_t { new_, open, good, bad };

  void index_names() {
    for (uint32_t i = 0; i < rules_.size(); ++i) {
      ids_.emplace(rules_[i]->head().id, Target{false, i});
      if (!rules_[i]->head().name.empty()) names_.emplace(rules_[i]->head().name, Target{false, i});
    }
    for (uint32_t i = 0; i < definitions_.size(); ++i) {
      ids_.emplace(definitions_[i].id, Target{true, i});
      if (!definitions_[i].name.empty()) names_.emplace(definitions_[i].name, Target{true, i});
    }
  }

  bool reject(uint32_t at, const std::string& code, std::string what, std::string hint = "") {
    const Definition& definition = definitions_[at];
    rejected_.push_back({definition.id, definition.title,
                         Diagnostic{"sigma.correlation." + code, definition.file, definition.line, 0, std::move(what),
                                    std::move(hint)}});
    state_[at] = State::bad;
    return false;
  }

  const std::string& file_of(const Target& target) const {
    return target.correlation ? definitions_[target.index].file : rules_[target.index]->head().file;
  }

  /// By id; else by name: the one in the same file, else the only one.
  bool find(uint32_t at, const std::string& reference, Target& out) {
    if (const auto it = ids_.find(reference); it != ids_.end()) {
      out = it->second;
      return true;
    }
    std::vector<Target> found;
    std::vector<Target> beside;
    const auto [first, last] = names_.equal_range(reference);
    for (auto it = first; it != last; ++it) {
      found.push_back(it->second);
      if (file_of(it->second) == definitions_[at].file) beside.push_back(it->second);
    }
    if (!beside.empty()) found = beside;
    if (found.empty())
      return reject(at, "rule_unknown", "there is no rule or correlation '" + reference + "'",
                    "give its id or its name; rules that are rejected can't be correlated");
    if (found.size() > 1)
      return reject(at, "rule_ambiguous", std::to_string(found.size()) + " rules are named '" + reference + "'",
                    "give the id");
    out = found.front();
    return true;
  }

  bool resolve(uint32_t at) {
    if (state_[at] == State::good) return true;
    if (state_[at] == State::bad) return false;
    if (state_[at] == State::open) return reject(at, "cycle", "the correlation refers to itself");
    state_[at] = State::open;
    for (const std::string& reference : definitions_[at].rules) {
      Target target;
      if (!find(at, reference, target)) return false;
      if (std::ranges::find(targets_[at], target) != targets_[at].end())
        return reject(at, "repeated", "'" + reference + "' is a rule that is named already");
      targets_[at].push_back(target);
      if (!target.correlation) continue;
      const bool good = resolve(target.index);
      if (state_[at] == State::bad) return false;  // it was part of the cycle
      if (!good)
        return reject(at, "rule_rejected", "the correlation '" + reference + "' is rejected itself",
                      "see what is said of it");
      depth_[at] = std::max(depth_[at], depth_[target.index] + 1);
    }
    if (depth_[at] >= chain_depth_max) return reject(at, "too_deep", "more than 8 correlations build on each other");
    state_[at] = State::good;
    return true;
  }

  /// Gives those that are good their numbers, and their fingerprints from the innermost outward.
  void number() {
    std::vector<uint32_t> order;
    for (uint32_t i = 0; i < definitions_.size(); ++i)
      if (state_[i] == State::good) order.push_back(i);
    number_.resize(definitions_.size());
    for (const uint32_t at : order) {
      number_[at] = static_cast<uint32_t>(out_.definitions_.size());
      out_.definitions_.push_back(std::make_shared<const Definition>(definitions_[at]));
    }
    out_.fingerprints_.resize(order.size());
    for (const uint32_t at : order) fingerprint(at);
    out_.parents_.assign(order.size(), false);
    out_.heard_holding_.assign(order.size(), false);
    out_.emits_.assign(order.size(), true);
    out_.silent_.assign(rules_.size(), false);
  }

  const std::string& fingerprint(uint32_t at) {
    std::string& out = out_.fingerprints_[number_[at]];
    if (!out.empty()) return out;
    const Definition& d = definitions_[at];
    std::string text = "1\n" + d.id + '\n' + std::string(to_text(d.type)) + '\n' + std::to_string(d.timespan_ns) + '\n';
    for (const Target& target : targets_[at])
      text += "rule " + (target.correlation ? fingerprint(target.index) : rules_[target.index]->head().id) + '\n';
    for (const std::string& field : d.group_by) text += "by " + field + '\n';
    for (const auto& [alias, fields] : d.aliases)
      for (const auto& [rule, field] : fields) text += "alias " + alias + ' ' + rule + ' ' + field + '\n';
    for (const Comparison& c : d.comparisons)
      text += "compare " + std::to_string(static_cast<int>(c.op)) + ' ' + number_text(c.value) + '\n';
    for (const Term& t : d.terms) text += "term " + std::to_string(t.present) + ' ' + std::to_string(t.absent) + '\n';
    for (const std::string& field : d.fields) text += "field " + field + '\n';
    if (d.percentile) text += "percentile " + number_text(to_exact(*d.percentile)) + '\n';
    out = sha256_hex(text);
    return out;
  }

  void note_targets(uint32_t at) {
    for (uint32_t bit = 0; bit < targets_[at].size(); ++bit) {
      const Target& target = targets_[at][bit];
      const uint32_t index = target.correlation ? number_[target.index] : target.index;
      if (target.correlation) out_.parents_[index] = true;
      if (target.correlation && is_temporal(definitions_[at].type)) out_.heard_holding_[index] = true;
      (target.correlation ? heard_correlations_ : heard_rules_).emplace(index, Hearer{at, bit});
      if (definitions_[at].generate) (target.correlation ? told_ : told_rules_).insert(index);
    }
  }

  /// What a correlation names makes no findings of its own, unless one of those that name it says `generate: true`.
  void decide_who_speaks() {
    for (uint32_t i = 0; i < out_.size(); ++i) out_.emits_[i] = !out_.parents_[i] || told_.contains(i);
    for (const auto& [rule, hearer] : heard_rules_) out_.silent_[rule] = !told_rules_.contains(rule);
  }

  /// Everything that a match of `rule` may reach, breadth first.
  void feed(uint32_t rule) {
    const auto [first, last] = heard_rules_.equal_range(rule);
    if (first == last) return;
    out_.routes_[rule] = taxonomy_.routes(rules_[rule]->head().logsource).routes;
    std::vector<Feed>& feeds = out_.feeds_[rule];
    for (auto it = first; it != last; ++it) add_feed(feeds, rule, it->second, Feed::direct);
    std::ranges::sort(feeds, {}, [](const Feed& f) { return std::pair(f.correlation, f.rule); });
    for (uint32_t i = 0; i < feeds.size(); ++i) {
      const auto [from, to] = heard_correlations_.equal_range(feeds[i].correlation);
      for (auto it = from; it != to && feeds.size() < feeds_per_rule_max; ++it) add_feed(feeds, rule, it->second, i);
    }
  }

  struct Hearer {
    uint32_t definition;
    uint32_t bit;
  };

  void add_feed(std::vector<Feed>& feeds, uint32_t rule, const Hearer& hearer, uint32_t via) {
    const Definition& d = definitions_[hearer.definition];
    Feed feed;
    feed.correlation = number_[hearer.definition];
    feed.via = via;
    feed.rule = uint64_t{1} << hearer.bit;
    const auto place = [&](const std::string& name) {
      const auto alias = d.aliases.find(name);
      if (alias == d.aliases.end()) return route_field(out_.routes_[rule], name);
      const auto field = alias->second.find(d.rules[hearer.bit]);
      return route_field(out_.routes_[rule], field == alias->second.end() ? name : field->second);
    };
    for (const std::string& name : d.group_by) feed.group.push_back(place(name));
    for (const std::string& name : d.fields) feed.values.push_back(place(name));
    const auto elsewhere = [](const RoutedField& field) { return !field.same; };
    feed.routed = std::ranges::any_of(feed.group, elsewhere) || std::ranges::any_of(feed.values, elsewhere);
    feeds.push_back(std::move(feed));
  }

  std::vector<Definition> definitions_;
  std::span<const SharedRule> rules_;
  const Taxonomy& taxonomy_;
  std::vector<Set::Rejected>& rejected_;
  std::unordered_map<std::string, Target> ids_;
  std::unordered_multimap<std::string, Target> names_;
  std::vector<std::vector<Target>> targets_;  // by definition, as its `rules`
  std::vector<State> state_;
  std::vector<size_t> depth_;
  std::vector<uint32_t> number_;  // definition -> correlation of the set
  std::multimap<uint32_t, Hearer> heard_rules_;
  std::multimap<uint32_t, Hearer> heard_correlations_;
  std::set<uint32_t> told_;        // correlations that some `generate: true` names
  std::set<uint32_t> told_rules_;  // rules likewise
  Set out_;
};

Set Set::build(std::vector<Definition> definitions, std::span<const SharedRule> rules, const Taxonomy& taxonomy,
               std::vector<Rejected>& rejected) {
  if (definitions.empty()) return {};
  return SetBuilder(std::move(definitions), rules, taxonomy, rejected).build();
}

std::vector<std::string_view> Set::field_names() const {
  std::set<std::string_view> out;
  const auto add = [&](const std::vector<RoutedField>& fields) {
    for (const RoutedField& field : fields)
      for (const FieldSource& source : field.by_route) out.insert(source.names.begin(), source.names.end());
  };
  for (const auto& feeds : feeds_)
    for (const Feed& feed : feeds) {
      add(feed.group);
      add(feed.values);
    }
  for (const auto& routes : routes_)
    for (const Route& route : routes)
      for (const EventTest& test : route.tests) {
        out.insert(test.present.begin(), test.present.end());
        for (const auto& [field, values] : test.equal) out.insert(field);
      }
  return {out.begin(), out.end()};
}

}  // namespace yagura::detect::correlation
