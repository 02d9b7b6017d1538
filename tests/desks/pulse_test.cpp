// The pulse of roles: what counts as a deed, what a score comes from, and how it survives restarts.
#include "desks/governance/pulse.hpp"

#include <fstream>

#include "desks/governance/organisation.hpp"
#include "fixture.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using testing::catalog;
using testing::DesksTest;

class A_6_Pulse : public DesksTest {
 protected:
  void begin(std::function<bool(std::string_view)> is_person = [](std::string_view) { return true; }) {
    auto opened = Organisation::open(*ledger, catalog, std::move(is_person));
    ASSERT_TRUE(opened) << to_text(opened.error());
    organisation = std::move(*opened);
  }

  RolePulse pulse(const std::string& role) {
    auto board = organisation->pulse().board(role);
    EXPECT_TRUE(board) << board.error().error().message;
    EXPECT_EQ(board->roles.size(), 1U);
    return board->roles.front();
  }

  ledger::Record assign(const std::string& role, json::object more) {
    json::object body{{"role", role}, {"sourcing", "own"}, {"from", "2026-04-01"}};
    for (auto& field : more) body[field.key()] = field.value();
    return ok(ledger->create(person("kondo", {"manager"}), "api", "role_assignment", std::move(body)));
  }

  void days_later(int64_t days) { later(days * 24 * 60); }

  std::unique_ptr<Organisation> organisation;
};

RoleDeeds on_days(const std::vector<int64_t>& days) {
  RoleDeeds out;
  for (const int64_t day : days) {
    out.by_day.emplace_back(day, 1);
    ++out.total;
  }
  return out;
}

TEST(A_6_PulseRule, counts_the_periods_in_which_somebody_performed_the_role) {
  Cadences rule;
  rule.periods = 4;
  rule.overdue_cost = 5;
  rule.overdue_cost_max = 25;
  // Cadence 7 days, today is day 100: periods 94-100, 87-93, 80-86, 73-79.
  const Rhythm rhythm = rhythm_of(on_days({70, 73, 79, 87, 94, 100}), 7, 4, 100, 0);
  EXPECT_EQ(rhythm.periods, (std::vector<int64_t>{2, 1, 0, 2}));
  EXPECT_EQ(rhythm.performed, 3);
  EXPECT_EQ(score_of(rhythm, 0, rule), 75);
  EXPECT_EQ(score_of(rhythm, 2, rule), 65);
  EXPECT_EQ(score_of(rhythm, 5, rule), 50);
  EXPECT_EQ(score_of(rhythm, 500, rule), 50);  // the cost has a limit
  EXPECT_EQ(score_of(rhythm_of({}, 7, 4, 100, 0), 3, rule), 0);
}

TEST(A_6_PulseRule, asks_for_no_more_periods_than_have_passed) {
  Cadences rule;
  EXPECT_EQ(rhythm_of(on_days({100}), 90, 4, 100, 100).periods, (std::vector<int64_t>{1}));
  EXPECT_EQ(rhythm_of(on_days({100}), 90, 4, 189, 100).periods, (std::vector<int64_t>{1}));
  EXPECT_EQ(rhythm_of(on_days({100}), 90, 4, 190, 100).periods, (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(score_of(rhythm_of(on_days({100}), 90, 4, 190, 100), 0, rule), 50);
  EXPECT_EQ(rhythm_of(on_days({100}), 1, 4, 5000, 100).periods.size(), 4U);
  // A clock that went back puts nothing outside the present period.
  EXPECT_EQ(rhythm_of(on_days({120}), 7, 4, 100, 110).periods, (std::vector<int64_t>{1}));
}

TEST_F(A_6_Pulse, every_role_of_the_textbook_has_a_cadence_and_a_pulse) {
  begin();
  auto board = organisation->pulse().board();
  ASSERT_TRUE(board);
  ASSERT_EQ(board->roles.size(), 54U);
  for (const RolePulse& one : board->roles) {
    EXPECT_FALSE(one.cadence->home.empty()) << one.role->id;
    EXPECT_EQ(one.standing, Standing::missing) << one.role->id;
    EXPECT_EQ(one.score, 0) << one.role->id;
  }
}

TEST_F(A_6_Pulse, the_programs_own_facts_are_no_deeds) {
  install_defaults();
  begin();
  const detect::Finding found = credential_dump("ws01", "2026-04-08T00:00:00Z");
  const auto taken = triage->take_findings({&found, 1});
  ASSERT_TRUE(taken);
  ASSERT_FALSE(facts("alert.created").empty());
  EXPECT_EQ(pulse("B-1").deeds.total, 0);
  EXPECT_EQ(pulse("B-1").standing, Standing::missing);
  EXPECT_EQ(pulse("A-2").deeds.total, 0) << "the shipped criteria are nobody's deed";

  ok(triage->acknowledge(person("sato", {"analyst"}), taken->made.front()));
  const RolePulse performed = pulse("B-1");
  EXPECT_EQ(performed.deeds.total, 1);
  EXPECT_EQ(performed.score, 100);
  EXPECT_EQ(performed.standing, Standing::without_owner);
  ASSERT_EQ(performed.deeds.latest.size(), 1U);
  const Deed& deed = performed.deeds.latest.front();
  EXPECT_EQ(deed.actor, "user:sato");
  EXPECT_EQ(deed.kind, "alert.moved");
  const ledger::Fact fact = ok(ledger->fact(deed.fact_seq));  // the evidence is there to be read
  EXPECT_EQ(fact.actor, "user:sato");
  EXPECT_EQ(fact.subject, deed.record);
}

TEST_F(A_6_Pulse, a_program_with_an_account_is_no_person) {
  begin([](std::string_view actor) { return actor != "user:feeder"; });
  const json::object segment{{"name", "office"}, {"range", "192.0.2.0/24"}, {"zone", "office"}};
  ok(ledger->create(person("feeder", {"handler"}), "api", "network_segment", segment));
  EXPECT_EQ(pulse("E-1").deeds.total, 0);
  ok(ledger->create(person("sato", {"handler"}), "api", "network_segment", segment));
  EXPECT_EQ(pulse("E-1").deeds.total, 1);
}

TEST_F(A_6_Pulse, a_role_with_an_owner_and_no_deeds_is_one_in_name_only) {
  begin();
  assign("F-3", {{"owner", "user:ito"}, {"members", {"user:mori"}}});
  RolePulse named = pulse("F-3");
  EXPECT_EQ(named.owner, "ito");
  EXPECT_EQ(named.standing, Standing::in_name_only);
  EXPECT_EQ(named.score, 0);

  ok(ledger->create(
      person("mori", {"analyst"}), "api", "threat_report",
      {{"title", "月報"}, {"kind", "monthly"}, {"template", "1"}, {"summary", "概況"}, {"tlp", "green"}}));
  EXPECT_EQ(pulse("F-3").standing, Standing::alive);
  days_later(45);  // cadence 30 days
  named = pulse("F-3");
  EXPECT_EQ(named.standing, Standing::slowing);
  EXPECT_EQ(named.duties.overdue, 1) << "the report should have gone on by now";
  EXPECT_EQ(named.score, 45);
  days_later(200);
  named = pulse("F-3");
  EXPECT_EQ(named.standing, Standing::in_name_only);
  EXPECT_EQ(named.deeds.total, 1) << "what was done stays counted";
}

TEST_F(A_6_Pulse, an_assignment_says_whose_a_role_is_only_while_it_is_in_force) {
  begin();
  assign("A-4", {{"owner", "user:ito"}, {"until", "2026-04-20"}});
  assign("A-4", {{"owner", "user:mori"}, {"from", "2026-04-21"}, {"cadence", 7 * 86'400}});
  EXPECT_EQ(pulse("A-4").owner, "ito");
  EXPECT_EQ(pulse("A-4").rhythm.every_days, 90);
  days_later(13);
  const RolePulse after = pulse("A-4");
  EXPECT_EQ(after.owner, "mori");
  EXPECT_EQ(after.rhythm.every_days, 7);
  EXPECT_TRUE(after.own_cadence);
}

TEST_F(A_6_Pulse, a_role_that_was_decided_against_is_not_blamed) {
  begin();
  assign("C-3", {{"sourcing", "none"}});
  EXPECT_EQ(pulse("C-3").standing, Standing::not_performed);
}

TEST_F(A_6_Pulse, an_assignment_to_no_role_of_the_textbook_is_told) {
  begin();
  const auto record = assign("Z-9", {{"owner", "user:ito"}});
  auto board = organisation->pulse().board();
  ASSERT_TRUE(board);
  ASSERT_EQ(board->unknown_roles.size(), 1U);
  EXPECT_EQ(board->unknown_roles.front().record, record.id.value);
}

TEST_F(A_6_Pulse, overdue_duties_cost) {
  begin();
  assign("F-1", {{"owner", "user:ito"}});
  ok(ledger->create(person("ito", {"handler"}), "api", "shift_handover",
                    {{"team", "一次対応"}, {"summary", "異常なし"}}));
  RolePulse resources = pulse("A-6");
  const int64_t open = resources.duties.open;
  EXPECT_EQ(resources.duties.overdue, 0);
  EXPECT_GE(open, 2);  // the handover's confirmation, the assignment's review
  EXPECT_EQ(resources.score, 100);
  later(3 * 60);  // to be confirmed within two hours
  resources = pulse("A-6");
  EXPECT_EQ(resources.duties.overdue, 1);
  EXPECT_EQ(resources.duties.open, open);
  EXPECT_EQ(resources.duties.soonest.front().type, "shift_handover");
  EXPECT_EQ(resources.score, 95);
}

TEST_F(A_6_Pulse, one_record_that_serves_several_roles_counts_for_the_one_whose_work_it_was) {
  install_defaults();
  begin();
  const ledger::Actor handler = person("sato", {"handler"});
  response::Intake intake;
  intake.title = "不審なメール";
  intake.origin = "internal_report";
  intake.channel = "web";
  const testing::Record incident = ok(response->report_incident(handler, intake));
  const auto counted = [&] {
    return std::vector<int64_t>{pulse("D-1").deeds.total, pulse("D-2").deeds.total, pulse("D-3").deeds.total};
  };
  EXPECT_EQ(counted(), (std::vector<int64_t>{1, 0, 0}));
  response::Judgement judgement;
  judgement.attack_type = "malware";
  judgement.progress = "damage";
  judgement.importance = "critical";
  judgement.reason = "端末で不審な動作を確認した";
  ok(response->judge(handler, incident.id, judgement));
  const auto judged = counted();
  EXPECT_EQ(judged[0], 1);
  EXPECT_EQ(judged[2], 1) << "the judgement is analysis, the tasks that follow are not";
}

TEST_F(A_6_Pulse, is_the_same_after_a_restart_and_when_read_anew) {
  begin();
  const ledger::Actor writer = person("ito", {"handler"});
  const auto log_day = [&](int count) {
    ok(ledger->write(writer, "api", [&](ledger::Transaction& transaction) -> ledger::Outcome<void> {
      for (int i = 0; i < count; ++i) {
        auto made = transaction.create(
            "network_segment", {{"name", "n" + std::to_string(i)}, {"range", "192.0.2.0/24"}, {"zone", "office"}});
        if (!made) return std::unexpected(made.error());
      }
      return {};
    }));
  };
  log_day(1500);
  EXPECT_EQ(pulse("E-1").deeds.total, 1500);
  days_later(100);
  log_day(700);
  const RolePulse before = pulse("E-1");
  EXPECT_EQ(before.deeds.total, 2200);
  EXPECT_EQ(before.rhythm.periods, (std::vector<int64_t>{700, 1500}));
  open();
  begin();
  log_day(3);
  const RolePulse restarted = pulse("E-1");
  EXPECT_EQ(restarted.deeds.total, 2203);
  EXPECT_EQ(restarted.rhythm.periods, (std::vector<int64_t>{703, 1500}));
  EXPECT_EQ(restarted.deeds.latest.size(), deeds_kept_max);
  ASSERT_EQ(restarted.deeds.performers.size(), 1U);
  EXPECT_EQ(restarted.deeds.performers.front().deeds, 2203);
  organisation->pulse().deeds().forget();
  const RolePulse anew = pulse("E-1");
  EXPECT_EQ(anew.deeds.by_day, restarted.deeds.by_day);
  EXPECT_EQ(anew.deeds.total, restarted.deeds.total);
  EXPECT_EQ(anew.deeds.latest.back().fact_seq, restarted.deeds.latest.back().fact_seq);
}

TEST_F(A_6_Pulse, does_not_believe_a_note_of_another_form) {
  begin();
  ok(ledger->create(person("ito", {"handler"}), "api", "network_segment",
                    {{"name", "n"}, {"range", "192.0.2.0/24"}, {"zone", "office"}}));
  for (const char* note : {"{\"rules\":\"other\",\"cursor\":999999}", "[]", "not json", "{\"cursor\":\"x\"}"}) {
    ok(ledger->write(ledger::system_actor("test"), "test",
                     [&](ledger::Transaction& transaction) { return transaction.set_note("governance.deeds", note); }));
    begin();
    EXPECT_EQ(pulse("E-1").deeds.total, 1) << note;
  }
}

class A_6_Cadence : public DesksTest {
 protected:
  std::string fault_of(const std::string& from, const std::string& to) {
    std::ifstream in(catalog / "roles/cadence.yaml");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const auto file = folder / "cadence.yaml";
    std::ofstream(file) << text;
    const auto book = Textbook::load(catalog / "textbook/isog-j-1.0.yaml");
    const auto loaded = Cadences::load(file, *book, ledger->types());
    return loaded ? "" : loaded.error().code;
  }
};

TEST_F(A_6_Cadence, refuses_a_file_that_leaves_a_role_out_or_counts_what_is_not_there) {
  EXPECT_EQ(fault_of("periods: 4", "periods: 4"), "");
  EXPECT_EQ(fault_of("{id: A-2, every: 90d}", "{id: A-3, every: 90d}"), "cadence.twice");
  EXPECT_EQ(fault_of("  - {id: A-2, every: 90d}\n", ""), "cadence.role");
  EXPECT_EQ(fault_of("{id: A-2, every: 90d}", "{id: J-2, every: 90d}"), "cadence.deed");
  EXPECT_EQ(fault_of("{id: A-2, every: 90d}", "{id: A-2, every: 90m}"), "cadence.every");
  EXPECT_EQ(fault_of("{id: A-2, every: 90d}", "{id: A-2, every: 2y}"), "cadence.every");
  EXPECT_EQ(fault_of("incident.moved,", "incident.closed,"), "cadence.deed");
  EXPECT_EQ(fault_of("improvement.moved:decide", "improvement.moved:decided"), "cadence.deed");
  EXPECT_EQ(fault_of("incident.updated:cause", "incident.updated:causes"), "cadence.deed");
  EXPECT_EQ(fault_of("periods: 4", "periods: 0"), "cadence.periods");
}

}  // namespace
}  // namespace yagura::desks::governance
