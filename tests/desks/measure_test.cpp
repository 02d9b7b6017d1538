#include "desks/governance/measure.hpp"

#include <fstream>

#include "desks/governance/effect_report.hpp"
#include "desks/governance/measure_report.hpp"
#include "fixture.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Record;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(A_5_Statistics, are_those_that_a_hand_gets) {
  EXPECT_FALSE(spread_of({}));
  const auto one = spread_of({7});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->median, 7);
  EXPECT_EQ(one->p90, 7);
  // 1..10: mean 5.5, median (5+6)/2, the ninth of ten by nearest rank.
  const auto ten = spread_of({10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
  ASSERT_TRUE(ten);
  EXPECT_DOUBLE_EQ(ten->mean, 5.5);
  EXPECT_DOUBLE_EQ(ten->median, 5.5);
  EXPECT_DOUBLE_EQ(ten->p90, 9);
  EXPECT_EQ(ten->least, 1);
  EXPECT_EQ(ten->most, 10);
  EXPECT_DOUBLE_EQ(spread_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})->p90, 10);  // rank ceil(9.9)
  EXPECT_DOUBLE_EQ(spread_of({3, 1, 2})->median, 2);
}

TEST(A_5_Statistics, count_what_is_open_as_lasting_at_least_its_age) {
  const std::vector<double> ended{1, 2, 3, 4};
  EXPECT_EQ(median_with_open(ended, {}), 2);  // half are left after the second
  // 1 ends (4/5 left), 2 ends (3/5), the one open since 2.5 leaves, 3 ends (3/5 x 1/2 = 0.3).
  EXPECT_EQ(median_with_open(ended, std::vector<double>{2.5}), 3);
  const std::vector<double> waiting{10, 10, 10};
  EXPECT_FALSE(median_with_open(std::vector<double>{1}, waiting)) << "three quarters have not ended";
  EXPECT_FALSE(median_with_open({}, {}));
}

std::vector<std::string> days(const std::vector<Period>& periods) {
  std::vector<std::string> out;
  for (const Period& period : periods) out.push_back(period.first_day + ".." + period.last_day);
  return out;
}

TEST(A_5_Periods, are_those_of_the_calendar_in_the_zone_named) {
  EXPECT_THAT(days(*periods_of("2026-01-30", "2026-03-02", PeriodLength::month, "Asia/Tokyo")),
              ElementsAre("2026-01-30..2026-01-31", "2026-02-01..2026-02-28", "2026-03-01..2026-03-02"));
  EXPECT_THAT(days(*periods_of("2026-04-08", "2026-04-20", PeriodLength::week, "UTC")),
              ElementsAre("2026-04-08..2026-04-12", "2026-04-13..2026-04-19", "2026-04-20..2026-04-20"));
  EXPECT_THAT(days(*periods_of("2025-12-31", "2026-05-01", PeriodLength::quarter, "UTC")),
              ElementsAre("2025-12-31..2025-12-31", "2026-01-01..2026-03-31", "2026-04-01..2026-05-01"));
  EXPECT_THAT(days(*periods_of("2024-02-28", "2024-03-01", PeriodLength::day, "UTC")),
              ElementsAre("2024-02-28..2024-02-28", "2024-02-29..2024-02-29", "2024-03-01..2024-03-01"));
  const auto tokyo = *periods_of("2026-04-08", "2026-04-08", PeriodLength::whole, "Asia/Tokyo");
  EXPECT_EQ(format_time(tokyo[0].from, 0), "2026-04-07T15:00:00Z");
  EXPECT_EQ(format_time(tokyo[0].until, 0), "2026-04-08T15:00:00Z");
  const auto berlin = *periods_of("2026-03-29", "2026-03-29", PeriodLength::day, "Europe/Berlin");
  EXPECT_EQ(berlin[0].until.ns - berlin[0].from.ns, 23 * 3600 * ns_per_second);  // the clocks go forward
}

TEST(A_5_Periods, refuse_what_is_none) {
  const auto code = [](const std::string& from, const std::string& to, PeriodLength length, const std::string& zone) {
    const auto out = periods_of(from, to, length, zone);
    return out ? std::string() : out.error().reasons.at(0).code;
  };
  EXPECT_EQ(code("2026-02-30", "2026-03-01", PeriodLength::day, "UTC"), "governance.period.date");
  EXPECT_EQ(code("2026-03-02", "2026-03-01", PeriodLength::day, "UTC"), "governance.period.order");
  EXPECT_EQ(code("2026-03-01", "2026-03-02", PeriodLength::day, "Mars/Olympus"), "governance.period.zone");
  EXPECT_EQ(code("2026-01-01", "2027-12-31", PeriodLength::day, "UTC"), "governance.period.too_many");
}

class Measuring : public testing::DesksTest {
 protected:
  Measuring() {
    auto read = MeasureCatalog::load(testing::catalog / "measures", ledger->types());
    check(read.has_value(), read ? "" : to_text(read.error()));
    definitions = std::move(*read);
    install_defaults();
  }
  MeasureResult result(const MeasureOrder& order) { return ok(measure(*ledger, definitions, order)); }
  MeasureCell cell(const std::string& id, const std::string& first, const std::string& last) {
    return result({.measures = {id}, .first_day = first, .last_day = last, .zone = "UTC"}).rows.at(0).cells.at(0);
  }
  /// An alert that is made now.
  Record alert(const std::string& host) {
    ok(triage->take_findings(std::vector{credential_dump(host, format_time(now))}));
    return all("alert").back();
  }
  ledger::Actor analyst = person("hana", {"analyst"});
  ledger::Actor handler = person("kenji", {"handler"});
  ledger::Actor manager = person("tanaka", {"manager"});
  MeasureCatalog definitions;
};

using A_5_Measures = Measuring;
using A_5_Report = Measuring;

TEST_F(A_5_Measures, time_to_acknowledge_is_what_the_journal_says) {
  // 01:00 on the 8th. Acknowledged after 10, 30 and 90 minutes (the clock gives 60); one is left open.
  const Record a = alert("ws1");
  const Record b = alert("ws2");
  const Record c = alert("ws3");
  alert("ws4");
  later(10);
  ok(triage->acknowledge(analyst, a.id));
  later(20);
  ok(triage->dismiss(analyst, b.id, "false_positive", "誤り"));
  later(60);
  ok(triage->escalate(analyst, c.id, "本物"));
  later(30);
  const MeasureCell out = cell("acknowledge", "2026-04-08", "2026-04-08");
  EXPECT_EQ(out.n, 3);
  ASSERT_TRUE(out.spread);
  EXPECT_DOUBLE_EQ(out.spread->median, 30 * 60);
  EXPECT_DOUBLE_EQ(out.spread->mean, 130.0 / 3 * 60);
  EXPECT_DOUBLE_EQ(out.spread->p90, 90 * 60);
  EXPECT_EQ(out.open, 1);
  EXPECT_DOUBLE_EQ(out.oldest_open, 120 * 60);
  EXPECT_EQ(out.in_time, 2);
  EXPECT_EQ(out.missed, 2);  // one too late, one open for longer than its clock
  EXPECT_EQ(out.median_with_open, 30 * 60);
  const MeasureCell share = cell("false_positive_share", "2026-04-08", "2026-04-08");
  EXPECT_EQ(share.n, 1);
  EXPECT_EQ(share.value, 1.0);
  const MeasureCell undecided = cell("undispositioned_share", "2026-04-08", "2026-04-08");
  EXPECT_EQ(undecided.n, 4);
  EXPECT_EQ(undecided.value, 0.5);
}

TEST_F(A_5_Measures, an_empty_period_has_no_value_and_that_is_not_zero) {
  alert("ws1");
  const MeasureCell none = cell("acknowledge", "2026-03-01", "2026-03-31");
  EXPECT_EQ(none.n, 0);
  EXPECT_FALSE(none.value);
  EXPECT_FALSE(none.spread);
  EXPECT_EQ(none.open, 0);
  EXPECT_FALSE(cell("false_positive_share", "2026-03-01", "2026-03-31").value);
  EXPECT_FALSE(cell("false_positive_share", "2026-04-08", "2026-04-08").value) << "nothing has a verdict";
  EXPECT_EQ(cell("off_criteria_share", "2026-04-08", "2026-04-08").value, 0.0) << "one alert, and it is on them";
  EXPECT_EQ(cell("incidents", "2026-03-01", "2026-03-31").value, 0.0) << "a count of nothing is zero";
  const MeasureCell open = cell("acknowledge", "2026-04-08", "2026-04-08");
  EXPECT_EQ(open.n, 0);
  EXPECT_EQ(open.open, 1);
  EXPECT_FALSE(open.value);
}

TEST_F(A_5_Measures, days_are_those_of_the_zone) {
  alert("ws1");  // 01:00 UTC is 10:00 in Tokyo
  later(15 * 60);
  alert("ws2");  // 16:00 UTC is 01:00 of the 9th in Tokyo
  const auto count = [&](const std::string& zone) {
    const MeasureResult out = result({.measures = {"off_criteria_share"},
                                      .first_day = "2026-04-08",
                                      .last_day = "2026-04-09",
                                      .length = PeriodLength::day,
                                      .zone = zone});
    return std::pair{out.rows.at(0).cells.at(0).n, out.rows.at(0).cells.at(1).n};
  };
  EXPECT_EQ(count("UTC"), (std::pair<int64_t, int64_t>{2, 0}));
  EXPECT_EQ(count("Asia/Tokyo"), (std::pair<int64_t, int64_t>{1, 1}));
}

TEST_F(A_5_Measures, incidents_tell_detection_containment_and_what_is_not_known) {
  const Record from = [&] {
    ok(triage->take_findings(std::vector{credential_dump("ws1", "2026-04-08T00:20:00Z")}));  // taken at 01:00
    return all("alert").back();
  }();
  ok(triage->escalate(analyst, from.id, "本物"));
  react();
  const Record incident = all("incident").front();
  ok(response->move(handler, incident.id, "investigate"));
  later(120);
  response::Analysis found;
  found.occurred_at = "unknown";
  found.detected_at = "2026-04-08T01:00:00Z";
  found.contained_at = "2026-04-08T02:30:00Z";
  ok(response->record_analysis(handler, incident.id, found));
  const MeasureCell detect = cell("detect", "2026-04-08", "2026-04-08");
  EXPECT_EQ(detect.n, 1);
  EXPECT_EQ(detect.value, 40 * 60.0);
  const MeasureCell contain = cell("contain", "2026-04-08", "2026-04-08");
  EXPECT_EQ(contain.value, 90 * 60.0);
  const MeasureCell dwell = cell("dwell", "2026-04-08", "2026-04-08");
  EXPECT_EQ(dwell.n, 0);
  EXPECT_EQ(dwell.unknown, 1);
  EXPECT_EQ(dwell.open, 0);
  const MeasureCell recover = cell("recover", "2026-04-08", "2026-04-08");
  EXPECT_EQ(recover.open, 1);
  EXPECT_EQ(cell("external_discovery", "2026-04-08", "2026-04-08").value, 0.0);

  EXPECT_EQ(cell("unknowns_resolved", "2026-04-08", "2026-04-08").value, 0.0);
  found.occurred_at = "2026-04-08T03:00:00Z";  // after it was detected: somebody mistyped
  ok(response->record_analysis(handler, incident.id, found));
  EXPECT_EQ(cell("unknowns_resolved", "2026-04-08", "2026-04-08").value, 1.0);
  EXPECT_EQ(cell("dwell", "2026-04-08", "2026-04-08").unsound, 1);
}

TEST_F(A_5_Measures, long_measures_are_late_as_they_stood_when_the_period_ended) {
  const ledger::Actor system = ledger::system_actor("test");
  const Record incident = ok(response->report_incident(
      handler, {.title = "持ち出し", .summary = "", .origin = "external_report", .channel = "mail"}));
  const auto add = [&](const char* number, const char* due) {
    json::object body{
        {"title", "対策"}, {"incident", incident.id.value}, {"measure", number}, {"owner", "情報システム"}};
    if (*due != 0) body["due"] = due;
    return ok(ledger->create(system, "governance", "long_measure", std::move(body)));
  };
  const Record ended = add("M1", "2026-04-10");
  add("M2", "2026-04-10");
  add("M3", "");
  later(8 * 24 * 60);  // the 16th
  ok(ledger->move(system, "governance", ended.id, 1, "drop", {{"result", "不要になった"}}));
  later(24 * 60);
  const MeasureResult out = result({.measures = {"overdue_measures"},
                                    .first_day = "2026-04-09",
                                    .last_day = "2026-04-30",
                                    .length = PeriodLength::week,
                                    .zone = "UTC"});
  ASSERT_EQ(out.periods.size(), 4U);
  EXPECT_EQ(out.rows[0].cells[0].n, 3);  // until the 13th: all open, two past their day
  EXPECT_EQ(out.rows[0].cells[0].counted, 2);
  EXPECT_EQ(out.rows[0].cells[1].n, 2);  // now, the 17th
  EXPECT_EQ(out.rows[0].cells[1].counted, 1);
  EXPECT_EQ(out.rows[0].cells[2].n, 0);  // has not come
  EXPECT_FALSE(out.rows[0].cells[2].value);
  EXPECT_EQ(cell("external_discovery", "2026-04-08", "2026-04-08").value, 1.0);
}

TEST_F(A_5_Measures, long_measures_that_nobody_touched_since_are_late_in_every_later_period) {
  const ledger::Actor system = ledger::system_actor("test");
  const Record incident = ok(response->report_incident(
      handler, {.title = "持ち出し", .summary = "", .origin = "external_report", .channel = "mail"}));
  const auto add = [&](const char* number) {
    return ok(ledger->create(system, "governance", "long_measure",
                             {{"title", "対策"},
                              {"incident", incident.id.value},
                              {"measure", number},
                              {"owner", "情報システム"},
                              {"due", "2026-04-20"}}));
  };
  add("M1");
  const Record dropped = add("M2");
  ok(ledger->move(system, "governance", dropped.id, 1, "drop", {{"result", "不要になった"}}));
  later(90 * 24 * 60);  // July
  const MeasureCell july = cell("overdue_measures", "2026-07-01", "2026-07-05");
  EXPECT_EQ(july.n, 1) << "the one that was dropped in April is not counted in July";
  EXPECT_EQ(july.counted, 1);
}

TEST_F(A_5_Measures, take_up_what_became_of_vulnerabilities) {
  const Record web =
      ok(ledger->create(handler, "exposure", "asset", {{"name", "web01"}, {"kind", "server"}, {"importance", "low"}}));
  const auto found = [&](const char* title) {
    return ok(ledger->create(handler, "exposure", "vulnerability",
                             {{"title", title}, {"assets", json::array{web.id.value}}, {"source", "vendor"}}));
  };
  const auto step = [&](const Record& one, const char* move, json::object with) {
    ok(ledger->move(handler, "exposure", one.id, get(one.id).version, move, std::move(with)));
  };
  const json::object told{{"owner_notified_at", "2026-04-08T02:00:00Z"}, {"due", "2026-04-18"}};
  const Record mended = found("VPN 装置");
  const Record waiting = found("受注サーバー");
  const Record none_of_ours = found("使っていない製品");
  step(mended, "notify", told);
  step(waiting, "notify", told);
  step(none_of_ours, "not_affected", {{"measure", "導入していない"}});
  later(2 * 24 * 60);
  step(mended, "fix", {{"measure", "更新した"}});
  later(28 * 24 * 60);  // the 8th of May
  EXPECT_EQ(cell("vulnerabilities", "2026-04-01", "2026-04-30").value, 2.0);
  const MeasureCell remedy = cell("remedy", "2026-04-01", "2026-04-30");
  EXPECT_EQ(remedy.value, 2 * 24 * 3600.0);
  EXPECT_EQ(remedy.open, 1);
  const MeasureCell late = cell("overdue_vulnerabilities", "2026-04-01", "2026-04-30");
  EXPECT_EQ(late.n, 1);
  EXPECT_EQ(late.counted, 1);
}

TEST_F(A_5_Measures, read_the_period_asked_for_and_not_the_oldest_when_there_is_more_than_they_read) {
  const auto dismissed = [&](const char* host) {
    const Record made = alert(host);
    ok(triage->acknowledge(analyst, made.id));
    later(10);
    ok(triage->dismiss(analyst, made.id, "benign", "確認した"));
  };
  for (const char* host : {"a1", "a2", "a3", "a4"}) dismissed(host);
  later(40 * 24 * 60);  // the 18th of May
  for (const char* host : {"m1", "m2"}) dismissed(host);
  later(30 * 24 * 60);
  for (const char* host : {"j1", "j2"}) dismissed(host);
  const auto in = [&](const char* first, const char* last, int64_t records, int64_t facts) {
    MeasureOrder order{.measures = {"triage"}, .first_day = first, .last_day = last, .zone = "UTC"};
    order.records_max = records;
    order.facts_max = facts;
    return result(order);
  };
  const MeasureResult all = in("2026-05-01", "2026-05-31", measure_records_max, measure_facts_max);
  EXPECT_FALSE(all.cut);
  EXPECT_EQ(all.rows[0].cells[0].n, 2);
  EXPECT_EQ(all.rows[0].cells[0].value, 600);
  // Room for two records only: they are those of May; April's and June's are not even read.
  const MeasureResult few = in("2026-05-01", "2026-05-31", 2, 4);
  EXPECT_FALSE(few.cut);
  EXPECT_EQ(few.rows[0].cells[0].n, 2);
  EXPECT_EQ(few.rows[0].cells[0].value, 600);
  const MeasureResult one = in("2026-05-01", "2026-05-31", 1, measure_facts_max);
  EXPECT_TRUE(one.cut) << "what was left out is said";
  EXPECT_EQ(one.rows[0].cells[0].n, 1);
}

TEST_F(A_5_Measures, say_of_a_month_alone_what_they_say_of_it_in_a_row_of_months) {
  // April: one alert answered in May, one incident investigated, and investigated again in May.
  const Record slow = alert("ws1");
  const Record incident = ok(response->report_incident(
      handler, {.title = "持ち出し", .summary = "", .origin = "external_report", .channel = "mail"}));
  ok(response->move(handler, incident.id, "investigate"));
  ok(response->reject(handler, incident.id, "対応不要"));
  later(30 * 24 * 60);  // the 8th of May
  ok(triage->dismiss(analyst, slow.id, "benign", "確認した"));
  ok(ledger->move(ledger::system_actor("response"), "response", incident.id, get(incident.id).version, "reopen",
                  {{"reason", "新しい事実"}}));
  const Record told_late = ok(response->report_incident(
      handler, {.title = "後から分かった件", .summary = "", .origin = "external_report", .channel = "mail"}));
  response::Analysis found;
  found.occurred_at = "2026-04-20T00:00:00.5Z";
  found.detected_at = "2026-05-01T00:00:00.5Z";
  ok(response->record_analysis(handler, told_late.id, found));
  later(30 * 24 * 60);  // the 7th of June
  const MeasureResult together =
      result({.first_day = "2026-04-01", .last_day = "2026-06-30", .length = PeriodLength::month, .zone = "UTC"});
  const std::vector<std::pair<std::string, std::string>> months{
      {"2026-04-01", "2026-04-30"}, {"2026-05-01", "2026-05-31"}, {"2026-06-01", "2026-06-30"}};
  for (size_t i = 0; i < months.size(); ++i) {
    const MeasureResult alone = result({.first_day = months[i].first, .last_day = months[i].second, .zone = "UTC"});
    ASSERT_EQ(alone.rows.size(), together.rows.size());
    for (size_t row = 0; row < alone.rows.size(); ++row) {
      const MeasureCell& one = alone.rows[row].cells.at(0);
      const MeasureCell& other = together.rows[row].cells.at(i);
      EXPECT_EQ(std::tie(one.n, one.counted, one.value, one.open, one.unknown),
                std::tie(other.n, other.counted, other.value, other.open, other.unknown))
          << alone.rows[row].definition->id << " in " << months[i].first;
    }
  }
  EXPECT_EQ(cell("triage", "2026-04-01", "2026-04-30").value, 30 * 24 * 3600.0) << "answered after the month";
  EXPECT_EQ(cell("contain", "2026-04-01", "2026-04-30").open, 1);
  EXPECT_EQ(cell("contain", "2026-05-01", "2026-05-31").open, 0) << "it was first investigated in April";
  EXPECT_EQ(cell("dwell", "2026-04-01", "2026-04-30").value, 11 * 24 * 3600.0) << "told in May, begun in April";
}

TEST_F(A_5_Measures, are_told_by_class_and_by_the_team_of_who_worked_on_it) {
  const ledger::Actor people = person("jinji", {"personnel"});
  ok(ledger->create(people, "liaison", "person", {{"name", "花"}, {"account", "user:hana"}, {"team", "SOC 一班"}}));
  const Record a = alert("ws1");
  alert("dc01");
  later(5);
  ok(triage->acknowledge(analyst, a.id));
  const auto groups = [&](const std::string& by) {
    std::map<std::string, int64_t> out;
    for (const MeasureRow& row : result({.measures = {"acknowledge"},
                                         .first_day = "2026-04-08",
                                         .last_day = "2026-04-08",
                                         .zone = "UTC",
                                         .by = by})
                                     .rows)
      out[row.group] = row.cells.at(0).n + row.cells.at(0).open;
    return out;
  };
  EXPECT_EQ(groups("team"), (std::map<std::string, int64_t>{{"", 1}, {"SOC 一班", 1}}));
  EXPECT_EQ(groups("class"), (std::map<std::string, int64_t>{{"major", 1}, {"standard", 1}}));
  EXPECT_EQ(groups("rule"), (std::map<std::string, int64_t>{{"lsass-dump", 2}}));
  EXPECT_THAT(
      refused(measure(*ledger, definitions, {.first_day = "2026-04-08", .last_day = "2026-04-08", .by = "user"})),
      ElementsAre("governance.measure.by"));
  EXPECT_THAT(refused(measure(*ledger, definitions,
                              {.measures = {"luck"}, .first_day = "2026-04-08", .last_day = "2026-04-08"})),
              ElementsAre("governance.measure.unknown"));
}

TEST_F(A_5_Report, tells_table_chart_and_report_in_both_languages) {
  const Record a = alert("ws1");
  later(12);
  ok(triage->acknowledge(analyst, a.id));
  const MeasureResult out =
      result({.first_day = "2026-03-01", .last_day = "2026-04-30", .length = PeriodLength::month});
  for (const Lang lang : {Lang::ja, Lang::en}) {
    const MeasureReading reading{*texts, lang};
    const Document report = report_of(out, reading);
    const std::string html = to_html(report, "");
    const std::string markdown = to_markdown(report);
    for (const MeasureDefinition& definition : definitions.all()) {
      EXPECT_THAT(html, HasSubstr(title_of(definition, lang)));
      EXPECT_THAT(markdown, HasSubstr(lang == Lang::ja ? definition.title_ja : definition.title_en));
    }
    EXPECT_THAT(html, HasSubstr("Asia/Tokyo"));
    EXPECT_THAT(html, HasSubstr("<svg "));
    EXPECT_THAT(html, HasSubstr(lang == Lang::ja ? "12 分" : "12 min"));
    EXPECT_THAT(html, Not(HasSubstr("[measures.")));
    const std::string svg = chart_svg(out, "acknowledge", reading);
    EXPECT_THAT(svg, HasSubstr("<title>" + title_of(*definitions.find("acknowledge"), lang)));
    EXPECT_THAT(svg, HasSubstr("<desc>2026-03-01 – 2026-03-31: "));
    EXPECT_THAT(svg, HasSubstr(lang == Lang::ja ? "中央値 12 分, 90 パーセンタイル 12 分</desc>"
                                                : "Median 12 min, 90th percentile 12 min</desc>"));
    EXPECT_EQ(svg.find("<circle"), svg.find("<circle", svg.find("<circle")));
    EXPECT_THAT(svg, Not(HasSubstr("NaN")));
    EXPECT_THAT(svg, Not(HasSubstr("[measures.")));
  }
  const std::string csv = to_csv(out, {*texts, Lang::ja});
  EXPECT_TRUE(csv.starts_with("\xEF\xBB\xBFmeasure,title,edition,"));
  EXPECT_THAT(csv, HasSubstr("\r\nacknowledge,確認までの時間,1,time,s,,2026-04-01,2026-04-30,Asia/Tokyo,"));
  EXPECT_THAT(csv, HasSubstr(",1,720,720,720,720,720,720,720,0,0,0,0,0,1,0\r\n"));
  EXPECT_EQ(chart_svg(out, "luck", {*texts, Lang::ja}), "");
}

TEST_F(A_5_Report, guards_a_group_that_a_spreadsheet_would_run) {
  detect::Finding evil = credential_dump("ws1", format_time(now));
  evil.rule_id = "=cmd|' /C calc'!A0,\"x\"";
  ok(triage->take_findings(std::vector{evil}));
  const MeasureResult out =
      result({.measures = {"acknowledge"}, .first_day = "2026-04-08", .last_day = "2026-04-08", .by = "rule"});
  EXPECT_THAT(to_csv(out, {*texts, Lang::en}), HasSubstr(R"("'=cmd|' /C calc'!A0,""x""")"));
  EXPECT_THAT(chart_svg(out, "acknowledge", {*texts, Lang::en}), HasSubstr("=cmd|&#39; /C calc"));
}

TEST_F(A_5_Report, is_drafted_with_figures_that_nobody_typed) {
  const Record a = alert("ws1");
  later(12);
  ok(triage->acknowledge(analyst, a.id));
  const MeasureOrder order{.first_day = "2026-04-01", .last_day = "2026-04-30"};
  const Record draft = ok(draft_effect_report(*ledger, handler, definitions, order, "4月の効果測定", *texts, Lang::ja));
  EXPECT_EQ(draft.state, "draft");
  EXPECT_EQ(array_at(draft.body, "measures").size(), definitions.all().size());
  for (const json::value& line : array_at(draft.body, "measures"))
    if (text_at(line.as_object(), "definition") == "acknowledge 1") {
      EXPECT_EQ(line.at("value").to_number<double>(), 720);
      EXPECT_EQ(integer_at(line.as_object(), "samples"), 1);
    } else if (text_at(line.as_object(), "definition") == "contain 1") {
      EXPECT_FALSE(line.as_object().contains("value"));
      EXPECT_EQ(text_at(line.as_object(), "note"), "–");
    }
  forbidden(draft_effect_report(*ledger, analyst, definitions, order, "x", *texts, Lang::ja));
}

TEST_F(A_5_Measures, of_the_catalogue_are_written_and_a_mistake_is_named) {
  for (const char* id :
       {"detect", "acknowledge", "triage", "contain", "recover", "close", "false_positive_share", "off_criteria_share",
        "feedback_given", "unknowns_resolved", "overdue_measures", "external_discovery"})
    EXPECT_NE(definitions.find(id), nullptr) << id;
  const auto wrong = [&](const std::string& text, const std::string& words) {
    const auto file = folder / "measures" / "x.yaml";
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    const auto read = MeasureCatalog::load(file.parent_path(), ledger->types());
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().what, HasSubstr(words));
  };
  const std::string head = "id: x\nedition: 1\norder: 1\ntitle: {ja: あ, en: a}\ndefinition: {ja: あ, en: a}\n";
  wrong(head + "kind: time\nof: alert\nstart: created\nend: state gone\n", "no state 'gone'");
  wrong(head + "kind: time\nof: alert\nstart: created\nend: whenever\n", "no moment");
  wrong(head + "kind: share\nof: alert\ncounts: [colour is red]\n", "no field 'colour'");
  wrong(head + "kind: share\nof: alert\ncounts: [verdict like x]\n", "no condition");
  wrong(head + "kind: guess\nof: alert\n", "'kind' is one of");
  wrong(head + "kind: count\nof: rumour\n", "no record type");
  wrong(head + "kind: count\nof: alert\ntypo: 1\n", "not understood");
  wrong("id: y\nedition: 1\norder: 1\ntitle: {ja: あ, en: a}\ndefinition: {ja: あ, en: a}\nkind: count\nof: alert\n",
        "not named after");
}

}  // namespace
}  // namespace yagura::desks::governance
