#include "desks/governance/playbook_exchange.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/time.hpp"
#include "desks/governance/cacao.hpp"
#include "desks/governance/cacao_playbook.hpp"
#include "desks/in_force.hpp"
#include "desks/json_fields.hpp"
#include "ledger/visibility.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

constexpr int64_t editions_read = 1000;

Outcome<bool> is_class(Transaction& transaction, CriteriaSet set, const std::string& id) {
  const auto among = [&](auto&& found) -> Outcome<bool> {
    if (!found) return std::unexpected(found.error());
    const auto& table = *found;
    return table.has_value() && std::ranges::find(table->classes, id, &NamedValue::id) != table->classes.end();
  };
  if (set == CriteriaSet::vulnerability) return among(vulnerability_criteria_in_force(transaction, transaction.now()));
  return among(criteria_in_force(transaction, transaction.now()));
}

Outcome<std::vector<Record>> editions_of(Transaction& transaction, const std::string& cacao_id) {
  ledger::RecordQuery query;
  query.type = "playbook";
  query.filters = {{"cacao_id", ledger::FilterOp::equals, {cacao_id}}};
  query.sort = "edition";
  query.limit = editions_read;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  return std::move(page->records);
}

Outcome<Record> store(Transaction& transaction, json::object fields) {
  auto editions = editions_of(transaction, text_at(fields, "cacao_id"));
  if (!editions) return std::unexpected(editions.error());
  if (editions->empty()) {
    fields["edition"] = 1;
    return transaction.create("playbook", std::move(fields));
  }
  const Record& latest = editions->front();
  const auto here = parse_time(text_at(object_at(latest.body, "cacao"), "modified"));
  const auto there = parse_time(text_at(object_at(fields, "cacao"), "modified"));
  if (here && there && *there <= *here)
    return refuse_because("governance.playbook.not_newer", latest.id.value + " holds this version or a later one",
                          "import a document that was modified later", {{"id", latest.id.value}});
  if (latest.state == "draft") {
    for (const char* absent : {"purpose", "class"})
      if (!fields.contains(absent)) fields[absent] = nullptr;
    return transaction.update(latest.id, latest.version, std::move(fields));
  }
  fields["edition"] = integer_at(latest.body, "edition") + 1;
  return transaction.create("playbook", std::move(fields));
}

}  // namespace

Outcome<Record> import_playbook(ledger::Ledger& ledger, const ledger::Actor& actor, const PlaybookImport& order) {
  if (auto allowed = require(actor, "governance.write"); !allowed) return std::unexpected(allowed.error());
  if (auto faults = check_cacao(order.document); !faults.empty())
    return ledger::refuse(ErrorKind::invalid, "this is no CACAO 2.0 playbook that can be taken in", std::move(faults));
  json::object fields = playbook_fields(order.document);
  if (!order.set.empty()) fields["set"] = order.set;
  if (!order.class_id.empty()) fields["class"] = order.class_id;
  const auto set = parse_criteria_set(text_at(fields, "set")).value_or(CriteriaSet::incident);
  fields["set"] = to_text(set);
  const std::string class_id = text_at(fields, "class");
  Outcome<Record> out;
  auto done = ledger.write(actor, "governance", [&](Transaction& transaction) -> Outcome<void> {
    if (!class_id.empty()) {
      auto known = is_class(transaction, set, class_id);
      if (!known) return std::unexpected(known.error());
      if (!*known)
        return refuse_because("governance.playbook.class", "the criteria in force have no class '" + class_id + "'",
                              "name one of theirs, or none", {{"class", class_id}});
    }
    const auto steps = static_cast<int64_t>(array_at(fields, "steps").size());
    out = store(transaction, fields);
    if (!out) return std::unexpected(out.error());
    auto fact = transaction.append_fact(
        "governance.playbook_imported", out->id.value,
        {{"cacao_id", text_at(fields, "cacao_id")}, {"edition", integer_at(out->body, "edition")}, {"steps", steps}});
    if (!fact) return std::unexpected(fact.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<json::object> export_playbook(ledger::Ledger& ledger, const ledger::Actor& actor, const ledger::RecordId& id) {
  auto playbook = ledger.get(id);
  if (!playbook) return std::unexpected(playbook.error());
  if (playbook->type != "playbook") return ledger::refuse(ErrorKind::not_found, id.value + " is no playbook");
  if (!ledger::may_read(*ledger.types().find(playbook->type), actor))
    return ledger::refuse(ErrorKind::forbidden, "you may not read " + id.value);
  return cacao_of(*playbook, ledger.id());
}

Outcome<void> retire_older_playbooks(Transaction& transaction, const ledger::Fact& fact) {
  if (text_at(fact.body, "to") != "approved") return {};
  auto approved = transaction.get({fact.subject});
  if (!approved && approved.error().kind == ErrorKind::not_found) return {};
  if (!approved) return std::unexpected(approved.error());
  const std::string cacao_id = text_at(approved->body, "cacao_id");
  if (cacao_id.empty() || approved->state != "approved") return {};
  auto editions = editions_of(transaction, cacao_id);
  if (!editions) return std::unexpected(editions.error());
  for (const Record& one : *editions) {
    if (one.state != "approved" || integer_at(one.body, "edition") >= integer_at(approved->body, "edition")) continue;
    if (auto moved = transaction.move(one.id, one.version, "retire"); !moved) return std::unexpected(moved.error());
  }
  return {};
}

}  // namespace yagura::desks::governance
