// What goes out comes in again: every register of the catalogue, every format, with values that spreadsheets spoil.
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "fixture.hpp"
#include "ledger/fact.hpp"

namespace yagura::registers::testing {
namespace {

using ledger::Field;
using ledger::FieldKind;
using ledger::RecordType;

constexpr std::string_view nasty[] = {"=1+1",
                                      "+81-3-1234-5678",
                                      "-5 度",
                                      "@SUM(A1:A9)",
                                      "'=引用符つき",
                                      "''二つ",
                                      "'普通の引用符",
                                      "＝全角の数式",
                                      "日本語、\"引用\"、髙﨑𠮷野家",
                                      "a,b;c\td",
                                      "TRUE",
                                      "0012",
                                      "1e5",
                                      "2026-04-08",
                                      "_x0041_ <b>&amp;</b> _",
                                      "制御\x01文字\x1F",
                                      "[1, 2]",
                                      "#2",
                                      "Ａ\xEF\xBF\xBFＢ",
                                      "=cmd|' /C calc'!A0"};

/// Cuts to the field's longest.
std::string cut(std::string text, const Field& field, int64_t otherwise) {
  const auto most = static_cast<size_t>(std::min(field.max.value_or(otherwise), otherwise));
  while (code_points(text) > most) {
    text.pop_back();
    while (!is_utf8(text)) text.pop_back();
  }
  return std::string(trim(text));
}

class RoundTrip : public RegisterTest {
 protected:
  /// The id of some record of that type, made on demand; empty while it is being made.
  std::string some(const std::string& type) {
    const auto [known, fresh] = known_.emplace(type, "");
    if (!fresh) return known->second;
    const std::string id = make(type, body_of(*ledger->types().find(type), false)).id.value;
    return known_[type] = id;
  }

  json::value reference(const Field& field) {
    for (const std::string& type : field.to)
      if (std::string id = some(type); !id.empty()) return json::value(id);
    return nullptr;
  }

  json::value scalar(const Field& field, FieldKind kind) {
    const size_t turn = turn_++;
    switch (kind) {
      case FieldKind::text: {
        std::string text(nasty[turn % std::size(nasty)]);
        while (field.kind == FieldKind::text && code_points(text) < static_cast<size_t>(field.min.value_or(0)))
          text += "長";
        Field item = field;
        if (field.kind == FieldKind::list) item.max.reset();
        return json::value(cut(text, item, 1000));
      }
      case FieldKind::markdown: {
        std::string text = fmt::format("  {}\n\n- 二行目\r\n=三行目\n", nasty[turn % std::size(nasty)]);
        if (turn % 5 == 0)
          while (text.size() < 250'000) text += "長い文章😀 ";
        const auto most = static_cast<size_t>(field.kind == FieldKind::list ? 100 : field.max.value_or(200'000));
        while (code_points(text) > most) {
          text.resize(text.size() - std::min<size_t>(text.size(), (code_points(text) - most + 3) / 4));
          while (!is_utf8(text)) text.pop_back();
        }
        return json::value(text);
      }
      case FieldKind::integer:
      case FieldKind::duration: {
        const int64_t least =
            field.kind == FieldKind::list ? 0 : field.min.value_or(kind == FieldKind::duration ? 0 : -9);
        const int64_t most = field.kind == FieldKind::list ? 9 : field.max.value_or(INT64_MAX);
        return turn % 3 == 0 ? most : turn % 3 == 1 ? least : std::min(most, least + 3);
      }
      case FieldKind::number:
        return static_cast<double>(field.min.value_or(0)) + 0.123456789;
      case FieldKind::boolean:
        return turn % 2 == 0;
      case FieldKind::time:
        return json::value(turn % 3 == 0   ? "2026-04-08T10:58:04.850672Z"
                           : turn % 3 == 1 ? "2026-04-08T10:58:04.001Z"
                                           : "1899-01-01T00:00:00Z");
      case FieldKind::date:
        return json::value(turn % 2 == 0 ? "2026-02-28" : "1900-01-15");
      case FieldKind::choice:
        return json::value(field.choices[turn % field.choices.size()].id);
      case FieldKind::reference:
        return reference(field);
      case FieldKind::user:
        return json::value(turn % 2 == 0 ? "user:sato" : "user:=鈴木, 花子");
      case FieldKind::blob:
        return json::value(sha256_hex(std::to_string(turn)));
      default:
        return json::value{{"鍵", {1, 2.5, "=x", nullptr, true}}, {"a", "b\nc"}};
    }
  }

  json::value value_of(const Field& field) {
    if (field.unknown_allowed && turn_++ % 4 == 0) return json::value("unknown");
    if (field.kind == FieldKind::list) {
      json::array out;
      const auto most = static_cast<size_t>(std::min<int64_t>(field.max.value_or(3), 3));
      for (size_t i = 0; i < most; ++i)
        if (json::value item = scalar(field, field.items); !item.is_null()) out.push_back(std::move(item));
      return out;
    }
    if (field.kind == FieldKind::table) {
      json::array out;
      for (int i = 0; i < 2; ++i) {
        json::object line;
        for (const Field& column : field.columns)
          if (json::value cell = value_of(column); !cell.is_null()) line[column.name] = std::move(cell);
        out.push_back(std::move(line));
      }
      return out;
    }
    return scalar(field, field.kind);
  }

  json::object body_of(const RecordType& type, bool all) {
    json::object out;
    for (const Field& field : type.fields)
      if (all || field.required)
        if (json::value value = value_of(field); !value.is_null()) out[field.name] = std::move(value);
    return out;
  }

  std::vector<ledger::Record> all_of(const std::string& type) {
    ledger::RecordQuery query;
    query.type = type;
    query.descending = false;
    query.limit = 1000;
    return ok(ledger->list(query)).records;
  }

 private:
  std::map<std::string, std::string> known_;
  size_t turn_ = 0;
};

TEST_F(RoundTrip, of_every_register_in_every_format_is_exact) {
  size_t filled = 0;
  ASSERT_GE(ledger->types().all().size(), 81U);
  for (const auto& [id, type] : ledger->types().all()) {
    some(id);
    for (int i = 0; i < 3; ++i) filled += make(id, body_of(type, true)).body.size();
  }
  EXPECT_GT(filled, 2000U);
  for (const auto& [id, type] : ledger->types().all()) {
    ok(ledger->write(everybody, "test", [&](ledger::Transaction& transaction) -> ledger::Outcome<void> {
      ok(transaction.link(all_of(id).front().id, "follows", ledger::RecordId{some("asset")}));
      return {};
    }));
    const auto before = all_of(id);
    for (const FileFormat format : {FileFormat::csv, FileFormat::json, FileFormat::xlsx})
      for (const Heading heading : {Heading::id, Heading::ja, Heading::en}) {
        if (format == FileFormat::json && heading != Heading::id) continue;
        const std::string file = exported(id, format, heading);
        const int64_t head = ledger->head_seq();
        const ImportReport again = imported(id, file);
        EXPECT_EQ(faults_of(again), "") << id << " as " << to_text(format);
        EXPECT_EQ(again.unchanged, static_cast<int64_t>(before.size())) << id << " as " << to_text(format);
        EXPECT_EQ(ledger->head_seq(), head + 1) << "only the import itself is told";
        if (heading != Heading::id) continue;
        const ImportReport fresh = imported(id, file, {.check = true, .as_new = true});
        EXPECT_EQ(faults_of(fresh), "") << id << " as " << to_text(format);
        EXPECT_EQ(fresh.created, static_cast<int64_t>(before.size())) << id << " as " << to_text(format);
      }
    EXPECT_EQ(count(id), static_cast<int64_t>(before.size())) << "a check leaves nothing behind";
  }
}

TEST_F(RoundTrip, into_new_records_keeps_every_value_and_the_references_within_the_file) {
  const RecordType& type = *ledger->types().find("incident");
  const auto parent = make("incident", body_of(type, true));
  json::object body = body_of(type, true);
  body["merged_into"] = parent.id.value;
  const auto child = make("incident", body);
  for (const FileFormat format : {FileFormat::csv, FileFormat::json, FileFormat::xlsx}) {
    const ImportReport report = imported("incident", exported("incident", format), {.as_new = true});
    ASSERT_EQ(faults_of(report), "");
    ASSERT_GE(report.touched.size(), 2U);
    std::map<std::string, std::string> renamed;
    for (const ImportedRow& row : report.touched) renamed[row.was] = row.record.value;
    auto copy = ok(ledger->get({renamed.at(child.id.value)}));
    EXPECT_EQ(copy.body.at("merged_into").as_string(), renamed.at(parent.id.value)) << "the copy's parent is the copy";
    copy.body["merged_into"] = parent.id.value;
    EXPECT_EQ(ledger::canonical_json(copy.body), ledger::canonical_json(ok(ledger->get(child.id)).body));
    EXPECT_EQ(copy.state, "new");
  }
}

TEST_F(RoundTrip, of_texts_longer_than_a_spreadsheet_cell_goes_over_several_columns) {
  std::string text;
  while (code_points(text) < 20'000) text += "長い😀文章。";
  const auto record = make("asset", {{"name", "web01"}, {"kind", "server"}, {"importance", "high"}});
  const auto other = make("threat_report", body_of(*ledger->types().find("threat_report"), true));
  std::string field;
  for (const Field& one : ledger->types().find("threat_report")->fields)
    if (one.kind == FieldKind::markdown && field.empty()) field = one.name;
  ASSERT_FALSE(field.empty());
  // Two UTF-16 units each: more than one cell takes, within the field's own limit.
  std::string faces;
  for (int i = 0; i < 17'000; ++i) faces += "😀";
  ok(ledger->update(everybody, "test", other.id, other.version, {{field, faces}}));
  for (const FileFormat format : {FileFormat::csv, FileFormat::xlsx}) {
    const std::string file = exported("threat_report", format);
    if (format == FileFormat::csv) EXPECT_NE(file.find(field + "#2"), std::string::npos);
    const ImportReport again = imported("threat_report", file);
    EXPECT_EQ(faults_of(again), "");
    EXPECT_EQ(again.unchanged, 1);
  }
  EXPECT_EQ(record.version, 1);
}

TEST_F(RoundTrip, of_an_export_that_left_the_house_is_told_in_the_journal) {
  make("asset", {{"name", "web01"}, {"kind", "server"}, {"importance", "high"}});
  const std::string file = exported("asset", FileFormat::csv);
  const auto facts = ok(ledger->facts({.kinds = {"register.exported"}}));
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].subject, "register:asset");
  EXPECT_EQ(facts[0].actor, everybody.id);
  EXPECT_EQ(facts[0].body.at("records").as_int64(), 1);
  EXPECT_EQ(facts[0].body.at("sha256").as_string(), sha256_hex(file));
}

}  // namespace
}  // namespace yagura::registers::testing
