#include "desks/governance/policy_document.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "desks/blank.hpp"
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

constexpr std::string_view type = "policy_document";
/// What a statement of policy has to say, each with the fields that say it.
constexpr std::array<std::string_view, 6> parts{"scope", "out_of_scope", "hours", "assets", "means", "triage_basis"};
constexpr std::array<std::string_view, 4> needed{"scope", "hours", "assets", "means"};

std::string day_of(Timestamp time) {
  return format_time(time, 0).substr(0, std::string_view("2026-04-08").size());
}

Outcome<Record> document_in(auto& reader, const RecordId& id) {
  auto document = reader.get(id);
  if (document && document->type != type)
    return ledger::refuse(ErrorKind::not_found, id.value + " is no policy document");
  return document;
}

Outcome<bool> is_being_revised(Transaction& transaction, const RecordId& document) {
  ledger::RecordQuery query;
  query.type = type;
  query.states = {"draft", "proposed", "rejected"};
  query.filters = {{"replaces", ledger::FilterOp::equals, {document.value}}};
  query.limit = 1;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  return !page->records.empty();
}

/// Those whose day has come and that no other whose day has come replaces; older editions first.
Outcome<std::vector<Record>> in_force_on(ledger::Ledger& ledger, const std::string& today) {
  ledger::RecordQuery query;
  query.type = type;
  query.states = {"in_force"};
  query.descending = false;
  query.limit = policy_documents_max;
  auto page = ledger.list(query);
  if (!page) return std::unexpected(page.error());
  std::vector<Record> out;
  std::set<std::string> replaced;
  for (Record& record : page->records)
    if (text_at(record.body, "in_force_from") <= today) {
      replaced.insert(text_at(record.body, "replaces"));
      out.push_back(std::move(record));
    }
  std::erase_if(out, [&](const Record& one) { return replaced.contains(one.id.value); });
  return out;
}

json::object head_of(const Record& record, const std::string& today) {
  const std::string review = text_at(record.body, "review_on");
  return {{"id", record.id.value},
          {"title", text_at(record.body, "title")},
          {"kind", text_at(record.body, "kind")},
          {"edition", integer_at(record.body, "edition")},
          {"in_force_from", text_at(record.body, "in_force_from")},
          {"owner", text_at(record.body, "owner")},
          {"review_on", review.empty() ? json::value(nullptr) : json::value(review)},
          {"review_overdue", !review.empty() && review < today}};
}

/// Records of the type in these states, soonest due first and those without a date last.
Outcome<json::array> open_items(ledger::Ledger& ledger, const Actor& actor, std::string_view register_id,
                                std::vector<std::string> states, const std::string& today) {
  json::array out;
  if (!ledger::may_read(*ledger.types().find(register_id), actor)) return out;
  ledger::RecordQuery query;
  query.type = register_id;
  query.states = std::move(states);
  query.limit = ledger::page_records_max;
  auto page = ledger.list(query);
  if (!page) return std::unexpected(page.error());
  const auto due_of = [](const Record& record) {
    const std::string due = text_at(record.body, "due");
    return std::pair(due.empty() ? std::string("9999") : due, record.id);
  };
  std::ranges::sort(page->records, {}, due_of);
  for (const Record& record : page->records) {
    if (out.size() == static_cast<size_t>(statement_items_max)) break;
    const std::string due = text_at(record.body, "due");
    out.push_back({{"id", record.id.value},
                   {"title", text_at(record.body, "title")},
                   {"state", record.state},
                   {"owner", text_at(record.body, "owner")},
                   {"due", due.empty() ? json::value(nullptr) : json::value(due)},
                   {"overdue", !due.empty() && due < today}});
  }
  return out;
}

}  // namespace

Outcome<Record> revise_document(ledger::Ledger& ledger, const Actor& actor, const RecordId& id,
                                const std::string& change_note) {
  if (auto allowed = require(actor, "governance.write"); !allowed) return std::unexpected(allowed.error());
  Outcome<Record> out;
  auto done = ledger.write(actor, "governance", [&](Transaction& transaction) -> Outcome<void> {
    auto document = document_in(transaction, id);
    if (!document) return std::unexpected(document.error());
    if (document->state != "in_force")
      return refuse_because("governance.policy_document.not_in_force", id.value + " is not in force",
                            "revise the edition in force, or change the draft itself", {{"id", id.value}});
    auto under_way = is_being_revised(transaction, id);
    if (!under_way) return std::unexpected(under_way.error());
    if (*under_way)
      return refuse_because("governance.policy_document.revised_already",
                            "a next edition of " + id.value + " is under way", "work on that one", {{"id", id.value}});
    json::object body = document->body;
    for (const char* of_the_old : {"in_force_from", "rejected_reason", "change_note", "review_on", "review_note"})
      body.erase(of_the_old);
    body["edition"] = integer_at(document->body, "edition") + 1;
    body["replaces"] = id.value;
    if (const std::string_view note = trim_blank(change_note); !note.empty()) body["change_note"] = note;
    out = transaction.create(type, std::move(body));
    if (!out) return std::unexpected(out.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<json::object> policy_statement(ledger::Ledger& ledger, const Actor& actor) {
  if (auto allowed = require(actor, "governance.read"); !allowed) return std::unexpected(allowed.error());
  const std::string today = day_of(ledger.now());
  auto documents = in_force_on(ledger, today);
  if (!documents) return std::unexpected(documents.error());
  json::array heads;
  json::object said;
  json::array missing;
  for (const Record& document : *documents) heads.push_back(head_of(document, today));
  for (const std::string_view part : parts) {
    json::array texts;
    for (const Record& document : *documents) {
      const std::string text = text_at(document.body, part);
      if (trim_blank(text).empty()) continue;
      json::object one{{"document", document.id.value}, {"text", text}};
      if (part == "hours") one["note"] = text_at(document.body, "hours_note");
      texts.push_back(std::move(one));
    }
    if (texts.empty() && std::ranges::find(needed, part) != needed.end()) missing.emplace_back(part);
    said[part] = std::move(texts);
  }
  auto roadmap = open_items(ledger, actor, "roadmap_item", {"idea", "planned", "doing"}, today);
  if (!roadmap) return std::unexpected(roadmap.error());
  auto measures = open_items(ledger, actor, "long_measure", {"taken_over", "in_progress"}, today);
  if (!measures) return std::unexpected(measures.error());
  if (roadmap->empty()) missing.emplace_back("roadmap");
  json::object out{{"day", today}, {"documents", std::move(heads)}, {"missing", std::move(missing)}};
  for (auto& entry : said) out[entry.key()] = std::move(entry.value());
  out["roadmap"] = std::move(*roadmap);
  out["long_measures"] = std::move(*measures);
  return out;
}

namespace {

/// What `successor`, in force, replaces leaves force once the successor's day has come.
Outcome<void> withdraw_before(Transaction& transaction, const Record& successor) {
  const std::string before = text_at(successor.body, "replaces");
  if (before.empty() || text_at(successor.body, "in_force_from") > day_of(transaction.now())) return {};
  auto replaced = document_in(transaction, {before});
  if (!replaced) return std::unexpected(replaced.error());
  if (replaced->state != "in_force") return {};
  auto moved = transaction.move(replaced->id, replaced->version, "withdraw");
  if (!moved) return std::unexpected(moved.error());
  return {};
}

}  // namespace

Outcome<void> withdraw_replaced(Transaction& transaction, const ledger::Fact& fact) {
  if (text_at(fact.body, "to") != "in_force") return {};
  auto document = document_in(transaction, {fact.subject});
  if (!document && document.error().kind == ErrorKind::not_found) return {};
  if (!document) return std::unexpected(document.error());
  return withdraw_before(transaction, *document);
}

Outcome<void> withdraw_replaced_by_now(ledger::Ledger& ledger) {
  ledger::RecordQuery query;
  query.type = type;
  query.states = {"in_force"};
  query.filters = {{"replaces", ledger::FilterOp::filled, {}},
                   {"in_force_from", ledger::FilterOp::at_most, {day_of(ledger.now())}}};
  query.limit = policy_documents_max;
  auto page = ledger.list(query);
  if (!page) return std::unexpected(page.error());
  for (const Record& successor : page->records) {
    // Looked at before anything is written: on most days there is nothing to do.
    const auto before = ledger.get({text_at(successor.body, "replaces")});
    if (!before || before->state != "in_force") continue;
    auto done = ledger.write(ledger::system_actor("governance"), "governance",
                             [&](Transaction& transaction) { return withdraw_before(transaction, successor); });
    if (!done) return done;
  }
  return {};
}

}  // namespace yagura::desks::governance
