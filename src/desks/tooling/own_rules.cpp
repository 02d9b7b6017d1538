#include "desks/tooling/own_rules.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::tooling {
namespace {

namespace json = boost::json;
using detect::LoadReport;
using detect::Rejection;
using ledger::Actor;
using ledger::Outcome;
using ledger::Reason;
using ledger::Record;
using ledger::RecordId;
using ledger::Transaction;

constexpr std::string_view type = "own_rule";
constexpr std::string_view in_force = "in_force";
constexpr std::string_view withdrawal = "rule_withdrawal";
constexpr std::string_view out_of_force = "out_of_force";
constexpr std::string_view key = "rule.desk";

RuleText text_of(const Record& record) {
  if (record.type == withdrawal)
    return record.state == out_of_force ? RuleText{{}, {}, text_at(record.body, "rule_id") + '\n'} : RuleText();
  if (record.state != in_force) return {};
  return {text_at(record.body, "yaml"), text_at(record.body, "samples")};
}

Outcome<Record> rule_in(Transaction& transaction, const RecordId& id) {
  auto rule = transaction.get(id);
  if (rule && rule->type != type) return ledger::refuse(ErrorKind::not_found, id.value + " is no rule of our own");
  return rule;
}

Reason reason_of(const Rejection& fault) {
  Reason out;
  out.code = fault.column > 0 ? "tooling.rule.rejected" : "tooling.rule.rejected_line";
  out.field = "yaml";
  out.message = fault.column > 0 ? fmt::format("line {}, character {}: ", fault.line, fault.column)
                                 : fmt::format("line {}: ", fault.line);
  out.message += to_valid_utf8(fault.reason);
  out.hint = to_valid_utf8(fault.hint);
  out.args = {{"line", std::to_string(fault.line)},
              {"column", std::to_string(fault.column)},
              {"reason", to_valid_utf8(fault.reason)},
              {"rule_code", fault.code}};
  return out;
}

Outcome<void> refuse_faults(const std::vector<Rejection>& faults) {
  if (faults.empty()) return {};
  std::vector<Reason> reasons;
  for (const Rejection& fault : faults)
    if (reasons.size() < rule_faults_told_max) reasons.push_back(reason_of(fault));
  return ledger::refuse(ErrorKind::invalid, "the rule is broken; nothing was changed", std::move(reasons));
}

/// The first "title:" of a text that is no rule by itself (a filter).
std::string title_line(const std::string& yaml) {
  for (size_t at = 0; at < yaml.size();) {
    const size_t stop = std::min(yaml.find('\n', at), yaml.size());
    std::string_view line(yaml.data() + at, stop - at);
    if (line.starts_with("title:")) {
      line.remove_prefix(std::string_view("title:").size());
      while (!line.empty() && std::string_view(" \"'\r").contains(line.front())) line.remove_prefix(1);
      while (!line.empty() && std::string_view(" \"'\r").contains(line.back())) line.remove_suffix(1);
      return std::string(line);
    }
    at = stop + 1;
  }
  return {};
}

struct Names {
  std::string title;
  json::array ids;

  void add(const std::string& id, const std::string& name) {
    if (title.empty()) title = to_valid_utf8(name);
    if (!id.empty()) ids.push_back(json::value(to_valid_utf8(id)));
  }
};

json::object fact_of(const Record& record) {
  return {{"title", text_at(record.body, "title")},
          {"rule_ids", array_at(record.body, "rule_ids")},
          {"version", record.version},
          {"text_sha256", sha256_hex(text_at(record.body, "yaml"))},
          {"why", text_at(record.body, "why")}};
}

json::object fact_of_withdrawal(const Record& record) {
  return {{"title", text_at(record.body, "title")},
          {"rule_ids", json::array{json::value(text_at(record.body, "rule_id"))}},
          {"version", record.version},
          {"why", text_at(record.body, "why")}};
}

}  // namespace

RuleDesk::RuleDesk(ledger::Ledger& ledger, RuleFiles files, std::shared_ptr<const detect::Taxonomy> taxonomy,
                   RuleBench bench)
    : ledger_(ledger), files_(std::move(files)), taxonomy_(std::move(taxonomy)), bench_(std::move(bench)) {}

Status RuleDesk::lay_out(ledger::Ledger& ledger, const RuleFiles& files) {
  if (auto made = files.make(); !made) return made;
  std::set<RecordId> known;
  for (const auto& [kind, state] : {std::pair{type, in_force}, std::pair{withdrawal, out_of_force}}) {
    ledger::RecordQuery query;
    query.type = kind;
    query.states = {std::string(state)};
    query.limit = own_rules_max;
    const auto page = ledger.list(query);
    if (!page) return std::unexpected(page.error().error());
    for (const Record& record : page->records) {
      known.insert(record.id);
      if (auto written = files.write(record.id, text_of(record)); !written) return written;
    }
  }
  return files.put_others_aside(known);
}

/// What a text says of itself; refused when it is broken for itself alone. What it asks of other rules shows later.
Outcome<json::object> RuleDesk::body_of(const RuleText& text, const std::string& why) const {
  const LoadReport report = detect::RuleSet::load_text(text.yaml, "rule", *taxonomy_);
  Names names;
  std::vector<Rejection> faults = report.skipped;
  for (const auto& rule : report.rules->shared_rules()) names.add(rule->head().id, rule->head().title);
  for (uint32_t i = 0; i < report.rules->correlations().size(); ++i)
    names.add(report.rules->correlations().definition(i).id, report.rules->correlations().definition(i).title);
  for (const Rejection& fault : report.rejected) {
    const bool of_others = fault.code == "sigma.correlation.rule_unknown";
    if (of_others)
      names.add(fault.rule_id, fault.rule_title);
    else
      faults.push_back(fault);
  }
  if (auto sound = refuse_faults(faults); !sound) return std::unexpected(sound.error());
  if (names.title.empty() && report.filters > 0) names.title = to_valid_utf8(title_line(text.yaml));
  if (names.title.empty())
    return ledger::refuse(
        ErrorKind::invalid, "there is no rule in the text",
        {{"tooling.rule.nothing", "yaml", "there is no rule in the text", "write a Sigma rule with a title", {}}});
  if (!text.samples.empty()) {
    std::vector<Reason> failed;
    for (const std::string& sample : bench_.failed_samples(text.yaml, text.samples))
      if (failed.size() < rule_faults_told_max)
        failed.push_back({"tooling.rule.sample_failed",
                          "samples",
                          "a sample fails: " + to_valid_utf8(sample),
                          "mend the rule or the sample",
                          {{"sample", to_valid_utf8(sample)}}});
    if (!failed.empty())
      return ledger::refuse(ErrorKind::invalid, "the rule does not stand its samples", std::move(failed));
  }
  json::object body{{"title", names.title}, {"rule_ids", std::move(names.ids)}, {"why", why}, {"yaml", text.yaml}};
  if (text.samples.empty())
    body["samples"] = nullptr;
  else
    body["samples"] = text.samples;
  return body;
}

/// Puts the record's text among all the others. Refused when it did not come into force whole, and when another rule
/// broke by it (a correlation that asks for it).
Outcome<void> RuleDesk::try_out(const Record& record) {
  std::set<std::string> known;
  for (const Rejection& fault : bench_.reload().rejected) known.insert(to_text(fault));
  if (auto written = files_.write(record.id, text_of(record)); !written)
    return std::unexpected(ledger::Refusal(written.error()));
  const LoadReport report = bench_.reload();
  const std::string file = files_.file_of(record.id).string();
  std::vector<Rejection> faults;
  for (const Rejection& fault : report.rejected)
    if (fault.file == file || !known.contains(to_text(fault))) faults.push_back(fault);
  return refuse_faults(faults);
}

Outcome<Record> RuleDesk::run(const Actor& actor, const Change& change) {
  if (auto allowed = require(actor, "tooling.write"); !allowed) return std::unexpected(allowed.error());
  Record out;
  std::optional<std::pair<RecordId, RuleText>> before;
  const auto written =
      ledger_.write(with_keys(actor, {key}), "tooling", [&](Transaction& transaction) -> Outcome<void> {
        auto changed = change(transaction);
        if (!changed) return std::unexpected(changed.error());
        out = std::move(*changed);
        auto there = files_.read(out.id);
        if (!there) return std::unexpected(ledger::Refusal(there.error()));
        before.emplace(out.id, std::move(*there));
        if (auto tried = try_out(out); !tried) return tried;
        const bool shipped = out.type == withdrawal;
        const bool stands = shipped ? out.state != out_of_force : out.state == in_force;
        auto told = transaction.append_fact(stands ? "rule.put_in_force" : "rule.taken_out_of_force", out.id.value,
                                            shipped ? fact_of_withdrawal(out) : fact_of(out));
        if (!told) return std::unexpected(told.error());
        return {};
      });
  if (written) return out;
  if (before) {
    if (auto back = files_.write(before->first, before->second); !back)
      return std::unexpected(ledger::Refusal(back.error()));
    static_cast<void>(bench_.reload());
  }
  return std::unexpected(written.error());
}

Outcome<Record> RuleDesk::put(const Actor& actor, const RuleText& text, const std::string& why) {
  auto body = body_of(text, why);
  if (!body) return std::unexpected(body.error());
  return run(actor, [&](Transaction& transaction) -> Outcome<Record> {
    ledger::RecordQuery query;
    query.type = type;
    query.states = {std::string(in_force)};
    query.limit = own_rules_max;
    const auto all = transaction.list(query);
    if (!all) return std::unexpected(all.error());
    if (all->records.size() >= static_cast<size_t>(own_rules_max))
      return ledger::refuse(ErrorKind::limit, fmt::format("{} rules of our own are in force already", own_rules_max));
    return transaction.create(type, std::move(*body));
  });
}

Outcome<Record> RuleDesk::replace(const Actor& actor, const Target& rule, const RuleText& text,
                                  const std::string& why) {
  auto body = body_of(text, why);
  if (!body) return std::unexpected(body.error());
  return run(actor, [&](Transaction& transaction) -> Outcome<Record> {
    const auto now = rule_in(transaction, rule.id);
    if (!now) return now;
    const int64_t version = version_of(rule, *now);
    if (now->state == in_force) return transaction.update(rule.id, version, std::move(*body));
    return transaction.move(rule.id, version, "restore", std::move(*body));
  });
}

Outcome<Record> RuleDesk::withdraw(const Actor& actor, const Target& rule, const std::string& why) {
  return run(actor, [&](Transaction& transaction) -> Outcome<Record> {
    const auto now = rule_in(transaction, rule.id);
    if (!now) return now;
    return transaction.move(rule.id, version_of(rule, *now), "withdraw", {{"why", why}});
  });
}

Outcome<Record> RuleDesk::restore(const Actor& actor, const Target& rule, const std::string& why) {
  return run(actor, [&](Transaction& transaction) -> Outcome<Record> {
    const auto now = rule_in(transaction, rule.id);
    if (!now) return now;
    return transaction.move(rule.id, version_of(rule, *now), "restore", {{"why", why}});
  });
}

}  // namespace yagura::desks::tooling
