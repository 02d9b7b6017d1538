// The engine's state as bytes: records of what was taken, and snapshots of everything.
#include <algorithm>

#include "detect/correlation/bytes.hpp"
#include "detect/correlation/engine.hpp"

namespace yagura::detect::correlation {
namespace {

constexpr uint32_t record_version = 1;
constexpr uint32_t state_version = 1;
constexpr uint32_t unknown = UINT32_MAX;

void put(BytesOut& out, const Uid& uid) {
  out.put(uid.high);
  out.put(uid.low);
}

Uid get_uid(BytesIn& in) {
  const auto high = in.get<uint64_t>();
  return {high, in.get<uint64_t>()};
}

void put(BytesOut& out, const Occurrence& occurrence) {
  out.put(occurrence.time);
  put(out, occurrence.uid);
  out.put(occurrence.arrival);
  out.put(occurrence.value);
}

Occurrence get_occurrence(BytesIn& in) {
  Occurrence out;
  out.time = in.get<int64_t>();
  out.uid = get_uid(in);
  out.arrival = in.get<uint32_t>();
  out.value = in.get<uint64_t>();
  return out;
}

constexpr size_t occurrence_bytes = 36;

std::unexpected<Error> broken(const char* what) {
  return failure(ErrorKind::corrupt, what);
}

}  // namespace

std::string Engine::encode(const Offers& offers, uint32_t arrival) const {
  const Set& set = offers.rules->correlations();
  std::vector<uint32_t> used;
  for (const Reading& reading : offers.readings) used.push_back(reading.correlation);
  std::ranges::sort(used);
  used.erase(std::ranges::unique(used).begin(), used.end());
  BytesOut out;
  out.put(record_version);
  out.put(std::max(arrival, last_arrival_));
  out.put(static_cast<uint64_t>(used.size()));
  for (const uint32_t correlation : used) out.text(set.fingerprint(correlation));
  out.put(static_cast<uint64_t>(offers.offers.size()));
  for (const Offer& offer : offers.offers) {
    out.put(offer.time);
    put(out, offer.uid);
    out.put(offer.event_id);
    out.text(offers.text(offer.host));
    out.text(offers.text(offer.channel));
    out.put(static_cast<uint64_t>(offer.count));
    for (uint32_t at = offer.first; at < offer.first + offer.count; ++at) {
      const Reading& reading = offers.readings[at];
      out.put(static_cast<uint32_t>(std::ranges::lower_bound(used, reading.correlation) - used.begin()));
      out.put(reading.via == Feed::direct ? Feed::direct : reading.via - offer.first);
      out.put(reading.rules);
      out.put(reading.value);
      out.text(offers.text(reading.key));
      out.text(offers.text(reading.shown));
    }
  }
  return out.take();
}

Status Engine::replay(std::string_view record, std::vector<Finding>& findings) {
  BytesIn in(record);
  if (in.get<uint32_t>() != record_version) return broken("a correlation record of another version");
  const auto arrival = in.get<uint32_t>();
  std::vector<uint32_t> numbers;
  const Set* set = rules_ ? &rules_->correlations() : nullptr;
  for (uint64_t left = in.count(4); left > 0; --left) {
    const std::string_view print = in.text();
    uint32_t number = unknown;
    for (uint32_t i = 0; set && i < set->size(); ++i)
      if (set->fingerprint(i) == print) number = i;
    numbers.push_back(number);
  }
  Offers offers;
  for (uint64_t left = in.count(48); left > 0; --left) {
    Offer& offer = offers.offers.emplace_back();
    offer.time = in.get<int64_t>();
    offer.uid = get_uid(in);
    offer.event_id = in.get<int64_t>();
    offer.host = offers.add(in.text());
    offer.channel = offers.add(in.text());
    offer.first = static_cast<uint32_t>(offers.readings.size());
    offer.count = static_cast<uint32_t>(in.count(32));
    for (uint32_t i = 0; i < offer.count; ++i) {
      Reading reading;
      reading.correlation = in.get<uint32_t>();
      const auto via = in.get<uint32_t>();
      if (reading.correlation >= numbers.size() || (via != Feed::direct && via >= i)) return broken("a bad reading");
      reading.via = via == Feed::direct ? via : via + offer.first;
      reading.rules = in.get<uint64_t>();
      reading.value = in.get<uint64_t>();
      const std::string_view key = in.text();
      if (key.size() > key_bytes_max) return broken("a bad key");
      reading.hash = keyed_hash(key_, key);
      reading.key = offers.add(key);
      reading.shown = offers.add(in.text());
      offers.readings.push_back(reading);
    }
  }
  if (!in.good() || !in.at_end()) return broken("a correlation record that ends too early or too late");
  last_arrival_ = std::max(last_arrival_, arrival);
  if (numbers.empty()) return {};
  for (const Offer& offer : offers.offers) take_one(offers, offer, numbers, findings);
  return {};
}

std::string Engine::save() const {
  BytesOut out;
  out.put(state_version);
  out.put(key_.first);
  out.put(key_.second);
  out.put(last_arrival_);
  out.put(static_cast<uint64_t>(told_order_.size()));
  for (const Uid& uid : told_order_) {
    const Told& told = told_.at(uid);
    put(out, uid);
    out.put(told.arrival);
    out.put(static_cast<uint64_t>(told.events.size()));
    for (const Uid& event : told.events) put(out, event);
  }
  out.put(static_cast<uint64_t>(tables_.size()));
  for (uint32_t i = 0; i < tables_.size(); ++i) {
    out.text(rules_->correlations().fingerprint(i));
    out.put(static_cast<uint64_t>(tables_[i]->groups()));
    tables_[i]->each([&](const Table::View& view) {
      out.text(view.key);
      out.put(static_cast<uint8_t>(view.live != nullptr));
      const size_t size = view.live ? view.live->ring().size() : view.few.size();
      out.put(static_cast<uint64_t>(size));
      for (size_t at = 0; at < size; ++at) put(out, view.live ? view.live->ring()[at] : view.few[at]);
      if (!view.live) return;
      out.put(view.live->last_arrival());
      out.put(view.live->forgotten());
      out.put(static_cast<uint64_t>(view.live->fires().size()));
      for (const Fire& fire : view.live->fires()) {
        out.put(fire.end);
        out.put(fire.arrival);
        out.put(fire.value);
      }
    });
  }
  return out.take();
}

/// With no table: read past.
void Engine::load_table(BytesIn& in, Table* table) const {
  for (uint64_t left = in.count(13); left > 0 && in.good(); --left) {
    const std::string_view key = in.text();
    const bool live = in.get<uint8_t>() != 0;
    const uint64_t size = in.count(occurrence_bytes);
    if (key.size() > key_bytes_max || (!live && (size == 0 || size > small_group_max))) return (void)in.count(SIZE_MAX);
    const uint64_t hash = keyed_hash(key_, key);
    LiveGroup* const group = live && table ? &table->restore_live(key, hash) : nullptr;
    std::vector<Occurrence> few;
    for (uint64_t at = 0; at < size; ++at) {
      const Occurrence occurrence = get_occurrence(in);
      if (group)
        group->restore(occurrence);
      else if (!live)
        few.push_back(occurrence);
    }
    if (!live) {
      if (table && in.good()) table->restore(key, hash, few);
      continue;
    }
    const auto arrival = in.get<uint32_t>();
    const auto forgotten = in.get<int64_t>();
    if (group) group->restore(arrival, forgotten);
    for (uint64_t fires = in.count(20); fires > 0; --fires) {
      Fire fire;
      fire.end = in.get<int64_t>();
      fire.arrival = in.get<uint32_t>();
      fire.value = in.get<uint64_t>();
      if (group) group->restore(fire);
    }
  }
  if (table) table->restored();
}

Status Engine::load(std::string_view state) {
  const auto empty = [&] {
    for (uint32_t i = 0; i < tables_.size(); ++i) tables_[i] = make_table(rules_->correlations(), i);
    told_.clear();
    told_order_.clear();
  };
  empty();
  BytesIn in(state);
  if (in.get<uint32_t>() != state_version) return broken("correlation state of another version");
  key_.first = in.get<uint64_t>();
  key_.second = in.get<uint64_t>();
  last_arrival_ = in.get<uint32_t>();
  for (uint64_t left = in.count(28); left > 0; --left) {
    const Uid uid = get_uid(in);
    Told told;
    told.arrival = in.get<uint32_t>();
    for (uint64_t events = in.count(16); events > 0; --events) told.events.push_back(get_uid(in));
    if (told_.emplace(uid, std::move(told)).second) told_order_.push_back(uid);
  }
  for (uint64_t left = in.count(12); left > 0 && in.good(); --left) {
    const std::string_view print = in.text();
    Table* table = nullptr;
    for (uint32_t i = 0; i < tables_.size(); ++i)
      if (rules_->correlations().fingerprint(i) == print) table = tables_[i].get();
    load_table(in, table);
  }
  if (in.good() && in.at_end()) return {};
  empty();
  return broken("correlation state that ends too early or too late");
}

}  // namespace yagura::detect::correlation
