#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/record.hpp"

namespace yagura::desks::triage {

/// The agreed fields. "unknown" or "不明" is an answer; empty is none.
constexpr std::array<std::string_view, 6> agreed_fields{"victim", "method", "path",
                                                        "leak",   "impact", "immediate_measure"};

struct AnalysisReport {
  std::string title;
  std::vector<ledger::RecordId> alerts;
  std::string victim;
  std::string method;
  std::string path;
  std::string leak;  // "none", "suspected", "confirmed" or unknown
  std::string impact;
  std::string immediate_measure;
  std::string leak_detail;  // optional

  /// The members that hold something, as the record's fields; white space alone is nothing.
  boost::json::object fields() const;
};

/// Names of the agreed fields that are still unknown in a report's body.
std::vector<std::string> unknown_fields(const boost::json::object& body);

}  // namespace yagura::desks::triage
