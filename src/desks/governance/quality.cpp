#include "desks/governance/quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "base/digest.hpp"
#include "desks/blank.hpp"
#include "desks/governance/kappa.hpp"
#include "desks/governance/measure_period.hpp"
#include "desks/governance/quality_kind.hpp"
#include "desks/governance/quality_sample.hpp"
#include "desks/governance/record_walk.hpp"
#include "desks/in_force.hpp"
#include "desks/json_fields.hpp"
#include "ledger/visibility.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Actor;
using ledger::Outcome;
using ledger::Record;
using ledger::RecordId;
using ledger::Transaction;
using Kind = QualityKind;

/// Ids of records of the types that the person had a hand in.
Outcome<std::set<std::string, std::less<>>> touched_by(ledger::Ledger& ledger, const std::string& person,
                                                       const std::vector<std::string_view>& types) {
  std::set<std::string, std::less<>> out;
  ledger::FactQuery query;
  query.actor = person;
  for (const std::string_view type : types) query.kinds.push_back(std::string(type) + ".*");
  query.limit = ledger::page_facts_max;
  for (;;) {
    auto facts = ledger.facts(query);
    if (!facts) return std::unexpected(facts.error());
    for (const ledger::Fact& fact : *facts) out.insert(fact.subject);
    if (facts->size() < static_cast<size_t>(ledger::page_facts_max)) return out;
    query.after_seq = facts->back().seq;
  }
}

struct Drawn {
  int64_t population = 0;
  int64_t own = 0;  // left out as the reviewer's
  uint64_t seed = 0;
  std::vector<Record> sample;
};

Outcome<Drawn> draw_from(ledger::Ledger& ledger, const Kind& kind, const DrawOrder& order) {
  auto period = periods_of(order.first_day, order.last_day, PeriodLength::whole, order.zone);
  if (!period) return std::unexpected(period.error());
  const Period& days = period->front();
  auto own = touched_by(ledger, order.reviewer, kind.types);
  if (!own) return std::unexpected(own.error());
  Drawn out;
  std::vector<SampleItem> items;
  const auto look = [&](const Record& record) -> Outcome<void> {
    if (std::ranges::find(kind.states, record.state) == kind.states.end()) return {};
    if (record.state_since < days.from || record.state_since >= days.until) return {};
    if (text_at(record.body, kind.verdict).empty()) return {};
    const std::string decider = decider_of(kind, record);
    if (decider == order.reviewer || own->contains(record.id.value)) {
      ++out.own;
      return {};
    }
    items.push_back({record.id.value, decider + "\n" + record.type + "\n" + text_at(record.body, "class")});
    return {};
  };
  for (const std::string_view type : kind.types) {
    auto whole = each_record(ledger, changed_since(type, days.from), population_read_max, look);
    if (!whole) return std::unexpected(whole.error());
    if (!*whole)
      return ledger::refuse(ErrorKind::limit, fmt::format("more than {} records were closed or changed since {}",
                                                          population_read_max, order.first_day));
  }
  out.population = static_cast<int64_t>(items.size());
  if (items.empty())
    return refuse_because("governance.quality.nothing_to_draw", "nothing closed in these days is left to draw from",
                          "choose other days or another reviewer", {{"own", std::to_string(out.own)}});
  // The journal keeps integers of 63 bits without a sign.
  const std::string random = random_bytes(8);
  for (const char c : random) out.seed = out.seed << 8 | static_cast<unsigned char>(c);
  out.seed >>= 1;
  if (order.seed) out.seed = static_cast<uint64_t>(*order.seed);
  for (const std::string& id : draw_sample(std::move(items), static_cast<size_t>(order.size), out.seed)) {
    auto record = ledger.get({id});
    if (!record) return std::unexpected(record.error());
    out.sample.push_back(std::move(*record));
  }
  return out;
}

json::object body_of(const DrawOrder& order, const Kind& kind, const Drawn& drawn) {
  json::array sample;
  json::array first;
  std::set<std::string> veiled;
  for (const Record& record : drawn.sample) {
    sample.emplace_back(record.id.value);
    first.push_back({{"item", record.id.value},
                     {"version", record.version},
                     {"verdict", text_at(record.body, kind.verdict)},
                     {"by", decider_of(kind, record)},
                     {"class", text_at(record.body, "class")}});
    veiled.insert(record.id.value);
    if (const std::string incident = text_at(record.body, "incident"); !incident.empty()) veiled.insert(incident);
  }
  return {{"title", order.title},
          {"from", order.first_day},
          {"to", order.last_day},
          {"zone", order.zone},
          {"kind", order.kind},
          {"population", drawn.population},
          {"own_left_out", drawn.own},
          {"seed", static_cast<int64_t>(drawn.seed)},
          {"sample", std::move(sample)},
          {"reviewer", order.reviewer},
          {"kept_until_compared",
           json::object{{"first", std::move(first)}, {"veiled", json::array(veiled.begin(), veiled.end())}}}};
}

Outcome<Record> review_in(auto& reader, const RecordId& id) {
  auto review = reader.get(id);
  if (review && review->type != "quality_review")
    return ledger::refuse(ErrorKind::not_found, id.value + " is no quality review");
  return review;
}

/// The reviewer's own: everybody else is told that it is not theirs.
Outcome<void> is_reviewer(const Actor& actor, const Record& review) {
  if (text_at(review.body, "reviewer") == actor.id) return {};
  return ledger::refuse(ErrorKind::forbidden, review.id.value + " is judged by somebody else",
                        {{"governance.quality.not_the_reviewer", "", "only the reviewer may do this", "", {}}});
}

Outcome<void> is_open(const Record& review) {
  if (review.state == "drawn" || review.state == "reviewing") return {};
  return refuse_because("governance.quality.compared", "both verdicts were compared already", "draw another sample",
                        {{"id", review.id.value}});
}

Outcome<void> may_be_said(Transaction& transaction, const Kind& kind, const std::string& verdict) {
  std::vector<std::string> allowed = kind.verdicts;
  if (allowed.empty()) {
    auto criteria = criteria_in_force(transaction, transaction.now());
    if (!criteria) return std::unexpected(criteria.error());
    const std::optional<Criteria>& in_force = *criteria;
    if (in_force.has_value())
      for (const NamedValue& one : in_force->classes) allowed.push_back(one.id);
    allowed.emplace_back("not_incident");
  }
  if (std::ranges::find(allowed, verdict) != allowed.end()) return {};
  std::string all;
  for (const std::string& one : allowed) all += (all.empty() ? "" : ", ") + one;
  return refuse_because("governance.quality.verdict", "'" + verdict + "' is no verdict here", "use one of " + all,
                        {{"allowed", all}});
}

/// The verdicts of a review, or null.
const json::object* row_of(const json::array& rows, std::string_view item) {
  for (const json::value& row : rows)
    if (row.is_object() && text_at(row.get_object(), "item") == item) return &row.get_object();
  return nullptr;
}

json::array matrix_json(const Agreement& agreement) {
  json::array out;
  for (size_t i = 0; i < agreement.categories.size(); ++i)
    for (size_t j = 0; j < agreement.categories.size(); ++j)
      if (agreement.matrix[i][j] > 0)
        out.push_back({{"first", agreement.categories[i]},
                       {"second", agreement.categories[j]},
                       {"count", agreement.matrix[i][j]}});
  return out;
}

/// Both verdicts side by side, and what they come to.
Outcome<json::object> compared(const Record& review) {
  const json::array& first = array_at(object_at(review.body, "kept_until_compared"), "first");
  const json::array& second = array_at(review.body, "verdicts");
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string missing;
  json::array both;
  for (const json::value& item : first) {
    const json::object& kept = item.as_object();
    const json::object* said = row_of(second, text_at(kept, "item"));
    if (said == nullptr) {
      missing += (missing.empty() ? "" : ", ") + text_at(kept, "item");
      continue;
    }
    pairs.emplace_back(text_at(kept, "verdict"), text_at(*said, "verdict"));
    both.push_back({{"item", text_at(kept, "item")},
                    {"first", pairs.back().first},
                    {"first_by", text_at(kept, "by")},
                    {"second", pairs.back().second},
                    {"agree", pairs.back().first == pairs.back().second}});
  }
  if (!missing.empty())
    return refuse_because("governance.quality.verdict_missing", "no second verdict on " + missing, "judge every item",
                          {{"items", missing}});
  const Agreement agreement = agreement_of(pairs);
  json::object out{{"comparison", std::move(both)},
                   {"compared", agreement.n},
                   {"agreement", agreement.observed},
                   {"matrix", matrix_json(agreement)}};
  if (agreement.kappa) {
    out["kappa"] = *agreement.kappa;
    out["kappa_low"] = agreement.low;
    out["kappa_high"] = agreement.high;
  } else {
    out["kappa_undefined"] = agreement.undefined;
  }
  return out;
}

}  // namespace

Outcome<Record> QualityDesk::draw(const Actor& actor, const DrawOrder& order) {
  if (auto allowed = require(actor, "governance.write"); !allowed) return std::unexpected(allowed.error());
  const Kind* kind = quality_kind(order.kind);
  if (kind == nullptr)
    return refuse_because("governance.quality.kind", "'" + order.kind + "' can't be drawn",
                          "draw alerts, incidents, reports or deep_analysis", {{"kind", order.kind}});
  if (order.size < 1 || order.size > sample_size_max || (order.seed && *order.seed < 0))
    return refuse_because("governance.quality.size", "the sample's size or seed is out of bounds",
                          "1 to 200 items, a seed of at least 0", {{"max", std::to_string(sample_size_max)}});
  if (trim_blank(order.reviewer).empty())
    return refuse_because("governance.quality.no_reviewer", "no reviewer is named", "name who judges again");
  auto drawn = draw_from(ledger_, *kind, order);
  if (!drawn) return std::unexpected(drawn.error());
  Outcome<Record> out;
  auto done =
      ledger_.write(with_keys(actor, {"quality.desk"}), "governance", [&](Transaction& transaction) -> Outcome<void> {
        out = transaction.create("quality_review", body_of(order, *kind, *drawn));
        if (!out) return std::unexpected(out.error());
        auto fact = transaction.append_fact("quality.drawn", out->id.value,
                                            {{"population", drawn->population},
                                             {"sample", drawn->sample.size()},
                                             {"seed", static_cast<int64_t>(drawn->seed)},
                                             {"reviewer", order.reviewer}});
        if (!fact) return std::unexpected(fact.error());
        return {};
      });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<json::object> QualityDesk::items(const Actor& actor, const RecordId& id) {
  auto review = review_in(ledger_, id);
  if (!review) return std::unexpected(review.error());
  if (auto own = is_reviewer(actor, *review); !own) return std::unexpected(own.error());
  const Kind* kind = quality_kind(text_at(review->body, "kind"));
  json::array items;
  for (const json::value& one : array_at(object_at(review->body, "kept_until_compared"), "first")) {
    const json::object& kept = one.as_object();
    // As it was when the sample was drawn: what is done to it later tells nothing.
    auto record = ledger_.get_version(RecordId{text_at(kept, "item")}, integer_at(kept, "version"));
    if (!record) return std::unexpected(record.error());
    const ledger::RecordType& type = *ledger_.types().find(record->type);
    if (!ledger::may_read(type, actor))
      return ledger::refuse(ErrorKind::forbidden, "you may not read " + record->id.value);
    const json::object visible = ledger::visible_body(type, record->body, actor);
    json::object shown;
    if (kind != nullptr)
      for (const std::string& field : kind->shown)
        if (const json::value* value = visible.if_contains(field)) shown[field] = *value;
    items.push_back({{"id", record->id.value}, {"type", record->type}, {"body", std::move(shown)}});
  }
  return json::object{{"items", std::move(items)}, {"verdicts", array_at(review->body, "verdicts")}};
}

Outcome<Record> QualityDesk::judge(const Actor& actor, const Target& target, const std::string& item,
                                   const std::string& verdict, const std::string& note) {
  Outcome<Record> out;
  auto done =
      ledger_.write(with_keys(actor, {"quality.desk"}), "governance", [&](Transaction& transaction) -> Outcome<void> {
        auto review = review_in(transaction, target.id);
        if (!review) return std::unexpected(review.error());
        if (auto own = is_reviewer(actor, *review); !own) return own;
        if (auto open = is_open(*review); !open) return open;
        const std::vector<std::string> sample = texts_at(review->body, "sample");
        if (std::ranges::find(sample, item) == sample.end())
          return refuse_because("governance.quality.not_in_sample", "'" + item + "' is not in the sample",
                                "the review lists its items", {{"item", item}});
        if (const Kind* kind = quality_kind(text_at(review->body, "kind")); kind != nullptr)
          if (auto said = may_be_said(transaction, *kind, verdict); !said) return said;
        json::array verdicts;
        for (const json::value& row : array_at(review->body, "verdicts"))
          if (text_at(row.as_object(), "item") != item) verdicts.push_back(row);
        json::object row{{"item", item}, {"verdict", verdict}};
        if (!trim_blank(note).empty()) row["note"] = trim_blank(note);
        verdicts.push_back(std::move(row));
        json::object changes{{"verdicts", std::move(verdicts)}};
        out = review->state == "drawn"
                  ? transaction.move(review->id, version_of(target, *review), "start", std::move(changes))
                  : transaction.update(review->id, version_of(target, *review), std::move(changes));
        if (!out) return std::unexpected(out.error());
        return {};
      });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<Record> QualityDesk::compare(const Actor& actor, const Target& target) {
  Outcome<Record> out;
  auto done =
      ledger_.write(with_keys(actor, {"quality.desk"}), "governance", [&](Transaction& transaction) -> Outcome<void> {
        auto review = review_in(transaction, target.id);
        if (!review) return std::unexpected(review.error());
        if (!actor.may("governance.approve"))
          if (auto own = is_reviewer(actor, *review); !own) return own;
        if (auto open = is_open(*review); !open) return open;
        auto fields = compared(*review);
        if (!fields) return std::unexpected(fields.error());
        json::object told{{"compared", fields->at("compared")}, {"agreement", fields->at("agreement")}};
        for (const char* name : {"kappa", "kappa_undefined"})
          if (const json::value* value = fields->if_contains(name)) told[name] = *value;
        out = transaction.move(review->id, version_of(target, *review), "compare", std::move(*fields));
        if (!out) return std::unexpected(out.error());
        auto fact = transaction.append_fact("quality.compared", out->id.value, std::move(told));
        if (!fact) return std::unexpected(fact.error());
        return {};
      });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<Record> QualityDesk::correct(const Actor& actor, const RecordId& id, const CorrectiveItem& item) {
  if (auto allowed = require(actor, "governance.write"); !allowed) return std::unexpected(allowed.error());
  Outcome<Record> out;
  auto done = ledger_.write(actor, "governance", [&](Transaction& transaction) -> Outcome<void> {
    auto review = review_in(transaction, id);
    if (!review) return std::unexpected(review.error());
    if (review->state != "compared" && review->state != "concluded")
      return refuse_because("governance.quality.not_compared", "the verdicts are not compared yet",
                            "what is wrong shows when both are side by side", {{"id", id.value}});
    json::array source{id.value};
    if (!item.item.empty()) {
      const std::vector<std::string> sample = texts_at(review->body, "sample");
      if (std::ranges::find(sample, item.item) == sample.end())
        return refuse_because("governance.quality.not_in_sample", "'" + item.item + "' is not in the sample",
                              "the review lists its items", {{"item", item.item}});
      source.emplace_back(item.item);
    }
    const Kind* kind = quality_kind(text_at(review->body, "kind"));
    json::object body{{"title", item.title}, {"source", std::move(source)}, {"due", item.due}};
    if (kind != nullptr) body["function"] = kind->function;
    for (const auto& [name, value] :
         {std::pair{"cause", &item.cause}, std::pair{"measure", &item.measure}, std::pair{"owner", &item.owner}})
      if (!value->empty()) body[name] = *value;
    out = transaction.create("quality_finding", std::move(body));
    if (!out) return std::unexpected(out.error());
    auto linked = transaction.link(out->id, "found_by", id);
    if (!linked) return std::unexpected(linked.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<std::set<std::string, std::less<>>> veiled_from(ledger::Ledger& ledger, std::string_view person) {
  ledger::RecordQuery query;
  query.type = "quality_review";
  query.states = {"drawn", "reviewing"};
  query.filters = {{"reviewer", ledger::FilterOp::equals, {std::string(person)}}};
  query.limit = ledger::page_records_max;
  auto page = ledger.list(query);
  if (!page) return std::unexpected(page.error());
  std::set<std::string, std::less<>> out;
  for (const Record& review : page->records)
    for (const std::string& id : texts_at(object_at(review.body, "kept_until_compared"), "veiled")) out.insert(id);
  return out;
}

}  // namespace yagura::desks::governance
