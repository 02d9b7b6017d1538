// The command line of Yagura. The only unit that includes the parser (it is expensive to compile).
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <deque>
#include <functional>
#include <system_error>

#include "app/commands.hpp"
#include "app/fault.hpp"
#include "app/hunt_options.hpp"
#include "base/printable.hpp"

namespace {

using namespace yagura::app;

void add_common(CLI::App& app, CommonOptions& common) {
  app.add_option("--catalog", common.catalog, "folder of the catalogue (default: beside the program)");
  app.add_flag("--json", common.json, "JSON instead of text for people");
  app.add_option("--lang", common.lang, "ja or en (default: from the environment)")->check(CLI::IsMember({"ja", "en"}));
}

void add_data(CLI::App& command, DataOptions& data) {
  command.add_option("--data", data.data, "data folder (default: ./data)")->envname("YAGURA_DATA");
  command.add_option("--url", data.url, "a running server, instead of the data folder")->envname("YAGURA_URL");
  command.add_option("--token", data.token, "API token for --url; better in YAGURA_TOKEN")->envname("YAGURA_TOKEN");
  command.add_option("--ca", data.ca, "PEM file of the authority (or certificate) to believe for --url")
      ->envname("YAGURA_CA");
}

void add_input(CLI::App& command, std::string& format, std::string& encoding) {
  command.add_option("--input-format", format, "log format (default: recognised)");
  command.add_option(
      "--encoding", encoding,
      "utf-8, utf-16le, utf-16be, utf-32le, utf-32be, shift_jis, euc-jp or iso-2022-jp (default: detected)");
}

struct CommandLine {
  CommonOptions common;
  ScanOptions scan;
  DecodeOptions decode;
  RulesCheckOptions rules_check;
  DataOptions rules_reload;
  RulesTestOptions rules_test;
  RulesCoverageOptions rules_coverage;
  ServeOptions serve;
  IngestOptions ingest;
  SearchOptions search;
  HuntOptions hunt;
  RecordOptions records;
  std::deque<DataOptions> records_data;
  ReportOptions report;
  DataOptions verify;
  DataOptions doctor;
  DataOptions roles;
  std::string textbook;  // a role to find
  SourcingOptions sourcing;
  DueOptions due;
  RosterOptions roster;
  MeasureOptions measures;
  StaffingOptions staffing;
  CopyOptions backup;
  CopyOptions restore;
  std::function<Exit()> chosen;

  void add_log_commands(CLI::App& app);
  void add_rule_commands(CLI::App& app);
  void add_data_commands(CLI::App& app);
  void add_record_commands(CLI::App& app);
  void add_organisation_commands(CLI::App& app);
  void add_measures(CLI::App& app);
};

void CommandLine::add_log_commands(CLI::App& app) {
  CLI::App* command = app.add_subcommand("scan", "run rules over files; one line a match");
  command->add_option("PATH", scan.paths, "files, folders, archives, - for standard input")->required();
  command->add_option("--rules", scan.rules, "folder or file of Sigma rules, repeatable (default: Yagura's own)")
      ->allow_extra_args(false);
  command->add_option("--format", scan.format, "jsonl, csv, table or html (default: by the ending of --output, jsonl)")
      ->check(CLI::IsMember({"jsonl", "csv", "table", "html"}));
  command->add_option("--output", scan.output, "write to this file instead of standard output");
  command->add_option("--threads", scan.threads, "worker threads (default: one a core)")->check(CLI::Range(1, 256));
  command->add_option("--min-level", scan.level_min, "leave out matches below this level")
      ->check(CLI::IsMember({"informational", "low", "medium", "high", "critical"}));
  command->add_option("--since", scan.since,
                      "only events from this time on: RFC 3339, or a span before now such as 7d");
  command->add_option("--until", scan.until, "only events before this time");
  command->add_flag("--details", scan.details, "more of each match: user, process, command line, techniques, fields");
  command->add_option("--indicators", scan.indicators, "file of indicators (STIX, MISP, CSV, a list), repeatable")
      ->allow_extra_args(false);
  command->add_flag("--indicators-any-time", scan.indicators_any_time,
                    "match them whatever they say of their validity");
  command->add_flag("--quiet", scan.quiet, "neither progress nor summary");
  command->add_flag("--stats", scan.stats, "one JSON line of figures on standard error");
  add_input(*command, scan.input_format, scan.encoding);
  command->callback([this] { chosen = [this] { return run_scan(common, scan); }; });

  command = app.add_subcommand("decode", "print any supported file as normalised events, one JSON line each");
  command->add_option("PATH", decode.paths, "files, folders, archives, - for standard input")->required();
  command->add_option("--received", decode.received, "time of events that name none (default: the file's last change)");
  add_input(*command, decode.input_format, decode.encoding);
  command->callback([this] { chosen = [this] { return run_decode(common, decode); }; });
}

void CommandLine::add_rule_commands(CLI::App& app) {
  CLI::App* rules = app.add_subcommand("rules", "work with Sigma rules")->require_subcommand(1);
  CLI::App* command = rules->add_subcommand("check", "load every rule and say which are rejected, where and why");
  command->add_option("DIR", rules_check.paths, "folders or files of Sigma rules")->required();
  command->callback([this] { chosen = [this] { return run_rules_check(common, rules_check); }; });
  command = rules->add_subcommand("reload", "let a running server read what changed of its rules now");
  add_data(*command, rules_reload);
  command->callback([this] { chosen = [this] { return run_rules_reload(common, rules_reload); }; });

  command = rules->add_subcommand("test", "hold every rule against its samples, and against ones generated from it");
  command->add_option("--rules", rules_test.rules, "folder or file of Sigma rules, repeatable (default: Yagura's own)")
      ->allow_extra_args(false);
  command
      ->add_option("--samples", rules_test.samples, "folder or file of samples, repeatable (beside: RULE.samples.yaml)")
      ->allow_extra_args(false);
  command->add_flag("--own-only", rules_test.own_only, "only samples that people wrote, no generated ones");
  command->add_option("--threads", rules_test.threads, "worker threads (default: one a core)")
      ->check(CLI::Range(1, 256));
  command->callback([this] { chosen = [this] { return run_rules_test(common, rules_test); }; });

  command = rules->add_subcommand("coverage", "which rules can never fire for want of logs");
  add_data(*command, rules_coverage.data);
  command->add_option("PATH", rules_coverage.paths, "logs to judge by (default: what the data folder has stored)");
  command
      ->add_option("--rules", rules_coverage.rules, "folder or file of Sigma rules, repeatable (default: Yagura's own)")
      ->allow_extra_args(false);
  command->add_option("--since", rules_coverage.since,
                      "of stored events: RFC 3339 time or a span before now (default: 30d)");
  command->add_flag("--all", rules_coverage.all, "every rule, not one line a log source");
  add_input(*command, rules_coverage.input_format, rules_coverage.encoding);
  command->callback([this] { chosen = [this] { return run_rules_coverage(common, rules_coverage); }; });
}

void CommandLine::add_data_commands(CLI::App& app) {
  CLI::App* command = app.add_subcommand("serve", "run the platform: listeners, API, console");
  add_data(*command, serve.data);
  command->add_option("--config", serve.config, "configuration file (YAML)");
  command->add_option("--sample", serve.sample, "folder of logs to ingest when the data folder is empty");
  command->callback([this] { chosen = [this] { return run_serve(common, serve); }; });

  command = app.add_subcommand("ingest", "store files in the lake, with detection, as if they had arrived");
  add_data(*command, ingest.data);
  command->add_option("PATH", ingest.paths, "files, folders, archives, - for standard input")->required();
  command->add_option("--rules", ingest.rules, "folder or file of Sigma rules, repeatable (default: Yagura's own)");
  add_input(*command, ingest.input_format, ingest.encoding);
  command->callback([this] { chosen = [this] { return run_ingest(common, ingest); }; });

  command = app.add_subcommand("search", "search the stored events");
  add_data(*command, search.data);
  command->add_option("QUERY", search.query, "field:value, wildcards, ranges, AND/OR/NOT, \"phrases\", free text")
      ->required();
  command->add_flag("--sql", search.sql, "QUERY is a read-only SQL SELECT");
  command->add_option("--since", search.since, "RFC 3339 time, or a span before now such as 24h or 7d (default: 24h)");
  command->add_option("--until", search.until, "RFC 3339 time, or a span before now (default: now)");
  command->add_option("--limit", search.limit, "events at most")->check(CLI::Range(1, 1'000'000));
  command->callback([this] { chosen = [this] { return run_search(common, search); }; });
  command = app.add_subcommand("hunt", "run a Sigma rule over the stored events");
  add_data(*command, hunt.data);
  command->add_option("--rule", hunt.rule, "a file of rules and correlations")->required();
  command->add_option("--since", hunt.since, "RFC 3339 time, or a span before now such as 24h or 7d (default: 7d)");
  command->add_option("--until", hunt.until, "RFC 3339 time, or a span before now (default: now)");
  command->add_option("--events", hunt.events, "end after so many events")->check(CLI::Range(1, 50'000'000));
  command->add_option("--limit", hunt.limit, "matches printed at most")->check(CLI::Range(1, 10'000));
  command->callback([this] { chosen = [this] { return run_hunt(common, hunt); }; });

  command = app.add_subcommand("verify", "prove that no fact or blob was changed, removed or reordered");
  add_data(*command, verify);
  command->callback([this] { chosen = [this] { return run_verify(common, verify); }; });

  command = app.add_subcommand("doctor", "say what works and what does not");
  add_data(*command, doctor);
  command->callback([this] { chosen = [this] { return run_doctor(common, doctor); }; });

  command =
      app.add_subcommand("backup", "copy the ledger, its blobs and the accounts, with --events the stored events too");
  add_data(*command, backup.data);
  command->add_option("FOLDER", backup.target, "a folder that does not exist yet")->required();
  command->add_flag("--events", backup.events, "copy the events too, which may take as much room as they do now");
  command->callback([this] { chosen = [this] { return run_backup(common, backup); }; });

  command = app.add_subcommand("restore", "bring a backup into an empty data folder");
  add_data(*command, restore.data);
  command->add_option("FOLDER", restore.target, "a folder that `yagura backup` wrote")->required();
  command->callback([this] { chosen = [this] { return run_restore(common, restore); }; });
}

void CommandLine::add_record_commands(CLI::App& app) {
  const std::pair<const char*, const char*> collections[] = {
      {"alerts", "list, show and act on alerts"},
      {"incidents", "list, show and act on incidents"},
      {"records", "any register: records TYPE [VERB] [ID], records export TYPE, records import TYPE FILE"},
      {"analysis-reports", "triage's reports in the agreed fields"},
      {"tasks", "the tasks that action policies gave to incidents"},
      {"reports", "the issued editions of incident reports"},
      {"criteria", "the incident criteria: list, create (propose), check, approve, current"},
      {"vulnerability-criteria", "the vulnerability criteria: list, create (propose), check, replay, approve, current"},
      {"attack-namings",
       "products' attack names on one scale: list, create (propose), check, replay, approve, current"},
      {"action-policies", "the action policies: list, create (propose), check, approve, current"},
      {"policy-documents", "policy in editions: list, show, revise; statement: what is in scope, when, by which means"},
      {"policy-acknowledgements", "who was asked to acknowledge an action policy: list, acknowledge, object"},
      {"playbooks", "playbooks: import FILE, export ID (CACAO 2.0), list, show"},
      {"criteria-proposals", "decisions off the criteria, gathered as proposals"},
      {"long-measures", "measures that outlived their incidents"},
      {"quality-reviews", "closed work judged again: list, create (draw), items, judge, compare, findings"},
      {"own-rules", "rules of one's own: list, create (put in force), replace, withdraw, restore"},
      {"referrals", "what one role hands over to another: create, receive, answer, refuse, close"},
      {"role-links", "the textbook's links between roles"},
      {"indicators", "addresses, names and hashes to look for: import FILE..., list, find, expire, remove, stats"},
      {"improvements", "improvements of the short and the long cycle: list, start, decide, build, finish, ageing"},
      {"people", "people on their path, as their work shows it: list, show"},
      {"skills", "what roles ask for and people can: gaps, load FILE --framework NAME --edition EDITION"},
      {"resources", "people, budget and systems against roles"},
      {"users", "accounts: list, create, update"},
      {"tokens", "API tokens: list, create, delete"},
      {"facts", "the journal: list, show"},
      {"parked", "facts that a desk could not take in: list, retry"},
  };
  for (const auto& [name, summary] : collections) {
    CLI::App* command = app.add_subcommand(name, summary);
    // Each command its own: the environment is read for those too that are not asked for, and would win over --data.
    DataOptions& data = records_data.emplace_back();
    add_data(*command, data);
    command->add_option("--body", records.body_file,
                        "file with the body, one JSON object (or any file, where one is sent); - for standard input");
    command->fallthrough(false);  // what it does not know is the API's to know
    command->allow_extras();
    command->add_flag("--json", common.json, "JSON instead of a table");
    command->add_option("--catalog", common.catalog, "folder of the catalogue (default: beside the program)");
    command->add_option("--lang", common.lang, "ja or en (default: from the environment)")
        ->check(CLI::IsMember({"ja", "en"}));
    command->footer("VERB [ID] [--field value ...]; without a verb: list. `VERB --help-fields` names the fields.");
    command->callback([this, command, &data, name = std::string(name)] {
      records.collection = name;
      records.data = data;
      records.extra = command->remaining();
      chosen = [this] {
        if (is_register_file_call(records)) return run_register_files(common, records);
        if (records.collection == "indicators") return run_indicators(common, records);
        if (records.collection == "playbooks") return run_playbooks(common, records);
        if (records.collection == "skills") return run_skills(common, records);
        return run_records(common, records);
      };
    });
  }
  CLI::App* command = app.add_subcommand("report", "print the report of an incident");
  add_data(*command, report.data);
  command->add_option("ID", report.id, "the incident")->required();
  command->add_option("--edition", report.edition, "internal or external")
      ->check(CLI::IsMember({"internal", "external"}));
  command->add_option("--format", report.format, "md or html")->check(CLI::IsMember({"md", "html"}));
  command->callback([this] {
    report.lang = common.lang;
    chosen = [this] { return run_report(common, report); };
  });
}

void CommandLine::add_organisation_commands(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("roles", "the textbook's 54 roles: who has them, where they live, when last performed");
  add_data(*command, roles);
  command->callback([this] { chosen = [this] { return run_roles(common, roles); }; });

  command = app.add_subcommand("textbook", "the textbook's functions, roles, areas and links, with their numbers");
  command->add_option("--find", textbook, "the role of this id or title, other titles included");
  command->callback([this] { chosen = [this] { return run_textbook(common, textbook); }; });

  command = app.add_subcommand("sourcing", "who does each role, on the four areas and against the four patterns");
  add_data(*command, sourcing.data);
  command->add_option("--target", sourcing.target, "a pattern (1 to 4): what it would move")->check(CLI::Range(1, 4));
  command->callback([this] { chosen = [this] { return run_sourcing(common, sourcing); }; });

  command = app.add_subcommand("due", "what runs out and what roles owe each other, soonest first");
  add_data(*command, due.data);
  command->add_option("--role", due.role, "of one role (D-4) or one function (D), on either side");
  command->add_option("--type", due.type, "of one record type");
  command->add_option("--kind", due.kind, "clock, review, retention or obligation")
      ->check(CLI::IsMember({"clock", "review", "retention", "obligation"}));
  command->add_flag("--overdue", due.overdue, "only what is late");
  command->callback([this] { chosen = [this] { return run_due(common, due); }; });
  command = app.add_subcommand("roster", "empty seats, shifts without anybody, missing handovers; or the calendar");
  add_data(*command, roster.data);
  command->add_option("--from", roster.from, "start of the period (RFC 3339; default: now)");
  command->add_option("--until", roster.until, "its end (default: 28 days later)");
  command->add_option("--team", roster.team, "of this team alone");
  auto* ical = command->add_flag("--ical", roster.ical, "print the calendar (iCalendar, RFC 5545)");
  command->add_option("--person", roster.person, "of the calendar: this account alone")->needs(ical);
  command->callback([this] { chosen = [this] { return run_roster(common, roster); }; });

  add_measures(app);
  command = app.add_subcommand("staffing", "the textbook's staffing table, and what a staffing comes to");
  auto* level = command->add_option("--level", staffing.level, "0 to 3 (default: all)")->check(CLI::Range(0, 3));
  command->add_option("--file", staffing.file, "a staffing of your own (YAML) instead of the table")->excludes(level);
  command->add_option("--simulate", staffing.days, "days to simulate")->check(CLI::Range(1, 3660));
  auto* demand =
      command->add_option("--demand", staffing.demand, "what arrives (YAML; default: the catalogue's example)");
  command
      ->add_option("--measured", staffing.measured, "arrivals and handling times by the records of so many days back")
      ->check(CLI::Range(1, 400))
      ->excludes(demand);
  add_data(*command, staffing.data);
  command->add_option("--runs", staffing.runs, "runs to take the confidence intervals from (default: 20)")
      ->check(CLI::Range(2, 200));
  command->add_option("--seed", staffing.seed, "the same seed gives the same figures (default: 1)");
  command->callback([this] { chosen = [this] { return run_staffing(common, staffing); }; });
}

void CommandLine::add_measures(CLI::App& app) {
  CLI::App* command = app.add_subcommand("measures", "how well it works, computed from stored times");
  add_data(*command, measures.data);
  auto* from = command->add_option("--from", measures.from, "first day, 2026-04-01 (default: thirty days ago)");
  auto* to = command->add_option("--to", measures.to, "last day, included (default: today)");
  command->add_option("--zone", measures.zone, "time zone of the days (default: Asia/Tokyo)");
  command->add_option("--period", measures.period, "whole, day, week, month, quarter or year")
      ->check(CLI::IsMember({"whole", "day", "week", "month", "quarter", "year"}));
  command->add_option("--by", measures.by, "class, team, rule, attack_type or origin")
      ->check(CLI::IsMember({"class", "team", "rule", "attack_type", "origin"}));
  command->add_option("--measure", measures.measure, "one measure by its id (default: all)");
  command->add_option("--format", measures.format, "table, csv, md, html, or svg of one measure")
      ->check(CLI::IsMember({"table", "csv", "md", "html", "svg"}));
  command->add_flag("--definitions", measures.definitions, "what is measured and how, instead of figures");
  command->add_option("--draft", measures.draft, "draft an effect report of this title with the figures of the days")
      ->needs(from, to);
  command->callback([this] { chosen = [this] { return run_measures(common, measures); }; });
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  ::umask(0077);  // logs and records are nobody else's
  CLI::App app{"Yagura: from raw logs to a closed incident"};
  app.set_version_flag("--version", YAGURA_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  CommandLine line;
  add_common(app, line.common);
  line.add_log_commands(app);
  line.add_rule_commands(app);
  line.add_data_commands(app);
  line.add_record_commands(app);
  line.add_organisation_commands(app);
  speak_for(line.common);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return "yagura: " + yagura::printable(parse_fault(error.get_name(), error.what())) + "\n" +
           fault_text("parse.help") + "\n";
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // What was parsed in front of the fault is not in the options yet.
    for (int i = 1; i + 1 < argc && line.common.lang.empty(); ++i)
      if (std::string_view(argv[i]) == "--lang") line.common.lang = argv[i + 1];
    return app.exit(e) == 0 ? 0 : static_cast<int>(Exit::usage);
  }
  try {
    return static_cast<int>(line.chosen());
  } catch (const std::system_error& e) {  // what prints throws so when nobody reads on
    std::fprintf(stderr, "yagura: %s\n", e.what());
    return static_cast<int>(Exit::could_not);
  }
}
