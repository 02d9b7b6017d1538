#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "detect/finding_text.hpp"
#include "detect/indicators/indicator_matcher.hpp"

namespace yagura::detect {
namespace {

constexpr size_t tags_max = 32;

void add_tags(const std::string& tags, std::vector<std::string>& out) {
  for (const std::string_view tag : split(tags, ','))
    if (const std::string_view text = trim(tag);
        !text.empty() && out.size() < tags_max && std::ranges::find(out, text) == out.end())
      out.emplace_back(text);
}

/// "domain evil.example (Feed A, Feed B)"
std::string title_of(const IndicatorMatch& match, const std::vector<const Listing*>& shown) {
  if (shown.empty()) return fmt::format("Indicator: {} (TLP:RED)", to_text(match.type));
  std::string sources;
  constexpr size_t sources_named = 3;
  for (size_t i = 0; i < std::min(shown.size(), sources_named); ++i) sources += (i == 0 ? "" : ", ") + shown[i]->source;
  if (shown.size() > sources_named) sources += fmt::format(" +{}", shown.size() - sources_named);
  return fmt::format("Indicator: {} {} ({})", to_text(match.type), match.value, sources);
}

void add_listing(const Listing& listing, std::vector<std::pair<std::string, std::string>>& fields) {
  fields.emplace_back("indicator.source", listing.source);
  if (listing.confidence != confidence_unknown)
    fields.emplace_back("indicator.confidence", std::to_string(listing.confidence));
  if (listing.tlp != Tlp::none) fields.emplace_back("indicator.tlp", to_text(listing.tlp));
  if (listing.valid_from.ns != INT64_MIN)
    fields.emplace_back("indicator.valid_from", format_time(listing.valid_from, 0));
  if (listing.valid_until.ns != INT64_MAX)
    fields.emplace_back("indicator.valid_until", format_time(listing.valid_until, 0));
  if (!listing.context.empty()) fields.emplace_back("indicator.context", cut(listing.context));
}

}  // namespace

Finding make_finding(const IndicatorMatch& match, const event::Batch& batch, std::string_view event_uid) {
  const event::Event& event = batch.events()[match.event];
  std::vector<const Listing*> shown;
  Finding out;
  out.kind = FindingKind::indicator;
  out.level = Level::informational;
  for (const Listing& listing : match.listings) {
    out.level = std::max(out.level, level_of(listing.confidence));
    if (listing.tlp == Tlp::red) continue;
    shown.push_back(&listing);
    add_tags(listing.tags, out.tags);
  }
  out.rule_id = indicator_rule_id(match.type, match.value);
  out.id = sha256_hex(out.rule_id + '\n' + std::string(event_uid));
  out.rule_title = title_of(match, shown);
  out.event_uid = event_uid;
  out.time = event.time;
  out.host = event.host;
  out.user = user_of(batch, event);
  out.channel = event.channel;
  out.event_id = event.event_id;
  out.fields.emplace_back(std::string(event::FieldNames::instance().name(match.field)), cut(match.found));
  if (shown.empty())
    out.fields.emplace_back("indicator.tlp", "red");
  else
    out.fields.emplace_back("indicator", match.value);
  for (const Listing* listing : shown) add_listing(*listing, out.fields);
  return out;
}

}  // namespace yagura::detect
