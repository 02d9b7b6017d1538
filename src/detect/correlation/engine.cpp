#include "detect/correlation/engine.hpp"

#include <algorithm>
#include <cstring>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "detect/correlation/measure_text.hpp"
#include "detect/rule_digest.hpp"
#include "detect/rule_set.hpp"

namespace yagura::detect::correlation {
namespace {

constexpr uint32_t no_correlation = UINT32_MAX;
constexpr size_t swept_per_reading = 2;

HashKey random_key() {
  const std::string bytes = random_bytes(sizeof(HashKey));
  HashKey out;
  std::memcpy(&out, bytes.data(), sizeof out);
  return out;
}

}  // namespace

Engine::Engine(const Limits& limits) : Engine(limits, random_key()) {}

std::shared_ptr<Table> Engine::make_table(const Set& set, uint32_t correlation) {
  return std::make_shared<Table>(set.share(correlation), limits_.lateness_seconds, set.hears_holding(correlation),
                                 totals_);
}

void Engine::use(std::shared_ptr<const RuleSet> rules) {
  if (rules == rules_) return;
  std::unordered_map<std::string, std::shared_ptr<Table>> known;
  if (rules_)
    for (uint32_t i = 0; i < tables_.size(); ++i) known.emplace(rules_->correlations().fingerprint(i), tables_[i]);
  tables_.clear();
  rules_ = std::move(rules);
  const Set& set = rules_->correlations();
  for (uint32_t i = 0; i < set.size(); ++i) {
    const auto it = known.find(set.fingerprint(i));
    if (it == known.end()) {
      tables_.push_back(make_table(set, i));
    } else {
      tables_.push_back(it->second);
      tables_.back()->set_tells_holding(set.hears_holding(i));
    }
  }
}

void Engine::take(const Offers& offers, uint32_t arrival, std::vector<Finding>& findings) {
  if (offers.empty() || !rules_) return;
  const Set& set = rules_->correlations();
  std::vector<uint32_t> numbers;
  if (offers.rules && offers.rules != rules_) {
    const Set& other = offers.rules->correlations();
    std::unordered_map<std::string_view, uint32_t> known;
    for (uint32_t i = 0; i < set.size(); ++i) known.emplace(set.fingerprint(i), i);
    for (uint32_t i = 0; i < other.size(); ++i) {
      const auto it = known.find(other.fingerprint(i));
      numbers.push_back(it == known.end() ? no_correlation : it->second);
    }
  }
  last_arrival_ = std::max(last_arrival_, arrival);
  for (const Offer& offer : offers.offers) take_one(offers, offer, numbers, findings);
}

void Engine::take(const Offers& offers, size_t offer, uint32_t arrival, std::vector<Finding>& findings) {
  check(offers.rules == rules_, "offers are of the set in force");
  last_arrival_ = std::max(last_arrival_, arrival);
  take_one(offers, offers.offers[offer], {}, findings);
}

void Engine::take_one(const Offers& offers, const Offer& offer, const std::vector<uint32_t>& numbers,
                      std::vector<Finding>& findings) {
  for (uint32_t at = offer.first; at < offer.first + offer.count; ++at)
    if (offers.readings[at].via == Feed::direct)
      process(offers, offer, at, offer.time, numbers, last_arrival_, findings);
}

/// One occurrence, and what the correlations that listen make of it. `numbers` maps the offers' correlations to those
/// in force; empty: they are the same.
void Engine::process(const Offers& offers, const Offer& offer, uint32_t at, int64_t time,
                     const std::vector<uint32_t>& numbers, uint32_t arrival, std::vector<Finding>& findings) {
  const Reading& reading = offers.readings[at];
  const uint32_t correlation = numbers.empty() ? reading.correlation : numbers[reading.correlation];
  if (correlation == no_correlation) return;
  Table& table = *tables_[correlation];
  const Set& set = rules_->correlations();
  const bool by_rules = is_temporal(table.definition().type);
  std::vector<Hold> holds;
  table.add(offers.text(reading.key), reading.hash,
            {time, offer.uid, arrival, by_rules ? reading.rules : reading.value}, holds);
  table.sweep(arrival, swept_per_reading);
  keep_within_limits();
  for (const Hold& hold : holds) {
    if (hold.fired && set.emits(correlation))
      findings.push_back(make_finding(offers, offer, reading, correlation, hold));
    if (!set.has_parents(correlation)) continue;
    if (hold.fired) remember(offer.uid, hold, arrival);
    for (uint32_t outer = at + 1; outer < offer.first + offer.count; ++outer) {
      if (offers.readings[outer].via != at) continue;
      const uint32_t parent =
          numbers.empty() ? offers.readings[outer].correlation : numbers[offers.readings[outer].correlation];
      if (parent == no_correlation) continue;
      // What waits for rules hears of every window that holds; what counts hears of each finding once.
      if (hold.fired || is_temporal(tables_[parent]->definition().type))
        process(offers, offer, outer, hold.end, numbers, arrival, findings);
    }
  }
}

void Engine::keep_within_limits() {
  if (totals_.bytes <= limits_.bytes_max && totals_.groups <= limits_.groups_max) return;
  while (totals_.groups > 0 &&
         (totals_.bytes > limits_.bytes_max / 16 * 15 || totals_.groups > limits_.groups_max / 16 * 15)) {
    const auto largest = std::ranges::max_element(tables_, {}, [](const auto& table) { return table->bytes(); });
    const auto fullest = std::ranges::max_element(tables_, {}, [](const auto& table) { return table->groups(); });
    const bool bytes = totals_.bytes > limits_.bytes_max / 16 * 15;
    if (!(bytes ? **largest : **fullest).drop_one() && !(**fullest).drop_one()) return;
  }
}

void Engine::remember(const Uid& uid, const Hold& hold, uint32_t arrival) {
  if (told_.insert_or_assign(uid, Told{hold.evidence, arrival}).second) told_order_.push_back(uid);
  while (told_order_.size() > told_max) {
    told_.erase(told_order_.front());
    told_order_.pop_front();
  }
}

/// The events, and those of the inner correlations that fired with them.
void Engine::expand(const std::vector<Uid>& from, std::vector<std::string>& into) const {
  std::vector<Uid> all;
  const auto add = [&](const Uid& uid) {
    if (std::ranges::find(all, uid) == all.end()) all.push_back(uid);
  };
  for (const Uid& uid : from) {
    if (const auto inner = told_.find(uid); inner != told_.end())
      for (const Uid& one : inner->second.events) add(one);
    add(uid);
  }
  const size_t surplus = all.size() - std::min(all.size(), evidence_max);
  for (size_t i = surplus; i < all.size(); ++i) into.push_back(to_text(all[i]));
}

Finding Engine::make_finding(const Offers& offers, const Offer& offer, const Reading& reading, uint32_t correlation,
                             const Hold& hold) const {
  const Definition& definition = rules_->correlations().definition(correlation);
  Finding out;
  out.kind = FindingKind::correlation;
  out.rule_id = definition.id;
  out.rule_title = definition.title;
  out.level = definition.level;
  out.tags = definition.tags;
  out.event_uid = to_text(offer.uid);
  out.time = Timestamp{hold.end};
  out.channel = offers.text(offer.channel);
  out.event_id = offer.event_id;
  out.rule_digest = rule_digest(definition);
  const std::string_view key = offers.text(reading.key);
  out.id = sha256_hex(definition.id + '\n' + std::string(key) + '\n' + out.event_uid + '\n' + std::to_string(hold.end));
  out.group = group_text(definition, key_values(key));
  name_entity(definition, key_values(offers.text(reading.shown)), offers.text(offer.host), out);
  describe(definition, hold, out);
  expand(hold.evidence, out.event_uids);
  return out;
}

}  // namespace yagura::detect::correlation
