// links: yagura_ledger yagura_registers
// How fast the ledger is with many records and facts beside the catalogue's own registers. One JSON line a figure:
// name, value, unit; ".cpu" is what it cost the thread, however busy the machine was.
// usage: ledger_bench [RECORDS [FACTS]]   (100000 and 1000000 by default)
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "ledger/ledger.hpp"
#include "ledger/verify.hpp"
#include "registers/export.hpp"
#include "registers/import.hpp"

namespace {

using namespace yagura;
using namespace yagura::ledger;

constexpr const char* alert_yaml = R"yaml(
id: bench_alert
prefix: BAL
desk: triage
roles: [B-1]
title: {ja: アラート, en: Alert}
fields:
  - {name: title, title: {ja: 件名, en: Title}, type: text, required: true}
  - {name: host, title: {ja: ホスト, en: Host}, type: text, indexed: true}
  - {name: score, title: {ja: 点, en: Score}, type: integer}
  - {name: seen_at, title: {ja: 日時, en: Seen at}, type: time}
  - {name: owner, title: {ja: 担当, en: Owner}, type: user}
  - {name: note, title: {ja: 備考, en: Note}, type: markdown}
  - {name: tags, title: {ja: 札, en: Tags}, type: list, items: text}
states:
  - {id: new, title: {ja: 新規, en: New}, initial: true}
  - {id: closed, title: {ja: 完了, en: Closed}, final: true}
moves:
  - {id: close, title: {ja: 完了, en: Close}, from: [new], to: closed, permissions: [a.close]}
clocks:
  - {id: answer, title: {ja: 初動, en: Answer}, from: [new], until: [closed], within: 30m}
permissions: {read: a.read, create: a.create, update: a.update}
)yaml";

using Instant = std::chrono::steady_clock::time_point;

double ms_since(Instant start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// Of this thread: what a query costs, however busy the machine is.
double cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void print(std::string_view name, double value, std::string_view unit) {
  fmt::print("{{\"bench\":\"ledger.{}\",\"value\":{:.3f},\"unit\":\"{}\"}}\n", name, value, unit);
  std::fflush(stdout);
}

template <typename Work>
void time_of(std::string_view name, const Work& work) {
  work();  // the caches are warm, as in a running program
  double worst = 0;
  double worst_cpu = 0;
  for (int i = 0; i < 5; ++i) {
    const Instant start = std::chrono::steady_clock::now();
    const double cpu = cpu_ms();
    work();
    worst = std::max(worst, ms_since(start));
    worst_cpu = std::max(worst_cpu, cpu_ms() - cpu);
  }
  print(name, worst, "ms");
  print(fmt::format("{}.cpu", name), worst_cpu, "ms");
}

void fill(Ledger& ledger, int64_t records, int64_t facts) {
  const Actor actor = system_actor("bench");
  constexpr int64_t a_commit = 500;
  Instant start = std::chrono::steady_clock::now();
  for (int64_t done = 0; done < records;) {
    const auto status = ledger.write(actor, "triage", [&](Transaction& tx) -> Outcome<void> {
      for (const int64_t end = std::min(records, done + a_commit); done < end; ++done) {
        const auto record = tx.create(
            "bench_alert", {{"title", fmt::format("不審なプロセス {} が端末 PC-{:04} で起動", done, done % 3000)},
                            {"host", fmt::format("pc-{:04}", done % 3000)},
                            {"score", done % 100},
                            {"seen_at", format_time(Timestamp{1'775'000'000'000'000'000 + done * ns_per_second})},
                            {"owner", fmt::format("user:{}", done % 20)},
                            {"note", "powershell.exe -enc を検知。" + sha256_hex(std::to_string(done))},
                            {"tags", {fmt::format("t{}", done % 200), "edr"}}});
        if (!record) return std::unexpected(record.error());
      }
      return {};
    });
    check(status.has_value(), "the bench can write");
  }
  print("records_a_second", static_cast<double>(records) / ms_since(start) * 1000, "1/s");
  start = std::chrono::steady_clock::now();
  for (int64_t done = records; done < facts;) {
    const auto status = ledger.write(actor, "triage", [&](Transaction& tx) -> Outcome<void> {
      for (const int64_t end = std::min(facts, done + 2000); done < end; ++done)
        if (const auto fact =
                tx.append_fact("alert.extended", fmt::format("BAL-2026-{:04}", done % records + 1),
                               {{"findings", done % 7}, {"rule", "9f3c"}, {"host", fmt::format("pc-{}", done)}});
            !fact)
          return std::unexpected(fact.error());
      return {};
    });
    check(status.has_value(), "the bench can write");
  }
  print("facts_a_second", static_cast<double>(facts - records) / ms_since(start) * 1000, "1/s");
  start = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i)
    check(ledger.append_fact(actor, "triage", "alert.seen", "", {}).has_value(), "the bench can write");
  print("one_durable_fact", ms_since(start) / 200, "ms");
}

void ask(Ledger& ledger) {
  const auto list = [&](std::string_view name, RecordQuery query) {
    query.type = "bench_alert";
    time_of(name, [&] { check(ledger.list(query).has_value(), "the query runs"); });
  };
  list("list_newest", {});
  list("list_by_state", {.states = {"new"}});
  list("list_sorted_by_score", {.sort = "score"});
  list("list_sorted_by_update", {.sort = "updated_at"});
  list("filter_host", {.filters = {{"host", FilterOp::equals, {"pc-0042"}}}});
  list("filter_score_range_sorted", {.filters = {{"score", FilterOp::at_least, {int64_t{90}}}}, .sort = "score"});
  list("filter_owner_sorted_by_update", {.filters = {{"owner", FilterOp::equals, {"user:7"}}}, .sort = "updated_at"});
  list("filter_tag", {.filters = {{"tags", FilterOp::contains, {"t17"}}}});
  list("filter_nothing_found", {.filters = {{"host", FilterOp::equals, {"nobody"}}}});
  list("search_in_every_record", {.text = "powershell"});
  list("search_japanese_in_every_record", {.text = "プロセス"});
  list("search_rare", {.text = "pc-2999"});
  list("search_two_words", {.text = "不審 pc-1234"});
  list("search_one_character", {.text = "端"});
  list("search_nothing_found", {.text = "該当なし文字列"});
  list("search_with_filter", {.filters = {{"host", FilterOp::equals, {"pc-0042"}}}, .text = "powershell"});
  time_of("facts_of_subject", [&] { check(ledger.facts({.subject = "BAL-2026-0042"}).has_value(), ""); });
  time_of("facts_newest_of_kind",
          [&] { check(ledger.facts({.kinds = {"alert.extended"}, .descending = true}).has_value(), ""); });
  time_of("facts_by_actor_and_time", [&] {
    check(ledger.facts({.actor = "system:bench", .from = Timestamp{0}, .descending = true}).has_value(), "");
  });
  time_of("due", [&] { check(ledger.due(ledger.now()).has_value(), ""); });
  time_of("count_by_state", [&] { check(ledger.count_by_state("bench_alert").has_value(), ""); });
}

/// A tenth of the records out of the house and in again.
void carry(Ledger& ledger) {
  const Actor actor = system_actor("bench");
  const auto texts = Texts::load(YAGURA_SOURCE_DIR "/catalog/i18n");
  check(texts.has_value(), "the catalogue has texts");
  for (const registers::FileFormat format :
       {registers::FileFormat::csv, registers::FileFormat::json, registers::FileFormat::xlsx}) {
    registers::ExportOptions out;
    out.format = format;
    out.query.type = "bench_alert";
    out.query.filters = {{"score", FilterOp::at_least, {int64_t{90}}}};
    Instant start = std::chrono::steady_clock::now();
    double cpu = cpu_ms();
    const auto file = registers::export_records(ledger, actor, out, *texts);
    check(file.has_value(), "the bench can export");
    const std::string name(registers::to_text(format));
    print("export_" + name, ms_since(start), "ms");
    print("export_" + name + ".cpu", cpu_ms() - cpu, "ms");
    for (const bool as_new : {false, true}) {
      registers::ImportOptions in;
      in.type = "bench_alert";
      in.check = true;
      in.as_new = as_new;
      start = std::chrono::steady_clock::now();
      cpu = cpu_ms();
      const auto report = registers::import_records(ledger, actor, file->bytes, in, *texts);
      check(report && report->faults.count == 0 && report->rows == file->records, "the bench can import");
      const std::string what = (as_new ? "import_new_" : "import_unchanged_") + name;
      print(what, ms_since(start), "ms");
      print(what + ".cpu", cpu_ms() - cpu, "ms");
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  const int64_t records = count > 1 ? std::atoll(arguments[1]) : 100'000;
  const int64_t facts = count > 2 ? std::atoll(arguments[2]) : 1'000'000;
  const auto folder = std::filesystem::temp_directory_path() / ("yagura-ledger-bench-" + to_hex(random_bytes(6)));
  const auto types = [] {
    std::vector<std::pair<std::string, std::string>> files{{"bench_alert.yaml", alert_yaml}};
    for (const auto& entry : std::filesystem::directory_iterator(YAGURA_SOURCE_DIR "/catalog/records")) {
      if (entry.path().extension() != ".yaml") continue;
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      files.emplace_back(entry.path().filename().string(), text.str());
    }
    auto parsed = RecordTypes::parse(files);
    check(parsed.has_value(), "the catalogue and the bench's type are sound");
    return std::move(*parsed);
  };
  {
    auto ledger = Ledger::open(folder, types());
    check(ledger.has_value(), "the bench can open a ledger");
    fill(**ledger, records, facts);
  }
  Instant start = std::chrono::steady_clock::now();
  {
    auto ledger = Ledger::open(folder, types());
    check(ledger.has_value(), "the ledger opens again");
    print("open", ms_since(start), "ms");
    ask(**ledger);
    carry(**ledger);
  }
  start = std::chrono::steady_clock::now();
  const auto report = verify(folder);
  check(report && report->sound(), "what the bench wrote verifies");
  print("verify", ms_since(start) / 1000, "s");
  print("size_on_disk", static_cast<double>(std::filesystem::file_size(folder / "ledger.db")) / 1e6, "MB");
  std::filesystem::remove_all(folder);
  return 0;
}
