#include <algorithm>
#include <random>

#include "fixture.hpp"
#include "ledger/database.hpp"
#include "ledger/dialect.hpp"
#include "ledger/query_compiler.hpp"
#include "ledger/visibility.hpp"

namespace yagura::ledger::testing {
namespace {

class Queries : public LedgerTest {
 protected:
  /// The ids found, without "TCK-2026-000", joined.
  std::string find(RecordQuery query) {
    query.type = "ticket";
    const auto page = ledger->list(query);
    if (!page) return codes(page.error());
    const auto count = ledger->count(query);
    EXPECT_TRUE(count);
    if (query.cursor.empty() && page->next_cursor.empty())
      EXPECT_EQ(*count, static_cast<int64_t>(page->records.size()));
    std::string out;
    for (const Record& record : page->records) out += record.id.value.back();
    return out;
  }
  std::string find(std::string field, FilterOp op, std::vector<FilterValue> values = {}) {
    RecordQuery query;
    query.filters.push_back({std::move(field), op, std::move(values)});
    query.descending = false;
    return find(query);
  }
  std::string search(std::string text) {
    RecordQuery query;
    query.text = std::move(text);
    query.descending = false;
    return find(query);
  }
};

TEST_F(Queries, filter_by_fields_of_every_kind) {
  ticket({{"weight", 1}, {"ratio", 0.5}, {"urgent", true}, {"level", "low"}, {"seen_at", "2026-03-01T00:00:00Z"}});
  ticket({{"weight", 5}, {"ratio", 1.5}, {"urgent", false}, {"level", "high"}, {"seen_at", "2026-03-02T00:00:00Z"}});
  ticket({{"weight", 10}, {"tags", {"red", "blue"}}, {"others", {"TCK-2026-0001"}}, {"title", "third"}});
  ticket({{"weight", "unknown"}, {"seen_at", "unknown"}, {"tags", {"blue"}}, {"parent", "TCK-2026-0002"}});
  EXPECT_EQ(find("weight", FilterOp::equals, {int64_t{5}}), "2");
  EXPECT_EQ(find("weight", FilterOp::equals, {"5"}), "2") << "as a query string hands it over";
  EXPECT_EQ(find("weight", FilterOp::equals, {"unknown"}), "4");
  EXPECT_EQ(find("weight", FilterOp::at_least, {int64_t{5}}), "23") << "unknown is no number";
  EXPECT_EQ(find("weight", FilterOp::at_most, {int64_t{5}}), "12");
  EXPECT_EQ(find("weight", FilterOp::in, {int64_t{1}, int64_t{10}, "unknown"}), "134");
  EXPECT_EQ(find("weight", FilterOp::not_equals, {int64_t{5}}), "134");
  EXPECT_EQ(find("ratio", FilterOp::at_least, {0.6}), "2");
  EXPECT_EQ(find("urgent", FilterOp::equals, {true}), "1");
  EXPECT_EQ(find("urgent", FilterOp::equals, {"false"}), "2");
  EXPECT_EQ(find("urgent", FilterOp::empty), "34");
  EXPECT_EQ(find("level", FilterOp::in, {"high", "low"}), "12");
  EXPECT_EQ(find("level", FilterOp::filled), "12");
  EXPECT_EQ(find("seen_at", FilterOp::at_least, {"2026-03-02T09:00:00+09:00"}), "2") << "unknown is no time";
  EXPECT_EQ(find("seen_at", FilterOp::at_most, {"2026-03-01T12:00:00Z"}), "1");
  EXPECT_EQ(find("tags", FilterOp::contains, {"blue"}), "34");
  EXPECT_EQ(find("tags", FilterOp::in, {"red", "green"}), "3");
  EXPECT_EQ(find("tags", FilterOp::empty), "12");
  EXPECT_EQ(find("others", FilterOp::contains, {"TCK-2026-0001"}), "3");
  EXPECT_EQ(find("parent", FilterOp::equals, {"TCK-2026-0002"}), "4");
  EXPECT_EQ(find("title", FilterOp::equals, {"third"}), "3") << "a field without an index is found too";
  EXPECT_EQ(find("created_by", FilterOp::equals, {"user:sato"}), "1234");
  EXPECT_EQ(find("created_at", FilterOp::at_least, {"2026-04-01T00:00:01Z"}), "");
  EXPECT_EQ(find("id", FilterOp::equals, {"TCK-2026-0003"}), "3");
  EXPECT_EQ(find("version", FilterOp::equals, {int64_t{1}}), "1234");
}

TEST_F(Queries, follow_changes_of_lists_and_states) {
  const Record record = ticket({{"tags", {"red"}}});
  ASSERT_TRUE(ledger->update(sato, "response", record.id, 1, {{"tags", {"blue"}}}));
  EXPECT_EQ(find("tags", FilterOp::contains, {"red"}), "");
  EXPECT_EQ(find("tags", FilterOp::contains, {"blue"}), "1");
  ASSERT_TRUE(ledger->move(sato, "response", record.id, 2, "start"));
  RecordQuery query;
  query.states = {"working", "closed"};
  EXPECT_EQ(find(query), "1");
  query.states = {"open"};
  EXPECT_EQ(find(query), "");
  EXPECT_EQ(ledger->count_by_state("ticket")->at("working"), 1);
}

TEST_F(Queries, name_what_they_can_not_honour) {
  EXPECT_EQ(find("colour", FilterOp::equals, {"red"}), "query.field:colour");
  EXPECT_EQ(find("weight", FilterOp::equals, {"heavy"}), "query.value:weight");
  EXPECT_EQ(find("weight", FilterOp::equals, {}), "query.value:weight");
  EXPECT_EQ(find("weight", FilterOp::contains, {"1"}), "query.op:weight");
  EXPECT_EQ(find("tags", FilterOp::equals, {"1"}), "query.op:tags");
  EXPECT_EQ(find("raw", FilterOp::equals, {"1"}), "query.op:raw");
  EXPECT_EQ(find("seen_at", FilterOp::at_least, {"noon"}), "query.value:seen_at");
  RecordQuery query;
  query.states = {"nowhere"};
  query.sort = "tags";
  query.limit = 0;
  EXPECT_EQ(find(query), "query.limit:limit query.state:state query.field:tags");
  query = RecordQuery();
  query.cursor = "5b5d";
  EXPECT_EQ(find(query), "query.cursor:cursor");
  query.type = "nothing";
  EXPECT_EQ(codes(ledger->list(query).error()), "query.no_such_type:type");
}

TEST_F(Queries, page_through_what_a_list_holds_with_and_without_other_conditions) {
  for (int n = 1; n <= 9; ++n)
    ticket({{"tags", n % 2 == 0 ? json::array{"red", "blue"} : json::array{"blue"}}, {"weight", n}});
  for (const bool descending : {true, false}) {
    RecordQuery query;
    query.filters = {{"tags", FilterOp::contains, {"blue"}}, {"weight", FilterOp::at_least, {int64_t{3}}}};
    query.type = "ticket";
    query.descending = descending;
    query.limit = 3;
    std::string seen;
    for (int pages = 0; pages < 4; ++pages) {
      const auto page = ledger->list(query);
      ASSERT_TRUE(page) << codes(page.error());
      for (const Record& record : page->records) seen += record.id.value.back();
      query.cursor = page->next_cursor;
      if (query.cursor.empty()) break;
    }
    EXPECT_EQ(seen, descending ? "9876543" : "3456789");
  }
  RecordQuery both;
  both.filters = {{"tags", FilterOp::contains, {"blue"}}, {"tags", FilterOp::contains, {"red"}}};
  EXPECT_EQ(find(both), "8642");
}

TEST_F(Queries, find_the_same_before_and_after_a_register_has_grown_its_indexes) {
  const auto fill = [&](int until) {
    const int64_t there = *ledger->count({.type = "ticket"});
    ASSERT_TRUE(ledger->write(sato, "response", [&](Transaction& tx) -> Outcome<void> {
      for (int64_t n = there; n < until; ++n)
        if (const auto made =
                tx.create("ticket", {{"title", "t"}, {"weight", n % 100}, {"level", n % 2 ? "low" : "high"}});
            !made)
          return std::unexpected(made.error());
      return {};
    }));
  };
  const auto count = [&](std::string field, FilterValue value) {
    RecordQuery query{.type = "ticket", .filters = {{std::move(field), FilterOp::equals, {std::move(value)}}}};
    query.sort = "weight";
    query.limit = 1000;
    EXPECT_EQ(static_cast<int64_t>(ledger->list(query)->records.size()), *ledger->count(query));
    return *ledger->count(query);
  };
  const auto indexes = [&] {
    const auto db = open_database(data() / "ledger.db", OpenMode::read);
    return *(*db)->integer("SELECT count(*) FROM sqlite_master WHERE name LIKE 'field:ticket.%'", {});
  };
  fill(static_cast<int>(unindexed_records_max) - 1);
  EXPECT_EQ(indexes(), 0) << "a small register costs the others nothing";
  EXPECT_EQ(count("weight", int64_t{7}), 2);
  fill(static_cast<int>(unindexed_records_max) * 3);
  EXPECT_GE(indexes(), 6);
  EXPECT_EQ(count("weight", int64_t{7}), 6);
  EXPECT_EQ(count("level", "low"), 300);
  open();
  EXPECT_GE(indexes(), 6) << "they stay";
  EXPECT_EQ(count("level", "high"), 300);
}

TEST_F(Queries, do_not_take_values_for_sql) {
  ticket({{"text", "x"}});
  EXPECT_EQ(find("created_by", FilterOp::equals, {"' OR 1=1 --"}), "");
  EXPECT_EQ(search("\" OR \"x"), "");
  EXPECT_EQ(search("NEAR(x y) * ^ -"), "");
}

TEST_F(Queries, find_japanese_and_english_by_any_part_of_a_word) {
  ticket({{"title", "不正アクセスの疑い"}, {"text", "営業部の端末で PowerShell が起動した"}});
  ticket({{"title", "フィッシングメール"}, {"tags", {"ＡＢＣ商事", "ﾒｰﾙ"}}});
  ticket({{"title", "C:\\Windows\\Temp\\a.exe"}, {"raw", {{"deep", {"needle-42"}}}}});
  EXPECT_EQ(search("アクセス"), "1");
  EXPECT_EQ(search("正ア"), "1");
  EXPECT_EQ(search("あくせす"), "1") << "kana are folded";
  EXPECT_EQ(search("powershell"), "1");
  EXPECT_EQ(search("ｓｈｅｌｌ"), "1") << "width is folded";
  EXPECT_EQ(search("メール"), "2");
  EXPECT_EQ(search("abc商事"), "2");
  EXPECT_EQ(search("windows\\temp"), "3");
  EXPECT_EQ(search("a.exe"), "3");
  EXPECT_EQ(search("needle-42"), "3");
  EXPECT_EQ(search("端末 起動"), "1") << "every word must occur";
  EXPECT_EQ(search("端末　起動"), "1") << "an ideographic space parts words too";
  EXPECT_EQ(search("端末 メール"), "");
  EXPECT_EQ(search("疑"), "1") << "a single character";
  EXPECT_EQ(search("い"), "1") << "even the last of a word";
  EXPECT_EQ(search("tck-2026-0002"), "2");
  EXPECT_EQ(search("疑い営業"), "") << "no phrase runs over from one field into the next";
  EXPECT_EQ(search(" "), "123") << "no words restrict nothing";
}

TEST_F(Queries, join_words_and_conditions_whichever_is_rarer) {
  for (int i = 0; i < 2300; i += 100)
    ASSERT_TRUE(ledger->write(sato, "response", [&](Transaction& tx) -> Outcome<void> {
      for (int n = i; n < i + 100; ++n)
        if (!tx.create("ticket",
                       {{"title", n % 500 == 7 ? "rare needle" : "hay"}, {"weight", n % 2}, {"ratio", n % 100}}))
          return refuse(ErrorKind::io, "");
      return {};
    }));
  const auto count = [&](std::string text, std::string field, int64_t value) {
    RecordQuery query{
        .type = "ticket", .filters = {{std::move(field), FilterOp::equals, {value}}}, .text = std::move(text)};
    query.limit = 1000;
    const auto page = ledger->list(query);
    EXPECT_TRUE(page);
    const auto counted = ledger->count(query);
    if (page->next_cursor.empty()) EXPECT_EQ(*counted, static_cast<int64_t>(page->records.size()));
    query.limit = 2;
    if (!page->records.empty() && page->records.size() > 2) {
      query.cursor = ledger->list(query)->next_cursor;
      EXPECT_EQ(ledger->list(query)->records.front().id, page->records[2].id);
    }
    return *counted;
  };
  EXPECT_EQ(count("needle", "weight", 1), 5);
  EXPECT_EQ(count("needle", "ratio", 7), 5);
  EXPECT_EQ(count("needle", "ratio", 8), 0);
  EXPECT_EQ(count("hay", "ratio", 7), 18);
  EXPECT_EQ(count("hay", "weight", 0), 1150);
  EXPECT_EQ(count("ticket", "weight", 0), 0);
}

TEST_F(Queries, sort_the_few_that_a_condition_leaves_instead_of_walking_all_in_order) {
  ASSERT_TRUE(ledger->write(sato, "response", [&](Transaction& tx) -> Outcome<void> {
    for (int64_t n = 0; n < unindexed_records_max * 2; ++n)
      if (!tx.create("ticket", {{"title", "t"}, {"weight", n % 100}, {"level", "low"}}))
        return refuse(ErrorKind::io, "");
    return {};
  }));
  const auto db = open_database(data() / "ledger.db", OpenMode::read);
  const RecordQuery query{
      .type = "ticket", .filters = {{"level", FilterOp::equals, {"high"}}}, .sort = "weight", .limit = 10};
  const auto plan = [&](const QueryCompiler& compiler) {
    const auto rows = (*db)->query("EXPLAIN QUERY PLAN " + compiler.select_sql(), compiler.values());
    std::string out;
    while (rows && *(*rows)->next()) out += std::string((*rows)->text(3)) + "\n";
    return out;
  };
  QueryCompiler compiler(ledger->types(), query);
  ASSERT_TRUE(compiler.reasons().empty());
  ASSERT_TRUE(compiler.has_order_and_conditions());
  EXPECT_NE(plan(compiler).find("field:ticket.weight"), std::string::npos)
      << "400 tickets would be asked for their level";
  compiler.conditions_first();
  EXPECT_NE(plan(compiler).find("field:ticket.level"), std::string::npos) << plan(compiler);
  EXPECT_TRUE(ledger->list(query)->records.empty());
}

TEST_F(Queries, never_find_by_what_is_sealed) {
  Actor insider = sato;
  insider.permissions.insert("ticket.sealed");
  ASSERT_TRUE(ledger->create(insider, "response", "ticket", {{"title", "t"}, {"suspect", "user:kurokawa"}}));
  EXPECT_EQ(search("kurokawa"), "");
}

TEST_F(Queries, forget_texts_that_were_changed) {
  const Record record = ticket({{"text", "before"}});
  ASSERT_TRUE(ledger->update(sato, "response", record.id, 1, {{"text", "after"}}));
  EXPECT_EQ(search("before"), "");
  EXPECT_EQ(search("after"), "1");
}

TEST_F(Queries, give_every_record_once_over_all_pages_whatever_the_order) {
  std::mt19937 random(5);
  for (int i = 0; i < 97; ++i) {
    json::object body{{"title", "number " + std::to_string(i)}};
    if (random() % 4) body["weight"] = static_cast<int64_t>(random() % 7);
    if (random() % 3) body["ratio"] = static_cast<double>(random() % 5) / 4;
    if (random() % 3) body["level"] = random() % 2 ? "low" : "high";
    if (random() % 9 == 0) body["weight"] = "unknown";
    ticket(body);
    later(static_cast<int64_t>(random() % 2));
  }
  for (const char* sort : {"", "weight", "ratio", "level", "title", "created_at", "updated_at", "state"})
    for (const bool descending : {true, false})
      for (const char* text : {"", "number", "by state"}) {
        RecordQuery query;
        query.type = "ticket";
        query.sort = sort;
        if (std::string_view(text) == "by state") query.states = {"open"};
        query.descending = descending;
        if (query.states.empty()) query.text = text;
        query.limit = 1000;
        const auto whole = ledger->list(query);
        ASSERT_TRUE(whole) << codes(whole.error());
        ASSERT_EQ(whole->records.size(), 97u);
        query.limit = 10;
        std::vector<std::string> paged;
        for (;;) {
          const auto page = ledger->list(query);
          ASSERT_TRUE(page) << codes(page.error());
          for (const Record& record : page->records) paged.push_back(record.id.value);
          if (page->next_cursor.empty()) break;
          query.cursor = page->next_cursor;
        }
        std::vector<std::string> at_once;
        for (const Record& record : whole->records) at_once.push_back(record.id.value);
        EXPECT_EQ(paged, at_once) << sort << " " << descending << " " << text;
      }
}

TEST_F(Queries, give_facts_by_subject_kind_actor_time_and_place) {
  const Record one = ticket({});
  later(10);
  const Record two = ticket({});
  later(10);
  ASSERT_TRUE(ledger->move(suzuki, "response", one.id, 1, "start"));
  ASSERT_TRUE(ledger->append_fact(suzuki, "triage", "alert.escalated", "ALR-1", {{"why", "test"}}));
  const auto seqs = [&](const FactQuery& query) {
    const auto facts = ledger->facts(query);
    EXPECT_TRUE(facts);
    std::string out;
    for (const Fact& fact : *facts) out += std::to_string(fact.seq);
    return out;
  };
  EXPECT_EQ(seqs({}), "1234");
  EXPECT_EQ(seqs({.subject = one.id.value}), "13");
  EXPECT_EQ(seqs({.kinds = {"ticket.*"}}), "123");
  EXPECT_EQ(seqs({.kinds = {"ticket.moved", "alert.*"}}), "34");
  EXPECT_EQ(seqs({.actor = "user:suzuki"}), "34");
  EXPECT_EQ(seqs({.actor = "user:su*"}), "");  // a pattern ends in ":*"
  EXPECT_EQ(seqs({.actor = "user:*"}), "1234");
  EXPECT_EQ(seqs({.actor = "user:*", .after_seq = 3}), "4");
  EXPECT_EQ(seqs({.actor = "system:*"}), "");
  EXPECT_EQ(seqs({.desk = "triage"}), "4");
  EXPECT_EQ(seqs({.from = two.created_at}), "234");
  EXPECT_EQ(seqs({.until = two.created_at}), "1");
  EXPECT_EQ(seqs({.after_seq = 2, .limit = 1}), "3");
  EXPECT_EQ(seqs({.before_seq = 4, .descending = true, .limit = 2}), "32");
  EXPECT_FALSE(ledger->facts({.kinds = {"x' OR '1"}}));
  EXPECT_FALSE(ledger->facts({.limit = 0}));
  const auto moved = ledger->fact(3);
  ASSERT_TRUE(moved);
  EXPECT_EQ(json::serialize(moved->body.at("move")), "\"start\"");
  EXPECT_EQ(moved->body.at("record").at("version"), 2);
  EXPECT_EQ(ledger->fact(9).error().kind, ErrorKind::not_found);
}

TEST_F(Queries, show_only_what_the_actor_may_see) {
  const RecordType& type = *ledger->types().find("ticket");
  const json::object body{{"title", "t"}, {"phone", "03"}, {"suspect", "user:x"}, {"gone", 1}};
  EXPECT_EQ(canonical_json(visible_body(type, body, sato)), R"({"title":"t"})");
  Actor clerk = sato;
  clerk.permissions.insert("ticket.personal");
  EXPECT_EQ(canonical_json(visible_body(type, body, clerk)), R"({"phone":"03","title":"t"})");
  EXPECT_TRUE(visible_body(type, body, Actor{"user:x", {}, false}).empty());
  EXPECT_EQ(visible_body(type, body, system_actor("x")).size(), 3u);
}

class DueTimes : public LedgerTest {
 protected:
  std::string due(DueQuery query = {}) {
    const auto list = ledger->due(now, query);
    EXPECT_TRUE(list);
    std::string out;
    for (const Due& each : list->items) {
      const std::string what = each.kind == DueKind::clock    ? each.clock
                               : each.kind == DueKind::review ? "review"
                                                              : "retention";
      out += (out.empty() ? "" : " ") + what + ":" + each.record.value.back() + (each.overdue ? "!" : "");
    }
    return out;
  }
};

TEST_F(DueTimes, start_and_end_with_the_states) {
  const Record record = ticket({{"text", "x"}, {"weight", 1}});
  EXPECT_EQ(due(), "answer:1 solve:1 review:1");
  later(1801);
  EXPECT_EQ(due(), "answer:1! solve:1 review:1");
  ASSERT_TRUE(ledger->move(sato, "response", record.id, 1, "start"));
  EXPECT_EQ(due(), "solve:1 review:1");
  later(60);
  ASSERT_TRUE(ledger->move(sato, "response", record.id, 2, "back"));
  EXPECT_EQ(due(), "answer:1 solve:1 review:1") << "the answer's clock runs anew, the solution's goes on";
  EXPECT_EQ(ledger->due(now)->items[0].since, now);
  EXPECT_EQ(ledger->due(now)->items[1].since, record.created_at);
  ASSERT_TRUE(ledger->move(sato, "response", record.id, 3, "start"));
  later(4 * 3600);
  EXPECT_EQ(due({.overdue_only = true}), "solve:1!");
  ASSERT_TRUE(ledger->move(suzuki, "response", record.id, 4, "close"));
  EXPECT_EQ(due(), "retention:1");
  later(366 * 86'400);
  EXPECT_EQ(due(), "retention:1!");
  ASSERT_TRUE(ledger->write(system_actor("x"), "x", [&](Transaction& tx) { return tx.erase(record.id, "old"); }));
  EXPECT_EQ(due(), "");
}

TEST_F(DueTimes, can_be_asked_for_one_record_and_cut_at_a_limit) {
  const Record one = ticket({});
  later(1);
  const Record two = ticket({});
  EXPECT_EQ(due({.record = two.id}), "answer:2 solve:2 review:2");
  EXPECT_EQ(due({.limit = 2}), "answer:1 answer:2");
  EXPECT_TRUE(ledger->due(now, {.limit = 2})->more);
  EXPECT_EQ(due({.type = "drill"}), "");
  later(8 * 86'400);
  EXPECT_EQ(due({.record = one.id, .overdue_only = true}), "answer:1! solve:1! review:1!");
}

TEST_F(DueTimes, follow_a_changed_type_file) {
  ticket({});
  ledger.reset();
  std::string changed = ticket_yaml;
  const size_t at = changed.find("id: answer");
  changed.replace(at, 10, "id: first_word");
  auto types = RecordTypes::parse({{"ticket.yaml", changed}, {"drill.yaml", drill_yaml()}});
  ASSERT_TRUE(types);
  auto opened = Ledger::open(data(), std::move(*types), [this] { return now; }, seeded_ids(7));
  ASSERT_TRUE(opened);
  ledger = std::move(*opened);
  EXPECT_EQ(due(), "first_word:1 solve:1 review:1");
}

}  // namespace
}  // namespace yagura::ledger::testing
