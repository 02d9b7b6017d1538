// The command line of Yagura. The only unit that includes the parser (it is expensive to compile).
#include <CLI/CLI.hpp>
#include <csignal>
#include <functional>

#include "app/commands.hpp"

namespace {

using namespace yagura::app;

void add_common(CLI::App& app, CommonOptions& common) {
  app.add_option("--catalog", common.catalog, "folder of the catalogue (default: beside the program)");
  app.add_option("--lang", common.lang, "ja or en (default: from the environment)")->check(CLI::IsMember({"ja", "en"}));
}

void add_input(CLI::App& command, std::string& format, std::string& encoding) {
  command.add_option("--input-format", format, "log format (default: recognised)");
  command.add_option("--encoding", encoding, "utf-8, utf-16le, utf-16be, shift_jis or euc-jp (default: detected)");
}

struct CommandLine {
  CommonOptions common;
  ScanOptions scan;
  DecodeOptions decode;
  RulesCheckOptions rules_check;
  StaffingOptions staffing;
  std::function<Exit()> chosen;

  void add_log_commands(CLI::App& app);
  void add_organisation_commands(CLI::App& app);
};

void CommandLine::add_log_commands(CLI::App& app) {
  CLI::App* command = app.add_subcommand("scan", "run rules over files; one line a match");
  command->add_option("PATH", scan.paths, "files, folders, archives, - for standard input")->required();
  command->add_option("--rules", scan.rules, "folder or file of Sigma rules, repeatable (default: Yagura's own)");
  command->add_option("--format", scan.format, "jsonl, csv or table")->check(CLI::IsMember({"jsonl", "csv", "table"}));
  command->add_option("--threads", scan.threads, "worker threads (default: one a core)")->check(CLI::Range(1, 256));
  command->add_option("--min-level", scan.level_min, "leave out matches below this level")
      ->check(CLI::IsMember({"informational", "low", "medium", "high", "critical"}));
  command->add_flag("--stats", scan.stats, "one JSON line of figures on standard error");
  command->add_flag("--json", common.json, "the same as --format jsonl");
  add_input(*command, scan.input_format, scan.encoding);
  command->callback([this] { chosen = [this] { return run_scan(common, scan); }; });

  command = app.add_subcommand("decode", "print any supported file as normalised events, one JSON line each");
  command->add_option("PATH", decode.paths, "files, folders, archives, - for standard input")->required();
  command->add_option("--received", decode.received, "time of events that name none (default: the file's last change)");
  command->add_flag("--json", common.json, "accepted for symmetry: the output is JSON lines");
  add_input(*command, decode.input_format, decode.encoding);
  command->callback([this] { chosen = [this] { return run_decode(common, decode); }; });

  CLI::App* rules = app.add_subcommand("rules", "work with Sigma rules")->require_subcommand(1);
  command = rules->add_subcommand("check", "load every rule and say which are rejected, where and why");
  command->add_option("DIR", rules_check.paths, "folders or files of Sigma rules")->required();
  command->add_flag("--json", common.json, "accepted for symmetry: the output is JSON");
  command->callback([this] { chosen = [this] { return run_rules_check(common, rules_check); }; });
}

void CommandLine::add_organisation_commands(CLI::App& app) {
  CLI::App* command = app.add_subcommand("staffing", "the textbook's staffing table");
  command->add_option("--level", staffing.level, "0 to 3 (default: all)")->check(CLI::Range(0, 3));
  command->add_flag("--json", common.json, "JSON instead of a table");
  command->callback([this] { chosen = [this] { return run_staffing(common, staffing); }; });
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app{"Yagura: from raw logs to a closed incident"};
  app.set_version_flag("--version", YAGURA_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  CommandLine line;
  add_common(app, line.common);
  line.add_log_commands(app);
  line.add_organisation_commands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : static_cast<int>(Exit::usage);
  }
  return static_cast<int>(line.chosen());
}
