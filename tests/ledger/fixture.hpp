// What the ledger's tests share: a data folder of their own, a clock that they move, the type of the manual.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "ledger/ledger.hpp"

namespace yagura::ledger::testing {

namespace json = boost::json;

inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The example of docs/record-types.md.
inline std::string drill_yaml() {
  const std::string manual = read_text(YAGURA_SOURCE_DIR "/docs/record-types.md");
  const size_t begin = manual.find("```yaml\n") + 8;
  return manual.substr(begin, manual.find("```", begin) - begin);
}

/// A type with everything that the manual's example leaves out.
inline constexpr const char* ticket_yaml = R"yaml(
id: ticket
prefix: TCK
desk: response
roles: [D-2]
title: {ja: 票, en: Ticket}
fields:
  - {name: title, title: {ja: 件名, en: Title}, type: text, required: true}
  - {name: text, title: {ja: 本文, en: Text}, type: markdown}
  - {name: weight, title: {ja: 重み, en: Weight}, type: integer, min: 0, max: 100, unknown: allowed}
  - {name: ratio, title: {ja: 比, en: Ratio}, type: number}
  - {name: urgent, title: {ja: 緊急, en: Urgent}, type: boolean}
  - {name: seen_at, title: {ja: 発見日時, en: Seen at}, type: time, unknown: allowed}
  - name: level
    title: {ja: 水準, en: Level}
    type: choice
    choices: [{id: low, title: {ja: 低, en: Low}}, {id: high, title: {ja: 高, en: High}}]
  - {name: parent, title: {ja: 親, en: Parent}, type: reference, to: [ticket]}
  - {name: others, title: {ja: 関連, en: Others}, type: list, items: reference, to: [ticket, drill]}
  - {name: tags, title: {ja: 札, en: Tags}, type: list, items: text}
  - {name: raw, title: {ja: 生, en: Raw}, type: json}
  - {name: suspect, title: {ja: 容疑者, en: Suspect}, type: user, sensitivity: sealed}
  - {name: phone, title: {ja: 電話, en: Phone}, type: text, sensitivity: personal}
states:
  - {id: open, title: {ja: 未着手, en: Open}, initial: true}
  - {id: working, title: {ja: 対応中, en: Working}}
  - {id: closed, title: {ja: 完了, en: Closed}, final: true}
moves:
  - {id: start, title: {ja: 着手, en: Start}, from: [open], to: working, permissions: [ticket.work]}
  - id: hurry
    title: {ja: 急ぐ, en: Hurry}
    from: [open]
    to: working
    permissions: [ticket.work]
    where:
      - {field: level, is: [high], why: {ja: 急ぐのは高だけです。, en: Only what is high is hurried.}}
      - {field: urgent, is: ["true"], why: {ja: 至急の印が要ります。, en: It must be marked urgent.}}
  - {id: back, title: {ja: 戻す, en: Back}, from: [working], to: open, permissions: [ticket.work]}
  - id: close
    title: {ja: 完了, en: Close}
    from: [working]
    to: closed
    permissions: [ticket.close]
    requires: [text, weight]
    approval: another_person
  - {id: reopen, title: {ja: 再開, en: Reopen}, from: [closed], to: working, permissions: [ticket.close]}
clocks:
  - {id: answer, title: {ja: 初動, en: Answer}, from: [open], until: [working, closed], within: 30m}
  - {id: solve, title: {ja: 解決, en: Solve}, from: [open, working], until: [closed], within: 4h}
review: 7d
retention: 365d
permissions:
  read: ticket.read
  create: ticket.create
  update: ticket.update
  read_personal: ticket.personal
  read_sealed: ticket.sealed
)yaml";

inline RecordTypes test_types() {
  auto types = RecordTypes::parse({{"drill.yaml", drill_yaml()}, {"ticket.yaml", ticket_yaml}});
  if (!types)
    for (const Diagnostic& fault : types.error()) ADD_FAILURE() << to_text(fault);
  return types ? std::move(*types) : RecordTypes();
}

/// A new empty folder that is gone with the object.
struct TestFolder {
  TestFolder() {
    path = std::filesystem::temp_directory_path() / ("yagura-ledger-" + to_hex(random_bytes(8)));
    std::filesystem::create_directories(path);
  }
  ~TestFolder() {
    std::error_code error;
    std::filesystem::remove_all(path, error);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::filesystem::path path;
};

/// A ledger of its own for each test, at 2026-04-01T00:00:00Z.
class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() { open(); }

  void open() {
    ledger.reset();
    auto opened = Ledger::open(data(), test_types(), [this] { return now; }, seeded_ids(7));
    ASSERT_TRUE(opened) << opened.error().message;
    ledger = std::move(*opened);
  }
  std::filesystem::path data() const { return folder.path / "data"; }
  void later(int64_t seconds) { now.ns += seconds * ns_per_second; }

  /// Stores a ticket that must be sound.
  Record ticket(json::object body) {
    if (!body.contains("title")) body["title"] = "a ticket";
    auto record = ledger->create(sato, "response", "ticket", std::move(body));
    EXPECT_TRUE(record) << record.error().error().message;
    return record ? *record : Record();
  }

  TestFolder folder;
  Timestamp now = *parse_time("2026-04-01T00:00:00Z");
  Actor sato{"user:sato", {"ticket.read", "ticket.create", "ticket.update", "ticket.work", "ticket.close"}, false};
  Actor suzuki{"user:suzuki", {"ticket.read", "ticket.update", "ticket.work", "ticket.close"}, false};
  std::unique_ptr<Ledger> ledger;
};

/// "code:field" of each reason, joined by spaces.
inline std::string codes(const Refusal& refusal) {
  std::string out;
  for (const Reason& reason : refusal.reasons)
    out += (out.empty() ? "" : " ") + reason.code + (reason.field.empty() ? "" : ":" + reason.field);
  return out;
}

}  // namespace yagura::ledger::testing
