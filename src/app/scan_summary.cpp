#include "app/scan_summary.hpp"

#include <algorithm>
#include <tuple>

namespace yagura::app {
namespace {

// Old and new names side by side: version 18 split "defense-evasion" in two.
constexpr std::array<const char*, 16> tactics_in_order = {
    "reconnaissance",     "resource-development", "initial-access",  "execution",
    "persistence",        "privilege-escalation", "defense-evasion", "stealth",
    "defense-impairment", "credential-access",    "discovery",       "lateral-movement",
    "collection",         "command-and-control",  "exfiltration",    "impact"};

/// "attack.initial-access" and the older "attack.initial_access" -> "initial-access"; empty for other tags.
std::string tactic_of(std::string_view tag) {
  if (!tag.starts_with("attack.")) return {};
  std::string name(tag.substr(7));
  std::ranges::replace(name, '_', '-');
  const bool known = std::ranges::any_of(tactics_in_order, [&](const char* one) { return name == one; });
  return known ? name : std::string();
}

int64_t floor_div(int64_t value, int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// As near as an instant can be: the first span may begin before time does.
Timestamp instant(int64_t seconds) {
  constexpr int64_t most = INT64_MAX / ns_per_second;
  return {std::clamp(seconds, -most, most) * ns_per_second};
}

/// Spans that people read easily, in seconds.
constexpr std::array<int64_t, 22> plain_widths = {
    1,     5,     10,    30,     60,     300,     600,     1800,    3600,     7200,     10800,
    21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 15552000, 31536000, 315360000};

}  // namespace

std::span<const char* const> attack_tactics() {
  return tactics_in_order;
}

std::string technique_of(std::string_view tag) {
  if (!tag.starts_with("attack.t") || tag.size() < 12) return {};
  std::string out(tag.substr(7));
  out.front() = 'T';
  for (const char c : std::string_view(out).substr(1))
    if ((c < '0' || c > '9') && c != '.') return {};
  return out;
}

void Tally::add(detect::Level level, Timestamp time) {
  ++matches;
  ++by_level[static_cast<size_t>(level)];
  first.ns = std::min(first.ns, time.ns);
  last.ns = std::max(last.ns, time.ns);
}

void Tally::add(const Tally& other) {
  matches += other.matches;
  for (size_t i = 0; i < level_count; ++i) by_level[i] += other.by_level[i];
  first.ns = std::min(first.ns, other.first.ns);
  last.ns = std::max(last.ns, other.last.ns);
}

void ScanSummary::add(std::span<const pipeline::ScanMatch> matches) {
  for (const pipeline::ScanMatch& match : matches) {
    const detect::Level level = match.subject->level;
    all_.add(level, match.time);
    Subject& subject = subjects_[match.subject.get()];
    if (!subject.what) subject.what = match.subject;
    subject.tally.add(level, match.time);
    if (subject_hosts_ < summary_hosts_max && subject.hosts.insert(match.host).second) ++subject_hosts_;
    add_time(level, match.time);
    auto host = hosts_.find(match.host);
    if (host == hosts_.end()) {
      if (hosts_.size() >= summary_hosts_max) {
        ++other_hosts_;
        continue;
      }
      host = hosts_.emplace(match.host, HostState()).first;
    }
    host->second.tally.add(level, match.time);
    host->second.subjects.insert(match.subject.get());
  }
}

void ScanSummary::add_time(detect::Level level, Timestamp time) {
  ++buckets_[floor_div(time.ns / ns_per_second, width_seconds_)][static_cast<size_t>(level)];
  if (buckets_.size() > summary_buckets_max) widen();
}

void ScanSummary::widen() {
  width_seconds_ *= 2;
  std::map<int64_t, std::array<uint64_t, level_count>> wider;
  for (const auto& [at, counts] : buckets_)
    for (size_t i = 0; i < level_count; ++i) wider[floor_div(at, 2)][i] += counts[i];
  buckets_ = std::move(wider);
}

std::vector<const ScanSummary::Subject*> ScanSummary::subjects(detect::Level level) const {
  std::vector<const Subject*> out;
  for (const auto& [key, subject] : subjects_)
    if (subject.what->level == level) out.push_back(&subject);
  std::ranges::sort(out, [](const Subject* a, const Subject* b) {
    return std::tie(b->tally.matches, a->what->title, a->what->id) <
           std::tie(a->tally.matches, b->what->title, b->what->id);
  });
  return out;
}

std::vector<ScanSummary::Host> ScanSummary::hosts() const {
  std::vector<Host> out;
  for (const auto& [name, state] : hosts_) out.push_back({name, state.tally, state.subjects.size()});
  std::ranges::sort(out, [](const Host& a, const Host& b) {
    for (size_t level = level_count; level-- > 0;)
      if (a.tally.by_level[level] != b.tally.by_level[level]) return a.tally.by_level[level] > b.tally.by_level[level];
    return a.name < b.name;
  });
  return out;
}

size_t ScanSummary::hosts_with(detect::Level level) const {
  return static_cast<size_t>(std::ranges::count_if(
      hosts_, [&](const auto& host) { return host.second.tally.by_level[static_cast<size_t>(level)] > 0; }));
}

std::vector<ScanSummary::Tactic> ScanSummary::tactics() const {
  std::map<std::string, std::pair<Tally, std::map<std::string, Technique>>> found;
  for (const auto& [key, subject] : subjects_) {
    std::vector<std::string> tactics;
    std::vector<std::string> techniques;
    for (const std::string& tag : subject.what->tags) {
      if (auto tactic = tactic_of(tag); !tactic.empty()) tactics.push_back(std::move(tactic));
      if (auto technique = technique_of(tag); !technique.empty()) techniques.push_back(std::move(technique));
    }
    if (tactics.empty() && !techniques.empty()) tactics.emplace_back();
    for (const std::string& tactic : tactics) {
      auto& [tally, cells] = found[tactic];
      tally.add(subject.tally);
      for (const std::string& technique : techniques) {
        Technique& cell = cells[technique];
        cell.id = technique;
        cell.tally.add(subject.tally);
        ++cell.subjects;
      }
    }
  }
  std::vector<Tactic> out;
  const auto take = [&](const std::string& tactic) {
    const auto at = found.find(tactic);
    if (at == found.end()) return;
    Tactic& one = out.emplace_back(tactic, at->second.first, std::vector<Technique>());
    for (auto& [id, technique] : at->second.second) one.techniques.push_back(technique);
    std::ranges::sort(one.techniques, [](const Technique& a, const Technique& b) {
      return std::tie(b.tally.matches, a.id) < std::tie(a.tally.matches, b.id);
    });
  };
  for (const char* tactic : tactics_in_order) take(tactic);
  take("");
  return out;
}

std::vector<ScanSummary::Bucket> ScanSummary::timeline(size_t count) const {
  std::vector<Bucket> out;
  if (buckets_.empty() || count == 0) return out;
  const int64_t first = buckets_.begin()->first * width_seconds_;
  const int64_t last = buckets_.rbegin()->first * width_seconds_;
  int64_t width = std::max<int64_t>(1, (last - first) / static_cast<int64_t>(count) + 1);
  const auto plain = std::ranges::find_if(plain_widths, [&](int64_t one) {
    return one >= width && one >= width_seconds_ &&
           floor_div(last, one) - floor_div(first, one) < static_cast<int64_t>(count);
  });
  if (plain != plain_widths.end()) width = *plain;
  const int64_t begin = floor_div(first, width);
  const auto spans = static_cast<size_t>(floor_div(last, width) - begin + 1);
  for (size_t i = 0; i < spans; ++i) out.push_back({instant((begin + static_cast<int64_t>(i)) * width), {}});
  for (const auto& [at, counts] : buckets_) {
    const auto index = static_cast<size_t>(floor_div(at * width_seconds_, width) - begin);
    for (size_t i = 0; i < level_count && index < out.size(); ++i) out[index].by_level[i] += counts[i];
  }
  return out;
}

}  // namespace yagura::app
