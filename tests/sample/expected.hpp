// What sample/expected.json says, and what the engine finds in sample/logs.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "detect/correlation/engine.hpp"
#include "detect/matcher.hpp"
#include "detect/rule_set.hpp"
#include "pipeline/decode.hpp"

namespace yagura::sample::test {

inline const std::filesystem::path root = YAGURA_SOURCE_DIR;

inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("can't read " + file.string());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline const boost::json::object& expected() {
  static const boost::json::value made = boost::json::parse(read_text(root / "sample/expected.json"));
  return made.as_object();
}

/// The project's own rules; a rule that is refused or warned about fails the program's start.
inline const detect::LoadReport& own_rules() {
  static const detect::LoadReport report = [] {
    const auto taxonomy = detect::Taxonomy::load(root / "catalog/sigma");
    if (!taxonomy) throw std::runtime_error(to_text(taxonomy.error()));
    const std::vector<std::filesystem::path> paths{root / "catalog/rules"};
    return detect::RuleSet::load(paths, *taxonomy);
  }();
  return report;
}

/// An event by where it stands: its log below sample/logs, and its record id or its line.
using Place = std::pair<std::string, uint64_t>;

struct Scanned {
  std::map<std::string, uint64_t> events;  // by log
  std::map<Place, Timestamp> times;
  std::vector<std::string> dirty;                               // "log:place: names of the dirt"
  std::map<Place, std::set<std::string>> matches;               // ids of the rules
  std::map<std::string, std::map<std::string, int64_t>> hosts;  // rule id -> host -> matches
  std::vector<std::string> failures;
  std::vector<std::pair<Timestamp, detect::correlation::Offers>> offers;  // of an event each, as they were read
};

/// The key that digests of values are made with here.
constexpr detect::correlation::HashKey hash_key{1, 2};

inline void look_at(event::Batch& batch, detect::Matcher& matcher, Scanned& out) {
  const std::string log = std::filesystem::path(batch.source).lexically_relative(root / "sample/logs").string();
  const auto place = [&](const event::Event& event) -> Place {
    const bool windows = event.format == "evtx" || event.format == "windows-json";
    return {log, windows ? event.record_id : event.line};
  };
  for (const event::Event& event : batch.events()) {
    out.events[log]++;
    out.times[place(event)] = event.time;
    if (event.dirt != event::Dirt::none)
      out.dirty.push_back(log + ":" + std::to_string(place(event).second) + ": " + event::to_text(event.dirt));
  }
  std::vector<detect::Match> matches;
  matcher.match(batch, matches);
  detect::correlation::OfferReader reader(own_rules().rules, hash_key);
  std::vector<std::string> uids;
  for (const event::Event& event : batch.events())
    uids.push_back(sha256_hex(log + ' ' + std::to_string(place(event).second)));
  for (const detect::Match& match : matches) {
    const event::Event& event = batch.events()[match.event];
    detect::correlation::Offers offers;
    reader.read(batch, {&match, 1}, uids, offers);
    if (!offers.empty()) out.offers.emplace_back(event.time, std::move(offers));
  }
  for (const detect::Match& match : matches) {
    const event::Event& event = batch.events()[match.event];
    const std::string& rule = matcher.rules().rule(match.rule).id;
    out.matches[place(event)].insert(rule);
    out.hosts[rule][std::string(event.host)]++;
  }
}

/// The sample's logs with the project's rules over them, read once a program.
inline const Scanned& scanned() {
  static const Scanned made = [] {
    Scanned out;
    Counters counters;
    detect::Matcher matcher(own_rules().rules, &counters);
    std::vector<pipeline::InputFailure> failures;
    const std::vector<std::filesystem::path> paths{root / "sample/logs"};
    pipeline::InputOutcome outcome;
    pipeline::DecodeOptions options;
    options.counters = &counters;
    const auto on_batch = [&](event::Batch&& batch) -> Status {
      look_at(batch, matcher, out);
      return {};
    };
    for (const pipeline::InputFile& file : pipeline::list_inputs(paths, failures))
      if (const auto status = pipeline::decode_input(file, options, on_batch, outcome); !status)
        out.failures.push_back(file.name + ": " + status.error().message);
    for (const auto* list : {&failures, &outcome.failures})
      for (const auto& failure : *list) out.failures.push_back(failure.name + ": " + failure.error.message);
    return out;
  }();
  return made;
}

}  // namespace yagura::sample::test
