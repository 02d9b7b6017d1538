// Which fields of an event the rules of a set can read, told to formats so that they leave out the rest.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "detect/keyword_filter.hpp"
#include "detect/rule_set.hpp"
#include "event/demand.hpp"

namespace yagura::detect {

/// What finds the keywords of these lanes in an event's JSON text; null when there are none, of no use when not all of
/// them can be told from a text (then `all` becomes true).
std::shared_ptr<const KeywordFilter> keyword_filter(const RuleSet& rules, std::span<const uint32_t> lanes, bool& all);

/// By the lanes that may take an event with the given header. Where one of them has keyword rules, which look at every
/// value, the answer reads_text(), or is null when no text can tell. Everything is wanted, too, of an event that names
/// its log source itself, whatever its header.
class LaneDemand : public event::Demand {
 public:
  /// `also` are fields that the caller reads beside the rules (all of those below them, too).
  explicit LaneDemand(std::shared_ptr<const RuleSet> rules, std::span<const std::string_view> also = {});

  const event::FieldSet* wanted(const event::Event& header) const override;

 private:
  using Sources = std::set<SourceId>;
  using Header = std::tuple<std::string, std::string, std::string, int64_t>;  // format, channel, provider, event id
  using SetKey = std::pair<std::vector<uint32_t>, Sources>;  // lanes, and what they and the tests before them read

  const event::FieldSet* find(const event::Event& header) const;
  void add_lane(uint32_t lane, Sources& into) const;
  void add_place(SourceId source, Sources& into) const;
  event::FieldSet::Want judge(const Sources& sources, std::string_view name) const;

  std::shared_ptr<const RuleSet> rules_;
  std::set<std::string, std::less<>> also_;
  Sources deciding_;  // a field of tests that any header passes

  mutable std::shared_mutex mutex_;  // guards what follows
  mutable std::map<Header, const event::FieldSet*> known_;
  mutable std::map<SetKey, std::unique_ptr<event::FieldSet>> sets_;
};

/// Headers remembered; past it each is worked out anew.
constexpr size_t remembered_headers_max = 16'384;

}  // namespace yagura::detect
