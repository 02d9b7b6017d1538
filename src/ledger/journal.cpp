#include "ledger/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <limits>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace yagura::ledger {
namespace {

constexpr size_t fact_kind_bytes_max = 128;

bool is_kind_part(std::string_view part) {
  return !part.empty() &&
         std::ranges::all_of(part, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

std::string genesis_hash(std::string_view ledger_id) {
  return sha256_hex(fmt::format("yagura.ledger.1\n{}\n", ledger_id));
}

std::string fact_hash(const Fact& fact, std::string_view canonical_body) {
  std::string form;
  form.reserve(canonical_body.size() + 256);
  form += fmt::format("[\"yagura.fact.1\",{},{},", fact.seq, fact.time.ns);
  for (const std::string* part : {&fact.actor, &fact.desk, &fact.kind, &fact.subject}) {
    append_json_text(*part, form);
    form += ',';
  }
  form += canonical_body;
  form += ',';
  append_json_text(fact.prev_hash, form);
  form += ']';
  return sha256_hex(form);
}

Result<Head> read_head(Database& db, std::string_view ledger_id) {
  auto rows = db.query("SELECT seq, hash, time FROM facts ORDER BY seq DESC LIMIT 1");
  if (!rows) return std::unexpected(rows.error());
  const auto some = (*rows)->next();
  if (!some) return std::unexpected(some.error());
  if (!*some) return Head{0, genesis_hash(ledger_id), {}};
  return Head{(*rows)->integer(0), std::string((*rows)->text(1)), Timestamp{(*rows)->integer(2)}};
}

Status Journal::start() {
  auto head = read_head(db_, ledger_id_);
  if (!head) return std::unexpected(head.error());
  head_ = std::move(*head);
  return {};
}

Result<Fact> Journal::append(Fact fact) {
  const std::string body = canonical_json(fact.body);
  fact.seq = head_.seq + 1;
  fact.time = std::max(fact.time, head_.time);
  fact.prev_hash = head_.hash;
  fact.hash = fact_hash(fact, body);
  const auto status = db_.run(
      "INSERT INTO facts(seq, time, actor, desk, kind, subject, body, prev_hash, hash) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      {fact.seq, fact.time.ns, fact.actor, fact.desk, fact.kind, fact.subject, body, fact.prev_hash, fact.hash});
  if (!status) return std::unexpected(status.error());
  head_ = Head{fact.seq, fact.hash, fact.time};
  return fact;
}

Result<boost::json::object> parse_stored_object(std::string_view text, std::string_view what) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object())
    return failure(ErrorKind::corrupt, fmt::format("{} is not the JSON that was stored: run yagura verify", what));
  return std::move(value.get_object());
}

Result<Fact> read_fact(const Rows& rows) {
  Fact fact;
  fact.seq = rows.integer(0);
  fact.time = Timestamp{rows.integer(1)};
  fact.actor = rows.text(2);
  fact.desk = rows.text(3);
  fact.kind = rows.text(4);
  fact.subject = rows.text(5);
  auto body = parse_stored_object(rows.text(6), fmt::format("the body of fact {}", fact.seq));
  if (!body) return std::unexpected(body.error());
  fact.body = std::move(*body);
  fact.prev_hash = rows.text(7);
  fact.hash = rows.text(8);
  return fact;
}

bool is_fact_kind(std::string_view kind) {
  if (kind.size() > fact_kind_bytes_max) return false;
  const auto parts = split(kind, '.');
  return parts.size() >= 2 && std::ranges::all_of(parts, is_kind_part);
}

Result<std::string> kinds_condition(const std::vector<std::string>& kinds) {
  constexpr size_t kinds_max = 200;
  if (kinds.empty()) return "1";
  if (kinds.size() > kinds_max) return failure(ErrorKind::limit, fmt::format("more than {} kinds of facts", kinds_max));
  std::string out = "(";
  for (const std::string& kind : kinds) {
    if (out.size() > 1) out += " OR ";
    if (kind.ends_with(".*") && is_fact_kind(kind.substr(0, kind.size() - 1) + "x")) {
      const std::string stem = kind.substr(0, kind.size() - 2);
      out += fmt::format("(kind >= '{0}.' AND kind < '{0}/')", stem);  // '/' follows '.' in ASCII
    } else if (is_fact_kind(kind)) {
      out += fmt::format("kind = '{}'", kind);
    } else {
      return failure(ErrorKind::invalid, fmt::format("'{}' is no kind of fact: incident.moved, incident.*", kind));
    }
  }
  return out + ")";
}

Outcome<std::vector<Fact>> find_facts(Database& db, const FactQuery& query) {
  if (query.limit < 1 || query.limit > page_facts_max)
    return refuse(ErrorKind::limit, fmt::format("a page of facts holds 1 to {}", page_facts_max));
  const auto kinds = kinds_condition(query.kinds);
  if (!kinds) return std::unexpected(Refusal(kinds.error()));
  std::vector<Value> values;
  std::string where = "seq > ?1";
  values.emplace_back(query.after_seq);
  const auto also = [&](std::string_view condition, Value value) {
    values.push_back(value);
    where += fmt::format(" AND {} ?{}", condition, values.size());
  };
  if (query.before_seq > 0) also("seq <", query.before_seq);
  if (!query.subject.empty()) also("subject =", query.subject);
  const std::string actor_stem = query.actor.substr(0, query.actor.empty() ? 0 : query.actor.size() - 1);
  const std::string past_stem = actor_stem.substr(0, actor_stem.empty() ? 0 : actor_stem.size() - 1) + ";";
  if (query.actor.ends_with(":*")) {
    // Unary plus: read on from after_seq in order, not every fact that such actors ever wrote.
    also("+actor >=", actor_stem);
    also("+actor <", past_stem);  // ';' follows ':' in ASCII
  } else if (!query.actor.empty()) {
    also("actor =", query.actor);
  }
  if (!query.desk.empty()) also("desk =", query.desk);
  // Times never go back along the chain, so a time is a place in it, and an index that leads by seq can start there.
  const auto at = [&](std::string_view op, Timestamp time) {
    also(fmt::format("seq {} coalesce((SELECT f.seq FROM facts f WHERE f.time >=", op), time.ns);
    where += fmt::format(" ORDER BY f.time, f.seq LIMIT 1), {})", std::numeric_limits<int64_t>::max());
  };
  if (query.from) at(">=", *query.from);
  if (query.until) at("<", *query.until);
  if (!query.kinds.empty()) where += " AND " + *kinds;
  auto rows = db.query(fmt::format("SELECT {} FROM facts WHERE {} ORDER BY seq {} LIMIT {}", fact_columns, where,
                                   query.descending ? "DESC" : "ASC", query.limit),
                       values);
  if (!rows) return std::unexpected(Refusal(rows.error()));
  std::vector<Fact> facts;
  for (;;) {
    const auto some = (*rows)->next();
    if (!some) return std::unexpected(Refusal(some.error()));
    if (!*some) return facts;
    auto fact = read_fact(**rows);
    if (!fact) return std::unexpected(Refusal(fact.error()));
    facts.push_back(std::move(*fact));
  }
}

}  // namespace yagura::ledger
