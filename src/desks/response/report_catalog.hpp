// The report templates of catalog/reports, with the texts and the style that they are rendered with.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/texts.hpp"
#include "desks/local_time.hpp"
#include "desks/response/case.hpp"
#include "ledger/record_type.hpp"

namespace yagura::desks::response {

std::string_view to_text(Edition edition);

enum class SectionKind { facts, text, table };

struct ReportSection {
  std::string heading;  // a key of the texts
  SectionKind kind = SectionKind::text;
  std::vector<std::string> fields;  // facts: their names; text: one
  std::string table;                // "timeline", "tasks", "measures", "alerts", "evidence", "analysis"
  std::vector<std::string> columns;
  bool public_only = false;  // timeline
  bool hide_empty = false;   // facts: leave out fields that nobody filled
  bool mask = true;          // false: written to be published, addresses and all
};

struct ReportTemplate {
  Edition edition = Edition::internal;
  std::string title;
  std::string title_field = "title";  // of the incident: what {title} in the title becomes
  std::string title_plain;            // the title when that field is empty
  std::string banner;
  ledger::Sensitivity sensitivity = ledger::Sensitivity::normal;
  bool mask = false;
  Grain grain = Grain::minute;
  std::vector<std::string> required_fields;  // of the incident, before it may be issued
  std::vector<ReportSection> sections;
};

class ReportCatalog {
 public:
  /// Reads internal.yaml, external.yaml and report.css of `folder`. A Diagnostic names file and line of an
  /// unknown key, kind or table, and of a heading that `texts` has not in both languages.
  static Diagnosed<ReportCatalog> load(const std::filesystem::path& folder, std::shared_ptr<const Texts> texts);

  const ReportTemplate& of(Edition edition) const { return edition == Edition::internal ? internal_ : external_; }
  const Texts& texts() const { return *texts_; }
  const std::string& css() const { return css_; }

 private:
  ReportTemplate internal_;
  ReportTemplate external_;
  std::shared_ptr<const Texts> texts_;
  std::string css_;
};

}  // namespace yagura::desks::response
