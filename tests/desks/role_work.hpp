// What the tests of single roles share: their people, and records that are made and moved by them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fixture.hpp"

namespace yagura::desks::testing {

class RoleWork : public DesksTest {
 protected:
  Record make(std::string_view type, json::object body, const ledger::Actor& who) const {
    return ok(ledger->create(who, "test", type, std::move(body)));
  }
  /// Passes a move; the record as it is then.
  Record step(const Record& record, std::string_view move, const ledger::Actor& who, json::object changes = {}) const {
    return ok(ledger->move(who, "test", record.id, get(record.id).version, move, std::move(changes)));
  }
  /// "move.missing_field:answer": everything that stands against a move.
  std::vector<std::string> against(const Record& record, std::string_view move, const ledger::Actor& who,
                                   json::object changes = {}) const {
    const auto moved = ledger->move(who, "test", record.id, get(record.id).version, move, std::move(changes));
    if (moved) return {"it passed"};
    std::vector<std::string> out;
    for (const ledger::Reason& reason : moved.error().reasons)
      out.push_back(reason.code + (reason.field.empty() ? "" : ":" + reason.field));
    return out;
  }
  std::string state(const Record& record) const { return get(record.id).state; }

  /// The clocks and reviews of one record that run now: "enquiry.answer by 2026-04-09T01:00".
  std::vector<std::string> due(const Record& record) const {
    ledger::DueQuery query;
    query.type = record.type;
    std::vector<std::string> out;
    for (const ledger::Due& one : ok(ledger->due(now, query)).items)
      if (one.record == record.id && one.kind == ledger::DueKind::clock)
        out.push_back(one.clock + " by " + format_time(one.due_at, 0).substr(0, 16));
    return out;
  }

  RecordId incident() {
    install_defaults();
    response::Intake intake;
    intake.title = "端末の異常";
    intake.origin = "internal_report";
    intake.channel = "phone";
    return ok(response->report_incident(handler, intake)).id;
  }

  ledger::Actor analyst = person("hana", {"analyst"});
  ledger::Actor handler = person("kenji", {"handler"});
  ledger::Actor manager = person("tanaka", {"manager"});
  ledger::Actor outreach = person("mori", {"personnel"});
  ledger::Actor assurance = person("abe", {"assurance"});
  ledger::Actor assurance_lead = person("ueda", {"assurance"});
};

}  // namespace yagura::desks::testing
