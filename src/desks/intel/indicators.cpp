#include <boost/json.hpp>

#include "desks/actor.hpp"
#include "desks/intel/desk.hpp"
#include "detect/indicators/normal_form.hpp"

namespace yagura::desks::intel {
namespace {

namespace json = boost::json;
using ledger::Outcome;

constexpr size_t reasons_told_max = 20;

}  // namespace

Outcome<detect::IntakeReport> IntelDesk::import(const ledger::Actor& actor, const detect::IntakeOptions& options,
                                                const std::string& name,
                                                const std::function<Status(detect::IndicatorIntake&)>& read) {
  if (auto allowed = require(actor, indicators_manage); !allowed) return std::unexpected(allowed.error());
  const std::string source = detect::source_name(options.defaults.listing.source);
  if (source.empty())
    return ledger::refuse(ErrorKind::invalid, "indicators need a source: the name of the list or of who gave it");
  detect::IndicatorIntake intake(store_, options);
  if (auto fed = read(intake); !fed) return std::unexpected(fed.error());
  auto report = intake.finish();
  if (!report) return std::unexpected(report.error());
  json::object reasons;
  for (const auto& [reason, count] : report->reasons)
    if (reasons.size() < reasons_told_max) reasons[reason] = count;
  const json::object body{{"source", source},
                          {"name", detect::source_name(name)},
                          {"format", report->format},
                          {"added", report->counts.added},
                          {"updated", report->counts.updated},
                          {"unchanged", report->counts.unchanged},
                          {"withdrawn", report->counts.withdrawn},
                          {"skipped", report->skipped},
                          {"rejected", report->rejected},
                          {"reasons", std::move(reasons)},
                          {"replaced", options.replace},
                          {"tlp", detect::to_text(options.defaults.listing.tlp)}};
  if (auto fact = ledger_.append_fact(actor, "intel", "indicators.imported", "indicators:" + source, body); !fact)
    return std::unexpected(fact.error());
  return std::move(*report);
}

Outcome<detect::IndicatorSelection> IntelDesk::select(const IndicatorsMeant& meant) const {
  detect::IndicatorSelection out{detect::source_name(meant.source), std::nullopt};
  if (meant.value.empty()) {
    if (out.source.empty()) return ledger::refuse(ErrorKind::invalid, "name a value, a source or both");
    return out;
  }
  const std::string value = detect::refang(meant.value);
  const auto type = meant.type.empty() ? detect::guess_type(value) : detect::parse_indicator_type(meant.type);
  if (!type) return ledger::refuse(ErrorKind::invalid, "the value looks like no kind of indicator; name its type");
  auto packed = detect::pack(*type, value);
  if (!packed) return ledger::refuse(ErrorKind::invalid, "the value can't be taken: " + std::string(packed.error()));
  out.value.emplace(*type, std::move(*packed));
  return out;
}

Outcome<void> IntelDesk::tell(const ledger::Actor& actor, const std::string& kind,
                              const detect::IndicatorSelection& selection, uint64_t count, const std::string& reason,
                              json::object body) {
  std::string subject = "indicators:" + selection.source;
  if (selection.value) {
    const std::string shown = detect::unpack(selection.value->first, selection.value->second);
    subject = detect::indicator_rule_id(selection.value->first, shown);
  }
  body["source"] = selection.source;
  body["count"] = count;
  body["reason"] = reason;
  auto fact = ledger_.append_fact(actor, "intel", kind, subject, std::move(body));
  if (!fact) return std::unexpected(fact.error());
  return {};
}

Outcome<uint64_t> IntelDesk::expire(const ledger::Actor& actor, const IndicatorsMeant& meant, Timestamp at,
                                    const std::string& reason) {
  if (auto allowed = require(actor, indicators_manage); !allowed) return std::unexpected(allowed.error());
  const auto selection = select(meant);
  if (!selection) return std::unexpected(selection.error());
  const auto count = store_.expire(*selection, at);
  if (!count) return std::unexpected(count.error());
  json::object body{{"at", format_time(at)}};
  if (auto told = tell(actor, "indicators.expired", *selection, *count, reason, std::move(body)); !told)
    return std::unexpected(told.error());
  return *count;
}

Outcome<uint64_t> IntelDesk::remove(const ledger::Actor& actor, const IndicatorsMeant& meant,
                                    const std::string& reason) {
  if (auto allowed = require(actor, indicators_manage); !allowed) return std::unexpected(allowed.error());
  const auto selection = select(meant);
  if (!selection) return std::unexpected(selection.error());
  const auto count = store_.remove(*selection);
  if (!count) return std::unexpected(count.error());
  if (auto told = tell(actor, "indicators.removed", *selection, *count, reason, {}); !told)
    return std::unexpected(told.error());
  return *count;
}

}  // namespace yagura::desks::intel
