#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "detect/indicators/indicator_matcher.hpp"
#include "pipeline/scan_match.hpp"

namespace yagura::pipeline {

/// Looks for indicators in what a scan reads. Classes and snapshot outlive the scan.
class IndicatorJudge final : public ScanJudge {
 public:
  IndicatorJudge(std::shared_ptr<const detect::FieldClasses> classes, std::shared_ptr<const detect::Snapshot> snapshot,
                 detect::IndicatorMatchOptions options, detect::Level level_min)
      : classes_(std::move(classes)), snapshot_(std::move(snapshot)), options_(options), level_min_(level_min) {}

  std::unique_ptr<Worker> open() override;
  std::vector<std::string_view> wanted_fields() const override;

 private:
  class Looker;

  std::shared_ptr<const detect::FieldClasses> classes_;
  std::shared_ptr<const detect::Snapshot> snapshot_;
  detect::IndicatorMatchOptions options_;
  detect::Level level_min_;
};

}  // namespace yagura::pipeline
