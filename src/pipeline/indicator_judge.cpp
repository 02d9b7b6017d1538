#include "pipeline/indicator_judge.hpp"

#include <map>
#include <string>

namespace yagura::pipeline {

class IndicatorJudge::Looker final : public ScanJudge::Worker {
 public:
  explicit Looker(const IndicatorJudge& judge) : judge_(judge), matcher_(judge.classes_, judge.options_) {}

  std::unique_ptr<Notes> look(const event::Batch& batch, std::span<const detect::Match>,
                              std::vector<ScanMatch>& found) override {
    matches_.clear();
    matcher_.match(batch, judge_.snapshot_, matches_);
    for (const detect::IndicatorMatch& match : matches_) {
      detect::Finding finding = make_finding(match, batch, "");
      if (finding.level < judge_.level_min_) continue;
      const event::Event& event = batch.events()[match.event];
      ScanMatch out = match_at(subject_of(finding), event, batch);
      describe(out, event, batch);
      out.details = std::move(finding.fields);
      found.push_back(std::move(out));
    }
    return nullptr;
  }

 private:
  /// One object for all matches of an indicator that this thread makes. Who lists it, and how surely, may change with
  /// the event's time, so level and title are part of the key.
  std::shared_ptr<const ScanSubject> subject_of(const detect::Finding& finding) {
    auto& known = subjects_[finding.rule_id + std::string(to_text(finding.level)) + finding.rule_title];
    if (!known)
      known = std::make_shared<const ScanSubject>(ScanSubject{detect::FindingKind::indicator, finding.rule_id,
                                                              finding.rule_title, finding.level, finding.tags, ""});
    return known;
  }

  const IndicatorJudge& judge_;
  detect::IndicatorMatcher matcher_;
  std::vector<detect::IndicatorMatch> matches_;
  std::map<std::string, std::shared_ptr<const ScanSubject>> subjects_;
};

std::unique_ptr<ScanJudge::Worker> IndicatorJudge::open() {
  return std::make_unique<Looker>(*this);
}

std::vector<std::string_view> IndicatorJudge::wanted_fields() const {
  return {classes_->names().begin(), classes_->names().end()};
}

}  // namespace yagura::pipeline
