// What the matches of one batch give to correlations: self-contained, so that it can wait, be written down and be taken
// again after a restart, when the batch is long gone.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "detect/correlation/keyed_hash.hpp"
#include "detect/correlation/occurrence.hpp"
#include "detect/correlation/route_reader.hpp"
#include "detect/correlation/set.hpp"
#include "detect/matcher.hpp"

namespace yagura::detect::correlation {

/// A value of a group key that is longer counts as its beginning and its digest.
constexpr size_t group_value_bytes_max = 512;

struct TextAt {
  uint32_t offset = 0;
  uint32_t size = 0;
};

/// One event for one correlation.
struct Reading {
  uint32_t correlation = 0;
  uint32_t via = Feed::direct;  // the reading of the same event whose correlation must hold first
  uint64_t rules = 0;           // that matched, as bits of Definition::rules
  uint64_t value = 0;           // a digest or a double, as Definition::reads_numbers() says
  uint64_t hash = 0;            // of the key
  TextAt key;                   // folded: see group_key()
  TextAt shown;                 // the same as the event has it
};

struct Offer {
  int64_t time = 0;
  Uid uid;
  int64_t event_id = 0;
  TextAt host;
  TextAt channel;
  uint32_t first = 0;  // readings
  uint32_t count = 0;
};

struct Offers {
  std::shared_ptr<const RuleSet> rules;
  std::vector<Offer> offers;  // one an event
  std::vector<Reading> readings;
  std::string texts;

  bool empty() const { return offers.empty(); }
  void clear();
  std::string_view text(const TextAt& at) const { return std::string_view(texts).substr(at.offset, at.size); }
  TextAt add(std::string_view text);
};

/// Values as one key, each behind its length: different lists never give the same key. Values are cut as
/// group_value_bytes_max says.
void append_key_value(std::string& key, std::string_view value);
std::vector<std::string> key_values(std::string_view key);

/// Makes offers of matches. One a thread, like Matcher.
class OfferReader {
 public:
  /// `key` is the engine's.
  OfferReader(std::shared_ptr<const RuleSet> rules, const HashKey& key);

  /// Whether any of these matches feeds a correlation.
  bool wants(std::span<const Match> matches) const;

  /// Adds an offer for each event that some correlation can count: `matches` by event, as Matcher gives them; `uids` of
  /// the batch's events. What lacks a field of its group, or the value that is measured, is left out.
  void read(const event::Batch& batch, std::span<const Match> matches, std::span<const std::string> uids, Offers& out);

  const RuleSet& rules() const { return *rules_; }

  uint64_t without_group = 0;  // readings left out for want of a group field
  uint64_t without_value = 0;  // of the value, or because it is no number

 private:
  void read_match(const event::Batch& batch, const Match& match, Offers& out);
  bool read_feed(const event::Batch& batch, const event::Event& event, size_t route, const Feed& feed, Reading& reading,
                 Offers& out);
  bool read_value(const event::Batch& batch, const event::Event& event, size_t route, const Feed& feed,
                  Reading& reading);
  uint32_t place(const Reading& reading, uint32_t first, Offers& out);

  std::shared_ptr<const RuleSet> rules_;
  HashKey key_;
  RouteReader reader_;
  std::vector<uint32_t> by_feed_;  // reading of each feed of the current match
  std::string value_;
  std::string folded_;
  std::string group_;
  std::string shown_;
};

}  // namespace yagura::detect::correlation
