// Filling in a case: analysis, measures, timeline, evidence, the words for the outside.
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

void put(json::object& body, std::string_view key, std::string_view text) {
  if (const std::string_view kept = trim_blank(text); !kept.empty()) body[key] = kept;
}

Outcome<Record> change(ledger::Ledger& ledger, const Actor& actor, const Target& incident, json::object changes) {
  return on_incident(ledger, actor, "incident.update", incident, [&](Transaction& transaction, const Record& record) {
    return transaction.update(record.id, version_of(incident, record), std::move(changes));
  });
}

/// Adds one line to the table at `key`.
Outcome<Record> append(ledger::Ledger& ledger, const Actor& actor, const Target& incident, std::string_view key,
                       json::object line) {
  return on_incident(ledger, actor, "incident.update", incident, [&](Transaction& transaction, const Record& record) {
    json::array lines = array_at(record.body, key);
    lines.push_back(std::move(line));
    return transaction.update(record.id, version_of(incident, record), {{key, std::move(lines)}});
  });
}

json::object line_of(const Measure& measure) {
  json::object line{{"kind", measure.kind}, {"done", measure.done}, {"long", measure.is_long}};
  put(line, "what", measure.what);
  put(line, "owner", measure.owner);
  put(line, "due", measure.due);
  return line;
}

/// "M1", "M2", ...: never one that was given before in this incident, since measures are never removed.
std::string next_measure_id(const json::array& measures) {
  return "M" + std::to_string(measures.size() + 1);
}

}  // namespace

Outcome<Record> ResponseDesk::record_analysis(const Actor& actor, const Target& incident, const Analysis& found) {
  json::object changes;
  for (const auto& [name, value] :
       {std::pair{"summary", &found.summary}, std::pair{"picture", &found.picture}, std::pair{"cause", &found.cause},
        std::pair{"leak", &found.leak}, std::pair{"direct_impact", &found.direct_impact},
        std::pair{"indirect_impact", &found.indirect_impact}, std::pair{"occurred_at", &found.occurred_at},
        std::pair{"detected_at", &found.detected_at}, std::pair{"contained_at", &found.contained_at},
        std::pair{"recovered_at", &found.recovered_at}, std::pair{"cost_currency", &found.cost_currency},
        std::pair{"title", &found.title}})
    put(changes, name, *value);
  if (found.direct_cost) {
    changes["direct_cost"] = *found.direct_cost;
    if (!changes.contains("cost_currency")) changes["cost_currency"] = "JPY";
  } else if (found.direct_cost_unknown) {
    changes["direct_cost"] = ledger::unknown_value;
  }
  return change(ledger_, actor, incident, std::move(changes));
}

Outcome<Record> ResponseDesk::add_measure(const Actor& actor, const Target& incident, const Measure& measure) {
  return on_incident(ledger_, actor, "incident.update", incident, [&](Transaction& transaction, const Record& record) {
    json::array measures = array_at(record.body, "measures");
    json::object line = line_of(measure);
    line["id"] = next_measure_id(measures);
    measures.push_back(std::move(line));
    return transaction.update(record.id, version_of(incident, record), {{"measures", std::move(measures)}});
  });
}

Outcome<Record> ResponseDesk::change_measure(const Actor& actor, const Target& incident, const std::string& measure_id,
                                             const Measure& measure) {
  return on_incident(
      ledger_, actor, "incident.update", incident,
      [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
        json::array measures = array_at(record.body, "measures");
        const auto found = std::ranges::find_if(
            measures, [&](const json::value& line) { return text_at(line.as_object(), "id") == measure_id; });
        if (found == measures.end())
          return ledger::refuse(ErrorKind::not_found, record.id.value + " has no measure " + measure_id);
        json::object line = line_of(measure);
        if (!text_at(found->as_object(), "handed_at").empty() && !measure.is_long)
          return refuse_because("response.measure.handed_over", "measure " + measure_id + " was handed over already",
                                "change it where it is followed now", {{"measure", measure_id}});
        for (const char* kept : {"id", "handed_at", "handed_to"})
          if (const json::value* value = found->as_object().if_contains(kept)) line[kept] = *value;
        *found = std::move(line);
        return transaction.update(record.id, version_of(incident, record), {{"measures", std::move(measures)}});
      });
}

Outcome<Record> ResponseDesk::add_to_timeline(const Actor& actor, const Target& incident, const TimelineEntry& entry) {
  json::object line{{"at", trim_blank(entry.at)}, {"public", entry.is_public}};
  put(line, "what", entry.what);
  return append(ledger_, actor, incident, "timeline", std::move(line));
}

Outcome<Record> ResponseDesk::add_evidence(const Actor& actor, const Target& incident, const std::string& reference,
                                           const std::string& note) {
  json::object line;
  put(line, "reference", reference);
  put(line, "note", note);
  return append(ledger_, actor, incident, "evidence", std::move(line));
}

Outcome<Record> ResponseDesk::attach(const Actor& actor, const Target& incident, std::string_view bytes,
                                     const std::string& name, const std::string& media_type) {
  if (auto allowed = require(actor, "incident.update"); !allowed) return std::unexpected(allowed.error());
  auto blob = ledger_.blobs().put(bytes);
  if (!blob) return std::unexpected(ledger::Refusal(blob.error()));
  return on_incident(ledger_, actor, "incident.update", incident,
                     [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
                       json::array lines = array_at(record.body, "evidence");
                       lines.push_back(json::object{{"reference", "sha256:" + blob->sha256}, {"note", name}});
                       auto updated = transaction.update(record.id, version_of(incident, record),
                                                         {{"evidence", std::move(lines)}});
                       if (!updated) return updated;
                       if (auto tied = transaction.attach(record.id, *blob, name, media_type); !tied)
                         return std::unexpected(tied.error());
                       return updated;
                     });
}

Outcome<Record> ResponseDesk::write_statement(const Actor& actor, const Target& incident,
                                              const PublicStatement& statement) {
  json::object changes;
  for (const auto& [name, value] :
       {std::pair{"public_overview", &statement.overview}, std::pair{"public_impact", &statement.impact},
        std::pair{"public_cause", &statement.cause}, std::pair{"public_actions", &statement.actions},
        std::pair{"public_prevention", &statement.prevention}, std::pair{"public_contact", &statement.contact},
        std::pair{"public_title", &statement.title}})
    put(changes, name, *value);
  return change(ledger_, actor, incident, std::move(changes));
}

Outcome<Record> ResponseDesk::assign(const Actor& actor, const Target& incident, const std::string& user) {
  return change(ledger_, actor, incident, {{"assignee", user}});
}

}  // namespace yagura::desks::response
