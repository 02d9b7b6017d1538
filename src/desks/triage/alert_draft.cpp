#include "desks/triage/alert_draft.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::triage {
namespace {

namespace json = boost::json;

constexpr size_t tags_max = 100;

/// Hostile logs claim any year; records hold those that parse_time() reads.
Timestamp storable(Timestamp time) {
  constexpr Timestamp earliest{-9'214'560'000 * ns_per_second};  // 1678-01-01
  constexpr Timestamp latest{9'214'646'399 * ns_per_second};     // 2261-12-31T23:59:59Z
  return std::clamp(time, earliest, latest);
}

json::object evidence_of(const detect::Finding& finding) {
  json::array fields;
  for (const auto& [name, value] : finding.fields) {
    if (fields.size() == evidence_fields_max) break;
    fields.push_back(json::object{{"name", one_line(name, evidence_value_bytes_max)},
                                  {"value", one_line(value, evidence_value_bytes_max)}});
  }
  json::object out{{"finding", one_line(finding.id)},
                   {"event", one_line(finding.event_uid)},
                   {"time", format_time(storable(finding.time))},
                   {"channel", one_line(finding.channel)},
                   {"event_id", finding.event_id},
                   {"fields", std::move(fields)}};
  if (!finding.rule_digest.empty()) out["rule_digest"] = one_line(finding.rule_digest);
  if (finding.event_uids.empty()) return out;
  const size_t surplus = finding.event_uids.size() - std::min(finding.event_uids.size(), evidence_events_max);
  json::array events;
  for (size_t i = surplus; i < finding.event_uids.size(); ++i) events.emplace_back(one_line(finding.event_uids[i]));
  out["events"] = std::move(events);
  return out;
}

Timestamp time_at(const json::object& body, std::string_view key) {
  return parse_time(text_at(body, key)).value_or(Timestamp{});
}

}  // namespace

std::string entity_key(const detect::Finding& finding) {
  Sha256 digest;
  const bool grouped = finding.kind == detect::FindingKind::correlation;
  const std::string where = grouped ? "group " + finding.group : ascii_lower(finding.host);
  const std::string who = grouped ? std::string() : ascii_lower(finding.user);
  for (const std::string& part : {finding.rule_id, where, who}) {
    digest.update(part);
    digest.update(std::string_view("\0", 1));
  }
  return digest.finish_hex();
}

std::string one_line(std::string_view text, size_t bytes_max) {
  // U+FFFD is longer than the byte it replaces, so the text is made valid before it is cut.
  std::string out = to_valid_utf8(text.substr(0, std::min(text.size(), bytes_max + 4)));
  if (out.size() > bytes_max) {
    size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
    out.resize(end);
  }
  std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return std::string(trim(out));
}

AlertDraft::AlertDraft(const detect::Finding& finding)
    : first_(&finding), first_seen_(storable(finding.time)), last_seen_(first_seen_) {}

AlertDraft::AlertDraft(ledger::Record alert)
    : stored_(std::move(alert)),
      first_seen_(time_at(stored_->body, "first_seen")),
      last_seen_(time_at(stored_->body, "last_seen")),
      findings_(integer_at(stored_->body, "findings")),
      omitted_(integer_at(stored_->body, "evidence_omitted")),
      evidence_(array_at(stored_->body, "evidence")) {
  evidence_bytes_ = evidence_.empty() ? 0 : json::serialize(evidence_).size();
}

bool AlertDraft::reaches(Timestamp time, int64_t window_ns) const {
  // Written without sums at the ends of time: a hostile log may claim any year.
  if (time < first_seen_)
    return static_cast<uint64_t>(first_seen_.ns) - static_cast<uint64_t>(time.ns) <= static_cast<uint64_t>(window_ns);
  if (time > last_seen_)
    return static_cast<uint64_t>(time.ns) - static_cast<uint64_t>(last_seen_.ns) <= static_cast<uint64_t>(window_ns);
  return true;
}

void AlertDraft::add(const detect::Finding& finding) {
  first_seen_ = std::min(first_seen_, storable(finding.time));
  last_seen_ = std::max(last_seen_, storable(finding.time));
  ++findings_;
  added_.push_back(&finding);
  if (evidence_.size() < evidence_max) {
    json::object entry = evidence_of(finding);
    const size_t size = json::serialize(entry).size();
    if (evidence_bytes_ + size <= evidence_bytes_max) {
      evidence_bytes_ += size;
      evidence_.push_back(std::move(entry));
      return;
    }
  }
  ++omitted_;
}

json::object AlertDraft::fields() const {
  json::object out{{"first_seen", format_time(first_seen_)},
                   {"last_seen", format_time(last_seen_)},
                   {"findings", findings_},
                   {"evidence", evidence_}};
  if (omitted_ > 0) out["evidence_omitted"] = omitted_;
  if (stored_) return out;
  const std::string title = one_line(first_->rule_title);
  const std::string rule = one_line(first_->rule_id, 200);
  out["title"] = title.empty() ? rule : title;
  out["rule"] = rule.empty() ? "?" : rule;
  out["level"] = detect::to_text(first_->level);
  out["host"] = one_line(first_->host);
  out["user"] = one_line(first_->user);
  out["entity"] = entity_key(*first_);
  json::array tags;
  for (const std::string& tag : first_->tags)
    if (tags.size() < tags_max && !one_line(tag).empty()) tags.emplace_back(one_line(tag));
  out["tags"] = std::move(tags);
  if (json::string& shown = out["title"].as_string(); shown.empty()) shown = "?";
  return out;
}

}  // namespace yagura::desks::triage
