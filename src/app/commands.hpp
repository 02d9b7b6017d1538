// One function a command: what it prints goes to standard output, what went wrong to standard error.
#pragma once

#include "app/options.hpp"

namespace yagura::app {

Exit run_scan(const CommonOptions& common, const ScanOptions& options);
Exit run_decode(const CommonOptions& common, const DecodeOptions& options);
Exit run_rules_test(const CommonOptions& common, const RulesTestOptions& options);
Exit run_rules_coverage(const CommonOptions& common, const RulesCoverageOptions& options);
Exit run_rules_check(const CommonOptions& common, const RulesCheckOptions& options);
Exit run_rules_reload(const CommonOptions& common, const DataOptions& options);
Exit run_serve(const CommonOptions& common, const ServeOptions& options);
Exit run_ingest(const CommonOptions& common, const IngestOptions& options);
Exit run_search(const CommonOptions& common, const SearchOptions& options);
Exit run_records(const CommonOptions& common, const RecordOptions& options);
/// `records export TYPE` and `records import TYPE FILE`; is_...: whether the words mean that.
bool is_register_file_call(const RecordOptions& options);
Exit run_register_files(const CommonOptions& common, const RecordOptions& options);
/// `indicators import FILE...`; every other verb as run_records().
Exit run_indicators(const CommonOptions& common, const RecordOptions& options);
/// `playbooks import FILE`, `playbooks export ID`; every other verb as run_records().
Exit run_playbooks(const CommonOptions& common, const RecordOptions& options);
Exit run_report(const CommonOptions& common, const ReportOptions& options);
/// What runs out and what roles owe each other.
Exit run_due(const CommonOptions& common, const DueOptions& options);
/// What security operations came to, computed from stored times.
Exit run_measures(const CommonOptions& common, const MeasureOptions& options);
/// The textbook's catalogue, or the roles that are called so.
Exit run_textbook(const CommonOptions& common, const std::string& find);
Exit run_roles(const CommonOptions& common, const DataOptions& options);
Exit run_sourcing(const CommonOptions& common, const SourcingOptions& options);
/// `skills load FILE`; every other verb as run_records().
Exit run_skills(const CommonOptions& common, const RecordOptions& options);
/// Status 1 when something is wrong in the period.
Exit run_roster(const CommonOptions& common, const RosterOptions& options);
Exit run_staffing(const CommonOptions& common, const StaffingOptions& options);
Exit run_verify(const CommonOptions& common, const DataOptions& options);
Exit run_backup(const CommonOptions& common, const CopyOptions& options);
Exit run_restore(const CommonOptions& common, const CopyOptions& options);
Exit run_doctor(const CommonOptions& common, const DataOptions& options);

}  // namespace yagura::app
