// verify, backup, restore: what proves and saves a data folder.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>

#include "app/backup.hpp"
#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/house.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "ledger/backup.hpp"
#include "ledger/verify.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

json::object to_json(const ledger::VerifyReport& report) {
  json::array faults;
  for (const ledger::VerifyFault& fault : report.faults)
    faults.push_back(json::object{{"code", fault.code}, {"subject", fault.subject}, {"what", fault.what}});
  return {{"sound", report.sound()},       {"ledger_id", report.ledger_id},       {"facts", report.facts},
          {"records", report.records},     {"versions", report.versions},         {"blobs", report.blobs},
          {"head_hash", report.head_hash}, {"faults_total", report.faults_total}, {"faults", std::move(faults)}};
}

Exit print_report(const CommonOptions& common, const Words& words, const ledger::VerifyReport& report) {
  if (common.json) {
    fmt::print("{}\n", json::serialize(to_json(report)));
  } else {
    fmt::print("{}\n", words(report.sound() ? "cli.verify.sound" : "cli.verify.unsound",
                             {{"facts", std::to_string(report.facts)},
                              {"records", std::to_string(report.records)},
                              {"blobs", std::to_string(report.blobs)},
                              {"faults", std::to_string(report.faults_total)},
                              {"head", report.head_hash}}));
    for (const ledger::VerifyFault& fault : report.faults)
      fmt::print("  {}: {} [{}]\n", printable(fault.subject), printable(fault.what), fault.code);
  }
  return report.sound() ? Exit::done : Exit::no;
}

Result<Words> words_for(const CommonOptions& common) {
  const auto catalog = find_catalog(common);
  if (!catalog) return std::unexpected(catalog.error());
  auto words = load_words(common, *catalog);
  if (!words) return failure(ErrorKind::invalid, to_text(words.error()));
  return std::move(*words);
}

}  // namespace

Exit run_verify(const CommonOptions& common, const DataOptions& options) {
  const auto words = words_for(common);
  if (!words) return say(words.error());
  ledger::VerifyOptions verify;
  Progress progress((*words)("cli.progress.facts"));
  verify.progress = [&](int64_t done, int64_t total) {
    progress.update(static_cast<uint64_t>(done), static_cast<uint64_t>(total), static_cast<uint64_t>(done));
  };
  const auto report = ledger::verify(options.data, verify);
  if (!report) return say(report.error());
  return print_report(common, *words, *report);
}

Exit run_backup(const CommonOptions& common, const CopyOptions& options) {
  const auto words = words_for(common);
  if (!words) return say(words.error());
  auto running = open_control_door(common, options.data.data);
  if (!running) return say(running.error());
  if (*running) {
    const auto answer = (*running)->call(
        "POST", "/api/v1/backup",
        json::serialize(json::object{{"folder", fs::absolute(options.target).string()}, {"events", options.events}}));
    if (!answer) return say(answer.error());
    if (answer->status >= 400) return say_problem(*answer);
  } else {
    auto house = House::open(common, options.data.data, Config{});
    if (!house) return say(house.error());
    if (auto copied = back_up((*house)->ledger(), options.events ? &(*house)->store() : nullptr, options.data.data,
                              fs::absolute(options.target));
        !copied)
      return say(copied.error());
  }
  if (common.json)
    fmt::print("{}\n", json::serialize(json::object{{"folder", options.target}}));
  else
    fmt::print("{}\n", (*words)(options.events ? "cli.backup.done_with_events" : "cli.backup.done",
                                {{"folder", options.target}}));
  return Exit::done;
}

Exit run_restore(const CommonOptions& common, const CopyOptions& options) {
  const auto words = words_for(common);
  if (!words) return say(words.error());
  const auto restored = restore_house(options.target, options.data.data);
  if (!restored) return say(restored.error());
  if (const auto events = restored->events; events && !common.json)
    fmt::print("{}\n", (*words)("cli.restore.events", {{"events", std::to_string(*events)}}));
  return print_report(common, *words, restored->ledger);
}

}  // namespace yagura::app
