#include "desks/governance/quality_kind.hpp"

#include <algorithm>

#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

const std::vector<QualityKind>& kinds() {
  static const std::vector<QualityKind> out{
      {"alerts",
       {"alert"},
       {"dismissed", "closed"},
       "verdict",
       {"assignee"},
       {"true_positive", "false_positive", "benign"},
       {"title", "rule", "level", "tags", "host", "user", "first_seen", "last_seen", "findings", "evidence",
        "evidence_omitted", "attack_type", "progress", "importance"},
       "triage"},
      {"incidents",
       {"incident"},
       {"closed"},
       "class",
       {"judged_by", "assignee"},
       {},
       {"title", "summary", "origin", "channel", "received_at", "occurred_at", "detected_at", "hosts", "users",
        "picture", "cause", "timeline", "evidence"},
       "response"},
      {"reports",
       {"analysis_report"},
       {"issued", "completed"},
       "leak",
       {},
       {"none", "suspected", "confirmed", "unknown"},
       {"title", "victim", "method", "path", "impact", "immediate_measure"},
       "triage"},
      {"deep_analysis",
       {"network_examination", "digital_examination", "sample_analysis"},
       {"concluded"},
       "verdict",
       {"analyst"},
       {"attack", "no_attack", "undetermined"},
       {"title", "question", "sources", "window_from", "window_to", "sessions", "target", "medium", "evidence",
        "samples", "sha256", "file_name", "origin", "kind", "dynamic", "static", "indicators", "neutered"},
       "forensics"},
  };
  return out;
}

}  // namespace

const QualityKind* quality_kind(std::string_view id) {
  const auto found = std::ranges::find(kinds(), id, &QualityKind::id);
  return found == kinds().end() ? nullptr : &*found;
}

std::string decider_of(const QualityKind& kind, const ledger::Record& record) {
  for (const std::string& field : kind.decided_by)
    if (const std::string who = text_at(record.body, field); !who.empty()) return who;
  return record.updated_by;
}

}  // namespace yagura::desks::governance
