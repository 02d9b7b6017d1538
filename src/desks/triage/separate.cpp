// A finding that was merged into the wrong alert gets one of its own.
#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "base/digest.hpp"
#include "desks/blank.hpp"
#include "desks/in_force.hpp"
#include "desks/json_fields.hpp"
#include "desks/triage/desk.hpp"
#include "desks/triage/ruling.hpp"

namespace yagura::desks::triage {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

/// The alert without the evidence at `index`. Its times follow what is left, as long as all of that is kept here.
json::object without(const Record& alert, size_t index) {
  json::array evidence = array_at(alert.body, "evidence");
  evidence.erase(evidence.begin() + static_cast<std::ptrdiff_t>(index));
  json::object out{{"findings", integer_at(alert.body, "findings") - 1}};
  if (integer_at(alert.body, "evidence_omitted") == 0) {
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
    for (const json::value& entry : evidence) {
      const auto time = parse_time(text_at(entry.as_object(), "time"));
      if (!time) continue;
      first = std::min(first.value_or(*time), *time);
      last = std::max(last.value_or(*time), *time);
    }
    if (first) out["first_seen"] = format_time(*first);
    if (last) out["last_seen"] = format_time(*last);
  }
  out["evidence"] = std::move(evidence);
  return out;
}

/// An alert of the one finding. Its grouping key is its own: what comes later joins the alert that it was taken from.
json::object of_one(const Record& alert, const json::object& entry) {
  json::object out;
  for (const std::string_view name : {"title", "rule", "level", "tags", "host", "user"})
    if (const json::value* value = alert.body.if_contains(name)) out[name] = *value;
  const std::string time = text_at(entry, "time");
  out["first_seen"] = time;
  out["last_seen"] = time;
  out["findings"] = 1;
  out["evidence"] = json::array{entry};
  out["entity"] = sha256_hex(text_at(alert.body, "entity") + '\n' + text_at(entry, "finding"));
  out["separated_from"] = alert.id.value;
  return out;
}

std::optional<size_t> place_of(const json::array& evidence, const std::string& finding) {
  for (size_t i = 0; i < evidence.size(); ++i)
    if (text_at(evidence[i].as_object(), "finding") == finding) return i;
  return std::nullopt;
}

Outcome<void> refuse_unfit(const Record& alert, const ledger::RecordType& type) {
  if (alert.type != "alert") return ledger::refuse(ErrorKind::not_found, alert.id.value + " is no alert");
  if (type.state(alert.state)->final)
    return refuse_because("triage.separate.closed", "the alert is closed", "reopen it first");
  if (integer_at(alert.body, "findings") < 2)
    return refuse_because("triage.separate.only_one", "the alert holds this finding alone", "judge it as it is");
  return {};
}

}  // namespace

Outcome<Record> TriageDesk::separate(const ledger::Actor& actor, const Target& target, const std::string& finding,
                                     const std::string& reason) {
  if (auto allowed = require(actor, "alert.separate"); !allowed) return std::unexpected(allowed.error());
  if (trim_blank(reason).empty())
    return refuse_because("triage.separate.no_reason", "taking a finding out needs its reason",
                          "say why it is another matter");
  Outcome<Record> made;
  const auto change = [&](Transaction& transaction) -> Outcome<void> {
    auto alert = transaction.get(target.id);
    if (!alert) return std::unexpected(alert.error());
    if (auto fit = refuse_unfit(*alert, *transaction.types().find(alert->type)); !fit) return fit;
    const json::array evidence = array_at(alert->body, "evidence");
    const auto index = place_of(evidence, finding);
    if (!index)
      return refuse_because("triage.separate.not_here", "the alert's evidence holds no finding " + finding,
                            "name one by the `finding` of the alert's evidence");
    auto criteria = criteria_in_force(transaction, transaction.now());
    if (!criteria) return std::unexpected(criteria.error());
    auto names = names_now(transaction);
    if (!names) return std::unexpected(names.error());
    const json::object& taken = evidence[*index].as_object();
    const AlertRuling ruling = rule_on(*names, *criteria, texts_at(alert->body, "tags"),
                                       parse_level(text_at(alert->body, "level")).value_or(detect::Level::medium),
                                       text_at(alert->body, "host"), evidence_fields(taken));
    json::object body = of_one(*alert, taken);
    for (auto& field : ruling.fields(*criteria)) body[field.key()] = field.value();
    if (auto kept = transaction.update(alert->id, version_of(target, *alert), without(*alert, *index)); !kept)
      return std::unexpected(kept.error());
    made = transaction.create("alert", std::move(body));
    if (!made) return std::unexpected(made.error());
    auto told =
        transaction.append_fact("alert.separated", alert->id.value,
                                {{"finding", finding}, {"alert", made->id.value}, {"reason", trim_blank(reason)}});
    if (!told) return std::unexpected(told.error());
    return {};
  };
  auto done = ledger_.write(with_keys(actor, {"alert.desk", "alert.read"}), "triage", change);
  if (!done) return std::unexpected(done.error());
  return made;
}

}  // namespace yagura::desks::triage
