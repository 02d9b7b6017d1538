// A lake for tests that keeps events in memory, fails when it is told to, and says in which order things came to pass.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "detect/finding.hpp"
#include "detect/rule_set.hpp"
#include "lake/event_block.hpp"
#include "lake/event_store.hpp"
#include "pipeline/ingest.hpp"

namespace yagura::pipeline::test {

/// What was stored and recorded, seen from outside. Thread-safe.
struct Kept {
  struct Event {
    std::string raw;
    std::string host;
    std::vector<std::pair<std::string, std::string>> fields;
    size_t in_raw = 0;  // fields whose text lies in raw
  };

  std::mutex mutex;
  std::map<std::string, Event> events;               // by uid
  std::map<std::string, std::string> findings;       // by id: the rule's title
  std::multimap<std::string, std::string> by_event;  // uid -> rule id, as recorded
  std::vector<size_t> inserts;                       // events each
  size_t stored_twice = 0;
  size_t recorded_twice = 0;
  size_t recorded_before_stored = 0;
  int append_failures = 0;  // so many appends fail from now on
  bool fails_after_storing = false;
  int record_failures = 0;
  std::function<void()> before_append;  // called without the lock
  std::function<void()> on_uids;

  size_t stored() {
    const std::lock_guard lock(mutex);
    return events.size();
  }
  size_t recorded() {
    const std::lock_guard lock(mutex);
    return findings.size();
  }
};

class KeptEvents final : public EventSink {
 public:
  explicit KeptEvents(Kept& kept) : kept_(kept) {}

  std::vector<std::string> event_uids(const event::Batch& batch, std::string_view token) const override {
    if (kept_.on_uids) kept_.on_uids();
    return lake::event_uids(batch, token);
  }
  std::string machine_of(const event::Batch&, const event::Event& event) const override {
    return std::string(event.host);
  }
  Status append(const event::Batch& batch, std::string_view token, lake::Attempt attempt) override {
    if (kept_.before_append) kept_.before_append();
    const auto uids = lake::event_uids(batch, token);
    const std::lock_guard lock(kept_.mutex);
    const bool fails = kept_.append_failures > 0 && kept_.append_failures-- > 0;
    if (fails && !kept_.fails_after_storing) return failure(ErrorKind::network, "the lake is away");
    for (size_t i = 0; i < batch.size(); ++i) {
      if (kept_.events.contains(uids[i])) {
        kept_.stored_twice += attempt == lake::Attempt::first;
        continue;
      }
      const event::Event& event = batch.events()[i];
      Kept::Event& out = kept_.events[uids[i]];
      out.raw = event.raw;
      out.host = event.host;
      for (const event::Field& field : batch.fields(event)) {
        out.fields.emplace_back(event::FieldNames::instance().name(field.id), field.value().text);
        out.in_raw += field.size > 0 && field.data >= event.raw.data() &&
                      field.data + field.size <= event.raw.data() + event.raw.size();
      }
    }
    kept_.inserts.push_back(batch.size());
    if (fails) return failure(ErrorKind::network, "the lake went away before it answered");
    return {};
  }

 private:
  Kept& kept_;
};

inline FindingSink sink_of(Kept& kept) {
  return [&kept](std::span<const detect::Finding> findings) -> Status {
    const std::lock_guard lock(kept.mutex);
    if (kept.record_failures > 0 && kept.record_failures-- > 0) return failure(ErrorKind::io, "the ledger is busy");
    for (const detect::Finding& finding : findings) {
      kept.recorded_before_stored += !kept.events.contains(finding.event_uid);
      if (!kept.findings.emplace(finding.id, finding.rule_title).second)
        ++kept.recorded_twice;
      else
        kept.by_event.emplace(finding.event_uid, finding.rule_id);
    }
    return {};
  };
}

inline std::shared_ptr<const detect::RuleSet> rules_of(const std::string& documents) {
  static const auto taxonomy = detect::Taxonomy::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  auto report = detect::RuleSet::load_text(documents, "test.yml", *taxonomy);
  EXPECT_TRUE(report.rejected.empty()) << (report.rejected.empty() ? "" : to_text(report.rejected.front()));
  return report.rules;
}

/// The rule set in force, which a test changes while others ask.
class RulesInTurn {
 public:
  explicit RulesInTurn(std::shared_ptr<const detect::RuleSet> first) : rules_(std::move(first)) {}
  void use(std::shared_ptr<const detect::RuleSet> rules) {
    const std::lock_guard lock(mutex_);
    rules_ = std::move(rules);
  }
  RuleSource source() {
    return [this] {
      const std::lock_guard lock(mutex_);
      return rules_;
    };
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const detect::RuleSet> rules_;
};

/// A rule that fires on messages with `word`.
inline std::string rule_for(const std::string& id, const std::string& title, const std::string& word) {
  return "title: " + title + "\nid: " + id + "\nlogsource: {product: test}\ndetection:\n  s:\n    message|contains: '" +
         word + "'\n  condition: s\n";
}

/// A syslog message of the log source that rule_for() is for.
inline std::string line_of(const std::string& message) {
  return "<14>1 2024-05-01T00:00:00Z host-1 app - - [logsource product=\"test\"] " + message + "\n";
}

}  // namespace yagura::pipeline::test
