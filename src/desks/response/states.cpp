#include <algorithm>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/blank.hpp"
#include "desks/json_fields.hpp"
#include "desks/response/desk.hpp"
#include "desks/response/incident.hpp"

namespace yagura::desks::response {
namespace {

namespace json = boost::json;
using ledger::Transaction;

constexpr size_t timeline_max = 1000;
constexpr size_t evidence_max = 500;

void join_lines(json::object& changes, const json::object& into, const json::object& from, std::string_view key,
                size_t max) {
  json::array lines = array_at(into, key);
  for (const json::value& line : array_at(from, key))
    if (lines.size() < max) lines.push_back(line);
  if (!lines.empty()) changes[key] = std::move(lines);
}

}  // namespace

Outcome<Record> ResponseDesk::move(const Actor& actor, const Target& incident, const std::string& move) {
  constexpr std::array ordinary{"investigate", "contain", "recover", "prepare_closing"};
  if (std::ranges::find(ordinary, std::string_view(move)) == ordinary.end())
    return refuse_because("response.move.unknown", "'" + move + "' is no such step",
                          "use investigate, contain, recover or prepare_closing", {{"move", move}});
  return on_incident(
      ledger_, actor, "incident.move", incident,
      [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
        json::object changes;
        const std::string now = format_time(transaction.now());
        if (move == "contain" && text_at(record.body, "contained_at").empty()) changes["contained_at"] = now;
        if (move == "prepare_closing" && record.state == "recovering" && text_at(record.body, "recovered_at").empty())
          changes["recovered_at"] = now;
        if (move == "investigate" && text_at(record.body, "assignee").empty())
          changes["assignee"] = transaction.actor().id;
        return transaction.move(record.id, version_of(incident, record), move, std::move(changes));
      });
}

Outcome<Record> ResponseDesk::reject(const Actor& actor, const Target& incident, const std::string& reason) {
  return on_incident(
      ledger_, actor, "incident.reject", incident,
      [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
        auto rejected = transaction.move(
            record.id, version_of(incident, record), "reject",
            {{"reason", trim_blank(reason)}, {"feedback_count", integer_at(record.body, "feedback_count") + 1}});
        if (!rejected) return rejected;
        // Triage has to know even of what was none, or it goes on finding it.
        auto fact = transaction.append_fact("incident.feedback_sent", record.id.value,
                                            {{"alerts", array_at(record.body, "alerts")},
                                             {"number", integer_at(rejected->body, "feedback_count")},
                                             {"verdict", "false_alarm"},
                                             {"actions", ""},
                                             {"resolved", true},
                                             {"lessons", trim_blank(reason)}});
        if (!fact) return std::unexpected(fact.error());
        return rejected;
      });
}

Outcome<Record> ResponseDesk::merge(const Actor& actor, const Target& from, const RecordId& into,
                                    const std::string& reason) {
  return on_incident(ledger_, actor, "incident.merge", from,
                     [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
                       auto target = get_incident(transaction, into);
                       if (!target) return std::unexpected(target.error());
                       if (into == record.id || is_final(transaction, *target))
                         return refuse_because("response.merge.into", into.value + " can't take over another incident",
                                               "name another incident that is open", {{"id", into.value}});
                       const std::vector<std::string> alerts = texts_at(record.body, "alerts");
                       if (alerts.size() + texts_at(target->body, "alerts").size() > alerts_max)
                         return ledger::refuse(ErrorKind::limit, "an incident holds at most 200 alerts");
                       auto merged = transaction.move(record.id, version_of(from, record), "merge",
                                                      {{"merged_into", into.value}, {"reason", trim_blank(reason)}});
                       if (!merged) return merged;
                       json::object changes;
                       join_texts(changes, target->body, "alerts", alerts, alerts_max);
                       join_texts(changes, target->body, "hosts", texts_at(record.body, "hosts"), hosts_max);
                       join_texts(changes, target->body, "users", texts_at(record.body, "users"), hosts_max);
                       join_lines(changes, target->body, record.body, "timeline", timeline_max);
                       join_lines(changes, target->body, record.body, "evidence", evidence_max);
                       auto updated = transaction.update(into, target->version, std::move(changes));
                       if (!updated) return updated;
                       if (auto linked = transaction.link(record.id, "merged_into", into); !linked)
                         return std::unexpected(linked.error());
                       auto fact = transaction.append_fact("incident.alerts_added", into.value,
                                                           {{"alerts", to_array(alerts)}, {"merged", record.id.value}});
                       if (!fact) return std::unexpected(fact.error());
                       return merged;
                     });
}

Outcome<Record> ResponseDesk::reopen(const Actor& actor, const Target& incident, const std::string& reason) {
  return on_incident(ledger_, actor, "incident.reopen", incident, [&](Transaction& transaction, const Record& record) {
    return transaction.move(record.id, version_of(incident, record), "reopen",
                            {{"reason", trim_blank(reason)}, {"closed_at", nullptr}, {"feedback_current", nullptr}});
  });
}

}  // namespace yagura::desks::response
