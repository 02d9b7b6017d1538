#include "fixture.hpp"

namespace yagura::registers::testing {
namespace {

class Import : public RegisterTest {
 protected:
  ledger::Record web01() { return make("asset", {{"name", "web01"}, {"kind", "server"}, {"importance", "high"}}); }
};

TEST_F(Import, with_broken_rows_loads_nothing_and_names_row_column_value_and_reason) {
  const auto report = imported("asset",
                               "name,kind,importance,seen_at\n"
                               "web01,server,high,2026-11-01\n"
                               "web02,toaster,high,\n"
                               ",server,low,\n"
                               "web04,server,low,yesterday\n"
                               "web05,server,high,2026/11/3 9:05\n");
  EXPECT_EQ(faults_of(report),
            "row 3, kind = toaster: field.not_a_choice\n"
            "row 4, name = : field.missing\n"
            "row 5, seen_at = yesterday: field.wrong_kind\n");
  EXPECT_FALSE(report.loaded());
  EXPECT_EQ(report.rows, 5);
  EXPECT_EQ(count("asset"), 0);
  EXPECT_TRUE(ok(ledger->facts({})).empty()) << "not a fact was written";
}

TEST_F(Import, keeps_a_bounded_list_of_faults_and_counts_them_all) {
  std::string file = "name,kind,importance\n";
  for (int i = 0; i < 300; ++i) file += "x,nothing,high\n";
  const auto report = imported("asset", file);
  EXPECT_EQ(report.faults.count, 300);
  EXPECT_EQ(report.faults.kept.size(), faults_kept_max);
}

TEST_F(Import, tells_new_changed_and_unchanged_records_apart) {
  const auto first = web01();
  const auto second = make("asset", {{"name", "db01"}, {"kind", "server"}, {"importance", "low"}});
  const std::string file = "id,version,name,kind,importance,owner\n" + first.id.value +
                           ",1,web01,server,high,情シス\n" + second.id.value +
                           ",1,db01,server,low,\n,,new01,endpoint,medium,\n";
  const auto preview = imported("asset", file, {.check = true});
  EXPECT_EQ(preview.created, 1);
  EXPECT_EQ(preview.changed, 1);
  EXPECT_EQ(preview.unchanged, 1);
  EXPECT_EQ(count("asset"), 2) << "a check changes nothing";
  const auto report = imported("asset", file);
  EXPECT_EQ(faults_of(report), "");
  EXPECT_TRUE(report.loaded());
  ASSERT_EQ(report.touched.size(), 2U);
  EXPECT_EQ(report.touched[0].changed, std::vector<std::string>{"owner"});
  EXPECT_EQ(report.touched[0].record, preview.touched[0].record);
  EXPECT_EQ(ok(ledger->get(first.id)).version, 2);
  EXPECT_EQ(ok(ledger->get(second.id)).version, 1);
  EXPECT_EQ(count("asset"), 3);
  const auto facts = ok(ledger->facts({.kinds = {"register.imported"}}));
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].body.at("created").as_int64(), 1);
  EXPECT_EQ(facts[0].body.at("changed").as_int64(), 1);
}

TEST_F(Import, of_an_outdated_version_is_a_conflict_that_names_the_row_and_what_differs) {
  const auto record = web01();
  const std::string file = exported("asset", FileFormat::csv);
  ok(ledger->update(everybody, "test", record.id, 1, {{"importance", "low"}, {"owner", "営業部"}}));
  const auto report = imported("asset", file);
  EXPECT_EQ(faults_of(report), "row 2, version = 1: import.stale\n");
  EXPECT_TRUE(report.conflict);
  EXPECT_NE(report.faults.kept[0].reason.message.find("importance, owner"), std::string::npos)
      << report.faults.kept[0].reason.message;
  EXPECT_EQ(ok(ledger->get(record.id)).body.at("owner").as_string(), "営業部") << "nobody's work is lost";
}

TEST_F(Import, understands_field_ids_and_titles_in_both_languages) {
  for (const std::string head : {"name,kind,importance", "名称,種類,重要度", "Name,Kind,Importance"}) {
    const auto report = imported("asset", head + "\nweb01,server,high\n", {.check = true});
    EXPECT_EQ(faults_of(report), "") << head;
    EXPECT_EQ(report.created, 1);
  }
  const auto by_title = imported("asset", "名称,種類,重要度\nweb01,サーバー,高\n");
  EXPECT_EQ(faults_of(by_title), "");
  EXPECT_EQ(ok(ledger->get(by_title.touched.at(0).record)).body.at("kind").as_string(), "server");
  EXPECT_EQ(faults_of(imported("asset", "名称,年齢,name\nweb01,5,web01\n")),
            "row 1, 年齢 = 年齢: import.heading_unknown\nrow 1, name = name: import.heading_twice\n");
}

TEST_F(Import, leaves_missing_columns_alone_and_takes_empty_cells_for_nothing) {
  const auto record = make(
      "asset", {{"name", "web01"}, {"kind", "server"}, {"importance", "high"}, {"owner", "情シス"}, {"os", "Debian"}});
  const auto report = imported("asset", "id,version,os\n" + record.id.value + ",1,\n");
  EXPECT_EQ(faults_of(report), "");
  const auto now = ok(ledger->get(record.id));
  EXPECT_FALSE(now.body.contains("os"));
  EXPECT_EQ(now.body.at("owner").as_string(), "情シス");
}

TEST_F(Import, by_a_key_finds_the_living_record_that_a_list_without_ids_means) {
  const auto web = web01();
  const auto gone = make("asset", {{"name", "old"}, {"kind", "server"}, {"importance", "low"}});
  ok(ledger->move(everybody, "test", gone.id, 1, "retire"));
  const std::string list =
      "name,kind,importance,owner\n web01 ,server,high,情シス\nold,server,low,x\nnew,server,low,y\n";
  const auto report = imported("asset", list, {.key = "name"});
  EXPECT_EQ(faults_of(report), "");
  EXPECT_EQ(report.changed, 1);
  EXPECT_EQ(report.created, 2) << "what is retired is not meant";
  EXPECT_EQ(ok(ledger->get(web.id)).body.at("owner").as_string(), "情シス");
  EXPECT_EQ(imported("asset", list, {.key = "name"}).unchanged, 3) << "the same list again changes nothing";
  EXPECT_EQ(faults_of(imported("asset", "name,kind,importance\nnew,server,low\nnew,server,high\n", {.key = "name"})),
            "row 3, name = new: import.id_twice\n");
  web01();
  EXPECT_EQ(faults_of(imported("asset", "name,os\nweb01,Debian\n", {.key = "name"})),
            "row 2, name = web01: import.key_ambiguous\n");
  ImportOptions options;
  options.type = "asset";
  for (const char* key : {"software", "nothing"}) {
    options.key = key;
    EXPECT_FALSE(import_records(*ledger, everybody, list, options, texts()).has_value()) << key;
  }
}

TEST_F(Import, of_many_new_rows_can_be_checked_first_and_loaded_then) {
  std::string file = "name,kind,importance\n";
  for (int i = 0; i < 450; ++i) file += "pc-" + std::to_string(i) + ",endpoint,low\n";
  EXPECT_EQ(imported("asset", file, {.check = true}).created, 450);
  EXPECT_EQ(count("asset"), 0);
  EXPECT_EQ(imported("asset", file).created, 450);
  ledger::RecordQuery query{.type = "asset", .filters = {{"name", ledger::FilterOp::equals, {"pc-449"}}}};
  EXPECT_EQ(ok(ledger->list(query)).records.size(), 1U);
  EXPECT_EQ(imported("asset", exported("asset", FileFormat::xlsx)).unchanged, 450);
}

TEST_F(Import, changes_no_state_and_no_record_that_is_not_there) {
  const auto record = web01();
  EXPECT_EQ(faults_of(imported("asset", "id,version,state,owner\n" + record.id.value + ",1,retired,x\n")),
            "row 2, state = retired: import.state\n");
  EXPECT_EQ(faults_of(imported("asset", "id,version,owner\nAST-2026-0999,1,x\nINC-2026-0001,1,x\n")),
            "row 2, id = AST-2026-0999: import.no_such_record\nrow 3, id = INC-2026-0001: import.no_such_record\n");
  EXPECT_EQ(faults_of(imported("asset", "id,owner\n" + record.id.value + ",x\n")),
            "row 2, version = : import.version_missing\n");
  const std::string twice = record.id.value + ",1,x\n";
  EXPECT_EQ(faults_of(imported("asset", "id,version,owner\n" + twice + twice)),
            "row 3, id = " + record.id.value + ": import.id_twice\n");
}

TEST_F(Import, brings_records_to_the_state_of_their_row_when_asked_to) {
  const auto record = web01();
  const std::string row = "id,version,state\n" + record.id.value + ",1,";
  EXPECT_EQ(faults_of(imported("asset", row + "nowhere\n", {.states = true})),
            "row 2, state = nowhere: import.no_such_state\n");
  const ImportReport moved = imported("asset", row + "retired\n", {.states = true});
  EXPECT_EQ(faults_of(moved), "");
  EXPECT_EQ(moved.changed, 1);
  EXPECT_EQ(moved.moved, 1);
  EXPECT_EQ(ok(ledger->get(record.id)).state, "retired");
  const ImportReport again = imported("asset", exported("asset", FileFormat::csv), {.states = true});
  EXPECT_EQ(again.unchanged, 1);
  EXPECT_EQ(again.moved, 0);
  // Into another house: every record at the first state, or where its row stood.
  const std::string file = exported("asset", FileFormat::xlsx);
  const ImportReport first = imported("asset", file, {.as_new = true});
  EXPECT_EQ(first.states_left, 1);
  EXPECT_EQ(first.moved, 0);
  const ImportReport there = imported("asset", file, {.as_new = true, .states = true});
  EXPECT_EQ(there.states_left, 0);
  EXPECT_EQ(there.moved, 1);
  EXPECT_EQ(ok(ledger->get(there.touched.at(0).record)).state, "retired");
}

TEST_F(Import, makes_no_move_that_the_actor_may_not_make_or_that_lacks_something) {
  const std::string header = "title,kind,edition,owner,scope,review_on,in_force_from,state\n";
  const std::string line = "方針,overall,1,user:kenji,社内,2027-04-01,2026-12-01,";
  // Proposing is the writer's; approving is another person's, whoever imports.
  EXPECT_EQ(imported("policy_document", header + line + "proposed\n", {.states = true}).moved, 1);
  EXPECT_EQ(faults_of(imported("policy_document", header + line + "in_force\n", {.states = true})),
            "row 2,  = : move.same_person\n");
  EXPECT_EQ(faults_of(imported("policy_document", "title,kind,edition,owner,state\n方針,overall,1,x,proposed\n",
                               {.states = true})),
            "row 2, scope = : move.missing_field\nrow 2, review_on = : move.missing_field\n");
  EXPECT_EQ(count("policy_document"), 1) << "of a file with a fault nothing is kept";
}

TEST_F(Import, asks_for_the_types_own_permissions) {
  const ledger::Actor reader{"user:reader", {"exposure.read"}, false};
  ImportOptions options;
  options.type = "asset";
  const auto refused = ok(import_records(*ledger, reader, "name,kind,importance\nx,server,high\n", options, texts()));
  EXPECT_TRUE(refused.forbidden);
  EXPECT_EQ(faults_of(refused), "row 2,  = : permission.missing\n");
  const ledger::Actor nobody{"user:nobody", {}, false};
  EXPECT_FALSE(import_records(*ledger, nobody, "name\nx\n", options, texts()).has_value());
}

TEST_F(Import, touches_nothing_that_the_actor_may_not_see) {
  const auto record = make("service_feedback", {{"organisation", "営業部"},
                                                {"person", "佐藤"},
                                                {"received_at", "2026-11-01T00:00:00Z"},
                                                {"kind", "thanks"},
                                                {"body", "ありがとう"}});
  const ledger::Actor handler{"user:h", {"governance.read", "governance.write"}, false};
  ExportOptions out;
  out.query.type = "service_feedback";
  std::string file = ok(export_records(*ledger, handler, out, texts())).bytes;
  EXPECT_EQ(file.find("佐藤"), std::string::npos);
  EXPECT_EQ(file.find("person"), std::string::npos);
  file.replace(file.find("ありがとう"), std::string_view("ありがとう").size(), "助かりました");
  ImportOptions in;
  in.type = "service_feedback";
  EXPECT_EQ(faults_of(ok(import_records(*ledger, handler, file, in, texts()))), "");
  const auto now = ok(ledger->get(record.id));
  EXPECT_EQ(now.body.at("person").as_string(), "佐藤");
  EXPECT_EQ(now.body.at("body").as_string(), "助かりました");
  const auto forbidden =
      ok(import_records(*ledger, handler, "id,version,person\n" + record.id.value + ",2,鈴木\n", in, texts()));
  EXPECT_EQ(faults_of(forbidden), "row 2, person = 鈴木: field.forbidden\n");
}

TEST_F(Import, makes_links_that_the_file_names_and_takes_away_those_it_no_longer_does) {
  const auto one = web01();
  const auto two = web01();
  const auto make_link = [&](const std::string& links) {
    return imported("asset", "id,version,links\n" + one.id.value + ",1," + links + "\n");
  };
  EXPECT_EQ(faults_of(make_link("\"runs_on " + two.id.value + "\"")), "");
  ASSERT_EQ(ok(ledger->links_from(one.id)).size(), 1U);
  EXPECT_EQ(faults_of(make_link("runs_on AST-2026-0999")), "row 2, links = : record.not_found\n");
  EXPECT_EQ(ok(ledger->links_from(one.id)).size(), 1U) << "all or nothing holds for links too";
  EXPECT_EQ(faults_of(make_link("")), "");
  EXPECT_TRUE(ok(ledger->links_from(one.id)).empty());
}

TEST_F(Import, reads_json_of_an_export_and_plain_lists) {
  EXPECT_EQ(imported("asset", R"([{"name":"a","kind":"server","importance":"high"}])").created, 1);
  EXPECT_EQ(faults_of(imported("asset", R"([{"name":"a","kind":5}, 7])")), "row 2,  = : import.json\n");
  EXPECT_EQ(faults_of(imported("asset", R"({"format":"yagura.records/1","type":"incident","records":[]})")),
            "row 0,  = incident: import.json_document\n");
  EXPECT_EQ(faults_of(imported("asset", "[{")), "row 0,  = : import.json\n");
  EXPECT_EQ(faults_of(imported("asset", "")), "row 0,  = : import.empty\n");
}

}  // namespace
}  // namespace yagura::registers::testing
