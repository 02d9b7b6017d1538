#include "detect/correlation/offers.hpp"

#include <algorithm>
#include <bit>

#include "base/digest.hpp"
#include "detect/fold.hpp"
#include "detect/number.hpp"
#include "detect/rule_set.hpp"

namespace yagura::detect::correlation {
namespace {

constexpr uint32_t none = UINT32_MAX;
constexpr size_t digest_kept_beside = 64;

/// Hostile logs claim any year; windows reach a timespan to both sides.
constexpr int64_t margin = 2 * timespan_seconds_max * ns_per_second;
constexpr int64_t earliest = INT64_MIN + margin;
constexpr int64_t latest = INT64_MAX - margin;

void append_sized(std::string& out, std::string_view text) {
  out += static_cast<char>(text.size() & 0xFF);
  out += static_cast<char>(text.size() >> 8);
  out += text;
}

}  // namespace

void append_key_value(std::string& key, std::string_view value) {
  if (value.size() <= group_value_bytes_max) return append_sized(key, value);
  std::string cut(value.substr(0, digest_kept_beside));
  cut += "...";
  cut += sha256_hex(value);
  append_sized(key, cut);
}

std::vector<std::string> key_values(std::string_view key) {
  std::vector<std::string> out;
  while (key.size() >= 2) {
    const size_t size = static_cast<unsigned char>(key[0]) | static_cast<size_t>(static_cast<unsigned char>(key[1]))
                                                                 << 8;
    out.emplace_back(key.substr(2, size));
    key.remove_prefix(std::min(key.size(), 2 + size));
  }
  return out;
}

void Offers::clear() {
  rules.reset();
  offers.clear();
  readings.clear();
  texts.clear();
}

TextAt Offers::add(std::string_view text) {
  const TextAt out{static_cast<uint32_t>(texts.size()), static_cast<uint32_t>(text.size())};
  texts += text;
  return out;
}

OfferReader::OfferReader(std::shared_ptr<const RuleSet> rules, const HashKey& key)
    : rules_(std::move(rules)), key_(key) {}

bool OfferReader::wants(std::span<const Match> matches) const {
  const Set& set = rules_->correlations();
  return !set.empty() &&
         std::ranges::any_of(matches, [&](const Match& match) { return !set.feeds(match.rule).empty(); });
}

void OfferReader::read(const event::Batch& batch, std::span<const Match> matches, std::span<const std::string> uids,
                       Offers& out) {
  out.rules = rules_;
  for (size_t at = 0; at < matches.size();) {
    const uint32_t index = matches[at].event;
    const auto first = static_cast<uint32_t>(out.readings.size());
    for (; at < matches.size() && matches[at].event == index; ++at)
      if (!rules_->correlations().feeds(matches[at].rule).empty()) read_match(batch, matches[at], out);
    const auto count = static_cast<uint32_t>(out.readings.size()) - first;
    if (count == 0) continue;
    const event::Event& event = batch.events()[index];
    Offer& offer = out.offers.emplace_back();
    offer.time = std::clamp(event.time.ns, earliest, latest);
    offer.uid = parse_uid(uids[index]);
    offer.event_id = event.event_id;
    offer.host = out.add(event.host);
    offer.channel = out.add(event.channel);
    offer.first = first;
    offer.count = count;
  }
}

void OfferReader::read_match(const event::Batch& batch, const Match& match, Offers& out) {
  const Set& set = rules_->correlations();
  const event::Event& event = batch.events()[match.event];
  const auto feeds = set.feeds(match.rule);
  const auto& routes = set.routes(match.rule);
  const bool routed = std::ranges::any_of(feeds, &Feed::routed);
  const size_t route = routed ? reader_.route_of(routes, batch, event) : 0;
  // Readings of the same event by an earlier rule stand before this one's.
  const uint32_t first = out.offers.empty() ? 0 : out.offers.back().first + out.offers.back().count;
  by_feed_.assign(feeds.size(), none);
  for (size_t i = 0; i < feeds.size(); ++i) {
    Reading reading;
    reading.correlation = feeds[i].correlation;
    reading.rules = feeds[i].rule;
    if (feeds[i].via != Feed::direct) {
      reading.via = by_feed_[feeds[i].via];
      if (reading.via == none) continue;
    }
    if (read_feed(batch, event, route, feeds[i], reading, out)) by_feed_[i] = place(reading, first, out);
  }
}

bool OfferReader::read_feed(const event::Batch& batch, const event::Event& event, size_t route, const Feed& feed,
                            Reading& reading, Offers& out) {
  group_.clear();
  shown_.clear();
  for (const RoutedField& field : feed.group) {
    if (!reader_.read(field.by_route[std::min(route, field.by_route.size() - 1)], batch, event, value_)) {
      ++without_group;
      return false;
    }
    fold_case(value_, folded_);
    append_key_value(group_, folded_);
    append_key_value(shown_, value_);
  }
  if (!feed.values.empty() && !read_value(batch, event, route, feed, reading)) {
    ++without_value;
    return false;
  }
  reading.hash = keyed_hash(key_, group_);
  reading.key = out.add(group_);
  reading.shown = shown_ == group_ ? reading.key : out.add(shown_);
  return true;
}

bool OfferReader::read_value(const event::Batch& batch, const event::Event& event, size_t route, const Feed& feed,
                             Reading& reading) {
  std::string all;
  for (const RoutedField& field : feed.values) {
    if (!reader_.read(field.by_route[std::min(route, field.by_route.size() - 1)], batch, event, value_)) return false;
    if (rules_->correlations().definition(feed.correlation).reads_numbers()) {
      const auto number = parse_number(value_);
      if (!number) return false;
      reading.value = std::bit_cast<uint64_t>(number->real);
      return true;
    }
    fold_case(value_, folded_);
    append_key_value(all, folded_);
  }
  reading.value = keyed_hash(key_, all);
  return true;
}

/// Rules that one event matched count as one occurrence of a correlation's group.
uint32_t OfferReader::place(const Reading& reading, uint32_t first, Offers& out) {
  for (uint32_t at = first; at < out.readings.size(); ++at) {
    Reading& known = out.readings[at];
    if (known.correlation != reading.correlation || known.via != reading.via || known.hash != reading.hash ||
        out.text(known.key) != out.text(reading.key))
      continue;
    known.rules |= reading.rules;
    return at;
  }
  out.readings.push_back(reading);
  return static_cast<uint32_t>(out.readings.size()) - 1;
}

}  // namespace yagura::detect::correlation
