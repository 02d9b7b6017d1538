// What the command line asked for, one struct a command. main.cpp fills them; nothing else knows the parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace yagura::app {

/// Exit status of every command (stable: scripts depend on it).
enum class Exit : int {
  done = 0,
  no = 1,         // the command ran and its answer is no: a rule rejected, a ledger that does not verify
  usage = 2,      // the words of the call are wrong
  could_not = 3,  // the world failed
};

struct CommonOptions {
  std::string catalog;  // empty: found beside the program
  std::string lang;     // "ja", "en" or empty: from the environment
  bool json = false;
};

struct ScanOptions {
  std::vector<std::string> paths;
  std::vector<std::string> rules;       // empty: the catalogue's own rules
  std::vector<std::string> indicators;  // files of them
  bool indicators_any_time = false;     // whatever they say of their validity
  std::string format;                   // jsonl, csv, table or html; empty: by the ending of output, else jsonl
  std::string output;                   // a file; empty: standard output
  std::string input_format;             // empty: sniffed
  std::string encoding;                 // empty: detected
  unsigned threads = 0;                 // 0: one a core
  std::string level_min;
  std::string since;  // RFC 3339, or a span before now; empty: from the first
  std::string until;
  bool details = false;
  bool quiet = false;  // neither progress nor summary
  bool stats = false;
};

struct DecodeOptions {
  std::vector<std::string> paths;
  std::string received;  // RFC 3339: the time of events that name none; empty: when the file was last changed
  std::string input_format;
  std::string encoding;
};

struct RulesCheckOptions {
  std::vector<std::string> paths;
};

struct RulesTestOptions {
  std::vector<std::string> rules;    // empty: the catalogue's own rules
  std::vector<std::string> samples;  // beside those that stand beside the rules
  unsigned threads = 0;
  bool own_only = false;  // no generated samples
};

struct DataOptions {
  std::string data = "data";
  std::string url;    // of a running server, instead of the data folder
  std::string token;  // for it; better given in YAGURA_TOKEN
  std::string ca;     // PEM file of who signs its certificate; empty: the system's authorities
};

struct RulesCoverageOptions {
  DataOptions data;
  std::vector<std::string> paths;  // empty: what the lake holds
  std::vector<std::string> rules;
  std::string since = "30d";
  std::string input_format;
  std::string encoding;
  bool all = false;  // every rule, not one line a log source
};

struct ServeOptions {
  DataOptions data;
  std::string config;
  std::string sample;  // a folder of logs, ingested when the data folder is empty
};

struct IngestOptions {
  DataOptions data;
  std::vector<std::string> paths;
  std::vector<std::string> rules;
  std::string input_format;
  std::string encoding;
};

struct SearchOptions {
  DataOptions data;
  std::string query;
  bool sql = false;
  std::string since;  // RFC 3339, or a span such as 24h or 7d before now; empty: the last 24 hours
  std::string until;
  int64_t limit = 100;
};

/// `alerts ack ID --key value`: collection, verb, id and the body's fields.
struct RecordOptions {
  DataOptions data;
  std::string collection;          // alerts, incidents, records...
  std::vector<std::string> words;  // verb and ids
  std::vector<std::string> extra;  // --field value, in order
  std::string body_file;           // a JSON object; - for standard input
};

struct ReportOptions {
  DataOptions data;
  std::string id;
  std::string edition = "internal";
  std::string lang;
  std::string format = "md";
};

struct DueOptions {
  DataOptions data;
  std::string role;  // or a function's letter
  std::string type;
  std::string kind;
  bool overdue = false;
};

struct MeasureOptions {
  DataOptions data;
  std::string from;  // 2026-04-01; empty: thirty days ago
  std::string to;    // included; empty: today
  std::string zone;
  std::string period;
  std::string by;
  std::string measure;
  std::string format = "table";  // csv, md, html, svg
  std::string draft;             // the title of an effect report to draft
  bool definitions = false;      // what is measured, instead of the figures
};

struct StaffingOptions {
  int level = -1;      // 0 to 3; -1: every level
  std::string file;    // a staffing of one's own instead
  std::string demand;  // what arrives; empty: the catalogue's example
  int days = 0;        // to simulate; 0: none
  int measured = 0;    // days back to measure what arrives by the platform's records; 0: don't
  DataOptions data;    // of --measured
  int runs = 20;
  uint64_t seed = 1;
};

struct SourcingOptions {
  DataOptions data;
  int target = 0;  // a pattern to compare with; 0: none
};

struct RosterOptions {
  DataOptions data;
  std::string from;   // RFC 3339; empty: now
  std::string until;  // empty: 28 days later
  std::string team;
  std::string person;  // of the calendar
  bool ical = false;
};

struct CopyOptions {
  DataOptions data;
  std::string target;   // the backup's folder
  bool events = false;  // of backup: the lake's events too
};

}  // namespace yagura::app
